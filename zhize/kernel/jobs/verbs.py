"""What happens to background jobs that people should be able to look up."""

from __future__ import annotations

from zhize.kernel import history

history.verb(
    "job.retried",
    zh="{actor}让任务 {subject} 再试一次",
    en="{actor} had job {subject} tried again",
    privacy="keep",
)
history.verb(
    "job.cancelled", zh="{actor}取消了任务 {subject}", en="{actor} cancelled job {subject}", privacy="keep"
)
history.verb(
    "job.failed", zh="任务 {subject} 失败：{error}", en="Job {subject} failed: {error}", privacy="mask"
)

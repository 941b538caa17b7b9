"""What happens around messages that people should be able to look up."""

from __future__ import annotations

from zhize.kernel import history

history.verb(
    "notice.acknowledged",
    zh="{actor}确认已收到：{subject}",
    en="{actor} acknowledged: {subject}",
    privacy="mask",
)
history.verb(
    "message.changed",
    zh="{actor}修改了消息文字 {code}",
    en="{actor} changed the text of {code}",
    privacy="keep",
)
history.verb(
    "message.reverted",
    zh="{actor}恢复了消息文字 {code} 的默认内容",
    en="{actor} put the text of {code} back to its default",
    privacy="keep",
)
history.verb(
    "delivery.retried",
    zh="{actor}重新发送了消息：{subject}",
    en="{actor} sent again: {subject}",
    privacy="mask",
)
history.verb(
    "delivery.failed",
    zh="消息发送失败：{subject}（{error}）",
    en="Not delivered: {subject} ({error})",
    privacy="mask",
)
history.verb(
    "address.cleared",
    zh="{actor}恢复了向 {address} 发送",
    en="{actor} allowed sending to {address} again",
    privacy="drop",
)

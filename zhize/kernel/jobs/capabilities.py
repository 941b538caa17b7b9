"""Who may look at background work and steer it."""

from __future__ import annotations

from zhize.kernel import access

VIEW = access.capability("job.view", zh="查看后台任务", en="See background jobs")
MANAGE = access.capability("job.manage", zh="重试和取消后台任务", en="Retry and cancel background jobs")

WORKER = access.system_actor("jobs.worker", caps=())

"""What can be wrong with the queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import Count, Max, QuerySet

from zhize.kernel.db.looks import look
from zhize.kernel.history.models import Reaction
from zhize.kernel.jobs import selectors
from zhize.kernel.jobs.registry import TASKS
from zhize.lib.text import Text

STUCK_MINUTES = 5
_STUCK = """
    SELECT job.id, job.task_name,
           (SELECT max(at) FROM procrastinate_events WHERE job_id = job.id AND type = 'started') AS since
      FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
     WHERE job.status = 'doing'
       AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(mins => %s))
     ORDER BY job.id
"""
_UNKNOWN = """
    SELECT task_name, count(*) FROM procrastinate_jobs
     WHERE status IN ('todo', 'doing') AND task_name <> ALL(%s) AND task_name NOT LIKE 'procrastinate.%%'
     GROUP BY 1 ORDER BY 1
"""
_FAILED = """
    SELECT task_name, count(*) FROM procrastinate_jobs
     WHERE status = 'failed' AND task_name <> 'history.deliver' GROUP BY 1 ORDER BY 1
"""


@look(
    "jobs.stuck",
    title=Text("卡住的后台任务", "stuck jobs"),
    remedy=Text(
        "启动 zhize worker：半分钟内会收回重做", "start zhize worker: it takes them back within half a minute"
    ),
)
def stuck() -> Iterator[Text]:
    for number, name, since in _ask(_STUCK, STUCK_MINUTES):
        yield Text(
            f"任务 {number}（{name}）自 {since} 起无人执行", f"job {number} ({name}) has nobody since {since}"
        )


@look(
    "jobs.unknown",
    title=Text("没有人会做的后台任务", "jobs that nobody can do"),
    remedy=Text(
        "换回排它入队的版本，或在任务页取消",
        "run the version that queued them, or cancel them on the jobs page",
    ),
)
def unknown() -> Iterator[Text]:
    for name, count in _ask(_UNKNOWN, list(TASKS)):
        yield Text(f"{name}：{count} 个", f"{name}: {count}")


@look(
    "jobs.late",
    title=Text("定时任务", "periodic jobs"),
    remedy=Text(
        "启动 zhize worker，看任务页上的失败原因", "start zhize worker, and see the jobs page for failures"
    ),
    fatal=False,
)
def late() -> Iterator[Text]:
    for job in selectors.periodic():
        if job.late and job.slot is not None:
            yield Text(
                f"{job.name} 上次成功 {job.succeeded_at}", f"{job.name} last succeeded {job.succeeded_at}"
            )


@look(
    "jobs.failed",
    title=Text("失败的后台任务", "jobs that were given up"),
    remedy=Text("在任务页查看原因，然后重试或取消", "see why on the jobs page, then retry or cancel"),
    fatal=False,
)
def failed() -> Iterator[Text]:
    # A reaction that was given up leaves a failed job behind; it is named below.
    for name, count in _ask(_FAILED):
        yield Text(f"{name}：{count} 个", f"{name}: {count}")


@look(
    "jobs.reactions",
    title=Text("放弃的后续动作", "reactions that were given up"),
    remedy=Text(
        "修好原因后，在“后台任务 → 反复失败的后续动作”按“全部重试”",
        "mend the cause, then press “Retry all” under Background jobs, Reactions that fail",
    ),
)
def reactions() -> Iterator[Text]:
    yield from _named(Reaction.objects.filter(state=Reaction.FAILED))


@look(
    "jobs.reactions_failing",
    title=Text("反复失败的后续动作", "reactions that fail again and again"),
    remedy=Text(
        "在“后台任务 → 反复失败的后续动作”看原因；会自己再试，两天后放弃",
        "see why under Background jobs, Reactions that fail; they are tried again, and given up after two days",
    ),
    fatal=False,
)
def reactions_failing() -> Iterator[Text]:
    yield from _named(selectors.failed_reactions().filter(state=Reaction.QUEUED))


def _named(rows: QuerySet[Reaction]) -> Iterator[Text]:
    for row in (
        rows.order_by().values("name").annotate(count=Count("pk"), error=Max("error")).order_by("name")
    ):
        yield Text(
            f"{row['name']}：{row['count']} 个（{row['error']}）",
            f"{row['name']}: {row['count']} ({row['error']})",
        )


def _ask(query: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())

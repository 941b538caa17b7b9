"""What can be wrong with clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from zhize.kernel.clocks import ledger, selectors
from zhize.kernel.clocks.models import OPEN, Clock, ClockInterval, ClockThreshold, Outcome
from zhize.kernel.db.looks import look
from zhize.kernel.db.soundness import about_nothing
from zhize.lib import clock as time
from zhize.lib.text import Text

BEHIND = timedelta(minutes=15)


@look(
    "clocks.ownerless",
    title=Text("没有主人的时钟", "clocks without an owner"),
    remedy=Text(
        "从备份找回主体；确属多余的，取消这只时钟", "bring back the row from a backup, or cancel the clock"
    ),
)
def ownerless() -> Iterator[Text]:
    rows = Clock.objects.filter(outcome__in=OPEN)
    for label in rows.order_by().values_list("subject_type", flat=True).distinct():
        for clock in about_nothing(rows.filter(subject_type=label), label).order_by("pk"):
            yield Text(
                f"时钟 {clock.pk}（{clock.label.get('zh', clock.code)}）属于不存在的 {label} {clock.subject_id}",
                f"clock {clock.pk} ({clock.label.get('en', clock.code)}) belongs to {label} {clock.subject_id}, which is gone",
            )


@look(
    "clocks.ledger",
    title=Text("时钟的账", "ledgers of clocks"),
    remedy=Text("从备份找回被改动的行", "bring back the changed rows from a backup"),
    deep=True,
)
def drifted() -> Iterator[Text]:
    """A running clock has one open stretch, and its due time is what its ledger says."""
    rows = Clock.objects.filter(outcome__in=OPEN).select_related("calendar_version__calendar", "unit")
    for clock in rows.prefetch_related("intervals").order_by("pk").iterator(chunk_size=500):
        kind = ClockInterval.PAUSE if clock.outcome == Outcome.PAUSED else ClockInterval.RUN
        running = [stretch.kind for stretch in clock.intervals.all() if stretch.to_at is None]
        computed = ledger.due_at(selectors.ledger_of(clock), selectors.calendar_of(clock))
        if running != [kind]:
            yield Text(
                f"时钟 {clock.pk} 没有正在走的一段", f"clock {clock.pk} has no stretch that is running"
            )
        elif computed != clock.due_at:
            yield Text(
                f"时钟 {clock.pk} 到期写着 {clock.due_at}，按账应为 {computed}",
                f"clock {clock.pk} says it is due {clock.due_at}, its ledger says {computed}",
            )


@look(
    "clocks.behind",
    title=Text("到点未报的时限", "thresholds nobody told"),
    remedy=Text(
        "启动 zhize worker；仍有的，看任务页", "start zhize worker; what stays has its reason in the log"
    ),
    fatal=False,
)
def behind() -> Iterator[Text]:
    rows = ClockThreshold.objects.filter(fired_at__isnull=True, next_at__lt=time.now() - BEHIND)
    count = rows.count()
    if count:
        yield Text(f"{count} 个已过一刻钟以上", f"{count} are more than a quarter of an hour late")

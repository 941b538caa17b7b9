"""The routine of a walk: recurring duties scheduled, done, done late, missed, excused and returned over months.

Only the duties that the walk names are scheduled, so that a quarter is lived in seconds. What becomes of each is read
from the walk; what the coverage figures then are must be what the walk says.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile

from zhize.desk.demo.services.year import pass_time
from zhize.desk.pack import FiguresSpec, RoutineSpec, WalkSpec
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, Obligation
from zhize.domains.duties.selectors import coverage
from zhize.domains.reports import selectors
from zhize.domains.reports import services as reports
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.org.models import Person, Unit
from zhize.lib import clock

ZONE = ZoneInfo("Asia/Shanghai")
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)
LATE = timedelta(hours=2)


class Routine:
    """Everything that happens by itself in a walk, in order of time."""

    def __init__(self, walk: WalkSpec, people: Mapping[str, Person], centre: Unit) -> None:
        self.walk, self.people, self.centre = walk, people, centre
        self.waiting: list[tuple[datetime, int, str, RoutineSpec]] = []
        begin, end = (_moment(step.at) for step in (walk.steps[0], walk.steps[-1]))
        with clock.simulating(begin):
            for routine in walk.routine:
                self._plan(routine, end)

    def _plan(self, routine: RoutineSpec, end: datetime) -> None:
        duty = Duty.objects.get(unit=self.centre, code=routine.duty)
        last = routine.until or end.astimezone(ZONE).date()
        duties.schedule(actor=access.system(caps.SCHEDULE), through=last, only=[duty.pk])
        rows = Obligation.objects.filter(duty=duty, state="open", due_at__gt=clock.now())
        for row in rows.order_by("due_at"):
            assert row.due_at is not None
            day = row.due_at.astimezone(ZONE).date()
            if day > last:
                continue
            what = routine.but.get(day.isoformat(), "done")
            if what in {"missed", "steps"}:
                continue
            moment = (
                row.due_at + LATE
                if what == "late"
                else row.due_at - timedelta(minutes=routine.before_minutes)
            )
            heapq.heappush(self.waiting, (moment, row.pk, what, routine))

    def until(self, moment: datetime) -> None:
        """Live everything up to a moment."""
        while self.waiting and self.waiting[0][0] <= moment:
            at, pk, what, routine = heapq.heappop(self.waiting)
            _pass(at)
            with clock.simulating(at):
                self._do(Obligation.objects.get(pk=pk), what, routine, at)
                history.deliver_all()
        if self.walk.routine:
            _pass(moment)

    def _do(self, row: Obligation, what: str, routine: RoutineSpec, at: datetime) -> None:
        who, superior = self._actor(routine.who), self._actor(routine.superior or routine.who)
        if what == "excused":
            excuser = self._actor(routine.excuser or routine.superior or routine.who)
            duties.excuse(actor=excuser, obligation=row, reason="台风停工")
            return
        hand_in(who, row, "已办")
        row.refresh_from_db()
        if what == "returned":
            duties.give_back(actor=superior, obligation=row, reason="缺两个班组")
            heapq.heappush(self.waiting, (at + timedelta(minutes=20), row.pk, "done", routine))
        elif row.state == "submitted" and routine.superior is not None:
            duties.accept(actor=superior, obligation=row)

    def _actor(self, code: str) -> Actor:
        return access.for_person(self.people[code], channel="web")


def hand_in(actor: Actor, row: Obligation, note: str) -> None:
    """With the evidence that the duty names: the report issued, the paper photographed, the count, or a note."""
    kind = row.evidence_spec.get("kind", "note")
    if kind == "report":
        _issue(actor, row)
    elif kind in {"form", "file"}:
        duties.hand_in(actor=actor, obligation=row, file=ContentFile(PNG, name="表单.png"), note=note)
    elif kind == "count":
        duties.hand_in(actor=actor, obligation=row, count=row.quota - row.progress, note=note)
    else:
        duties.hand_in(actor=actor, obligation=row, note=note)


def _issue(actor: Actor, row: Obligation) -> None:
    span, _day = selectors.span_owed(row)
    draft = reports.open_draft(actor=actor, code=row.evidence_spec["report"], unit=row.unit, day=span.first)
    for block in draft.spec.blocks:
        if block.block == "text" and block.required:
            reports.write_text(actor=actor, report=draft, key=block.key, text="已分析")
    reports.issue(actor=actor, report=draft)


def check(walk: WalkSpec, centre: Unit, at: datetime) -> None:
    """The coverage figures are what the walk says, by duty and by position."""
    for wanted in walk.coverage:
        begin = datetime.combine(wanted.since, time(), ZONE).astimezone(UTC)
        end = datetime.combine(wanted.until + timedelta(days=1), time(), ZONE).astimezone(UTC)
        rows = Obligation.objects.filter(
            unit__path__startswith=centre.path,
            slot__isnull=False,
            first_due_at__gte=begin,
            first_due_at__lt=end,
        )
        rows = rows.filter(duty__code__in=[routine.duty for routine in walk.routine] + list(wanted.duties))
        found = {code: _figures(rows.filter(duty__code=code), at) for code in wanted.duties}
        found |= {code: _figures(rows.filter(position__code=code), at) for code in wanted.positions}
        said = {code: _said(figures) for code, figures in {**wanted.duties, **wanted.positions}.items()}
        wrong = {code: (found[code], said[code]) for code in said if found[code] != said[code]}
        assert not wrong, f"{wanted.since} to {wanted.until}: found, expected: {wrong}"


def _figures(rows: Any, at: datetime) -> dict[str, Any]:
    counted = coverage.counters(rows, at)
    names = ("in_time", "late", "missed", "excused", "rate")
    return {name: str(getattr(counted, name)) for name in names}


def _said(figures: FiguresSpec) -> dict[str, str]:
    return {name: str(value) for name, value in figures.model_dump().items()}


def _pass(until: datetime) -> None:
    """Time passes; every half hour the worker looks what was missed, here as often as it can matter."""
    pass_time(until)
    with clock.simulating(until):
        duties.miss_due(actor=access.system(caps.SCHEDULE))
        history.deliver_all()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)

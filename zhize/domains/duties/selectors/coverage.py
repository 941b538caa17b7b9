"""Coverage 履职: what was done of what was owed, per person, duty and sentence of the position sheet."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models
from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce

from zhize.domains.duties.models import Duty, DutyClause, Escalation, Obligation
from zhize.kernel.access import Actor
from zhize.kernel.clocks.models import Outcome
from zhize.kernel.db import statements
from zhize.kernel.org.models import Clause, Person, Position
from zhize.lib import clock
from zhize.lib.text import Text

DONE = Q(state__in=["done", "submitted"])
IN_TIME = Q(DONE, late=False)
DONE_LATE = Q(DONE, late=True)
MISSED = Q(state="missed")
EXCUSED = Q(state="excused")
PAUSED = Q(state="open", due_at__isnull=True, clock__outcome=Outcome.PAUSED)
"""Its time stands still (waiting for the customer, for parts), so that it has no due moment until it runs again."""
ANSWERS = Coalesce("failed_by_id", "holder_id")
"""Whose success or failure it is (`Obligation.answers_id`)."""
COUNTED = ~Q(state="cancelled")
"""What counts at all; what fell away was never owed."""


def answered_by(person: Person | int | None) -> Q:
    """The obligations whose ANSWERS is that person (None: nobody), found by the indexes of both columns."""
    return (
        Q(failed_by=person) | Q(failed_by=None, holder=person) if person else Q(failed_by=None, holder=None)
    )


FACTS = {
    "in_time": Text("按时", "In time"),
    "late": Text("迟办", "Late"),
    "missed": Text("漏办", "Missed"),
    "overdue": Text("超时未办", "Overdue"),
    "excused": Text("免办", "Excused"),
    "ahead": Text("未到期", "Not due yet"),
    "paused": Text("暂停中", "Paused"),
}


def where(fact: str, at: datetime) -> Q:
    """The obligations that are in one of FACTS at `at`; the seven exclude each other and leave nothing out."""
    return {
        "in_time": IN_TIME,
        "late": DONE_LATE,
        "missed": MISSED,
        "overdue": overdue(at),
        "excused": EXCUSED,
        "ahead": ahead(at),
        "paused": PAUSED,
    }[fact]


def overdue(at: datetime) -> Q:
    """Still open past its due moment."""
    return Q(state="open", due_at__lt=at)


def ahead(at: datetime) -> Q:
    """Open and not due yet, or without a limit; what is paused is neither."""
    unlimited = Q(due_at__isnull=True) & ~Q(clock__outcome=Outcome.PAUSED)
    return Q(state="open") & (unlimited | Q(due_at__gte=at))


def failed(at: datetime) -> Q:
    """Not done in time: done late, missed, or open past its due moment."""
    return DONE_LATE | MISSED | overdue(at)


@dataclass(frozen=True)
class Counters:
    """How many of some obligations are in which fact.

    `in_time`, `done_late`, `missed`, `excused`, `overdue` (open past due), `ahead` (open, not due yet) and `paused`
    (its time stands still) add up to all that was not cancelled; `done` is what was done, late or not.
    """

    done: int = 0
    done_late: int = 0
    missed: int = 0
    excused: int = 0
    in_time: int = 0
    overdue: int = 0
    ahead: int = 0
    paused: int = 0

    @property
    def late(self) -> int:
        """Done late, or open past due."""
        return self.done_late + self.overdue

    @property
    def owed(self) -> int:
        """Everything that had or has to be done, also what lies ahead."""
        return self.owed_so_far + self.not_due

    @property
    def not_due(self) -> int:
        """Open, and its time has not come or stands still."""
        return self.ahead + self.paused

    @property
    def all(self) -> int:
        return self.owed + self.excused

    @property
    def failed(self) -> int:
        return self.late + self.missed

    @property
    def owed_so_far(self) -> int:
        """Done, missed, or past due: what the rate is measured on."""
        return self.in_time + self.failed

    @property
    def rate(self) -> Decimal | None:
        """Done in time ÷ owed so far, in percent with one decimal; None when nothing was owed yet (DUT-15)."""
        if not self.owed_so_far:
            return None
        share = Decimal(100 * self.in_time) / self.owed_so_far
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)

    def __add__(self, other: Counters) -> Counters:
        return Counters(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)}
        )


NOTHING = Counters()


def sums(at: Any) -> dict[str, Any]:
    """The aggregates that make Counters at `at`, prefixed, because an aggregate may not bear the name of a column."""
    return {
        "n_done": Count("pk", filter=DONE),
        "n_done_late": Count("pk", filter=DONE_LATE),
        "n_missed": Count("pk", filter=MISSED),
        "n_excused": Count("pk", filter=EXCUSED),
        "n_in_time": Count("pk", filter=IN_TIME),
        "n_overdue": Count("pk", filter=overdue(at)),
        "n_ahead": Count("pk", filter=ahead(at)),
        "n_paused": Count("pk", filter=PAUSED),
    }


def counted(sums: Mapping[str, Any]) -> Counters:
    """Counters of a row that was annotated with `sums`."""
    return Counters(
        **{name.removeprefix("n_"): value for name, value in sums.items() if name.startswith("n_")}
    )


def counters(rows: models.QuerySet[Obligation], at: datetime | None = None) -> Counters:
    """The counts of these obligations at `at` (now). One query."""
    return counted(rows.order_by().aggregate(**sums(at or clock.now())))


def month_of(
    rows: Callable[[], models.QuerySet[Obligation]], at: datetime, zone_name: str, *, whose: Hashable | None
) -> Counters:
    """Those of `rows` that are due in the calendar month of `at`; without a limit, opened in it. One query.

    `whose`: what its statement is kept under (`kernel.db.statements`).
    """
    begin, end = month_bounds(at, zone_name)
    names = list(sums(at))

    def counts(at: Any, begin: Any, end: Any) -> models.QuerySet[Any]:
        every = rows().filter(falls_within(begin, end)).order_by().annotate(n_all=Value(1)).values("n_all")
        return every.annotate(**sums(at)).values_list(*names)

    found = statements.first("duties.month", whose, counts, at=at, begin=begin, end=end)
    return counted(dict(zip(names, found or (0,) * len(names), strict=True)))


def falls_within(begin: Any, end: Any) -> Q:
    """What counts in the time from `begin` to before `end`: due in it, or without a limit and opened in it."""
    undated = Q(due_at__isnull=True, opened_at__gte=begin, opened_at__lt=end)
    return Q(due_at__gte=begin, due_at__lt=end) | undated


def fact_of(row: Obligation, at: datetime) -> str:
    """Which of FACTS the obligation is in at `at`; cancelled has none. Reads the clock of what has no due moment."""
    if row.state in {"missed", "excused"}:
        return str(row.state)
    if row.state in {"done", "submitted"}:
        return "late" if row.late else "in_time"
    if row.state == "cancelled":
        return ""
    if row.due_at is not None:
        return "overdue" if row.due_at < at else "ahead"
    return "paused" if row.clock is not None and row.clock.outcome == Outcome.PAUSED else "ahead"


def month_bounds(at: datetime, zone_name: str) -> tuple[datetime, datetime]:
    zone = clock.zone(zone_name)
    first = at.astimezone(zone).date().replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return datetime.combine(first, time(), zone), datetime.combine(after, time(), zone)


@dataclass(frozen=True)
class DutyRow:
    """A duty beside a sentence, with its counts of the month."""

    duty: Duty
    month: Counters

    @property
    def refs(self) -> str:
        return " ".join(self.duty.refs)


@dataclass(frozen=True)
class ClauseRow:
    """A sentence of the position sheet and what carries it out. `state`: linked, standing, open (nothing does)."""

    clause: Clause
    duties: tuple[DutyRow, ...]

    @property
    def state(self) -> str:
        if self.duties:
            return "linked"
        return "standing" if self.clause.standing else "open"


def clause_coverage(actor: Actor, position: Position, at: datetime | None = None) -> list[ClauseRow]:
    """Every sentence of a position in order with the duties that carry it out (ORG-08).

    Three queries beside those of the reader's reach. The month's counts are of what the actor may see, as the lists behind them show it.
    """
    moment = at or clock.now()
    clauses = list(Clause.objects.filter(position=position, active=True).order_by("order", "pk"))
    links = DutyClause.objects.filter(clause__in=clauses, duty__active=True).select_related("duty__current")
    by_clause: dict[int, list[Duty]] = {}
    for link in links.order_by("duty__code"):
        by_clause.setdefault(link.clause_id, []).append(link.duty)
    seen = Obligation.objects.visible_to(actor).filter(
        position=position, unit__path__startswith=position.unit.path or "?"
    )
    begin, end = month_bounds(moment, position.unit.timezone)
    counts = _by_duty(
        seen.filter(
            falls_within(begin, end), duty_id__in={row.pk for found in by_clause.values() for row in found}
        ),
        moment,
    )
    return [
        ClauseRow(
            clause,
            tuple(DutyRow(duty, counts.get(duty.pk, NOTHING)) for duty in by_clause.get(clause.pk, ())),
        )
        for clause in clauses
    ]


def _by_duty(rows: models.QuerySet[Obligation], at: datetime) -> dict[int | None, Counters]:
    found = rows.order_by().values("duty_id").annotate(**sums(at))
    return {row["duty_id"]: counted(row) for row in found}


def unlinked_clauses(unit_path: str) -> models.QuerySet[Clause]:
    """Sentences that no active duty carries out and that are not marked standing, in the unit and below (DUT-18)."""
    linked = DutyClause.objects.filter(duty__active=True).values("clause")
    rows = Clause.objects.filter(position__unit__path__startswith=unit_path, active=True, standing=False)
    return rows.exclude(pk__in=linked).select_related("position__unit").order_by("position", "order")


def findings(actor: Actor) -> models.QuerySet[Escalation]:
    """Rungs that reached nobody and that nobody has taken up yet, on obligations the actor may see."""
    seen = Obligation.objects.visible_to(actor).values("pk")
    rows = Escalation.objects.filter(nobody=True, settled_at__isnull=True, obligation__in=seen)
    return rows.select_related("obligation__unit", "obligation__holder", "obligation__position").order_by(
        "-at"
    )


def finding_text(escalation: Escalation) -> Text:
    return Text.of(escalation.finding) if escalation.finding else Text("")

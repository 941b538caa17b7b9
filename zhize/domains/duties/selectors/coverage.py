"""Coverage 履职: what was done of what was owed, per person, duty and sentence of the position sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models
from django.db.models import Count, Q

from zhize.domains.duties.models import Duty, DutyClause, Escalation, Obligation
from zhize.kernel.access import Actor
from zhize.kernel.org.models import Clause, Position
from zhize.lib import clock
from zhize.lib.text import Text


@dataclass(frozen=True)
class Counters:
    """`should` is everything due in the period that has begun by now (excused and cancelled apart), `late` also what is open and overdue."""

    should: int
    done: int
    late: int
    missed: int
    excused: int
    in_time: int

    @property
    def owed_so_far(self) -> int:
        """Done, missed, or past due: what the rate is measured on."""
        return self.in_time + self.late + self.missed

    @property
    def rate(self) -> Decimal | None:
        """Done in time ÷ owed so far, in percent with one decimal; None when nothing was owed yet (DUT-15)."""
        if not self.owed_so_far:
            return None
        share = Decimal(100 * self.in_time) / self.owed_so_far
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)


NOTHING = Counters(0, 0, 0, 0, 0, 0)


def _sums(at: datetime) -> dict[str, Any]:
    # Prefixed, because an aggregate may not bear the name of a column that another one asks for.
    done = Q(state__in=["done", "submitted"])
    return {
        "n_should": Count("pk", filter=Q(opened_at__lte=at) & ~Q(state__in=["excused", "cancelled"])),
        "n_done": Count("pk", filter=done),
        "n_late": Count("pk", filter=Q(done, late=True) | Q(state="open", due_at__lt=at)),
        "n_missed": Count("pk", filter=Q(state="missed")),
        "n_excused": Count("pk", filter=Q(state="excused")),
        "n_in_time": Count("pk", filter=Q(done, late=False)),
    }


def _counters(sums: dict[str, Any]) -> Counters:
    return Counters(**{name.removeprefix("n_"): value for name, value in sums.items()})


def counters(rows: models.QuerySet[Obligation], at: datetime | None = None) -> Counters:
    """The counts of these obligations at `at` (now). One query."""
    return _counters(rows.order_by().aggregate(**_sums(at or clock.now())))


def month_of(rows: models.QuerySet[Obligation], at: datetime, zone_name: str) -> Counters:
    """Those of `rows` that are due in the calendar month of `at`; without a limit, opened in it."""
    begin, end = month_bounds(at, zone_name)
    due = Q(due_at__gte=begin, due_at__lt=end) | Q(
        due_at__isnull=True, opened_at__gte=begin, opened_at__lt=end
    )
    return counters(rows.filter(due), at)


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


def clause_coverage(position: Position, at: datetime | None = None) -> list[ClauseRow]:
    """Every sentence of a position in order with the duties that carry it out (ORG-08). Three queries."""
    moment = at or clock.now()
    clauses = list(Clause.objects.filter(position=position, active=True).order_by("order", "pk"))
    links = DutyClause.objects.filter(clause__in=clauses, duty__active=True).select_related("duty__current")
    by_clause: dict[int, list[Duty]] = {}
    for link in links.order_by("duty__code"):
        by_clause.setdefault(link.clause_id, []).append(link.duty)
    counts = _by_duty({duty.pk for found in by_clause.values() for duty in found}, position, moment)
    return [
        ClauseRow(
            clause,
            tuple(DutyRow(duty, counts.get(duty.pk, NOTHING)) for duty in by_clause.get(clause.pk, ())),
        )
        for clause in clauses
    ]


def _by_duty(duties: set[int], position: Position, at: datetime) -> dict[int | None, Counters]:
    begin, end = month_bounds(at, position.unit.timezone)
    rows = (
        Obligation.objects.filter(duty_id__in=duties, position=position, due_at__gte=begin, due_at__lt=end)
        .order_by()
        .values("duty_id")
        .annotate(**_sums(at))
    )
    found: dict[int | None, Counters] = {}
    for row in rows:
        sums: dict[str, Any] = dict(row)
        duty_id = sums.pop("duty_id")
        found[duty_id] = _counters(sums)
    return found


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

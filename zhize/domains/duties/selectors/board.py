"""The coverage board 履职看板: positions, people, duties or units by days, weeks or months, and the same as an overview.

Everything is aggregated in the database; the number of queries depends neither on the rows nor on the columns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import add
from typing import Any

from django.db.models import Count, DateField, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDay, TruncMonth, TruncWeek

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import standing
from zhize.domains.duties.models import Duty, Evidence, Kind, Obligation
from zhize.domains.duties.selectors import coverage
from zhize.domains.duties.selectors.coverage import NOTHING, Counters
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.access.models import Scope
from zhize.kernel.db import NotFound
from zhize.kernel.measures.scopes import MeasureScope, Step, floor
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib import clock
from zhize.lib.text import Text

MOST_ROWS = 100
"""More lines than this nobody reads: the worst are shown, the others are counted together."""
LONGEST = timedelta(days=3 * 366)

BY = {
    "position": Text("岗位", "Position"),
    "person": Text("人员", "Person"),
    "duty": Text("职责", "Duty"),
    "unit": Text("单位", "Unit"),
    "role": Text("岗位名称", "Role"),
}
# By what the rows are told apart; a role is the same position in several units.
PATHS = {
    "position": "position_id",
    "person": "answers",
    "duty": "duty_id",
    "unit": "unit_id",
    "role": "position__code",
}
_TRUNCATIONS: dict[str, Any] = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth}


@dataclass(frozen=True)
class Span:
    """Whole days from `first` to `last`, both included, in the zone of the unit they are looked at in."""

    unit: Unit
    first: date
    last: date

    @property
    def scope(self) -> MeasureScope:
        return MeasureScope.days(self.first, self.last, zone=self.unit.timezone)

    @property
    def step(self) -> Step:
        """Days up to a month and a half, weeks up to half a year, else months."""
        length = (self.last - self.first).days + 1
        return "day" if length <= 46 else "week" if length <= 190 else "month"


@dataclass(frozen=True)
class Line:
    """One row of the board. `key` is None for what has no position (person, duty)."""

    key: Any
    label: str
    second: str
    cells: tuple[Counters, ...]
    total: Counters
    evidence: int = 0


@dataclass(frozen=True)
class Board:
    """`lines` are the worst first, at most MOST_ROWS; `others` is how many more there are. Totals are over all."""

    by: str
    columns: tuple[tuple[date, date], ...]
    lines: tuple[Line, ...]
    totals: tuple[Counters, ...]
    total: Counters
    others: int
    evidence: int = 0


PRESETS = {
    "this_week": Text("本周", "This week"),
    "last_week": Text("上周", "Last week"),
    "this_month": Text("本月", "This month"),
    "last_month": Text("上月", "Last month"),
    "this_quarter": Text("本季", "This quarter"),
    "last_quarter": Text("上季", "Last quarter"),
}


def preset(code: str, today: date) -> tuple[date, date]:
    """The first and last day of one of PRESETS as seen on `today`; weeks begin on Monday."""
    back = code.startswith("last_")
    if code.endswith("week"):
        first = today - timedelta(days=today.weekday() + (7 if back else 0))
        return first, first + timedelta(days=6)
    size = 3 if code.endswith("quarter") else 1
    index = today.year * 12 + (today.month - 1) // size * size - (size if back else 0)
    return _month(index), _month(index + size) - timedelta(days=1)


def _month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def units(actor: Actor) -> list[Unit]:
    """The units whose board the actor may look at: those his right to see obligations reaches, or where he works."""
    where = Q(pk__in=[holding.unit_id for holding in actor.positions])
    where |= access.units_within(actor, caps.VIEW)
    return list(Unit.objects.filter(where, active=True).order_by("path"))


def unit_of(actor: Actor, pk: int | None, found: list[Unit]) -> Unit:
    """The chosen one of `found`, or where the actor works. Raises NotFound for another."""
    wanted = pk or actor.home_unit_id
    unit = next((each for each in found if each.pk == wanted), None)
    if unit is None and (pk is not None or not found):
        raise NotFound
    return unit or found[0]


def rows(actor: Actor, span: Span) -> QuerySet[Obligation]:
    """What counts in the span: due in it in the unit or below, seen by the actor, not cancelled."""
    scope = span.scope
    within = coverage.falls_within(scope.since, scope.until)
    seen = Obligation.objects.visible_to(actor).filter(unit_id__in=org.subtree_ids(span.unit))
    return seen.filter(within, coverage.COUNTED).annotate(answers=coverage.ANSWERS)


def planned_through(span: Span) -> date | None:
    """The last day, in the zone of the unit, whose recurring duties all stand as obligations, if the span goes further.

    None where it does not, or nothing recurs. All duties are planned in one run, so that the furthest says how far it went.
    """
    recurring = Duty.objects.filter(kind=Kind.RECURRING, active=True)
    until = recurring.aggregate(until=Max("planned_until"))["until"]
    if until is None:
        return None
    last = (until.astimezone(clock.zone(span.unit.timezone)) - timedelta(days=1)).date()
    return last if last < span.last else None


def month_of_position(actor: Actor, position: Position, at: datetime | None = None) -> Counters | None:
    """The position's line of the board of its unit and this month; None when what it owes is not the actor's to see."""
    moment = at or clock.now()
    today = moment.astimezone(clock.zone(position.unit.timezone)).date()
    found = rows(actor, Span(position.unit, *preset("this_month", today))).filter(position=position)
    counts = coverage.counters(found, moment)
    return counts if counts.all or _sees(actor, position) else None


def _sees(actor: Actor, position: Position) -> bool:
    """Whether the actor would see what the position owes, if it owed anything."""
    reaches = actor.scopes(caps.VIEW)
    if not reaches or access.reaches_unit(actor, caps.VIEW, position.unit):
        return bool(reaches)
    place = standing.of(actor)
    if position.pk in place.positions | place.covered:
        return True
    leads = any(reach.scope == Scope.TEAM for reach in reaches)
    return leads and position.pk in org.reporting_positions(
        holding.position_id for holding in actor.positions
    )


def failed_last_week(actor: Actor, at: datetime) -> int | None:
    """How many were not done in time last week where the actor works; None for who looks at no unit."""
    found = units(actor)
    if not found:
        return None
    unit = unit_of(actor, None, found)
    first, last = preset("last_week", at.astimezone(clock.zone(unit.timezone)).date())
    return rows(actor, Span(unit, first, last)).filter(coverage.failed(at)).count()


def board(actor: Actor, span: Span, by: str, at: datetime | None = None) -> Board:
    """The counts of every row and column. Five queries beside those of the actor's reach, for any size."""
    moment, step = at or clock.now(), span.step
    moments = Coalesce("due_at", "opened_at")
    bucket = _TRUNCATIONS[step](moments, tzinfo=clock.zone(span.unit.timezone), output_field=DateField())
    found = rows(actor, span).order_by().annotate(bucket=bucket).values(PATHS[by], "bucket")
    spans = span.scope.steps(step)
    at_column = {floor(each.first_day, step): index for index, each in enumerate(spans)}
    cells: dict[Any, list[Counters]] = {}
    for row in found.annotate(**coverage.sums(moment)):
        line = cells.setdefault(row[PATHS[by]], [NOTHING] * len(spans))
        line[at_column[row["bucket"]]] += coverage.counted(row)
    lines = [(key, tuple(line), reduce(add, line, NOTHING)) for key, line in cells.items()]
    totals = tuple(reduce(add, column, NOTHING) for column in zip(*cells.values(), strict=True))
    return _made(by, tuple((each.first_day, each.last_day) for each in spans), lines, totals, span)


def overview(actor: Actor, span: Span, by: str, at: datetime | None = None) -> Board:
    """The compliance overview (REP-48): owed against delivered with the number of proofs, without columns."""
    moment = at or clock.now()
    proofs = Evidence.objects.filter(obligation=OuterRef("pk")).order_by().values("obligation")
    number = Coalesce(Subquery(proofs.annotate(n=Count("pk")).values("n")), 0)
    found = rows(actor, span).order_by().annotate(proofs=number).values(PATHS[by])
    lines, proven = [], {}
    for row in found.annotate(**coverage.sums(moment), n_proofs=Sum("proofs")):
        numbers: dict[str, Any] = dict(row)
        proven[row[PATHS[by]]] = numbers.pop("n_proofs")
        lines.append((row[PATHS[by]], (), coverage.counted(numbers)))
    return _made(by, (), lines, (), span, proven)


def _made(
    by: str,
    columns: tuple[tuple[date, date], ...],
    lines: Sequence[tuple[Any, tuple[Counters, ...], Counters]],
    totals: tuple[Counters, ...],
    span: Span,
    proven: Mapping[Any, int] | None = None,
) -> Board:
    names = labels(by, {key for key, _cells, _total in lines}, span.unit)
    proofs = proven or {}
    made = [Line(key, *names[key], cells, total, proofs.get(key, 0)) for key, cells, total in lines]
    made.sort(key=lambda line: (-line.total.failed, line.key is None, line.label, line.second))
    total = reduce(add, (line.total for line in made), NOTHING)
    return Board(
        by,
        columns,
        tuple(made[:MOST_ROWS]),
        totals or (NOTHING,) * len(columns),
        total,
        max(len(made) - MOST_ROWS, 0),
        sum(proofs.values()),
    )


def labels(by: str, keys: Collection[Any], unit: Unit) -> dict[Any, tuple[str, str]]:
    """What the rows are called, and a second line: the unit where it is another one. One query."""
    known = [key for key in keys if key is not None]
    found: dict[Any, tuple[str, str]] = {None: ("", "")}
    if by == "position":
        for position in Position.objects.filter(pk__in=known).select_related("unit"):
            found[position.pk] = str(position), "" if position.unit_id == unit.pk else str(position.unit)
    elif by == "person":
        found |= {person.pk: (str(person), "") for person in Person.objects.filter(pk__in=known)}
    elif by == "unit":
        found |= {each.pk: (str(each), "") for each in Unit.objects.filter(pk__in=known)}
    elif by == "role":
        named = Position.objects.filter(code__in=known, unit__path__startswith=unit.path or "?")
        found |= {position.code: (str(position), "") for position in named.order_by("-pk")}
    else:
        for duty in Duty.objects.filter(pk__in=known).select_related("current"):
            found[duty.pk] = str(duty), " ".join(duty.refs)
    return {key: found.get(key, (str(key), "")) for key in keys}

"""Reads about the organisation: who holds a position now, who stands above, who is present, whose area it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from zhize.kernel.db import known, marks
from zhize.kernel.org.models import (
    Absence,
    Appointment,
    AppointmentKind,
    Area,
    AreaAssignment,
    Person,
    Position,
    Shift,
    Unit,
)
from zhize.lib import clock

DAY = timedelta(days=1)


def in_force(at: date) -> Q:
    """Rows whose `from_on`–`to_on` contains the day."""
    return Q(from_on__lte=at) & (Q(to_on__isnull=True) | Q(to_on__gte=at))


def local_day(unit: Unit, at: datetime | None = None) -> date:
    """The calendar day in the unit's zone at `at` (UTC; now by default)."""
    return (at or clock.now()).astimezone(ZoneInfo(unit.timezone)).date()


def subtree_ids(unit: Unit) -> list[int]:
    """Ids of the unit and everything below it."""
    return list(Unit.objects.filter(path__startswith=unit.path or "?").values_list("pk", flat=True))


def unit_with_id(pk: int) -> Unit:
    """The unit with this id."""
    return known.twin(marks.kept(("unit", pk), lambda: Unit.objects.get(pk=pk)))


def name_as_read(pk: int, written: str) -> str:
    """A name that was written down with its person's id, as the reader writes it."""
    # Only English has another name for somebody.
    if not (get_language() or "").startswith("en"):
        return written
    person = marks.kept(("person", pk), lambda: Person.objects.filter(pk=pk).first())
    return person.as_written(written) if person is not None else written


def absent_ids(people: Iterable[int], at: datetime) -> set[int]:
    """Those of `people` who are on leave or otherwise away at `at`."""
    day = clock.today()
    if not marks.keeping() or at.astimezone(clock.zone()).date() < day:
        rows = Absence.objects.filter(person_id__in=list(people), from_at__lte=at, to_at__gt=at)
        return set(rows.values_list("person_id", flat=True))
    away = marks.kept(("away", day), lambda: _away(day))
    return {person for person in people if any(begin <= at < end for begin, end in away.get(person, ()))}


def _away(day: date) -> dict[int, list[tuple[datetime, datetime]]]:
    """Every absence that ends on this day or later, by person: few people are away, and many are asked about."""
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    rows = Absence.objects.filter(to_at__gt=datetime.combine(day, time.min, clock.zone())).order_by()
    for person, begin, end in rows.values_list("person_id", "from_at", "to_at"):
        found.setdefault(person, []).append((begin, end))
    return found


def present(people: Iterable[Person], at: datetime) -> list[Person]:
    """Those of `people` who are active and not absent at `at`."""
    listed = list(people)
    away = absent_ids([person.pk for person in listed], at)
    return [person for person in listed if person.active and person.pk not in away]


def holders(position: Position, at: datetime | None = None) -> list[Person]:
    """Active people holding the position at `at`: primary holders first, then acting, then deputies."""
    return [known.twin(row.person) for row in appointments(position.pk, local_day(position.unit, at))]


def appointments(position_id: int, day: date) -> list[Appointment]:
    """Who of the active holds a position on a day: primary holders first, then acting, then deputies. Not to be changed."""
    rows = marks.kept(("held", position_id), lambda: _held(position_id))
    return [row for row in rows if _covers(row, day)]


def _held(position_id: int) -> list[Appointment]:
    """All appointments to a position, past and coming ones too, in the order in which their holders are named."""
    rank = {AppointmentKind.PRIMARY: 0, AppointmentKind.ACTING: 1, AppointmentKind.DEPUTY: 2}
    rows = Appointment.objects.filter(position_id=position_id, person__active=True)
    listed = rows.select_related("person").order_by("from_on", "pk")
    return sorted(listed, key=lambda row: rank[AppointmentKind(row.kind)])


def positions_held(person_id: int, day: date) -> list[Position]:
    """The positions a person holds on a day, with their units, in the order of appointment."""
    rows = marks.kept(("holds", person_id), lambda: _holds(person_id))
    return [known.twin(row.position) for row in rows if _covers(row, day)]


def _holds(person_id: int) -> list[Appointment]:
    rows = Appointment.objects.filter(person_id=person_id).select_related("position__unit")
    return list(rows.order_by("from_on", "pk"))


def _covers(row: Appointment | AreaAssignment, day: date) -> bool:
    """What `in_force` asks of the database."""
    return row.from_on <= day and (row.to_on is None or row.to_on >= day)


def answerable(position: Position, at: datetime | None = None) -> Person | None:
    """Who answers for the position at `at`: the first holder present (so a deputy when the holder is away)."""
    moment = at or clock.now()
    there = present(holders(position, moment), moment)
    return there[0] if there else None


def superiors(position: Position) -> list[Position]:
    """The reporting line above a position, nearest first (ORG-07: a tree without cycles)."""
    line: list[Position] = []
    seen = {position.pk}
    current = position.reports_to
    while current is not None and current.pk not in seen:
        line.append(current)
        seen.add(current.pk)
        current = current.reports_to
    return line


def reporting_positions(position_ids: Iterable[int]) -> set[int]:
    """Ids of the positions that report, directly or through others, to any of `position_ids`."""
    found: set[int] = set()
    edge = set(position_ids)
    while edge:
        below = (
            set(Position.objects.filter(reports_to_id__in=edge).values_list("pk", flat=True)) - found - edge
        )
        found |= below
        edge = below
    return found


def line_manager(person: Person, unit: Unit | None = None, at: datetime | None = None) -> Person | None:
    """The nearest present superior of a person, over the person's own positions (in `unit` first)."""
    moment = at or clock.now()
    # A day on either side leaves out nothing; which day it is, each position's own zone says.
    around = Q(from_on__lte=moment.date() + DAY) & (Q(to_on__isnull=True) | Q(to_on__gte=moment.date() - DAY))
    held = Appointment.objects.filter(around, person=person).select_related(
        "position__unit", "position__reports_to__unit"
    )
    mine = list(
        {
            row.position_id: row.position
            for row in held
            if row.from_on <= local_day(row.position.unit, moment)
            and (row.to_on is None or row.to_on >= local_day(row.position.unit, moment))
        }.values()
    )
    mine.sort(key=lambda position: unit is None or position.unit_id != unit.pk)
    for position in mine:
        for above in superiors(position):
            found = answerable(above, moment)
            if found is not None and found.pk != person.pk:
                return found
    return None


def area_holder(area: Area, position_code: str | None = None, at: datetime | None = None) -> Person | None:
    """The present person who answers for the area, looking upwards to the enclosing areas (ORG-21)."""
    moment = at or clock.now()
    current: Area | None = area
    while current is not None:
        day = local_day(unit_with_id(current.unit_id), moment)
        rows = [
            row
            for row in marks.kept(("area", current.pk), partial(_of_area, current.pk))
            if _covers(row, day)
        ]
        there = present([row.person for row in rows if position_code in {None, row.position.code}], moment)
        if there:
            return known.twin(there[0])
        current = current.parent
    return None


def _of_area(area_id: int) -> list[AreaAssignment]:
    rows = AreaAssignment.objects.filter(area_id=area_id, person__active=True)
    return list(rows.select_related("person", "position").order_by("from_on", "pk"))


def position_in(unit: Unit, code: str) -> Position | None:
    """The position with this code in the unit or, failing that, in the nearest unit above or below it."""
    found = nearest_position(marks.kept(("positions", code), lambda: _called(code)), unit)
    return known.twin(found) if found is not None else None


def _called(code: str) -> list[Position]:
    return list(Position.objects.filter(code=code, active=True).select_related("unit"))


def nearest_position(rows: Iterable[Position], unit: Unit) -> Position | None:
    """Of positions read with their units the one in the unit or, failing that, in the nearest above or below."""
    path = unit.path or ""

    def distance(position: Position) -> tuple[int, int]:
        other = position.unit.path or ""
        if other == path:
            return (0, 0)
        if path.startswith(other):
            return (1, len(path) - len(other))
        return (2, len(other) - len(path)) if other.startswith(path) else (3, 0)

    near = [row for row in rows if distance(row)[0] < 3]
    return min(near, key=distance) if near else None


def surroundings(unit: Unit) -> Unit:
    """Where a unit's people work together: itself when it has units below, else the one above (a department's centre)."""
    return unit.parent if unit.parent is not None and not unit.children.exists() else unit


def on_shift(unit: Unit, at: datetime | None = None) -> list[Person]:
    """People on duty 当班 in the unit or below it at `at`; when no roster says so, everybody present.

    A fire must reach somebody even where nobody keeps a roster, so an empty roster means all present holders.
    """
    moment = at or clock.now()
    rows = Shift.objects.filter(unit__path__startswith=unit.path or "?", from_at__lte=moment).filter(
        Q(to_at__isnull=True) | Q(to_at__gt=moment)
    )
    rostered = list(Person.objects.filter(shifts__in=rows, active=True).distinct())
    return present(rostered, moment) or present(people_of(unit, moment), moment)


def shifts(people: Iterable[int], since: datetime, until: datetime) -> QuerySet[Shift]:
    """The shifts of these people (by id) that run at some time from `since` to before `until`, in order."""
    rows = Shift.objects.filter(person_id__in=list(people), from_at__lt=until)
    return rows.filter(Q(to_at__isnull=True) | Q(to_at__gt=since)).order_by("from_at", "pk")


def people_of(unit: Unit, at: datetime | None = None) -> QuerySet[Person]:
    """Active people holding a position in the unit or below it."""
    held = Appointment.objects.filter(
        in_force(local_day(unit, at)), position__unit__path__startswith=unit.path or "?"
    )
    return Person.objects.filter(active=True, appointments__in=held).distinct()

"""Leave: lists, the month of a unit, what falls due meanwhile and to whom it falls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zhize.domains.duties.models import Obligation
from zhize.domains.shifts import authority
from zhize.domains.shifts.models import Half, Leave
from zhize.kernel import access, approvals, calendars
from zhize.kernel.access import Actor
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, Person, Position, Unit
from zhize.lib import clock

TAKEN = ("asked", "approved", "back")


def visible(actor: Actor) -> QuerySet[Leave]:
    """Leave the actor may see, with what a list row shows."""
    return Leave.objects.visible_to(actor).select_related(
        "person", "position", "unit", "deputy", "decider", "decider_position", "decided_by", "absence"
    )


def chips(actor: Actor, at: datetime | None = None) -> dict[str, Q]:
    """The standing views of the list. To decide: what waits for the actor or one of his positions."""
    now = at or clock.now()
    held = [holding.position_id for holding in actor.positions]
    asked, approved = Q(state="asked"), Q(state="approved")
    waits = Q(decider_id=actor.person_id) | Q(decider__isnull=True, decider_position_id__in=held)
    return {
        "mine": Q(person_id=actor.person_id),
        "decide": asked & waits & ~Q(person_id=actor.person_id),
        "deputy": approved & Q(deputy_id=actor.person_id, away_to_at__gt=now),
        "away": approved & Q(away_from_at__lte=now, away_to_at__gt=now),
        "ahead": approved & Q(away_from_at__gt=now),
        "nobody": asked & Q(decider_position__isnull=True),
    }


def of_person(actor: Actor, person: Person, limit: int = 20) -> list[Leave]:
    """Somebody's leave as far as the actor may see it, latest first."""
    return list(visible(actor).filter(person=person)[:limit])


def proposed(actor: Actor) -> QuerySet[Person]:
    """Whom the actor may propose to stand in: colleagues of the own unit and those above and below it."""
    unit = access.unit_of(actor)
    if unit is None:
        return Person.objects.none()
    return near(unit).exclude(pk=actor.person_id or 0)


def who_decides(actor: Actor) -> Any:
    """A sentence: up to how many days who decides on the actor's leave, and who beyond that."""
    position = Position.objects.select_related("unit").filter(pk=actor.position_id or 0).first()
    if position is None:
        return ""
    rule, line = authority.rule_of(position.unit), authority.line(position)
    short, long = (approvals.signatories(found, without=actor.person_id) for found in (line, line[1:]))
    days = f"{rule.days.normalize():f}"
    first, beyond = (
        "、".join(str(person) for person, _position in found) or str(_("（没有人能审批）"))
        for found in (short, long)
    )
    sentence = (
        _("%(days)s 个工作日以内（含）由%(first)s审批，更长的由%(beyond)s审批。")
        if rule.inclusive
        else _("不到 %(days)s 个工作日由%(first)s审批，其余由%(beyond)s审批。")
    )
    return sentence % {"days": days, "first": first, "beyond": beyond}


def near(unit: Unit) -> QuerySet[Person]:
    """People of the unit, of what is below it, and of the department above."""
    return org.people_of(org.surroundings(unit))


def due_meanwhile(leave: Leave) -> QuerySet[Obligation]:
    """What the absent person owes on those days: it falls to whoever stands in, and stays on the own list (DUT-12)."""
    rows = Obligation.objects.filter(
        holder=leave.person,
        ended_at__isnull=True,
        due_at__gte=leave.away_from_at,
        due_at__lte=leave.away_to_at,
    )
    return rows.select_related("unit", "holder", "position").order_by("due_at", "pk")


def uncovered(leave: Leave) -> bool:
    """Whether nobody would do the work: no deputy named, and nobody else holds the position on those days."""
    if leave.deputy_id is not None:
        return False
    others = Appointment.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=leave.from_on),
        position=leave.position_id,
        from_on__lte=leave.from_on,
        person__active=True,
    )
    return not others.exclude(person=leave.person_id).exists()


@dataclass(frozen=True)
class Cell:
    """One day of somebody in the month: nothing, or leave with its state and the half it takes ("", am, pm)."""

    day: date
    working: bool
    leave: Leave | None = None
    half: str = ""


@dataclass(frozen=True)
class Line:
    person: Person
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Month:
    """Who of a unit is away on which day of a month."""

    first: date
    days: tuple[Cell, ...]
    lines: tuple[Line, ...]

    @property
    def previous(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def following(self) -> date:
        return (self.first + timedelta(days=32)).replace(day=1)


def month(actor: Actor, unit: Unit, first: date) -> Month:
    """The leave of a month as far as the actor may see it: one line for each person who is away on some day."""
    calendar = calendars.for_unit(unit)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    rows = visible(actor).filter(
        state__in=TAKEN, from_on__lte=last, to_on__gte=first, unit__path__startswith=unit.path or "?"
    )
    by_person: dict[int, list[Leave]] = {}
    for row in rows.order_by("person__employee_no", "from_on"):
        by_person.setdefault(row.person_id, []).append(row)
    free = {day: calendar.is_working_day(day) for day in days}
    lines = [
        Line(rows[0].person, tuple(_cell(day, free[day], rows) for day in days))
        for rows in by_person.values()
    ]
    return Month(first, tuple(Cell(day, free[day]) for day in days), tuple(lines))


def _cell(day: date, working: bool, rows: list[Leave]) -> Cell:
    """The leave that takes this day, or half of it; days off show none."""
    for row in rows:
        if working and row.from_on <= day <= row.to_on:
            half = Half.PM if day == row.from_on and row.from_half == Half.PM else ""
            half = Half.AM if day == row.to_on and row.to_half == Half.AM else half
            return Cell(day, working, row, str(half))
    return Cell(day, working)

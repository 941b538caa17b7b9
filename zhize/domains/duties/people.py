"""Who owes something, and who is told when it is not done: positions resolved to people at the moment it matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from zhize.domains.duties.models import Obligation
from zhize.domains.duties.subjects import Subject
from zhize.kernel.history.models import Entry
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, Person, Position, Unit
from zhize.lib import clock


@dataclass(frozen=True)
class Owing:
    """Who owes: a person, a position (any of its holders), or both."""

    holder: Person | None
    position: Position | None


@dataclass(frozen=True)
class Holding:
    """Who holds positions on which days, read at once for many of them.

    `left`: the appointments of people who have left, up to the last day they were given.
    """

    rows: dict[int, list[Appointment]]
    left: dict[int, list[Appointment]]

    @cached_property
    def entered(self) -> dict[int, datetime]:
        """When each appointment was entered, by its id, as far as the log says so. One query."""
        people = {row.person_id for each in (self.rows, self.left) for rows in each.values() for row in rows}
        said = Entry.objects.filter(
            verb="person.appointed", subject_type="org.person", subject_id__in=people
        ).exclude(data__appointment=None)
        return dict(said.values_list("data__appointment", "at"))

    @classmethod
    def of(cls, positions: Iterable[Position]) -> Holding:
        """One query, however many positions."""
        here: dict[int, list[Appointment]] = {}
        left: dict[int, list[Appointment]] = {}
        ids = {position.pk for position in positions}
        listed = Appointment.objects.filter(position_id__in=ids).select_related("person")
        for row in listed.order_by("pk"):
            (here if row.person.active else left).setdefault(row.position_id, []).append(row)
        return cls(here, left)

    def only(self, position: Position, day: date) -> Person | None:
        """The one who holds the position on that day; None when nobody or several do: then all of them owe it."""
        held = self.on(position, day)
        return next(iter(held.values())) if len(held) == 1 else None

    def on(self, position: Position, day: date) -> dict[int, Person]:
        """Everybody who holds the position on that day, by id."""
        return {
            row.person_id: row.person
            for row in self.rows.get(position.pk, ())
            if row.from_on <= day and (row.to_on is None or row.to_on >= day)
        }


def owing(
    rule: dict[str, Any], code: str, *, unit: Unit, subject: Subject | None, row: Any, entry: Entry | None
) -> list[Owing]:
    """Who owes what a triggered duty opens, by the rule's `holder`. Empty when its positions exclude everybody."""
    position = org.position_in(unit, code)
    match rule.get("holder", "position"):
        case "owner":
            owner = subject.owner(row) if subject is not None else None
            named = subject.owner_position(row) if subject is not None else None
            return _kept([Owing(owner, named or position)], rule, unit)
        case "actor":
            return _kept([Owing(entry.person if entry else None, position)], rule, unit)
        case "unit_head":
            head = head_of(unit)
            return _kept([Owing(org.answerable(head) if head else None, head)], rule, unit)
        case "on_shift":
            return _kept([Owing(person, position) for person in org.on_shift(unit)], rule, unit)
        case _:
            return _kept([_of_position(position, subject, row)], rule, unit)


def _of_position(position: Position | None, subject: Subject | None, row: Any) -> Owing:
    """The holder of a position: who answers for the row's area; else the only one there; else all of them together."""
    if position is None:
        return Owing(None, None)
    area = subject.area(row) if subject is not None and row is not None else None
    if area is not None:
        found = org.area_holder(area, position.code)
        if found is not None:
            return Owing(found, position)
    there = org.present(org.holders(position), clock.now())
    return Owing(there[0] if len(there) == 1 else None, position)


def _kept(found: list[Owing], rule: dict[str, Any], unit: Unit) -> list[Owing]:
    """Those whom `only_positions` and `except_positions` let through, in the position that lets them."""
    only, without = set(rule.get("only_positions") or ()), set(rule.get("except_positions") or ())
    if not only and not without:
        return found
    day, kept = org.local_day(unit), []
    for each in found:
        if each.holder is None:
            codes = {each.position.code} if each.position is not None else set()
            if (not only or codes & only) and not codes & without:
                kept.append(each)
            continue
        mine = {position.code: position for position in org.positions_held(each.holder.pk, day)}
        fitting = [mine[code] for code in mine if code in only] if only else [each.position]
        if fitting and not mine.keys() & without:
            kept.append(Owing(each.holder, fitting[0]))
    return kept


def head_of(unit: Unit) -> Position | None:
    """The position that leads a unit: one that reports to nobody in it."""
    rows = list(unit.positions.filter(active=True).select_related("reports_to", "unit"))
    tops = [row for row in rows if row.reports_to is None or row.reports_to.unit_id != unit.pk]
    return next(iter(tops or rows), None)


def told(
    obligation: Obligation, words: Iterable[str], codes: Iterable[str], owner: Person | None
) -> list[Person]:
    """The people behind the words of a rung (holder, deputy, owner, superior, second_superior, present_on_shift) and
    position codes, each once. The absent are left out; an absent superior is skipped upwards."""
    at = clock.now()
    found: dict[int, Person] = {}
    for word in words:
        for person in _behind(word, obligation, owner, at):
            found[person.pk] = person
    for code in codes:
        position = org.position_in(obligation.unit, code)
        answering = org.answerable(position, at) if position is not None else None
        if answering is not None:
            found[answering.pk] = answering
    return list(found.values())


def _behind(word: str, obligation: Obligation, owner: Person | None, at: datetime) -> list[Person]:
    match word:
        case "holder":
            return _holders(obligation, at) or _deputies(obligation, at)
        case "deputy":
            return _deputies(obligation, at)
        case "owner":
            return org.present([owner] if owner is not None else [], at)
        case "superior":
            return superiors(obligation, at)[:1]
        case "second_superior":
            line = superiors(obligation, at)
            return line[1:2] or line[-1:]
        case "present_on_shift":
            return org.on_shift(obligation.unit, at)
    return []


def _holders(obligation: Obligation, at: datetime) -> list[Person]:
    """The holder when there; without a named one everybody of the position who is there."""
    if obligation.holder is not None:
        return org.present([obligation.holder], at)
    return org.present(org.holders(obligation.position, at), at) if obligation.position is not None else []


def _deputies(obligation: Obligation, at: datetime) -> list[Person]:
    """Who stands in: somebody acting for the holder, or the other holders of the position who are there."""
    if obligation.holder is not None:
        acting = Appointment.objects.filter(
            org.in_force(org.local_day(obligation.unit, at)),
            on_behalf_of=obligation.holder,
            person__active=True,
        ).select_related("person")
        there = org.present([row.person for row in acting], at)
        if there:
            return there[:1]
    if obligation.position is None:
        return []
    others = [row for row in org.holders(obligation.position, at) if row.pk != obligation.holder_id]
    return org.present(others, at)[:1]


def superiors(obligation: Obligation, at: datetime) -> list[Person]:
    """The people above, nearest first, absent ones and vacant positions skipped."""
    position = obligation.position or _main_position(obligation, at)
    if position is None:
        return []
    line: list[Person] = []
    for above in org.superiors(position):
        person = org.answerable(above, at)
        if person is not None and person.pk != obligation.holder_id and person not in line:
            line.append(person)
    return line


def _main_position(obligation: Obligation, at: datetime) -> Position | None:
    """The holder's own position: in the obligation's unit first."""
    if obligation.holder is None:
        return head_of(obligation.unit)
    rows = list(
        Position.objects.filter(
            appointments__in=Appointment.objects.filter(
                org.in_force(org.local_day(obligation.unit, at)), person=obligation.holder
            )
        ).select_related("unit", "reports_to")
    )
    rows.sort(key=lambda row: row.unit_id != obligation.unit_id)
    return rows[0] if rows else None

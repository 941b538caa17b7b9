"""Who a case goes to, and why: the routes of its type, tried in written order (CAS-14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zhize.domains.cases.models import Case
from zhize.domains.cases.pack import FACTS
from zhize.kernel.db import prepared
from zhize.kernel.flow import OPEN
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position
from zhize.kernel.packs.specs import ConditionSpec
from zhize.lib import clock, conditions
from zhize.lib.text import Text


@dataclass(frozen=True)
class Candidate:
    """Somebody who could take the case, with the number of open cases in hand."""

    person: Person
    position: Position
    load: int
    reason: Text


@dataclass(frozen=True)
class Route:
    """Where the rules lead. `chosen` is None when nobody is eligible; `finding` then says what is missing."""

    chosen: Candidate | None
    others: tuple[Candidate, ...]
    finding: str = ""


# Findings: why nobody is eligible. Shown on the case and in the dispatch list until somebody assigns it by hand.
NOBODY_PRESENT = "nobody_present"
NO_POSITION = "no_position"
FINDINGS = {
    NOBODY_PRESENT: Text(
        "该岗位现在空缺，或任职的人都已请假", "the position is vacant, or all its holders are on leave"
    ),
    NO_POSITION: Text("没有这个岗位", "the position does not exist here"),
}


def facts(case: Case) -> dict[str, Any]:
    """What conditions in a pack may ask about a case; the names are declared in `pack.FACTS`."""
    return {
        "type": case.type_code,
        "nature": case.nature,
        "subtype": case.subtype,
        "severity": case.severity,
        "channel": case.channel,
        "is_major": case.is_major,
        "customer_kind": case.customer.kind_code if case.customer else "",
        "customer_grade": case.customer.grade_code if case.customer else "",
        "has_area": case.area_id is not None,
        "area": case.area.code if case.area else "",
        "product": case.asset.product if case.asset else "",
        "object": case.object_code,
    }


def holds(when: ConditionSpec, known: Mapping[str, Any]) -> bool:
    """Whether a condition of the pack holds for these facts."""
    return conditions.evaluate(conditions.parse(when.as_data(), FACTS), known)


def route(case: Case) -> Route:
    """The destination of a case by the first rule that holds and leads to somebody.

    Absent people are skipped. When a rule's position has nobody present, the next rule that holds is tried, so
    that a case waits for a person only when the whole table leads to nobody.
    """
    known = facts(case)
    finding = NO_POSITION
    for rule in case.spec.routes:
        if rule.when is not None and not holds(rule.when, known):
            continue
        if rule.creator:
            found = _creator(case)
        elif rule.area_position is not None:
            found = _of_area(case, rule.area_position)
        else:
            found = _of_position(case, rule.position or rule.desk or "", on_shift_only=rule.desk is not None)
        if found.chosen is not None:
            return found
        finding = found.finding or finding
    return Route(None, (), finding)


def _creator(case: Case) -> Route:
    if case.created_by is None:
        return Route(None, (), NOBODY_PRESENT)
    today = org.local_day(case.unit)
    rows = (
        case.created_by.appointments.filter(org.in_force(today))
        .select_related("position")
        .order_by("from_on", "pk")
    )
    held = [row.position for row in rows]
    if not held:
        return Route(None, (), NO_POSITION)
    reason = Text("受理人自己处理", "handled by whoever took it in")
    return Route(
        Candidate(case.created_by, held[0], load_of([case.created_by])[case.created_by.pk], reason), ()
    )


def _of_area(case: Case, position_code: str) -> Route:
    position = org.position_in(case.unit, position_code)
    if position is None:
        return Route(None, (), NO_POSITION)
    if case.area is not None:
        holder = org.area_holder(case.area, position_code)
        if holder is not None:
            reason = Text(f"负责{case.area.name}，未请假", f"answers for {case.area.name}, not on leave")
            load = load_of([holder])[holder.pk]
            return Route(Candidate(holder, position, load, reason), _candidates(position, besides=holder))
    return _of_position(case, position_code, on_shift_only=False)


def _of_position(case: Case, position_code: str, *, on_shift_only: bool) -> Route:
    position = org.position_in(case.unit, position_code)
    if position is None:
        return Route(None, (), NO_POSITION)
    there = _candidates(position, on_shift_only=on_shift_only)
    if not there:
        return Route(None, (), NOBODY_PRESENT)
    return Route(there[0], there[1:])


def _candidates(
    position: Position, *, besides: Person | None = None, on_shift_only: bool = False
) -> tuple[Candidate, ...]:
    """Present holders of the position, least loaded first."""
    now = clock.now()
    people = [
        person
        for person in org.present(org.holders(position, now), now)
        if besides is None or person != besides
    ]
    if on_shift_only:
        rostered = {person.pk for person in org.on_shift(position.unit, now)}
        people = [person for person in people if person.pk in rostered] or people
    loads = load_of(people)
    ranked = sorted(people, key=lambda person: (loads[person.pk], person.pk))
    return tuple(
        Candidate(
            person,
            position,
            loads[person.pk],
            Text(
                f"{position.name}，未请假，手上 {loads[person.pk]} 件",
                f"{position.name_en or position.name}, not on leave, {loads[person.pk]} open",
            ),
        )
        for person in ranked
    )


def load_of(people: Iterable[Person]) -> dict[int, int]:
    """Open cases in hand per person id; one query."""
    ids = [person.pk for person in people]
    with prepared.cursor() as cursor:
        cursor.execute(_LOAD, [ids])
        return {**dict.fromkeys(ids, 0), **dict(cursor.fetchall())}


_LOAD = f"""
    SELECT owner_id, count(*) FROM cases_case
     WHERE owner_id = ANY(%s) AND category IN ({", ".join(f"'{name}'" for name in sorted(OPEN))}) GROUP BY owner_id
"""  # noqa: S608 - our own words

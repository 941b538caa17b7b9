"""Copies the duties of a pack into a unit, linked to the sentences they carry out, keeping the unit's own changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties.models import Duty
from zhize.domains.duties.services import ending, library
from zhize.domains.duties.services.rights import vouched
from zhize.kernel.org.models import Clause, Unit
from zhize.kernel.packs.applying import Applying, Change

if TYPE_CHECKING:
    from zhize.domains.duties.pack import DutySpec


def plan(applying: Applying) -> Iterator[Change]:
    """What applying would do to the duties of the unit."""
    there = _there(applying)
    for code, spec in applying.items.items():
        duty = there.get(code)
        if duty is None:
            yield applying.change("add", code, spec.title.zh)
        elif _kept(duty):
            yield applying.change("keep", code, spec.title.zh)
        elif _differs(duty, spec):
            yield applying.change("change", code, spec.title.zh)
    for code in applying.dropped():
        if code in there and there[code].active:
            yield applying.change("drop", code, str(there[code]))


def apply(applying: Applying) -> Iterator[Change]:
    """Add and change duties, each with a new version only when something differs; end those that were dropped."""
    unit = _place(applying)
    there, clauses = _there(applying), _clauses(applying)
    # Whoever may apply a pack may seed its duties.
    doer = vouched(applying.actor, caps.DUTY_EDIT)
    for code, spec in applying.items.items():
        known = there.get(code)
        kept = known is not None and _kept(known)
        before = known.current_id if known is not None else None
        if known is not None and kept:
            duty = known
        else:
            duty = library.put(actor=doer, unit=unit, spec=stored(spec), reason=applying.pack).duty
        wanted = [clauses[spec.position][name] for name in spec.clauses if name in clauses[spec.position]]
        moved = library.link(actor=doer, duty=duty, clauses=[clause for found in wanted for clause in found])
        if before is None:
            yield applying.change("add", code, spec.title.zh)
        elif kept:
            yield applying.change("keep", code, spec.title.zh)
        elif before != duty.current_id or moved:
            yield applying.change("change", code, spec.title.zh)
    for code in applying.dropped():
        dropped = there.get(code)
        if dropped is not None and dropped.active:
            ending.end_duty(actor=doer, duty=dropped, reason=applying.pack or "pack", by_pack=True)
            yield applying.change("drop", code, str(dropped))


def stored(spec: DutySpec) -> dict[str, Any]:
    """A declaration as JSON keeps it."""
    return spec.model_dump(mode="json", by_alias=True, exclude_none=True)


def _place(applying: Applying) -> Unit:
    if applying.unit is None:
        raise ValueError("duties are seeded into a unit")
    return applying.unit


def _there(applying: Applying) -> dict[str, Duty]:
    codes = {*applying.items, *applying.previous}
    rows = Duty.objects.filter(unit=applying.unit, code__in=codes).select_related("current")
    return {row.code: row for row in rows}


def _kept(duty: Duty) -> bool:
    """Whether the unit changed or ended this duty itself, so that it keeps its own."""
    return duty.ended_by_unit or (duty.current is not None and duty.current.own)


def _differs(duty: Duty, spec: DutySpec) -> bool:
    if duty.current is None or not duty.active:
        return True
    declared = stored(spec)
    cover = library.cover_of(declared)
    return not library.says_the_same(duty.current, library.content_of(declared), declared) or any(
        getattr(duty, name) != value for name, value in cover.items()
    )


def _clauses(applying: Applying) -> dict[str, dict[str, list[Clause]]]:
    """Position code → clause code → the sentences, in the unit and below. One query."""
    unit = _place(applying)
    codes = {spec.position for spec in applying.items.values()}
    rows = Clause.objects.filter(
        position__code__in=codes, position__unit__path__startswith=unit.path or ""
    ).select_related("position")
    found: dict[str, dict[str, list[Clause]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row.position.code][row.code].append(row)
    return found

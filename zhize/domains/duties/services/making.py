"""Writing slots down: obligations with their clocks and the entry in the timeline of each, many at once."""

from __future__ import annotations

from datetime import UTC, datetime

from zhize.domains.duties import ladders, people, verbs
from zhize.domains.duties.machine import OBLIGATION
from zhize.domains.duties.models import Duty, Obligation, ObligationKind
from zhize.domains.duties.recurring import Calendars
from zhize.domains.duties.services.planning import New
from zhize.kernel import clocks, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.clocks import limits
from zhize.kernel.clocks.limits import Moment
from zhize.kernel.clocks.models import Clock
from zhize.kernel.db import copying
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Position
from zhize.lib import clock
from zhize.lib.businesstime import moment_text

# Every slot has a moment at which it is due, so all without a ladder of their own share the usual one.
_USUAL = ladders.usual(Moment(datetime.max.replace(tzinfo=UTC)))


def create(duty: Duty, listed: list[New], actor: Actor, here: Calendars) -> None:
    """The obligations with their clocks and the entry that stands in the timeline of each, however many."""
    holding = people.Holding.of(new.position for new in listed)
    accepting = _acceptors(listed)
    ids, clock_ids = copying.reserve(Obligation, len(listed)), copying.reserve(Clock, len(listed))
    rows = [
        _obligation(duty, new, holding, accepting, pk, clock_id)
        for new, pk, clock_id in zip(listed, ids, clock_ids, strict=True)
    ]
    copying.copy_in(rows)
    versions = {new.version.pk: new.version for new in listed}
    rungs = {pk: tuple(ladders.thresholds(each.ladder or _USUAL)) for pk, each in versions.items()}
    names = {pk: each.name for pk, each in versions.items()}
    running = clocks.plan(
        (
            clocks.Planned(
                row,
                new.position.unit,
                here.version(new.position.unit),
                new.slot.opens_at,
                new.slot.due_at,
                rungs[new.version.pk],
                names[new.version.pk],
                row.clock_id,
            )
            for new, row in zip(listed, rows, strict=True)
        ),
        actor=actor,
    )
    zone = clock.zone(duty.unit.timezone)
    dues = [new.slot.due_at.astimezone(zone) for new in listed]
    told = {
        "title": listed[0].version.name,
        "count": len(rows),
        "first_text": moment_text(min(dues)),
        "last_text": moment_text(max(dues)),
    }
    history.record(
        actor=actor, verb=verbs.SCHEDULED, subject=duty, unit=duty.unit, data=told, also=rows, marks=running
    )


def _obligation(
    duty: Duty,
    new: New,
    holding: people.Holding,
    accepting: dict[tuple[str, int], Position | None],
    pk: int,
    clock_id: int,
) -> Obligation:
    version, slot, position = new.version, new.slot, new.position
    limit = Moment(slot.due_at)
    day = slot.due_at.astimezone(clock.zone(position.unit.timezone)).date()
    return Obligation(
        pk=pk,
        clock_id=clock_id,
        **flow.begin(OBLIGATION),
        kind=ObligationKind.RECURRING,
        duty=duty,
        duty_version=version,
        unit=position.unit,
        position=position,
        holder=new.holder if new.by_shift else holding.only(position, day),
        acceptor_position=accepting.get((version.acceptor_code, position.unit_id)),
        title=version.title,
        slot=new.key,
        provisional=slot.provisional,
        opened_at=slot.opens_at,
        not_before_at=slot.not_before_at,
        due_at=slot.due_at,
        first_due_at=slot.due_at,
        target=limits.as_json(limit),
        ladder=version.ladder or _USUAL,
        evidence_spec=version.evidence,
        quota=version.rule.get("count") or 1,
        weight=version.weight,
    )


def _acceptors(listed: list[New]) -> dict[tuple[str, int], Position | None]:
    """Who accepts, by code and unit; a fact that the system saw needs nobody's acceptance. One query."""
    wanted = {
        (new.version.acceptor_code, new.position.unit_id): new.position.unit
        for new in listed
        if new.version.acceptor_code and new.version.evidence.get("kind") != "fact"
    }
    if not wanted:
        return {}
    codes = {code for code, _unit in wanted}
    rows = list(Position.objects.filter(code__in=codes, active=True).select_related("unit"))
    by_code = {code: [row for row in rows if row.code == code] for code in codes}
    return {(code, pk): org.nearest_position(by_code[code], unit) for (code, pk), unit in wanted.items()}

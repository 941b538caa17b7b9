"""Writing slots down: obligations with their clocks and the entry in the timeline of each, many at once."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery

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
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Position
from zhize.lib import clock
from zhize.lib.businesstime import moment_text


def create(duty: Duty, listed: list[New], actor: Actor, here: Calendars) -> None:
    """The obligations with their clocks and the entry that stands in the timeline of each. Nine statements."""
    holding = people.Holding.of(new.position for new in listed)
    accepting = _acceptors(listed)
    rows = [_obligation(duty, new, holding, accepting) for new in listed]
    Obligation.objects.bulk_create(rows)
    running = clocks.plan(
        (
            clocks.Planned(
                row,
                new.position.unit,
                here.version(new.position.unit),
                new.slot.opens_at,
                new.slot.due_at,
                tuple(ladders.thresholds(row.ladder)),
                new.version.name,
            )
            for new, row in zip(listed, rows, strict=True)
        ),
        actor=actor,
    )
    of_row = Clock.objects.filter(pk__in=[each.pk for each in running], subject_id=OuterRef("pk"))
    Obligation.objects.filter(pk__in=[row.pk for row in rows]).update(
        clock_id=Subquery(of_row.values("pk")[:1])
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
    duty: Duty, new: New, holding: people.Holding, accepting: dict[tuple[str, int], Position | None]
) -> Obligation:
    version, slot, position = new.version, new.slot, new.position
    limit = Moment(slot.due_at)
    day = slot.due_at.astimezone(clock.zone(position.unit.timezone)).date()
    return Obligation(
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
        ladder=version.ladder or ladders.usual(limit),
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

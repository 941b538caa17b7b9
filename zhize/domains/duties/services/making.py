"""Writing slots down: one statement for all that share version and calendar, one entry of the log in all timelines.

The rows are made by the database, of the slots and the positions that owe them: none passes through Python.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from zhize.domains.duties import ladders, verbs
from zhize.domains.duties.machine import OBLIGATION
from zhize.domains.duties.models import Duty, DutyVersion, Obligation, ObligationKind, SlotPlan
from zhize.domains.duties.services.planning import Block, due_day, key_of
from zhize.kernel import flow, history
from zhize.kernel.access import Actor
from zhize.kernel.clocks import limits
from zhize.kernel.clocks.limits import Moment
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Position
from zhize.lib import clock
from zhize.lib.businesstime import moment_text

# So many rows at once: what the database remembers to check at the end of a statement stays small.
MANY = 50_000
# Every slot has a moment at which it is due, so all without a ladder of their own share the usual one.
_USUAL = ladders.usual(Moment(datetime.max.replace(tzinfo=UTC)))

# What differs from row to row, and where it is taken from.
_SLOTS = {
    "named": "timestamptz",
    "opens_at": "timestamptz",
    "not_before_at": "timestamptz",
    "due_at": "timestamptz",
    "day": "date",
    "provisional": "boolean",
    "target": "jsonb",
    "holder": "bigint",
    "block": "int",
}
_OWERS = {
    "position": "bigint",
    "unit": "bigint",
    "acceptor": "bigint",
    "holder": "bigint",
    "slot_holder": "bigint",
    "from_on": "date",
    "to_on": "date",
    "block": "int",
}
_TAKEN = {
    "slot": "slots.named",
    "opened_at": "slots.opens_at",
    "not_before_at": "slots.not_before_at",
    "due_at": "slots.due_at",
    "first_due_at": "slots.due_at",
    "provisional": "slots.provisional",
    "target": "slots.target",
    "holder_id": "coalesce(slots.holder, owers.holder)",
    "slot_holder_id": "owers.slot_holder",
    "position_id": "owers.position",
    "unit_id": "owers.unit",
    "acceptor_position_id": "owers.acceptor",
}


def create(duty: Duty, blocks: list[Block], actor: Actor) -> int:
    """Write the slots of these blocks, each with the plan it was made by; returns how many."""
    alike: dict[tuple[int, int], list[Block]] = {}
    for block in blocks:
        if block.size:
            alike.setdefault((block.version.pk, block.calendar.pk), []).append(block)
    accepting = _acceptors(blocks)
    return sum(_planned(duty, listed, accepting, actor) for listed in alike.values())


def _planned(
    duty: Duty,
    blocks: list[Block],
    accepting: dict[tuple[str, int], Position | None],
    actor: Actor,
) -> int:
    version, zone = blocks[0].version, clock.zone(duty.unit.timezone)
    count = sum(block.size for block in blocks)
    dues = [slot.due_at for block in blocks for slot in block.slots]
    told = {
        "title": version.name,
        "count": count,
        "first_text": moment_text(min(dues).astimezone(zone)),
        "last_text": moment_text(max(dues).astimezone(zone)),
    }
    entry = history.record(actor=actor, verb=verbs.SCHEDULED, subject=duty, unit=duty.unit, data=told)
    plan = SlotPlan.objects.create(
        duty_version=version, calendar_version=blocks[0].calendar, entry_id=entry.pk, made_at=entry.at
    )
    alike = _alike(duty, version, plan)
    for batch in _batches(blocks):
        _write(alike, batch, accepting)
    return count


def _batches(blocks: list[Block]) -> Iterator[list[Block]]:
    """Blocks of so many rows together as are written at once; a large one in parts."""
    batch: list[Block] = []
    rows = 0
    for block in blocks:
        step = max(1, MANY // len(block.slots))
        for begin in range(0, len(block.owers), step):
            part = replace(block, owers=block.owers[begin : begin + step])
            if batch and rows + part.size > MANY:
                yield batch
                batch, rows = [], 0
            batch.append(part)
            rows += part.size
    yield batch


def _alike(duty: Duty, version: DutyVersion, plan: SlotPlan) -> dict[str, Any]:
    """The columns that are the same in all rows, with their values."""
    row = Obligation(
        **flow.begin(OBLIGATION),
        kind=ObligationKind.RECURRING,
        duty=duty,
        duty_version=version,
        plan=plan,
        title=version.title,
        ladder=version.ladder or _USUAL,
        evidence_spec=version.evidence,
        quota=version.rule.get("count") or 1,
        weight=version.weight,
    )
    return {
        str(field.column): field.get_db_prep_save(getattr(row, field.attname), connection)
        for field in Obligation._meta.concrete_fields
        if not field.primary_key and field.column not in _TAKEN
    }


def _write(
    alike: dict[str, Any],
    blocks: list[Block],
    accepting: dict[tuple[str, int], Position | None],
) -> None:
    """Every slot of a block for every ower of it, by whoever holds the position on the day it is due."""
    slots = [row for number, block in enumerate(blocks) for row in _slots(number, block)]
    owers = [row for number, block in enumerate(blocks) for row in _owers(number, block, accepting)]
    columns = ", ".join([*alike, *_TAKEN])
    values = ", ".join([*["%s"] * len(alike), *_TAKEN.values()])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO duties_obligation ({columns}) SELECT {values}"  # noqa: S608 - names of columns
            f" FROM {_table('slots', _SLOTS)} JOIN {_table('owers', _OWERS)}"
            " ON slots.block = owers.block AND slots.day BETWEEN owers.from_on AND owers.to_on",
            [*alike.values(), *map(list, zip(*slots, strict=True)), *map(list, zip(*owers, strict=True))],
        )


def _table(name: str, columns: dict[str, str]) -> str:
    """Parameters, one list for each column, as a table."""
    return (
        f"unnest({', '.join(f'%s::{kind}[]' for kind in columns.values())}) AS {name}({', '.join(columns)})"
    )


def _slots(number: int, block: Block) -> Iterator[tuple[Any, ...]]:
    unit = block.owers[0].place.unit
    for slot, holder in zip(block.slots, block.holders or [None] * len(block.slots), strict=True):
        yield (
            key_of(slot, unit),
            slot.opens_at,
            slot.not_before_at,
            slot.due_at,
            due_day(slot, unit),
            slot.provisional,
            json.dumps(limits.as_json(Moment(slot.due_at))),
            holder.pk if holder is not None else None,
            number,
        )


def _owers(
    number: int, block: Block, accepting: dict[tuple[str, int], Position | None]
) -> Iterator[tuple[Any, ...]]:
    for ower in block.owers:
        place = ower.place
        acceptor = accepting.get((block.version.acceptor_code, place.unit_id))
        for stretch in ower.stretches:
            yield (
                place.pk,
                place.unit_id,
                acceptor.pk if acceptor is not None else None,
                # Where the shift decides, nobody else than who is on it owes the slot.
                stretch.holder_id if block.holders is None else None,
                ower.person_id,
                stretch.from_on,
                stretch.to_on,
                number,
            )


def _acceptors(blocks: list[Block]) -> dict[tuple[str, int], Position | None]:
    """Who accepts, by code and unit; a fact that the system saw needs nobody's acceptance. One query."""
    wanted = {
        (block.version.acceptor_code, ower.place.unit_id): ower.place.unit
        for block in blocks
        if block.version.acceptor_code and block.version.evidence.get("kind") != "fact"
        for ower in block.owers
    }
    if not wanted:
        return {}
    codes = {code for code, _unit in wanted}
    rows = list(Position.objects.filter(code__in=codes, active=True).select_related("unit"))
    by_code = {code: [row for row in rows if row.code == code] for code in codes}
    there = {(row.code, row.unit_id): row for row in reversed(rows)}
    return {
        (code, pk): there.get((code, pk)) or org.nearest_position(by_code[code], unit)
        for (code, pk), unit in wanted.items()
    }

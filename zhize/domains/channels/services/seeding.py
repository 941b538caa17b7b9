"""Copies the ways in of a pack into the unit it is applied to; what the site has made of them stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zhize.domains.channels.models import Line
from zhize.kernel import history
from zhize.kernel.org.models import Position, Unit
from zhize.kernel.packs.applying import Applying, Change

if TYPE_CHECKING:
    from zhize.domains.channels.pack import LineSpec


def lines(applying: Applying) -> Iterator[Change]:
    """Open the lines that the unit does not have yet. A line that was closed there stays closed."""
    unit = applying.unit
    if unit is None:
        return
    wanted = {code_of(unit, code): (code, spec) for code, spec in applying.items.items()}
    known = set(Line.objects.filter(code__in=wanted).values_list("code", flat=True))
    owners = {spec.owner for _code, spec in wanted.values() if spec.owner}
    rows = Position.objects.filter(unit__path__startswith=unit.path or "/", code__in=owners).order_by("pk")
    positions = {row.code: row for row in reversed(rows)}
    for full, (code, spec) in wanted.items():
        if full in known:
            continue
        line = _line(unit, full, spec, positions.get(spec.owner or ""))
        line.save()
        history.record(actor=applying.actor, verb="channel.opened", subject=line, unit=unit)
        yield applying.change("add", code, spec.name.zh)


def code_of(unit: Unit, code: str) -> str:
    """The code of a seeded line, unique over all units: wy-a-hotline."""
    return f"{unit.code}-{code}".lower().replace("_", "-")[:40]


def _line(unit: Unit, code: str, spec: LineSpec, owner: Position | None) -> Line:
    return Line(
        unit=unit,
        kind=spec.kind,
        code=code,
        name=spec.name.zh,
        name_en=spec.name.en,
        address=spec.address,
        owner=owner,
        hours=spec.hours,
        case_type=spec.case_type or "",
    )

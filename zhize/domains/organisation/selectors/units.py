"""The tree of units (ORG-01)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, Position, Unit
from zhize.lib import clock


def visible(actor: Actor, capability: str | None = None) -> QuerySet[Unit]:
    """Units the actor may see (or use the capability on), in the order of the tree."""
    return access.visible(actor, Unit, capability).order_by("path")


def matching(rows: QuerySet[Unit], words: str) -> QuerySet[Unit]:
    """Units whose code, full or short name contains the words; codes may be typed without their spaces (ORG-01)."""
    wanted = words.strip()
    if not wanted:
        return rows
    named = Q(name__icontains=wanted) | Q(short_name__icontains=wanted) | Q(name_en__icontains=wanted)
    bare = wanted.replace(" ", "")
    by_code = Q(code__icontains=wanted) | Q(
        pk__in=[row.pk for row in rows if bare and bare in row.code.replace(" ", "")]
    )
    return rows.filter(named | by_code)


@dataclass(frozen=True)
class Node:
    """One line of the tree. `depth` counts from the topmost line shown; `hit`: found by the search."""

    unit: Unit
    depth: int
    positions: int
    people: int
    hit: bool


def tree(actor: Actor, words: str = "", *, closed: bool = False) -> list[Node]:
    """The visible tree with the numbers of positions and people of each unit; with `words`, hits and their line upwards.

    A fixed number of queries however large the tree is.
    """
    rows = visible(actor) if closed else visible(actor).filter(active=True)
    hits = {row.pk for row in matching(rows, words)} if words.strip() else set()
    units = list(rows)
    if words.strip():
        paths = [row.path or "" for row in units if row.pk in hits]
        units = [row for row in units if any(path.startswith(row.path or "?") for path in paths)]
    return _nodes(units, hits)


def _nodes(units: list[Unit], hits: set[int]) -> list[Node]:
    ids = [unit.pk for unit in units]
    positions = _counts(
        Position.objects.filter(unit__in=ids, active=True).values("unit").annotate(n=Count("pk"))
    )
    held = Appointment.objects.filter(
        org.in_force(clock.today()), position__unit__in=ids, person__active=True
    )
    people = {
        row["position__unit"]: row["n"]
        for row in held.order_by().values("position__unit").annotate(n=Count("person", distinct=True))
    }
    by_path = {unit.path: unit for unit in units}
    found = []
    for unit in units:
        steps = (unit.path or "").strip("/").split("/")
        above = ["/" + "/".join(steps[:end]) + "/" for end in range(1, len(steps))]
        depth = sum(path in by_path for path in above)
        found.append(Node(unit, depth, positions.get(unit.pk, 0), people.get(unit.pk, 0), unit.pk in hits))
    return found


def _counts(rows: QuerySet[Any, Any]) -> dict[int, int]:
    return {row["unit"]: row["n"] for row in rows.order_by()}


def line(unit: Unit) -> list[Unit]:
    """The units above, topmost first."""
    ids = [int(part) for part in (unit.path or "").strip("/").split("/") if part]
    return list(Unit.objects.filter(pk__in=ids).exclude(pk=unit.pk).order_by("path"))


def children(actor: Actor, unit: Unit) -> QuerySet[Unit]:
    """The units directly below."""
    return visible(actor).filter(parent=unit)

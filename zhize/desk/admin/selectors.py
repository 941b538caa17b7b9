"""Reads that no domain owns: the audit log, its chain, what was given up, releases of packs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from zhize.desk.admin import capabilities as caps
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.access.models import Grant
from zhize.kernel.db import NotFound
from zhize.kernel.history import chain
from zhize.kernel.history.models import Entry, Link, Reaction
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, Person, Position, Unit
from zhize.kernel.packs.models import PackOverride, PackPlacement, PackRelease
from zhize.lib import clock

TAIL = 5000


def entries(actor: Actor) -> QuerySet[Entry]:
    """The audit log as far as the actor may search it."""
    return access.visible(actor, Entry, caps.AUDIT_VIEW).select_related(
        "unit", "person", "position", "on_behalf_of"
    )


def entry(actor: Actor, pk: int) -> Entry:
    """One entry. NotFound."""
    found = entries(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def link_of(row: Entry) -> Link | None:
    """The entry's link of the chain, once it is sealed."""
    return Link.objects.filter(entry=row).first()


def subject_types(actor: Actor) -> list[str]:
    """Kinds of rows that stand in the log. The newest entries say which."""
    rows = entries(actor).order_by("-pk").values_list("subject_type", flat=True)[:5000]
    return sorted(set(rows))


@dataclass(frozen=True)
class Chain:
    """The state of the hash chain: how long it is, its last link, what is not sealed yet."""

    length: int
    last: Link | None
    open: int
    open_since: datetime | None


def chain_state() -> Chain:
    """How far the log is sealed."""
    last = Link.objects.select_related("entry").order_by("-number").first()
    waiting = Entry.objects.filter(link__isnull=True)
    oldest = waiting.order_by("pk").first()
    return Chain(last.number if last else 0, last, waiting.count(), oldest.at if oldest else None)


@dataclass(frozen=True)
class Verified:
    """The outcome of checking the newest links. `unchecked`: how many older ones were not looked at."""

    count: int
    unchecked: int
    faults: tuple[chain.Fault, ...]
    at: datetime


def verify_tail(limit: int = TAIL) -> Verified:
    """Check the newest links against their entries. The whole chain is checked by `zhize audit verify`."""
    rows = list(Link.objects.select_related("entry").order_by("-number")[: limit + 1])[::-1]
    whole = len(rows) <= limit
    before = chain.FIRST if whole else rows[0].digest
    expected = 1 if whole else rows[0].number + 1
    faults: list[chain.Fault] = []
    checked = rows if whole else rows[1:]
    for link in checked:
        if link.number != expected:
            faults.append(chain.Fault(expected, None, "missing"))
        if chain.digest(link.entry, before) != link.digest:
            faults.append(chain.Fault(link.number, link.entry_id, "changed"))
        before, expected = link.digest, link.number + 1
    unchecked = 0 if whole else rows[0].number
    return Verified(len(checked), unchecked, tuple(faults), clock.now())


def reaction(pk: int) -> Reaction:
    """One reaction. NotFound."""
    found = Reaction.objects.select_related("entry").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


# Why can this person do this -------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A grant of the asked capability that one of the person's positions has."""

    position: Position
    unit: Unit
    scope: str
    reaches: bool


@dataclass(frozen=True)
class Answer:
    """Whether the person may, by which grants; who else may; appointments that are not in effect now."""

    allowed: bool
    lines: tuple[Line, ...]
    positions: tuple[Position, ...]
    elsewhere: tuple[Grant, ...]
    dormant: tuple[Appointment, ...]


def why(person: Person, capability: str, row: Any = None) -> Answer:
    """What decides whether the person may use the capability (on the row)."""
    actor = access.for_person(person, channel="web")
    reasons = access.explain(actor, capability, row)
    held = [holding.position_id for holding in actor.positions]
    positions = {each.pk: each for each in Position.objects.filter(pk__in=held).select_related("unit")}
    units = Unit.objects.in_bulk([reason.unit_id for reason in reasons])
    lines = tuple(
        Line(
            positions[reason.position_id],
            units[reason.unit_id],
            str(access.Scope(reason.scope).label),
            reason.reaches,
        )
        for reason in reasons
    )
    others = (
        Grant.objects.filter(capability=capability)
        .exclude(position__in=held)
        .select_related("position__unit")
    )
    dormant = Appointment.objects.filter(org.in_force(clock.today()), person=person, kind="deputy").exclude(
        position__in=held
    )
    return Answer(
        access.allowed(actor, capability, row),
        lines,
        tuple(positions.values()),
        tuple(others.order_by("position__unit__path", "position")[:20]),
        tuple(dormant.select_related("position__unit")),
    )


# Packs -------------------------------------------------------------------------


def releases() -> list[PackRelease]:
    """Every release that was applied, the one in force first, without their contents."""
    return list(PackRelease.objects.defer("spec").order_by("pack", "-number"))


def placements() -> list[PackPlacement]:
    """Where packs were seeded."""
    return list(PackPlacement.objects.select_related("unit", "release").defer("release__spec"))


def overrides(section: str = "", code: str = "") -> list[PackOverride]:
    """The site's own values."""
    rows = PackOverride.objects.order_by("pack", "section", "code", "path_text")
    wanted = Q(section=section) if section else Q()
    return list(rows.filter(wanted & (Q(code=code) if code else Q())))


def pack_of(section: str, code: str) -> str:
    """The pack in force that has the item. NotFound."""
    from zhize.kernel import packs

    try:
        release = packs.release_of(section, code)
    except packs.NotInPack as missing:
        raise NotFound from missing
    return str(PackRelease.objects.values_list("pack", flat=True).get(pk=release))


def position_name(code: str) -> Any:
    """How the packs in force, or the units, call a position of this code."""
    from zhize.kernel import packs

    found = packs.find("positions", code)
    if found is not None:
        return found.name.in_language(get_language() or "zh-hans")
    row = Position.objects.filter(code=code).order_by("pk").first()
    return str(row) if row is not None else code

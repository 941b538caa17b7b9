"""Positions and their sheets: holders, reporting line, clauses, versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.access.models import Grant
from zhize.kernel.access.rules import NOTHING
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, Clause, Position, SheetVersion, Unit
from zhize.lib import clock


def _today() -> Q:
    return org.in_force(clock.today())


def visible(actor: Actor, capability: str | None = None) -> QuerySet[Position]:
    """Positions the actor may see, with the appointments in force and the number of clauses. Two queries when listed."""
    held = (
        Appointment.objects.filter(_today(), person__active=True)
        .select_related("person")
        .order_by("kind", "from_on")
    )
    rows = access.visible(actor, Position, capability).select_related("unit", "reports_to")
    rows = rows.annotate(clause_count=Count("clauses", filter=Q(clauses__active=True), distinct=True))
    return rows.prefetch_related(Prefetch("appointments", queryset=held, to_attr="held"))


def above_offered(actor: Actor, position: Position | None) -> QuerySet[Position]:
    """Superiors to choose from; the one that stands there stays a choice, also where the editor does not see it."""
    return _offered(actor, Q(pk=position.reports_to_id) if position is not None else NOTHING)


def included_offered(actor: Actor, position: Position | None) -> QuerySet[Position]:
    """Positions whose duties may be included; those that are already stay choices, seen or not."""
    return _offered(actor, Q(pk__in=position.includes.values("pk")) if position is not None else NOTHING)


def _offered(actor: Actor, also: Q) -> QuerySet[Position]:
    seen = Q(pk__in=access.visible(actor, Position).filter(active=True).values("pk"))
    return Position.objects.filter(seen | also).select_related("unit")


def vacant() -> Q:
    """Active positions that nobody holds today."""
    return Q(active=True) & ~Q(
        pk__in=Appointment.objects.filter(_today(), person__active=True).values("position")
    )


def find(actor: Actor, words: str, capability: str | None = None) -> QuerySet[Position]:
    """Active positions by name, code or unit, for fields that search while one types."""
    rows = access.visible(actor, Position, capability).filter(active=True).select_related("unit")
    wanted = words.strip()
    if wanted:
        rows = rows.filter(
            Q(name__icontains=wanted) | Q(name_en__icontains=wanted) | Q(code__icontains=wanted)
            | Q(unit__name__icontains=wanted) | Q(unit__short_name__icontains=wanted)
        )  # fmt: skip
    return rows.order_by("unit__path", "pk")


def of_unit(actor: Actor, unit: Unit) -> QuerySet[Position]:
    """The positions of one unit."""
    return visible(actor).filter(unit=unit, active=True).order_by("pk")


def holders(position: Position) -> list[Appointment]:
    """The appointments in force today: holders, then acting, then deputies."""
    rank = {"primary": 0, "acting": 1, "deputy": 2}
    rows = (
        position.appointments.filter(_today())
        .select_related("person", "on_behalf_of")
        .order_by("from_on", "pk")
    )
    return sorted(rows, key=lambda row: rank.get(row.kind, 9))


def former(position: Position, limit: int = 20) -> list[Appointment]:
    """Appointments that ended."""
    ended = position.appointments.filter(to_on__lt=clock.today(position.unit.timezone))
    return list(ended.select_related("person").order_by("-to_on", "-pk")[:limit])


def reports(position: Position) -> list[Position]:
    """The positions that report directly to this one."""
    return list(position.reports.filter(active=True).select_related("unit").order_by("unit__path", "pk"))


def indirect_reports(position: Position) -> list[Position]:
    """The positions that report to this one through others."""
    direct = {row.pk for row in reports(position)}
    below = org.reporting_positions([position.pk]) - direct
    return list(
        Position.objects.filter(pk__in=below, active=True).select_related("unit").order_by("unit__path", "pk")
    )


def grants(position: Position) -> list[Grant]:
    """What the position may do, by capability."""
    return list(position.grants.order_by("capability"))


def grant(position: Position, pk: int) -> Grant | None:
    """One grant of the position."""
    return position.grants.filter(pk=pk).select_related("position__unit").first()


def clauses(position: Position) -> list[Clause]:
    """The sentences of the sheet in printed order."""
    return list(position.clauses.filter(active=True).order_by("order", "pk"))


def clause(actor: Actor, pk: int, capability: str) -> Clause:
    """One sentence, for changing it. NotFound, Refused."""
    found = access.fetch(actor, Clause, pk)
    access.require(actor, capability, found.position)
    return found


def clause_seen(actor: Actor, pk: int) -> Clause:
    """One sentence, also one that was taken out. NotFound."""
    return access.fetch(actor, Clause, pk)


def version(position: Position, number: int) -> SheetVersion | None:
    """One issued version by its number."""
    return position.versions.filter(number=number).first()


def versions(position: Position) -> list[SheetVersion]:
    """Every issued version, newest first."""
    return list(position.versions.order_by("-number"))


def version_on(position: Position, day: date) -> SheetVersion | None:
    """The sheet that was in force on a day (ORG-15); None before the first was issued."""
    rows = position.versions.filter(effective_from__lte=day)
    return rows.filter(Q(effective_to__isnull=True) | Q(effective_to__gte=day)).order_by("-number").first()


def as_read(position: Position, content: Mapping[str, Any]) -> dict[str, Any]:
    """A sheet with the names of unit and positions as its reader writes them; its own words stay as they were written.

    Who is named is looked for among those the position is linked with, then above and below its unit: a position
    elsewhere may bear the same name. Of several an active one holds.
    """
    named = {content["reports_to"], *content["direct"], *content["indirect"]}
    linked = {position.reports_to_id, *org.reporting_positions([position.pk])}
    path = position.unit.path or ""
    near = Q(unit__path__startswith=path or "?") | Q(unit__in=[int(part) for part in path.split("/") if part])
    found = Position.objects.filter(near | Q(pk__in=linked - {None}), name__in=named)
    # The last one holds.
    rows = sorted(found, key=lambda row: (row.active, row.pk in linked, -row.pk))
    known = {row.name: str(row) for row in rows}
    own = {position.name: str(position), position.unit.name: str(position.unit)}
    return {
        **content,
        "name": own.get(content["name"], content["name"]),
        "unit": own.get(content["unit"], content["unit"]),
        "reports_to": known.get(content["reports_to"], content["reports_to"]),
        **{key: [known.get(name, name) for name in content[key]] for key in ("direct", "indirect")},
    }

"""Reads of sampling plans: who may be drawn, how far a plan is, what its strata came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet

from zhize.domains.cases.models import Case
from zhize.domains.customers.models import Occupancy, Premises
from zhize.domains.customers.selectors import premises as places
from zhize.domains.visits.models import HomeState, SampledHome, SamplePlan
from zhize.kernel import packs
from zhize.kernel.access import Actor
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import AreaAssignment, Person, Position, Unit
from zhize.lib import clock, recurrence
from zhize.lib.text import Text


def plans(actor: Actor) -> QuerySet[SamplePlan]:
    """Plans the actor may see, with how many homes were visited and replaced."""
    rows = SamplePlan.objects.visible_to(actor).select_related("unit", "holder", "release")
    return rows.annotate(
        visited=Count("homes", filter=Q(homes__stage=HomeState.VISITED)),
        replaced=Count("homes", filter=Q(homes__stage=HomeState.REPLACED)),
    )


def homes(actor: Actor, plan: SamplePlan) -> QuerySet[SampledHome]:
    """The homes of a plan in their order, with what a row shows."""
    rows = SampledHome.objects.visible_to(actor).filter(plan=plan)
    return rows.select_related(
        "premises", "customer", "visited_by", "follow_up", "plan__unit", "replaces__premises"
    )


def one(pk: int) -> SampledHome:
    """A home that the door has let through, with its plan and place."""
    return SampledHome.objects.select_related(
        "plan__unit", "premises__unit", "premises__area", "customer", "unit"
    ).get(pk=pk)


def in_state(code: str) -> Q:
    return Q(stage=code)


def visitors(samples: Iterable[Any], unit: Unit) -> QuerySet[Person]:
    """Whoever holds a position that samples with own areas name, in the unit and below."""
    codes = [spec.position for spec in samples if spec.own_areas]
    held = Position.objects.filter(code__in=codes, unit__path__startswith=unit.path or "/")
    today = org.in_force(clock.today(unit.timezone))
    rows = AreaAssignment.objects.filter(today, position__in=held)
    return Person.objects.filter(pk__in=rows.values("person"), active=True).order_by("name")


def period(spec: Any, day: date) -> tuple[date, date]:
    """First and last day of the sample's period that `day` lies in."""
    rule = recurrence.Rule(every=spec.period, due="period_end")
    return recurrence.period(rule, day)


def drawers(spec: Any, unit: Unit, day: date) -> list[Person | None]:
    """For whom there is a plan: each holder of the position with areas of his own, or once for the whole unit."""
    if not spec.own_areas:
        return [None]
    rows = AreaAssignment.objects.filter(
        org.in_force(day), position__code=spec.position, area__unit__path__startswith=unit.path or "/"
    )
    people = Person.objects.filter(pk__in=rows.values("person"), active=True)
    return list(people.order_by("pk"))


def population(
    spec: Any, stratum: Any, unit: Unit, holder: Person | None, first: date, last: date
) -> list[int]:
    """Ids of the homes of a stratum in this period. One or two queries."""
    rooms = Premises.objects.filter(unit__path__startswith=unit.path or "/", kind="room")
    if holder is not None:
        held = AreaAssignment.objects.filter(
            org.in_force(clock.today(unit.timezone)), person=holder, position__code=spec.position
        )
        areas = list(held.values_list("area_id", flat=True))
        rooms = rooms.filter(Q(area__in=areas) | Q(area__parent__in=areas))
    since, until = _bounds(first, last, unit)
    if stratum.source == "cases":
        found = Case.objects.filter(
            type_code__in=stratum.types, answered_at__gte=since, answered_at__lt=until, premises__isnull=False
        ).exclude(category="void")
        if stratum.subtypes:
            found = found.filter(subtype__in=stratum.subtypes)
        rooms = rooms.filter(pk__in=found.values("premises"))
    elif stratum.source == "visited":
        seen = SampledHome.objects.filter(sample=stratum.of, visited_at__gte=since, visited_at__lt=until)
        rooms = rooms.filter(pk__in=seen.values("premises"))
    else:
        living = Occupancy.objects.filter(places.in_force(clock.today(unit.timezone)), living=True)
        rooms = rooms.filter(pk__in=living.values("premises"))
    return list(rooms.order_by("sort_key", "pk").values_list("pk", flat=True))


def _bounds(first: date, last: date, unit: Unit) -> tuple[datetime, datetime]:
    zone = clock.zone(unit.timezone)
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def living_in(premises: Iterable[int], day: date) -> dict[int, int]:
    """Home → the customer to ask for: an owner who lives there before other residents. One query."""
    rows = Occupancy.objects.filter(places.in_force(day), premises__in=list(premises), living=True)
    found: dict[int, int] = {}
    for home, customer, _role in sorted(
        rows.values_list("premises_id", "customer_id", "role"), key=lambda row: (row[2] != "owner", row[1])
    ):
        found.setdefault(home, customer)
    return found


@dataclass(frozen=True)
class StratumResult:
    """What one stratum of a plan came to. `satisfied` in percent of those who said how content they are."""

    code: str
    label: Text
    population: int
    quota: int
    visited: int
    left: int
    reserve: int
    average: float | None
    satisfied: int | None
    problems: int
    measure: str


def results(plan: SamplePlan) -> list[StratumResult]:
    """Stratum by stratum, in the order of the sample. One query."""
    rows = SampledHome.objects.filter(plan=plan).order_by().values("stratum")
    counted: dict[str, Any] = {
        row["stratum"]: row
        for row in rows.annotate(
            visited=Count("pk", filter=Q(stage=HomeState.VISITED)),
            left=Count("pk", filter=Q(stage=HomeState.PLANNED)),
            reserve=Count("pk", filter=Q(stage=HomeState.RESERVE)),
            average=Avg("satisfaction"),
            rated=Count("satisfaction"),
            content=Count("pk", filter=Q(satisfaction__gte=4)),
            problems=Count("follow_up"),
        )
    }
    zeros = dict.fromkeys(("visited", "left", "reserve", "rated", "content", "problems"), 0)
    nothing: dict[str, Any] = zeros | {"average": None}
    found = []
    for stored in plan.strata:
        row = counted.get(stored["code"], nothing)
        found.append(
            StratumResult(
                code=stored["code"],
                label=Text.of(stored["label"]),
                population=len(stored["population"]),
                quota=stored["quota"],
                visited=row["visited"],
                left=row["left"],
                reserve=row["reserve"],
                average=round(row["average"], 1) if row["average"] is not None else None,
                satisfied=round(100 * row["content"] / row["rated"]) if row["rated"] else None,
                problems=row["problems"],
                measure=stored.get("measure", ""),
            )
        )
    return found


def drawable(actor: Actor, unit: Unit) -> list[Any]:
    """The samples of the packs in force whose position is in the unit."""
    codes = set(
        Position.objects.filter(unit__path__startswith=unit.path or "/", active=True).values_list(
            "code", flat=True
        )
    )
    return [spec for spec in packs.listing("samples") if spec.position in codes]

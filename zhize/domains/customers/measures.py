"""Figures of the customer resource for dashboards and reports (CUS-14, CUS-11, CUS-06)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from zhize.domains.customers import catalogue, machine
from zhize.domains.customers.models import OCCUPIABLE, Customer, Occupancy, Premises, Touch
from zhize.domains.customers.selectors.premises import NOT_TO_LET, occupied
from zhize.kernel import measures
from zhize.kernel.measures import Figure, MeasureScope
from zhize.kernel.org.models import Area


def _kinds(codes: Collection[Any]) -> Mapping[Any, Any]:
    return catalogue.kind_labels()


def _grades(codes: Collection[Any]) -> Mapping[Any, Any]:
    return catalogue.grade_labels()


def _areas(ids: Collection[Any]) -> Mapping[Any, Any]:
    return {area.pk: str(area) for area in Area.objects.filter(pk__in=[pk for pk in ids if pk])}


measures.dimension(Customer, "kind", zh="客户类别", en="Kind", path="kind_code", labels=_kinds)
measures.dimension(Customer, "grade", zh="客户等级", en="Grade", path="grade_code", labels=_grades)
measures.dimension(Customer, "area", zh="责任区域", en="Area", path="area_id", labels=_areas)
measures.dimension(Premises, "area", zh="责任区域", en="Area", path="area_id", labels=_areas)


def _customers() -> QuerySet[Customer]:
    """Customers in the archive today, with the area of the place they live in."""
    home = Occupancy.objects.filter(customer=OuterRef("pk"), to_on__isnull=True, premises__area__isnull=False)
    first = home.order_by("-living", "pk").values("premises__area_id")[:1]
    return Customer.objects.filter(state=machine.ACTIVE).annotate(area_id=Subquery(first))


LIST = "customers:list"


@measures.measure(
    "customer.count", zh="在册客户", en="Customers", unit="户", stock=True, drill=(LIST, {"state": "active"})
)
def count(scope: MeasureScope) -> Figure:
    """Customers in the archive today that were recorded before the end of the span."""
    return measures.count(scope.narrow(_customers().filter(created_at__lt=scope.until), at=None))


@measures.measure(
    "customer.added",
    zh="新增客户",
    en="New customers",
    unit="户",
    direction="up",
    drill=(LIST, {"state": "active", "created_at_after": "{since}", "created_at_before": "{until}"}),
)
def added(scope: MeasureScope) -> Figure:
    """Customers recorded in the span."""
    return measures.count(scope.narrow(_customers(), at="created_at"), at="created_at")


@measures.measure(
    "customer.touches", zh="客户联系次数", en="Contacts with customers", unit="次", direction="up"
)
def touches(scope: MeasureScope) -> Figure:
    """Contacts with customers that were noted in the span."""
    return measures.count(scope.narrow(Touch.objects.all(), at="at", unit="customer__unit_id"), at="at")


@measures.measure(
    "customer.confirmed_rate",
    zh="资料确认率",
    en="Data confirmed",
    unit="%",
    direction="up",
    stock=True,
    help_zh="在期间内确认过资料的在册客户占比。",
    help_en="Share of customers whose data were confirmed within the period.",
)
def confirmed_rate(scope: MeasureScope) -> Figure:
    """Share of customers whose data were confirmed within the span."""
    rows = scope.narrow(_customers().filter(created_at__lt=scope.until), at=None)
    return measures.ratio(rows, Q(confirmed_at__gte=scope.since, confirmed_at__lt=scope.until))


@measures.measure(
    "premises.vacant_rate",
    zh="空置率",
    en="Vacancy",
    unit="%",
    direction="down",
    stock=True,
    drill=("customers:vacant", {}),
)
def vacant_rate(scope: MeasureScope) -> Figure:
    """Share of rooms and shops that stand empty today; unsold and withdrawn ones are left out."""
    rows = Premises.objects.filter(kind__in=OCCUPIABLE).exclude(condition__in=NOT_TO_LET)
    return measures.ratio(scope.narrow(rows.annotate(is_occupied=occupied()), at=None), Q(is_occupied=False))

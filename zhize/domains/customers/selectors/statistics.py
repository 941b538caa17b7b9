"""The customer resource in numbers (CUS-14): by kind, grade, area and activity, with trend, each figure with its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import catalogue
from zhize.domains.customers.models import Customer, Nature, Occupancy
from zhize.domains.customers.selectors import care, listing
from zhize.domains.customers.selectors.premises import in_force
from zhize.kernel.access import Actor
from zhize.kernel.org.models import Area
from zhize.lib import clock

MONTHS = 12


@dataclass(frozen=True)
class Slice:
    """One figure: how many customers, and the parameters of the customer list that show exactly them."""

    code: str
    label: Any
    count: int
    query: dict[str, str]


@dataclass(frozen=True)
class Breakdown:
    """The customers by one dimension. A customer with places in two areas counts in both, hence `overlapping`."""

    code: str
    label: Any
    slices: Sequence[Slice]
    total: int
    overlapping: bool = False


@dataclass(frozen=True)
class Month:
    """Customers recorded in a month, and how many there were at its end (of those in the archive today)."""

    first: date
    added: int
    total: int
    query: dict[str, str]


@dataclass(frozen=True)
class Statistics:
    """The whole page."""

    total: int
    vip: int
    owing: int
    watched: int
    breakdowns: Sequence[Breakdown]
    months: Sequence[Month]


def statistics(actor: Actor) -> Statistics:
    """All figures over the active customers the actor sees; a fixed number of queries."""
    rows = care.active(actor)
    totals = rows.aggregate(
        total=Count("pk"),
        vip=Count("pk", filter=Q(vip=True)),
        owing=Count("pk", filter=Q(arrears_amount__gt=0)),
    )
    return Statistics(
        total=totals["total"],
        vip=totals["vip"],
        owing=totals["owing"],
        watched=rows.filter(watch_entries__ended_on__isnull=True, watch_entries__isnull=False)
        .distinct()
        .count(),
        breakdowns=[
            _by_kind(rows, totals["total"]),
            _by_grade(rows, totals["total"]),
            _by_area(rows, totals["total"]),
            _by_activity(rows, totals["total"]),
            _by_nature(rows, totals["total"]),
        ],
        months=trend(rows),
    )


def _counted(rows: QuerySet[Customer], column: str) -> dict[Any, int]:
    return dict(rows.order_by().values_list(column).annotate(times=Count("pk")).values_list(column, "times"))


def _by_kind(rows: QuerySet[Customer], total: int) -> Breakdown:
    counted, labels = _counted(rows, "kind_code"), catalogue.kind_labels()
    codes = [*labels, *(code for code in counted if code not in labels)]
    slices = [Slice(c, labels.get(c, c), counted.get(c, 0), {"kind": c, "state": "active"}) for c in codes]
    return Breakdown("kind", _("客户类别"), slices, total)


def _by_grade(rows: QuerySet[Customer], total: int) -> Breakdown:
    counted, labels = _counted(rows, "grade_code"), catalogue.grade_labels()
    codes = [*labels, *(code for code in counted if code and code not in labels)]
    slices = [Slice(c, labels.get(c, c), counted.get(c, 0), {"grade": c, "state": "active"}) for c in codes]
    none = Slice("none", _("未定级"), counted.get("", 0), {"grade": "none", "state": "active"})
    return Breakdown("grade", _("客户等级"), [*slices, none], total)


def _by_area(rows: QuerySet[Customer], total: int) -> Breakdown:
    ties = Occupancy.objects.filter(in_force(), customer__in=rows, premises__area__isnull=False)
    counted = dict(
        ties.order_by()
        .values_list("premises__area")
        .annotate(number=Count("customer", distinct=True))
        .values_list("premises__area", "number")
    )
    areas = {area.pk: area for area in Area.objects.filter(pk__in=counted).order_by("unit", "code")}
    slices = [
        Slice(str(pk), str(area), counted[pk], {"area": str(pk), "state": "active"})
        for pk, area in areas.items()
    ]
    none = listing.without_area(rows).count()
    slices.append(Slice("none", _("没有责任区域"), none, {"area": "none", "state": "active"}))
    return Breakdown("area", _("责任区域"), slices, total, overlapping=sum(counted.values()) + none > total)


def _by_activity(rows: QuerySet[Customer], total: int) -> Breakdown:
    now = clock.now()
    dated = rows.annotate(active_at=Coalesce(F("last_touch_at"), F("created_at")))
    counts = {}
    for code, _label, start, end in listing.ACTIVITIES:
        where: dict[str, datetime] = {}
        if start:
            where["active_at__lte"] = now - timedelta(days=start)
        if end is not None:
            where["active_at__gt"] = now - timedelta(days=end)
        counts[code] = Count("pk", filter=Q(**where))
    found = dated.aggregate(**counts)
    slices = [
        Slice(code, label, found[code], {"activity": code, "state": "active"})
        for code, label, _start, _end in listing.ACTIVITIES
    ]
    return Breakdown("activity", _("活跃程度"), slices, total)


def _by_nature(rows: QuerySet[Customer], total: int) -> Breakdown:
    counted = _counted(rows, "nature")
    slices = [
        Slice(code, label, counted.get(code, 0), {"nature": code, "state": "active"})
        for code, label in Nature.choices
    ]
    return Breakdown("nature", _("性质"), slices, total)


def trend(rows: QuerySet[Customer], months: int = MONTHS) -> list[Month]:
    """Customers recorded per month over the last `months` months, this one included, and the running total."""
    zone = clock.zone()
    this_month = clock.today().replace(day=1)
    firsts = [_months_before(this_month, back) for back in range(months - 1, -1, -1)]
    begin = datetime(firsts[0].year, firsts[0].month, 1, tzinfo=zone)
    grouped = (
        rows.filter(created_at__gte=begin)
        .order_by()
        .annotate(month=TruncMonth("created_at", tzinfo=zone))
        .values_list("month")
        .annotate(times=Count("pk"))
        .values_list("month", "times")
    )
    added = {month.date(): number for month, number in grouped}
    total = rows.filter(created_at__lt=begin).count()
    found = []
    for first in firsts:
        total += added.get(first, 0)
        last = _months_before(first, -1) - timedelta(days=1)
        query = {
            "created_at_after": first.isoformat(),
            "created_at_before": last.isoformat(),
            "state": "active",
        }
        found.append(Month(first, added.get(first, 0), total, query))
    return found


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)

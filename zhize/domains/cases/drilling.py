"""Filters by which every figure of a report, a dashboard or a statistic opens exactly the cases it counts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.forms import CharField, HiddenInput
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import Outcome
from zhize.domains.cases.models import Case
from zhize.kernel import packs
from zhize.kernel.flow import Category
from zhize.kernel.org.models import Unit

# What stands in an address for "without a value".
NONE = "None"


def under(rows: QuerySet[Any], value: str, path: str = "unit") -> QuerySet[Any]:
    """Rows of a unit and everything below it; of several units (commas) exactly those."""
    ids = [int(part) for part in value.split(",") if part.strip().isdigit()]
    if len(ids) != 1:
        return rows.filter(**{f"{path}__in": ids})
    top = Unit.objects.filter(pk=ids[0]).values_list("path", flat=True).first()
    return rows.filter(**{f"{path}__path__startswith": top}) if top else rows.none()


def customer_kinds() -> list[tuple[str, str]]:
    """The kinds of customer in force, and those who are none."""
    language = get_language() or "zh-hans"
    return [
        *((item.code, item.label.in_language(language)) for item in packs.listing("customer_kinds")),
        (NONE, str(_("（未登记）"))),
    ]


class UnitsField(CharField):
    """Units by id, as an address behind a figure names them; people read their names."""

    def in_words(self, value: str) -> str:
        ids = [int(part) for part in value.split(",") if part.strip().isdigit()]
        return "、".join(str(unit) for unit in Unit.objects.filter(pk__in=ids).order_by("path"))


class UnitsFilter(django_filters.CharFilter):
    field_class = UnitsField


class DrillFilter(django_filters.FilterSet):
    """What the addresses behind figures narrow a list of cases by, beside the ordinary filters."""

    department = UnitsFilter(label=_("部门"), method="of_department", widget=HiddenInput())
    cause = django_filters.CharFilter(label=_("原因"), method="of_cause", widget=HiddenInput())
    outcome = django_filters.ChoiceFilter(label=_("处理结果"), choices=Outcome.choices)
    customer_kind = django_filters.ChoiceFilter(label=_("客户类别"), choices=customer_kinds, method="of_kind")
    under = UnitsFilter(label=_("机构范围"), method="of_units", widget=HiddenInput())
    counted = django_filters.BooleanFilter(label=_("不含作废"), method="only_counted", widget=HiddenInput())
    open_at = django_filters.DateFilter(label=_("某日终了未结"), method="open_at_end_of")
    was_late = django_filters.BooleanFilter(label=_("曾超时"), field_name="is_late")
    decided = django_filters.BooleanFilter(
        label=_("已判定及时与否"), method="only_decided", widget=HiddenInput()
    )
    reopened = django_filters.BooleanFilter(label=_("重开过"), method="only_reopened")
    rated = django_filters.BooleanFilter(label=_("有客户评价"), method="only_rated", widget=HiddenInput())

    def of_department(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        wanted = int(value) if value.isdigit() else 0
        return rows.alias(drilled=Coalesce("owner_position__unit_id", F("unit_id"))).filter(drilled=wanted)

    def of_cause(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return rows.filter(cause="" if value == NONE else value)

    def of_subtype(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return rows.filter(subtype="" if value == NONE else value)

    def of_kind(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        if value == NONE:
            return rows.filter(Q(customer__isnull=True) | Q(customer__kind_code=""))
        return rows.filter(customer__kind_code=value)

    def of_units(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return under(rows, value)

    def only_counted(self, rows: QuerySet[Case], name: str, value: bool) -> QuerySet[Case]:
        return rows.exclude(category=Category.VOID) if value else rows

    def open_at_end_of(self, rows: QuerySet[Case], name: str, value: date) -> QuerySet[Case]:
        end = timezone.make_aware(datetime.combine(value + timedelta(days=1), time()))
        return rows.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=end), accepted_at__lt=end)

    def only_decided(self, rows: QuerySet[Case], name: str, value: bool) -> QuerySet[Case]:
        decided = Q(answered_at__isnull=False) | Q(closed_at__isnull=False) | Q(is_late=True)
        return rows.filter(decided) if value else rows.exclude(decided)

    def only_reopened(self, rows: QuerySet[Case], name: str, value: bool) -> QuerySet[Case]:
        return rows.filter(reopen_count__gt=0) if value else rows.filter(reopen_count=0)

    def only_rated(self, rows: QuerySet[Case], name: str, value: bool) -> QuerySet[Case]:
        return rows.filter(satisfaction__isnull=not value)

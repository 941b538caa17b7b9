"""Filters of customer lists. The same sets serve the screen, the export, the statistics' drill-down and the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.customers import catalogue, machine
from zhize.domains.customers.models import (
    OCCUPIABLE,
    Condition,
    Customer,
    Nature,
    Need,
    Premises,
)
from zhize.domains.customers.selectors import identity, listing
from zhize.domains.organisation.selectors import choosable
from zhize.kernel.org.models import Area
from zhize.lib import idnumbers

STATES = ((machine.ACTIVE, _("在册")), (machine.CLOSED, _("已销户")))
NONE = "none"


def kind_choices() -> list[tuple[str, str]]:
    return list(catalogue.kind_labels().items())


def grade_choices() -> list[tuple[str, Any]]:
    return [*catalogue.grade_labels().items(), (NONE, _("未定级"))]


def area_choices() -> list[tuple[str, Any]]:
    return [
        *((str(area.pk), str(area)) for area in Area.objects.filter(active=True)),
        (NONE, _("没有责任区域")),
    ]


def _communities(request: HttpRequest | None) -> QuerySet[Premises]:
    actor = getattr(request, "actor", None)
    return listing.communities(actor) if actor is not None else Premises.objects.none()


class CustomerFilter(django_filters.FilterSet):
    """What customer lists can be narrowed by."""

    q = django_filters.CharFilter(label=_("搜索"), method="search_text")
    kind = django_filters.ChoiceFilter(
        empty_label=_("全部"), label=_("客户类别"), field_name="kind_code", choices=kind_choices
    )
    grade = django_filters.ChoiceFilter(
        empty_label=_("全部"), label=_("客户等级"), choices=grade_choices, method="with_grade"
    )
    area = django_filters.ChoiceFilter(
        empty_label=_("全部"), label=_("责任区域"), choices=area_choices, method="in_area"
    )
    community = django_filters.ModelChoiceFilter(
        empty_label=_("全部"), label=_("小区"), queryset=_communities, method="in_community"
    )
    nature = django_filters.ChoiceFilter(empty_label=_("全部"), label=_("性质"), choices=Nature.choices)
    state = django_filters.ChoiceFilter(empty_label=_("全部"), label=_("状态"), choices=STATES)
    activity = django_filters.ChoiceFilter(
        empty_label=_("全部"),
        label=_("活跃程度"),
        choices=[(code, label) for code, label, _a, _b in listing.ACTIVITIES],
        method="by_activity",
    )
    keeper = django_filters.ModelChoiceFilter(
        empty_label=_("全部"),
        label=pgettext_lazy("of a customer", "负责人"),
        queryset=choosable.people,
    )
    tag = django_filters.CharFilter(label=_("标签"), method="with_tag")
    vip = django_filters.BooleanFilter(label=_("重要客户"), method="only_vip")
    owing = django_filters.BooleanFilter(label=_("有欠费"), method="only_owing")
    watched = django_filters.BooleanFilter(label=_("重点关注"), method="only_watched")
    created_at = django_filters.DateFromToRangeFilter(label=_("建档日期"))
    premises = django_filters.NumberFilter(label=_("房产"), method="at_premises")

    class Meta:
        model = Customer
        fields: tuple[str, ...] = ()

    def search_text(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        """Names, addresses, phone fragments, tags; a whole ID number finds by its digest."""
        actor = getattr(self.request, "actor", None)
        if actor is not None and idnumbers.is_resident_id(value):
            return rows.filter(pk__in=[row.pk for row in identity.by_id_number(actor, value)])
        return listing.found_by(rows, value) if value.strip() else rows

    def with_grade(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        return rows.filter(grade_code="" if value == NONE else value)

    def in_area(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        if value == NONE:
            return listing.without_area(rows)
        return listing.at_premises(rows, Q(premises__area=value)) if value.isdigit() else rows.none()

    def in_community(self, rows: QuerySet[Customer], name: str, value: Premises) -> QuerySet[Customer]:
        return listing.below(rows, value)

    def by_activity(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        return listing.by_activity(rows, value)

    def with_tag(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        return rows.filter(tags__contains=[value])

    def only_vip(self, rows: QuerySet[Customer], name: str, value: bool) -> QuerySet[Customer]:
        return rows.filter(vip=True) if value else rows

    def only_owing(self, rows: QuerySet[Customer], name: str, value: bool) -> QuerySet[Customer]:
        return rows.filter(arrears_amount__gt=0) if value else rows

    def only_watched(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(is_watched=True) if value else rows

    def at_premises(self, rows: QuerySet[Customer], name: str, value: Any) -> QuerySet[Customer]:
        return listing.at_premises(rows, Q(premises=int(value)))


class RoomFilter(django_filters.FilterSet):
    """What lists of rooms can be narrowed by."""

    q = django_filters.CharFilter(label=_("搜索"), field_name="address", lookup_expr="icontains")
    community = django_filters.ModelChoiceFilter(
        empty_label=_("全部"), label=_("小区"), queryset=_communities, method="in_community"
    )
    area = django_filters.ModelChoiceFilter(
        empty_label=_("全部"), label=_("责任区域"), queryset=choosable.areas
    )
    kind = django_filters.ChoiceFilter(
        empty_label=_("全部"), label=_("类型"), choices=[(kind.value, kind.label) for kind in OCCUPIABLE]
    )
    condition = django_filters.ChoiceFilter(empty_label=_("全部"), label=_("状况"), choices=Condition.choices)

    class Meta:
        model = Premises
        fields: tuple[str, ...] = ()

    def in_community(self, rows: QuerySet[Premises], name: str, value: Premises) -> QuerySet[Premises]:
        return rows.filter(path__startswith=value.prefix)


def need_states() -> list[tuple[str, str]]:
    return [(state.code, catalogue.spoken(state.label)) for state in machine.NEED.states]


class NeedFilter(django_filters.FilterSet):
    """What the list of needs can be narrowed by: product and state above all (CUS-30)."""

    q = django_filters.CharFilter(label=_("搜索"), method="search_text")
    product = django_filters.CharFilter(label=_("产品或服务"))
    state = django_filters.ChoiceFilter(empty_label=_("全部"), label=_("状态"), choices=need_states)
    wanted_on = django_filters.DateFromToRangeFilter(label=_("期望日期"))

    class Meta:
        model = Need
        fields: tuple[str, ...] = ()

    def search_text(self, rows: QuerySet[Need], name: str, value: str) -> QuerySet[Need]:
        return rows.filter(Q(text__icontains=value) | Q(customer__name__icontains=value))

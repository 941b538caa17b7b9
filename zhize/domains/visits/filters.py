"""Filters of callback lists, opinions and visit plans, for screen, export and API."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize.domains.organisation.selectors import choosable
from zhize.domains.visits.machine import CALLBACK
from zhize.domains.visits.models import Callback, CallbackKind, Opinion, SampledHome, SamplePlan
from zhize.kernel import packs


def _states() -> list[tuple[str, str]]:
    language = get_language() or "zh-hans"
    return [(state.code, state.label.in_language(language)) for state in CALLBACK.states]


def topics() -> list[tuple[str, str]]:
    """The opinion topics in force."""
    language = get_language() or "zh-hans"
    return [(item.code, item.label.in_language(language)) for item in packs.listing("opinion_topics")]


class CallbackFilter(django_filters.FilterSet):
    """What callback lists can be narrowed by."""

    q = django_filters.CharFilter(label=_("搜索"), method="by_words")
    kind = django_filters.ChoiceFilter(label=_("种类"), choices=CallbackKind.choices)
    state = django_filters.ChoiceFilter(label=_("状态"), choices=_states)
    caller = django_filters.ModelChoiceFilter(label=_("回访人"), queryset=choosable.people)
    satisfied = django_filters.BooleanFilter(label=_("满意"))
    done = django_filters.DateFromToRangeFilter(label=_("回访日期"), field_name="done_at")

    class Meta:
        model = Callback
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Callback], name: str, value: str) -> QuerySet[Callback]:
        wanted = value.strip()
        return rows.filter(Q(case__number__iexact=wanted) | Q(customer__name__startswith=wanted))


class CallbackQueryFilter(CallbackFilter):
    """The same for programs, which know a case by its id."""

    case = django_filters.NumberFilter(field_name="case_id")


class OpinionFilter(django_filters.FilterSet):
    """By role and topic (VIS-14)."""

    topic = django_filters.ChoiceFilter(label=_("主题"), choices=topics)
    role = django_filters.ModelChoiceFilter(
        label=_("听取岗位"), field_name="heard_in", queryset=choosable.positions
    )
    heard_by = django_filters.ModelChoiceFilter(label=_("听取人"), queryset=choosable.people)
    heard = django_filters.DateFromToRangeFilter(label=_("日期"), field_name="heard_at")

    class Meta:
        model = Opinion
        fields: tuple[str, ...] = ()


def samples() -> list[tuple[str, str]]:
    """The samples in force."""
    language = get_language() or "zh-hans"
    return [(item.code, item.label.in_language(language)) for item in packs.listing("samples")]


class PlanFilter(django_filters.FilterSet):
    """What lists of visit plans can be narrowed by."""

    sample = django_filters.ChoiceFilter(label=_("计划"), choices=samples)
    holder = django_filters.ModelChoiceFilter(label=_("回访人"), queryset=choosable.people)
    period = django_filters.DateFromToRangeFilter(label=_("期间"), field_name="from_on")

    class Meta:
        model = SamplePlan
        fields: tuple[str, ...] = ()


class HomeFilter(django_filters.FilterSet):
    """By address or resident, and by stratum."""

    q = django_filters.CharFilter(label=_("搜索"), method="by_words")
    satisfaction = django_filters.NumberFilter(label=_("满意度"))

    class Meta:
        model = SampledHome
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[SampledHome], name: str, value: str) -> QuerySet[SampledHome]:
        wanted = value.strip()
        return rows.filter(Q(premises__address__icontains=wanted) | Q(customer__name__startswith=wanted))

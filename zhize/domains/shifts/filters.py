"""Filters of leave lists, for screen, export and API."""

from __future__ import annotations

import django_filters
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize.domains.organisation.selectors import choosable
from zhize.domains.shifts.machine import LEAVE
from zhize.domains.shifts.models import Leave, LeaveKind


def _states() -> list[tuple[str, str]]:
    language = get_language() or "zh-hans"
    return [(state.code, state.label.in_language(language)) for state in LEAVE.states]


class LeaveFilter(django_filters.FilterSet):
    """What leave lists can be narrowed by."""

    kind = django_filters.ChoiceFilter(label=_("种类"), choices=LeaveKind.choices)
    state = django_filters.ChoiceFilter(label=_("状态"), choices=_states)
    person = django_filters.ModelChoiceFilter(label=_("请假人"), queryset=choosable.people)
    away = django_filters.DateFromToRangeFilter(label=_("开始日期"), field_name="from_on")

    class Meta:
        model = Leave
        fields: tuple[str, ...] = ()

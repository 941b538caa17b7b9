"""Filters of case lists. The same set serves the screen, the export and the API."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.drilling import NONE, DrillFilter
from zhize.domains.cases.kinds import Channel, Nature, Severity
from zhize.domains.cases.models import Case, WorkSheet
from zhize.domains.cases.selectors import choices, lists
from zhize.domains.organisation.selectors import choosable
from zhize.kernel import search
from zhize.kernel.flow import OPEN, Category
from zhize.lib import clock

CATEGORIES = (
    (Category.NEW, _("新受理")),
    (Category.WORKING, _("处理中")),
    (Category.WAITING, _("已暂停")),
    (Category.RESOLVED, _("已答复")),
    (Category.CLOSED, _("已关闭")),
    (Category.VOID, _("已作废")),
)


class CaseFilter(DrillFilter):
    """What lists of cases can be narrowed by."""

    q = django_filters.CharFilter(label=_("搜索"), method="search_text")
    state = django_filters.MultipleChoiceFilter(label=_("状态"), field_name="category", choices=CATEGORIES)
    type = django_filters.ChoiceFilter(label=_("类型"), field_name="type_code", choices=choices.type_choices)
    nature = django_filters.MultipleChoiceFilter(label=_("性质"), choices=Nature.choices)
    subtype = django_filters.CharFilter(label=_("分类"), method="of_subtype")
    severity = django_filters.ChoiceFilter(label=_("紧急程度"), choices=Severity.choices)
    channel = django_filters.ChoiceFilter(label=_("来源"), choices=Channel.choices)
    owner = django_filters.ModelChoiceFilter(
        label=_("处理人"), queryset=choices.owners, null_label=_("（无人）"), null_value=NONE
    )
    unit = django_filters.ModelChoiceFilter(label=_("受理部门"), queryset=choosable.units)
    area = django_filters.ModelChoiceFilter(
        label=_("责任区域"),
        queryset=choosable.areas,
        null_label=_("（无区域）"),
        null_value=NONE,
    )
    customer = django_filters.NumberFilter(field_name="customer_id", label=_("客户"))
    premises = django_filters.NumberFilter(field_name="premises_id", label=_("房产"))
    accepted = django_filters.DateFromToRangeFilter(label=_("受理日期"), field_name="accepted_at")
    closed = django_filters.DateFromToRangeFilter(label=_("关闭日期"), field_name="closed_at")
    tag = django_filters.CharFilter(label=_("标签"), method="with_tag")
    late = django_filters.BooleanFilter(label=_("超时"), method="only_late")
    major = django_filters.BooleanFilter(label=_("重大"), field_name="is_major")
    repeat = django_filters.BooleanFilter(label=_("重复"), method="only_repeats")

    class Meta:
        model = Case
        fields: tuple[str, ...] = ()

    counted: list[int] | None = None
    """Keys of the newest hits of words, among which a list counts; None where the cases are named by number or phone."""

    def search_text(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """A number, a phone, a name or words of the matter.

        A whole number or phone is found the moment the case stands, before the index knows of it.
        """
        known, newest = lists.hits(value)
        self.counted = None if known else newest
        if known:
            found = search.narrow(Case.objects.order_by(), value)
            return rows.filter(Q(pk__in=known) | Q(pk__in=found.values("pk")))
        return search.narrow(rows, value, newest)

    def with_tag(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return rows.filter(tags__contains=[value])

    def only_late(self, rows: QuerySet[Case], name: str, value: bool) -> QuerySet[Case]:
        late = Q(is_late=True) | Q(category__in=OPEN, next_due_at__lt=clock.now())
        return rows.filter(late) if value else rows.exclude(late)

    def only_repeats(self, rows: QuerySet[Case], name: str, value: bool) -> QuerySet[Case]:
        again = Q(repeat_of__isnull=False) | Q(repeats_class=True)
        return rows.filter(again) if value else rows.exclude(again)


class WorkSheetFilter(django_filters.FilterSet):
    """What lists of work sheets can be narrowed by."""

    state = django_filters.MultipleChoiceFilter(label=_("状态"), field_name="category", choices=CATEGORIES)
    unit = django_filters.ModelChoiceFilter(label=_("协办部门"), queryset=choosable.units)
    person = django_filters.ModelChoiceFilter(label=_("办理人"), queryset=choosable.people)
    due = django_filters.DateFromToRangeFilter(label=_("时限"), field_name="due_at")

    class Meta:
        model = WorkSheet
        fields: tuple[str, ...] = ()

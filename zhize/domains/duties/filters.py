"""Filters of lists of obligations. The same set serves the screen, the export and the API, and the figures that lead there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import django_filters
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties.models import Duty, Obligation, ObligationKind
from zhize.domains.duties.selectors import board_lists, calendar, coverage
from zhize.domains.organisation.selectors import choosable
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib import clock
from zhize.ui import words

NONE = "none"


def fact_choices() -> list[tuple[str, str]]:
    return [(code, words.in_language(label)) for code, label in coverage.FACTS.items()]


def _concerned(model: type[Model], name: str, *related: str) -> Callable[[Any], QuerySet[Any]]:
    """What can be chosen: rows behind what the reader may see, and none for whoever asks without a request."""

    def rows(request: Any) -> QuerySet[Any]:
        if request is None:
            return model._default_manager.none()
        found = board_lists.concerned(request.actor, name)
        return found.select_related(*related) if related else found

    return rows


class ObligationFilter(django_filters.FilterSet):
    """What lists of obligations can be narrowed by.

    `due` counts as the board counts: what is due on these days in the zone of the unit that is filtered by (else of the
    reader), and what has no limit by the day it was opened. `counted` leaves out what was cancelled, `owed`
    also what was excused.
    """

    q = django_filters.CharFilter(label=_("搜索"), method="search_text")
    fact = django_filters.MultipleChoiceFilter(label=_("结果"), choices=fact_choices, method="in_fact")
    under = django_filters.ModelChoiceFilter(label=_("单位"), queryset=choosable.units, method="within_unit")
    units = django_filters.CharFilter(label=_("单位"), method="of_units")
    position = django_filters.ModelChoiceFilter(
        label=_("岗位"),
        queryset=_concerned(Position, "position", "unit"),
        null_label=_("（无岗位）"),
        null_value=NONE,
    )
    holder = django_filters.ModelChoiceFilter(
        label=_("办理人"),
        queryset=_concerned(Person, "holder"),
        null_label=_("（岗位共同）"),
        null_value=NONE,
    )
    duty = django_filters.ModelChoiceFilter(
        label=_("职责"),
        queryset=_concerned(Duty, "duty", "current"),
        null_label=_("（没有对应职责）"),
        null_value=NONE,
    )
    kind = django_filters.ChoiceFilter(label=_("种类"), choices=ObligationKind.choices)
    due = django_filters.DateFromToRangeFilter(label=_("到期日期"), method="due_within")
    role = django_filters.CharFilter(label=_("岗位名称"), method="of_role")
    answers = django_filters.ModelChoiceFilter(
        label=_("算谁的"),
        queryset=_concerned(Person, "answers"),
        null_label=_("（岗位共同）"),
        null_value=NONE,
        method="answered_by",
    )
    unit = django_filters.ModelChoiceFilter(label=_("所在单位"), queryset=_concerned(Unit, "unit"))
    own = django_filters.BooleanFilter(label=_("我自己的"), method="only_own")
    counted = django_filters.BooleanFilter(label=_("不含已撤销"), method="only_counted")
    owed = django_filters.BooleanFilter(label=_("应做的"), method="only_owed")

    class Meta:
        model = Obligation
        fields: tuple[str, ...] = ()

    def search_text(self, rows: QuerySet[Obligation], name: str, value: str) -> QuerySet[Obligation]:
        """Words of the matter, a person, a position, or the reference of the requirement (CAL-036)."""
        for word in value.split():
            rows = rows.filter(
                Q(title__zh__icontains=word)
                | Q(title__en__icontains=word)
                | Q(detail__icontains=word)
                | Q(holder__name__icontains=word)
                | Q(position__name__icontains=word)
                | Q(duty__refs__icontains=word)
            )
        return rows

    def in_fact(self, rows: QuerySet[Obligation], name: str, value: list[str]) -> QuerySet[Obligation]:
        found = Q(pk__in=[])
        for fact in value:
            found |= coverage.where(fact, clock.now())
        return rows.filter(found) if value else rows

    def within_unit(self, rows: QuerySet[Obligation], name: str, value: Unit | None) -> QuerySet[Obligation]:
        return rows.filter(unit__path__startswith=value.path or "?") if value is not None else rows

    def of_units(self, rows: QuerySet[Obligation], name: str, value: str) -> QuerySet[Obligation]:
        """Ids with commas, as the address behind a measure has them."""
        ids = [int(part) for part in value.split(",") if part.isascii() and part.isdigit() and len(part) < 19]
        return rows.filter(unit_id__in=ids)

    def of_role(self, rows: QuerySet[Obligation], name: str, value: str) -> QuerySet[Obligation]:
        return rows.filter(position__isnull=True) if value == NONE else rows.filter(position__code=value)

    def answered_by(self, rows: QuerySet[Obligation], name: str, value: Person | str) -> QuerySet[Obligation]:
        """Whose success or failure it is, as the board counts by person."""
        return rows.filter(coverage.answered_by(value if isinstance(value, Person) else None))

    def due_within(self, rows: QuerySet[Obligation], name: str, value: Any) -> QuerySet[Obligation]:
        unit = self.form.cleaned_data.get("under")
        zone = clock.zone(unit.timezone) if unit is not None else timezone.get_current_timezone()

        def midnight(given: Any, later: int) -> datetime | None:
            if given is None:
                return None
            day = timezone.localtime(given).date() if isinstance(given, datetime) else given
            return datetime.combine(day + timedelta(days=later), time(), zone)

        begin, end = midnight(value.start, 0), midnight(value.stop, 1)
        if begin is not None:
            rows = rows.filter(Q(due_at__gte=begin) | Q(due_at__isnull=True, opened_at__gte=begin))
        if end is not None:
            rows = rows.filter(Q(due_at__lt=end) | Q(due_at__isnull=True, opened_at__lt=end))
        return rows

    def only_own(self, rows: QuerySet[Obligation], name: str, value: bool) -> QuerySet[Obligation]:
        return rows.filter(calendar.own(self.request.actor)) if value and self.request is not None else rows

    def only_counted(self, rows: QuerySet[Obligation], name: str, value: bool) -> QuerySet[Obligation]:
        return rows.filter(coverage.COUNTED) if value else rows

    def only_owed(self, rows: QuerySet[Obligation], name: str, value: bool) -> QuerySet[Obligation]:
        return rows.filter(coverage.COUNTED).exclude(coverage.EXCUSED) if value else rows

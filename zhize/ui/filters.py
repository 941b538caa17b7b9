"""Filters of lists: a django-filter FilterSet with the kit's widgets. The same set serves screen, export and API."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zhize.ui import widgets, words

LOOKED_UP = {"name", "name_en", "code", "employee_no"}
OFFERED = 20


class Search(django_filters.CharFilter):
    """The search box: text contained in any of `fields`; `exact` fields must match whole (numbers)."""

    def __init__(self, fields: tuple[str, ...] = (), **options: Any) -> None:
        self.lookups = fields
        options.setdefault("label", _("搜索"))
        if not options.get("method"):
            options.pop("method", None)
        super().__init__(**options)

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if not value or not self.lookups:
            return super().filter(qs, value) if value and self.extra.get("method") else qs
        wanted = Q()
        for field in self.lookups:
            wanted |= Q(**{f"{field}__icontains": value})
        return qs.filter(wanted)


class Choice(django_filters.ChoiceFilter):
    """One of a few."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("empty_label", _("全部"))
        super().__init__(**options)


class Choices(django_filters.MultipleChoiceFilter):
    """Any of several."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", widgets.Combobox(multiple=True))
        super().__init__(**options)


class Row(django_filters.ModelChoiceFilter):
    """A row of another table; `queryset` may be a function of the request (visible rows only)."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("empty_label", _("全部"))
        super().__init__(**options)


class Period(django_filters.DateFromToRangeFilter):
    """From a day to a day, both included."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", widgets.DateRange())
        super().__init__(**options)


class Switch(django_filters.BooleanFilter):
    """On or not asked for."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.CheckboxInput())
        super().__init__(**options)

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return super().filter(qs, value) if value else qs


class Filters(django_filters.FilterSet):
    """Base of a list's filters. `search`: the box at the left. `first`: shown in the bar, the others under 更多筛选.

    `self.request.actor` is the actor, for querysets that depend on who looks.
    """

    search: ClassVar[str] = "q"
    first: ClassVar[tuple[str, ...]] = ()

    @property
    def form(self) -> forms.Form:
        made = super().form
        if not getattr(made, "_dressed", False):
            self._look_up(made)
            widgets.dress(made, small=True)
            made._dressed = True
        return made

    def _look_up(self, form: forms.Form) -> None:
        """Rows of another table are looked up while typing: a page must not carry thousands of names."""
        if self.request is None:
            return
        for name, field in form.fields.items():
            if isinstance(field, forms.ModelChoiceField) and type(field.widget) in {
                forms.Select,
                forms.SelectMultiple,
            }:
                many = field.widget.allow_multiple_selected
                field.widget = widgets.Combobox(
                    source=f"{self.request.path}?_choices={name}", multiple=many, placeholder=_("全部")
                )
                field.widget.choices = field.choices
                field.widget.looked_up = True

    def offered(self, name: str, text: str) -> list[dict[str, Any]]:
        """What the filter `name` offers for a typed text, as a combobox reads it.

        Nothing for filters that the page does not show or that have a source of their own, which knows who may see what.
        """
        field: Any = self.form.fields.get(name)
        if name not in {*self.first, *self.more_names()} or not getattr(field.widget, "looked_up", False):
            return []
        model = field.queryset.model
        columns = [each.name for each in model._meta.concrete_fields if each.name in LOOKED_UP]
        wanted = [(f"{each}__icontains", text.replace("\0", "")) for each in columns]
        none = getattr(field, "null_label", None)
        nothing = [{"value": str(field.null_value), "text": str(none)}] if none and not text else []
        return nothing + widgets.offered(field.queryset.filter(Q(*wanted, _connector=Q.OR))[:OFFERED])

    @property
    def actor(self) -> Any:
        return getattr(self.request, "actor", None)

    @property
    def qs(self) -> QuerySet[Any]:
        """Nothing for a condition nobody can read: leaving it out would show, export or change more than was asked for."""
        return self.queryset.none() if self.wrong() else super().qs

    def wrong(self) -> dict[str, list[str]]:
        """What is not right about what was asked for, by filter."""
        asked = self.is_bound and self.form.is_bound
        return (
            {name: [str(text) for text in texts] for name, texts in self.form.errors.items()} if asked else {}
        )

    def search_field(self) -> BoundField | None:
        return self.form[self.search] if self.search in self.form.fields else None

    def bar_fields(self) -> list[BoundField]:
        return [self.form[name] for name in self.first if name in self.form.fields]

    def more_names(self) -> list[str]:
        """The filters behind 更多筛选; those that only come from the address behind a figure are no fields."""
        shown = {self.search, *self.first}
        return [
            name
            for name, field in self.form.fields.items()
            if name not in shown and not field.widget.is_hidden
        ]

    def more_fields(self) -> list[BoundField]:
        return [self.form[name] for name in self.more_names()]

    def active(self) -> list[tuple[str, str, str, tuple[str, ...]]]:
        """What is filtered by now: (name, label, value in words (none for a switch), query keys that hold it).

        Of a value that is not right, what is wrong with it.
        """
        if not self.is_bound or not self.form.is_bound:
            return []
        found = [
            (name, str(self.form.fields[name].label or name), "".join(texts), self._keys(name))
            for name, texts in self.wrong().items()
            if name in self.form.fields
        ]
        for name, value in self.form.cleaned_data.items():
            if value in (None, "", [], ()) or value is False or (hasattr(value, "exists") and not value):
                continue
            field = self.form.fields[name]
            found.append((name, str(field.label or name), _in_words(field, value), self._keys(name)))
        return found

    def _keys(self, name: str) -> tuple[str, ...]:
        return tuple(key for key in self.data if key == name or key.startswith(f"{name}_"))


def _in_words(field: forms.Field, value: Any) -> str:
    own = getattr(field, "in_words", None)
    if own is not None:
        return str(own(value))
    if value is True:
        return ""  # The label says it all.
    if isinstance(value, slice):
        return " – ".join(words.when(_day(end), "date") if end else "…" for end in (value.start, value.stop))
    if isinstance(value, list | tuple):
        return "、".join(_in_words(field, each) for each in value)
    if hasattr(field, "queryset"):
        return "、".join(str(each) for each in value) if hasattr(value, "all") else str(value)
    # Not asked whether it is empty: the choices of a filter may be a function, which has no length.
    offered = getattr(field, "choices", None)
    for key, label in () if offered is None else offered:
        if str(key) == str(value):
            return words.in_language(label)
    return str(value)


def _day(value: Any) -> Any:
    return value.date() if hasattr(value, "hour") else value


def without(params: QueryDict, *keys: str) -> QueryDict:
    """A copy of the parameters without some keys and without empty values."""
    kept = params.copy()
    for key in list(kept):
        values = [value for value in kept.getlist(key) if value != ""]
        if key in keys or not values:
            del kept[key]
        else:
            kept.setlist(key, values)
    return kept

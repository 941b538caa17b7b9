"""The base of every form: sections, columns, the kit's look, and refusals of services put beside their fields.

Forms validate and never save: there is no `save` here.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.choices import flatten_choices
from django.utils.translation import gettext as _

from zhize.kernel.db import DomainError, Invalid
from zhize.ui import widgets


@dataclass(frozen=True)
class Section:
    """A group of fields under one heading. `columns`: on wide screens; `folded`: behind a heading that opens."""

    title: Any
    fields: Sequence[str]
    columns: int = 2
    help: Any = ""
    folded: bool = False


@dataclass(frozen=True)
class Group:
    """A section with its bound fields, as the template wants it."""

    title: Any
    help: Any
    columns: int
    folded: bool
    fields: list[BoundField]

    @property
    def open(self) -> bool:
        """A folded section opens by itself when something in it is wrong."""
        return not self.folded or any(
            field.errors or getattr(field.field, "present", None) for field in self.fields
        )


class Form(forms.Form):
    """Base form. `sections` gives the order and grouping; fields named nowhere come last.

    `wide`: fields over the whole width (text areas, files and signatures are anyhow).
    """

    sections: ClassVar[Sequence[Section]] = ()
    columns: ClassVar[int] = 2
    wide: ClassVar[Sequence[str]] = ()
    error_css_class = "has-error"
    required_css_class = "is-required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        # Widgets are per class; attributes set below must not leak from one request into the next: Django
        # deep-copies fields for every instance, so they do not.
        widgets.dress(self)
        for name in self._spread():
            self.fields[name].widget.attrs["data-wide"] = ""

    def _spread(self) -> Iterator[str]:
        for name, field in self.fields.items():
            large = isinstance(field.widget, forms.Textarea | forms.FileInput | widgets.Signature)
            if large or name in self.wide:
                yield name

    def groups(self) -> list[Group]:
        """The visible fields in their sections."""
        left = {field.name: field for field in self.visible_fields()}
        made = []
        for section in self.sections:
            fields = [left.pop(name) for name in section.fields if name in left]
            if fields:
                made.append(Group(section.title, section.help, section.columns, section.folded, fields))
        if left:
            made.append(Group("", "", self.columns, False, list(left.values())))
        return made

    def refuse(self, error: DomainError) -> None:
        """Put a service's refusal where it belongs: beside its field, or above the form."""
        refuse(self, error)


def refuse(form: forms.BaseForm, error: DomainError) -> None:
    """Add what a service refused to the errors of a form, beside the field that it names."""
    if isinstance(error, Invalid):
        for name, texts in error.errors.items():
            for text in texts:
                form.add_error(name if name in form.fields else None, text)
        if not error.errors:
            form.add_error(None, str(error.message))
    else:
        form.add_error(error.field if error.field in form.fields else None, str(error.message))


@dataclass(frozen=True)
class Present:
    """What a field holds by now, where somebody typed something else: in words, and as the page sends it."""

    text: str
    values: str


def set_beside(form: forms.BaseForm, now: forms.BaseForm) -> None:
    """Put beside every field whose typed value differs from that of `now` what it is there."""
    for name in set(form.fields) & set(now.initial):
        field, present = form.fields[name], now[name].initial
        if isinstance(field.widget, _NOT_COMPARED):
            continue
        # What is kept as JSON is another type there than what the field makes of it.
        values, typed = _as_sent(field, present), form[name].data
        if field.has_changed(present, typed) and values != _as_sent(field, typed):
            said = _in_words(field, values)
            if said is not None:
                field.present = Present(said, json.dumps(values))


_NOT_COMPARED = forms.FileInput | forms.MultiWidget | forms.HiddenInput


def fingerprint(form: forms.BaseForm) -> str:
    """The same for two showings of a form with the same in its fields."""
    shown = {
        name: sorted(_as_sent(field, form[name].initial))
        for name, field in form.fields.items()
        if not isinstance(field.widget, _NOT_COMPARED)
    }
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


def _as_sent(field: forms.Field, value: Any) -> list[str]:
    if isinstance(field, forms.BooleanField):
        return ["on"] if value else []
    shown: Any = field.widget.format_value(field.prepare_value(value))
    return [
        str(each).replace("\r\n", "\n")
        for each in (shown if isinstance(shown, list | tuple) else [shown])
        if each not in (None, "")
    ]


def _in_words(field: forms.Field, values: list[str]) -> str | None:
    """What stands there; None where it is a row that the reader may not choose."""
    asked: Any = field
    if isinstance(field, forms.BooleanField):
        return str(_("是") if values else _("否"))
    if isinstance(field, forms.ModelChoiceField):
        rows = list(asked.queryset.filter(pk__in=values))
        if len(rows) < len(values):
            return None
        values = [asked.label_from_instance(row) for row in rows]
    elif isinstance(field, forms.ChoiceField):
        known: dict[str, str] = {
            str(key): str(each) for key, each in list[Any](flatten_choices(asked.choices))
        }
        values = [known.get(value, value) for value in values or [""]]
    return "、".join(values) or str(_("没有填写"))


def new_token() -> str:
    """The token of one showing of a form; a form sent twice bears the same one."""
    return uuid.uuid4().hex


def adopt(form: forms.BaseForm) -> forms.BaseForm:
    """Give a form that was built elsewhere (kernel.forms, allauth) the kit's look, sections and `refuse`."""
    widgets.dress(form)
    for field in form.fields.values():
        if isinstance(field.widget, forms.Textarea | forms.FileInput):
            field.widget.attrs["data-wide"] = ""
    if not hasattr(form, "groups"):
        form.groups = lambda: [Group("", "", 2, False, list(form.visible_fields()))]
    if not hasattr(form, "refuse"):
        form.refuse = lambda error: refuse(form, error)
    return form

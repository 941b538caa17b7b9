"""A Django form from a spec. It draws the fields; what is right or wrong is decided by `clean` alone."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import pgettext

from zhize.kernel.db import DomainError, Invalid
from zhize.kernel.files import handles
from zhize.kernel.forms import filefield, references, values
from zhize.kernel.forms.cleaning import clean
from zhize.kernel.forms.showing import said
from zhize.kernel.forms.specs import TODAY, FieldSpec, FormSpec, states_of
from zhize.lib import clock

FEW = 6


class Answer(forms.Field):
    """A form field that hands its raw input on."""

    spec: FieldSpec
    stored: list[str] | None = None

    def validate(self, value: Any) -> None:
        pass

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the field shows again: of files, those that are stored by now."""
        return data if self.stored is None else self.stored


class SpecForm(forms.Form):
    """The form of a spec. After `is_valid()` the JSON-safe answers are in `answers`."""

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        spec: FormSpec,
        states: Collection[str],
        before: Mapping[str, Any],
        zone: str,
        keep: filefield.Keep | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.spec, self.states, self.before, self.zone, self.keep = spec, states, before, zone, keep
        self.answers: dict[str, Any] = {}
        for field in spec.fields:
            if field.shown_in(states):
                self.fields[field.code] = _answer(field, states)

    def clean(self) -> dict[str, Any]:
        # A page may put fields of its own beside the questions.
        raw = {name: self.cleaned_data.get(name) for name in self.fields if self.spec.field(name) is not None}
        for name, field in self.fields.items():
            if isinstance(field, Answer) and field.spec.type == "file":
                raw[name] = self._stored(name, field)
        try:
            self.answers = clean(self.spec, raw, state=self.states, before=self.before, zone=self.zone)
        except Invalid as invalid:
            for name, messages in invalid.errors.items():
                self.add_error(name if name in self.fields else None, messages)
        return self.cleaned_data

    def _stored(self, name: str, field: Answer) -> list[str]:
        """The handles of a file field, its uploads stored."""
        try:
            field.stored = filefield.kept(self.cleaned_data.get(name) or [], self.keep)
        except DomainError as refused:
            self.add_error(name, str(refused))
            field.stored = []
        return field.stored

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The bound fields in runs under one section heading ("" for none)."""
        found: list[tuple[str, list[forms.BoundField]]] = []
        for name in self.fields:
            spec = self.spec.field(name)
            heading = said(spec.section) if spec and spec.section else ""
            if not found or found[-1][0] != heading:
                found.append((heading, []))
            found[-1][1].append(self[name])
        return found


def build(
    spec: FormSpec,
    *,
    state: str | Collection[str] = "",
    data: Mapping[str, Any] | None = None,
    files: Mapping[str, Any] | None = None,
    initial: Mapping[str, Any] | None = None,
    keep: filefield.Keep | None = None,
    prefix: str | None = None,
    zone: str = "",
    day: date | None = None,
) -> SpecForm:
    """A form for the fields of `state`, bound to `data` when given. `initial` are the answers kept so far; only
    what has none yet, not even empty ones, begins with the presets.

    `day`: of which day the record is, by default of the present one in `zone`.
    A page with file fields gives `files` and who stores them: `keep=forms.keeper(actor)`.
    """
    before = dict(initial or {})
    start = {
        field.code: _preset(field, day or clock.today(zone), zone)
        for field in spec.fields
        if field.default is not None and initial is None
    }
    start |= {
        field.code: _typed(field, before[field.code], zone) for field in spec.fields if field.code in before
    }
    form = SpecForm(
        data,
        files,
        spec=spec,
        states=states_of(state),
        before=before,
        zone=zone,
        keep=keep,
        initial=start,
        prefix=prefix,
    )
    for name in form.fields:
        field = spec.field(name)
        if field and references.of(field.type) and name in before:
            _keep_chosen(form.fields[name], field, before[name])
    return form


def _answer(field: FieldSpec, states: Collection[str]) -> Answer:
    made = Answer(
        required=field.required or any(state in states for state in field.required_in),
        label=said(field.label),
        help_text=said(field.help) if field.help else "",
        widget=_widget(field),
    )
    made.spec = field
    marks: dict[str, Any] = {"data-kind": field.type}
    for name, condition in (("data-visible-if", field.visible_if), ("data-required-if", field.required_if)):
        if condition is not None:
            marks[name] = json.dumps(condition, ensure_ascii=False)
    if field.unit:
        marks["data-unit"] = said(field.unit)
    made.widget.attrs.update(marks)
    return made


def _widget(field: FieldSpec) -> forms.Widget:
    kind = field.type
    if kind in {"choice", "multichoice", "boolean", "rating", "person", "premises"}:
        return _choosing(field)
    if kind == "paragraph":
        return forms.Textarea({"rows": 4, "maxlength": field.max_length or values.LONG})
    if kind in {"integer", "decimal", "money"}:
        return forms.TextInput(
            {"inputmode": "numeric" if kind == "integer" else "decimal", "autocomplete": "off"}
        )
    if kind in {"date", "time", "datetime"}:
        return forms.TextInput({"type": "datetime-local" if kind == "datetime" else kind})
    if kind == "phone":
        return forms.TextInput({"type": "tel", "autocomplete": "off", "maxlength": 40})
    if kind == "file":
        return filefield.FilesInput()
    return forms.TextInput({"maxlength": field.max_length or values.SHORT, "autocomplete": "off"})


def _choosing(field: FieldSpec) -> forms.Widget:
    blank = [("", pgettext("nothing chosen yet", "请选择"))]
    if field.type == "boolean":
        return forms.RadioSelect(
            choices=[("true", pgettext("answer", "是")), ("false", pgettext("answer", "否"))]
        )
    if field.type == "rating":
        low = 1 if field.min is None else int(field.min)
        high = 5 if field.max is None else int(field.max)
        return forms.RadioSelect(choices=[(str(score), str(score)) for score in range(low, high + 1)])
    if field.type in {"choice", "multichoice"}:
        offered = [(choice.code, said(choice.label)) for choice in field.choices if not choice.retired]
        if field.type == "multichoice":
            return forms.CheckboxSelectMultiple(choices=offered)
        return (
            forms.RadioSelect(choices=offered)
            if len(offered) < FEW
            else forms.Select(choices=blank + offered)
        )
    reference = references.of(field.type)
    options = reference.options() if reference and reference.options else ()
    return forms.Select(
        {"data-reference": field.type}, choices=[*blank, *((str(pk), label) for pk, label in options)]
    )


def _keep_chosen(made: forms.Field, field: FieldSpec, number: int) -> None:
    """Offer the row chosen before even where the page does not list all rows (or the row is no longer offered)."""
    widget, reference = made.widget, references.of(field.type)
    if isinstance(widget, forms.Select) and reference and str(number) not in dict(widget.choices):
        label = reference.labels({number}).get(number, f"#{number}")
        widget.choices = [*widget.choices, (str(number), label)]


def _preset(field: FieldSpec, day: date, zone: str) -> Any:
    today = field.type == "date" and field.default == TODAY
    return day.isoformat() if today else _typed(field, field.default, zone)


def _typed(field: FieldSpec, value: Any, zone: str) -> Any:
    """A kept value as its input shows it."""
    if field.type == "boolean":
        return "true" if value else "false"
    if field.type == "datetime":
        return datetime.fromisoformat(value).astimezone(clock.zone(zone)).strftime("%Y-%m-%dT%H:%M")
    if field.type == "file":
        return [handles.make(item["blob"], item["name"]) for item in value]
    if field.type == "signature":
        return value["name"]
    return value

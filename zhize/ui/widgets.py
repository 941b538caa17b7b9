"""Form controls of the kit, and `dress`, which gives any Django form the kit's look."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import django_filters.widgets
from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize.kernel.org import naming
from zhize.ui import controls, refusals


class DateInput(forms.DateInput):
    """A native date field."""

    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)


class DateTimeInput(forms.DateTimeInput):
    """A native date and time field, in the zone of the unit."""

    input_type = "datetime-local"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **options)


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%H:%M", **options)


class DateRange(django_filters.widgets.DateRangeWidget):
    """Two native date fields."""

    template_name = "ui/widgets/range.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        forms.MultiWidget.__init__(
            self, (DateInput(attrs={"aria-label": _("从")}), DateInput(attrs={"aria-label": _("到")})), attrs
        )


class Segments(forms.RadioSelect):
    """A few choices side by side, all visible: 一般 | 紧急 | 火情."""

    template_name = "ui/widgets/segments.html"
    option_template_name = "ui/widgets/segment.html"


class Rows(forms.Select):
    """A select of rows, in which people, positions and units of the same name can be told apart."""

    template_name = controls.SELECT

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        groups = super().optgroups(name, value, attrs)
        options = [option for _name, part, _index in groups for option in part]
        called = Counter(str(option["label"]) for option in options)
        alike = [option for option in options if called[str(option["label"])] > 1]
        hints = _hints(self.choices, alike) if alike else {}
        for option in alike:
            if hint := hints.get(str(option["value"])):
                option["label"] = f"{option['label']}{naming.BETWEEN}{hint}"
        return groups


def row_options(rows: QuerySet[Any]) -> JsonResponse:
    """What a remote Combobox is answered."""
    return JsonResponse({"items": offered(rows)})


def offered(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    """The rows as a Combobox reads them, each with what tells it apart from others of its name."""
    found = list(rows)
    hints = naming.hints(rows.model, [row.pk for row in found])
    return [{"value": row.pk, "text": str(row), "hint": hints.get(row.pk, "")} for row in found]


def _hints(choices: Any, options: list[dict[str, Any]]) -> dict[str, str]:
    """What to show beside the names of rows, by the value of the option."""
    rows = getattr(choices, "queryset", None)
    ids = [int(str(option["value"])) for option in options if str(option["value"]).isdigit()]
    return {str(pk): hint for pk, hint in naming.hints(rows.model, ids).items()} if rows is not None else {}


class Combobox(forms.Select):
    """A select with typing. `source`: route name or address answering `?q=` with `[{"value", "text", "hint"}]`.

    Without `source` the field's own choices are searched. `create=True` lets people type a new value.
    """

    allow_multiple_selected = False

    def __init__(
        self,
        attrs: Mapping[str, Any] | None = None,
        choices: Any = (),
        *,
        source: str = "",
        multiple: bool = False,
        create: bool = False,
        placeholder: Any = "",
        minimum: int = 0,
    ) -> None:
        super().__init__(dict(attrs or {}), choices)
        self.source = source
        self.allow_multiple_selected = multiple
        self.create = create
        self.placeholder = placeholder
        self.minimum = minimum

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        given = context["widget"]["attrs"]
        given["data-combobox"] = json.dumps(
            {
                "source": self._address(),
                "create": self.create,
                "minimum": self.minimum,
                "placeholder": str(self.placeholder),
            },
            ensure_ascii=False,
        )
        if self.allow_multiple_selected:
            given["multiple"] = True
        if self.is_required:
            given["aria-required"] = "true"
        return context

    def use_required_attribute(self, initial: Any) -> bool:
        # Select looks at its first choice to decide, which reads a remote list; the control behind is not the select.
        return False

    def _address(self) -> str:
        return reverse(self.source) if self.source and not self.source.startswith("/") else self.source

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        if not self.source:
            groups = super().optgroups(name, value, attrs)
            return self._with_hints(groups)
        # A remote list may have thousands of rows: only what is chosen is read and goes into the page.
        options = [
            self.create_option(name, key, label, True, index)
            for index, (key, label) in enumerate(self._chosen(value))
        ]
        return self._with_hints([(None, options, 0)])

    def _with_hints(self, groups: Any) -> Any:
        """What tells rows of the same name apart stands beside them, also beside the one chosen."""
        options = [option for _name, part, _index in groups for option in part]
        hints = _hints(self.choices, options)
        for option in options:
            if hint := hints.get(str(option["value"])):
                option["attrs"]["data-hint"] = hint
        return groups

    def _chosen(self, value: list[str]) -> list[tuple[str, str]]:
        wanted = {str(each) for each in value if each not in ("", None)}
        iterator: Any = self.choices
        if not wanted:
            return []
        if not hasattr(iterator, "queryset"):
            return [(str(key), str(label)) for key, label in iterator if str(key) in wanted]
        field = iterator.field
        if getattr(field, "null_label", None) is not None and field.null_value in wanted:
            return [(field.null_value, str(field.null_label))]
        column = field.to_field_name or "pk"
        try:
            rows = list(field.queryset.filter(**{f"{column}__in": wanted}))
        except (ValueError, TypeError):
            return []
        return [(str(field.prepare_value(row)), str(field.label_from_instance(row))) for row in rows]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if self.allow_multiple_selected and hasattr(data, "getlist"):
            return data.getlist(name)
        return data.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False if self.allow_multiple_selected else super().value_omitted_from_data(data, files, name)


class Upload(forms.ClearableFileInput):
    """Files with progress, drop, paste and camera. `accept`, `camera` (photo at once on phones), `multiple`.

    `small`: a button among the other controls of one line.
    """

    template_name = "ui/widgets/upload.html"

    def __init__(
        self,
        attrs: Mapping[str, Any] | None = None,
        *,
        accept: str = "",
        camera: bool = False,
        multiple: bool = False,
        small: bool = False,
    ) -> None:
        self.allow_multiple_selected = multiple
        super().__init__(dict(attrs or {}))
        self.accept = accept
        self.small = small
        self.camera = camera

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if self.accept:
            context["widget"]["attrs"]["accept"] = self.accept
        if self.allow_multiple_selected:
            context["widget"]["attrs"]["multiple"] = True
        context["widget"] |= {"camera": self.camera, "small": self.small}
        return context


class Signature(forms.HiddenInput):
    """A signature drawn with finger or mouse; the value is a PNG data address."""

    template_name = "ui/widgets/signature.html"

    @property
    def is_hidden(self) -> bool:
        return False


class Switch(forms.CheckboxInput):
    """A check box drawn as a switch, for something that takes effect by itself."""

    is_switch = True


DASHES = "---------"
_TEXTLIKE = (forms.widgets.Input, forms.Textarea)


def dress(form: forms.BaseForm, *, small: bool = False) -> None:
    """Give every control of `form` its classes, keyboard of the phone and native type."""
    for name, field in form.fields.items():
        _native(field)
        refusals.explain(field, name)
        _name_nothing(field, _("全部") if small else _("请选择"))
        widget = field.widget
        _classes(widget, small=small)
        if isinstance(field, forms.EmailField):
            widget.attrs.setdefault("inputmode", "email")
        if isinstance(field, forms.DecimalField | forms.IntegerField) and isinstance(
            widget, forms.NumberInput
        ):
            widget.attrs.setdefault(
                "inputmode", "decimal" if isinstance(field, forms.DecimalField) else "numeric"
            )
        if "phone" in name or "mobile" in name:
            widget.attrs.setdefault("inputmode", "tel")
            widget.attrs.setdefault("autocomplete", "off")
        if isinstance(widget, forms.Textarea):
            widget.attrs["rows"] = widget.attrs.get("rows") if str(widget.attrs.get("rows")) != "10" else 3
            if getattr(field, "max_length", None):
                widget.attrs.setdefault("data-count", field.max_length)


def _name_nothing(field: forms.Field, label: Any) -> None:
    """A select says in words what «nothing chosen» means, instead of Django's row of dashes."""
    if hasattr(field, "empty_label"):
        if field.empty_label == DASHES:
            field.empty_label = label
            # The control's own list may still ask the field it was copied from.
            field.widget.choices = field.choices
    elif isinstance(field, forms.ChoiceField) and not callable(getattr(field, "_choices", None)):
        listed: list[Any] = list(iter(field.choices))  # type: ignore[arg-type]
        if any(text == DASHES for _key, text in listed):
            field.choices = [(key, label if text == DASHES else text) for key, text in listed]


class _Listed(ModelChoiceIterator):
    """The rows of a choice in one go: Django's own way opens, reads and closes a cursor for each control of a page."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        if getattr(self.field, "null_label", None) is not None:
            yield self.field.null_value, self.field.null_label
        for row in self.queryset.all():
            yield self.choice(row)


def _native(field: forms.Field) -> None:
    """Date fields get the browser's own control."""
    made: forms.Widget | None = None
    if isinstance(field, forms.DateTimeField) and type(field.widget) is forms.DateTimeInput:
        made = DateTimeInput(attrs=field.widget.attrs)
    elif isinstance(field, forms.DateField) and type(field.widget) is forms.DateInput:
        made = DateInput(attrs=field.widget.attrs)
    elif isinstance(field, forms.TimeField) and type(field.widget) is forms.TimeInput:
        made = TimeInput(attrs=field.widget.attrs)
    elif isinstance(field, forms.ModelChoiceField) and type(field.widget) is forms.Select:
        field.iterator = _Listed
        made = Rows(field.widget.attrs, _Listed(field))
    elif isinstance(field, forms.FileField) and type(field.widget) is forms.ClearableFileInput:
        made = Upload(attrs=field.widget.attrs)
    if type(field.widget) is forms.RadioSelect:
        # Forms built elsewhere ask in radio buttons; here a few choices stand side by side.
        field.widget.template_name = Segments.template_name
        field.widget.option_template_name = Segments.option_template_name
    if isinstance(field.widget, forms.Select) and field.widget.template_name == forms.Select.template_name:
        field.widget.template_name = controls.SELECT
    if made is not None:
        made.is_required = field.widget.is_required
        field.widget = made
    if isinstance(field.widget, DateTimeInput) and isinstance(field, forms.DateTimeField):
        field.input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def _classes(widget: forms.Widget, *, small: bool) -> None:
    size = " {}-sm" if small else ""
    kind = ""
    if isinstance(widget, forms.MultiWidget):
        for each in widget.widgets:
            _classes(each, small=small)
        return
    if isinstance(widget, forms.CheckboxInput):
        kind = "form-check-input"
    elif isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect | Upload | forms.HiddenInput):
        kind = ""
    elif isinstance(widget, forms.Select):
        kind = "form-select" + size.format("form-select")
    elif isinstance(widget, _TEXTLIKE):
        kind = "form-control" + size.format("form-control")
    before = widget.attrs.get("class", "")
    if kind and kind.split()[0] not in before.split():
        widget.attrs["class"] = f"{before} {kind}".strip()

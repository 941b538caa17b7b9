"""Answers as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from zhize.kernel.forms import references
from zhize.kernel.forms.specs import FieldSpec, FormSpec
from zhize.lib import clock, idnumbers, phones
from zhize.lib.text import Text


def display(
    spec: FormSpec, answers: Mapping[str, Any], *, zone: str = "", reveal: bool = False
) -> list[tuple[str, str]]:
    """(label, shown value) of every answered field, in the form's order and the reader's language.

    Phone and identity numbers are masked unless `reveal`. Answers to fields that this version of the form no
    longer has come last, under their code.
    """
    labels = _labels(spec, answers)
    shown = [
        (said(field.label), show(field, answers[field.code], zone=zone, reveal=reveal, labels=labels))
        for field in spec.fields
        if field.code in answers
    ]
    known = {field.code for field in spec.fields}
    return [*shown, *((code, str(value)) for code, value in answers.items() if code not in known)]


def show(
    field: FieldSpec,
    value: Any,
    *,
    zone: str = "",
    reveal: bool = False,
    labels: Mapping[tuple[str, int], str] | None = None,
) -> str:
    """One kept value as text."""
    if field.type in {"choice", "multichoice"}:
        chosen = value if isinstance(value, list) else [value]
        return pgettext("between items of a list", "、").join(_choice(field, code) for code in chosen)
    if field.type == "boolean":
        return pgettext("answer", "是") if value else pgettext("answer", "否")
    if references.of(field.type):
        return (labels or _lookup(field.type, {value})).get((field.type, value), f"#{value}")
    if field.type == "file":
        return pgettext("between items of a list", "、").join(item["name"] for item in value)
    if field.type == "signature":
        return str(value["name"])
    return _with_unit(field, _plain(field, value, zone, reveal))


def said(text: Text) -> str:
    """A bilingual text in the reader's language."""
    return text.in_language(get_language() or "zh-hans")


def _plain(field: FieldSpec, value: Any, zone: str, reveal: bool) -> str:
    if field.type == "phone":
        return str(value) if reveal else phones.mask(str(value))
    if field.pattern == "id_number":
        return str(value) if reveal else idnumbers.mask(str(value))
    if field.type == "datetime":
        return datetime.fromisoformat(value).astimezone(clock.zone(zone)).strftime("%Y-%m-%d %H:%M")
    if field.type == "money":
        return f"¥{Decimal(value):,.2f}"
    if field.type == "rating":
        return _("{score} 分（满分 {most}）").format(score=value, most=5 if field.max is None else field.max)
    return str(value)


def _with_unit(field: FieldSpec, text: str) -> str:
    return f"{text} {said(field.unit)}" if field.unit else text


def _choice(field: FieldSpec, code: str) -> str:
    choice = field.choice(code)
    return said(choice.label) if choice else code


def _labels(spec: FormSpec, answers: Mapping[str, Any]) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for field in spec.fields:
        if references.of(field.type) and field.code in answers:
            wanted.setdefault(field.type, set()).add(answers[field.code])
    found: dict[tuple[str, int], str] = {}
    for kind, ids in wanted.items():
        found |= _lookup(kind, ids)
    return found


def _lookup(kind: str, ids: set[int]) -> dict[tuple[str, int], str]:
    reference = references.of(kind)
    labels = reference.labels(ids) if reference else {}
    return {(kind, number): label for number, label in labels.items()}

"""The one check of answers, whichever door they come through."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize.kernel.db import Invalid
from zhize.kernel.forms import references, values
from zhize.kernel.forms.specs import FieldSpec, FormSpec, states_of


def clean(
    spec: FormSpec,
    answers: Mapping[str, Any],
    *,
    state: str | Collection[str] = "",
    before: Mapping[str, Any] | None = None,
    zone: str = "",
    today: date | None = None,
) -> dict[str, Any]:
    """The JSON-safe answers, or Invalid with the faults of every field at once.

    `answers` come from a page, the API, a sheet or a mail: texts are enough. `state` names the state (and its
    category) in which they are given. `before` are the answers kept so far: fields that `answers` does not
    mention stay as they were, an empty answer takes one away. An answer to a field that a condition hides is
    dropped; one to a field of another state or of no field is a fault.
    """
    states = states_of(state)
    kept = dict(before or {})
    faults: dict[str, list[Any]] = {name: [_("没有这一栏。")] for name in answers if spec.field(name) is None}
    for field in spec.fields:
        if field.code in answers:
            _take(field, answers[field.code], kept, faults, states, zone, today)
    _drop_hidden(spec, kept, faults, states)
    _demand(spec, kept, faults, states)
    _compare(spec, kept, faults, set(answers))
    _look_up(spec, kept, faults, set(answers))
    if faults:
        raise Invalid(faults, code="forms.invalid")
    return {field.code: kept[field.code] for field in spec.fields if field.code in kept}


def _take(
    field: FieldSpec,
    raw: Any,
    kept: dict[str, Any],
    faults: dict[str, list[Any]],
    states: Collection[str],
    zone: str,
    today: date | None,
) -> None:
    if not field.shown_in(states):
        if not values.is_empty(raw):
            faults[field.code] = [_("这一步不填这一栏。")]
        return
    earlier = kept.pop(field.code, None)
    if values.is_empty(raw):
        return
    if field.type == "signature" and isinstance(earlier, dict) and raw == earlier.get("name"):
        kept[field.code] = earlier  # The page shows only the name; the drawn image stays with it.
        return
    try:
        kept[field.code] = values.read(field, raw, zone=zone, today=today)
    except values.Wrong as wrong:
        faults[field.code] = [wrong.message]


def _drop_hidden(
    spec: FormSpec, kept: dict[str, Any], faults: dict[str, list[Any]], states: Collection[str]
) -> None:
    # From top to bottom: a condition looks only at earlier fields, and a hidden field has no answer.
    for field in spec.fields:
        if field.shown_in(states) and not spec.visible(field, states, kept):
            kept.pop(field.code, None)
            faults.pop(field.code, None)


def _demand(
    spec: FormSpec, kept: dict[str, Any], faults: dict[str, list[Any]], states: Collection[str]
) -> None:
    for field in spec.fields:
        missing = field.code not in kept and field.code not in faults
        if missing and spec.visible(field, states, kept) and spec.needed(field, states, kept):
            faults[field.code] = [_("请填写这一项。")]


def _compare(spec: FormSpec, kept: dict[str, Any], faults: dict[str, list[Any]], given: set[str]) -> None:
    """Whether numbers agree with those they are measured by; said at the number, or where only they were given at one of them."""
    labels = {field.code: field.label.in_language(get_language() or "zh-hans") for field in spec.fields}
    for field in spec.fields:
        for names, exact in ((field.sum_of, True), (field.at_most, False)):
            told = [name for name in (field.code, *names) if name in given]
            parts = [Decimal(str(kept[name])) for name in names if name in kept]
            if not (told and parts) or field.code not in kept or faults.keys() & {field.code, *names}:
                continue
            number, total = Decimal(str(kept[field.code])), sum(parts)
            if number > total or (exact and number < total):
                said = _("“{name}”应等于 {sum}（{n}）。") if exact else _("“{name}”不能超过 {sum}（{n}）。")
                summed = " + ".join(labels[name] for name in names)
                faults[told[0]] = [said.format(name=labels[field.code], sum=summed, n=total)]


def _look_up(spec: FormSpec, kept: dict[str, Any], faults: dict[str, list[Any]], given: set[str]) -> None:
    """Whether the rows that were pointed at exist: one query for each kind of row."""
    wanted: dict[str, dict[str, int]] = {}
    for field in spec.fields:
        if references.of(field.type) and field.code in kept and field.code in given:
            wanted.setdefault(field.type, {})[field.code] = kept[field.code]
    for kind, ids in wanted.items():
        reference = references.of(kind)
        found = reference.labels(set(ids.values())) if reference else {}
        for code, number in ids.items():
            if number not in found:
                faults[code] = [_("请从列表里选一个。")]

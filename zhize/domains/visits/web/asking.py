"""A questionnaire as a form: grades and choices are buttons for a thumb, on the caller's desk and on a customer's phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhize.kernel import forms
from zhize.kernel.forms import FormSpec
from zhize.ui import widgets
from zhize.ui.forms import adopt

BUTTONS = frozenset({"rating", "boolean"})
FEW = 4


def form(spec: FormSpec, *, data: Any = None, initial: Mapping[str, Any] | None = None) -> Any:
    """The form of these questions; after `is_valid()` the answers are in `answers`."""
    made = forms.build(spec, state="done", data=data, initial=initial)
    for field in made.fields.values():
        question = getattr(field, "spec", None)
        if question is None or not hasattr(field.widget, "choices"):
            continue
        offered = [pair for pair in field.widget.choices if pair[0] != ""]
        if question.type in BUTTONS or (question.type == "choice" and len(offered) <= FEW):
            field.widget = widgets.Segments(dict(field.widget.attrs), choices=offered)
    return adopt(made)

"""From a figure of the board to the list of exactly the obligations that it counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from zhize.domains.duties.filters import NONE
from zhize.domains.duties.selectors.board import Span
from zhize.kernel.org.models import Unit

# Which filter of the list narrows to one row of the board.
PARAMS = {"position": "position", "person": "answers", "duty": "duty", "unit": "unit", "role": "role"}
ANY: Any = object()


def address(
    unit: Unit | None,
    first: date,
    last: date,
    *,
    by: str = "",
    key: Any = ANY,
    facts: Sequence[str] = (),
    owed: bool = False,
) -> str:
    """The list of what counts in these days in the unit and below; of one row of the board, of some facts only,
    with `owed` of what counts as owed (not what was excused).

    Without a unit it is what falls to oneself, or that row, wherever that is owed.
    """
    values = QueryDict(mutable=True)
    values["chip"] = "all"
    values["owed" if owed else "counted"] = "true"
    if unit is not None:
        values["under"] = str(unit.pk)
    elif key is ANY:
        values["own"] = "true"
    values["due_after"], values["due_before"] = first.isoformat(), last.isoformat()
    if key is not ANY:
        values[PARAMS[by]] = NONE if key is None else str(key)
    values.setlist("fact", list(facts))
    return f"{reverse('duties:list')}?{values.urlencode()}"


def of_span(span: Span, **more: Any) -> str:
    """The same for a whole span."""
    return address(span.unit, span.first, span.last, **more)

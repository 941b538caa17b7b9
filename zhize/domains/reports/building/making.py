"""What is being made, and the order in which its blocks are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhize.domains.reports.pack import ReportSpec
from zhize.domains.reports.periods import Span
from zhize.kernel import measures
from zhize.kernel.measures import MeasureScope, Result
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Unit
from zhize.lib.text import Text

# So many rows of a list are made for the screen, for what is frozen and printed, and for a workbook. The list behind
# the figure has them all, and its export streams them.
SHOWN, FROZEN, BOOKED = 200, 2_000, 10_000


def said(value: Any) -> str:
    """A text of the pack in the reader's language."""
    if value is None:
        return ""
    return value.in_language(get_language() or "zh-hans") if isinstance(value, Text) else str(value)


@dataclass(frozen=True)
class Making:
    """One report to be computed: layout, unit with everything below it, period, and what was written by hand."""

    spec: ReportSpec
    unit: Unit
    span: Span
    texts: Mapping[str, str] = field(default_factory=dict)
    causes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    signed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    listed: int = SHOWN

    @cached_property
    def scope(self) -> MeasureScope:
        """Units, period and selection of the report as a measure's scope."""
        return MeasureScope.days(
            self.span.first,
            self.span.last,
            unit_ids=org.subtree_ids(self.unit),
            zone=self.unit.timezone,
            filters=filters_of(self.spec.selects),
        )

    @cached_property
    def _values(self) -> dict[str, Result]:
        return {}

    def value(self, code: str) -> Result:
        """A measure of the whole report; asked for by several blocks, computed once."""
        return self.values([code])[code]

    def values(self, codes: Sequence[str]) -> dict[str, Result]:
        """Several of them."""
        self._values.update(measures.values([code for code in codes if code not in self._values], self.scope))
        return {code: self._values[code] for code in codes}


def filters_of(condition: Any) -> dict[str, tuple[Any, ...]]:
    """A selection of the pack as filters by dimension. Raises ValueError for one that is more than that."""
    if condition is None:
        return {}
    if condition.all:
        found: dict[str, tuple[Any, ...]] = {}
        for part in condition.all:
            found |= filters_of(part)
        return found
    if condition.field and condition.op == "is":
        return {condition.field: (condition.value,)}
    if condition.field and condition.op == "in":
        return {condition.field: tuple(condition.value)}
    raise ValueError("a report selects by `is`, `in` and `all` only")


def build(making: Making) -> dict[str, Any]:
    """The sheet as plain data (JSON), in the reader's language. The same number of queries for any number of cases."""
    from zhize.domains.reports.building import figures, packages, tables, written

    makers = {**figures.BLOCKS, **tables.BLOCKS, **packages.BLOCKS, **written.BLOCKS}
    return {
        "title": said(making.spec.title),
        "form": making.spec.form or "",
        "unit": str(making.unit),
        "period": making.span.label,
        "landscape": making.spec.landscape,
        "empty": _("没有"),
        "blocks": [makers[block.block](making, block) for block in making.spec.blocks],
    }

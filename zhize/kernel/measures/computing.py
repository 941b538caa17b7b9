"""Values, breakdowns and trends of measures: one query each, however many rows or groups there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db.models import DateField, QuerySet
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from zhize.kernel.measures import dimensions, registry
from zhize.kernel.measures.figures import Figure
from zhize.kernel.measures.registry import UNITS, Measure
from zhize.kernel.measures.scopes import MeasureScope, Step, floor
from zhize.lib import clock

_TRUNCATIONS = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth}


@dataclass(frozen=True)
class Result:
    """A measure's value for a scope.

    `value` is None where nothing was there to measure (a mean of nothing is not 0). A ratio is 0 to 1, with `part` and
    `whole`. `rows` are the rows behind it.
    """

    measure: Measure
    scope: MeasureScope
    value: Decimal | None
    part: int | None = None
    whole: int | None = None
    rows: QuerySet[Any] | None = None

    @property
    def printed(self) -> Decimal | None:
        """The value as far as it is shown, so that differences are those of the figures people see."""
        if self.value is None:
            return None
        places = UNITS[self.measure.unit][1]
        return (
            rounded(self.value * 100, places) / 100
            if self.measure.unit == "%"
            else rounded(self.value, places)
        )

    @property
    def shown(self) -> str:
        """The value with its unit in the reader's language; a dash for none."""
        if self.value is None:
            return "—"
        label, places = UNITS[self.measure.unit]
        number = f"{rounded(self.value * 100 if self.measure.unit == '%' else self.value, places):,}"
        if self.measure.unit == "%":
            return f"{number}%"
        return f"{number} {label.in_language(get_language() or 'zh-hans')}".rstrip()

    def url(self, **more: Any) -> str:
        """The address of the list behind the figure; empty when it has none. `more` are further filters."""
        if self.measure.drill is None:
            return ""
        name, template = self.measure.drill
        places = {
            "since": self.scope.first_day.isoformat(),
            "until": self.scope.last_day.isoformat(),
            "units": ",".join(map(str, self.scope.unit_ids or ())),
        }
        query: dict[str, Any] = {key: text.format(**places) for key, text in template.items()}
        query |= {dimension: list(values) for dimension, values in self.scope.filters.items()}
        query |= {dimension: [value] for dimension, value in more.items()}
        pairs = {key: value for key, value in query.items() if value not in ("", [], None)}
        try:
            return f"{reverse(name)}?{urlencode(pairs, doseq=True)}"
        except NoReverseMatch:
            return ""


@dataclass(frozen=True)
class Group:
    """One line of a breakdown: the values of its dimensions, their labels, and the measure's result."""

    keys: tuple[Any, ...]
    labels: tuple[Any, ...]
    result: Result


def rounded(value: Decimal, places: int) -> Decimal:
    """Rounded half up, as people round."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def value(code: str, scope: MeasureScope) -> Result:
    """The measure for the scope. Raises LookupError for an unknown measure or filter."""
    found = registry.get(code)
    figure = found.function(scope)
    return _result(found, scope, figure, figure.rows.aggregate(**figure.aggregates()))


def values(codes: Sequence[str], scope: MeasureScope) -> dict[str, Result]:
    """Several measures for the same scope."""
    return {code: value(code, scope) for code in codes}


def breakdown(code: str, scope: MeasureScope, by: Sequence[str], *, top: int | None = None) -> list[Group]:
    """The measure for every value of one dimension (or of two), largest first; rows without a value too.

    With `top`, only so many groups. Raises LookupError for a dimension that the measure's rows do not have.
    """
    found = registry.get(code)
    figure = found.function(scope)
    chosen = [dimensions.get(figure.rows.model, name) for name in by]
    grouped = (
        figure.rows.order_by().values_list(*(one.path for one in chosen)).annotate(**figure.aggregates())
    )
    names = list(figure.aggregates())
    lines = [
        (tuple(row[: len(chosen)]), dict(zip(names, row[len(chosen) :], strict=True))) for row in grouped
    ]
    labels = [one.named({keys[at] for keys, _ in lines}) for at, one in enumerate(chosen)]
    groups = [
        Group(
            keys,
            tuple(labels[at][key] for at, key in enumerate(keys)),
            _result(found, scope.where(**_filters(by, keys)), figure, numbers, rows=None),
        )
        for keys, numbers in lines
    ]
    groups.sort(key=lambda group: (-(group.result.value or Decimal(0)), str(group.labels)))
    return groups[:top]


def trend(code: str, scope: MeasureScope, step: Step) -> list[Result]:
    """The measure for every day, week or month of the span, in order, the empty ones too.

    What happens within a span takes one query; a stock (the state at the end of each step) one for each step.
    """
    return trends([code], scope, step)[code]


def trends(codes: Sequence[str], scope: MeasureScope, step: Step) -> dict[str, list[Result]]:
    """The same for several measures; those that are taken of the same rows share one query."""
    spans = scope.steps(step)
    results: dict[str, list[Result]] = {}
    alike: dict[Any, list[tuple[Measure, Figure]]] = {}
    for code in codes:
        found = registry.get(code)
        if found.stock:
            results[code] = [value(code, span) for span in spans]
            continue
        figure = found.function(scope)
        if figure.at is None:
            raise ValueError(f"measure {code} does not say by which moment its rows are sorted")
        alike.setdefault((figure.at, _rows_key(figure.wider)), []).append((found, figure))
    for (at, _rows), several in alike.items():
        bucket = _TRUNCATIONS[step](at, tzinfo=clock.zone(scope.zone), output_field=DateField())
        wanted = {
            f"{found.code}:{name}".replace(".", "_"): (found.code, name, one)
            for found, figure in several
            for name, one in figure.aggregates(figure.among).items()
        }
        grouped = several[0][1].wider.order_by().annotate(_step=bucket).values_list("_step")
        by_day = {
            row[0]: dict(zip(wanted, row[1:], strict=True))
            for row in grouped.annotate(**{key: one for key, (_code, _name, one) in wanted.items()})
        }
        for found, figure in several:
            names = {name: key for key, (code, name, _one) in wanted.items() if code == found.code}
            results[found.code] = [
                _result(
                    found,
                    span,
                    figure,
                    {
                        name: by_day.get(floor(span.first_day, step), {}).get(key)
                        for name, key in names.items()
                    },
                    rows=None,
                )
                for span in spans
            ]
    return {code: results[code] for code in codes}


def _rows_key(rows: QuerySet[Any]) -> Any:
    """What is the same for the same rows."""
    try:
        return repr(rows.order_by().query.sql_with_params())
    except EmptyResultSet:
        return id(rows)


def _filters(by: Sequence[str], keys: Sequence[Any]) -> dict[str, tuple[Any, ...]]:
    return {name: (key,) for name, key in zip(by, keys, strict=True)}


_ALL: Any = object()


def _result(
    found: Measure, scope: MeasureScope, figure: Figure, numbers: Mapping[str, Any], *, rows: Any = _ALL
) -> Result:
    part, whole = numbers.get("part"), numbers.get("whole")
    if figure.form == "count":
        number: Decimal | None = Decimal(numbers["value"] or 0)
    elif figure.form == "ratio":
        part, whole = part or 0, whole or 0
        number = Decimal(part) / Decimal(whole) if whole else None
    elif figure.form == "sum":
        number = Decimal(str(numbers["value"] or 0))
    else:
        number = None if numbers["value"] is None else Decimal(str(numbers["value"]))
    return Result(found, scope, number, part, whole, figure.rows if rows is _ALL else rows)

"""Values, breakdowns and trends of measures: one query each, however many rows or groups there are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.fields import ArrayField
from django.db.models import DateTimeField, F, Func, IntegerField, QuerySet, Value
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from zhize.kernel.db import marks
from zhize.kernel.measures import dimensions, registry
from zhize.kernel.measures.figures import Figure
from zhize.kernel.measures.registry import UNITS, Measure
from zhize.kernel.measures.scopes import MeasureScope, Step
from zhize.lib import clock


@dataclass(frozen=True)
class Result:
    """A measure's value for a scope.

    `value` is None where nothing was there to measure (a mean of nothing is not 0). A ratio is 0 to 1, with `part` and
    `whole`.
    """

    measure: Measure
    scope: MeasureScope
    value: Decimal | None
    part: int | None = None
    whole: int | None = None
    figure: Figure | None = None

    @property
    def rows(self) -> QuerySet[Any] | None:
        """The rows behind a value; none of a part of a breakdown or trend."""
        return self.figure.rows if self.figure is not None else None

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

    def url(self, *, under: int | None = None, **more: Any) -> str:
        """The address of the list behind the figure; empty when it has none. `more` are further filters.

        `under`: the unit that with all below it makes the scope's units, for a list that can be asked so.
        """
        scope = self.scope
        found = _address(self.measure, scope.since, scope.until, scope.zone, scope.unit_ids, under)
        if found is None:
            return ""
        path, query = found
        filters = {**scope.filters, **{name: (value,) for name, value in more.items()}}
        said = {name: _asked(name, values) for name, values in filters.items() if values}
        return f"{path}?{'&'.join((query | said).values())}"


@lru_cache
def _address(
    measure: Measure,
    since: datetime,
    until: datetime,
    zone: str,
    unit_ids: tuple[int, ...] | None,
    under: int | None,
) -> tuple[str, dict[str, str]] | None:
    """Where the list is, and what all figures of the measure, time and units ask of it. A breakdown has a thousand."""
    if measure.drill is None:
        return None
    name, template = measure.drill
    scope = MeasureScope(since, until, unit_ids, zone=zone)
    places = {
        "since": scope.first_day.isoformat(),
        "until": scope.last_day.isoformat(),
        "units": ",".join(map(str, unit_ids or ())),
    }
    query = {key: text.format(**places) for key, text in template.items()}
    if under is not None and "under" in query:
        query["under"] = str(under)
    try:
        return reverse(name), {key: _asked(key, (text,)) for key, text in query.items() if text}
    except NoReverseMatch:
        return None


def _asked(name: str, values: Collection[Any]) -> str:
    """A filter as lists read it: "None" stands for rows without a value."""
    return urlencode([(name, "None" if value in ("", None) else value) for value in values])


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
    return values([code], scope)[code]


def values(codes: Sequence[str], scope: MeasureScope) -> dict[str, Result]:
    """Several measures for the same scope; those that are taken of the same rows share one query."""
    figures = _figures(codes, scope)
    numbers = _read(figures)
    return {
        code: replace(_result(code, scope, figure, numbers[code].get((), {})), figure=figure)
        for code, figure in figures.items()
    }


def breakdown(code: str, scope: MeasureScope, by: Sequence[str], *, top: int | None = None) -> list[Group]:
    """The measure for every value of one dimension (or of two), largest first; rows without a value too.

    With `top`, only so many groups. Raises LookupError for a dimension that the measure's rows do not have.
    """
    return breakdowns([code], scope, by)[code][:top]


def breakdowns(codes: Sequence[str], scope: MeasureScope, by: Sequence[str]) -> dict[str, list[Group]]:
    """The same for several measures; those that are taken of the same rows share one query."""
    figures = _figures(codes, scope)
    models = {figure.base.model for figure in figures.values()}
    chosen = {model: [dimensions.get(model, name) for name in by] for model in models}
    numbers = _read(
        figures,
        lambda figure: {f"_by{at}": F(one.path) for at, one in enumerate(chosen[figure.base.model])},
    )
    keys = {
        model: {key for code in codes if figures[code].base.model is model for key in numbers[code]}
        for model in models
    }
    labels = {
        model: [one.named({key[at] for key in keys[model]}) for at, one in enumerate(chosen[model])]
        for model in models
    }
    scopes = {key: scope.where(**_filters(by, key)) for found in keys.values() for key in found}
    groups = {
        code: [
            Group(
                key,
                tuple(named[part] for named, part in zip(labels[figure.base.model], key, strict=True)),
                _result(code, scopes[key], figure, found),
            )
            for key, found in numbers[code].items()
        ]
        for code, figure in figures.items()
    }
    for several in groups.values():
        several.sort(key=lambda group: (-(group.result.value or Decimal(0)), str(group.labels)))
    return groups


def trend(code: str, scope: MeasureScope, step: Step) -> list[Result]:
    """The measure for every day, week or month of the span, in order, the empty ones too.

    What happens within a span takes one query; a stock (the state at the end of each step) is asked for each step.
    """
    return trends([code], scope, step)[code]


def trends(codes: Sequence[str], scope: MeasureScope, step: Step) -> dict[str, list[Result]]:
    """The same for several measures; those that are taken of the same rows share one query."""
    spans = scope.steps(step)
    flows = _figures([code for code in codes if not registry.get(code).stock], scope)
    for code, figure in flows.items():
        if figure.at is None:
            raise ValueError(f"measure {code} does not say by which moment its rows are sorted")
    numbers = _read(flows, lambda figure: {"_step": _step(figure.at, spans)})
    return {
        code: [
            _result(code, span, flows[code], numbers[code].get((at,), {}))
            if code in flows
            else value(code, span)
            for at, span in enumerate(spans, 1)
        ]
        for code in codes
    }


def _step(at: Any, spans: Sequence[MeasureScope]) -> Func:
    """Which of the spans, counted from 1, a moment lies in.

    It is looked up among their beginnings: to bring each of 460,000 moments into local time and to cut off what is less
    than a month took longer than all the rest.
    """
    begins = Value([span.since for span in spans], output_field=ArrayField(DateTimeField()))
    return Func(F(at), begins, function="WIDTH_BUCKET", output_field=IntegerField())


Numbers = dict[str, Any]


def _figures(codes: Sequence[str], scope: MeasureScope) -> dict[str, Figure]:
    return {code: _figure(code, scope) for code in codes}


FIGURES_KEPT = 500
"""Figures kept in one process: readers choose their days freely, and a figure is large."""


def _figure(code: str, scope: MeasureScope) -> Figure:
    """What a measure says of the scope; composed once while the mark lasts, unless it asks for the moment."""
    kept = marks.kept("measures.figures", _keeper)(_Asked(code, scope)) if marks.is_reading() else None
    return registry.get(code).function(scope) if kept is None else kept


class _Asked:
    """A measure and a scope, equal to others that ask the same."""

    __slots__ = ("code", "key", "scope")

    def __init__(self, code: str, scope: MeasureScope) -> None:
        self.code, self.scope, self.key = code, scope, (code, scope.key)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.key == other.key


def _keeper() -> Callable[[_Asked], Figure | None]:
    """The figures of one mark, in one place of what is kept: they push nothing else out, and go with the mark."""
    return lru_cache(maxsize=FIGURES_KEPT)(_composed)


def _composed(asked: _Asked) -> Figure | None:
    """None for what asks for the moment."""
    with clock.noticing() as noticed:
        figure = registry.get(asked.code).function(asked.scope)
    return None if noticed else figure


def _read(
    figures: Mapping[str, Figure], by: Callable[[Figure], Mapping[str, Any]] = lambda figure: {}
) -> dict[str, dict[tuple[Any, ...], Numbers]]:
    """The figures' numbers by code and group: one statement for all that are taken of the same rows."""
    alike: dict[Any, list[str]] = {}
    for code, figure in figures.items():
        alike.setdefault((figure.asked, repr(by(figure)), figure.either), []).append(code)
    numbers: dict[str, dict[tuple[Any, ...], Numbers]] = {code: {} for code in figures}
    for codes in alike.values():
        first = figures[codes[0]]
        wanted = {
            f"{code}:{name}".replace(".", "_"): (code, name, one)
            for code in codes
            for name, one in figures[code].aggregates().items()
        }
        for rows in first.parts:
            for keys, line in _lines(
                rows, by(first), {key: one for key, (_code, _name, one) in wanted.items()}
            ):
                for key, (code, name, _one) in wanted.items():
                    found = numbers[code].setdefault(keys, {})
                    # Parts are of counts only, which add up.
                    found[name] = line[key] if name not in found else found[name] + line[key]
    return {
        code: {keys: found for keys, found in numbers[code].items() if figure.has_rows(found)}
        for code, figure in figures.items()
    }


def _lines(
    rows: QuerySet[Any], by: Mapping[str, Any], wanted: Mapping[str, Any]
) -> Iterator[tuple[tuple[Any, ...], Numbers]]:
    """What is wanted of the rows: for each group, or in one line."""
    if not by:
        yield (), rows.aggregate(**wanted)
        return
    grouped = rows.order_by().annotate(**by).values_list(*by).annotate(**wanted)
    for line in grouped:
        yield tuple(line[: len(by)]), dict(zip(wanted, line[len(by) :], strict=True))


def _filters(by: Sequence[str], keys: Sequence[Any]) -> dict[str, tuple[Any, ...]]:
    return {name: (key,) for name, key in zip(by, keys, strict=True)}


def _result(code: str, scope: MeasureScope, figure: Figure, numbers: Mapping[str, Any]) -> Result:
    found = registry.get(code)
    if figure.form == "ratio":
        part, whole = numbers.get("part") or 0, numbers.get("whole") or 0
        return Result(found, scope, Decimal(part) / Decimal(whole) if whole else None, part, whole)
    number = numbers.get("value")
    if number is None and figure.form in {"count", "sum"}:
        number = 0
    return Result(found, scope, None if number is None else Decimal(str(number)), whole=numbers.get("whole"))

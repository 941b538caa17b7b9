"""The forms a figure can take. A measure answers with one; the same statement gives value, breakdown, trend and rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any, Literal

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import Aggregate, Avg, Count, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Extract

Form = Literal["count", "sum", "mean", "ratio", "percentile"]


class Percentile(Aggregate):
    """PostgreSQL's percentile_cont: the value below which a share of the rows lies, between neighbours."""

    function = "PERCENTILE_CONT"
    name = "Percentile"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: Any, share: float, **extra: Any) -> None:
        super().__init__(expression, share=repr(float(share)), **extra)


@dataclass(frozen=True)
class Figure:
    """What to compute over which rows.

    `base` are the rows that are read; of them `among` says which the figure is taken of, so that several figures of the
    same rows are read together. `either` are conditions of which each row fulfils one at most: the figure is taken of
    those that fulfil one, each with a statement of its own. `field` is what is summed or averaged, `part` which rows of
    a ratio count. `at` is the moment by which a trend sorts the rows.
    """

    form: Form
    base: QuerySet[Any]
    at: str | None = None
    field: Any = None
    part: Q | None = None
    share: float = 0.5
    among: Q | None = None
    either: tuple[Q, ...] = ()

    @property
    def rows(self) -> QuerySet[Any]:
        """The rows behind the figure (of a ratio: its whole)."""
        return self.base.filter(reduce(or_, self.either, Q()), self.among or Q())

    @property
    def parts(self) -> list[QuerySet[Any]]:
        """What is read, one statement each."""
        return [self.base.filter(one) for one in self.either] or [self.base]

    @cached_property
    def asked(self) -> str:
        """What is the same for figures of the same rows."""
        try:
            return repr(self.base.order_by().query.sql_with_params())
        except EmptyResultSet:
            return str(self.base.model._meta.label)

    def aggregates(self) -> dict[str, Any]:
        """Named aggregates over what is read: the value, and for a ratio its part and its whole."""
        if self.form in {"count", "ratio"}:
            twice = self._may_come_twice
            counted = Count("pk", filter=self.among, distinct=twice)
            if self.form == "count":
                return {"value": counted}
            part = self.part if self.among is None or self.part is None else self.among & self.part
            return {"part": Count("pk", filter=part, distinct=twice), "whole": counted}
        made = {"sum": Sum, "mean": Avg}.get(self.form)
        value = (
            made(self.field, filter=self.among)
            if made
            else Percentile(self.field, self.share, filter=self.among)
        )
        return {"value": value, "whole": Count(self.field, filter=self.among)}

    def has_rows(self, numbers: Mapping[str, Any]) -> bool:
        """Whether a group was not only read for other figures."""
        return self.among is None or any(numbers.values())

    @cached_property
    def _may_come_twice(self) -> bool:
        """Whether a row may stand several times among the joined ones; where it cannot, nothing need be sorted."""
        rows = self.rows if self.part is None else self.rows.filter(self.part)
        joins = (getattr(table, "join_field", None) for table in rows.query.alias_map.values())
        return not all(join is None or isinstance(join, models.ForeignKey) for join in joins)


def count(
    rows: QuerySet[Any], *, among: Q | None = None, either: tuple[Q, ...] = (), at: str | None = None
) -> Figure:
    """How many rows. `among`: of these only. `either`: of those that fulfil one of these, which exclude each other.

    What is open is found by `either` along an index of its ends: a condition with OR would read all rows there ever were.
    """
    return Figure("count", rows, at, among=among, either=either)


def total(rows: QuerySet[Any], field: Any, *, at: str | None = None) -> Figure:
    """The sum of a field or expression; 0 of nothing."""
    return Figure("sum", rows, at, field)


def mean(rows: QuerySet[Any], field: Any, *, among: Q | None = None, at: str | None = None) -> Figure:
    """The mean of a field or expression over the rows that have it; no value of nothing. `among`: of these rows only."""
    return Figure("mean", rows, at, field, among=among)


def ratio(rows: QuerySet[Any], part: Q, *, among: Q | None = None, at: str | None = None) -> Figure:
    """The share of rows for which `part` holds, as 0 to 1; no value of nothing. `among`: of these rows only."""
    return Figure("ratio", rows, at, part=part, among=among)


def percentile(rows: QuerySet[Any], field: Any, share: float, *, at: str | None = None) -> Figure:
    """The value below which `share` (0 to 1) of the rows lie: 0.5 is the median. No value of nothing."""
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    return Figure("percentile", rows, at, field, share=share)


def minutes_between(since: str, until: str) -> Any:
    """An expression for the minutes between two moments of a row."""
    span = models.ExpressionWrapper(models.F(until) - models.F(since), output_field=models.DurationField())
    return Extract(span, "epoch") / 60.0

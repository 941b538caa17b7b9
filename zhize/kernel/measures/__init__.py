"""Named figures: declared once, computed for any units, time and filters, with the rows behind them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhize.kernel.measures.computing import (
        Group,
        Result,
        breakdown,
        breakdowns,
        trend,
        trends,
        value,
        values,
    )
    from zhize.kernel.measures.dimensions import Dimension, dimension
    from zhize.kernel.measures.figures import Figure, count, mean, minutes_between, percentile, ratio, total
    from zhize.kernel.measures.registry import Measure, all_measures, get, is_known, measure
    from zhize.kernel.measures.scopes import MeasureScope, Step
    from zhize.kernel.measures.targets import Judgement, Target, change, judge

_LAZY = {
    **dict.fromkeys(
        ("Group", "Result", "breakdown", "breakdowns", "trend", "trends", "value", "values"), "computing"
    ),
    **dict.fromkeys(("Dimension", "dimension"), "dimensions"),
    **dict.fromkeys(
        ("Figure", "count", "mean", "minutes_between", "percentile", "ratio", "total"), "figures"
    ),
    **dict.fromkeys(("Measure", "all_measures", "get", "is_known", "measure"), "registry"),
    **dict.fromkeys(("MeasureScope", "Step"), "scopes"),
    **dict.fromkeys(("Judgement", "Target", "change", "judge"), "targets"),
}

__all__ = [
    "Dimension",
    "Figure",
    "Group",
    "Judgement",
    "Measure",
    "MeasureScope",
    "Result",
    "Step",
    "Target",
    "all_measures",
    "breakdown",
    "breakdowns",
    "change",
    "count",
    "dimension",
    "get",
    "is_known",
    "judge",
    "mean",
    "measure",
    "minutes_between",
    "percentile",
    "ratio",
    "total",
    "trend",
    "trends",
    "value",
    "values",
]


def __getattr__(name: str) -> Any:
    # Loaded on first use: app configurations import this package before the tables may be imported.
    if name in _LAZY:
        value = getattr(import_module(f"zhize.kernel.measures.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)

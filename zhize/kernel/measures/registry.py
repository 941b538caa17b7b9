"""The named measures. Python declares them, packs choose among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from zhize.kernel.measures.figures import Figure
from zhize.kernel.measures.scopes import MeasureScope
from zhize.lib.text import Text

Direction = Literal["up", "down", "none"]

# What a value is counted in, with the places it is shown with. A ratio is kept as 0 to 1 and shown in per cent.
UNITS: dict[str, tuple[Text, int]] = {
    "件": (Text("件", "cases"), 0),
    "次": (Text("次", "times"), 0),
    "户": (Text("户", "households"), 0),
    "人": (Text("人", "people"), 0),
    "个": (Text("个", ""), 0),
    "份": (Text("份", ""), 0),
    "项": (Text("项", "items"), 0),
    "分": (Text("分", "points"), 1),
    "元": (Text("元", "CNY"), 2),
    "min": (Text("分钟", "min"), 0),
    "h": (Text("小时", "h"), 1),
    "day": (Text("天", "days"), 1),
    "%": (Text("%", "%"), 1),
}

Function = Callable[[MeasureScope], Figure]


@dataclass(frozen=True)
class Measure:
    """A named figure.

    `direction` says whether more is better (up), worse (down) or neither. A `stock` is the state at the end of the span
    (open cases), not what happened within it. `drill` names the list behind the figure and its query; {since},
    {until} (the last day) and {units} are filled in, and filters are added under their dimension's name.
    """

    code: str
    text: Text
    help: Text
    unit: str
    direction: Direction
    function: Function
    stock: bool = False
    drill: tuple[str, Mapping[str, str]] | None = field(default=None, hash=False)


_measures: dict[str, Measure] = {}


def measure(
    code: str,
    *,
    zh: str,
    en: str,
    unit: str,
    direction: Direction = "none",
    help_zh: str = "",
    help_en: str = "",
    stock: bool = False,
    drill: tuple[str, Mapping[str, str]] | None = None,
) -> Callable[[Function], Function]:
    """Declare a measure: a function from a scope to a Figure. Twice is an error, so is an unknown unit."""
    if unit not in UNITS:
        raise ValueError(f"{code}: the unit {unit!r} is none of {', '.join(UNITS)}")

    def declare(function: Function) -> Function:
        if code in _measures:
            raise ValueError(f"measure {code} is declared twice")
        _measures[code] = Measure(
            code, Text(zh, en), Text(help_zh, help_en), unit, direction, function, stock, drill
        )
        return function

    return declare


def get(code: str) -> Measure:
    """The declared measure. Raises LookupError."""
    try:
        return _measures[code]
    except KeyError:
        raise LookupError(f"no measure {code!r}") from None


def is_known(code: str) -> bool:
    return code in _measures


def all_measures() -> list[Measure]:
    """Every declared measure, by code."""
    return [_measures[code] for code in sorted(_measures)]

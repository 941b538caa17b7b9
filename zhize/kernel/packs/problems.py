"""Mistakes in a pack: where they stand and what they are, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from zhize.kernel.db import DomainError


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake, with the file and the line (1-based) where a person has to look."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class PackRefused(DomainError):
    """The pack cannot be loaded or applied; `problems` says why, one line each."""

    code = "pack_refused"
    status = 422

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Misfit(ValueError):
    """A value that is well formed and does not fit the others of its mapping; `field` is where a person has to look."""

    def __init__(self, field: str, said: object) -> None:
        self.field = field
        super().__init__(said)


def place_of(error: Mapping[str, Any]) -> tuple[int | str, ...]:
    """Where a pydantic error stands: the steps down to the key it is about."""
    fault = (error.get("ctx") or {}).get("error")
    return (*error["loc"], fault.field) if isinstance(fault, Misfit) else tuple(error["loc"])


def relative(path: Path, base: Path) -> str:
    """The path as the author of the pack would write it."""
    try:
        return str(path.relative_to(base))
    except ValueError:
        return str(path)


def in_words(error: Mapping[str, Any]) -> str:
    """The sentence for one pydantic error; kinds without one keep pydantic's own words."""
    kind = str(error["type"])
    context: Mapping[str, Any] = error.get("ctx") or {}
    # An item of a list is called by the list's own key: «0» names nothing.
    name = next((step for step in reversed(error["loc"]) if isinstance(step, str)), "")
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    said = _sentences().get(kind)
    if said is None:
        return f"{name}: {error['msg']}" if name else str(error["msg"])
    shown = error.get("input")
    found = (
        repr(shown) if isinstance(shown, (str, int, float, bool)) or shown is None else type(shown).__name__
    )
    return said.format(
        name=name,
        found=found,
        expected=context.get("expected", ""),
        pattern=context.get("pattern", ""),
        limit=next(
            (context[key] for key in ("ge", "gt", "le", "lt", "min_length", "max_length") if key in context),
            "",
        ),
    )


def _sentences() -> dict[str, str]:
    text = _("“{name}”要写文字，这里是 {found}。")
    number = _("“{name}”要写整数，这里是 {found}。")
    limit = _("“{name}”超出范围（界限 {limit}），这里是 {found}。")
    return {
        "missing": _("缺少“{name}”。"),
        "extra_forbidden": _("不认识“{name}”这个键。"),
        "unexpected_keyword_argument": _("不认识“{name}”这个键。"),
        "missing_argument": _("缺少“{name}”。"),
        "string_type": text,
        "int_type": number,
        "int_from_float": number,
        "bool_type": _("“{name}”要写 true 或 false，这里是 {found}。"),
        "tuple_type": _("“{name}”要写成列表。"),
        "list_type": _("“{name}”要写成列表。"),
        "dict_type": _("“{name}”要写成键和值。"),
        "model_type": _("这里要写成键和值，不能是 {found}。"),
        "model_attributes_type": _("这里要写成键和值，不能是 {found}。"),
        "dataclass_type": _("“{name}”要写成 {{zh: …, en: …}}，这里是 {found}。"),
        "literal_error": _("“{name}”只能是 {expected} 之一，这里是 {found}。"),
        "enum": _("“{name}”只能是 {expected} 之一，这里是 {found}。"),
        "string_pattern_mismatch": _("“{name}”的写法不对：{found}（只用小写字母、数字和下划线）。"),
        "greater_than": limit,
        "greater_than_equal": limit,
        "less_than": limit,
        "less_than_equal": limit,
        "too_short": limit,
        "too_long": limit,
        "string_too_long": limit,
        "string_too_short": limit,
        "union_tag_invalid": _("“{name}”的种类不对，这里是 {found}。"),
        "union_tag_not_found": _("要写明种类（kind）。"),
    }

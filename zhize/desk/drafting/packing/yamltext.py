"""YAML as a person would write it: one item after the other, short mappings on one line, remarks above."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z_\u3400-\u9fff][\w\u3400-\u9fff./（）《》、，。；！？“”—-]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "none"})


def scalar(value: Any) -> str:
    """A value on one line; texts are quoted unless every reader of YAML takes them for the same text."""
    if value is None or isinstance(value, (bool, int, float)):
        return json.dumps(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def flow(value: Any) -> str:
    """A whole value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(part) for part in value) + "]"
    return scalar(value)


def item(
    fields: Mapping[str, Any], *, dash: bool = False, remarks: Mapping[str, Sequence[str]] | None = None
) -> str:
    """One item. A value that does not fit on its line is written below its key; `remarks` stand above their key.

    A list of mappings is written one entry a line; each entry's remarks are under the key `name[index]`.
    """
    said = remarks or {}
    lines: list[str] = []
    for name, value in fields.items():
        lines.extend(f"# {remark}" for remark in said.get(name, ()))
        short = f"{name}: {flow(value)}"
        if isinstance(value, (list, tuple)) and value and all(isinstance(part, Mapping) for part in value):
            lines.append(f"{name}:")
            for index, part in enumerate(value):
                lines.extend(f"  # {remark}" for remark in said.get(f"{name}[{index}]", ()))
                lines.append(f"  - {flow(part)}")
        elif isinstance(value, Mapping) and len(short) > WIDTH:
            lines.append(f"{name}:")
            lines.extend(f"  {key}: {flow(part)}" for key, part in value.items())
        else:
            lines.append(short)
    if not dash:
        return "\n".join(lines)
    # Remarks above the first key stand above the dash.
    first = next(index for index, line in enumerate(lines) if not line.startswith("#"))
    rest = [f"  {line}" for line in lines[first + 1 :]]
    return "\n".join([*lines[:first], f"- {lines[first]}", *rest])


def remark(*parts: Iterable[str] | str) -> str:
    """A remark on one line, whatever was in the texts."""
    text = " ".join(part if isinstance(part, str) else "、".join(part) for part in parts)
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())

"""The built report as a sheet of `kernel.documents`: PDF and workbook say what the screen says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from zhize.kernel.documents import Column, Facts, Paragraphs, Sheet, Signatures, Table

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def as_sheet(content: Mapping[str, Any], *, number: str = "", footer: str = "") -> Sheet:
    """The content of `build` as a printed sheet."""
    blocks: list[Any] = []
    for block in content["blocks"]:
        blocks += _printed(block, content.get("empty", "—"))
    return Sheet(
        title=content["title"],
        unit=content["unit"],
        number=number or content.get("form", ""),
        meta=((_("期间"), content["period"]),),
        blocks=tuple(blocks),
        footer=footer,
        landscape=bool(content.get("landscape")),
    )


def _printed(block: Mapping[str, Any], empty: str) -> list[Any]:
    if block["kind"] == "figures":
        pairs = tuple((one["label"], _with_before(one)) for one in block["items"])
        apart: tuple[tuple[str, ...], ...] = ()
        heads: tuple[str, ...] = ()
        if any(one.get("before") for one in block["items"]):
            apart = tuple((one["label"], one["value"], one.get("before") or "") for one in block["items"])
            heads = ("", _("本期"), _("上期"))
        return [
            Facts(pairs, columns=3 if len(pairs) > 3 else 2, heading=block["title"], apart=apart, heads=heads)
        ]
    if block["kind"] == "text":
        return [Paragraphs((block["text"] or " ",), heading=block["title"])]
    if block["kind"] == "signatures":
        return [Signatures(tuple((line[0], line[1], line[2]) for line in block["lines"]))]
    columns = tuple(Column(one["label"], one["align"], one["width"]) for one in block["columns"])
    if block["kind"] == "causes":
        rows = tuple(
            (*(one["text"] for one in row["cells"]), row["measure"], row["decision"]) for row in block["rows"]
        )
        return [Table(columns, rows, heading=block["title"], empty=empty)]
    table = Table(
        columns,
        tuple(tuple(one["text"] for one in row) for row in block["rows"]),
        totals=tuple(one["text"] for one in block["totals"]),
        values=tuple(tuple(_worth(one) for one in row) for row in block["rows"]),
        heading=block["title"],
        empty=empty,
    )
    return [Paragraphs((block["note"],)), table] if block.get("note") else [table]


def _worth(one: Mapping[str, Any]) -> Any:
    """What a cell is worth in a workbook: the moment or day that its text says shortly, else the text."""
    if one.get("at"):
        return datetime.fromisoformat(one["at"])
    text = one["text"]
    return date.fromisoformat(text) if _DAY.fullmatch(text) else text


def _with_before(one: Mapping[str, Any]) -> str:
    return f"{one['value']}（{one['before']}）" if one.get("before") else str(one["value"])

"""The built report as a sheet of `kernel.documents`: PDF and workbook say what the screen says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhize.kernel.documents import Column, Facts, Paragraphs, Sheet, Signatures, Table


def as_sheet(content: Mapping[str, Any], *, number: str = "", footer: str = "") -> Sheet:
    """The content of `build` as a printed sheet."""
    blocks: list[Any] = []
    for block in content["blocks"]:
        blocks += _printed(block, content.get("empty", "—"))
    return Sheet(
        title=content["title"],
        unit=content["unit"],
        number=number or content.get("form", ""),
        meta=((_word(content), content["period"]),),
        blocks=tuple(blocks),
        footer=footer,
        landscape=bool(content.get("landscape")),
    )


def _word(content: Mapping[str, Any]) -> str:
    from django.utils.translation import gettext as _

    return _("期间")


def _printed(block: Mapping[str, Any], empty: str) -> list[Any]:
    if block["kind"] == "figures":
        pairs = tuple((one["label"], _with_before(one)) for one in block["items"])
        return [Facts(pairs, columns=3 if len(pairs) > 3 else 2, heading=block["title"])]
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
        heading=block["title"],
        empty=empty,
    )
    return [Paragraphs((block["note"],)), table] if block.get("note") else [table]


def _with_before(one: Mapping[str, Any]) -> str:
    return f"{one['value']}（{one['before']}）" if one.get("before") else str(one["value"])

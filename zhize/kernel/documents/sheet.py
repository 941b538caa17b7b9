"""A printed sheet as data: what the paper says, whatever medium shows it.

One `Sheet` gives the page on screen, the PDF and the workbook, so the three cannot disagree. Texts are
shown as they are given: the caller has already chosen language, zone, rounding and masking.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, ClassVar, Literal

Align = Literal["left", "center", "right"]
Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """A column of a table. `width` is a share of the free width; 0 means as wide as its content."""

    label: str
    align: Align = "left"
    width: float = 1


@dataclass(frozen=True)
class Facts:
    """Names with their values, in one, two or three pairs a line.

    `apart` are the same where a value has parts that a workbook keeps in cells of their own, under `heads`.
    """

    kind: ClassVar[str] = "facts"
    pairs: tuple[tuple[str, str], ...]
    columns: int = 2
    heading: str = ""
    apart: tuple[tuple[str, ...], ...] = ()
    heads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Rows under column heads. `totals` is a last line in bold; `empty` stands there when there is no row.

    `values` are the rows as a workbook wants them, where a cell is more than its text: days and moments.
    """

    kind: ClassVar[str] = "table"
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...] = ()
    heading: str = ""
    empty: str = "—"
    values: tuple[tuple[Any, ...], ...] = ()

    def __post_init__(self) -> None:
        for row in (*self.rows, *([self.totals] if self.totals else [])):
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {len(row)} cells under {len(self.columns)} columns: {row!r}")


@dataclass(frozen=True)
class Paragraphs:
    """Running text; an empty line in a text starts a new paragraph."""

    kind: ClassVar[str] = "paragraphs"
    texts: tuple[str, ...]
    heading: str = ""


@dataclass(frozen=True)
class Bars:
    """Horizontal bars: label, size (0 or more), and what is written at the bar's end."""

    kind: ClassVar[str] = "bars"
    bars: tuple[tuple[str, float, str], ...]
    heading: str = ""


@dataclass(frozen=True)
class Signatures:
    """Lines to sign on: the role, and the name and date where they are already known."""

    kind: ClassVar[str] = "signatures"
    lines: tuple[tuple[str, str, str], ...]


Block = Facts | Table | Paragraphs | Bars | Signatures


@dataclass(frozen=True)
class Sheet:
    """One document: heading line of the unit, title, a line of facts about the document, then blocks.

    `footer` stands at the foot of every page beside "page x of y" (for example who printed it and when).
    """

    title: str
    unit: str = ""
    number: str = ""
    meta: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = field(default_factory=tuple)
    footer: str = ""
    landscape: bool = False

    def as_data(self) -> dict[str, Any]:
        """The plain form that templates read: like the fields, with `kind` in every block."""
        blocks = []
        for block in self.blocks:
            shown = {"kind": block.kind, **asdict(block)}
            shown.pop("values", None)
            blocks.append(shown)
        return {**asdict(replace(self, blocks=())), "blocks": blocks}

"""`read`: cleaning → lines → sheets → duties."""

from __future__ import annotations

from collections.abc import Sequence

from zhize.lib.jobtext import cleaning, duties, labels, lines, sheets
from zhize.lib.jobtext.cleaning import Cleaned
from zhize.lib.jobtext.lines import Piece
from zhize.lib.jobtext.model import Clause, Draft, Line, LineKind, Position

_WEIGHT: tuple[LineKind, ...] = ("title", "clause", "section", "field", "furniture")


def read(text: str, *, name: str = "") -> Draft:
    """The draft of a job description; see the package. Never raises; an empty text gives a draft without positions."""
    cleaned, traditional = cleaning.clean(text)
    pieces = lines.pieces(cleaned)
    binder = sheets.Binder("\n".join(line.text for line in cleaned))
    bound = binder.bind(pieces)
    return Draft(
        name=name,
        traditional=traditional,
        lines=_lines(cleaned, pieces, binder.joined),
        positions=tuple(_position(sheet) for sheet in bound),
    )


def _lines(cleaned: Sequence[Cleaned], pieces: Sequence[Piece], joined: set[int]) -> tuple[Line, ...]:
    kinds: dict[int, LineKind] = {}
    repairs: dict[int, list[str]] = {}
    for piece in pieces:
        before = kinds.get(piece.line, "furniture")
        kinds[piece.line] = min(before, piece.kind, key=_WEIGHT.index)
        repairs.setdefault(piece.line, []).extend(piece.repairs)
    for line in joined:
        repairs.setdefault(line, []).append("joined")
    return tuple(
        Line(
            line.number,
            line.text,
            kinds.get(line.number, "field"),
            tuple(dict.fromkeys([*line.repairs, *repairs.get(line.number, [])])),
        )
        for line in cleaned
    )


def _position(sheet: sheets.Sheet) -> Position:
    name = sheet.name or sheet.fields.get("unit", "")
    known = ("name", "reports_to", "direct_reports", "headcount", "unit", "approval")
    return Position(
        name=name,
        line=sheet.line,
        reports_to=next(iter(sheets.people(sheet.fields.get("reports_to", ""))), ""),
        direct_reports=sheets.people(sheet.fields.get("direct_reports", "")),
        headcount=sheets.headcount(sheet.fields.get("headcount", "")),
        unit=sheet.fields.get("unit", ""),
        is_unit=labels.is_unit(name),
        fields={key: value for key, value in sheet.fields.items() if key not in known},
        clauses=tuple(_clause(item) for item in sheet.items),
    )


def _clause(item: sheets.Item) -> Clause:
    found = duties.of(item.text, standing=item.key in labels.STANDING_SECTIONS)
    return Clause(
        section=item.section,
        number=item.number,
        text=item.text,
        first_line=item.first_line,
        last_line=item.last_line,
        duties=found.duties,
        marks=found.marks,
        doubts=found.doubts,
    )

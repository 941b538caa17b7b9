"""`read`: cleaning → lines → sheets → duties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhize.lib.jobtext import cleaning, duties, labels, lines, numbering, sheets
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
        clauses=tuple(_clauses(sheet.items)),
    )


def _clauses(items: Sequence[sheets.Item]) -> Iterator[Clause]:
    """The clauses; a heading such as 每日工作: says how often for those below it that say nothing themselves."""
    over: tuple[str, str] | None = None
    for item in items:
        number = numbering.parse(f"{item.number} x")
        style = number.style if number is not None else ""
        if over is not None and style == over[0]:
            over = None
        period = duties.heading(item.text)
        if period:
            over = (style, period)
        above = over[1] if over is not None else duties.heading(item.section.rpartition(" ")[2])
        yield _clause(item, "" if period else above, is_heading=bool(period))


def _clause(item: sheets.Item, above: str, *, is_heading: bool) -> Clause:
    standing = item.key in labels.STANDING_SECTIONS or is_heading
    found = duties.of(item.text, standing=standing, above=above)
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

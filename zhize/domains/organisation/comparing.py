"""Two versions of a position sheet beside each other: which clauses and columns came, went or changed (ORG-15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from zhize.domains.organisation import requirements, sheets
from zhize.lib.differences import Piece, pieces

Kind = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True)
class ClauseChange:
    """A clause in both versions or in one. `pieces` is its text with what went and what came marked."""

    kind: Kind
    section: str
    before_number: str
    number: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class FieldChange:
    label: Any
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Comparison:
    clauses: tuple[ClauseChange, ...]
    fields: tuple[FieldChange, ...]

    @property
    def counts(self) -> dict[str, int]:
        return {
            kind: sum(row.kind == kind for row in self.clauses)
            for kind in ("added", "changed", "removed", "same")
        }


def compare(before: Mapping[str, Any], after: Mapping[str, Any], comma: str) -> Comparison:
    """From the version `before` to `after`, clause by clause in the order of the new one, what went at its old place."""
    old = {row["code"]: row for row in before.get("clauses", ())}
    new = {row["code"]: row for row in after.get("clauses", ())}
    order = list(new)
    last = ""
    for code in old:  # what went stands after the clause it stood after
        if code not in new:
            order.insert(order.index(last) + 1 if last in order else 0, code)
        last = code
    found = [_clause(old.get(code), new.get(code)) for code in order]
    sections = list(dict.fromkeys(row.section for row in found))
    clauses = tuple(sorted(found, key=lambda row: sections.index(row.section)))
    return Comparison(clauses, tuple(_fields(before, after, comma)))


def _clause(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> ClauseChange:
    was, now = (old or {}).get("text", ""), (new or {}).get("text", "")
    row = new or old or {}
    numbers = str((old or {}).get("number", "")), str(row.get("number", ""))
    kind: Kind = "added" if old is None else "removed" if new is None else "same"
    if old is not None and new is not None and (was != now or numbers[0] != numbers[1]):
        kind = "changed"
    return ClauseChange(kind, str(row.get("section", "")), *numbers, tuple(pieces(was, now)))


def _fields(before: Mapping[str, Any], after: Mapping[str, Any], comma: str) -> list[FieldChange]:
    old, new = _said(before, comma), _said(after, comma)
    return [
        FieldChange(label, tuple(pieces(old.get(key, ""), new.get(key, ""))))
        for key, label in sheets.LABELS.items()
        if old.get(key, "") != new.get(key, "")
    ]


def _said(content: Mapping[str, Any], comma: str) -> dict[str, str]:
    """The columns of a version as texts."""
    sheet = content.get("sheet") or {}
    asked = sheet.get("requirements") or {}
    ratings = {key: str(label) for key, label in requirements.RATINGS}
    rated = {key: ratings[value] for key, value in (asked.get("abilities") or {}).items() if value in ratings}
    found: dict[str, Any] = {
        **{key: content.get(key) for key, _label in sheets.HEAD},
        **{key: sheet.get(key) for key in sheets.KEYS if key != "layout"},
        "authority": "\n".join(row["text"] for row in requirements.powers(sheet.get("authority") or "")),
        **{f"q_{key}": asked.get(key) for key, _label in requirements.FIELDS},
        **{f"q_{key}": value for key, value in rated.items()},
    }
    return {
        key: comma.join(value) if isinstance(value, list) else str(value or "")
        for key, value in found.items()
    }

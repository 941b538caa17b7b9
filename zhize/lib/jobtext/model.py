"""What a reading says: plain, frozen data that a screen can show and a pack can be written from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from zhize.lib.text import Text

LineKind = Literal["title", "section", "clause", "field", "furniture"]
DutyKind = Literal["recurring", "triggered"]
ClauseKind = Literal["recurring", "triggered", "standing"]
FieldName = Literal[
    "period", "due", "time", "limit", "event", "free_day", "count", "share", "threshold", "evidence", "receiver",
    "acceptor",
]  # fmt: skip
"""What a mark was read for. `period`: how often · `due`: when in the period · `time`: the time of day · `limit`: how
long it may take or how long before · `event`: what starts it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source; `number` is 1-based. Empty lines are not listed.

    A line that holds several things is of the kind that weighs most: title, clause, section, field, furniture.
    """

    number: int
    text: str
    kind: LineKind
    repairs: tuple[str, ...] = ()
    """Codes of `cleaning.REPAIRS`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """`text[start:end] == words` of the clause, and which value was read from it."""

    field: FieldName
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is unsure, as a stable code and a sentence for people."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves it, as the clause names it. `quoted`: it stood in 《》 or quotation marks."""

    kind: Literal["form", "report", "file", "signature", "note"]
    title: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class DraftDuty:
    """One thing a clause demands. Exactly one of `recurring` and `trigger` is given, as `kind` says.

    `count` and `share_percent` stand in the recurring rule too. `threshold` is the condition with a number under which
    it holds (金额超过5000元), or the mark to reach (合格率不低于95%), as words. `receiver` gets it, `acceptor` decides on it (审批, 审核), both as named in the text.
    `place`, `object` and `method` are what a person adds: where, on what or whom, and how; reading leaves them empty.
    `receiver_code` and `acceptor_code` are positions that exist already, which a person chose; their names say who.
    """

    kind: DutyKind
    title: str
    recurring: Mapping[str, Any] | None = None
    trigger: Mapping[str, Any] | None = None
    evidence: Evidence | None = None
    receiver: str = ""
    acceptor: str = ""
    count: int | None = None
    share_percent: int | None = None
    threshold: str = ""
    place: str = ""
    object: str = ""
    method: str = ""
    receiver_code: str = ""
    acceptor_code: str = ""
    marks: tuple[Mark, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of the sheet with the number it was printed with; `number` is empty when it had none."""

    section: str
    number: str
    text: str
    first_line: int
    last_line: int
    duties: tuple[DraftDuty, ...] = ()
    marks: tuple[Mark, ...] = ()
    """Every time word found, also those that are no deadline's (those have no duty that bears them)."""
    doubts: tuple[Doubt, ...] = ()
    """What looks like a deadline and was read as none, with the reason."""

    @property
    def kind(self) -> ClauseKind:
        """Of its first duty; without one the clause is standing."""
        return self.duties[0].kind if self.duties else "standing"


@dataclass(frozen=True, slots=True)
class Position:
    """One position (or unit, when only a unit's sheet was found) and what its sheet says about it."""

    name: str
    line: int
    reports_to: str = ""
    direct_reports: tuple[str, ...] = ()
    headcount: int | None = None
    unit: str = ""
    is_unit: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    """Other fields of the sheet: purpose, code, grade, location, … and `other:<label>` for labels nobody knows."""
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole reading."""

    name: str
    traditional: bool
    lines: tuple[Line, ...]
    positions: tuple[Position, ...]

    def duties(self) -> Iterator[tuple[Position, Clause, DraftDuty]]:
        """All duties with where they stand."""
        for position in self.positions:
            for clause in position.clauses:
                for duty in clause.duties:
                    yield position, clause, duty

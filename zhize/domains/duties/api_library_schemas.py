"""The shapes of the duty library in the API."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from zhize.domains.duties.api_schemas import TextOut
from zhize.rest.schema import Id, Line, PageQuery, Schema, When


class TextIn(Schema):
    zh: Line
    en: Line = ""


class DutyQuery(PageQuery):
    """`setting`: default (assumed), own (set by the unit), unit (made by the unit)."""

    q: Line | None = None
    position: Line | None = Field(None, description="Code of the position.")
    kind: Line | None = None
    setting: Line | None = None
    active: bool | None = None


class DutyOut(Schema):
    id: Id
    code: str
    title: TextOut
    kind: str
    position_code: str
    unit: int
    refs: list[str]
    active: bool
    setting: str
    rule: TextOut
    evidence: TextOut
    acceptor: str
    weight: int
    version: int


class ClauseOut(Schema):
    id: Id
    position: int
    number: str
    text: str


class ChangeOut(Schema):
    point: str
    before: TextOut
    after: TextOut


class EditionOut(Schema):
    number: int
    own: bool
    made_at: When
    made_by: str
    reason: str
    changes: list[ChangeOut]


class DutyDetail(DutyOut):
    """`definition` is the rule as packs write it; `fixed` names the points that the pack fixes, with the reason."""

    definition: dict[str, Any]
    five: dict[str, TextOut]
    fixed: dict[str, str]
    clauses: list[ClauseOut]
    versions: list[EditionOut]


class OccurrenceOut(Schema):
    day: str
    due_at: When
    moved: TextOut
    provisional: bool


class GroupOut(Schema):
    positions: list[int]
    occurrences: list[OccurrenceOut]


class EffectOut(Schema):
    """`replaced` planned obligations that nobody could begin are planned anew; `kept` have begun and stay."""

    rule: TextOut
    occurrences: list[GroupOut]
    replaced: int
    kept: int


Rule = dict[str, Any]


class SettingsIn(Schema):
    """What a verb may need: `reason` for all but link; `version` is the duty's as it was read; the points to set."""

    reason: Line = ""
    version: int | None = Field(None, ge=0, le=2**31 - 1)
    rule: Rule | None = None
    evidence: dict[str, Any] | None = None
    acceptor: Line | None = None
    weight: int | None = Field(None, ge=1, le=1000)
    ladder: list[dict[str, Any]] | None = Field(None, max_length=12)
    title: TextIn | None = None
    place: TextIn | None = None
    object: TextIn | None = None
    method: TextIn | None = None
    clauses: list[Id] | None = Field(None, max_length=200)


class NewDutyIn(Schema):
    """A duty of the department's own. `rule` as packs write it: recurring, trigger with `by_hand`, or `declare`."""

    position: Id
    kind: Line
    title: TextIn
    rule: Rule
    clauses: list[Id] = Field(max_length=200)
    place: TextIn
    object: TextIn
    method: TextIn
    evidence: dict[str, Any] = Field(default_factory=lambda: {"kind": "note"})
    acceptor: Line = ""
    weight: int = Field(1, ge=1, le=1000)
    ladder: list[dict[str, Any]] = Field(default_factory=list, max_length=12)
    reason: Line = ""

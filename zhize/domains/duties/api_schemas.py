"""What the API says and takes about obligations."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from zhize.rest.schema import Id, Line, PageQuery, Prose, Schema, When


class TextOut(Schema):
    zh: str
    en: str


class ObligationVerbOut(Schema):
    verb: str
    label: TextOut
    enabled: bool
    reason: str | None


class ObligationOut(Schema):
    id: Id
    kind: str
    reference: str
    title: TextOut
    state: str
    category: str
    unit: int
    position: int | None
    holder: int | None
    holder_name: str | None
    acceptor: int | None
    subject_type: str
    subject_id: int | None
    opened_at: When
    due_at: When | None
    first_due_at: When | None
    done_at: When | None
    late: bool | None
    quota: int
    progress: int
    evidence: str
    verbs: list[ObligationVerbOut] | None = None


class ObligationQuery(PageQuery):
    """The filters of the screen. `fact` is one or several (with commas) of in_time, late, missed, overdue, excused,
    ahead and paused; `under` a unit with those below it; `due_after` and `due_before` are days, both included."""

    state: Line | None = None
    holder: Id | None = None
    unit: Id | None = None
    subject_type: Line | None = None
    subject_id: Id | None = None
    open: bool | None = None
    q: Line | None = None
    fact: Line | None = None
    under: Id | None = None
    position: Id | None = None
    duty: Id | None = None
    kind: Line | None = None
    role: Line | None = None
    due_after: date | None = None
    due_before: date | None = None
    counted: bool | None = None
    own: bool | None = None


class CoverageQuery(Schema):
    """`by`: position, person, duty, unit or role. Without days, this month; without a unit, where the caller works."""

    by: Line = "position"
    unit: Id | None = None
    first: date | None = None
    last: date | None = None


class NumbersOut(Schema):
    """The counts of some obligations; `rate` is done in time ÷ owed so far in percent, null when nothing was owed yet."""

    owed: int
    in_time: int
    late: int
    missed: int
    overdue: int
    excused: int
    ahead: int
    paused: int
    rate: str | None
    evidence: int


class CoverageRow(Schema):
    key: Id | Line | None
    label: str
    numbers: NumbersOut


class CoverageOut(Schema):
    unit: int
    first: date
    last: date
    by: str
    rows: list[CoverageRow]
    others: int
    total: NumbersOut


class TaskIn(Schema):
    title: Line
    holder: Id
    due_at: When | None = None
    detail: Prose = ""
    report_back: bool = True
    urgent: bool = False


class GivenIn(Schema):
    note: Prose = ""
    reason: Prose = ""
    due_at: When | None = None
    days: int | None = None
    working: bool = True
    to: Id | None = None


class ObligationVerbIn(GivenIn):
    """What a verb may need: `note` or `reason`, `count` for duties that count, `to` (a person).

    `move_due` takes `due_at`, or `days` to put it off by: working days of its unit, calendar days with `working` false.
    `answers`: filled-in forms, form code → answers.
    """

    count: Id | None = None
    answers: dict[str, dict[str, Any]] = {}


class ManyIn(GivenIn):
    """One verb for many: `ids` at most 500; the rest as for one."""

    ids: Annotated[list[Id], Field(min_length=1, max_length=500)]


class RefusedOut(Schema):
    """Why one of many was not done; `code` is not_found for what the caller may not see."""

    id: Id
    code: str
    reason: str


class ManyOut(Schema):
    done: list[Id]
    refused: list[RefusedOut]


class BlockOut(Schema):
    code: str
    label: TextOut
    obligations: list[ObligationOut]


class CountersOut(Schema):
    should: int
    done: int
    late: int
    missed: int
    excused: int
    rate: str | None


class DayOut(Schema):
    at: When
    blocks: list[BlockOut]
    given: int
    returned: int
    to_accept: int
    month: CountersOut

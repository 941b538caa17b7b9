"""Leave in words, in both languages: for entries, obligations and messages."""

from __future__ import annotations

from zhize.domains.shifts.models import Half, Leave, LeaveKind
from zhize.kernel.history.verbs import both
from zhize.kernel.org.models import Person, Position
from zhize.lib.text import Text


def kind(leave: Leave) -> Text:
    """年假."""
    return both(LeaveKind(leave.kind).label)


def days(leave: Leave) -> str:
    """Without a zero after the point: 2, 2.5."""
    return f"{leave.days.normalize():f}"


def span(leave: Leave) -> Text:
    """2026-03-02 下午至 2026-03-04; whole days are not named by their halves."""
    begins, ends = f"{leave.from_on:%Y-%m-%d}", f"{leave.to_on:%Y-%m-%d}"
    afternoon, morning = leave.from_half == Half.PM, leave.to_half == Half.AM
    if leave.from_on == leave.to_on:
        zh, en = (" 下午", " afternoon") if afternoon else (" 上午", " morning") if morning else ("", "")
        return Text(begins + zh, begins + en)
    return Text(
        f"{begins}{' 下午' if afternoon else ''} 至 {ends}{' 上午' if morning else ''}",
        f"{begins}{' afternoon' if afternoon else ''} to {ends}{' morning' if morning else ''}",
    )


def title(leave: Leave) -> Text:
    """What is owed by whoever decides."""
    who, what = leave.person, kind(leave)
    return Text(
        f"审批{who.name}的请假：{what.zh} {days(leave)} 天",
        f"Decide on {who.name_en or who.name}'s leave: {what.en}, {days(leave)} days",
    )


def name(person: Person | None, position: Position | None) -> Text:
    """The person, else the position, else nobody."""
    row = person or position
    return Text(row.name, row.name_en or row.name) if row is not None else Text("（无人）", "nobody")

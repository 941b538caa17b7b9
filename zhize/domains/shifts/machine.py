"""The life of a request for leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.shifts import authority
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts.models import Leave
from zhize.kernel.access import Actor
from zhize.kernel.flow import Category, Guard, Machine, Move, State, guard
from zhize.lib import clock
from zhize.lib.text import Text


@guard("leave.other_hands", separates=True)
def other_hands(leave: Leave, actor: Actor, data: Mapping[str, Any] | None) -> Any:
    """Nobody decides on his own leave (ORG-30)."""
    return _("不能审批自己的请假。") if actor.person_id == leave.person_id else None


@guard("leave.yours")
def yours(leave: Leave, actor: Actor, data: Mapping[str, Any] | None) -> Any:
    """Only whom the number of days and the reporting line call for now."""
    found = authority.deciders(leave)
    if not found:
        return _("现在没有有权审批这次请假的人。")
    if actor.person_id not in {person.pk for person, _position in found}:
        return _("按天数和汇报关系，这次请假由%(who)s审批。") % {
            "who": "、".join(str(row) for row, _at in found)
        }
    return None


@guard("leave.ahead")
def ahead(leave: Leave, actor: Actor, data: Mapping[str, Any] | None) -> Any:
    """What has begun is not cancelled but ended."""
    return None if clock.now() < leave.away_from_at else _("假期已经开始，请用“提前销假”。")


@guard("leave.running")
def running(leave: Leave, actor: Actor, data: Mapping[str, Any] | None) -> Any:
    """Back earlier, while the leave runs."""
    now = clock.now()
    if now < leave.away_from_at:
        return _("假期还没有开始。")
    return _("假期已经结束。") if now >= leave.away_to_at else None


ASKED, APPROVED = frozenset({"asked"}), frozenset({"approved"})
DECIDES = (Guard("leave.other_hands"), Guard("leave.yours"))

LEAVE = Machine(
    "shifts.leave",
    states=(
        State("asked", Text("待审批", "To decide"), Category.NEW),
        State("approved", Text("已批准", "Approved"), Category.RESOLVED),
        State("back", Text("已提前销假", "Back early"), Category.CLOSED),
        State("refused", Text("未批准", "Refused"), Category.CLOSED),
        State("withdrawn", Text("已撤回", "Withdrawn"), Category.VOID),
        State("cancelled", Text("已取消", "Cancelled"), Category.VOID),
    ),
    moves=(
        Move("approve", Text("批准", "Approve"), ASKED, "approved", caps.LEAVE_DECIDE, DECIDES, primary=True),
        Move("refuse", Text("不批准", "Refuse"), ASKED, "refused", caps.LEAVE_DECIDE, DECIDES, needs=("note",)),
        Move("withdraw", Text("撤回", "Withdraw"), ASKED, "withdrawn", caps.LEAVE_REQUEST),
        Move("cancel", Text("取消休假", "Cancel"), APPROVED, "cancelled", caps.LEAVE_REQUEST, (Guard("leave.ahead"),)),
        Move("back", Text("提前销假", "Back early"), APPROVED, "back", caps.LEAVE_REQUEST, (Guard("leave.running"),)),
    ),
)  # fmt: skip

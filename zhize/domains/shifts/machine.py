"""The lives of leave, of a shift log and of a handover list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.shifts import authority
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts.models import Leave, ShiftLog, Takeover
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


@guard("shift_log.other_hands", separates=True)
def incoming_hands(log: ShiftLog, actor: Actor, data: Mapping[str, Any] | None) -> Any:
    """Nobody takes over from himself (ORG-30)."""
    return _("交班的人不能自己接班。") if actor.person_id == log.outgoing_id else None


DRAFT, HANDED = frozenset({"draft"}), frozenset({"handed"})
INCOMING = (Guard("shift_log.other_hands"),)

SHIFT_LOG = Machine(
    "shifts.shiftlog",
    states=(
        State("draft", Text("填写中", "Being written"), Category.NEW),
        State("handed", Text("待接班签收", "To be taken over"), Category.WAITING),
        State("taken", Text("已接班", "Taken over"), Category.CLOSED),
        State("dropped", Text("已作废", "Dropped"), Category.VOID),
    ),
    moves=(
        Move("hand", Text("签字交班", "Sign and hand over"), DRAFT, "handed", caps.HANDOVER_WRITE, primary=True),
        Move("take", Text("签字接班", "Sign and take over"), HANDED, "taken", caps.HANDOVER_WRITE, INCOMING, primary=True),
        Move("give_back", Text("退回补充", "Return"), HANDED, "draft", caps.HANDOVER_WRITE, INCOMING, needs=("note",)),
        Move("drop", Text("作废", "Drop"), DRAFT, "dropped", caps.HANDOVER_WRITE, needs=("note",)),
    ),
)  # fmt: skip


@guard("takeover.giver")
def is_giver(takeover: Takeover, actor: Actor, data: Mapping[str, Any] | None) -> Any:
    """Only whoever hands over signs as such, once."""
    if actor.person_id != takeover.giver_id:
        return _("由交出人签字。")
    return _("交出人已经签字。") if takeover.given_at is not None else None


@guard("takeover.taker")
def is_taker(takeover: Takeover, actor: Actor, data: Mapping[str, Any] | None) -> Any:
    """Only somebody who is named for a row that he has not signed for; `count` are those he signs for now."""
    if data is not None and data.get("count"):
        return None
    rows = takeover.lines.filter(taker_id=actor.person_id or 0)
    if not rows.exists():
        return _("清单里没有由您接手的事项。")
    return None if rows.filter(signed_at__isnull=True).exists() else _("您已经签字。")


@guard("takeover.all_signed")
def all_signed(takeover: Takeover, actor: Actor, data: Mapping[str, Any] | None) -> Any:
    """It closes by itself with the last signature."""
    open_lines = takeover.lines.filter(signed_at__isnull=True, obligation__ended_at__isnull=True)
    return _("还有人没有签字。") if takeover.given_at is None or open_lines.exists() else None


LISTED, RUNNING = frozenset({"open"}), frozenset({"open", "waiting"})

TAKEOVER = Machine(
    "shifts.takeover",
    states=(
        State("open", Text("待签字", "To be signed"), Category.WORKING),
        State("waiting", Text("已签字，待交接日", "Signed, moves on its day"), Category.WAITING),
        State("signed", Text("已交接", "Handed over"), Category.CLOSED),
        State("waived", Text("免签办结", "Closed without signature"), Category.CLOSED),
    ),
    moves=(
        Move("give", Text("签字交出", "Sign as giver"), LISTED, "open", caps.TAKEOVER_SIGN, (Guard("takeover.giver"),), primary=True),
        Move("take", Text("签字接手", "Sign as taker"), LISTED, "open", caps.TAKEOVER_SIGN, (Guard("takeover.taker"),), primary=True),
        Move("assign", Text("指定接手人", "Name the takers"), RUNNING, "open", caps.TAKEOVER_MAKE),
        Move("move", Text("立即移交", "Move at once"), RUNNING, "open", caps.TAKEOVER_FORCE, needs=("note",)),
        Move("waive", Text("免签办结", "Close without signature"), RUNNING, "waived", caps.TAKEOVER_FORCE, needs=("note",)),
        Move("wait", Text("等交接日", "Wait for the day"), LISTED, "waiting", caps.TAKEOVER_SIGN, (Guard("takeover.all_signed"),)),
        Move("close", Text("办结", "Close"), RUNNING, "signed", caps.TAKEOVER_SIGN, (Guard("takeover.all_signed"),)),
    ),
)  # fmt: skip

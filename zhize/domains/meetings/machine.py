"""The states of meetings and proposals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.meetings import capabilities as caps
from zhize.domains.meetings.models import Meeting, Proposal
from zhize.kernel.access import Actor
from zhize.kernel.flow import Category, Guard, Machine, Move, State, guard
from zhize.lib import clock
from zhize.lib.text import Text

Data = Mapping[str, Any] | None


@guard("meeting_began")
def meeting_began(meeting: Meeting, actor: Actor, data: Data) -> Any:
    """Minutes are closed after the meeting, not before."""
    return None if meeting.starts_at <= clock.now() else _("会议还没有开始。")


@guard("meeting_has_minutes")
def meeting_has_minutes(meeting: Meeting, actor: Actor, data: Data) -> Any:
    return None if meeting.minutes.strip() else _("还没有写会议记录。")


@guard("proposal_by_decider")
def by_decider(proposal: Proposal, actor: Actor, data: Data) -> Any:
    """Decided by the position that the reporting line leads to (ORG-10, ORG-25)."""
    held = {holding.position_id for holding in actor.positions}
    if actor.kind == "system" or proposal.decider_id in held:
        return None
    return _("这条建议由%(who)s决定。") % {"who": proposal.decider}


@guard("proposal_by_other_hands", separates=True)
def by_other_hands(proposal: Proposal, actor: Actor, data: Data) -> Any:
    """Nobody decides what he proposed himself."""
    own = actor.person_id is not None and actor.person_id == proposal.author_id
    return _("不能决定自己提出的建议。") if own else None


@guard("proposal_by_author")
def by_author(proposal: Proposal, actor: Actor, data: Data) -> Any:
    return None if actor.person_id == proposal.author_id else _("只有提出人可以撤回。")


MEETING = Machine(
    "meetings.meeting",
    states=(
        State("planned", Text("已召集", "Called"), Category.NEW),
        State("closed", Text("已定稿", "Closed"), Category.CLOSED),
        State("cancelled", Text("已取消", "Cancelled"), Category.VOID),
    ),
    moves=(
        Move(
            "close", Text("定稿", "Close the minutes"), frozenset({"planned"}), "closed", caps.HOLD,
            (Guard("meeting_began"), Guard("meeting_has_minutes")), primary=True,
        ),
        Move(
            "cancel", Text("取消会议", "Cancel"), frozenset({"planned"}), "cancelled", caps.HOLD,
            needs=("note",),
        ),
    ),
)  # fmt: skip

DECIDES = (Guard("proposal_by_decider"), Guard("proposal_by_other_hands"))
FILED = frozenset({"filed"})

PROPOSAL = Machine(
    "meetings.proposal",
    states=(
        State("filed", Text("待决定", "To be decided"), Category.NEW),
        State("adopted", Text("已采纳", "Adopted"), Category.WORKING),
        State("done", Text("已落实", "Carried out"), Category.CLOSED),
        State("declined", Text("未采纳", "Declined"), Category.CLOSED),
        State("withdrawn", Text("已撤回", "Withdrawn"), Category.VOID),
    ),
    moves=(
        Move(
            "adopt", Text("采纳", "Adopt"), FILED, "adopted", caps.PROPOSAL_VIEW, DECIDES,
            needs=("decision",), primary=True,
        ),
        Move("decline", Text("不采纳", "Decline"), FILED, "declined", caps.PROPOSAL_VIEW, DECIDES, needs=("decision",)),
        Move(
            "carry_out", Text("登记落实", "Record what was done"), frozenset({"adopted"}), "done",
            caps.PROPOSAL_VIEW, (Guard("proposal_by_decider"),), needs=("outcome",), primary=True,
        ),
        Move(
            "withdraw", Text("撤回", "Withdraw"), FILED, "withdrawn", caps.PROPOSAL_FILE,
            (Guard("proposal_by_author"),), needs=("note",),
        ),
    ),
)  # fmt: skip

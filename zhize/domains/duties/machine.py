"""The states of an obligation. Late is not a state but a fact; escalation neither."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import capabilities as caps
from zhize.kernel.flow.guards import guard
from zhize.kernel.flow.machines import Category, Guard, Machine, Move, State
from zhize.lib.text import Text


@guard("obligation_started")
def obligation_started(subject: Any, actor: Any, data: Mapping[str, Any] | None) -> Any:
    """Nothing is done before its period has begun and its time of day has come (每日15:30后)."""
    from zhize.lib import clock

    if not subject.has_opened(clock.now()):
        return _("还没有到可以办理的时间。")
    return None


@guard("obligation_overdue")
def obligation_overdue(subject: Any, actor: Any, data: Mapping[str, Any] | None) -> Any:
    """Nothing is missed before its time is over."""
    from zhize.lib import clock

    return None if subject.is_late(clock.now()) else _("还没有超时，不能记为漏办。")


@guard("obligation_wants_acceptance")
def obligation_wants_acceptance(subject: Any, actor: Any, data: Mapping[str, Any] | None) -> Any:
    """Only what has a receiver is handed in for acceptance."""
    if subject.acceptor_id is None and subject.acceptor_position_id is None:
        return _("这件事没有接收人，直接办结。")
    return None


@guard("obligation_by_other_hands", separates=True)
def obligation_by_other_hands(subject: Any, actor: Any, data: Mapping[str, Any] | None) -> Any:
    """Nobody accepts what he did himself, nor lets himself off (ORG-30)."""
    if actor.person_id is None:
        return None
    if subject.state == "submitted":
        return _("自己办的事不能自己确认。") if actor.person_id == subject.done_by_id else None
    return _("不能给自己免办。") if actor.person_id == subject.holder_id else None


OPEN = frozenset({"open"})
BOTH = frozenset({"open", "submitted"})

OBLIGATION = Machine(
    "duties.obligation",
    states=(
        State("open", Text("待办", "To do"), Category.WORKING),
        State("submitted", Text("待确认", "Handed in"), Category.RESOLVED),
        State("done", Text("已办", "Done"), Category.CLOSED),
        State("missed", Text("漏办", "Missed"), Category.CLOSED),
        State("excused", Text("免办", "Excused"), Category.CLOSED),
        State("cancelled", Text("已撤销", "Cancelled"), Category.VOID),
    ),
    moves=(
        Move(
            "fulfil",
            Text("办结", "Done"),
            OPEN,
            "done",
            caps.FULFIL,
            (Guard("obligation_started"),),
            primary=True,
        ),
        Move(
            "submit",
            Text("交出待确认", "Hand in"),
            OPEN,
            "submitted",
            caps.FULFIL,
            (Guard("obligation_started"), Guard("obligation_wants_acceptance")),
            primary=True,
        ),
        Move(
            "accept",
            Text("确认", "Accept"),
            frozenset({"submitted"}),
            "done",
            caps.ACCEPT,
            (Guard("obligation_by_other_hands"),),
            primary=True,
        ),
        Move(
            "give_back",
            Text("退回", "Return"),
            frozenset({"submitted"}),
            "open",
            caps.ACCEPT,
            needs=("note",),
        ),
        Move(
            "excuse",
            Text("免办", "Excuse"),
            OPEN,
            "excused",
            caps.EXCUSE,
            (Guard("obligation_by_other_hands"),),
            needs=("note",),
        ),
        Move(
            "miss",
            Text("记为漏办", "Record as missed"),
            OPEN,
            "missed",
            caps.MISS,
            (Guard("obligation_overdue"),),
        ),
        Move("cancel", Text("撤销", "Cancel"), BOTH, "cancelled", caps.CANCEL, needs=("note",)),
    ),
)

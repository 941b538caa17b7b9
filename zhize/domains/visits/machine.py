"""The machines of callbacks and opinions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.visits import capabilities as caps
from zhize.domains.visits.models import Callback
from zhize.kernel.access import Actor
from zhize.kernel.flow import Category, Guard, Machine, Move, State, guard
from zhize.lib.text import Text


@guard("caller_is_not_handler", separates=True)
def caller_is_not_handler(callback: Callback, actor: Actor, data: Mapping[str, Any] | None) -> Any:
    """Nobody asks about the own work (ORG-30). An apology is made by whoever is to blame, too."""
    if callback.kind != "callback" or actor.person_id is None:
        return None
    return _("经办人不能回访自己办理的工单。") if actor.person_id == callback.handler_id else None


@guard("callback_done")
def callback_done(case: Any, actor: Actor, data: Mapping[str, Any] | None) -> Any:
    """No callback of the case is open before it is closed (CAS-12)."""
    return (
        _("还没有回访客户。")
        if case.callbacks.filter(kind="callback").exclude(category__in=["closed", "void"]).exists()
        else None
    )


@guard("apology_done")
def apology_done(case: Any, actor: Actor, data: Mapping[str, Any] | None) -> Any:
    """A serious complaint is closed after the apology: the call, and the visit of both where one is owed (CAS-08, VIS-16)."""
    open_apology = case.callbacks.filter(kind__in=["apology", "visit"]).exclude(
        category__in=["closed", "void"]
    )
    return _("还没有向客户致歉。") if open_apology.exists() else None


OPEN = frozenset({"open", "tried"})
NOT_OWN = (Guard("caller_is_not_handler"),)

CALLBACK = Machine(
    "visits.callback",
    states=(
        State("open", Text("待回访", "To call"), Category.NEW),
        State("tried", Text("待再打", "Try again"), Category.WORKING),
        State("done", Text("已回访", "Done"), Category.CLOSED),
        State("unreached", Text("未接通", "Not reached"), Category.CLOSED),
        State("cancelled", Text("已取消", "Cancelled"), Category.VOID),
    ),
    moves=(
        Move(
            "finish",
            Text("登记回访结果", "Record the result"),
            OPEN,
            "done",
            caps.MAKE,
            NOT_OWN,
            primary=True,
        ),
        Move("try", Text("没有接通", "Not reached this time"), OPEN, "tried", caps.MAKE, NOT_OWN),
        Move("give_up", Text("多次未接通", "Give up"), frozenset({"tried"}), "unreached", caps.MAKE, NOT_OWN),
        Move("cancel", Text("取消", "Cancel"), OPEN, "cancelled", caps.ASSIGN, needs=("note",)),
    ),
)

OPINION = Machine(
    "visits.opinion",
    states=(
        State("recorded", Text("已登记", "Registered"), Category.NEW),
        State("sent", Text("已转办", "Passed on"), Category.WAITING),
        State("received", Text("已签收", "Received"), Category.WORKING),
        State("answered", Text("已答复", "Answered"), Category.CLOSED),
    ),
    moves=(
        Move("transfer", Text("转给部门", "Pass on"), frozenset({"recorded"}), "sent", caps.OPINION_RECORD, primary=True),
        Move("receive", Text("签收", "Receive"), frozenset({"sent"}), "received", caps.OPINION_RECEIVE, primary=True),
        Move(
            "answer", Text("答复", "Answer"), frozenset({"recorded", "received"}), "answered", caps.OPINION_RECEIVE,
            needs=("answer",), primary=True,
        ),
    ),
)  # fmt: skip

"""The life of an approval."""

from __future__ import annotations

from zhize.kernel.approvals import guards  # noqa: F401 - the machine asks for these by name
from zhize.kernel.flow import Category, Guard, Machine, Move, State
from zhize.lib.text import Text

_PENDING, _RETURNED = frozenset({"pending"}), frozenset({"returned"})
_YOURS, _MINE = (Guard("approval.yours"),), (Guard("approval.mine"),)

APPROVAL = Machine(
    "approvals.approval",
    states=(
        State("pending", Text("审批中", "Awaiting approval"), Category.WORKING),
        State("returned", Text("已退回", "Returned"), Category.WAITING),
        State("approved", Text("已通过", "Approved"), Category.CLOSED),
        State("rejected", Text("已否决", "Rejected"), Category.CLOSED),
        State("withdrawn", Text("已撤回", "Withdrawn"), Category.VOID),
    ),
    moves=(
        Move(
            "approve", Text("同意", "Approve"), _PENDING, "approved", "approval.decide", _YOURS, primary=True
        ),
        Move(
            "return", Text("退回", "Return"), _PENDING, "returned", "approval.decide", _YOURS, needs=("note",)
        ),
        Move(
            "reject", Text("否决", "Reject"), _PENDING, "rejected", "approval.decide", _YOURS, needs=("note",)
        ),
        Move(
            "resubmit",
            Text("再次提交", "Hand in again"),
            _RETURNED,
            "pending",
            "approval.request",
            _MINE,
            primary=True,
        ),
        Move(
            "withdraw", Text("撤回", "Withdraw"), _PENDING | _RETURNED, "withdrawn", "approval.request", _MINE
        ),
    ),
)

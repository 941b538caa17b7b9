"""The lives of a customer record and of a need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import registry
from zhize.kernel import flow
from zhize.kernel.flow import Category, Guard, Machine, Move, State
from zhize.lib.text import Text

ACTIVE, MERGED, CLOSED = "active", "merged", "closed"
OPEN, PURSUED, MET, DECLINED = "open", "pursued", "met", "declined"


@flow.guard("customer_is_settled")
def customer_is_settled(subject: Any, actor: Any, data: Mapping[str, Any] | None) -> Any:
    """A customer who owes money or has open matters in another domain is not closed."""
    if subject.arrears_amount > 0:
        return _("客户还有欠费，结清后才能销户。")
    return registry.objection_to_closing(subject)


CUSTOMER = Machine(
    name="customers.customer",
    states=(
        State(ACTIVE, Text("在册", "Active"), Category.WORKING),
        State(MERGED, Text("已合并", "Merged"), Category.VOID),
        State(CLOSED, Text("已销户", "Closed"), Category.CLOSED),
    ),
    moves=(
        Move(
            "close",
            Text("销户", "Close"),
            frozenset({ACTIVE}),
            CLOSED,
            caps.CLOSE,
            guards=(Guard("customer_is_settled"),),
            needs=("note",),
        ),
        Move(
            "reopen",
            Text("恢复", "Reopen"),
            frozenset({CLOSED}),
            ACTIVE,
            caps.CLOSE,
            needs=("note",),
            reopens=True,
        ),
        Move("merge", Text("合并", "Merge"), frozenset({ACTIVE}), MERGED, caps.MERGE),
        Move(
            "unmerge", Text("撤销合并", "Undo merge"), frozenset({MERGED}), ACTIVE, caps.MERGE, reopens=True
        ),
    ),
)

NEED = Machine(
    name="customers.need",
    states=(
        State(OPEN, Text("待跟进", "Open"), Category.NEW),
        State(PURSUED, Text("跟进中", "Being pursued"), Category.WORKING),
        State(MET, Text("已满足", "Met"), Category.CLOSED),
        State(DECLINED, Text("不再需要", "No longer wanted"), Category.VOID),
    ),
    moves=(
        Move("pursue", Text("开始跟进", "Pursue"), frozenset({OPEN}), PURSUED, caps.RECORD, primary=True),
        Move("meet", Text("已满足", "Mark as met"), frozenset({OPEN, PURSUED}), MET, caps.RECORD),
        Move(
            "decline",
            Text("不再需要", "No longer wanted"),
            frozenset({OPEN, PURSUED}),
            DECLINED,
            caps.RECORD,
            needs=("note",),
        ),
        Move(
            "reopen", Text("重新打开", "Reopen"), frozenset({MET, DECLINED}), OPEN, caps.RECORD, reopens=True
        ),
    ),
)

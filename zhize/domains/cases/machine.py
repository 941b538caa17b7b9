"""Guards that lifecycles of case types may ask for, and the machines of work sheets and papers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from zhize.domains.cases.models import Case
from zhize.kernel.access import Actor
from zhize.kernel.flow import Category, Guard, Machine, Move, State, guard
from zhize.lib import clock
from zhize.lib.text import Text

Data = Mapping[str, Any] | None


@guard("has_owner")
def has_owner(case: Case, actor: Actor, data: Data) -> Any:
    """Somebody answers for the case."""
    return None if case.owner_id else _("还没有派给任何人，请先派单。")


@guard("is_owner")
def is_owner(case: Case, actor: Actor, data: Data) -> Any:
    """Only the present holder makes the move."""
    return None if case.owner_id == actor.person_id else _("只有当前处理人可以做这一步。")


@guard("no_open_actions")
def no_open_actions(case: Case, actor: Actor, data: Data) -> Any:
    """No work sheet, promise or child case is open (CAS-02: a case with open actions cannot be closed)."""
    sheets = case.worksheets.exclude(category__in=["closed", "void"]).count()
    if sheets:
        return ngettext_lazy("还有 %d 张工作单没有办结。", "还有 %d 张工作单没有办结。", sheets) % sheets
    if case.promises.filter(kept_at__isnull=True).exists():
        return _("还有对客户的承诺没有兑现。")
    if case.children.exclude(category__in=["closed", "void"]).exists():
        return _("还有下级工单没有关闭。")
    return None


@guard("customer_informed")
def customer_informed(case: Case, actor: Actor, data: Data) -> Any:
    """The customer was told the result before closing (CAS-28, CAS-44)."""
    return None if case.is_told else _("还没有把结果告知客户，请先登记“已告知结果”。")


@guard("audited")
def audited(case: Case, actor: Actor, data: Data) -> Any:
    """The answer was audited after it was given."""
    done = case.audited_at is not None and (case.answered_at is None or case.audited_at >= case.answered_at)
    return None if done else _("答复还没有审核。")


@guard("auditor_is_not_handler", separates=True)
def auditor_is_not_handler(case: Case, actor: Actor, data: Data) -> Any:
    """Nobody audits the case he made or handled (ORG-30)."""
    if actor.person_id is not None and actor.person_id in {case.owner_id, case.created_by_id}:
        return _("经办人不能审核自己的工单。")
    return None


@guard("checklist_done")
def checklist_done(case: Case, actor: Actor, data: Data) -> Any:
    """Every required point and step is ticked."""
    ticked = set(case.ticks.values_list("code", flat=True))
    left = [
        item for item in (*case.spec.checklist, *case.spec.steps) if item.required and item.code not in ticked
    ]
    return _("清单还有 %(count)d 项没有完成。") % {"count": len(left)} if left else None


@guard("within_reopen_window")
def within_reopen_window(case: Case, actor: Actor, data: Data) -> Any:
    """A closed case is reopened within its type's window; later a new case is opened and linked."""
    days = case.spec.reopen_days
    if case.closed_at is not None and clock.now() > case.closed_at + timedelta(days=days):
        return _("关闭已超过 %(days)d 天，请新开一件并关联。") % {"days": days}
    return None


@guard("customer_consents")
def customer_consents(case: Case, actor: Actor, data: Data) -> Any:
    """The customer agreed that a work order is made of the question (CAS-10)."""
    return None if case.consent else _("客户没有同意转为工单。")


@guard("was_major_decided")
def was_major_decided(case: Case, actor: Actor, data: Data) -> Any:
    """A major case has a proposal before it is answered (CAS-20)."""
    if not case.is_major:
        return None
    proposed = case.major.proposed_at if hasattr(case, "major") else None
    return None if proposed else _("重大投诉还没有处理建议。")


@guard("alarm_over")
def alarm_over(case: Case, actor: Actor, data: Data) -> Any:
    """An alarm is ended, with its aftermath, before the case is closed (CAS-22)."""
    if hasattr(case, "alarm") and case.alarm.ended_at is None:
        return _("警报还没有结束，请先填写善后情况。")
    return None


@guard("not_merged")
def not_merged(case: Case, actor: Actor, data: Data) -> Any:
    """A case that was merged away lives on in the other one."""
    return _("这件已并入其他工单，请到那一件处理。") if case.merged_into_id else None


def _sources(*codes: str) -> frozenset[str]:
    return frozenset(codes)


WORKSHEET = Machine(
    "cases.worksheet",
    states=(
        State("sent", Text("已发出", "Sent"), Category.NEW),
        State("received", Text("办理中", "In hand"), Category.WORKING),
        State("answered", Text("待验收", "To accept"), Category.RESOLVED),
        State("accepted", Text("已办结", "Done"), Category.CLOSED),
        State("cancelled", Text("已撤回", "Withdrawn"), Category.VOID),
    ),
    moves=(
        Move(
            "receive", Text("签收", "Receive"), _sources("sent"), "received", "worksheet.answer", primary=True
        ),
        Move(
            "answer",
            Text("答复", "Answer"),
            _sources("sent", "received"),
            "answered",
            "worksheet.answer",
            needs=("result",),
        ),
        Move(
            "accept",
            Text("验收", "Accept"),
            _sources("answered"),
            "accepted",
            "worksheet.accept",
            primary=True,
        ),
        Move(
            "give_back",
            Text("退回重办", "Send back"),
            _sources("answered"),
            "received",
            "worksheet.accept",
            needs=("note",),
        ),
        Move(
            "cancel",
            Text("撤回", "Withdraw"),
            _sources("sent", "received"),
            "cancelled",
            "worksheet.send",
            needs=("note",),
        ),
    ),
)


@guard("paper_auditor_is_not_author", separates=True)
def paper_auditor_is_not_author(paper: Any, actor: Actor, data: Data) -> Any:
    """Nobody audits the own paper (ORG-30, CAS-24)."""
    return _("编写人不能审核自己的文件。") if actor.person_id == paper.written_by_id else None


@guard("paper_has_receivers")
def paper_has_receivers(paper: Any, actor: Actor, data: Data) -> Any:
    """A paper goes to somebody."""
    return None if paper.receivers.exists() else _("请先选择接收部门。")


PAPER = Machine(
    "cases.paper",
    states=(
        State("draft", Text("草稿", "Draft"), Category.NEW),
        State("submitted", Text("待审核", "To audit"), Category.WAITING),
        State("issued", Text("已分发", "Distributed"), Category.CLOSED),
    ),
    moves=(
        Move(
            "submit", Text("提交审核", "Submit"), _sources("draft"), "submitted", "paper.write",
            guards=(Guard("paper_has_receivers"),), primary=True,
        ),
        Move(
            "issue", Text("审核并分发", "Audit and distribute"), _sources("submitted"), "issued", "paper.audit",
            guards=(Guard("paper_auditor_is_not_author"),), primary=True,
        ),
        Move("give_back", Text("退回修改", "Return"), _sources("submitted"), "draft", "paper.audit", needs=("note",)),
    ),
)  # fmt: skip

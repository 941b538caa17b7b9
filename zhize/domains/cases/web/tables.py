"""Columns of the domain's lists."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import Severity
from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import types
from zhize.kernel.addresses import address
from zhize.ui import columns, html
from zhize.ui.html import format_html


def case_url(case: Case) -> str:
    """Address of the case page."""
    return address("cases:detail", case.number)


def _mark(label: Any, tone: str) -> Any:
    return format_html('<span class="tag tag-{}">{}</span>', tone, label)


def _flags(case: Case) -> Any:
    """Marks beside the title: major, urgent, repeat, reopened. Each has a word, not only a colour."""
    marks = []
    if case.is_major:
        marks.append(_mark(_("重大"), "red"))
    elif case.severity in {Severity.URGENT, Severity.SERIOUS}:
        marks.append(_mark(case.get_severity_display(), "amber"))
    if case.repeat_of_id:
        marks.append(_mark(_("重复"), "amber"))
    elif case.repeats_class:
        marks.append(_mark(_("同类重复"), "amber"))
    if case.reopen_count:
        marks.append(_mark(_("重开 %(count)d 次") % {"count": case.reopen_count}, "amber"))
    return format_html('<span class="tags">{}</span>', html.joined(marks)) if marks else ""


def _kind(case: Case) -> Any:
    return types.kind_label(case.type_code, case.subtype, case.release_id)


def _place(case: Case) -> str:
    return str(case.premises) if case.premises else ""


def _owner(case: Case) -> Any:
    return case.owner or (_mark(_("无人可派"), "red") if case.routing_finding else "")


CASE_COLUMNS = (
    columns.Code("number", _("编号"), sort="id"),
    columns.Link("title", _("事由"), url=case_url, second=_place, css="col-wide"),
    columns.Html("flags", _("标记"), value=_flags, css="col-snug"),
    columns.State("state_label", _("状态"), sort="category"),
    columns.Due("next_due_at", _("时限"), sort="next_due_at", stopped="closed_at"),
    columns.Text("kind", _("类型"), value=_kind, css="col-snug"),
    columns.Text("customer", _("客户"), value=lambda case: case.who),
    columns.Html(
        "owner",
        _("处理人"),
        value=lambda case: html.person(case.owner) if case.owner else _owner(case),
        sort="owner__name",
    ),
    columns.When("accepted_at", _("受理时间"), sort="accepted_at"),
    columns.Text("channel", _("来源"), value="get_channel_display", hidden=True),
    columns.Text("area", _("责任区域"), value=lambda case: str(case.area or ""), hidden=True),
    columns.Text("unit", _("受理部门"), value=lambda case: str(case.unit), hidden=True),
    columns.When("answered_at", _("答复时间"), sort="answered_at", hidden=True),
    columns.When("closed_at", _("关闭时间"), sort="closed_at", hidden=True),
    columns.Number("satisfaction", _("满意度"), sort="satisfaction", hidden=True),
    columns.Phone("contact_phone", _("联系电话"), hidden=True),
)

WORKSHEET_COLUMNS = (
    columns.Code("number", _("编号"), sort="id"),
    columns.Link(
        "task",
        _("协办事项"),
        url=lambda row: reverse("cases:worksheet", args=[row.number]),
        second="case.number",
        css="col-wide",
    ),
    columns.State("state_label", _("状态"), sort="category"),
    columns.Text("unit", _("协办部门"), value=lambda row: str(row.unit)),
    columns.Person("person", _("办理人")),
    columns.Due("due_at", _("时限"), sort="due_at", stopped="answered_at"),
    columns.Number("round", _("轮次"), hidden=True),
    columns.When("sent_at", _("发出时间"), sort="sent_at"),
    columns.Person("sent_by", _("发出人")),
)

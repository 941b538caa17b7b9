"""发件: mail about cases that went out, with its fate; and how the mailboxes themselves are (CHN-06)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.kinds import OutKind
from zhize.domains.channels.models import OutboundMail
from zhize.domains.channels.selectors import mail as mails
from zhize.domains.channels.services.mailboxes import Source
from zhize.domains.channels.web.calls import case_link
from zhize.kernel import access
from zhize.kernel.notices.models import State
from zhize.ui import columns

CATEGORIES = {
    State.QUEUED: "new",
    State.SENT: "closed",
    State.FAILED: "void",
    State.BOUNCED: "void",
    State.SUPPRESSED: "waiting",
}


def _fate(row: Any) -> str:
    return State.BOUNCED if row.bounced_at else row.fate or State.QUEUED


def _fate_label(row: Any) -> Any:
    return State(_fate(row)).label


def _category(row: Any) -> str:
    return CATEGORIES[State(_fate(row))]


class OutFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("kind", "at")
    q = ui.filters.Search(fields=("subject", "case__number", "document__number", "message_id"))
    kind = ui.filters.Choice(label=_("类别"), choices=OutKind.choices)
    at = ui.filters.Period(label=_("日期"))


class OutboundList(ui.ListPage):
    """Every mail about a case that went out: to whom, when, by whom, and whether it arrived."""

    capability = caps.MAIL_VIEW
    title = _("邮件发件")
    filters = OutFilters
    search_hint = _("主题、工单号或文号")
    columns: ClassVar[Any] = (
        columns.Link("subject", _("主题"), url="channels:mail_sent_item", css="col-wide"),
        columns.Text("to", _("收件人"), value=lambda row: ", ".join(row.to)),
        columns.State("fate", _("状态"), value=_fate_label, category=_category),
        columns.Text("kind", _("类别"), value="get_kind_display", sort="kind"),
        columns.Html("case", _("工单"), value=case_link, css="num col-nowrap"),
        columns.When("at", _("时间"), sort="at"),
        columns.Text("by", _("发件人"), phone="hide"),
        columns.Text("bounce_reason", _("退回原因"), hidden=True),
    )
    chips = (
        ui.Chip("bounced", _("被退回"), lambda page: Q(bounced_at__isnull=False), tone="red"),
        ui.Chip("failed", _("发送失败"), lambda page: Q(fate=State.FAILED), tone="red"),
        ui.Chip("waiting", _("等待发送"), lambda page: Q(fate=State.QUEUED)),
    )
    export = caps.MAIL_VIEW
    default_sort = "-at"
    keyset = True
    empty = ui.Empty(_("还没有发出邮件"), _("答复客户、转发和受理回执的邮件都记在这里。"), "send")

    def rows(self) -> QuerySet[OutboundMail]:
        return mails.outbound(self.actor)

    def acts(self) -> list[ui.Act]:
        return [
            ui.Act(_("收件"), reverse("channels:mail"), icon="mail"),
            ui.Act(_("邮箱状态"), reverse("channels:mailboxes"), icon="activity"),
        ]


@ui.page(capability=caps.MAIL_VIEW, methods=("GET",))
def sent_item(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail as it went out."""
    access.fetch(request.actor, OutboundMail, pk)
    row = mails.outbound(request.actor).get(pk=pk)
    delivery = mails.delivery_of(row)
    values = {
        "title": row.subject,
        "mail": row,
        "delivery": delivery,
        "state": _fate_label(row),
        "category": _category(row),
        "crumbs": [(_("邮件发件"), reverse("channels:mail_sent")), (row.subject, "")],
    }
    return ui.render(request, "channels/mail_sent.html", values)


def _box_state(box: Any, current: str) -> tuple[Any, str]:
    if box.name != current:
        return _("已不使用"), "void"
    if box.failing_since:
        return _("故障"), "void"
    return (_("久未收取"), "waiting") if mails.is_silent(box) else (_("正常"), "working")


@ui.page(capability=caps.MAIL_VIEW, methods=("GET",))
def mailboxes(request: HttpRequest) -> HttpResponse:
    """Whether mail comes in and goes out: last read, since when it fails and why, what waits for somebody."""
    source = Source.configured()
    health = mails.health(request.actor)
    values = {
        "title": _("邮箱状态"),
        "health": health,
        "boxes": [(box, *_box_state(box, source.name if source else "")) for box in health.boxes],
        "configured": source is not None,
        "sender": settings.CONFIG.email_from if settings.CONFIG.email_url else "",
        "crumbs": [(_("邮件收件"), reverse("channels:mail")), (_("邮箱状态"), "")],
    }
    return ui.render(request, "channels/mailboxes.html", values)

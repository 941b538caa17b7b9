"""收件: what became of every mail that arrived, and 收发文: the register of letters, faxes and mail (CHN-03, CHN-06)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels import services
from zhize.domains.channels.kinds import Direction, MailOutcome, Medium
from zhize.domains.channels.models import Correspondence, InboundMail
from zhize.domains.channels.selectors import desk
from zhize.domains.channels.selectors import mail as mails
from zhize.domains.channels.web.calls import case_link
from zhize.domains.channels.web.fields import ActorForm, CaseField, PagesField, text
from zhize.kernel import access, files, history
from zhize.ui import columns, widgets

# Why a message was not simply taken in, in words.
REASONS: dict[str, Any] = {
    "auto_reply": _("自动答复"),
    "bounce": _("退信"),
    "delay": _("投递延迟通知"),
    "receipt": _("回执"),
    "loop": _("邮件循环"),
    "bulk": _("群发邮件"),
    "blank": _("没有内容"),
    "paused": _("渠道已暂停"),
    "rate": _("来信过多"),
    "refused": _("规则不允许受理"),
    "error": _("处理出错"),
    "empty": _("空文件"),
    "malformed": _("格式不正确"),
    "too_large": _("邮件过大"),
    "too_deep": _("层次过多"),
    "too_many_parts": _("部分过多"),
}
CATEGORIES = {
    MailOutcome.OPENED: "working",
    MailOutcome.JOINED: "closed",
    MailOutcome.IGNORED: "void",
    MailOutcome.QUARANTINED: "waiting",
    MailOutcome.DISCARDED: "void",
}
UNDECIDED = (MailOutcome.QUARANTINED, MailOutcome.IGNORED)


def _reason(row: InboundMail) -> Any:
    return REASONS.get(row.reason, row.reason)


def _mail_category(row: InboundMail) -> str:
    return CATEGORIES.get(MailOutcome(row.outcome), "")


class ReleaseForm(ActorForm):
    case = CaseField(
        label=_("并入工单"), required=False, help_text=_("留空则按邮件内容处理：并入原工单或新开工单。")
    )


class DiscardForm(ActorForm):
    reason = forms.CharField(label=_("原因"), max_length=300, widget=text(2))


class DocumentForm(ActorForm):
    medium = forms.ChoiceField(label=_("方式"), choices=Medium.choices, widget=widgets.Segments())
    direction = forms.ChoiceField(label=_("方向"), choices=Direction.choices, widget=widgets.Segments())
    subject = forms.CharField(label=_("事由"), max_length=200)
    at = forms.DateTimeField(label=_("日期"), required=False, widget=widgets.DateTimeInput())
    sender = forms.CharField(label=_("发件方"), max_length=200)
    receiver = forms.CharField(label=_("收件方"), required=False, max_length=400)
    pages = forms.IntegerField(label=_("页数"), required=False, min_value=1, max_value=5000)
    case = CaseField(label=_("有关工单"), required=False)
    scans = PagesField(label=_("扫描件"), required=False)
    wide = ("subject",)


class ToCaseForm(ActorForm):
    case = CaseField()


def _chip(outcome: MailOutcome, tone: str = "") -> ui.Chip:
    return ui.Chip(outcome.value, outcome.label, lambda page: Q(outcome=outcome), tone=tone)


class MailFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("received_at",)
    q = ui.filters.Search(fields=("subject", "sender", "sender_name", "case__number"))
    received_at = ui.filters.Period(label=_("收到日期"))


class MailList(ui.ListPage):
    """Every message that arrived, with what became of it and why."""

    capability = caps.MAIL_VIEW
    title = _("邮件收件")
    filters = MailFilters
    columns: ClassVar[Any] = (
        columns.Link(
            "subject", _("主题"), value=str, url="channels:mail_item", second="sender", css="col-wide"
        ),
        columns.State(
            "outcome", _("结果"), value="get_outcome_display", category=_mail_category, sort="outcome"
        ),
        columns.Text("reason", _("原因"), value=_reason),
        columns.Html("case", _("工单"), value=case_link, css="num col-nowrap"),
        columns.When("received_at", _("收到时间"), sort="received_at"),
        columns.Text("line", _("邮箱"), phone="hide"),
        columns.Person("handled_by", _("处理人"), hidden=True),
    )
    chips = (
        _chip(MailOutcome.QUARANTINED, "amber"),
        _chip(MailOutcome.OPENED),
        _chip(MailOutcome.JOINED),
        _chip(MailOutcome.IGNORED),
        _chip(MailOutcome.DISCARDED),
    )
    default_sort = "-received_at"
    keyset = True
    empty = ui.Empty(_("还没有邮件"), _("客服邮箱收到的每一封邮件都会出现在这里。"), "mail")

    def rows(self) -> QuerySet[InboundMail]:
        return mails.inbound(self.actor)

    def acts(self) -> list[ui.Act]:
        return [
            ui.Act(_("邮件发件"), reverse("channels:mail_sent"), icon="send"),
            ui.Act(_("邮箱状态"), reverse("channels:mailboxes"), icon="activity"),
        ]

    def row_acts(self, row: Any) -> list[ui.Act]:
        if row.outcome not in UNDECIDED or not self.actor.may(caps.MAIL_HANDLE):
            return []
        return [
            ui.Act(_("放行"), reverse("channels:mail_release", args=[row.pk]), drawer=True),
            ui.Act(_("弃置"), reverse("channels:mail_discard", args=[row.pk]), drawer=True),
        ]


def attached(row: Any) -> list[dict[str, Any]]:
    """The files of a row as the kit's list of files wants them."""
    return [
        {
            "name": each.name,
            "url": files.url(each),
            "size": each.blob.size,
            "at": each.created_at,
            "who": each.created_by_label,
        }
        for each in files.for_subject(row)
        if each.blob is not None
    ]


@ui.page(capability=caps.MAIL_VIEW)
def mail_item(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: outcome, reason, the raw message, what was decided."""
    row = access.fetch(request.actor, InboundMail, pk)
    context = {
        "title": str(row),
        "mail": row,
        "reason": _reason(row),
        "category": _mail_category(row),
        "files": attached(row),
        "may_handle": row.outcome in UNDECIDED and access.allowed(request.actor, caps.MAIL_HANDLE, row),
        "entries": history.timeline(row)[:100],
        "crumbs": [(_("邮件收件"), reverse("channels:mail")), (str(row), "")],
    }
    return ui.render(request, "channels/mail_item.html", context)


class MailAct(ui.FormPage):
    capability = caps.MAIL_HANDLE

    def fetch(self) -> InboundMail:
        return access.fetch(self.actor, InboundMail, self.kwargs["pk"], caps.MAIL_HANDLE)

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def success_url(self, result: Any) -> str:
        return reverse("channels:mail_item", args=[self.row.pk])


class Release(MailAct):
    form_class = ReleaseForm
    title = _("放行邮件")
    submit = _("放行")

    def perform(self, form: Any) -> InboundMail:
        return services.release_mail(actor=self.actor, mail=self.row, **form.cleaned_data)

    def message(self, result: InboundMail) -> Any:
        if result.case is None:
            return _("已放行。")
        return _("已放行：工单 %(number)s。") % {"number": result.case.number}


class Discard(MailAct):
    form_class = DiscardForm
    title = _("弃置邮件")
    submit = _("弃置")
    danger = True
    done_message = _("已弃置，原文仍保存。")

    def perform(self, form: Any) -> Any:
        return services.discard_mail(actor=self.actor, mail=self.row, **form.cleaned_data)


# Letters, faxes and mail under a number --------------------------------------------


class DocumentFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("medium", "direction", "at")
    q = ui.filters.Search(fields=("number", "subject", "sender", "receiver", "case__number"))
    medium = ui.filters.Choice(label=_("方式"), choices=Medium.choices)
    direction = ui.filters.Choice(label=_("方向"), choices=Direction.choices)
    at = ui.filters.Period(label=_("日期"))


class DocumentList(ui.ListPage):
    """The register of documents in and out."""

    capability = caps.DOCUMENT_VIEW
    title = _("收发文登记")
    filters = DocumentFilters
    columns: ClassVar[Any] = (
        columns.Link("number", _("文号"), url="channels:document", second="subject", sort="number"),
        columns.Text("direction", _("方向"), value="get_direction_display", sort="direction"),
        columns.Text("medium", _("方式"), value="get_medium_display", sort="medium"),
        columns.Text("sender", _("发件方")),
        columns.Text("receiver", _("收件方")),
        columns.When("at", _("日期"), sort="at"),
        columns.Html("case", _("工单"), value=case_link, css="num col-nowrap"),
        columns.Number("pages", _("页数"), hidden=True),
        columns.Person("recorded_by", _("登记人"), hidden=True),
    )
    chips = (
        ui.Chip("in", _("来文"), lambda page: Q(direction=Direction.IN)),
        ui.Chip("out", _("发文"), lambda page: Q(direction=Direction.OUT)),
        ui.Chip("loose", _("未挂工单"), lambda page: Q(case__isnull=True), tone="amber"),
    )
    export = caps.DOCUMENT_VIEW
    default_sort = "-at"
    keyset = True
    empty = ui.Empty(_("还没有收发文"), _("信件、传真和邮件登记以后按文号排在这里。"), "mail-opened")

    def rows(self) -> QuerySet[Correspondence]:
        return desk.correspondence(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.DOCUMENT_RECORD):
            return []
        url = reverse("channels:document_new")
        return [ui.Act(_("登记"), url, icon="plus", drawer=True, primary=True, key="n")]

    def row_acts(self, row: Any) -> list[ui.Act]:
        if row.case_id or not self.actor.may(caps.DOCUMENT_RECORD):
            return []
        return [ui.Act(_("挂到工单"), reverse("channels:document_case", args=[row.pk]), drawer=True)]


@ui.page(capability=caps.DOCUMENT_VIEW)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document with its pages."""
    row = access.fetch(request.actor, Correspondence, pk)
    context = {
        "title": row.number,
        "document": row,
        "files": attached(row),
        "may_record": access.allowed(request.actor, caps.DOCUMENT_RECORD, row),
        "entries": history.timeline(row)[:100],
        "crumbs": [(_("收发文登记"), reverse("channels:documents")), (row.number, "")],
    }
    return ui.render(request, "channels/document.html", context)


class RecordDocument(ui.FormPage):
    capability = caps.DOCUMENT_RECORD
    form_class = DocumentForm
    title = _("登记收发文")
    submit = _("登记")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {"medium": Medium.LETTER.value, "direction": Direction.IN.value}

    def perform(self, form: Any) -> Correspondence:
        return services.record_document(actor=self.actor, **form.cleaned_data)

    def message(self, result: Correspondence) -> Any:
        return _("已登记，文号 %(number)s。") % {"number": result.number}

    def success_url(self, result: Any) -> str:
        return reverse("channels:documents")


class PutToCase(ui.FormPage):
    capability = caps.DOCUMENT_RECORD
    form_class = ToCaseForm
    title = _("挂到工单")
    submit = _("挂到工单")

    def fetch(self) -> Correspondence:
        return access.fetch(self.actor, Correspondence, self.kwargs["pk"], caps.DOCUMENT_RECORD)

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def perform(self, form: Any) -> Any:
        return services.put_to_case(actor=self.actor, document=self.row, **form.cleaned_data)

    def success_url(self, result: Any) -> str:
        return reverse("channels:document", args=[self.row.pk])

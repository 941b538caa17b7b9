"""《工作信息记录表》 and 转告: what the front desk writes down and passes on (CHN-08, CHN-14)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels import services
from zhize.domains.channels.kinds import WorkKind
from zhize.domains.channels.models import Call, Relay, WorkEntry
from zhize.domains.channels.selectors import desk
from zhize.domains.channels.web.calls import case_link
from zhize.domains.channels.web.fields import ActorForm, CaseField, CustomerField, PersonField, text
from zhize.kernel import access, history
from zhize.lib import clock
from zhize.ui import columns, widgets

# After so long a relayed message is shown as unread for too long.
UNREAD_FOR = timedelta(hours=2)


class WorkForm(ActorForm):
    kind = forms.ChoiceField(label=_("类别"), choices=WorkKind.choices, widget=widgets.Segments())
    who = forms.CharField(label=_("来人或来电人"), required=False, max_length=60)
    phone = forms.CharField(label=_("电话"), required=False, max_length=40)
    customer = CustomerField(required=False)
    content = forms.CharField(label=_("内容"), widget=text(4))
    to_handle = forms.BooleanField(label=_("需要处理"), required=False)
    informed = PersonField(label=_("通知到"), required=False)
    case = CaseField(label=_("有关工单"), required=False)
    wide = ("kind",)


class InformForm(ActorForm):
    person = PersonField(label=_("通知到"))


class ResultForm(ActorForm):
    result = forms.CharField(label=_("跟踪结果"), required=False, widget=text(3))


class NoteForm(ActorForm):
    note = forms.CharField(label=_("处理情况"), widget=text(3))


class RelayForm(ActorForm):
    receiver = PersonField(label=_("转告给"))
    from_name = forms.CharField(label=_("来自"), required=False, max_length=60)
    from_phone = forms.CharField(label=_("电话"), required=False, max_length=40)
    customer = CustomerField(required=False)
    content = forms.CharField(label=_("内容"), widget=text(4))


def _work_state(row: WorkEntry) -> Any:
    if row.closed_at:
        return _("已办结")
    return _("待处理") if row.to_handle else _("仅记录")


def _work_category(row: WorkEntry) -> str:
    return "working" if row.to_handle and not row.closed_at else "closed"


OPEN_WORK = Q(to_handle=True, closed_at__isnull=True)


class WorkFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("kind", "at")
    q = ui.filters.Search(fields=("content", "who", "phone", "customer__name"))
    kind = ui.filters.Choice(label=_("类别"), choices=WorkKind.choices)
    at = ui.filters.Period(label=_("日期"))


class WorkList(ui.ListPage):
    """The register as a list."""

    capability = caps.WORKLOG_VIEW
    title = _("工作信息记录表")
    filters = WorkFilters
    columns: ClassVar[Any] = (
        columns.Link("content", _("内容"), url="channels:work_entry", css="col-wide"),
        columns.State("state", _("状态"), value=_work_state, category=_work_category),
        columns.Text("kind", _("类别"), value="get_kind_display", sort="kind"),
        columns.When("at", _("时间"), sort="at"),
        columns.Text("who", _("来人或来电人"), value=lambda row: row.who or row.customer or ""),
        columns.Phone("phone", _("电话"), hidden=True),
        columns.Person("informed", _("通知到"), sort="informed__name"),
        columns.Text("result", _("跟踪结果")),
        columns.Person("recorded_by", _("登记人"), hidden=True),
        columns.Html("case", _("工单"), value=case_link, css="num col-nowrap", hidden=True),
    )
    chips = (
        ui.Chip("open", _("待处理"), lambda page: OPEN_WORK, tone="amber"),
        ui.Chip("told_me", _("通知到我"), lambda page: OPEN_WORK & Q(informed_id=page.actor.person_id)),
        ui.Chip("mine", _("我登记的"), lambda page: Q(recorded_by_id=page.actor.person_id), count=False),
    )
    export = caps.WORKLOG_VIEW
    default_sort = "-at"
    keyset = True
    empty = ui.Empty(_("还没有记录"), _("咨询、来电、来访登记以后会出现在这里。"), "notebook")

    def rows(self) -> QuerySet[WorkEntry]:
        return desk.work_entries(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.WORKLOG_RECORD):
            return []
        return [
            ui.Act(_("登记"), reverse("channels:work_new"), icon="plus", drawer=True, primary=True, key="n")
        ]

    def row_acts(self, row: Any) -> list[ui.Act]:
        if not row.is_open or not self.actor.may(caps.WORKLOG_RECORD):
            return []
        return [
            ui.Act(_("办结"), reverse("channels:work_close", args=[row.pk]), drawer=True),
            ui.Act(_("再通知"), reverse("channels:work_inform", args=[row.pk]), drawer=True),
        ]


@ui.page(capability=caps.WORKLOG_VIEW)
def work_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of the register, whole."""
    row = access.fetch(request.actor, WorkEntry, pk)
    context = {
        "title": row.get_kind_display(),
        "entry": row,
        "state": _work_state(row),
        "category": _work_category(row),
        "may_record": not row.closed_at and access.allowed(request.actor, caps.WORKLOG_RECORD, row),
        "entries": history.timeline(row)[:100],
        "crumbs": [(_("工作信息记录表"), reverse("channels:work")), (row.get_kind_display(), "")],
    }
    return ui.render(request, "channels/work_entry.html", context)


class RecordWork(ui.FormPage):
    capability = caps.WORKLOG_RECORD
    form_class = WorkForm
    title = _("登记工作信息")
    submit = _("登记")
    done_message = _("已登记。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {"kind": WorkKind.CALL.value}

    def perform(self, form: Any) -> WorkEntry:
        return services.record_work(actor=self.actor, **form.cleaned_data)

    def success_url(self, result: Any) -> str:
        return reverse("channels:work")


class WorkAct(ui.FormPage):
    capability = caps.WORKLOG_RECORD

    def fetch(self) -> WorkEntry:
        return access.fetch(self.actor, WorkEntry, self.kwargs["pk"], caps.WORKLOG_RECORD)

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def success_url(self, result: Any) -> str:
        return reverse("channels:work_entry", args=[self.row.pk])


class CloseWork(WorkAct):
    form_class = ResultForm
    title = _("办结记录")
    submit = _("办结")
    done_message = _("已办结。")

    def perform(self, form: Any) -> Any:
        return services.close_work(actor=self.actor, entry=self.row, **form.cleaned_data)


class InformWork(WorkAct):
    form_class = InformForm
    title = _("通知")
    submit = _("通知")
    done_message = _("已通知。")

    def perform(self, form: Any) -> Any:
        return services.inform(actor=self.actor, entry=self.row, **form.cleaned_data)


# Relayed messages -------------------------------------------------------------


def _relay_state(row: Relay) -> Any:
    return _("已处理") if row.handled_at else _("已读") if row.read_at else _("未读")


def _relay_category(row: Relay) -> str:
    return "closed" if row.handled_at else "working" if row.read_at else "new"


class RelayFilters(ui.Filters):
    q = ui.filters.Search(fields=("content", "from_name", "from_phone", "receiver__name"))
    sent_at = ui.filters.Period(label=_("日期"))


class RelayList(ui.ListPage):
    """Messages taken for colleagues: receiver, read time, what was done."""

    capability = caps.RELAY_VIEW
    title = _("转告")
    filters = RelayFilters
    columns: ClassVar[Any] = (
        columns.Link("content", _("内容"), url="channels:relay", css="col-wide"),
        columns.State("state", _("状态"), value=_relay_state, category=_relay_category),
        columns.Person("receiver", _("转告给"), sort="receiver__name"),
        columns.Text("from_name", _("来自")),
        columns.Phone("from_phone", _("电话"), phone="hide"),
        columns.When("sent_at", _("时间"), sort="sent_at"),
        columns.When("read_at", _("阅读时间"), sort="read_at"),
        columns.Person("sent_by", _("转告人"), hidden=True),
        columns.Text("handled_note", _("处理情况"), hidden=True),
    )
    chips = (
        ui.Chip(
            "mine", _("给我的"), lambda page: Q(receiver_id=page.actor.person_id, handled_at__isnull=True)
        ),
        ui.Chip(
            "unread",
            _("两小时未读"),
            lambda page: Q(read_at__isnull=True, sent_at__lt=clock.now() - UNREAD_FOR),
            tone="red",
        ),
        ui.Chip("open", _("未处理"), lambda page: Q(handled_at__isnull=True), tone="amber"),
    )
    default_sort = "-sent_at"
    keyset = True
    empty = ui.Empty(_("还没有转告"), _("同事不在时替他记下的话会出现在这里。"), "send")

    def rows(self) -> QuerySet[Relay]:
        return desk.relays(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.RELAY_SEND):
            return []
        return [
            ui.Act(_("转告"), reverse("channels:relay_new"), icon="send", drawer=True, primary=True, key="n")
        ]

    def row_acts(self, row: Any) -> list[ui.Act]:
        acts = []
        if row.read_at is None and row.receiver_id == self.actor.person_id:
            acts.append(ui.Act(_("签阅"), reverse("channels:relay_read", args=[row.pk]), method="post"))
        if row.handled_at is None:
            acts.append(ui.Act(_("处理"), reverse("channels:relay_handle", args=[row.pk]), drawer=True))
        return acts


@ui.page(capability=caps.RELAY_VIEW)
def relay(request: HttpRequest, pk: int) -> HttpResponse:
    """One relayed message."""
    row = access.fetch(request.actor, Relay, pk)
    context = {
        "title": _("转告"),
        "relay": row,
        "state": _relay_state(row),
        "category": _relay_category(row),
        "mine": row.receiver_id == request.actor.person_id,
        "entries": history.timeline(row)[:100],
        "crumbs": [(_("转告"), reverse("channels:relays")), (row.from_name, "")],
    }
    return ui.render(request, "channels/relay.html", context)


@ui.page(capability=caps.RELAY_VIEW, methods=("POST",))
def read_relay(request: HttpRequest, pk: int) -> HttpResponse:
    """The receiver has read it."""
    services.read_relay(actor=request.actor, relay=access.fetch(request.actor, Relay, pk))
    return ui.done(request, _("已签阅。"), to=reverse("channels:relays"))


class SendRelay(ui.FormPage):
    capability = caps.RELAY_SEND
    form_class = RelayForm
    title = _("转告同事")
    submit = _("转告")
    done_message = _("已转告，对方会收到通知。")

    def fetch(self) -> Call | None:
        key = self.request.GET.get("call", "")
        return access.fetch(self.actor, Call, int(key)) if key.isdigit() and len(key) < 19 else None

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        call = self.row
        if call is None:
            return {}
        return {"from_name": call.caller_name, "from_phone": call.number, "customer": call.customer}

    def perform(self, form: Any) -> Relay:
        return services.relay_message(actor=self.actor, call=self.row, **form.cleaned_data)

    def success_url(self, result: Any) -> str:
        return reverse("channels:relays")


class HandleRelay(ui.FormPage):
    capability = caps.RELAY_VIEW
    form_class = NoteForm
    title = _("处理转告")
    submit = _("办结")
    done_message = _("已记下处理情况。")

    def fetch(self) -> Relay:
        return access.fetch(self.actor, Relay, self.kwargs["pk"])

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def perform(self, form: Any) -> Any:
        return services.handle_relay(actor=self.actor, relay=self.row, **form.cleaned_data)

    def success_url(self, result: Any) -> str:
        return reverse("channels:relay", args=[self.row.pk])

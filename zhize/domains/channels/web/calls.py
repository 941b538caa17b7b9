"""来电: the popup, the list with its handlers, one call with what can be done about it (CHN-01, CHN-02, CHN-15)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels import services
from zhize.domains.channels.kinds import CallResult, LineKind
from zhize.domains.channels.models import Call, Line
from zhize.domains.channels.selectors import desk
from zhize.domains.channels.web import callforms
from zhize.kernel import access, history
from zhize.ui import columns
from zhize.ui.html import format_html


def case_link(row: Any) -> Any:
    """The number of the row's case, leading there."""
    if row.case is None:
        return ""
    return format_html(
        '<a href="{}">{}</a>', reverse("cases:detail", args=[row.case.number]), row.case.number
    )


def _who(row: Call) -> Any:
    return row.masked or row.caller_name or _("未显示号码")


def _second(row: Call) -> str:
    return row.customer.name if row.customer else row.caller_name


def _result(row: Call) -> Any:
    if row.result:
        return row.get_result_display()
    return _("待说明结果") if row.ended_at else _("通话中")


def _category(row: Call) -> str:
    if row.result:
        return "void" if row.result in (CallResult.MISSED, CallResult.SILENT) else "closed"
    return "waiting" if row.ended_at else "working"


class CallFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("result", "line")
    q = ui.filters.Search(fields=("digits", "caller_name", "customer__name", "case__number"))
    result = ui.filters.Choice(label=_("结果"), choices=CallResult.choices)
    line = ui.filters.Row(label=_("热线"), queryset=lambda request: _hotlines(request))
    started_at = ui.filters.Period(label=_("来电日期"))


def _hotlines(request: HttpRequest | None) -> QuerySet[Line]:
    return desk.lines(request.actor if request else None).filter(kind=LineKind.PHONE)  # type: ignore[arg-type]


class CallList(ui.ListPage):
    """Every call the actor may see: number, time, who had it, what became of it, its case."""

    capability = caps.CALL_VIEW
    title = pgettext_lazy("list", "来电")
    filters = CallFilters
    columns: ClassVar[Any] = (
        columns.Link("number", _("来电"), value=_who, url="channels:call", second=_second),
        columns.State("result", _("结果"), value=_result, category=_category, sort="result"),
        columns.When("started_at", _("来电时间"), sort="started_at"),
        columns.Text(
            "agent", _("经手人"), value=lambda row: " → ".join(desk.handlers(row)), sort="agent__name"
        ),
        columns.Html("case", _("工单"), value=case_link, css="num col-nowrap"),
        columns.Text("line", _("热线"), phone="hide"),
        columns.Text("note", _("备注"), hidden=True),
        columns.Text("demand", _("需求"), hidden=True),
        columns.Text("answer", _("答复"), hidden=True),
    )
    chips = (
        ui.Chip("mine", _("我接的"), lambda page: Q(agent_id=page.actor.person_id)),
        ui.Chip("on", _("通话中"), lambda page: Q(ended_at__isnull=True, result=""), tone="calm"),
        ui.Chip("unsaid", _("待说明结果"), lambda page: Q(ended_at__isnull=False, result=""), tone="amber"),
        ui.Chip("missed", _("未接"), lambda page: Q(result=CallResult.MISSED), tone="red"),
    )
    export = caps.CALL_VIEW
    default_sort = "-started_at"
    keyset = True
    search_hint = _("号码、姓名或工单号")
    empty = ui.Empty(_("还没有来电"), _("热线响铃或登记来电以后会出现在这里。"), "phone-incoming")

    def rows(self) -> QuerySet[Call]:
        return desk.calls(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.CALL_RECORD):
            return []
        url = reverse("channels:call_new")
        return [ui.Act(_("登记来电"), url, icon="phone-plus", drawer=True, primary=True, key="n")]

    def row_acts(self, row: Any) -> list[ui.Act]:
        acts = []
        if row.ended_at is None and self.actor.may(caps.CALL_TRANSFER):
            acts.append(ui.Act(_("转接"), reverse("channels:call_transfer", args=[row.pk]), drawer=True))
        if (row.ended_at is None or not row.result) and self.actor.may(caps.CALL_RECORD):
            acts.append(ui.Act(_("结束通话"), reverse("channels:call_finish", args=[row.pk]), drawer=True))
        return acts


@ui.page(capability=caps.CALL_VIEW, methods=("GET",))
def ringing(request: HttpRequest) -> HttpResponse:
    """The call that rings for this agent now, as a banner; nothing when none does."""
    call = desk.ringing(request.actor)
    found = desk.phone_desk(request.actor, call) if call is not None else None
    return ui.fragment(request, "channels/parts/ringing.html", {"desk": found})


@ui.page(capability=caps.CALL_VIEW, methods=("POST",))
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Picked up: the call does not pop up again, and the intake form opens with its number and caller."""
    call = access.fetch(request.actor, Call, pk, caps.CALL_VIEW)
    services.show_popup(actor=request.actor, call=call)
    if call.case_id or not request.actor.may("case.open") or request.GET.get("to") == "call":
        return ui.redirect(request, reverse("channels:call", args=[pk]))
    return ui.redirect(request, f"{reverse('channels:intake')}?call={pk}")


@ui.page(capability=caps.CALL_VIEW)
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: who it may be, their open cases, through whose hands it went, and what can be done."""
    row = access.fetch(request.actor, Call, pk)
    may = request.actor.may
    context = {
        "title": _who(row),
        "call": row,
        "desk": desk.phone_desk(request.actor, row),
        "transfers": desk.transfers(row),
        "result": _result(row),
        "category": _category(row),
        "may_record": may(caps.CALL_RECORD) and access.allowed(request.actor, caps.CALL_RECORD, row),
        "may_transfer": may(caps.CALL_TRANSFER) and access.allowed(request.actor, caps.CALL_TRANSFER, row),
        "may_open": may("case.open"),
        "may_relay": may(caps.RELAY_SEND),
        "may_check": may(caps.IDENTITY_CHECK),
        "may_tell": may(caps.PROGRESS_TELL),
        "entries": history.timeline(row)[:100],
        "crumbs": [(_("来电"), reverse("channels:calls")), (_who(row), "")],
    }
    return ui.render(request, "channels/call.html", context)


class CallAct(ui.FormPage):
    """Base of the acts on one call."""

    capability: ClassVar[Any] = caps.CALL_RECORD

    def fetch(self) -> Call:
        return access.fetch(self.actor, Call, self.kwargs["pk"], str(self.capability))

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def success_url(self, result: Any) -> str:
        return reverse("channels:call", args=[self.row.pk])


class Register(ui.FormPage):
    """A call that no exchange announced."""

    capability = caps.CALL_RECORD
    form_class = callforms.RegisterForm
    title = _("登记来电")
    submit = _("登记")
    done_message = _("来电已登记。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def perform(self, form: Any) -> Call:
        return services.register_call(actor=self.actor, **form.cleaned_data)

    def success_url(self, result: Call) -> str:
        return reverse("channels:call", args=[result.pk])

    def leave(self, result: Any) -> bool:
        return True


class PassOn(CallAct):
    capability = caps.CALL_TRANSFER
    form_class = callforms.TransferForm
    title = _("转接")
    submit = _("转接")
    done_message = _("已转接。")

    def perform(self, form: Any) -> Any:
        return services.transfer_call(actor=self.actor, call=self.row, **form.cleaned_data)


class Finish(CallAct):
    form_class = callforms.FinishForm
    title = _("结束通话")
    submit = _("结束")
    done_message = _("通话结果已登记。")

    def initial(self) -> dict[str, Any]:
        return {"result": self.row.result}

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "call": self.row}

    def perform(self, form: Any) -> Any:
        return services.finish_call(actor=self.actor, call=self.row, **form.cleaned_data)


class FollowUp(CallAct):
    form_class = callforms.FollowUpForm
    title = _("补充到已有工单")
    submit = _("补充")
    done_message = _("已补充到工单。")

    def initial(self) -> dict[str, Any]:
        return {"case": self.row.case.number} if self.row.case else {}

    def perform(self, form: Any) -> Any:
        return services.follow_up(actor=self.actor, call=self.row, **form.cleaned_data)


class Identify(CallAct):
    form_class = callforms.IdentifyForm
    title = _("来电的是谁")
    done_message = _("已记下客户。")

    def perform(self, form: Any) -> Any:
        return services.identify(actor=self.actor, call=self.row, **form.cleaned_data)


class Demand(CallAct):
    form_class = callforms.DemandForm
    title = _("登记产品需求")
    submit = _("登记")
    done_message = _("需求已登记。")

    def initial(self) -> dict[str, Any]:
        names = ("customer", "product", "demand", "answer")
        return {name: value for name in names if (value := getattr(self.row, name))}

    def perform(self, form: Any) -> Any:
        return services.record_demand(actor=self.actor, call=self.row, **form.cleaned_data)


class Check(CallAct):
    """身份核实: what the caller says is compared and not kept (CHN-11)."""

    capability = caps.IDENTITY_CHECK
    form_class = callforms.CheckForm
    title = _("核实客户身份")
    intro = _("服务密码，或至少两项资料。填写的内容只用来比对，不会保存。")
    submit = _("核实")
    drafts = False

    def fetch(self) -> Call:
        return access.fetch(self.actor, Call, self.kwargs["pk"])

    def initial(self) -> dict[str, Any]:
        return {"customer": self.row.customer} if self.row.customer else {}

    def perform(self, form: Any) -> Any:
        said = dict(form.cleaned_data)
        customer, password = said.pop("customer"), said.pop("password")
        return services.check_identity(
            actor=self.actor, customer=customer, password=password, claims=said, call=self.row
        )

    def message(self, result: Any) -> Any:
        return _("核实通过，30 分钟内有效。") if result.passed else _("核实未通过，不能办理。")

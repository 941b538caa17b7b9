"""来访: the queue at the counter, who is called next, where visitors are sent (CHN-20)."""

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
from zhize.domains.channels.kinds import Evidence, Purpose
from zhize.domains.channels.models import Visitor
from zhize.domains.channels.selectors import desk
from zhize.domains.channels.web.calls import case_link
from zhize.domains.channels.web.fields import ActorForm, CustomerField, PersonField, UnitField
from zhize.kernel import access, history
from zhize.kernel.flow import OPEN
from zhize.lib import clock
from zhize.ui import columns, widgets
from zhize.ui.forms import Section

# What a visitor shows or says; the service password belongs to the phone.
SHOWN = [(code, label) for code, label in Evidence.choices if code != Evidence.PASSWORD]


class ReceiveForm(ActorForm):
    """Who stands there and why; the rest may follow while he waits."""

    sections = (
        Section("", ("customer", "name", "phone", "purpose", "wish")),
        Section(_("更多"), ("party", "evidence", "to_unit", "to_person", "window"), folded=True),
    )
    name = forms.CharField(label=_("姓名"), max_length=60)
    phone = forms.CharField(label=_("电话"), required=False, max_length=40)
    purpose = forms.ChoiceField(label=_("事由"), choices=Purpose.choices)
    party = forms.IntegerField(label=_("人数"), min_value=1, max_value=500, required=False)
    wish = forms.CharField(label=_("要办的事"), required=False, max_length=200)
    customer = CustomerField(required=False)
    evidence = forms.MultipleChoiceField(
        label=_("已核对资料"), choices=SHOWN, required=False, widget=widgets.Combobox(multiple=True)
    )
    to_unit = UnitField(label=_("去往部门"), required=False)
    to_person = PersonField(label=_("去见"), required=False)
    window = forms.CharField(label=_("窗口"), required=False, max_length=30)


class SendForm(ActorForm):
    to_unit = UnitField(label=_("去往部门"), required=False)
    to_person = PersonField(label=_("去见"), required=False)
    window = forms.CharField(label=_("窗口"), required=False, max_length=30)
    evidence = forms.MultipleChoiceField(
        label=_("又核对了"), choices=SHOWN, required=False, widget=widgets.Combobox(multiple=True)
    )


class ServeForm(ActorForm):
    result = forms.CharField(label=_("办理结果"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


def _evidence(row: Visitor) -> list[Any]:
    return [Evidence(code).label for code in row.evidence]


def _sent(row: Visitor) -> str:
    return " · ".join(str(part) for part in (row.to_unit, row.to_person, row.window) if part)


class VisitorFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("purpose", "came_at")
    q = ui.filters.Search(fields=("name", "phone", "number", "wish"))
    purpose = ui.filters.Choice(label=_("事由"), choices=Purpose.choices)
    came_at = ui.filters.Period(label=_("来访日期"))


class VisitorList(ui.ListPage):
    """Who waits and who was here."""

    capability = caps.VISITOR_VIEW
    title = _("来访排队")
    filters = VisitorFilters
    columns: ClassVar[Any] = (
        columns.Link(
            "number",
            _("排队号"),
            value=lambda row: f"{row.short_number} {row.name}",
            url="channels:visitor",
            second=lambda row: row.wish,
            sort="pk",
        ),
        columns.State("state_label", _("状态"), sort="state"),
        columns.Text("purpose", _("事由"), value="get_purpose_display", sort="purpose"),
        columns.Tags("evidence", _("已核对资料"), value=_evidence),
        columns.Text("sent", _("去往"), value=_sent),
        columns.When("came_at", _("来访时间"), sort="came_at"),
        columns.Number("party", _("人数"), hidden=True),
        columns.Person("received_by", _("接待人"), hidden=True),
        columns.Html("case", _("工单"), value=case_link, css="num col-nowrap"),
        columns.Text("result", _("办理结果"), hidden=True),
    )
    chips = (
        ui.Chip("queue", _("排队中"), lambda page: Q(category__in=OPEN), tone="amber"),
        ui.Chip("waiting", _("等候中"), lambda page: Q(state="waiting")),
        ui.Chip("called", _("办理中"), lambda page: Q(state="called")),
        ui.Chip("day", _("近 24 小时"), lambda page: Q(came_at__gte=clock.now() - timedelta(hours=24))),
    )
    export = caps.VISITOR_VIEW
    default_chip = "queue"
    default_sort = "number"
    search_hint = _("姓名、电话或排队号")
    empty = ui.Empty(_("还没有来访"), _("登记来访以后按号排在这里。"), "walk")

    def rows(self) -> QuerySet[Visitor]:
        return desk.visitors(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.VISITOR_RECEIVE):
            return []
        return [
            ui.Act(
                _("叫下一位"), reverse("channels:visitor_next"), icon="speakerphone", method="post", key="x"
            ),
            ui.Act(
                _("登记来访"),
                reverse("channels:visitor_new"),
                icon="plus",
                drawer=True,
                primary=True,
                key="n",
            ),
        ]

    def row_acts(self, row: Any) -> list[ui.Act]:
        if row.category not in OPEN or not self.actor.may(caps.VISITOR_RECEIVE):
            return []
        acts = []
        if row.state == "waiting":
            acts.append(ui.Act(_("叫号"), reverse("channels:visitor_call", args=[row.pk]), method="post"))
        else:
            acts.append(ui.Act(_("办结"), reverse("channels:visitor_serve", args=[row.pk]), drawer=True))
        if row.case_id is None and self.actor.may("case.open"):
            acts.append(ui.Act(_("受理"), f"{reverse('channels:intake')}?visitor={row.pk}"))
        acts.append(ui.Act(_("转往"), reverse("channels:visitor_send", args=[row.pk]), drawer=True))
        return acts


@ui.page(capability=caps.VISITOR_VIEW)
def visitor(request: HttpRequest, pk: int) -> HttpResponse:
    """One visitor: purpose, what was checked, where sent, what came of it."""
    row = access.fetch(request.actor, Visitor, pk)
    context = {
        "title": str(row),
        "visitor": row,
        "evidence": _evidence(row),
        "sent": _sent(row),
        "may_receive": row.category in OPEN and access.allowed(request.actor, caps.VISITOR_RECEIVE, row),
        "may_open": request.actor.may("case.open"),
        "entries": history.timeline(row)[:100],
        "crumbs": [(_("来访排队"), reverse("channels:visitors")), (row.short_number, "")],
    }
    return ui.render(request, "channels/visitor.html", context)


@ui.page(capability=caps.VISITOR_RECEIVE, methods=("POST",))
def call_next(request: HttpRequest) -> HttpResponse:
    """Call whoever waits longest at this actor's desk."""
    unit = access.unit_of(request.actor)
    waiting = desk.next_in_queue(request.actor, unit) if unit is not None else None
    if waiting is None:
        return ui.done(request, _("没有人在等候。"), to=reverse("channels:visitors"))
    return _call(request, waiting)


@ui.page(capability=caps.VISITOR_RECEIVE, methods=("POST",))
def call_one(request: HttpRequest, pk: int) -> HttpResponse:
    return _call(request, access.fetch(request.actor, Visitor, pk, caps.VISITOR_RECEIVE))


def _call(request: HttpRequest, row: Visitor) -> HttpResponse:
    services.call_visitor(actor=request.actor, visitor=row)
    said = _("请 %(number)s 号 %(name)s。") % {"number": row.short_number, "name": row.name}
    return ui.done(request, said, to=reverse("channels:visitors"))


@ui.page(capability=caps.VISITOR_RECEIVE, methods=("POST",))
def left(request: HttpRequest, pk: int) -> HttpResponse:
    """Went without being served."""
    row = access.fetch(request.actor, Visitor, pk, caps.VISITOR_RECEIVE)
    services.visitor_left(actor=request.actor, visitor=row)
    return ui.done(request, _("已记为离开。"), to=reverse("channels:visitors"))


class Receive(ui.FormPage):
    capability = caps.VISITOR_RECEIVE
    form_class = ReceiveForm
    title = _("登记来访")
    submit = _("登记并取号")
    size = "wide"

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def perform(self, form: Any) -> Visitor:
        said = form.cleaned_data
        return services.receive_visitor(actor=self.actor, **{**said, "party": said["party"] or 1})

    def message(self, result: Visitor) -> Any:
        return _("%(name)s 的排队号是 %(number)s。") % {"name": result.name, "number": result.short_number}

    def success_url(self, result: Any) -> str:
        return reverse("channels:visitors")


class VisitorAct(ui.FormPage):
    capability = caps.VISITOR_RECEIVE

    def fetch(self) -> Visitor:
        return access.fetch(self.actor, Visitor, self.kwargs["pk"], caps.VISITOR_RECEIVE)

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def success_url(self, result: Any) -> str:
        return reverse("channels:visitor", args=[self.row.pk])


class Send(VisitorAct):
    form_class = SendForm
    title = _("转往")
    submit = _("转往")
    done_message = _("已记下去往。")

    def initial(self) -> dict[str, Any]:
        return {"to_unit": self.row.to_unit, "to_person": self.row.to_person, "window": self.row.window}

    def perform(self, form: Any) -> Any:
        return services.send_visitor(actor=self.actor, visitor=self.row, **form.cleaned_data)


class Serve(VisitorAct):
    form_class = ServeForm
    title = _("办结来访")
    submit = _("办结")
    done_message = _("已办结。")

    def perform(self, form: Any) -> Any:
        return services.serve_visitor(actor=self.actor, visitor=self.row, **form.cleaned_data)

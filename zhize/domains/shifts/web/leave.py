"""Leave: one's own, what is to be decided, the month of the unit, one request with what falls due meanwhile."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.shifts import authority, selectors, services, wording
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts.filters import LeaveFilter
from zhize.domains.shifts.models import Leave, LeaveRule
from zhize.domains.shifts.web import forms
from zhize.kernel import access, flow, history
from zhize.kernel.db import Refused
from zhize.kernel.org.models import Unit
from zhize.lib import clock
from zhize.ui import columns, words

# Years before and after this one that the month page shows.
FAR = 20


class LeaveListFilter(ui.Filters, LeaveFilter):
    first: ClassVar[tuple[str, ...]] = ("person", "state")


def _chip(code: str, label: Any, tone: str = "") -> ui.Chip:
    return ui.Chip(code, label, lambda page: selectors.chips(page.actor)[code], tone=tone)


def _decider(row: Leave) -> str:
    found = row.decided_by or row.decider or row.decider_position
    return str(found) if found is not None else str(_("没有人能审批"))


class LeaveList(ui.ListPage):
    """Who asked for leave from when to when, and who decides or decided."""

    capability = caps.LEAVE_VIEW
    title = pgettext_lazy("list", "请假")
    filters = LeaveListFilter
    columns = (
        columns.Link(
            "person", _("请假人"), value="person", url="shifts:leave", sort="person__name",
            second=lambda row: str(row.position),
        ),
        columns.Text("kind", _("种类"), value="get_kind_display"),
        columns.Text("span", _("时间"), value=wording.span, sort="from_on", css="col-nowrap"),
        columns.Number("days", _("工作日"), sort="days", digits=1),
        columns.State("state_label", _("状态"), sort="state"),
        columns.Text("decider", _("审批人"), value=_decider),
        columns.Person("deputy", _("代办人")),
        columns.When("asked_at", _("申请时间"), sort="asked_at", hidden=True),
        columns.Text("remark", _("审批意见"), hidden=True),
    )  # fmt: skip
    chips = (
        _chip("decide", _("待我审批"), "amber"),
        _chip("mine", _("我的请假")),
        _chip("deputy", _("由我代办")),
        _chip("away", _("正在休假")),
        _chip("ahead", _("即将休假")),
        _chip("nobody", _("没有人能审批"), "red"),
    )
    export = caps.LEAVE_VIEW
    default_sort = "-from_on"
    empty = ui.Empty(_("没有请假"), _("申请请假后，审批进度和休假安排会列在这里。"), "calendar-off")

    def rows(self) -> QuerySet[Leave]:
        return selectors.visible(self.actor)

    def acts(self) -> list[ui.Act]:
        found = [ui.Act(_("按月看"), reverse("shifts:leave_month"), icon="calendar-stats")]
        if self.actor.may(caps.LEAVE_RULE):
            found.append(ui.Act(_("审批天数"), reverse("shifts:leave_rule"), icon="settings", drawer=True))
        if self.actor.may(caps.LEAVE_REQUEST):
            found.append(
                ui.Act(_("申请请假"), reverse("shifts:ask"), icon="plus", drawer=True, primary=True, key="n")
            )
        return found


class Ask(ui.FormPage):
    """Ask for leave for oneself; the form says who will decide."""

    capability = caps.LEAVE_REQUEST
    form_class, title, submit = forms.AskForm, _("申请请假"), _("提交")
    drafts = True

    def form_kwargs(self) -> dict[str, Any]:
        return {"people": selectors.proposed(self.actor)}

    def initial(self) -> dict[str, Any]:
        unit = access.unit_of(self.actor)
        today = clock.today(unit.timezone) if unit is not None else clock.today()
        return {"from_on": today, "to_on": today}

    def perform(self, form: Any) -> Leave:
        return services.ask(actor=self.actor, **form.cleaned_data)

    def fetch(self) -> None:
        self.intro = selectors.who_decides(self.actor)

    def message(self, result: Leave) -> Any:
        if result.decider_position is None:
            return _("已提交，但现在没有人能审批，请联系上级。")
        named = {"days": wording.days(result), "who": result.decider or result.decider_position}
        return _("已提交：%(days)s 个工作日，由%(who)s审批。") % named

    def success_url(self, result: Leave) -> str:
        return reverse("shifts:leave", args=[result.pk])


@ui.page(capability=caps.LEAVE_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what is asked, who decides, what falls due meanwhile and to whom, its history."""
    access.fetch(request.actor, Leave, pk)
    row = selectors.visible(request.actor).get(pk=pk)
    context = {
        "title": words.in_language(_("%(who)s的请假") % {"who": row.person}),
        "leave": row,
        "span": wording.span(row),
        "days": wording.days(row),
        "decider": _decider(row),
        "offers": flow.offers(row, request.actor),
        "base": reverse("shifts:leave", args=[pk]) + "verbs/",
        "due": selectors.due_meanwhile(row) if row.is_open else [],
        "nobody": row.state == "asked" and row.decider_position is None,
        "uncovered": row.is_open and selectors.uncovered(row),
        "entries": history.timeline(row)[:50],
        "crumbs": [(pgettext_lazy("list", "请假"), reverse("shifts:leaves")), (str(row), "")],
    }
    return ui.render(request, "shifts/leave.html", context)


class LeaveAct(ui.FormPage):
    """Base of the acts on one request."""

    row: Leave
    capability: ClassVar[Any] = caps.LEAVE_DECIDE

    def fetch(self) -> Leave:
        access.fetch(self.actor, Leave, self.kwargs["pk"], self.capability)
        row: Leave = selectors.visible(self.actor).get(pk=self.kwargs["pk"])
        said = wording.span(row)
        kind = wording.kind(row)
        self.intro = words.in_language(
            _("%(who)s：%(kind)s %(days)s 天，%(span)s。")
            % {
                "who": row.person,
                "kind": words.in_language(kind),
                "days": wording.days(row),
                "span": words.in_language(said),
            }
        )
        return row

    def success_url(self, result: Any) -> str:
        return reverse("shifts:leave", args=[self.row.pk])


class Approve(LeaveAct):
    form_class, title, submit = forms.ApproveForm, _("批准请假"), _("批准请假")
    done_message = _("已批准。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"people": selectors.near(self.row.unit).exclude(pk=self.row.person_id)}

    def initial(self) -> dict[str, Any]:
        return {"deputy": self.row.deputy_id}

    def perform(self, form: Any) -> Leave:
        return services.approve(actor=self.actor, leave=self.row, **form.cleaned_data)


class Refuse(LeaveAct):
    form_class, title, submit, danger = forms.RefuseForm, _("不批准请假"), _("不批准"), True
    done_message = _("已答复。")

    def perform(self, form: Any) -> Leave:
        return services.refuse(actor=self.actor, leave=self.row, **form.cleaned_data)


class Withdraw(LeaveAct):
    capability = caps.LEAVE_REQUEST
    form_class, title, submit = forms.NoteForm, _("撤回申请"), _("撤回")
    done_message = _("已撤回。")

    def perform(self, form: Any) -> Leave:
        return services.withdraw(actor=self.actor, leave=self.row, **form.cleaned_data)


class Cancel(LeaveAct):
    capability = caps.LEAVE_REQUEST
    form_class, title, submit, danger = forms.NoteForm, _("取消休假"), _("取消休假"), True
    done_message = _("已取消，不用再代办。")

    def perform(self, form: Any) -> Leave:
        return services.cancel(actor=self.actor, leave=self.row, **form.cleaned_data)


class Back(LeaveAct):
    capability = caps.LEAVE_REQUEST
    form_class, title, submit = forms.NoteForm, _("提前销假"), _("提前销假")
    done_message = _("欢迎回来，代办到此为止。")

    def perform(self, form: Any) -> Leave:
        return services.come_back(actor=self.actor, leave=self.row, **form.cleaned_data)


class Rule(ui.FormPage):
    """How many days the first superior may grant in the own unit, and within how many working days (D6)."""

    capability = caps.LEAVE_RULE
    form_class, title = forms.RuleForm, _("请假审批天数")
    done_message = _("已保存，以后的申请按新的天数。")

    def fetch(self) -> None:
        rule, unit = self._rule(), access.unit_of(self.actor)
        own = _("%(unit)s自己的设定。") if rule.unit == unit else _("现在沿用%(unit)s的设定。")
        self.intro = words.in_language(own % {"unit": rule.unit} if rule.pk else _("现在用默认值。"))

    def _rule(self) -> LeaveRule:
        unit = access.unit_of(self.actor)
        if unit is None:
            raise Refused
        return authority.rule_of(unit)

    def initial(self) -> dict[str, Any]:
        rule = self._rule()
        return {"days": rule.days, "inclusive": rule.inclusive, "within": rule.within}

    def perform(self, form: Any) -> LeaveRule:
        unit = access.unit_of(self.actor)
        if unit is None:
            raise Refused
        return services.set_rule(actor=self.actor, unit=unit, **form.cleaned_data)

    def success_url(self, result: LeaveRule) -> str:
        return reverse("shifts:leaves")


@ui.page(capability=caps.LEAVE_VIEW, methods=("GET",))
def month(request: HttpRequest) -> HttpResponse:
    """Who of the own unit is away on which day."""
    unit = access.unit_of(request.actor)
    if unit is None:
        raise Refused
    first = _first(request.GET.get("month", ""), unit)
    context = {
        "title": _("休假安排"),
        "unit": unit,
        "month": selectors.month(request.actor, unit, first),
        "today": clock.today(unit.timezone),
        "wide": True,
        "crumbs": [(pgettext_lazy("list", "请假"), reverse("shifts:leaves")), (_("休假安排"), "")],
    }
    return ui.render(request, "shifts/month.html", context)


def _first(said: str, unit: Unit) -> date:
    """The first day of the month that was asked for ("2026-03"), or of this one in the unit."""
    today = clock.today(unit.timezone)
    try:
        asked = date.fromisoformat(f"{said}-01")
    except ValueError:
        return today.replace(day=1)
    return asked if abs(asked.year - today.year) <= FAR else today.replace(day=1)

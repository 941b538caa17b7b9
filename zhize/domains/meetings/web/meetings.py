"""Meetings: list, one meeting with its minutes and decisions, and what can be done with it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.meetings import capabilities as caps
from zhize.domains.meetings import selectors, services
from zhize.domains.meetings.models import Decision, Meeting, MeetingKind
from zhize.domains.meetings.web import forms
from zhize.kernel import access, calendars, flow, history
from zhize.lib import clock


class MeetingFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("kind", "starts_at")
    q = ui.filters.Search(fields=("number", "title", "minutes"))
    kind = ui.filters.Choice(label=_("种类"), choices=MeetingKind.choices)
    starts_at = ui.filters.Period(label=_("日期"))


class MeetingList(ui.ListPage):
    """Meetings 会议, the next and the latest first."""

    capability = caps.VIEW
    title = _("会议")
    filters = MeetingFilters
    search_hint = _("编号、主题或记录里的字")
    columns = (
        ui.columns.Link("title", _("主题"), url="meetings:meeting", second="number", sort=True),
        ui.columns.Text("kind", _("种类"), value="get_kind_display", sort="kind"),
        ui.columns.When("starts_at", _("时间"), sort=True),
        ui.columns.State("state_label", _("状态"), sort="state"),
        ui.columns.Person("chair", _("主持人")),
        ui.columns.Number("open_actions", _("未完成事项")),
        ui.columns.Text("unit", _("单位"), hidden=True),
        ui.columns.Text("place", _("地点"), hidden=True),
    )
    chips = (
        ui.Chip("planned", _("未定稿"), lambda page: Q(state="planned")),
        ui.Chip("unwritten", _("开过没有记录"), lambda page: Q(state="planned", starts_at__lt=clock.now(), minutes=""), tone="amber"),
        ui.Chip("closed", _("已定稿"), lambda page: Q(state="closed")),
    )  # fmt: skip
    export = caps.VIEW
    default_sort = "-starts_at"
    empty = ui.Empty(_("还没有会议"), _("例会、专题会的记录和决议写在这里，决议会成为任务。"), "users-group")

    def rows(self) -> QuerySet[Meeting]:
        return selectors.meetings(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.HOLD):
            return []
        return [
            ui.Act(_("召集会议"), reverse("meetings:call"), icon="plus", drawer=True, primary=True, key="n")
        ]


@ui.page(capability=caps.VIEW)
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: what is still open from the last ones, who came, the minutes, what was decided."""
    row = selectors.with_people(access.fetch(request.actor, Meeting, pk))
    values = {
        "title": row.title,
        "meeting": row,
        "carried": selectors.carried_over(row)[:50],
        "offers": flow.offers(row, request.actor),
        "may_write": row.is_open and access.allowed(request.actor, caps.HOLD, row),
        "base": reverse("meetings:meeting", args=[pk]) + "verbs/",
        "entries": history.timeline(row)[:50],
        "crumbs": [(_("会议"), reverse("meetings:meetings")), (row.number, "")],
    }
    return ui.render(request, "meetings/meeting.html", values)


class Call(ui.FormPage):
    capability = caps.HOLD
    form_class, title, submit = forms.CallForm, _("召集会议"), _("召集")
    done_message = _("已召集，参加人会收到通知。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        home = access.unit_of(self.actor)
        said = {"unit": home.pk if home else None, "chair": self.actor.person_id}
        return said | ({"starts_at": calendars.next_day_start(home)} if home else {})

    def perform(self, form: Any) -> Meeting:
        return services.call(actor=self.actor, **form.cleaned_data)

    def success_url(self, result: Meeting) -> str:
        return reverse("meetings:meeting", args=[result.pk])

    def leave(self, result: Meeting) -> bool:
        return True


class MeetingAct(ui.FormPage):
    """Base of what is done with one meeting."""

    capability = caps.HOLD
    row: Meeting
    done_message = _("已保存。")

    def fetch(self) -> Meeting:
        return selectors.with_people(access.fetch(self.actor, Meeting, self.kwargs["pk"], caps.HOLD))

    def form_kwargs(self) -> dict[str, Any]:
        return {"meeting": self.row}

    def success_url(self, result: Any) -> str:
        return reverse("meetings:meeting", args=[self.row.pk])


class Change(MeetingAct):
    form_class, title, submit = forms.ChangeForm, _("修改会议"), _("保存")
    shared = True

    def initial(self) -> dict[str, Any]:
        row = self.row
        return {
            "title": row.title, "starts_at": row.starts_at, "place": row.place, "agenda": row.agenda,
            "chair": row.chair_id, "keeper": row.keeper_id,
        }  # fmt: skip

    def perform(self, form: Any) -> Meeting:
        return services.change(actor=self.actor, meeting=self.row, **form.cleaned_data)


class Minutes(MeetingAct):
    form_class, title, submit = forms.MinutesForm, _("写会议记录"), _("保存")
    shared = True

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    def initial(self) -> dict[str, Any]:
        return {"minutes": self.row.minutes}

    def perform(self, form: Any) -> Meeting:
        return services.write(actor=self.actor, meeting=self.row, **form.cleaned_data)


class Presences(MeetingAct):
    form_class, title, submit = forms.PresenceForm, _("到会情况"), _("保存")

    def perform(self, form: Any) -> Meeting:
        return services.mark(actor=self.actor, meeting=self.row, presence=form.presence())


class Decide(MeetingAct):
    form_class, title, submit = forms.DecisionForm, _("记一条决议"), _("记下")

    def initial(self) -> dict[str, Any]:
        return {"due_at": calendars.next_day_end(self.row.unit)}

    def perform(self, form: Any) -> Decision:
        return services.decide(actor=self.actor, meeting=self.row, **form.cleaned_data)


class Strike(MeetingAct):
    form_class, title, submit = ui.Form, _("删去决议"), _("删去")
    danger = True
    done_message = _("已删去。")

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    def decision(self) -> Decision:
        return access.fetch(self.actor, Decision, self.kwargs["decision"])

    def context(self) -> dict[str, Any]:
        return {"intro": self.decision().text}

    def perform(self, form: Any) -> None:
        services.strike(actor=self.actor, decision=self.decision())


class Close(MeetingAct):
    form_class, title, submit = forms.CloseForm, _("定稿"), _("定稿并交办")
    done_message = _("已定稿，决议事项已交办。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "meeting": self.row}

    def perform(self, form: Any) -> Meeting:
        return services.close(actor=self.actor, meeting=self.row, **form.cleaned_data)


class Cancel(MeetingAct):
    form_class, title, submit = forms.ReasonForm, _("取消会议"), _("取消会议")
    danger = True
    done_message = _("已取消。")

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    def perform(self, form: Any) -> Meeting:
        return services.cancel(actor=self.actor, meeting=self.row, **form.cleaned_data)

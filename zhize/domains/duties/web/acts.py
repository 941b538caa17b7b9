"""Acts on an obligation, each a form in the drawer that calls one service."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from zhize import ui
from zhize.domains.duties import papers, selectors, services, tallies
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors.five import five
from zhize.domains.duties.web import forms
from zhize.kernel import access, calendars
from zhize.kernel import forms as kernel_forms

WAITS = _("已交出，等接收人确认。")


class Act(ui.FormPage):
    """Base of the acts: finds the obligation through the door and refreshes what stood behind the drawer."""

    row: Obligation
    capability: ClassVar[str]
    done_message = _("已办理。")
    template = "duties/act.html"

    def fetch(self) -> Obligation:
        return selectors.with_people(access.fetch(self.actor, Obligation, self.kwargs["pk"], self.capability))

    def success_url(self, result: Any) -> str:
        return reverse("duties:detail", args=[self.row.pk])

    def events(self, result: Any) -> tuple[str, ...]:
        return ("obligation-changed",)

    def context(self) -> dict[str, Any]:
        subject = selectors.subject_of(self.actor, self.row).title
        back = selectors.returned([self.row]).get(self.row.pk)
        return {"subject": subject, "five": five(self.row, subject), "returned": back}


class Fulfil(Act):
    capability = "obligation.fulfil"
    form_class = forms.FulfilForm
    title = _("办结")
    submit = _("办结")
    done_message = _("已办结。")
    template = "duties/fulfil.html"

    def form_kwargs(self) -> dict[str, Any]:
        return {"obligation": self.row, "sheets": self._sheets(), "keep": kernel_forms.keeper(self.actor)}

    @property
    def _received(self) -> bool:
        return self.row.acceptor_id is not None or self.row.acceptor_position_id is not None

    def begin(self, request: HttpRequest) -> None:
        """Heading and button say what the act on the obligation said."""
        super().begin(request)
        if self._received:
            self.title = self.submit = _("交出待确认")

    def _sheets(self) -> list[papers.Paper]:
        """For every form that is owed the paper that was chosen, else the first; none when it is on paper (`?paper=`)."""
        chosen = self.request.GET.getlist("paper")
        if "scan" in chosen:
            return []
        return [
            next((one for one in found if one.form.code in chosen), found[0])
            for found in papers.offered(self.row).values()
        ]

    def context(self) -> dict[str, Any]:
        """The other ways to prove it: another paper of the same number, or a picture of the filled-in one."""
        now = {sheet.form.code for sheet in self._sheets()}
        others = [
            {"url": f"?paper={one.form.code}", "label": one.label, "icon": "file-text"}
            for found in papers.offered(self.row).values()
            for one in found
            if one.form.code not in now
        ]
        if now:
            others.append(
                {"url": "?paper=scan", "label": _("已填好纸质表单，拍照或扫描上传"), "icon": "camera"}
            )
        tally = tallies.missing(self.row)
        counted = (
            {"url": tally.page(self.row, self.actor), "label": tally.label} if tally is not None else None
        )
        return {**super().context(), "other_ways": others, "counted": counted}

    def message(self, result: Obligation) -> Any:
        if result.state == "submitted":
            return WAITS
        return self.done_message if result.state == "done" else _("已登记进度。")

    def perform(self, form: Any) -> Obligation:
        return services.hand_in(actor=self.actor, obligation=self.row, **form.cleaned_data)


@ui.page(capability="obligation.fulfil", methods=("POST",))
def count_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One more of n, from the list."""
    row = access.fetch(request.actor, Obligation, pk, "obligation.fulfil")
    row = services.hand_in(actor=request.actor, obligation=row, count=1)
    if row.state == "submitted":
        return ui.done(request, WAITS)
    said = _("已登记 %(progress)d/%(quota)d。") if row.state == "open" else _("全部完成，已办结。")
    numbers = {"progress": row.progress, "quota": row.quota}
    return ui.done(request, said % numbers)


class Accept(Act):
    capability = "obligation.accept"
    form_class = forms.NoteForm
    title = _("确认")
    submit = _("确认")
    done_message = _("已确认。")

    def perform(self, form: Any) -> Obligation:
        return services.accept(actor=self.actor, obligation=self.row, **form.cleaned_data)


class GiveBack(Act):
    capability = "obligation.accept"
    form_class = forms.GiveBackForm
    title = _("退回")
    submit = _("退回")
    done_message = _("已退回。")

    def perform(self, form: Any) -> Obligation:
        return services.give_back(actor=self.actor, obligation=self.row, **form.cleaned_data)


class Excuse(Act):
    capability = "obligation.excuse"
    form_class = forms.ReasonForm
    title = _("免办")
    submit = _("批准免办")
    done_message = _("已批准免办。")

    def perform(self, form: Any) -> Obligation:
        return services.excuse(actor=self.actor, obligation=self.row, **form.cleaned_data)


class Explain(Act):
    """Why it was not done in time: said by whoever owed it or by who leads."""

    capability = "obligation.view"
    form_class = forms.ReasonForm
    title = _("说明原因")
    submit = _("记下原因")
    done_message = _("已记下原因。")

    def perform(self, form: Any) -> Obligation:
        return services.explain_failure(actor=self.actor, obligation=self.row, **form.cleaned_data)


class Cancel(Act):
    capability = "obligation.cancel"
    form_class = forms.ReasonForm
    title = _("撤销")
    submit = _("撤销")
    done_message = _("已撤销。")
    danger = True

    def perform(self, form: Any) -> Obligation:
        return services.cancel(actor=self.actor, obligation=self.row, **form.cleaned_data)


class MoveDue(Act):
    capability = "obligation.move"
    form_class = forms.MoveDueForm
    title = _("改期")
    submit = _("改期")
    done_message = _("已改期。")

    def initial(self) -> dict[str, Any]:
        return {"due_at": self.row.due_at or calendars.next_day_end(self.row.unit)}

    def perform(self, form: Any) -> Obligation:
        return services.move_due(actor=self.actor, obligation=self.row, **form.cleaned_data)


class Reassign(Act):
    capability = "obligation.reassign"
    form_class = forms.ReassignForm
    title = _("改派")
    submit = _("改派")
    done_message = _("已改派。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"obligation": self.row}

    def perform(self, form: Any) -> Obligation:
        return services.reassign(actor=self.actor, obligation=self.row, **form.cleaned_data)


class ReportEvent(ui.FormPage):
    """Somebody reports what the product does not see; the duty's clock runs from then (DUT-03)."""

    capability = "obligation.report"
    form_class = forms.EventForm
    title = _("登记事件")
    intro = _("系统看不到的事情在这里登记，相应的职责随即开始计时。")
    submit = _("登记")

    def form_kwargs(self) -> dict[str, Any]:
        return {"duties": selectors.reportable(self.actor)}

    def perform(self, form: Any) -> list[Obligation]:
        said = form.cleaned_data
        return services.report_fact(
            actor=self.actor,
            duty=said["duty"],
            unit=selectors.unit_of_event(self.actor),
            note=said["note"],
            at=said["at"],
            named=said.get("named"),
        )

    def message(self, result: list[Obligation]) -> Any:
        between = pgettext("between items of a list", "、")
        who = between.join(dict.fromkeys(str(row.holder or row.position or row.unit) for row in result))
        return _("已登记 %(n)d 件，由%(who)s办理。") % {"n": len(result), "who": who}

    def success_url(self, result: list[Obligation]) -> str:
        return reverse("duties:detail", args=[result[0].pk])


class AssignTask(ui.FormPage):
    """A superior gives somebody a task 领导交办 (DUT-11)."""

    capability = "obligation.assign"
    form_class = forms.TaskForm
    title = _("交办任务")
    submit = _("交办")
    done_message = _("已交办。")

    def initial(self) -> dict[str, Any]:
        unit = access.unit_of(self.actor)
        return {"due_at": calendars.next_day_end(unit)} if unit is not None else {}

    def form_kwargs(self) -> dict[str, Any]:
        return {"people": selectors.people_to_task(self.actor)}

    def perform(self, form: Any) -> Obligation:
        unit = selectors.unit_of_task(self.actor, form.cleaned_data["holder"])
        return services.assign_task(actor=self.actor, unit=unit, **form.cleaned_data)

    def success_url(self, result: Obligation) -> str:
        return reverse("duties:detail", args=[result.pk])

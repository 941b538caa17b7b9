"""Acts on a case, each a form in the drawer that calls one service."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.cases import services
from zhize.domains.cases.models import Case, PaperKind
from zhize.domains.cases.selectors import details
from zhize.domains.cases.web import forms
from zhize.kernel import calendars


class CaseAct(ui.FormPage):
    """Base of the acts: finds the case by its number through the door, and goes back to it."""

    wants_case = False
    done_message = _("已办理。")

    def fetch(self) -> Case:
        return details.by_number(self.actor, self.kwargs["number"], str(self.capability))

    def form_kwargs(self) -> dict[str, Any]:
        return {"case": self.row} if self.wants_case else {}

    def success_url(self, result: Any) -> str:
        return reverse("cases:detail", args=[self.row.number])


class MoveCase(CaseAct):
    """A move of the lifecycle, asked for what it needs."""

    capability = "case.view"
    form_class = forms.MoveForm
    drafts = True

    def begin(self, request: HttpRequest) -> None:
        super().begin(request)
        self.move = self.move_of(self.kwargs["verb"])
        self.title = self.submit = self.move.label

    def draft_key(self) -> str:
        return f"{super().draft_key()}:{self.move.verb}"

    def form_kwargs(self) -> dict[str, Any]:
        return {"case": self.row, "move": self.move}

    def perform(self, form: Any) -> Any:
        data = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
        note = data.pop("note", "")
        return services.act(actor=self.actor, case=self.row, verb=self.move.verb, data=data, note=note)


class Assign(CaseAct):
    capability = "case.dispatch"
    form_class = forms.AssignForm
    wants_case = True
    title = _("派单")
    submit = _("派出")
    done_message = _("已派出。")
    template = "cases/assign.html"

    def context(self) -> dict[str, Any]:
        return {"route": services.route(self.row)}

    def perform(self, form: Any) -> Any:
        return services.assign(actor=self.actor, case=self.row, **form.cleaned_data)


class Incoming(CaseAct):
    capability = "case.reply"
    form_class = forms.IncomingForm
    title = _("客户来电补充")

    def perform(self, form: Any) -> Any:
        return services.receive(actor=self.actor, case=self.row, **form.cleaned_data)


class Inform(CaseAct):
    capability = "case.reply"
    form_class = forms.InformForm
    title = _("已把结果告知客户")

    def perform(self, form: Any) -> Any:
        return services.inform(actor=self.actor, case=self.row, **form.cleaned_data)


class Urge(CaseAct):
    capability = "case.urge"
    form_class = forms.NoteForm
    title = _("催办")
    submit = _("催办")
    done_message = _("已催办，处理人会收到通知。")

    def perform(self, form: Any) -> Any:
        return services.urge(actor=self.actor, case=self.row, **form.cleaned_data)


class Consult(CaseAct):
    capability = "case.note"
    form_class = forms.ConsultForm
    title = _("请示上级")
    submit = _("请示")
    done_message = _("已请示，上级会收到通知。")

    def perform(self, form: Any) -> Any:
        return services.consult(actor=self.actor, case=self.row, **form.cleaned_data)


class Audit(CaseAct):
    capability = "case.audit"
    form_class = forms.AuditForm
    title = _("审核答复")
    submit = _("提交审核意见")

    def perform(self, form: Any) -> Any:
        return services.audit(actor=self.actor, case=self.row, **form.cleaned_data)


class MakePromise(CaseAct):
    capability = "case.reply"
    form_class = forms.PromiseForm
    title = _("向客户承诺")
    submit = _("登记承诺")

    def initial(self) -> dict[str, Any]:
        return {"due_at": calendars.next_day_end(self.row.unit)}

    def perform(self, form: Any) -> Any:
        return services.promise(actor=self.actor, case=self.row, **form.cleaned_data)


class MakeMajor(CaseAct):
    capability = "case.escalate"
    form_class = forms.MajorForm
    title = _("登记为重大投诉")
    submit = _("登记并通知")
    danger = True

    def perform(self, form: Any) -> Any:
        return services.make_major(actor=self.actor, case=self.row, **form.cleaned_data)


class Propose(CaseAct):
    capability = "case.escalate"
    form_class = forms.ProposalForm
    title = _("提交处理建议")

    def perform(self, form: Any) -> Any:
        return services.propose(actor=self.actor, report=self.row.major, **form.cleaned_data)


class Decide(CaseAct):
    capability = "case.decide_major"
    form_class = forms.DecisionForm
    title = _("批示")

    def perform(self, form: Any) -> Any:
        return services.decide(actor=self.actor, report=self.row.major, **form.cleaned_data)


class Edit(CaseAct):
    capability = "case.edit"
    form_class = forms.EditForm
    title = _("修改工单内容")
    shared = True

    def form_kwargs(self) -> dict[str, Any]:
        return {"case": self.row, "actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {
            name: getattr(self.row, name) for name in forms.EditForm.base_fields if hasattr(self.row, name)
        }

    def make_form(self, **arguments: Any) -> Any:
        # What was there decides what is changed, also to nothing.
        return super().make_form(**{"initial": self.initial(), **arguments})

    def perform(self, form: Any) -> Any:
        return services.edit(actor=self.actor, case=self.row, **_edited(form))


class Verify(Edit):
    """Tidy and verify in one act, so that nothing is dispatched as the customer happened to write it (CHN-05)."""

    capability = "case.verify"
    form_class = forms.VerifyForm
    title = _("核实")
    intro = _("核对房号、客户和分类，改好以后点“核实”，工单随即派出。")
    submit = _("核实")
    done_message = _("已核实，工单已派出。")

    def perform(self, form: Any) -> Any:
        return services.verify(actor=self.actor, case=self.row, **_edited(form))


def _edited(form: Any) -> dict[str, Any]:
    """What was changed, and the note."""
    changed = {name: form.cleaned_data[name] for name in form.changed_data}
    return {**changed, "note": form.cleaned_data["note"]}


class Tags(CaseAct):
    capability = "case.edit"
    form_class = forms.TagForm
    title = _("标签")

    def initial(self) -> dict[str, Any]:
        return {"tags": self.row.tags}

    def perform(self, form: Any) -> Any:
        wanted = form.cleaned_data["tags"]
        return services.tag(
            actor=self.actor,
            case=self.row,
            add=wanted,
            remove=[code for code in self.row.tags if code not in wanted],
        )


class Merge(CaseAct):
    capability = "case.merge"
    form_class = forms.MergeForm
    wants_case = True
    title = _("并入另一件工单")
    intro = _("对话会并过去，这一件随之结束。")
    submit = _("并入")
    danger = True

    def perform(self, form: Any) -> Any:
        into = details.by_number(self.actor, form.cleaned_data["number"].strip(), "case.merge")
        return services.merge(actor=self.actor, case=self.row, into=into, note=form.cleaned_data["note"])

    def success_url(self, result: Any) -> str:
        return reverse("cases:detail", args=[result.number if result else self.row.number])

    def leave(self, result: Any) -> bool:
        return True


class Link(CaseAct):
    capability = "case.merge"
    form_class = forms.OtherCaseForm
    wants_case = True
    title = _("关联另一件工单")
    submit = _("关联")

    def perform(self, form: Any) -> Any:
        other = details.by_number(self.actor, form.cleaned_data["number"].strip())
        return services.link(actor=self.actor, case=self.row, other=other, note=form.cleaned_data["note"])


class PutUnder(CaseAct):
    """The case is part of a larger one, which is not closed before it."""

    capability = "case.merge"
    form_class = forms.ParentForm
    wants_case = True
    title = _("归入上级工单")
    submit = _("归入")

    def initial(self) -> dict[str, Any]:
        return {"number": self.row.parent.number if self.row.parent else ""}

    def perform(self, form: Any) -> Any:
        number = form.cleaned_data["number"].strip()
        parent = details.by_number(self.actor, number) if number else None
        return services.put_under(actor=self.actor, case=self.row, parent=parent)


class Split(CaseAct):
    capability = "case.merge"
    form_class = forms.SplitForm
    title = _("拆分出一件新工单")
    submit = _("拆分")

    def perform(self, form: Any) -> Any:
        return services.split(actor=self.actor, case=self.row, **form.cleaned_data)

    def success_url(self, result: Any) -> str:
        return reverse("cases:detail", args=[result.number])

    def leave(self, result: Any) -> bool:
        return True


class PassOn(CaseAct):
    capability = "case.note"
    form_class = forms.TransferForm
    wants_case = True
    title = _("把意见转给部门")
    submit = _("转办")

    def perform(self, form: Any) -> Any:
        return services.transfer(actor=self.actor, case=self.row, **form.cleaned_data)


class EndAlarm(CaseAct):
    capability = "case.alarm"
    form_class = forms.EndAlarmForm
    title = _("结束警报")

    def perform(self, form: Any) -> Any:
        return services.end_alarm(actor=self.actor, alarm=self.row.alarm, **form.cleaned_data)


class WritePaper(CaseAct):
    """A complaint handling notice or an investigation report."""

    capability = "paper.write"
    form_class = forms.PaperForm
    kind = PaperKind.NOTICE
    submit = _("保存并提交审核")
    done_message = _("已提交审核。")

    def title_text(self) -> Any:
        return PaperKind(self.kind).label

    def form_kwargs(self) -> dict[str, Any]:
        return {"case": self.row, "kind": self.kind}

    def perform(self, form: Any) -> Any:
        paper = services.write_paper(
            actor=self.actor,
            case=self.row,
            kind=self.kind,
            content=form.content(),
            receivers=form.cleaned_data["receivers"],
        )
        return services.submit_paper(actor=self.actor, paper=paper)


class SendWorkSheet(CaseAct):
    capability = "worksheet.send"
    form_class = forms.WorkSheetForm
    wants_case = True
    title = _("请其他部门协办")
    submit = _("发出工作单")
    done_message = _("工作单已发出。")

    def perform(self, form: Any) -> Any:
        return services.send_worksheet(actor=self.actor, case=self.row, **form.cleaned_data)

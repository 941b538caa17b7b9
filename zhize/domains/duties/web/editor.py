"""The duty editor: change what the unit may set, see at once what that does, make a duty of the department's own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import services
from zhize.domains.duties.models import Duty
from zhize.domains.duties.selectors import duty as reads
from zhize.domains.duties.selectors import library, occurrences
from zhize.domains.duties.web import duty_forms, new_duty
from zhize.domains.duties.web.duty_acts import DutyAct
from zhize.kernel import access
from zhize.kernel.db import Invalid
from zhize.lib.text import Text


class EditDuty(DutyAct):
    """Change the period, time, evidence, receiver, weight or ladder; only what has not begun follows (DUT-10)."""

    title, submit = _("修改职责"), _("保存")
    done_message = _("已保存。已经开始的事项不变。")
    template = "duties/library/edit.html"
    size = "wide"
    shared = True
    drafts = False  # what was typed against an older version must not come back

    def make_form(self, **arguments: Any) -> Any:
        return duty_forms.EDITORS[self.row.kind](**arguments, duty=self.row)

    def initial(self) -> dict[str, Any]:
        return duty_forms.initial_of(self.row)

    def perform(self, form: Any) -> Any:
        said = form.cleaned_data
        return services.change_duty(
            actor=self.actor, duty=self.row, reason=said["reason"], version=self.row.version, **form.values()
        )

    def context(self) -> dict[str, Any]:
        duty = self.row
        return {
            "duty": duty,
            "title": f"{_('修改职责')}：{duty}",
            "setting": library.setting(duty),
            "fixed": duty_forms.said_as_fixed(duty),
            "by_table": bool(duty.current is not None and duty.current.rule.get("deadline")),
            "crumbs": [
                (_("职责库"), reverse("duties:library")),
                (str(duty), reverse("duties:duty", args=[duty.pk])),
                (_("修改"), ""),
            ],
            **before_and_after(duty, {}),
            "wide": True,
        }


@ui.page(capability=caps.DUTY_EDIT, methods=("POST",))
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What saving would do: the rule in words, the next times old beside new, what is planned anew and what stays."""
    duty = reads.one(access.fetch(request.actor, Duty, pk, caps.DUTY_EDIT))
    form = duty_forms.EDITORS[duty.kind](data=request.POST, duty=duty)
    form.is_valid()
    wrong = {name: texts for name, texts in form.errors.items() if name not in ("reason", "__all__")}
    values: dict[str, Any] = {"duty": duty}
    if wrong:
        values["wrong"] = [text for texts in wrong.values() for text in texts]
    else:
        try:
            values |= before_and_after(duty, form.values())
        except Invalid as refused:
            values["wrong"] = [text for texts in refused.errors.values() for text in texts]
    return ui.fragment(request, "duties/library/preview.html", values)


def before_and_after(duty: Duty, changed: dict[str, Any]) -> dict[str, Any]:
    """What the preview shows for these values. Raises Invalid for what the unit may not set or nobody can read."""
    now = duty.current
    if now is None:
        return {}
    services.check_points(duty, changed)
    after = changed.get("rule", now.rule)
    names = reads.names_of_positions(
        [
            *reads.codes_in(now.acceptor_code, now.ladder),
            *reads.codes_in(changed.get("acceptor_code", ""), changed.get("ladder") or ()),
        ]
    )
    before = reads.content(now)
    return {
        "changes": reads.differences(duty.kind, before, {**before, **changed}, names),
        "compared": [
            (same[0], len(same), occurrences.side_by_side(old, new, now.rule, after))
            for same, old, new in occurrences.compared(duty, now.rule, after)
        ],
        "effect": occurrences.effect(duty) if changed else None,
    }


class NewDuty(ui.FormPage):
    """A duty of the department's own, usually from a sentence that nothing carries out yet."""

    capability = caps.DUTY_EDIT
    form_class = new_duty.NewDutyForm
    title, submit = _("新职责"), _("建立")
    intro = _("从说明书的条款建立本单位自己的职责；代码由系统给出。")
    done_message = _("已建立。")
    template = "duties/library/new.html"
    size = "wide"

    def begin(self, request: HttpRequest) -> None:
        super().begin(request)
        asked = request.GET.get("clause", "")
        self.clause = library.clause_to_carry_out(self.actor, asked)
        self.position = self.clause.position if self.clause is not None else None
        given = request.POST.get("position") or request.GET.get("position", "")
        if given:
            self.position = library.position_to_edit(self.actor, given) or self.position

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "position": self.position}

    def initial(self) -> dict[str, Any]:
        if self.clause is None:
            return {"position": self.position.pk if self.position is not None else None}
        return {
            "position": self.clause.position_id,
            "clauses": [self.clause.pk],
            "title": self.clause.text[:200],
            "kind": "standing" if self.clause.standing else "recurring",
        }

    def perform(self, form: Any) -> Duty:
        said = form.cleaned_data
        title = Text(said["title"], said["title_en"] or said["title"])
        return services.add_duty(
            actor=self.actor,
            position=said["position"],
            kind=said["kind"],
            title=title,
            rule=form.rule(),
            clauses=list(said["clauses"]),
            texts={name: Text(said[name], said[name]) for name in duty_forms.TEXTS},
            evidence=form.evidence_spec({}),
            acceptor_code=said["acceptor_code"],
            weight=said["weight"],
            ladder=form.ladder([]),
            reason=said["reason"],
        )

    def success_url(self, result: Duty) -> str:
        return reverse("duties:duty", args=[result.pk])

    def leave(self, result: Duty) -> bool:
        return True

    def context(self) -> dict[str, Any]:
        return {
            "clause": self.clause,
            "crumbs": [(_("职责库"), reverse("duties:library")), (_("新职责"), "")],
        }

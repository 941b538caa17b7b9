"""Duties to review after a change of a position sheet (DUT-18): what changed, what carries it out, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import selectors, services
from zhize.domains.duties.models import Duty
from zhize.domains.duties.selectors import Review
from zhize.domains.organisation import capabilities as org_caps
from zhize.domains.organisation.selectors import positions
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.org.models import Clause, Position
from zhize.ui import links

KINDS = {
    "changed": (_("原文改了"), "amber"),
    "removed": (_("已从说明书删去"), "red"),
    "new": (_("还没有职责来落实"), "red"),
}


@dataclass(frozen=True)
class Row:
    """One line of the page with what may be done about it."""

    review: Review
    kind: Any
    tone: str
    duty_url: str
    acts: tuple[ui.Act, ...]


@ui.page(capability=caps.DUTY_VIEW, methods=("GET",))
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What the changes of this position's sheet ask to look at."""
    position = access.fetch(request.actor, Position, pk)
    found = selectors.reviews(position)
    may_sheet = position.active and access.allowed(request.actor, org_caps.SHEET, position)
    values = {
        "title": f"{_('复核职责')} {position}",
        "crumbs": [
            (pgettext_lazy("column", "岗位"), reverse("organisation:positions")),
            (str(position), links.url_of(position)),
            (_("复核职责"), ""),
        ],
        "position": position,
        "rows": [_row(request.actor, review, may_sheet=may_sheet) for review in found],
        "wide": True,
    }
    return ui.render(request, "duties/review.html", values)


def _row(actor: Actor, review: Review, *, may_sheet: bool) -> Row:
    label, tone = KINDS[review.kind]
    url = links.url_of(review.duty) if review.duty is not None else ""
    return Row(review, label, tone, url, tuple(_acts(actor, review, may_sheet=may_sheet)))


def _acts(actor: Actor, review: Review, *, may_sheet: bool) -> list[ui.Act]:
    clause, duty = review.clause, review.duty
    if duty is None:
        mark = reverse("organisation:mark_standing", args=[clause.pk])
        standing = [ui.Act(_("标为常设标准"), mark, icon="square", method="post")] if may_sheet else []
        new = f"{reverse('duties:new_duty')}?clause={clause.pk}"
        make = [ui.Act(_("建立职责"), new, icon="plus")] if actor.may(caps.DUTY_EDIT) else []
        return [*make, *standing]
    if not access.allowed(actor, caps.DUTY_EDIT, duty):
        return []
    route, label = (
        ("duties:release_clause", _("职责照常执行"))
        if review.kind == "removed"
        else ("duties:confirm_clause", _("仍然适用"))
    )
    acts = [ui.Act(label, reverse(route, args=[duty.pk, clause.pk]), icon="check", drawer=True)]
    return [*acts, ui.Act(_("修改职责"), reverse("duties:edit_duty", args=[duty.pk]), icon="edit")]


class NoteForm(ui.Form):
    note = forms.CharField(
        label=_("说明"), required=False, max_length=300, widget=forms.Textarea({"rows": 3})
    )


class Confirm(ui.FormPage):
    """The duty is still right for the changed sentence."""

    capability = caps.DUTY_EDIT
    form_class, title, submit = NoteForm, _("仍然适用"), _("确认")
    done_message = _("已记录：仍然适用。")
    row: Duty

    def fetch(self) -> Duty:
        self.clause = positions.clause_seen(self.actor, self.kwargs["clause"])
        return access.fetch(self.actor, Duty, self.kwargs["pk"], caps.DUTY_EDIT)

    def context(self) -> dict[str, Any]:
        return {"intro": f"{self.row}：{self.clause}"}

    def perform(self, form: Any) -> Any:
        return services.confirm_clause(
            actor=self.actor, duty=self.row, clause=self.clause, **form.cleaned_data
        )

    def success_url(self, result: Any) -> str:
        return reverse("duties:review", args=[self.clause.position_id])

    def leave(self, result: Any) -> bool:
        return True

    clause: Clause


class Release(Confirm):
    """The duty stays without the sentence, which was taken out."""

    title = _("职责照常执行")
    done_message = _("已记录：职责照常执行。")

    def perform(self, form: Any) -> Any:
        return services.release_clause(
            actor=self.actor, duty=self.row, clause=self.clause, **form.cleaned_data
        )

"""The bench: the document at the left, what was read from it at the right, each line to confirm, correct or drop."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.desk.drafting import selectors, services
from zhize.desk.drafting.capabilities import WORK
from zhize.desk.drafting.models import Decision, DraftLine, DraftPosition, JobDraft
from zhize.desk.drafting.web import forms, showing
from zhize.domains.organisation.capabilities import APPOINT
from zhize.kernel import access, history
from zhize.kernel.org.models import Position
from zhize.lib import clock
from zhize.lib.jobtext import DraftDuty

SHOWN = ("all", "open", "unsure")


@ui.page(capability=WORK)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One draft, one of its positions at a time (`?position=`), all lines or only what is open or unsure (`?show=`)."""
    draft = access.fetch(request.actor, JobDraft, pk)
    positions = selectors.positions_of(draft)
    lines = selectors.lines_of(draft)
    chosen = next((row for row in positions if str(row.pk) == request.GET.get("position", "")), positions[0])
    show = request.GET.get("show", "all")
    own = [line for line in lines if line.position_id == chosen.pk]
    values = {
        "title": draft.name,
        "crumbs": [(_("从说明书建岗位"), reverse("drafting:list"))],
        **_state(draft, positions, lines, chosen, show),
        "nothing": draft.applied_at is None and selectors.says_nothing(draft, lines),
        "sources": showing.sources(draft, positions, chosen, own),
        "sections": _sections([line for line in own if _wanted(line, show)]),
        "entries": history.timeline(draft)[:20] if draft.applied_at else [],
        "vacancies": _vacancies(request, draft) if draft.applied_at else [],
        "wide": True,
    }
    return ui.render(request, "drafting/bench.html", values)


def _vacancies(request: HttpRequest, draft: JobDraft) -> list[dict[str, Any]]:
    """The positions that were made and have nobody yet, each with the form that appoints to it."""
    made = selectors.vacant(draft, clock.today(draft.unit.timezone))
    may = access.visible(request.actor, Position, APPOINT).filter(pk__in=[row.pk for row in made])
    allowed, form = set(may.values_list("pk", flat=True)), reverse("organisation:appoint")
    return [
        {"position": row, "url": f"{form}?position={row.pk}" if row.pk in allowed else ""} for row in made
    ]


def _state(
    draft: JobDraft,
    positions: list[DraftPosition],
    lines: list[DraftLine],
    chosen: DraftPosition,
    show: str,
) -> dict[str, Any]:
    """How far the draft is, which every decision changes."""
    own = [line for line in lines if line.position_id == chosen.pk]
    return {
        "draft": draft,
        "position": chosen,
        "nobody_above": selectors.names_nobody(chosen, positions),
        "several": len(positions) > 1,
        "tabs": [_tab(draft, row, chosen, lines, show) for row in positions],
        "chips": _chips(draft, chosen, own, show),
        "progress": selectors.progress(lines),
    }


@ui.page(capability=WORK, methods=("POST",))
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, drop or open a line again; answers with the line and how far the draft is."""
    line = access.fetch(request.actor, DraftLine, pk)
    services.decide(actor=request.actor, line=line, decision=request.POST.get("decision", ""))
    draft = line.position.draft
    asked = parse_qs(urlsplit(request.htmx.current_url or "").query) if request.htmx else {}
    values = _state(
        draft, selectors.positions_of(draft), selectors.lines_of(draft), line.position,
        asked.get("show", ["all"])[0],
    )  # fmt: skip
    return ui.fragment(
        request, "drafting/decided.html", {**values, "shown": showing.proposal(line), "oob": True}
    )


@ui.page(capability=WORK, methods=("POST",))
def confirm_sure(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm all lines that nothing is unsure about."""
    draft = access.fetch(request.actor, JobDraft, pk)
    count = services.confirm_sure(actor=request.actor, draft=draft)
    return ui.done(request, _("已确认 {n} 条。").format(n=count), to=reverse("drafting:draft", args=[pk]))


@ui.page(capability=WORK, methods=("POST",))
def add_duty(request: HttpRequest, pk: int) -> HttpResponse:
    """One more duty of the clause of a line, to be written by hand."""
    line = access.fetch(request.actor, DraftLine, pk)
    added = services.add_duty(actor=request.actor, line=line)
    to = f"{_address(line.position.draft, line.position, 'all')}#line-{added.pk}"
    return ui.done(request, _("已加一项，请改正后确认。"), to=to)


@ui.page(capability=WORK, methods=("POST",))
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """From this line on it is another position."""
    line = access.fetch(request.actor, DraftLine, pk)
    made = services.split(actor=request.actor, line=line)
    to = _address(made.draft, made, "all")
    return ui.done(request, _("已分成两个岗位，请核对名称和上级。"), to=to)


class EditLine(ui.FormPage):
    """Correct a line: the clause and everything about its duty."""

    capability = WORK
    form_class = forms.LineForm
    title, submit, submit_icon = _("改正这一条"), _("改好并确认"), "check"
    done_message = _("已改正并确认。")
    row: DraftLine

    def fetch(self) -> DraftLine:
        return access.fetch(self.actor, DraftLine, self.kwargs["pk"])

    def initial(self) -> dict[str, Any]:
        return forms.LineForm.values_of(self.row)

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "line": self.row}

    def perform(self, form: Any) -> DraftLine:
        duty: DraftDuty | None = form.duty()
        data = form.cleaned_data
        try:
            return services.correct(
                actor=self.actor, line=self.row, text=data["text"], number=data["number"], duty=duty
            )
        except services.Invalid as wrong:
            raise _beside(wrong) from wrong

    def success_url(self, result: Any) -> str:
        return (
            f"{reverse('drafting:draft', args=[self.row.position.draft_id])}?position={self.row.position_id}"
        )


class EditPosition(ui.FormPage):
    """Name, superior and headcount of a position of the draft."""

    capability = WORK
    form_class = forms.PositionForm
    title = _("岗位")
    row: DraftPosition

    def fetch(self) -> DraftPosition:
        return access.fetch(self.actor, DraftPosition, self.kwargs["pk"])

    def initial(self) -> dict[str, Any]:
        return forms.PositionForm.values_of(self.row)

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "position": self.row}

    def perform(self, form: Any) -> DraftPosition:
        data = form.cleaned_data
        return services.set_position(
            actor=self.actor, position=self.row, name=data["name"], name_en=data["name_en"],
            headcount=data["headcount"], **form.chosen(),
        )  # fmt: skip

    def success_url(self, result: Any) -> str:
        return f"{reverse('drafting:draft', args=[self.row.draft_id])}?position={self.row.pk}"


def _beside(wrong: Any) -> Any:
    """The refusal with the names of this form's fields."""
    return type(wrong)(
        {"limit_number" if name == "limit" else name: said for name, said in wrong.errors.items()}
    )


def _address(draft: JobDraft, position: DraftPosition, show: str) -> str:
    query = f"?position={position.pk}" + (f"&show={show}" if show in SHOWN[1:] else "")
    return reverse("drafting:draft", args=[draft.pk]) + query


def _tab(
    draft: JobDraft, row: DraftPosition, chosen: DraftPosition, lines: list[DraftLine], show: str
) -> dict[str, Any]:
    left = sum(line.decision == Decision.OPEN for line in lines if line.position_id == row.pk)
    return {
        "label": row.name,
        "url": _address(draft, row, show),
        "current": row.pk == chosen.pk,
        "count": left,
    }


def _chips(draft: JobDraft, position: DraftPosition, own: list[DraftLine], show: str) -> list[dict[str, Any]]:
    labels = {"all": _("全部"), "open": pgettext_lazy("draft line", "待确认"), "unsure": _("只看不确定的")}
    return [
        {
            "label": labels[code],
            "url": _address(draft, position, code),
            "current": code == (show if show in SHOWN else "all"),
            "count": sum(_wanted(line, code) for line in own),
            "tone": "amber" if code == "unsure" else "",
        }
        for code in SHOWN
    ]


def _wanted(line: DraftLine, show: str) -> bool:
    if show == "unsure":
        return line.unsure and line.decision == Decision.OPEN
    return show != "open" or line.decision == Decision.OPEN


def _sections(lines: list[DraftLine]) -> list[tuple[str, list[showing.Shown]]]:
    """Proposals under the headings of the document, in its order."""
    made: list[tuple[str, list[showing.Shown]]] = []
    for line in lines:
        if not made or made[-1][0] != line.section:
            made.append((line.section, []))
        made[-1][1].append(showing.proposal(line))
    return made

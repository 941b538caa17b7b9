"""One obligation in the drawer, and how its due time was computed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhize import ui
from zhize.domains.duties import papers, selectors, services
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import coverage
from zhize.domains.duties.selectors.chains import risks
from zhize.domains.duties.selectors.five import LABELS, five
from zhize.domains.duties.services import proving
from zhize.domains.duties.subjects import About
from zhize.domains.duties.web import board_lists
from zhize.kernel import access, files, history
from zhize.lib import clock
from zhize.ui import widgets, words
from zhize.ui.html import format_html

# What the clock notes about an obligation, the obligation says itself.
SAID_TWICE = ("clock.started", "clock.threshold", "clock.stopped", "clock.cancelled")


@ui.page(capability="obligation.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The obligation: what, until when, for whom, what proves it, who was told, what can be done now."""
    row = selectors.with_people(access.fetch(request.actor, Obligation, pk))
    about = selectors.subject_of(request.actor, row)
    values = {
        "title": row.name,
        "row": row,
        "crumbs": [(_("应办事项"), reverse("duties:list")), (row.name, "")],
        "five": _five(row, about),
        "facts": _facts(row),
        "risk": risks([row]).get(row.pk),
        "offers": [offer for offer in services.offers(row, request.actor) if _shown(row, offer)],
        "acts": _acts(request, row),
        "evidence": [(proof, papers.shown(proof)) for proof in selectors.evidence(row)],
        "files": [_file(kept) for kept in files.for_subject(row)],
        "escalations": selectors.escalations(row),
        "fact": board_lists.fact(row),
        "entries": history.timeline(row).exclude(verb__in=SAID_TWICE)[:30],
    }
    return ui.render(request, "duties/detail.html", values)


@ui.page(capability="obligation.view", methods=("GET",))
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """How the due time was computed, line by line."""
    row = access.fetch(request.actor, Obligation, pk)
    return ui.fragment(request, "duties/explain.html", {"lines": selectors.explain(row)})


def _shown(row: Obligation, offer: Any) -> bool:
    """Handing in and fulfilling are one button: which of the two it is depends on whether there is a receiver."""
    receiver = row.acceptor_id is not None or row.acceptor_position_id is not None
    return bool(offer.verb not in {"miss", "submit" if not receiver else "fulfil"})


def _acts(request: HttpRequest, row: Obligation) -> list[ui.Act]:
    found = []
    failed = coverage.fact_of(row, clock.now()) in {"late", "missed", "overdue"}
    if failed and services.may_explain(request.actor, row):
        found.append(ui.Act(_("说明原因"), reverse("duties:why", args=[row.pk]), icon="message", drawer=True))
    if not row.is_open:
        return found
    if access.allowed(request.actor, "obligation.reassign", row):
        found.append(
            ui.Act(
                _("改派"), reverse("duties:reassign", args=[row.pk]), icon="switch-horizontal", drawer=True
            )
        )
    may_move = access.allowed(request.actor, "obligation.move", row) and row.due_at is not None
    if may_move and services.no_move(row, request.actor) is None:
        found.append(
            ui.Act(_("改期"), reverse("duties:move", args=[row.pk]), icon="calendar-time", drawer=True)
        )
    return found


def _five(row: Obligation, about: About) -> list[tuple[Any, Any]]:
    """The five things; what it is about stands there and nowhere else, and opens from there."""
    found = five(row, about.title)
    shown: dict[Any, Any] = dict(found.items())
    if about.url:
        said, title = words.in_language(found.object), words.in_language(about.title)
        before, _title, after = said.partition(title)
        shown[LABELS["object"]] = format_html(
            '{}<a class="in-text" href="{}">{}</a>{}', before, about.url, title, after
        )
    return list(shown.items())


def _facts(row: Obligation) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = [
        (_("办理人"), row.doer or row.position),
        (_("岗位"), row.position),
        (_("部门"), row.unit),
        (_("种类"), row.get_kind_display()),
    ]
    if row.reference:
        found.append((_("依据"), row.reference))
    if row.acceptor is not None or row.acceptor_position is not None:
        found.append((_("接收人"), row.acceptor or row.acceptor_position))
    if row.creator is not None:
        found.append((_("交办人"), row.creator))
    if row.quota > 1:
        found.append((_("进度"), f"{row.progress}/{row.quota}"))
    found.append((_("凭证"), proving.label_of(row)))
    return found


def _file(kept: Any) -> dict[str, Any]:
    return {
        "name": kept.name,
        "url": files.url(kept),
        "size": kept.blob.size,
        "at": kept.created_at,
        "who": kept.created_by_label,
        "preview": "",
    }


@ui.page(capability="obligation.assign", methods=("GET",))
def people(request: HttpRequest) -> HttpResponse:
    """People that a task can be given to, for the combobox."""
    found = selectors.people_to_task(request.actor, request.GET.get("q", ""))
    return widgets.row_options(found[:20])

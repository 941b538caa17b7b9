"""One duty 职责: what it is, when it falls due next, what it carries out, how it came to be as it is, how it is kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import papers, wording
from zhize.domains.duties.models import Duty
from zhize.domains.duties.selectors import board, library, occurrences
from zhize.domains.duties.selectors import duty as reads
from zhize.domains.duties.web import board_links
from zhize.domains.duties.web.library import ICONS
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.lib import clock
from zhize.ui import links


@ui.page(capability=caps.DUTY_VIEW, methods=("GET",))
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about the duty."""
    actor = request.actor
    duty = reads.one(access.fetch(actor, Duty, pk))
    version = duty.current
    owed = reads.open_obligations(actor, duty)
    values = {
        "title": str(duty),
        "duty": duty,
        "version": version,
        "crumbs": [(_("职责库"), reverse("duties:library")), (str(duty), "")],
        "kind_icon": ICONS[duty.kind],
        "setting": library.setting(duty),
        "rule": library.rule_of_duty(duty),
        "five": _five(duty),
        "facts": _facts(duty),
        "clauses": [(clause, links.url_for("org.position", clause.position_id)) for clause in reads.clauses(duty)],
        "groups": occurrences.groups(duty, version.rule) if version is not None and duty.active else [],
        "month": reads.month(actor, duty),
        "urls": _month_urls(duty),
        "owed": owed[:10],
        "owed_count": owed.count(),
        "owed_url": _open_url(duty),
        "editions": [(edition, _maker(edition)) for edition in reads.editions(duty)],
        "entries": history.timeline(duty)[:15],
        "acts": _acts(actor, duty),
        "wide": True,
    }  # fmt: skip
    return ui.render(request, "duties/library/duty.html", values)


def _month_urls(duty: Duty) -> dict[str, str]:
    """The lists behind the month's figures."""
    first, last = board.preset("this_month", clock.today(duty.unit.timezone))
    facts = {"all": (), "late": ("late", "overdue"), "missed": ("missed",)}
    return {
        code: board_links.address(
            duty.unit, first, last, by="duty", key=duty.pk, facts=wanted, owed=not wanted
        )
        for code, wanted in facts.items()
    }


def _open_url(duty: Duty) -> str:
    """The list of what is still to be done of it."""
    wanted = {"chip": "all", "duty": duty.pk, "fact": ["overdue", "ahead", "paused"]}
    return f"{reverse('duties:list')}?{urlencode(wanted, doseq=True)}"


def _maker(edition: reads.Edition) -> Any:
    made_by = edition.version.made_by
    return _("系统") if access.is_system(made_by) else made_by


def _five(duty: Duty) -> list[tuple[Any, Any]]:
    """Place, time, person, object, method (ORG-09)."""
    spec = duty.current.spec if duty.current is not None else {}
    return [
        (_("地点"), spec.get("place")),
        (_("时间"), library.rule_of_duty(duty)),
        (_("人"), reads.who(duty)),
        (pgettext_lazy("duty", "对象"), spec.get("object")),
        (_("方法与程序"), spec.get("method")),
    ]


def _facts(duty: Duty) -> list[tuple[Any, Any]]:
    version = duty.current
    if version is None:
        return []
    names = reads.names_of_positions(reads.codes_in(version.acceptor_code, version.ladder))
    found: list[tuple[Any, Any]] = [
        (_("凭证"), wording.evidence_text(version.evidence, papers.titles())),
        (_("接收人"), names.get(version.acceptor_code, "")),
        (_("权重"), version.weight),
        (_("提醒与上报"), reads.in_words(duty.kind, "ladder", version.ladder, names)),
        (_("依据"), " ".join(duty.refs)),
        (pgettext_lazy("duty", "代码"), duty.code),
        (_("单位"), duty.unit),
    ]
    before = reads.before_in_chain(duty)
    return [(_("前一项职责"), before), *found] if before is not None else found


def _acts(actor: Actor, duty: Duty) -> list[ui.Act]:
    if not access.allowed(actor, caps.DUTY_EDIT, duty):
        return []

    def url(name: str) -> str:
        return reverse(f"duties:{name}", args=[duty.pk])

    if not duty.active:
        return [ui.Act(_("恢复"), url("restore_duty"), icon="rotate", drawer=True, primary=True)]
    acts = [
        ui.Act(_("修改"), url("edit_duty"), icon="edit", primary=True, key="e"),
        ui.Act(pgettext_lazy("column", "条款"), url("link_duty"), icon="link", drawer=True),
    ]
    if reads.has_default(duty):
        acts.append(ui.Act(_("恢复默认"), url("reset_duty"), icon="arrow-back-up", drawer=True))
    return [*acts, ui.Act(_("停用"), url("end_duty"), icon="archive", drawer=True, danger=True)]

"""The head of a case as HTML, made in Python: what it is, whose it is and until when, and what may be done now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from zhize import ui
from zhize.domains.cases.models import Case
from zhize.kernel.addresses import address
from zhize.ui import components, html, words
from zhize.ui.html import format_html


def head(page: Mapping[str, Any]) -> str:
    """`page` is what the page shows."""
    case: Case = page["case"]
    return format_html(
        '<div class="page-head"><div class="page-head-text"><h1 class="page-title">{}</h1>'
        '<div class="page-meta">{}</div>'
        '<div id="watching" hx-post="{}" hx-trigger="load delay:400ms, every 10s" hx-swap="innerHTML"'
        ' aria-live="polite"></div></div><div class="page-acts">{} {}</div></div>',
        case.title,
        _facts(case, page),
        address("cases:watching", case.number),
        components.verbs(
            page["detail"].offers,
            f"{address('cases:detail', case.number)}verbs/",
            *map(components.act, page["acts"]),
        ),
        _more(case, page["more"]) if page["more"] else "",
    )


def _facts(case: Case, page: Mapping[str, Any]) -> str:
    kind = words.in_language(page["kind"])
    if page["subtype"]:
        kind = f"{kind} · {words.in_language(page['subtype'])}"
    return html.spaced(
        format_html('<span class="num" data-copy="{0}">{0}</span>', case.number),
        html.state(case.state_label, case.category),
        _grave(case),
        format_html("<span>{}</span>", kind),
        _until(page["nearest"]),
    )


def _grave(case: Case) -> str:
    if case.is_major:
        sign = html.icon("alert-triangle", size=14)
        return format_html('<span class="tag tag-red">{}{}</span>', sign, _("重大"))
    if case.severity != "normal":
        return format_html('<span class="tag tag-amber">{}</span>', case.get_severity_display())
    return ""


def _until(nearest: Any) -> str:
    """What runs, whose it is, and how long still."""
    if nearest is None:
        return ""
    name = words.in_language(nearest.name)
    explain = address("duties:explain", nearest.pk) if nearest.may_open else ""
    return html.spaced(
        components.quiet(f"{name} · {nearest.holder}" if nearest.holder else name),
        components.clock(nearest.due_at, explain=explain),
    )


def _more(case: Case, acts: Sequence[ui.Act]) -> str:
    rows = [
        format_html('<a class="menu-item" href="{}" data-drawer>{}</a>', act.url, act.label) for act in acts
    ]
    printed = address("cases:print", case.number)
    rows.append(format_html('<a class="menu-item" href="{}">{}</a>', printed, _("打印记录表")))
    return components.menu(_("更多"), html.joined(rows))

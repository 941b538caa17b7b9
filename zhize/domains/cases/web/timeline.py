"""The conversation and what happened as HTML, made in Python: a component for each of forty lines takes longer than all else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from zhize.domains.cases.kinds import Channel
from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors.details import Line
from zhize.kernel.addresses import address
from zhize.ui import components, html, words
from zhize.ui.html import format_html

# What a row says of itself compares all its choices anew.
CHANNELS = dict(Channel.choices)


def conversation(page: Mapping[str, Any]) -> str:
    """What was asked, messages and happenings one below the other, and the answer; `page` is what the page shows."""
    case: Case = page["case"]
    lines = (_happening(line) if line.message is None else _message(line) for line in page["detail"].lines)
    return format_html(
        '<section class="panel" aria-label="{}">{}<div class="conversation">{}</div>{}</section>',
        _("对话与经过"),
        _asked(case) if case.description else "",
        html.joined(lines),
        _answer(case, page["cause"]) if case.solution else "",
    )


def _asked(case: Case) -> str:
    channel = CHANNELS.get(case.channel, case.channel)
    who = case.who or str(case.created_by or "") or channel
    return html.message(who, case.accepted_at, html.typed(case.description), channel=channel)


def _answer(case: Case, cause: Any) -> str:
    why = words.in_language(cause)
    if why and case.responsible_unit:
        why = f"{why} · {case.responsible_unit}"
    return components.note(
        html.joined(
            [
                html.typed(case.solution),
                format_html('<br><span class="quiet">{}{}</span>', _("原因："), why) if why else "",
            ]
        ),
        tone="green",
        symbol="circle-check",
        title=_("处理情况与答复"),
    )


def _happening(line: Line) -> str:
    note = format_html('<span class="timeline-note">{}</span>', line.note) if line.note else ""
    return format_html(
        '<p class="happening"><span>{}</span> {}{}</p>', line.sentence, html.when(line.at), note
    )


def _message(line: Line) -> str:
    row: Any = line.message
    between = line.kind in {"from_customer", "to_customer"}
    return html.message(
        row.author_label,
        line.at,
        html.joined([html.typed(row.body), _files(line.attachments)]),
        outgoing=line.kind != "from_customer",
        internal=not between,
        channel=CHANNELS.get(row.channel, row.channel) if between else "",
    )


def _files(attachments: list[Any]) -> str:
    if not attachments:
        return ""
    each = '<li>{}<a href="{}">{}</a> <span class="quiet num">{}</span></li>'
    rows = (
        format_html(
            each,
            html.icon("paperclip", size=14),
            address("files:download", file.pk),
            file.name,
            filesizeformat(file.blob.size),
        )
        for file in attachments
    )
    return format_html('<ul class="files">{}</ul>', html.joined(rows))

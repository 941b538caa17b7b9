"""The conversation and what happened as HTML, made in Python: a component for each of forty lines takes longer than all else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.template.defaultfilters import filesizeformat, linebreaksbr
from django.urls import reverse

from zhize.domains.cases.selectors.details import Line
from zhize.ui import html
from zhize.ui.html import format_html


def lines(listed: Iterable[Line]) -> str:
    """Messages and happenings one below the other."""
    return html.joined(_happening(line) if line.message is None else _message(line) for line in listed)


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
        html.joined([linebreaksbr(row.body), _files(line.attachments)]),
        outgoing=line.kind != "from_customer",
        internal=not between,
        channel=row.get_channel_display() if between else "",
    )


def _files(attachments: list[Any]) -> str:
    if not attachments:
        return ""
    each = '<li>{}<a href="{}">{}</a> <span class="quiet num">{}</span></li>'
    rows = (
        format_html(
            each,
            html.icon("paperclip", size=14),
            reverse("files:download", args=[file.pk]),
            file.name,
            filesizeformat(file.blob.size),
        )
        for file in attachments
    )
    return format_html('<ul class="files">{}</ul>', html.joined(rows))

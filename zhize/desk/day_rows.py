"""The rows of my day as HTML, made in Python: hundreds may be asked for, and a template takes five times as long."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhize import ui
from zhize.domains.duties import tallies
from zhize.domains.duties.selectors import Block, Item
from zhize.domains.duties.selectors.five import LABELS
from zhize.kernel.addresses import address
from zhize.lib.text import Text
from zhize.ui import html, words
from zhize.ui.html import format_html


def rows(block: Block, at: datetime) -> str:
    """The rows of a block, under the part of the day that each belongs to."""
    made: list[str] = []
    part = Text("")
    with words.in_one_setting() as setting:
        said = _said(setting.language)
        for item in block.items:
            if item.part and item.part != part:
                made.append(format_html('<li class="day-part">{}</li>', words.in_language(item.part)))
            part = item.part
            made.append(_row(item, at, said))
    return html.joined(made)


class _Said(NamedTuple):
    """What every row says in one language, looked up once."""

    more: str
    more_of: str
    why: dict[str, str]
    five: str


@words.kept_by_language
def _said(language: str | None) -> _Said:
    labels = (label.in_language(language or "zh-hans") for label in LABELS.values())
    parts = "".join(f"<div><dt>{html.escaped(label)}</dt><dd>{{}}</dd></div>" for label in labels)
    return _Said(
        more=_("详情"),
        more_of=_("%(name)s：详情"),
        why={"standing_in": _("代办"), "included": _("兼前台职责"), "position": _("岗位待办")},
        five='<details class="day-five"><summary class="quiet">{}{}</summary>'
        f'<dl class="kv kv-1">{parts}</dl></details>',
    )


def _row(item: Item, at: datetime, said: _Said) -> str:
    row = item.obligation
    name, detail = words.in_language(row.name), address("duties:detail", row.pk)
    return format_html(
        '<li class="day-row{}" data-row><div class="day-due">{}</div><div class="day-what">{}{}{}</div>'
        '<div class="day-tags">{}</div><div class="day-acts">{}'
        '<a class="btn btn-sm btn-icon btn-quiet" href="{}" data-drawer aria-label="{}" title="{}">{}</a></div></li>',
        " is-late" if item.block == "overdue" else "",
        html.due(row.due_at),
        format_html('<a class="row-link" href="{}">{}</a>', item.url, name)
        if item.url
        else format_html('<a class="row-link" href="{}" data-drawer>{}</a>', detail, name),
        format_html('<span class="cell-second">{}</span>', words.in_language(item.subject)) if item.subject else "",
        html.joined([_returned(item), _five(item, said)]),
        _tags(item, said),
        _acts(item, at),
        detail,
        said.more_of % {"name": name},
        said.more,
        html.icon("dots", size=16),
    )  # fmt: skip


def _returned(item: Item) -> str:
    """Who returned it, and what has to be better now."""
    if item.returned is None:
        return ""
    said = _("%(who)s退回：%(why)s") % {"who": item.returned.who, "why": item.returned.remark}
    return format_html('<span class="cell-second">{}</span>', said)


def _five(item: Item, said: _Said) -> str:
    """Place, time, person, object, method, folded under the place."""
    five = [words.in_language(each) for _label, each in item.five.items()]
    return format_html(said.five, html.icon("chevron-right", size=14), five[0], *five)


def _tags(item: Item, said: _Said) -> str:
    row, tags = item.obligation, []
    why = said.why.get(item.why)
    if why:
        tags.append(format_html('<span class="tag">{}</span>', why))
    if row.returned_count:
        tags.append(format_html('<span class="tag tag-amber">{}</span>', pgettext("duty", "被退回")))
    if item.risk is not None:
        risk = {"name": words.in_language(item.risk.name), "due": words.when(item.risk.due_at)}
        told = _("“%(name)s”%(due)s 到期") % risk
        tags.append(format_html('<span class="tag tag-amber" title="{}">{}</span>', told, _("后续有风险")))
    if row.quota > 1:
        figures = (row.progress, row.quota)
        bar = '<progress class="bar" value="{}" max="{}" aria-label="{}"></progress><span class="num">{}/{}</span>'
        tags.append(format_html(bar, *figures, _("进度"), *figures))
    return html.joined(tags)


def _acts(item: Item, at: datetime) -> str:
    row = item.obligation
    counts = item.needs == "count" and row.quota > 1 and row.has_opened(at) and tallies.of(row) is None
    count = (
        format_html(
            '<button type="button" class="btn btn-sm btn-primary" hx-post="{}" hx-swap="none">{}1</button>',
            address("duties:count", row.pk),
            html.icon("plus", size=16),
        )
        if counts
        else ""
    )
    act = _act(item, at)
    if act is None:
        return count
    label = words.in_language(act.label)
    if act.reason:
        why = '<button type="button" class="btn btn-sm" aria-disabled="true" data-why="{}">{}</button>'
        return html.joined([count, format_html(why, words.in_language(act.reason), label)])
    opens = (
        '<a class="btn btn-sm{}" href="{}" data-drawer>{}</a>'
        if act.drawer
        else '<a class="btn btn-sm{}" href="{}">{}</a>'
    )
    return html.joined(
        [count, format_html(opens, " btn-primary" if act.primary and not counts else "", act.url, label)]
    )


def _act(item: Item, at: datetime) -> ui.Act | None:
    """What is done about it in place: its domain's own act, the form for the evidence its duty names, or neither.

    What the system sees by itself is done where its subject is.
    """
    row = item.obligation
    if item.act is not None:
        return ui.Act(words.in_language(item.act[0]), item.act[1], drawer=True, primary=True)
    if item.needs == "fact":
        return ui.Act(_("去办理"), item.url) if item.url else None
    if not row.has_opened(at):
        begin = words.when(row.not_before_at or row.opened_at)
        return ui.Act(_("办结"), "", reason=_("%(begin)s 起才能办。") % {"begin": begin})
    if item.needs == "count" and tallies.missing(row) is not None:
        return ui.Act(_("去办理"), address("duties:fulfil", row.pk), drawer=True, primary=True)
    receiver = row.acceptor_id is not None or row.acceptor_position_id is not None
    label = _("登记…") if item.needs == "count" and row.quota > 1 else _("交出") if receiver else _("办结")
    return ui.Act(label, address("duties:fulfil", row.pk), drawer=True, primary=True)

"""What stands at the right of a case as HTML, made in Python: thirty small components take longer than all else of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from zhize import ui
from zhize.domains.cases.models import Case, WorkSheet
from zhize.domains.cases.selectors.details import Detail
from zhize.kernel.addresses import address
from zhize.ui import components, html, words
from zhize.ui.html import format_html, spaced

NOTHING = "–"


def panels(request: HttpRequest, page: Mapping[str, Any]) -> str:
    """All panels one below the other; `page` is what the page shows. A panel with nothing in it stays away."""
    detail: Detail = page["detail"]
    case = detail.case
    return html.joined(
        [
            _customer(case, page),
            _matter(case, page),
            _listed(_("时限"), page["obligations"], _owed),
            _checklist(request, case, page),
            _listed(_("协办"), detail.worksheets, _worksheet, count=len(detail.worksheets)),
            _listed(_("承诺"), detail.promises, lambda row: _promise(case, row, open_to=page["may_reply"])),
            *(_listed(panel.title, panel.lines, _line, always=True) for panel in page["panels"]),
            _listed(_("文件"), detail.papers, _paper),
            _listed(_("转办意见"), detail.transfers, _transfer),
            _listed(_("相关工单"), list(_related(detail)), lambda line: line),
            _listed(_("这位客户的其他工单"), page["earlier"], _earlier),
            _holders(detail),
        ]
    )


def _listed(
    title: Any, rows: Sequence[Any], line: Callable[[Any], Any], *, count: Any = "", always: bool = False
) -> str:
    return (
        components.panel(title, components.plain_list(map(line, rows)), count=count) if rows or always else ""
    )


def _case(number: str, text: Any) -> str:
    return format_html('<a href="{}">{}</a>', address("cases:detail", number), text)


def _customer(case: Case, page: Mapping[str, Any]) -> str:
    phone = (
        components.masked(
            words.mask_phone(case.contact_phone),
            address("cases:unmask_contact", case.number),
            _("联系电话"),
        )
        if case.contact_phone
        else None
    )
    rows = (
        (_("姓名"), html.link(case.customer) if case.customer else case.contact_name or NOTHING),
        (_("联系电话"), phone),
        (_("地点"), html.link(case.premises) if case.premises else NOTHING),
        (_("责任区域"), case.area),
        (_("同栋类似"), _nearby(case, page) if page["nearby"] else None),
    )
    return components.panel(_("客户"), components.pairs(rows))


def _nearby(case: Case, page: Mapping[str, Any]) -> str:
    said = ngettext("%(n)s 件（30 天内）", "%(n)s 件（30 天内）", page["nearby"])
    address = f"{reverse('cases:list')}?type={case.type_code}&subtype={case.subtype}"
    return format_html('<a href="{}">{}</a>', address, said % {"n": page["nearby_shown"]})


def _matter(case: Case, page: Mapping[str, Any]) -> str:
    owner = (
        spaced(html.person(case.owner), components.quiet(case.owner_position) if case.owner_position else "")
        if case.owner
        else NOTHING
    )
    forwarded = (
        spaced(
            html.when(case.forwarded_at),
            components.quiet(_("受理后 %(span)s") % {"span": _lasted(case.forwarding_time)}),
        )
        if case.forwarded_at
        else None
    )
    closed = (
        spaced(html.when(case.closed_at), components.quiet(case.get_outcome_display()))
        if case.closed_at
        else None
    )
    tags = html.joined(
        format_html('<span class="tag">{}</span>', words.in_language(tag)) for tag in page["tags"]
    )
    rows = (
        (_("处理人"), owner),
        (_("来源"), case.get_channel_display()),
        (
            pgettext("moment", "受理"),
            spaced(html.when(case.accepted_at), components.quiet(case.created_by) if case.created_by else ""),
        ),
        (pgettext("moment", "派单"), _moment(case.dispatched_at)),
        (pgettext("moment", "转发"), forwarded),
        (page["answered_label"], _moment(case.answered_at)),
        (_("告知客户"), _moment(case.informed_at)),
        (_("关闭"), closed),
        (
            _("满意度"),
            format_html('<span class="num">{}/5</span>', case.satisfaction) if case.satisfaction else None,
        ),
        (_("标签"), tags or None),
        *page["answers"],
    )
    return components.panel(pgettext("one case", "工单"), components.pairs(rows))


def _moment(value: Any) -> Any:
    return html.when(value) if value else None


def _lasted(span: Any) -> str:
    return words.duration(span.total_seconds()) if span is not None else ""


def _owed(row: Any) -> str:
    explain = address("duties:explain", row.pk) if row.may_open else ""
    return spaced(
        words.in_language(row.name),
        components.quiet(row.holder) if row.holder else "",
        components.clock(row.due_at, stopped_at=row.done_at, explain=explain),
    )


def _checklist(request: HttpRequest, case: Case, page: Mapping[str, Any]) -> str:
    ticks = [*page["steps"], *page["checklist"]]
    if not ticks:
        return ""
    token = get_token(request) if page["may_work"] else ""
    made = html.joined(_tick(case, item, done, token) for item, done in ticks)
    return components.panel(_("清单"), format_html('<ul class="plain-list">{}</ul>', made))


def _tick(case: Case, item: Any, done: Any, token: str) -> str:
    note: str = ""
    if done:
        note = components.quiet(format_html("{} {}", done.person or "", html.when(done.done_at)))
    elif item.required:
        note = components.quiet(_("必做"))
    return format_html(
        '<li class="tick">{} <span>{}</span> {}</li>',
        html.icon("square-check-filled" if done else "square"),
        spaced(words.in_language(item.label), note),
        _tick_button(reverse("cases:tick", args=[case.number, item.code]), bool(done), token)
        if token
        else "",
    )


def _tick_button(url: str, done: bool, token: str) -> str:
    if not done:
        return components.act(ui.Act(_("完成"), url, method="post"), small=True)
    return format_html(
        '<form method="post" action="{0}" hx-post="{0}" hx-swap="none">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{1}"><input type="hidden" name="done" value="no">'
        '<button class="btn btn-sm btn-quiet">{2}</button></form>',
        url, token, _("撤销"),
    )  # fmt: skip


def _worksheet(sheet: WorkSheet) -> str:
    return format_html(
        '<a href="{}">{}</a> {}<br><span class="clip clip-2">{}</span> {}',
        address("cases:worksheet", sheet.number),
        sheet.unit,
        html.state(sheet.state_label, sheet.category),
        sheet.task,
        components.clock(sheet.due_at, stopped_at=sheet.answered_at),
    )


def _kept(case: Case, promise: Any) -> str:
    url = reverse("cases:keep_promise", args=[case.number, promise.pk])
    return components.act(ui.Act(_("已兑现"), url, method="post"), small=True)


def _promise(case: Case, promise: Any, *, open_to: bool) -> str:
    kept = _kept(case, promise) if open_to and not promise.kept_at else ""
    clock = components.clock(promise.due_at, stopped_at=promise.kept_at)
    return format_html("“{}” {}", promise.text, spaced(clock, kept))


def _line(row: Any) -> str:
    return spaced(
        format_html('<a href="{}" data-drawer>{}</a>', row.url, row.title),
        html.state(row.state, row.category),
        components.quiet(row.detail) if row.detail else "",
        format_html('<span class="num">{}</span>', row.figure) if row.figure else "",
    )


def _paper(paper: Any) -> str:
    return format_html(
        '<a href="{}">{} {}</a> {}',
        address("cases:paper", paper.number),
        paper.get_kind_display(),
        paper.number,
        html.state(paper.state_label, paper.category),
    )


def _transfer(row: Any) -> str:
    receipt = spaced(_("已签收"), html.when(row.received_at)) if row.received_at else _("待签收")
    return format_html("{}：{} {}", row.unit, row.text, components.quiet(receipt))


def _related(detail: Detail) -> Iterator[str]:
    if detail.parent:
        yield spaced(_("上级"), _case(detail.parent.number, detail.parent))
    for part in detail.parts:
        yield spaced(_("下级"), _case(part.number, part))
    for row in detail.links:
        yield spaced(row.get_kind_display(), _case(row.other.number, row.other))
    for row in detail.backlinks:
        yield spaced(row.get_kind_display(), _case(row.case.number, row.case))


def _earlier(case: Case) -> str:
    return spaced(
        _case(case.number, case.title),
        html.state(case.state_label, case.category),
        html.when(case.accepted_at),
    )


def _holders(detail: Detail) -> str:
    rows = [
        spaced(
            row.person or NOTHING,
            components.quiet(
                format_html(
                    "{} – {}", html.when(row.from_at), html.when(row.to_at) if row.to_at else _("现在")
                )
            ),
        )
        for row in detail.holders
    ]
    nobody = format_html('<ul class="plain-list"><li class="quiet">{}</li></ul>', _("还没有派出"))
    return components.panel(_("经手人"), components.plain_list(rows) if rows else nobody)

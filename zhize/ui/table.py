"""Turns rows and columns into what the list's template shows. Cells are made in Python: a template loop per cell is slow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from zhize.ui import html, words
from zhize.ui.columns import Column

if TYPE_CHECKING:
    from zhize.ui.listpage import Act, ListPage


@dataclass(frozen=True)
class Head:
    """A column's heading: its label and, when it sorts, where a click leads."""

    name: str
    label: str
    css: str
    sort_url: str
    direction: str
    help: str

    @property
    def aria_sort(self) -> str:
        return {"up": "ascending", "down": "descending"}.get(self.direction, "none" if self.sort_url else "")


@dataclass(frozen=True)
class Line:
    """One row: key, classes and its cells as HTML."""

    pk: Any
    label: str
    css: str
    cells: SafeString
    acts: SafeString


def heads(page: ListPage, columns: list[Column]) -> list[Head]:
    """The headings, each with the address that sorts by it (first click: as the column asks, second: turned)."""
    now = page.sorting.lstrip("-")
    made = []
    for column in columns:
        direction = "" if column.name != now else "down" if page.sorting.startswith("-") else "up"
        following = f"-{column.name}" if direction == "up" else column.name
        url = page.url(sort=following, page=None, after=None, before=None) if column.sort else ""
        made.append(
            Head(
                column.name,
                words.in_language(column.label),
                f"{column.css} ph-{column.phone}".strip(),
                url,
                direction,
                words.in_language(column.help),
            )
        )
    return made


def lines(page: ListPage, columns: list[Column], rows: list[Any]) -> list[Line]:
    """The rows as HTML. A row is named by its main column, never by `str(row)`, which might ask the database."""
    opened = [(column, _opened(column)) for column in columns]
    main = next((column for column in columns if column.phone == "title"), columns[0])
    with words.in_one_setting():
        return [
            Line(
                row.pk,
                str(main.plain(row) or row.pk),
                page.row_class(row),
                _cells(opened, row),
                _acts(page.row_acts(row)),
            )
            for row in rows
        ]


def head_cells(heads: list[Head]) -> SafeString:
    """The headings as HTML."""
    return html.joined(
        html.format_html(
            '<th scope="col" class="{}"{}{}>{}</th>',
            head.css,
            html.format_html(' aria-sort="{}"', head.aria_sort) if head.aria_sort else "",
            html.format_html(' title="{}"', head.help) if head.help else "",
            _sorting(head) if head.sort_url else head.label,
        )
        for head in heads
    )


def _sorting(head: Head) -> SafeString:
    pictures = {"up": "arrow-up", "down": "arrow-down"}
    return html.format_html(
        '<a href="{0}" hx-get="{0}" hx-target="#list" hx-swap="outerHTML">{1}{2}</a>',
        head.sort_url,
        head.label,
        html.icon(pictures[head.direction], size=14) if head.direction else "",
    )


def body(lines: list[Line], *, checks: bool) -> SafeString:
    """The rows as HTML; `checks`: with a box to tick each."""
    box = (
        '<td class="col-check"><input type="checkbox" class="form-check-input" name="ids" value="{}" data-check'
        ' aria-label="{}"></td>'
    )
    return html.joined(
        html.format_html(
            '<tr class="{}" data-row="{}">{}{}<td class="col-acts">{}</td></tr>',
            line.css,
            line.pk,
            html.format_html(box, line.pk, line.label) if checks else "",
            line.cells,
            line.acts,
        )
        for line in lines
    )


def chips(views: list[dict[str, Any]]) -> SafeString:
    """The chips with their counts as HTML."""
    return html.joined(
        html.format_html(
            '<a class="chip{1}{2}" href="{0}" hx-get="{0}" hx-target="#list" hx-swap="outerHTML"{3}>{4}{5}</a>',
            each["url"],
            f" chip-{each['chip'].tone}" if each["chip"].tone else "",
            " chip-zero" if each["count"] is not None and each["count"].number == 0 else "",
            SafeString(' aria-current="true"') if each["current"] else "",
            words.in_language(each["chip"].label),
            ""
            if each["count"] is None
            else html.format_html('<span class="chip-count num">{}</span>', each["count"]),
        )
        for each in views
    )


def _opened(column: Column) -> str:
    return html.format_html(
        '<td class="{} ph-{}" data-label="{}">', column.css, column.phone, words.in_language(column.label)
    )


def _cells(columns: list[tuple[Column, str]], row: Any) -> SafeString:
    return SafeString("".join(f"{opened}{html.escaped(column.html(row))}</td>" for column, opened in columns))


def _acts(acts: list[Act]) -> SafeString:
    return SafeString("".join(act_html(act, small=True) for act in acts))


def act_html(act: Act, *, small: bool = False) -> SafeString:
    """A button or link for an act: opens at the right, posts in place, goes somewhere, or says why it cannot."""
    size = " btn-sm" if small else ""
    kind = (
        "btn-primary" if act.primary else "btn-danger-quiet" if act.danger else "btn-quiet" if small else ""
    )
    picture = html.icon(act.icon, size=16) if act.icon else SafeString("")
    label = words.in_language(act.label)
    if act.reason:
        return html.format_html(
            '<button type="button" class="btn{} {}" aria-disabled="true" data-why="{}">{}{}</button>',
            size, kind, words.in_language(act.reason), picture, label,
        )  # fmt: skip
    key = html.format_html(' data-key="{}"', act.key) if act.key else SafeString("")
    if act.method == "post":
        return html.format_html(
            '<button type="button" class="btn{} {}" hx-post="{}" hx-swap="none"{}{}>{}{}</button>',
            size, kind, act.url, key,
            html.format_html(' hx-confirm="{}"', words.in_language(act.confirm)) if act.confirm else SafeString(""),
            picture, label,
        )  # fmt: skip
    drawer = SafeString(" data-drawer") if act.drawer else SafeString("")
    return html.format_html(
        '<a class="btn{} {}" href="{}"{}{}>{}{}</a>', size, kind, act.url, drawer, key, picture, label
    )


def summary(page: ListPage) -> str:
    """«第 1–50 项，共 1,000+ 项», or the total alone on a keyed list."""
    part = page.slice
    if part.count is None or not part.rows:
        return ""
    if part.first:
        return gettext("第 %(first)s–%(last)s 项，共 %(total)s 项") % {
            "first": f"{part.first:,}",
            "last": f"{part.last:,}",
            "total": part.count,
        }
    return gettext("共 %(total)s 项") % {"total": part.count}

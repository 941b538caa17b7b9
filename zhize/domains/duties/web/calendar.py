"""Month and week of what I owe, or of what a unit owes; the address for one's own calendar program; one obligation as .ics."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.duties import selectors, services
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import board as boards
from zhize.domains.duties.selectors import calendar as days
from zhize.domains.duties.selectors import coverage
from zhize.domains.duties.selectors.board import Span
from zhize.domains.duties.web import board_links
from zhize.domains.duties.web.board import WEEKDAYS, whole
from zhize.domains.duties.web.board_lists import LOOKS
from zhize.kernel import access
from zhize.kernel.db import NotFound
from zhize.lib import clock
from zhize.ui import words
from zhize.ui.services import record_export

VIEWS = {"month": _("月"), "week": _("周")}
TYPE = "text/calendar; charset=utf-8"


@ui.page(login=True, methods=("GET",))
def page(request: HttpRequest) -> HttpResponse:
    """The calendar: of myself, or (with a unit) of what I may see of it."""
    actor = request.actor
    units = boards.units(actor) if actor.may("obligation.view") else []
    asked = whole(request.GET.get("unit", ""))
    mine = asked is None or not units
    unit = days.home(actor, units) if mine else boards.unit_of(actor, asked, units)
    unit = unit or access.unit_of(actor)
    if unit is None:
        raise NotFound
    view = request.GET.get("view") if request.GET.get("view") in VIEWS else "month"
    today = clock.today(unit.timezone)
    day = _day(request.GET.get("day", "")) or today
    first, last = days.month(day) if view == "month" else days.week(day)
    span = Span(unit, first, last)
    found = days.weeks(actor, span, mine=mine, each=4 if view == "month" else 40)
    values = {
        "title": _("我的日历") if mine else _("单位日历"),
        "wide": True,
        "span": span,
        "label": _label(view or "month", first, last),
        "weekdays": WEEKDAYS,
        "weeks": [[_cell(one, today, span, mine) for one in row] for row in found.weeks],
        "total": found.total,
        "view": view,
        "mine": mine,
        "units": units,
        "views": [
            {"label": label, "url": _url(request, view=code, day=day), "current": code == view}
            for code, label in VIEWS.items()
        ],
        "before": _url(request, day=first - timedelta(days=1)),
        "after": _url(request, day=last + timedelta(days=1)),
        "now": _url(request, day=None),
        "list_url": _list(span, mine, first, last, owed=True),
    }
    return ui.render(request, "duties/calendar.html", values)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def _url(request: HttpRequest, **changes: Any) -> str:
    values = request.GET.copy()
    for name, value in changes.items():
        values.pop(name, None)
        if value is not None:
            values[name] = str(value)
    return f"{reverse('duties:calendar')}?{values.urlencode()}"


def _label(view: str, first: date, last: date) -> str:
    if view == "month":
        return f"{first.year}年{first.month}月" if words.is_chinese() else f"{first:%B %Y}"
    return f"{words.when(first, 'date')} – {words.when(last, 'date')}"


def _number(day: date) -> str:
    """The day's number; the first of a month says which month begins."""
    return words.when(day, "date") if day.day == 1 else str(day.day)


def _list(span: Span, mine: bool, first: date, last: date, *, owed: bool = False) -> str:
    return board_links.address(None if mine else span.unit, first, last, owed=owed)


def _cell(one: days.Day, today: date, span: Span, mine: bool) -> dict[str, Any]:
    now = clock.now()
    rows = []
    for row in one.rows:
        code = coverage.fact_of(row, now)
        rows.append(
            {
                "row": row,
                "fact": code,
                "icon": LOOKS[code][0],
                "said": coverage.FACTS[code],
                "who": row.holder or row.position if not mine else None,
            }
        )
    number = gettext("%(n)d 件") % {"n": one.counts.all}
    return {
        "day": one.day,
        "number": _number(one.day),
        "said": f"{words.when(one.day, 'date')} {number}",
        "rows": rows,
        "counts": one.counts,
        "more": one.more,
        "working": one.working,
        "inside": one.inside,
        "today": one.day == today,
        "url": _list(span, mine, one.day, one.day),
        "weekday": WEEKDAYS[one.day.weekday()],
    }


@ui.page(login=True)
def feed(request: HttpRequest) -> HttpResponse:
    """The address for one's calendar program: whether there is one, a new one, none any more."""
    address = ""
    if request.method == "POST" and request.POST.get("act") == "close":
        services.close_feed(actor=request.actor)
        return ui.done(request, _("日历地址已停用。"), to="duties:feed")
    if request.method == "POST":
        _feed, secret = services.open_feed(actor=request.actor)
        _note(request, _("日历订阅"), days.of_feed(request.actor, clock.now()).count())
        address = settings.CONFIG.base_url + reverse("duties:feed_ics", args=[secret])
    feed = days.feed_of(request.actor)
    taken = days.feed_taken(request.actor) if feed is None else None
    values = {"title": _("日历订阅"), "feed": feed, "taken": taken, "address": address}
    return ui.render(request, "duties/feed.html", values)


@ui.page(public=True, methods=("GET",))
def feed_ics(request: HttpRequest, secret: str) -> HttpResponse:
    """What a calendar program reads: the person's own obligations. An unknown or closed address is not there."""
    found = services.find_feed(secret)
    if found is None:
        raise NotFound
    actor = access.for_user(found.person.user, channel="calendar")
    with translation.override(found.person.user.language or translation.get_language()):
        name = gettext("%(name)s 应办事项") % {"name": found.person}
        body = _written(days.of_feed(actor, clock.now()), name)
    response = HttpResponse(body, content_type=TYPE)
    response["Cache-Control"] = "private, max-age=600"
    response["X-Robots-Tag"] = "noindex"
    return response


@ui.page(capability="obligation.view", methods=("GET",))
def one_ics(request: HttpRequest, pk: int) -> HttpResponse:
    """One obligation for a calendar program."""
    row = selectors.with_people(access.fetch(request.actor, Obligation, pk))
    _note(request, _("日历文件"), 1)
    response = HttpResponse(_written([row], str(row)), content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="obligation-{row.pk}.ics"'
    return response


def _note(request: HttpRequest, title: Any, rows: int) -> None:
    record_export(
        actor=request.actor, user=request.user, page="duties:calendar", title=words.in_language(title),
        query=request.path, rows=rows, kind="ics",
    )  # fmt: skip


def _written(rows: Any, name: str) -> bytes:
    base = settings.CONFIG.base_url
    from zhize.domains.duties import icalendar  # 4 MB of every process, for what few ask for

    return icalendar.calendar_of(rows, host=urlsplit(base).hostname or "zhize", address=base, name=name)

"""My day 我的工作台: everything I owe, in due order, one list, each row answerable in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import selectors as duties
from zhize.domains.duties import services
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import Item, board, coverage
from zhize.domains.duties.web import board_links
from zhize.domains.shifts import selectors as shifts
from zhize.lib import clock
from zhize.ui import columns, words

WHY = {"standing_in": _("代办"), "included": _("兼前台职责"), "position": _("岗位待办")}


@dataclass(frozen=True)
class Row:
    """One line of the list with its act."""

    item: Item
    act: ui.Act | None
    count_url: str
    why: Any


def _row(item: Item, at: datetime) -> Row:
    row = item.obligation
    counts = item.needs == "count" and row.quota > 1 and row.has_opened(at)
    count_url = reverse("duties:count", args=[row.pk]) if counts else ""
    return Row(item, _act(item, at), count_url, WHY.get(item.why, ""))


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
    receiver = row.acceptor_id is not None or row.acceptor_position_id is not None
    label = _("登记…") if item.needs == "count" and row.quota > 1 else _("交出") if receiver else _("办结")
    return ui.Act(label, reverse("duties:fulfil", args=[row.pk]), drawer=True, primary=True)


def _waits(item: Item, first: set[tuple[str, int | None]]) -> bool:
    """What is owed about something that interrupts stands behind one row: first of all it is confirmed."""
    return (item.obligation.subject_type, item.obligation.subject_id) in first


@ui.page(login=True)
def page(request: HttpRequest) -> HttpResponse:
    """The first page after signing in."""
    day = duties.my_day(request.actor)
    alarms = ui.alerts.of(request.actor)
    first = {alarm.about for alarm in alarms}
    blocks = [
        (block, [_row(item, day.at) for item in block.items if not _waits(item, first)])
        for block in day.blocks
    ]
    wanted = request.GET.get("block", "")
    shown = [(block, rows) for block, rows in blocks if rows and (not wanted or block.code == wanted)]
    context = {
        "title": _("我的工作台"),
        "day": day,
        "count": len(alarms) + sum(len(rows) for _block, rows in blocks),
        "alarms": alarms,
        "blocks": blocks,
        "shown": shown,
        "wanted": wanted,
        "wide": True,
        **_figures(request, day),
        "left": shifts.left_by_last_shift(request.actor, day.at),
        "running_log": shifts.running_log(request.actor),
        "may_hand_over": request.actor.may("handover.write"),
        "may_report": request.actor.may("obligation.report"),
        "may_assign": request.actor.may("obligation.assign"),
    }
    return ui.render(request, "desk/my_day.html", context)


def _figures(request: HttpRequest, day: duties.Day) -> dict[str, Any]:
    """The lists behind the month's figures, and for who leads what his people failed last week."""
    first, last = board.preset("this_month", words.local(day.at).date())
    leads = request.actor.may(caps.EXCUSE)
    return {
        "owed_url": board_links.address(None, first, last, owed=True),
        "late_url": board_links.address(None, first, last, facts=("late", "overdue")),
        "missed_url": board_links.address(None, first, last, facts=("missed",)),
        "failed": board.failed_last_week(request.actor, day.at) if leads else None,
        "failed_url": f"{reverse('duties:board')}?period=last_week#board-failed",
    }


COLUMNS = (
    columns.Link("name", _("事项"), value="name", url="duties:detail", css="col-wide"),
    columns.State("state_label", _("状态")),
    columns.Person("holder", _("办理人")),
    columns.Due("due_at", _("到期"), sort="due_at", stopped="done_at", over="ended_at"),
    columns.Number("returned_count", _("退回次数"), hidden=True),
)


class RemindForm(ui.Form):
    note = forms.CharField(
        label=_("附言"), required=False, max_length=300, widget=forms.Textarea({"rows": 2})
    )


def _remind(*, actor: Any, row: Obligation, note: str) -> Obligation:
    return services.remind(actor=actor, obligation=row, note=note)


class HandedOver(ui.ListPage):
    """What I gave to others, where it stands, and what came back (DUT-11)."""

    login = True
    title = _("我交出去的")
    columns = (*COLUMNS, columns.When("done_at", _("办结时间"), sort=True), columns.When("opened_at", _("交办时间"), sort=True, hidden=True))  # fmt: skip
    chips = (
        ui.Chip("open", _("进行中"), lambda page: Q(ended_at__isnull=True)),
        ui.Chip("submitted", _("等我确认"), lambda page: Q(state="submitted"), tone="amber"),
        ui.Chip("overdue", _("超时未办"), lambda page: coverage.overdue(clock.now()), tone="red"),
        ui.Chip("returned", _("我退回的"), lambda page: Q(state="open", returned_count__gt=0)),
        ui.Chip("ended", _("已结束"), lambda page: Q(ended_at__isnull=False)),
    )
    bulk = (ui.BulkAction("remind", _("催办…"), _remind, "obligation.assign", form=RemindForm, icon="bell-ringing"),)  # fmt: skip
    default_chip = "open"
    default_sort = "due_at"
    empty = ui.Empty(_("没有交出去的事"), _("交办任务后会出现在这里。"), "send")

    def rows(self) -> QuerySet[Obligation]:
        return duties.given(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may("obligation.assign"):
            return []
        return [ui.Act(_("交办任务"), reverse("duties:new"), icon="plus", drawer=True, primary=True, key="n")]

    def row_acts(self, row: Obligation) -> list[ui.Act]:
        if row.state != "submitted" or row.acceptor_id != self.actor.person_id:
            return []
        return [
            ui.Act(_("确认"), reverse("duties:accept", args=[row.pk]), icon="check", drawer=True),
            ui.Act(_("退回"), reverse("duties:give_back", args=[row.pk]), icon="arrow-back-up", drawer=True),
        ]


class ToAccept(ui.ListPage):
    """What waits for my acceptance."""

    login = True
    title = _("等我确认")
    columns = COLUMNS
    default_sort = "due_at"
    empty = ui.Empty(_("没有等您确认的事"), _("别人办完交来的事会出现在这里。"), "checks")

    def rows(self) -> QuerySet[Obligation]:
        return duties.to_accept(self.actor)

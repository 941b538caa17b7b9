"""My day 我的工作台: everything I owe, in due order, one list, each row answerable in place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.desk import day_rows
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import selectors as duties
from zhize.domains.duties import services
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import board, coverage
from zhize.domains.duties.web import board_links
from zhize.domains.shifts import selectors as shifts
from zhize.lib import clock
from zhize.ui import columns, frame, words

FIRST = 20
"""Rows of a block that are shown before the others are asked for."""


@ui.page(login=True)
def page(request: HttpRequest) -> HttpResponse:
    """The first page after signing in."""
    alarms = frame.context(request)["frame"].alerts
    wanted = request.GET.get("block", "")
    whole = {wanted, *request.GET.get("whole", "").split(",")}
    # What is owed about something that interrupts stands behind one row: first of all it is confirmed.
    day = duties.my_day(
        request.actor, first=FIRST, whole=whole, only=wanted, without={alarm.about for alarm in alarms}
    )
    shown = [
        {
            "block": block,
            "rows": day_rows.rows(block, day.at),
            "rest": block.count - len(block.items),
            "whole_url": f"?whole={','.join(sorted({block.code, *whole} & duties.BLOCKS.keys()))}",
        }
        for block in day.blocks
        if block.items
    ]
    context = {
        "title": _("我的工作台"),
        "day": day,
        "count": len(alarms) + day.count,
        "alarms": alarms,
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
    own = request.actor.person_id
    first, last = board.preset("this_month", words.local(day.at).date())
    leads = request.actor.may(caps.EXCUSE)
    return {
        "figures": [
            (label, number, board_links.address(None, first, last, by="person", key=own, **narrower))
            for label, number, narrower in _month(day.month)
        ],
        "failed": board.failed_last_week(request.actor, day.at) if leads else None,
        "failed_url": f"{reverse('duties:board')}?period=last_week#board-failed",
    }


def _month(counts: coverage.Counters) -> list[tuple[Any, int, dict[str, Any]]]:
    """The figures of a month: word, number, and what narrows the list to exactly these."""
    facts = {"late": counts.done_late, "overdue": counts.overdue, "missed": counts.missed}
    return [
        (_("本月应做"), counts.owed, {"owed": True}),
        (_("已做"), counts.done, {"facts": ("in_time", "late")}),
        *(
            (words.in_language(coverage.FACTS[code]), number, {"facts": (code,)})
            for code, number in facts.items()
        ),
    ]


COLUMNS = (
    columns.Link("name", _("事项"), value="name", url="duties:detail", css="col-wide"),
    columns.State("state_label", _("状态")),
    columns.Person("holder", _("办理人"), value="doer"),
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

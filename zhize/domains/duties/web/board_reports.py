"""My reports 我的报表任务 (REP-47): what reports I owe, to whom, by when: due, sent, returned."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import board_lists
from zhize.domains.duties.services import proving
from zhize.domains.duties.web.board_lists import Fact, fact_text
from zhize.lib import clock
from zhize.ui import columns, paging


def paper(row: Obligation) -> str:
    """Which report or form is handed in."""
    return proving.label(row.evidence_spec)


def to(row: Obligation) -> list[str]:
    """Whoever accepts it first, then everybody else who gets it."""
    first = row.acceptor or row.acceptor_position
    return [str(each) for each in (*([first] if first else []), *getattr(row, "receivers", ()))]


class MyReports(ui.ListPage):
    """What falls to me and is proven by a report or a form."""

    login = True
    title = _("我的报表任务")
    intro = _("我要交的报表和记录：交给谁、什么时候到期、交了没有、有没有被退回。")
    columns = (
        columns.Link("name", _("事项"), url="duties:detail", sort="title__zh", css="col-wide"),
        columns.Text("paper", _("报表或记录"), value=paper),
        columns.Tags("to", _("交给"), value=to),
        columns.Due("due_at", _("到期"), sort=True, stopped="done_at"),
        columns.State("state", _("状态"), value="state_label"),
        Fact("fact", _("结果"), value=fact_text, phone="hide", hidden=True),
        columns.When("done_at", _("交出时间"), sort=True),
        columns.Number("returned_count", _("退回次数"), sort=True),
    )
    chips = (
        ui.Chip("due", _("要交的"), lambda page: Q(state="open", opened_at__lte=clock.now())),
        ui.Chip("later", _("未开始"), lambda page: board_lists.to_come(clock.now())),
        ui.Chip("late", _("超时未交"), lambda page: Q(state="open", due_at__lt=clock.now()), tone="red"),
        ui.Chip(
            "returned",
            pgettext_lazy("duty", "被退回"),
            lambda page: Q(state="open", returned_count__gt=0),
            tone="amber",
        ),
        ui.Chip("sent", _("已交出，待确认"), lambda page: Q(state="submitted")),
        ui.Chip("done", _("已确认"), lambda page: Q(state="done")),
        ui.Chip("all", _("全部"), lambda page: Q()),
    )
    default_chip = "due"
    default_sort = "due_at"
    empty = ui.Empty(_("没有要交的报表"), _("到期要交的报表和记录会出现在这里。"), "report")

    def rows(self) -> QuerySet[Obligation]:
        return board_lists.reports_of(self.actor)

    @cached_property
    def slice(self) -> paging.Slice:
        part: paging.Slice = super().slice
        board_lists.name_receivers(part.rows)
        return part

    def row_acts(self, row: Any) -> list[ui.Act]:
        if (
            row.state != "open"
            or proving.wanted(row.evidence_spec) == "fact"
            or not row.has_opened(clock.now())
        ):
            return []
        return [ui.Act(_("交出"), reverse("duties:fulfil", args=[row.pk]), drawer=True)]

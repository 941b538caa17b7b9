"""待核实: what customers filled in or said into the machine, before it becomes a work order (CHN-05)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.cases.kinds import Channel
from zhize.domains.cases.models import Case
from zhize.domains.channels.selectors import desk
from zhize.ui import columns


class VerifyFilters(ui.Filters):
    q = ui.filters.Search(fields=("number", "title", "contact_name", "contact_phone"))
    channel = ui.filters.Choice(label=_("来源"), choices=Channel.choices)
    accepted_at = ui.filters.Period(label=_("提交日期"))


class ToVerify(ui.ListPage):
    """Self-filled matters that nobody has verified yet; none of them can be dispatched before."""

    capability = "case.verify"
    title = _("待核实")
    intro = _("客户自己填写或留言的内容，核实并整理以后才会派单。")
    filters = VerifyFilters
    columns: ClassVar[Any] = (
        columns.Link(
            "number",
            _("单号"),
            value=lambda row: f"{row.number} {row.title}",
            url=lambda row: reverse("cases:detail", args=[row.number]),
            second=lambda row: row.description[:80],
            sort="number",
            css="col-wide",
        ),
        columns.State("state_label", _("状态")),
        columns.Text("channel", _("来源"), value="get_channel_display", sort="channel"),
        columns.Text("who", _("联系人"), value="contact_name"),
        columns.Phone("contact_phone", _("电话")),
        columns.When("accepted_at", _("提交时间"), sort="accepted_at"),
        columns.Due("next_due_at", _("时限"), sort="next_due_at"),
    )
    chips = (
        ui.Chip("web", Channel.WEB.label, lambda page: Q(channel=Channel.WEB)),
        ui.Chip("voicemail", Channel.VOICEMAIL.label, lambda page: Q(channel=Channel.VOICEMAIL)),
    )
    default_sort = "accepted_at"
    empty = ui.Empty(_("没有待核实的内容"), _("客户在网上填写或留言以后会出现在这里。"), "checks")

    def rows(self) -> QuerySet[Case]:
        return desk.to_verify(self.actor)

    def row_acts(self, row: Any) -> list[ui.Act]:
        return [
            ui.Act(_("整理"), reverse("cases:edit", args=[row.number]), drawer=True),
            ui.Act(_("核实"), reverse("cases:move", args=[row.number, "verify"]), drawer=True, primary=True),
        ]

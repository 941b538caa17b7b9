"""Web forms and voice mail that wait to be verified before they become work orders (CHN-05)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.cases.filters import CaseFilter
from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import types
from zhize.domains.cases.web.tables import case_url
from zhize.domains.channels.selectors import submissions
from zhize.kernel import access
from zhize.ui import columns


class SubmissionFilter(ui.Filters, CaseFilter):
    first: ClassVar[tuple[str, ...]] = ("type",)

    def more_names(self) -> list[str]:
        return []


class ToVerify(ui.ListPage):
    """Oldest first: the customer waits."""

    capability = "case.verify"
    title = _("待核实")
    filters = SubmissionFilter
    template = "channels/to_verify.html"
    columns = (
        columns.Link("number", _("编号"), url=case_url, css="num col-nowrap", phone="meta"),
        columns.Text("title", _("标题"), lines=1, css="col-wide", phone="title"),
        columns.Text("type", _("类型"), value=lambda row: types.type_label(row.type_code, row.release_id)),
        columns.Text("channel", _("来源"), value="get_channel_display"),
        columns.Text("contact_name", _("联系人"), value=lambda row: row.who or "–"),
        columns.Text("premises", _("房号"), value=lambda row: str(row.premises or "–")),
        columns.When("accepted_at", _("受理时间"), sort="accepted_at"),
    )
    default_sort = "accepted_at"
    empty = ui.Empty(
        _("没有待核实的"), _("客户在网上填写或语音留言的事项，核实以后才能派单。"), "clipboard-check"
    )

    def rows(self) -> QuerySet[Case]:
        return submissions.to_verify(self.actor)

    def row_acts(self, row: Case) -> list[ui.Act]:
        return [ui.Act(_("核实"), reverse("cases:verify", args=[row.number]), drawer=True)]

    def extra(self) -> dict[str, Any]:
        unit = access.unit_of(self.actor)
        address = reverse("portal:submit", args=[unit.code]) if unit is not None else ""
        return {"form_address": self.request.build_absolute_uri(address) if address else ""}

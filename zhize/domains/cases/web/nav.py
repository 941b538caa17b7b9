"""Where the domain's pages stand in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhize.ui import commands, links, nav

nav.item("work", _("工单"), "cases:list", "ticket", "case.view", 20, bottom=2, key="g")
nav.item("work", _("工作单"), "cases:worksheets", "clipboard-list", "worksheet.view", 30)
nav.item("reports", _("延时工单"), "cases:delays", "clock-exclamation", "delay.view", 30)
commands.register(
    "cases.alarm",
    _("报告火情"),
    "cases:fire",
    icon="flame",
    capability="case.alarm",
    keywords="huoqing fire alarm",
    drawer=True,
)
links.register("cases.case", "cases:by_id", icon="ticket")
links.register("cases.worksheet", "cases:worksheet_by_id", icon="clipboard-list")

"""Where the desk's pages stand in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhize.domains.reports import selectors
from zhize.ui import nav

nav.item(
    "work",
    _("我的工作台"),
    "desk:home",
    "layout-list",
    None,
    1,
    bottom=1,
    bottom_label=_("我的待办"),
    key="h",
)
nav.item(
    "reports",
    _("部门看板"),
    "desk:dashboard",
    "chart-line",
    "report.statistics",
    1,
    only=selectors.any_unit,
)
nav.item("work", _("消息"), "desk:notices", "bell", None, 2, bottom=4, key="m")

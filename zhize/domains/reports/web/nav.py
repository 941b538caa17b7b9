"""Where the domain's pages stand in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.reports import selectors
from zhize.ui import links, nav

nav.item("reports", pgettext_lazy("navigation", "报表"), "reports:index", "report", "report.view", 10)
nav.item(
    "reports",
    _("统计"),
    "reports:statistics",
    "chart-bar",
    "report.statistics",
    20,
    only=selectors.any_unit,
)
links.register("reports.report", "reports:report", icon="report")

"""Where obligations are linked to and what the command palette offers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import capabilities as caps
from zhize.ui import commands, links, nav

nav.item("work", _("我的日历"), "duties:calendar", "calendar", None, 3, key="d")
nav.item("duties", _("履职看板"), "duties:board", "calendar-stats", "obligation.view", 10, key="b")
nav.item("duties", _("履职情况总表"), "duties:compliance", "table", "obligation.view", 30)
nav.item("work", _("我的报表任务"), "duties:my_reports", "report", None, 4)
nav.item("duties", _("应办事项"), "duties:list", "checkbox", "obligation.view", 20)
nav.item("duties", _("职责库"), "duties:library", "book", caps.DUTY_VIEW, 60, key="l")
nav.item("duties", _("未落实的条款"), "duties:unlinked", "list-check", caps.DUTY_EDIT, 70)

links.register("duties.duty", "duties:duty", icon="book")
links.register("duties.obligation", "duties:detail", icon="checkbox")
commands.register(
    "duties.event",
    _("登记事件"),
    "duties:event",
    icon="bolt",
    capability="obligation.report",
    keywords="dengji shijian event report",
    drawer=True,
)
commands.register(
    "duties.new",
    _("交办任务"),
    "duties:new",
    icon="plus",
    capability="obligation.assign",
    keywords="jiaoban renwu task assign",
    drawer=True,
)

"""Where the domain's pages stand in the navigation and the palette."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.shifts import capabilities as caps
from zhize.ui import commands, links, nav

nav.item("duties", pgettext_lazy("list", "请假"), "shifts:leaves", "calendar-off", caps.LEAVE_VIEW, 90)
nav.item("duties", _("交接班"), "shifts:logs", "arrows-exchange", caps.HANDOVER_VIEW, 92)
nav.item("duties", _("岗位交接"), "shifts:takeovers", "switch-horizontal", caps.TAKEOVER_VIEW, 94)
commands.register(
    "shifts.ask", _("申请请假"), "shifts:ask", icon="calendar-off", capability=caps.LEAVE_REQUEST,
    keywords="qingjia qxj leave holiday", drawer=True,
)  # fmt: skip
commands.register(
    "shifts.log_begin", _("填写交接班日志"), "shifts:log_begin", icon="arrows-exchange", capability=caps.HANDOVER_WRITE,
    keywords="jiaojieban jjb rizhi handover shift", drawer=True,
)  # fmt: skip
commands.register(
    "shifts.takeover_new", _("编制岗位交接清单"), "shifts:takeover_new", icon="switch-horizontal", capability=caps.TAKEOVER_MAKE,
    keywords="gangwei jiaojie gwjj takeover", drawer=True,
)  # fmt: skip
links.register("shifts.shiftlog", "shifts:log", icon="arrows-exchange")
links.register("shifts.takeover", "shifts:takeover", icon="switch-horizontal")
links.register("shifts.leave", "shifts:leave", icon="calendar-off")

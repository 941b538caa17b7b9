"""Where the domain's pages stand in the navigation and the palette."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.shifts import capabilities as caps
from zhize.ui import commands, links, nav

nav.item("duties", pgettext_lazy("list", "请假"), "shifts:leaves", "calendar-off", caps.LEAVE_VIEW, 60)
commands.register(
    "shifts.ask", _("申请请假"), "shifts:ask", icon="calendar-off", capability=caps.LEAVE_REQUEST,
    keywords="qingjia qxj leave holiday", drawer=True,
)  # fmt: skip
links.register("shifts.leave", "shifts:leave", icon="calendar-off")

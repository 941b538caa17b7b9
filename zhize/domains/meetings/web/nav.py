"""Where meetings, talks and proposals stand in the navigation and the command palette."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.ui import commands, links, nav

nav.item("duties", _("会议"), "meetings:meetings", "users-group", "meeting.view", 60)
nav.item("duties", _("沟通记录"), "meetings:talks", "messages", "talk.view", 70)
nav.item("duties", pgettext_lazy("proposal", "建议"), "meetings:proposals", "bulb", "proposal.view", 80)
links.register("meetings.meeting", "meetings:meeting", icon="users-group")
links.register("meetings.talk", "meetings:talk", icon="messages")
links.register("meetings.proposal", "meetings:proposal", icon="bulb")
commands.register(
    "meetings.call", _("召集会议"), "meetings:call", icon="users-group", capability="meeting.hold",
    keywords="zhaoji huiyi meeting", drawer=True,
)  # fmt: skip
commands.register(
    "meetings.talk", _("登记沟通"), "meetings:talk_new", icon="messages", capability="talk.record",
    keywords="goutong shangbao talk report", drawer=True,
)  # fmt: skip
commands.register(
    "meetings.propose", _("提建议"), "meetings:propose", icon="bulb", capability="proposal.file",
    keywords="jianyi proposal", drawer=True,
)  # fmt: skip

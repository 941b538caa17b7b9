"""Where drafts stand in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhize.desk.drafting.capabilities import WORK
from zhize.ui import commands, links, nav

nav.item("organisation", _("从说明书建岗位"), "drafting:list", "file-import", WORK, 60)
links.register("drafting.jobdraft", "drafting:draft", icon="file-import")
commands.register(
    "drafting.new", _("上传或粘贴说明书"), "drafting:new", icon="file-import", capability=WORK,
    keywords="gw shuomingshu job description draft",
)  # fmt: skip

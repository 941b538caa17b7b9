"""Where the organisation's pages stand in the navigation, the palette and in links to its rows."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.organisation import capabilities as caps
from zhize.ui import commands, links, nav

nav.item(
    "organisation", pgettext_lazy("list", "单位"), "organisation:units", "sitemap", caps.VIEW, 10, key="u"
)
nav.item(
    "organisation",
    pgettext_lazy("list", "岗位"),
    "organisation:positions",
    "briefcase",
    caps.VIEW,
    20,
    key="p",
)
nav.item("organisation", _("员工"), "organisation:people", "users-group", caps.PERSON_VIEW, 30, key="y")
nav.item("organisation", _("当班与请假"), "organisation:presence", "calendar-time", caps.PERSON_VIEW, 40)
nav.item("organisation", pgettext_lazy("list", "责任区域"), "organisation:areas", "map-pin", caps.VIEW, 50)
nav.item(
    "organisation", pgettext_lazy("list", "阅读签署"), "organisation:readings", "signature", caps.VIEW, 55
)
nav.item("organisation", _("外部联系"), "organisation:bodies", "building", caps.CONTACT_VIEW, 60)

commands.register(
    "organisation.appoint", _("任命"), "organisation:appoint", icon="briefcase", capability=caps.APPOINT,
    keywords="renming rm appoint", drawer=True,
)  # fmt: skip
commands.register(
    "organisation.new_reading", _("发布文件阅读签署"), "organisation:new_reading", icon="signature", capability=caps.SHEET,
    keywords="yuedu qianshu ydqs read sign publish", drawer=True,
)  # fmt: skip
commands.register(
    "organisation.new_person", _("登记员工"), "organisation:new_person", icon="user-plus", capability=caps.PERSON_EDIT,
    keywords="yuangong djyg staff", drawer=True,
)  # fmt: skip

links.register("org.unit", "organisation:unit", icon="sitemap")
links.register("organisation.reading", "organisation:reading", icon="signature")
links.register("org.person", "organisation:person", icon="user")
links.register("org.area", "organisation:area", icon="map-pin")
links.register("org.externalbody", "organisation:body", icon="building")

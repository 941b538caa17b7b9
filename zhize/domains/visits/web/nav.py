"""Where the domain's pages stand in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.ui import links, nav

nav.item("work", pgettext_lazy("list", "回访"), "visits:list", "phone-call", "callback.view", 40)
nav.item("customers", _("意见登记"), "visits:opinions", "message-2", "opinion.view", 60)
nav.item("work", _("回访计划"), "visits:plans", "map-search", "sample.view", 42)
links.register("visits.sampleplan", "visits:plan", icon="map-search")
links.register("visits.callback", "visits:callback", icon="phone-call")
links.register("visits.opinion", "visits:opinion", icon="message-2")

"""Where the domain's pages stand in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhize.ui import commands, nav

nav.item("work", _("受理"), "channels:intake", "phone-incoming", "case.open", 10, bottom=3, prominent=True)
nav.item("work", _("待核实"), "channels:to_verify", "clipboard-check", "case.verify", 25)
commands.register(
    "channels.intake",
    _("新受理"),
    "channels:intake",
    icon="plus",
    capability="case.open",
    keywords="shouli sl intake",
    key="n",
)

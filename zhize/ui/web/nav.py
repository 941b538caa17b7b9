"""The kit's own place in the navigation."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhize.ui import nav

if settings.DEBUG:  # The developers' page; nobody who runs a department looks for it.
    nav.item("admin", _("界面组件"), "ui:gallery", "palette", "ui.gallery", order=95)

"""The kit's own place in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhize.ui import nav

nav.item("admin", _("界面组件"), "ui:gallery", "palette", "ui.gallery", order=95)

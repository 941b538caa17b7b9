"""What the frame of every page shows: who is signed in and in which position, navigation, preferences."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language

from zhize.kernel.accounts.services import DENSITIES, THEMES
from zhize.lib import clock
from zhize.ui import alerts, nav, rendering, selectors, texts


class Frame:
    """Read by the layouts as `frame`; each part is computed when a template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def signed_in(self) -> bool:
        user = getattr(self.request, "user", None)
        return bool(user and user.is_authenticated)

    @cached_property
    def sections(self) -> list[tuple[Any, list[nav.Entry]]]:
        return nav.sections(self.request) if self.signed_in else []

    @cached_property
    def active_url(self) -> str:
        """The address of the navigation item that this page belongs to."""
        return nav.active(self.request)

    @cached_property
    def bottom(self) -> list[nav.Entry]:
        return nav.bottom(self.request) if self.signed_in else []

    @cached_property
    def holdings(self) -> list[selectors.Hat]:
        """The positions the person holds or acts for now."""
        return selectors.hats(getattr(self.request, "actor", None)) if self.signed_in else []

    @property
    def hat(self) -> selectors.Hat | None:
        """The position the person works in at this moment."""
        return next((hat for hat in self.holdings if hat.active), None)

    @property
    def theme(self) -> str:
        return self._preference("theme", "zz_theme", THEMES)

    @property
    def density(self) -> str:
        return self._preference("density", "zz_density", DENSITIES)

    def _preference(self, field: str, cookie: str, allowed: tuple[str, ...]) -> str:
        chosen = getattr(self.request.user, field, "") if self.signed_in else ""
        chosen = chosen or self.request.COOKIES.get(cookie, "")
        return chosen if chosen in allowed else allowed[0]

    @property
    def language(self) -> str:
        """The language code as HTML wants it: zh-Hans, zh-Hant, en."""
        return {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}.get(get_language() or "zh-hans", "en")

    @property
    def languages(self) -> list[tuple[str, str, bool]]:
        return [(code, label, code == get_language()) for code, label in settings.LANGUAGES]

    @cached_property
    def unread(self) -> int:
        return selectors.unread_notices(getattr(self.request, "actor", None)) if self.signed_in else 0

    @cached_property
    def alerts(self) -> list[alerts.Alert]:
        """What interrupts this person on every page until confirmed."""
        return alerts.of(getattr(self.request, "actor", None)) if self.signed_in else []

    @property
    def notices_url(self) -> str:
        return _address("desk:notices")

    @property
    def account_url(self) -> str:
        return _address("accounts:mine")

    @property
    def logout_url(self) -> str:
        return _address("accounts:logout")

    @property
    def login_url(self) -> str:
        return settings.LOGIN_URL

    @property
    def home_url(self) -> str:
        return "/"

    @property
    def in_dialog(self) -> bool:
        """Whether this answer fills the dialog (and not the drawer)."""
        return rendering.target(self.request) == "dialog-body"

    @property
    def texts(self) -> dict[str, str]:
        return texts.for_scripts()

    @property
    def assets(self) -> dict[str, Any]:
        return {
            **texts.assets(),
            "draft": _address("ui:draft"),
            "user": self.request.user.pk,
            "palette": _address("ui:palette"),
            "commands": _address("ui:commands"),
            "uploadLimit": settings.CONFIG.upload_limit_mb,
            "now": clock.now().isoformat(),
            "zone": str(timezone.get_current_timezone()),
        }


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame` in every template."""
    known = getattr(request, "_ui_frame", None)
    if known is None:
        known = Frame(request)
        request._ui_frame = known
    return {"frame": known}

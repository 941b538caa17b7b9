"""Between the actor and the views: language and zone of the person, refusals as answers, messages as toasts."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from zhize.lib import clock
from zhize.ui import errors, rendering, selectors


class UiMiddleware:
    """Stands after the middleware that sets `request.actor`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "") if request.user.is_authenticated else ""
        if chosen and chosen != translation.get_language() and chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        with timezone.override(_zone(request)):
            response = self.get_response(request)
            return _with_toasts(request, response)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Refusals of services and doors become answers here, wherever a view let them through."""
        if request.path.startswith("/api/"):
            return None
        return errors.for_exception(request, error)


def _zone(request: HttpRequest) -> ZoneInfo:
    """The zone of the unit the person works in now; the site's for everybody else."""
    name = selectors.zone_name(getattr(request, "actor", None)) or settings.CONFIG.timezone
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return clock.zone()


def _with_toasts(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Messages of a htmx request leave with its answer; a redirect carries them to the next page instead."""
    if (
        not getattr(request, "htmx", False)
        or response.has_header("HX-Redirect")
        or 300 <= response.status_code < 400
    ):
        return response
    if rendering.is_fragment(request):
        for message in messages.get_messages(request):
            rendering.trigger(response, ui_toast={"level": message.level_tag or "info", "text": str(message)})
    return response

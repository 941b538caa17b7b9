"""Sessions that live on while somebody works, and a password that somebody else has set: it opens one page only."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from zhize import ui

OPEN = ("accounts:password", "accounts:logout", "ui:preferences")


class SeenMiddleware:
    """Stands after authentication. What a page asks for by itself, every few seconds, is nobody's doing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            request.session.bound()
            if "X-Poll" not in request.headers:
                request.session.touch()
        return self.get_response(request)


class PasswordDueMiddleware:
    """Stands after authentication. The API knows tokens only and is not concerned."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        due = request.user.is_authenticated and getattr(request.user, "must_change_password", False)
        if (
            due
            and not request.path.startswith("/api/")
            and request.path not in {reverse(name) for name in OPEN}
        ):
            return ui.redirect(request, "accounts:password")
        return self.get_response(request)

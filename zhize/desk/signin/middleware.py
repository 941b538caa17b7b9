"""A password that somebody else has set opens one page only: the one where it is replaced."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from zhize import ui

OPEN = ("accounts:password", "accounts:logout", "ui:preferences")


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

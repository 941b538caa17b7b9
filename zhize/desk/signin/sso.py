"""Single sign-on by OpenID Connect: allauth talks to the provider, the adapter of kernel.accounts lets people in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from zhize import ui


@ui.page(public=True, methods=("GET",))
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the provider."""
    return _configured().login(request, provider_id)


@ui.page(public=True, methods=("GET",))
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from the provider."""
    return _configured().callback(request, provider_id)


def _configured() -> Any:
    """What talks to the provider; loaded only where there is one."""
    if not settings.CONFIG.oidc_issuer:
        raise Http404
    from allauth.socialaccount.providers.openid_connect import views

    return views

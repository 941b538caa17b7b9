"""Answers: a page, a fragment of it, a drawer, «done», a redirect. Whether it is a page or a fragment is decided here, once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.html import escape
from django.utils.http import url_has_allowed_host_and_scheme

PAGE = "ui/layouts/page.html"
FRAGMENT = "ui/layouts/fragment.html"
DRAWER = "ui/layouts/drawer.html"


def is_fragment(request: HttpRequest) -> bool:
    """Whether only a part of the page was asked for (htmx with a target inside the page)."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request and htmx.request_type != "full"


def in_drawer(request: HttpRequest) -> bool:
    """Whether the answer will stand in the drawer at the right or in the dialog."""
    return is_fragment(request) and target(request) in {"drawer-body", "dialog-body"}


def target(request: HttpRequest) -> str:
    """The id of the element that htmx will fill, or an empty string."""
    htmx = getattr(request, "htmx", None)
    return (htmx.target or "").rpartition("#")[2] if htmx else ""


def layout_for(request: HttpRequest) -> str:
    """The template that pages extend (`{% extends layout %}`)."""
    if in_drawer(request):
        return DRAWER
    return FRAGMENT if is_fragment(request) else PAGE


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a template that begins with `{% extends layout %}`: whole page, drawer content or fragment."""
    values = {"layout": layout_for(request), "in_drawer": in_drawer(request), **(context or {})}
    response = HttpResponse(render_to_string(template, values, request), status=status)
    return _uncached(response)


def fragment(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a template that is a fragment by itself (no layout)."""
    return _uncached(HttpResponse(render_to_string(template, dict(context or {}), request), status=status))


def drawer(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render for the drawer even when the request did not name it as target."""
    values = {"layout": DRAWER, "in_drawer": True, **(context or {})}
    response = HttpResponse(render_to_string(template, values, request), status=status)
    response["HX-Retarget"] = "#drawer-body"
    return _uncached(response)


def _uncached(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ("HX-Request", "HX-Target", "Cookie"))
    response.setdefault("Cache-Control", "private, no-cache")
    return response


def trigger(response: HttpResponse, **events: Mapping[str, Any]) -> HttpResponse:
    """Add browser events (`ui_toast` → `ui:toast`) to a htmx answer; several calls add up."""
    known = json.loads(response.get("HX-Trigger", "{}"))
    for name, detail in events.items():
        known[name.replace("_", ":", 1)] = {"target": "body", **detail}
    response["HX-Trigger"] = json.dumps(known, ensure_ascii=True, default=str)
    return response


def done(
    request: HttpRequest,
    message: Any = "",
    *,
    to: Any = None,
    events: Iterable[str] = (),
    refresh: bool = True,
    leave: bool = False,
) -> HttpResponse:
    """The answer to a verb that succeeded.

    A plain request is redirected to `to` (or where it came from). In a drawer or in place the person stays:
    the drawer closes, the page behind it refreshes, a toast says `message`. `leave=True` goes to `to` also then.
    `events` are dispatched on body for parts of the page that listen (`hx-trigger="case-changed from:body"`).
    """
    if not getattr(request, "htmx", False):
        if message:
            messages.success(request, str(message))
        return _go(request, resolve_url(to) if to is not None else back(request))
    response = HttpResponse(status=200)
    if leave and to is not None:
        if message:
            messages.success(request, str(message))
        response["HX-Redirect"] = resolve_url(to)
        return response
    response["HX-Reswap"] = "none"
    trigger(response, ui_done={"refresh": refresh})
    if message:
        trigger(response, ui_toast={"level": "success", "text": str(message)})
    for name in events:
        known = json.loads(response["HX-Trigger"])
        known[name] = {"target": "body"}
        response["HX-Trigger"] = json.dumps(known)
    return response


def redirect(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Go to another page, also out of a htmx request."""
    url = resolve_url(to, *args, **kwargs)
    if getattr(request, "htmx", False):
        response = HttpResponse()
        response["HX-Redirect"] = url
        return response
    return _go(request, url)


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect; a form sent with progress is told the address instead, because its request would follow unseen."""
    if request.headers.get("X-Upload"):
        return HttpResponse(status=204, headers={"X-Go": url})
    return HttpResponseRedirect(url)


def back(request: HttpRequest, default: Any = "/") -> str:
    """The page the person came from (`next`, then the referrer), if it is one of ours."""
    for candidate in (request.POST.get("next"), request.GET.get("next"), request.headers.get("Referer")):
        if candidate and url_has_allowed_host_and_scheme(
            candidate, {request.get_host()}, request.is_secure()
        ):
            return candidate
    return str(resolve_url(default))


def to_login(request: HttpRequest) -> HttpResponse:
    """Ask for a login: a redirect, or for a part of a page the signal that the session has ended."""
    if getattr(request, "htmx", False) or request.headers.get("Accept") == "application/json":
        response = HttpResponse(status=401)
        response["HX-Reswap"] = "none"
        return trigger(response, **{"ui_session-ended": {}})
    # A form's address may only take what is sent: whoever sent it returns to the page where it stood, with its draft.
    there = request.get_full_path() if request.method == "GET" else back(request)
    wanted = {"next": there} | ({"ended": "1"} if settings.SESSION_COOKIE_NAME in request.COOKIES else {})
    return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode(wanted)}")


def unmasked(request: HttpRequest, value: str) -> HttpResponse:
    """The plain value after 「查看」; the caller has logged the look."""
    return HttpResponse(f'<span class="masked-plain" data-copy="{escape(value)}">{escape(value)}</span>')

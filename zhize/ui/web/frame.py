"""What the frame asks the server for: preferences, acting position, bell, drafts, the palette."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import translation

from zhize.kernel.access.middleware import ACTING_POSITION
from zhize.kernel.accounts import services as accounts
from zhize.kernel.db import Invalid, NotFound
from zhize.ui import commands as registry
from zhize.ui import rendering, routes, searching, services

YEAR = 365 * 24 * 3600


@routes.page(public=True, methods=("POST",))
def preferences(request: HttpRequest) -> HttpResponse:
    """Theme, density and language: kept in cookies, and with the login of somebody signed in."""
    allowed = {
        "theme": accounts.THEMES,
        "density": accounts.DENSITIES,
        "language": tuple(dict(settings.LANGUAGES)),
    }
    chosen = {name: request.POST.get(name, "") for name in allowed}
    chosen = {name: value for name, value in chosen.items() if value in allowed[name]}
    if request.user.is_authenticated:
        accounts.set_preferences(actor=request.actor, user=request.user, **chosen)
    quiet = request.headers.get("Accept") == "application/json"
    response = HttpResponse(status=204) if quiet else HttpResponseRedirect(rendering.back(request))
    cookies = {"theme": "zz_theme", "density": "zz_density", "language": settings.LANGUAGE_COOKIE_NAME}
    for name, value in chosen.items():
        response.set_cookie(cookies[name], value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    if "language" in chosen:
        translation.activate(chosen["language"])
    return response


@routes.page(login=True, methods=("POST",))
def hat(request: HttpRequest) -> HttpResponse:
    """Choose the position to sign with, among those held now."""
    held = {str(holding.position_id) for holding in request.actor.positions}
    wanted = request.POST.get("position", "")
    if wanted not in held:
        raise NotFound
    request.session[ACTING_POSITION] = int(wanted)
    return HttpResponseRedirect(rendering.back(request))


@routes.page(login=True, methods=("GET",))
def bell(request: HttpRequest) -> HttpResponse:
    """The bell with the number of unread notices and whatever interrupts, asked for every half minute."""
    return rendering.fragment(request, "ui/parts/polled.html")


@routes.page(login=True, methods=("POST",))
def draft(request: HttpRequest) -> HttpResponse:
    """Keep (`data`) or drop (no data) what was typed into a form.

    With `at` it is what a page left behind on its machine at that moment, and the answer says whether the form with
    `token` had been done.
    """
    try:
        sent = json.loads(request.body)
        key, data = str(sent["key"]), sent.get("data")
        at = datetime.fromtimestamp(sent["at"] / 1000, UTC) if "at" in sent else None
    except (ValueError, KeyError, TypeError, OverflowError, OSError):
        raise Invalid from None
    user_id = int(request.user.pk or 0)
    if at is not None and isinstance(data, dict):
        token = str(sent.get("token") or "")
        done = services.bring_draft(user_id=user_id, key=key, data=data, at=at, token=token)
        return JsonResponse({"done": done})
    if data is None:
        services.discard_draft(user_id=user_id, key=key)
    elif isinstance(data, dict):
        services.keep_draft(user_id=user_id, key=key, data=data)
    else:
        raise Invalid
    return HttpResponse(status=204)


@routes.page(login=True, methods=("GET",))
def commands(request: HttpRequest) -> HttpResponse:
    """What Ctrl-K can do and where it can go."""
    return JsonResponse({"commands": registry.offered(request)})


@routes.page(login=True, methods=("GET",))
def find(request: HttpRequest) -> HttpResponse:
    """Records for Ctrl-K."""
    return JsonResponse({"hits": searching.hits(request.actor, request.GET.get("q", ""))})

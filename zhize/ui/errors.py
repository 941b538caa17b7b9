"""Refusals and failures as pages in the frame, as drawer content, or as a toast: decided in one place."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import DisallowedHost, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize.kernel.db import DomainError, Invalid, outages
from zhize.kernel.db.outages import Outage
from zhize.ui import rendering

log = logging.getLogger("zhize.ui")


@dataclass(frozen=True)
class Said:
    """What a status tells the person: what happened, and what to do now."""

    title: Any
    text: Any
    icon: str


SAID: dict[int, Said] = {
    400: Said(_("这个请求读不懂"), _("地址或表单里有不认识的内容。请回到上一页再试一次。"), "alert-circle"),
    403: Said(
        _("您的岗位不能看这一页"),
        _("需要这项权限时，请找主管在您的岗位上授予；走错了就回上一页。"),
        "lock",
    ),
    404: Said(
        _("没有找到这一页"),
        _("可能地址有误、内容已并入别处，或者不在您的权限范围内。用 Ctrl K 按单号或姓名找一找。"),
        "map-2",
    ),
    405: Said(_("这一步不能这样做"), _("请回到上一页，用页面上的按钮再做一次。"), "alert-circle"),
    409: Said(
        _("这一步现在不能做"),
        _("内容可能刚被别人改动过。请看一眼最新情况，再决定怎么办。"),
        "arrows-exchange",
    ),
    422: Said(_("有内容需要改正"), _("请回到表单，按提示改好再提交。"), "edit"),
    429: Said(_("试得太频繁了"), _("请稍等几分钟再试。"), "clock-pause"),
    500: Said(
        _("系统出错了"),
        _("这一步没有做成，错误已经记录。请过一会儿再试；仍不行时，把下面的编号告诉管理员。"),
        "bug",
    ),
    503: Said(_("系统正在维护"), _("请过几分钟再来，已经保存的内容都不会丢。"), "tools"),
}


OUTAGES: dict[Outage, Said] = {
    Outage.AWAY: Said(
        _("系统暂时连不上数据库"),
        _(
            "通常一两分钟内恢复。已经保存的内容都在；刚才这一步没有确认做成，恢复后再提交一次即可，不会重复办理。"
        ),
        "cloud-off",
    ),
    Outage.FULL: Said(
        _("服务器的存储空间满了"),
        _("现在存不进新内容，已经保存的都在。请告诉管理员；腾出空间后再提交一次即可，不会重复办理。"),
        "database",
    ),
}
RETRY_SECONDS = 15
# What a form carries that must not stand in a page again.
SECRET = frozenset(["secret", "code"])


def answer(
    request: HttpRequest,
    status: int,
    *,
    message: Any = "",
    code: str = "",
    detail: dict[str, Any] | None = None,
) -> HttpResponse:
    """The answer for a refusal: JSON for scripts, a toast for an act in place, otherwise a page or drawer content."""
    said = SAID.get(status, SAID[500])
    if request.headers.get("Accept", "").startswith("application/json"):
        body = {"code": code or str(status), "message": str(message or said.title), **(detail or {})}
        return JsonResponse(body, status=status)
    if getattr(request, "htmx", False) and not (request.method == "GET" and rendering.in_drawer(request)):
        response = HttpResponse(status=status)
        response["HX-Reswap"] = "none"
        level = "error" if status >= 500 else "warning"
        return rendering.trigger(
            response, ui_toast={"level": level, "text": str(message or said.title), "reload": status == 409}
        )
    if not hasattr(request, "user"):
        _as_nobody(request)  # refused before anybody asked who it is
    values = {
        "said": said,
        "status": status,
        "message": message,
        "title": said.title,
        "reference": getattr(request, "request_id", ""),
        "layout": _layout(request, status),
    }
    return HttpResponse(render_to_string("ui/errors/page.html", values, request), status=status)


def _as_nobody(request: HttpRequest) -> None:
    request.user, request.actor = AnonymousUser(), None
    request._messages = CookieStorage(request)


def _layout(request: HttpRequest, status: int) -> str:
    if rendering.in_drawer(request):
        return rendering.DRAWER
    return rendering.PAGE if request.user.is_authenticated and status < 500 else "ui/layouts/bare.html"


def unavailable(request: HttpRequest, outage: Outage) -> HttpResponse:
    """503 without asking the database: what happened, when to try again, and what was typed, ready to be sent again.

    The form keeps its token, so that what was done before the answer got lost is not done twice.
    """
    said = OUTAGES[outage]
    if request.headers.get("Accept", "").startswith("application/json") or getattr(request, "htmx", False):
        response = answer_plainly(request, said)
    else:
        # Whoever is signed in stands in the database, and so may what he is to be told; the page does without.
        _as_nobody(request)
        kept = _typed(request)
        values = {
            "said": said,
            "status": 503,
            "title": said.title,
            "reference": getattr(request, "request_id", ""),
            "layout": "ui/layouts/bare.html",
            "kept": kept,
            "again": request.get_full_path(),
            "retry": RETRY_SECONDS if request.method == "GET" else 0,
            "files": bool(request.method == "POST" and request.FILES),
        }
        response = HttpResponse(render_to_string("ui/errors/away.html", values, request), status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def answer_plainly(request: HttpRequest, said: Said) -> HttpResponse:
    """For scripts, and for an act in place: the page and what was typed there stay as they are."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"code": "unavailable", "message": str(said.title)}, status=503)
    response = HttpResponse(status=503)
    response["HX-Reswap"] = "none"
    if request.headers.get("X-Poll"):
        return response  # nobody did anything that could be lost
    text = f"{said.title}：{said.text}" if get_language() != "en" else f"{said.title}: {said.text}"
    # What is only looked up was no step of anybody's: the line above says enough.
    return rendering.trigger(
        response, ui_away={"text": str(said.title), "toast": "" if request.method == "GET" else text}
    )


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    if request.method != "POST":
        return []
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if "password" not in name and name not in SECRET
    ]


def for_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The answer for an exception that means a refusal; None for a real failure."""
    if isinstance(error, Invalid):
        return answer(request, 422, message=str(error), code=error.code, detail={"errors": _plain(error)})
    if isinstance(error, DomainError):
        return answer(request, error.status, message=str(error.message), code=error.code)
    if isinstance(error, Http404):
        return answer(request, 404)
    if isinstance(error, PermissionDenied):
        return answer(request, 403, message=str(error))
    outage = outages.of(error)
    if outage is not None:
        log.warning("no answer but 503: %s", error, extra={"status_code": 503})
        return unavailable(request, outage)
    return None


def _plain(error: Invalid) -> dict[str, list[str]]:
    return {name: [str(text) for text in texts] for name, texts in error.errors.items()}


# Handlers of the project's URL configuration and of the CSRF check.


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, DisallowedHost):
        log.warning(
            "asked by a name that is not ours (ZHIZE_ALLOWED_HOSTS): %.200r", request.META.get("HTTP_HOST")
        )
    return answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Somebody signed in anew in another window, or the page is a day old: the form has to be loaded again."""
    return answer(
        request, 403, message=_("这个页面放得太久了。请刷新后再提交一次，写的内容可以从草稿里恢复。")
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """What a view or a middleware failed of; the last resort, when even the page of the error cannot be made, plain words."""
    try:
        outage = outages.of(sys.exc_info()[1])
        return unavailable(request, outage) if outage is not None else answer(request, 500)
    except Exception:
        log.exception("the error page failed")
        return HttpResponse(
            '<!DOCTYPE html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<h1>{SAID[500].title}</h1><p>{SAID[500].text}</p>"
            f"<p>{escape(getattr(request, 'request_id', ''))}</p>",
            status=500,
        )

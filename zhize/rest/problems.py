"""Every refusal and failure of the API as a problem document (RFC 9457) with a stable code."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from zhize.kernel.db import DomainError, Invalid, outages

logger = logging.getLogger("zhize.rest")

CONTENT_TYPE = "application/problem+json"

# Code and title of what is not a domain's own refusal.
KNOWN: dict[int, tuple[str, Any]] = {
    400: ("malformed", gettext_lazy("请求读不懂。")),
    401: ("unauthenticated", gettext_lazy("需要有效的访问令牌。")),
    403: ("refused", gettext_lazy("没有这项权限。")),
    404: ("not_found", gettext_lazy("没有找到，或者不在您的权限范围内。")),
    405: ("method_not_allowed", gettext_lazy("这个地址不支持该方法。")),
    409: ("conflict", gettext_lazy("与当前状态冲突。")),
    413: ("too_large", gettext_lazy("请求内容太大。")),
    415: ("unsupported_media_type", gettext_lazy("内容类型不支持，请使用 application/json。")),
    422: ("invalid", gettext_lazy("有内容需要改正。")),
    429: ("throttled", gettext_lazy("请求太频繁，请稍后再试。")),
    503: ("unavailable", gettext_lazy("暂时不能保存，请稍后用同一个 Idempotency-Key 再试。")),
    500: ("internal", gettext_lazy("系统出错了，请凭请求编号联系管理员。")),
}


def problem(
    request: HttpRequest,
    status: int,
    *,
    code: str = "",
    detail: Any = "",
    errors: Mapping[str, Sequence[Any]] | None = None,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The problem document. `errors` maps a field path such as `customer.phone` to its messages."""
    known_code, title = KNOWN.get(status, KNOWN[500])
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": str(title),
        "status": status,
        "code": code or known_code,
    }
    if detail:
        body["detail"] = str(detail)
    if field:
        body["field"] = field
    if errors:
        body["errors"] = {name: [str(text) for text in texts] for name, texts in errors.items()}
    request_id = getattr(request, "request_id", "")
    if request_id:
        body["request_id"] = request_id
    content = json.dumps(body, ensure_ascii=False).encode()
    return HttpResponse(content, status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))


def of_domain(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """A service said no."""
    errors = refusal.errors if isinstance(refusal, Invalid) else None
    return problem(
        request, refusal.status, code=refusal.code, detail=refusal.message, errors=errors, field=refusal.field
    )


def register(api: NinjaAPI) -> None:
    """Let the API answer every exception with a problem document."""

    @api.exception_handler(DomainError)
    def _domain(request: HttpRequest, error: DomainError) -> HttpResponse:
        return of_domain(request, error)

    @api.exception_handler(ValidationError)
    def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return _of_validation(request, error)

    @api.exception_handler(AuthenticationError)
    def _stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem(request, 401, headers={"WWW-Authenticate": 'Bearer realm="zhize"'})

    @api.exception_handler(Throttled)
    def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
        return problem(request, 429, headers={"Retry-After": str(error.wait or 1)})

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(request, error.status_code, detail=error.message)

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(request, 404)

    @api.exception_handler(PermissionDenied)
    def _denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return problem(request, 403)

    @api.exception_handler(SuspiciousOperation)
    def _suspicious(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
        return problem(request, 413 if isinstance(error, RequestDataTooBig) else 400)

    @api.exception_handler(DataError)
    def _unstorable(request: HttpRequest, error: DataError) -> HttpResponse:
        # A number or text that no column can hold got past the schema: the client's fault, but worth knowing.
        logger.warning("a value that the database cannot hold reached it", exc_info=error)
        return problem(request, 422, detail=_("有超出允许范围的值。"))

    @api.exception_handler(Exception)
    def _failure(request: HttpRequest, error: Exception) -> HttpResponse:
        outage = outages.of(error)
        if outage is not None:
            logger.warning("no answer but 503: %s", error)
            return problem(request, 503, code=f"unavailable.{outage.value}", headers={"Retry-After": "5"})
        logger.exception(
            "API request failed", exc_info=error, extra={"request_id": getattr(request, "request_id", "")}
        )
        return problem(request, 500)


def _of_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Wrong input by field. A path that cannot name any row is a row that does not exist."""
    if any(item["loc"][:1] == ("path",) for item in error.errors):
        return problem(request, 404)
    errors: dict[str, list[str]] = {}
    for item in error.errors:
        where = [str(part) for part in item["loc"]]
        # ninja names the body's argument after "body"; a client knows only its fields.
        shown = where[2:] if where[:1] in (["body"], ["form"], ["file"]) and len(where) > 2 else where[1:]
        errors.setdefault(".".join(shown), []).append(_message(item))
    return problem(request, 422, errors=errors)


def _message(item: Mapping[str, Any]) -> str:
    """Pydantic's finding in the client's language; kinds without a translation keep pydantic's English."""
    kind = item.get("type", "")
    context = item.get("ctx", {})
    said = {
        "missing": _("必须填写。"),
        "extra_forbidden": _("没有这个字段。"),
        "string_too_short": _("太短。"),
        "string_too_long": _("太长，最多 %(n)s 个字符。") % {"n": context.get("max_length", "")},
        "int_type": _("需要整数。"),
        "int_parsing": _("需要整数。"),
        "bool_parsing": _("需要 true 或 false。"),
        "bool_type": _("需要 true 或 false。"),
        "string_type": _("需要文本。"),
        "greater_than_equal": _("不能小于 %(n)s。") % {"n": context.get("ge", "")},
        "less_than_equal": _("不能大于 %(n)s。") % {"n": context.get("le", "")},
    }
    if kind in {"datetime_parsing", "datetime_from_date_parsing", "datetime_type", "timezone_aware"}:
        return _("需要带时区的时间，如 2026-03-02T09:00:00+08:00。")
    if kind in {"date_parsing", "date_from_datetime_parsing", "date_type"}:
        return _("需要日期，如 2026-03-02。")
    if kind in {"literal_error", "enum"}:
        return _("可以填：%(n)s") % {"n": context.get("expected", "")}
    return said.get(kind) or str(item.get("msg", ""))

"""The API itself: one NinjaAPI, its documentation, and the routers the packages bring."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import ninja
from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from ninja.openapi.docs import DocsBase
from ninja.openapi.schema import OpenAPISchema

from zhize import __version__
from zhize.rest import documentation, operations, problems
from zhize.rest.auth import Bearer
from zhize.rest.schema import ROW_NUMBER, Problem

DESCRIPTION = """\
Everything the screens can do, with the same rules. Send `Authorization: Bearer zz_…`.

* Lists: `limit` (1–200) and `cursor`; `next` of an answer is the cursor of the next page.
* POST: send an `Idempotency-Key` of your own; repeated with the same key and body it is done once and answered alike.
* Refusals and failures are problem documents with a stable `code`; texts follow `Accept-Language` (zh-hans, zh-hant, en).
* Times are RFC 3339 with an offset; answers use UTC. Money is text with two decimals.
"""

# What any operation may answer besides its own (422: also for a parameter that it does not know); the rest only where it can happen.
ALWAYS = {
    "400": "Malformed request",
    "401": "No valid token",
    "403": "Not allowed",
    "422": "Invalid input",
    "429": "Too many requests",
    "500": "Failure",
    "503": "Nothing can be saved for the moment",
}
WITH_PATH = {"404": "Not found, or not visible to the caller"}
WITH_BODY = {
    "404": "What the body names is not there, or not visible to the caller",
    "409": "Not possible in the present state",
    "413": "Too large",
    "415": "Not JSON",
}

_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "Repeat a request with the same key, and it is done once.",
}


class Docs(DocsBase):
    """The documentation page."""

    def render_page(self, request: HttpRequest, api: ninja.NinjaAPI, **values: Any) -> HttpResponse:
        document = api.get_openapi_schema()
        context = {
            "title": _("接口文档"),
            "intro": [
                line.lstrip("* ").replace("`", "") for line in DESCRIPTION.splitlines() if line.strip()
            ],
            "sections": documentation.sections(document, list(operations.routes(api))),
        }
        return render(request, "rest/docs.html", context)


class Api(ninja.NinjaAPI):
    """NinjaAPI whose documentation names the problem documents and the idempotency key."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        components = schema.setdefault("components", {}).setdefault("schemas", {})
        components.setdefault("Problem", Problem.model_json_schema())
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                said = dict(ALWAYS)
                said |= WITH_BODY if method in {"post", "put", "patch", "delete"} else {}
                said |= WITH_PATH if "{" in path or _names_a_row(operation) else {}
                for status, text in sorted(said.items()):
                    operation["responses"].setdefault(status, _problem(text))
                operation["responses"] = {
                    str(status): body for status, body in operation["responses"].items()
                }
                if method == "post":
                    operation.setdefault("parameters", []).append(_KEY)
        return schema


def _names_a_row(operation: dict[str, Any]) -> bool:
    """Whether a parameter is the number of a row, which may be out of the caller's reach."""
    given = (each["schema"] for each in operation.get("parameters", ()))
    kinds = (kind for schema in given for kind in (schema, *schema.get("anyOf", ())))
    return any(kind.get("description") == ROW_NUMBER for kind in kinds)


def _problem(text: str) -> dict[str, Any]:
    content = {problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": text, "content": content}


def build() -> Api:
    """The API with the routers of all installed packages."""
    api = Api(
        title="Zhize 职责",
        version=__version__,
        description=DESCRIPTION,
        urls_namespace="rest",
        auth=Bearer(),
        openapi_url="/openapi.json",
        docs_url="/docs",
        docs=Docs(),
    )
    problems.register(api)
    for config in apps.get_app_configs():
        module = f"{config.name}.api"
        if config.name.startswith("zhize.") and config.name != "zhize.rest" and find_spec(module) is not None:
            api.add_router("", import_module(module).router)
    api.add_router("", import_module("zhize.rest.webhooks_api").router)
    return api


def guard(view: Any) -> Any:
    """Around every address of the API: refuses what ninja would not notice, and says 405 as a problem document."""

    def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        if any("\x00" in text for texts in request.GET.lists() for text in texts[1]):
            return problems.problem(request, 422, errors={"": ["NUL"]})
        if request.method in {"POST", "PUT", "PATCH"} and _foreign(request):
            return problems.problem(request, 415)
        response: HttpResponse = view(request, *args, **values)
        if response.status_code == 405:
            return problems.problem(request, 405, headers={"Allow": response.get("Allow", "")})
        return response

    guarded.csrf_exempt = True
    guarded.__wrapped__ = view
    return guarded


def _foreign(request: HttpRequest) -> bool:
    body = int(request.META.get("CONTENT_LENGTH") or 0)
    return body > 0 and request.content_type not in {"application/json", "multipart/form-data"}


def unknown(request: HttpRequest, **_values: Any) -> HttpResponse:
    """Every other address under /api/: not found, as a problem document."""
    return problems.problem(request, 404)

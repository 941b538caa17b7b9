"""/api/v1/: the routers of all packages, the OpenAPI document and its page."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from zhize.rest import api as api_module

api = api_module.build()


def _guarded(entries: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    for entry in entries:
        if isinstance(entry, URLPattern):
            entry.callback = api_module.guard(entry.callback)
        else:
            _guarded(entry.url_patterns)
    return entries


_patterns, _app_name, _namespace = api.urls
# Flat in this package's own namespace: `rest:openapi-json`, `rest:cases_list`.
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include(_guarded(_patterns))),
    re_path(r"^api/.*$", api_module.guard(api_module.unknown), name="unknown"),
]

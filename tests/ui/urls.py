"""The kit's own addresses and nothing else, with pages that fail on purpose."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from zhize import ui
from zhize.kernel.db import Invalid, Outrun


@ui.page(public=True)
def failing(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken")


@ui.page(public=True)
def outrun(request: HttpRequest) -> HttpResponse:
    raise Outrun


@ui.page(public=True)
def invalid(request: HttpRequest) -> HttpResponse:
    raise Invalid({"phone": ["号码不对。"]})


urlpatterns = [
    path("failing/", failing),
    path("outrun/", outrun),
    path("invalid/", invalid),
    path("", include(("zhize.ui.urls", "ui"))),
]
handler400 = "zhize.ui.errors.bad_request"
handler403 = "zhize.ui.errors.forbidden"
handler404 = "zhize.ui.errors.not_found"
handler500 = "zhize.ui.errors.server_error"

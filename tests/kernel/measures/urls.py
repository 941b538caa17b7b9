from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path


def shown(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("trial/", shown, name="trial-list")]

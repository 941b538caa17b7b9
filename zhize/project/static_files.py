"""Serving style sheets and scripts."""

from __future__ import annotations

from collections.abc import Callable

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from servestatic.middleware import ServeStaticMiddleware


class Serving:
    """Serves what stands under /static/.

    The library's middleware exists only for event loops: in front of our views it would send every request over one,
    and through a thread for each middleware behind it. Only requests for files take that way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._pass_on = get_response
        self._prefix = settings.STATIC_URL
        self._serve = async_to_sync(ServeStaticMiddleware(sync_to_async(get_response)))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return (self._serve if request.path_info.startswith(self._prefix) else self._pass_on)(request)

"""Puts the acting person on the request, once, with a request id that history and logs carry."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from zhize.kernel.access import actor
from zhize.kernel.db import marks

READS = frozenset(["GET", "HEAD", "OPTIONS"])
ACTING_POSITION = "acting_position"


class ActorMiddleware:
    """Sets `request.request_id` and `request.actor` (None for somebody who is not signed in)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        with marks.reading(writes=request.method not in READS):
            request.actor = _actor(request)  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


def _actor(request: HttpRequest) -> actor.Actor | None:
    if not request.user.is_authenticated:
        return None
    return actor.for_user(
        request.user,
        channel="web",
        request_id=request.request_id,  # type: ignore[attr-defined]
        position_id=request.session.get(ACTING_POSITION),
    )

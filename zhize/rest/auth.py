"""Who calls: a bearer token, its user's positions, narrowed to the token's scopes; and how often it may."""

from __future__ import annotations

import math
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import Throttled
from ninja.security import HttpBearer

from zhize.kernel import access
from zhize.kernel.accounts import tokens
from zhize.kernel.accounts.buckets import Limit


class Bearer(HttpBearer):
    """Reads `Authorization: Bearer zz_…` and puts the actor on the request."""

    openapi_description = "An API token, printed by `zhize user token LOGIN`."

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = tokens.find(token)
        if found is None:
            return None
        over = limit().take(f"api:{found.pk}")
        if over is not None:
            raise Throttled(wait=math.ceil(over.total_seconds()))
        request.actor = access.for_token(found, request_id=getattr(request, "request_id", ""))
        return found


def limit() -> Limit:
    """Requests a token may make: the configured number a minute, as a courtesy to the others."""
    return Limit(settings.CONFIG.api_requests_per_minute, 60)

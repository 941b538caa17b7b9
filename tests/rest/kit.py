"""A client that speaks JSON with a token."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from zhize.kernel import access
from zhize.kernel.accounts import capabilities, tokens
from zhize.kernel.accounts.models import User


class ApiClient:
    """Calls the API as a user, with a token of his (narrowed to `scopes` when given)."""

    def __init__(self, user: User | None, *scopes: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers: dict[str, str] = {"Accept-Language": "en"}
        if user is not None:
            cli = access.system(capabilities.CLI)
            secret = tokens.issue(actor=cli, user=user, name="test", scopes=scopes).secret
            self.headers["Authorization"] = f"Bearer {secret}"

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(f"/api/v1{path}", query, headers=self.headers)

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> HttpResponse:
        return self.send("POST", path, body, key=key, **headers)

    def send(
        self, method: str, path: str, body: Any = None, *, key: str = "", **headers: str
    ) -> HttpResponse:
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method,
            f"/api/v1{path}",
            content,
            content_type=headers.pop("content_type", "application/json"),
            headers={**self.headers, **headers, **({"Idempotency-Key": key} if key else {})},
        )

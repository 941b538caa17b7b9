"""No operation of any package fails on odd input, and each keeps its word on who may call it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from tests.kit import people
from tests.rest.kit import ApiClient
from zhize.kernel import access
from zhize.rest import operations, urls
from zhize.rest.operations import Route

pytestmark = pytest.mark.django_db

ROUTES = list(operations.routes(urls.api))
ODD = ("1", "0", "-1", "999999999999", "252331147509621093040128", "abc", "%00", "é", "1.5", "true")
BODIES: tuple[Any, ...] = (
    None,
    b"",
    b"{",
    b"null",
    {},
    [],
    {"x": 1},
    {"title": True},
    {"customer": {"id": -1}},
    {"note": "\x00"},
)
QUERIES = ("", "?limit=0", "?limit=99999999999999999999", "?cursor=x", "?q=%00", "?nonsense=1", "?limit=true")


@pytest.fixture
def mighty() -> ApiClient:
    return ApiClient(people.somebody({item.code: "all" for item in access.all_capabilities()}))


@cache
def document() -> dict[str, Any]:
    return dict(urls.api.get_openapi_schema())


def fill(route: Route, value: str) -> str:
    return re.sub(r"{\w+}", value, route.path.removeprefix("/api/v1"))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_odd_input_is_refused_and_never_a_failure(route: Route, mighty: ApiClient) -> None:
    tried = [(value, None, "") for value in (ODD if "{" in route.path else ("1",))]
    if route.method == "GET":
        tried += [("1", None, query) for query in QUERIES]
    else:
        tried += [("1", body, "") for body in BODIES]
    documented = document()["paths"][route.path][route.method.lower()]["responses"]
    for value, body, query in tried:
        answer = mighty.send(route.method, fill(route, value) + query, body)
        assert answer.status_code < 500, (value, body, query, answer.content)
        assert str(answer.status_code) in documented, (value, body, query, answer.status_code)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["code"]


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if not route.spec.public],
    ids=lambda route: f"{route.method} {route.path}",
)
def test_strangers_and_people_without_the_capability_get_nowhere(route: Route) -> None:
    path = fill(route, "1")
    body = None if route.method == "GET" else {}
    assert ApiClient(None).send(route.method, path, body).status_code == 401
    nobody = ApiClient(people.somebody({}))
    if route.spec.capabilities:
        # 422 and 404 come before the capability is looked at: the input is read first. Nothing else may.
        assert nobody.send(route.method, path, body).status_code in {403, 404, 422}

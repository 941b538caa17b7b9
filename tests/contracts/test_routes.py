"""Every address of the product: what it demands is declared, strangers are refused, and refusals change nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from tests.kit import people
from tests.kit.cast import Cast
from tests.rest.kit import ApiClient
from zhize.domains.cases import services as cases
from zhize.rest import operations, urls
from zhize.ui import routes

# Addresses that are not pages of ours: probes, static files, the API (which has its own matrix), sign-in of a library.
OUTSIDE = (
    "healthz",
    "readyz",
    "metrics",
    "rest:",
    "api",
    "account",
    "mfa",
    "socialaccount",
    "usersessions",
    "openid",
)
# Tables that change without anybody doing anything to the business: sessions, brakes on guessing, what was looked at.
VOLATILE = (
    "django_session",
    "usersessions",
    "accounts_bucket",
    "rest_bucket",
    "ui_",
    "django_migrations",
    "procrastinate",
)


def pages() -> list[routes.Route]:
    return [route for route in routes.walk(get_resolver()) if not route.name.startswith(OUTSIDE)]


def test_every_page_declares_what_it_demands() -> None:
    silent = [route.name or route.pattern for route in pages() if route.access is None]
    assert silent == []


def address(route: routes.Route, values: dict[str, Any]) -> str:
    """The route's address with a value in every place."""

    def fill(place: re.Match[str]) -> str:
        kind, _, name = place.group(1).rpartition(":")
        return str(values.get(name, 1 if kind in {"int", ""} else "x"))

    pattern = (
        re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route.pattern)
        .replace("^", "")
        .replace("$", "")
        .replace("\\Z", "")
    )
    return "/" + re.sub(r"<([^>]+)>", fill, pattern)


def contents() -> dict[str, Any]:
    """A fingerprint of every table that belongs to the business."""
    with connection.cursor() as cursor:
        tables = [
            name for name in connection.introspection.table_names(cursor) if not name.startswith(VOLATILE)
        ]
        found = {}
        for table in tables:
            cursor.execute(f'SELECT count(*), sum(hashtext(t::text)::bigint) FROM "{table}" t')
            found[table] = cursor.fetchone()
        return found


def case_of(cast: Cast) -> Any:
    intake = cases.Intake(
        type="complaint",
        title="电梯异响",
        channel="phone",
        customer=cast.customers["A101"],
        premises=cast.rooms["A101"],
    )
    return cases.open_case(actor=cast.actor("limin"), intake=intake)


def ask(client: Client, route: routes.Route, url: str) -> list[Any]:
    assert route.access is not None
    return [
        client.get(url) if method == "GET" else client.post(url, {"name": "x", "note": "x"})
        for method in route.access.methods
    ]


@pytest.mark.req("ORG-30")
def test_nobody_gets_in_without_signing_in_and_nothing_changes(cast: Cast, client: Client) -> None:
    case = case_of(cast)
    values = {"number": case.number, "pk": case.pk, "case_id": case.pk}
    before = contents()
    for route in pages():
        assert route.access is not None
        if route.access.public:
            continue
        for answer in ask(client, route, address(route, values)):
            assert answer.status_code in {302, 401}, route.name
            if answer.status_code == 302:
                assert "/login/" in answer["Location"], route.name
    assert contents() == before


def operations_of_the_api() -> list[operations.Route]:
    return list(operations.routes(urls.api))


def call(client: ApiClient, route: operations.Route) -> Any:
    path = re.sub(
        r"\{(?:\w+:)?(\w+)\}", lambda place: "answer" if place.group(1) == "verb" else "1", route.path
    )
    return client.send(route.method, path.removeprefix("/api/v1"), {} if route.method != "GET" else None)


@pytest.mark.django_db
def test_the_api_wants_a_token_everywhere_but_where_it_says_so() -> None:
    client = ApiClient(None)
    for route in operations_of_the_api():
        if not route.spec.public:
            assert call(client, route).status_code == 401, route.path


@pytest.mark.req("ORG-30")
def test_the_api_refuses_a_token_without_grants_and_nothing_changes(cast: Cast) -> None:
    case_of(cast)
    client = ApiClient(people.somebody({}, where=cast.centre))
    before = contents()
    for route in operations_of_the_api():
        if route.spec.capabilities:
            answer = call(client, route)
            assert answer.status_code in {403, 404, 422}, f"{route.method} {route.path}: {answer.status_code}"
    after = contents()
    assert {name for name in after if after[name] != before[name]} <= {"accounts_apitoken"}

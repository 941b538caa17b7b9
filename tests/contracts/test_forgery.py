"""Nobody acts in somebody else's name: forged forms, fields that are not offered, answers without the right headers."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.contracts.test_routes import address, contents, operations_of_the_api, pages
from tests.contracts.test_scope import BACKEND
from tests.kit import bodies, people
from tests.rest.kit import ApiClient
from zhize.kernel import access
from zhize.kernel.accounts.models import User
from zhize.rest import urls
from zhize.ui import routes

pytestmark = pytest.mark.django_db

# What a client might try to set beside what an operation takes.
FORBIDDEN = {
    "id": 1,
    "pk": 1,
    "state": "closed",
    "category": "closed",
    "created_at": "2020-01-01T00:00:00Z",
    "created_by": 1,
    "is_superuser": True,
    "is_active": True,
    "password": "x",
    "actor": 1,
    "person_id": 1,
    "unit_id": 1,
    "version": 1,
    "secret": "x",
    "digest": "x",
    "number": "TS-1",
    "history": [],
    "zzz_unknown": "x",
}


@pytest.fixture
def mighty() -> User:
    return people.somebody({item.code: "all" for item in access.all_capabilities()})


def unsafe() -> list[routes.Route]:
    return [route for route in pages() if route.access and "POST" in route.access.methods]


def test_every_form_refuses_a_request_that_came_from_elsewhere(mighty: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(mighty, backend=BACKEND)
    before = contents()
    logging.disable(logging.WARNING)
    try:
        answers = {
            route.name: client.post(
                address(route, {}), {"name": "x"}, headers={"Accept": "application/json"}
            ).status_code
            for route in unsafe()
        }
    finally:
        logging.disable(logging.NOTSET)
    assert len(answers) > 250
    assert {name for name, status in answers.items() if status != 403} == set()
    assert contents() == before


def test_no_view_waives_the_check() -> None:
    """The API and incoming hooks take no cookie: the one by token, the others by their own secret."""
    waived = {
        route.name
        for route in routes.walk(get_resolver())
        if getattr(route.view, "csrf_exempt", False) and not route.name.startswith("rest:")
    }
    assert waived == set()


def test_a_session_opens_nothing_of_the_api_and_a_token_needs_no_form(mighty: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(mighty, backend=BACKEND)
    for each in operations_of_the_api():
        if not each.spec.public and "{" not in each.path:
            assert browser.generic(each.method, each.path).status_code == 401, each.path
    by_token = ApiClient(mighty)
    by_token.client.handler.enforce_csrf_checks = True
    assert by_token.post("/lines/1/verbs/resume", {}).status_code == 404


def test_no_operation_takes_a_field_that_is_not_its_own(mighty: User) -> None:
    client = ApiClient(mighty)
    document = urls.api.get_openapi_schema()
    before = contents()
    faults = []
    tried = 0
    for each in operations_of_the_api():
        said = document["paths"][each.path][each.method.lower()]
        offered = bodies.body_of(said, document, full=True)
        if not isinstance(offered, dict) or each.spec.public:
            continue
        extra = {name: value for name, value in FORBIDDEN.items() if name not in offered}
        answer = client.send(
            each.method, _filled(each.path, said), {**bodies.body_of(said, document), **extra}
        )
        refused = set(answer.json().get("errors", {}))
        tried += 1
        if answer.status_code != 422 or not set(extra) <= refused:
            faults.append(
                f"{each.method} {each.path}: {answer.status_code} took {sorted(set(extra) - refused)}"
            )
    assert not faults, "\n".join(faults)
    assert tried > 40
    after = contents()
    assert {name for name in after if after[name] != before[name]} <= {"accounts_apitoken"}


def _filled(path: str, said: dict[str, Any]) -> str:
    """The path with the first word that each place allows, or a number that nothing has."""
    words = {
        each["name"]: (each["schema"].get("enum") or ["999999"])[0]
        for each in said.get("parameters", ())
        if each["in"] == "path"
    }
    return re.sub(r"{(\w+)}", lambda place: str(words[place.group(1)]), path.removeprefix("/api/v1"))


@pytest.mark.parametrize("path", ["/login/", "/account/", "/api/v1/units", "/no-such-page/", "/p/progress/"])
def test_every_answer_bears_the_headers(path: str, mighty: User) -> None:
    client = Client()
    if path != "/login/":
        client.force_login(mighty, backend=BACKEND)
    answer: Any = client.get(path)
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "Server" not in answer.headers


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(mighty: User) -> None:
    client = Client()
    client.post("/login/", {"login": mighty.login, "password": people.PASSWORD})
    session, device = client.cookies["sessionid"], client.cookies["zz_device"]
    for cookie in (session, device):
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"

"""What machines ask: alive, ready, figures."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from django.test import Client

from tests.kit import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken_database() -> Iterator[None]:
    """Every query fails, as with a server that went away."""

    def refuse(*_arguments: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(refuse):
        yield


def test_alive_does_not_ask_the_database(client: Client, broken_database: None) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_who_watches_may_know_a_machine_by_its_number_only(client: Client) -> None:
    assert [client.get(path, HTTP_HOST="10.0.0.5").status_code for path in ("/healthz", "/readyz")] == [
        200,
        200,
    ]


@pytest.mark.parametrize("path", ["/", "/login/", "/api/v1/cases", "/nothing/"])
def test_a_name_that_is_not_ours_is_refused_in_plain_words(
    client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (console,) = (one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler)
    written = io.StringIO()
    monkeypatch.setattr(console, "stream", written)
    monkeypatch.setattr("sys.stderr", written)  # what has no handler is written there
    answer = client.get(path, HTTP_HOST="evil.example")
    assert answer.status_code == 400
    assert "这个请求读不懂" in answer.content.decode()
    (line,) = written.getvalue().splitlines()  # with a traceback each, a stranger fills the log
    assert "ZHIZE_ALLOWED_HOSTS" in line


def test_ready_when_the_database_answers(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "database": True})


def test_not_ready_without_its_database_and_it_says_so(client: Client, broken_database: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "database": False})


def figure(text: str, start: str) -> float:
    line = next((line for line in text.splitlines() if line.startswith(start)), f"{start} 0")
    return float(line.rpartition(" ")[2])


def test_figures_count_requests_by_route_and_jobs_by_state(client: Client) -> None:
    counted = 'zhize_requests_total{method="GET",route="healthz",status="200"}'
    before = figure(client.get("/metrics").content.decode(), counted)
    client.get("/healthz")
    answer = client.get("/metrics")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert figure(text, counted) == before + 1
    assert "# TYPE zhize_request_seconds histogram" in text
    assert "# TYPE zhize_jobs gauge" in text
    assert "zhize_jobs_waiting_seconds" in text


def test_figures_name_no_address_and_nobody(client: Client) -> None:
    login = people.somebody({})
    client.force_login(login, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/p/progress/geheimer-code/")
    text = client.get("/metrics").content.decode()
    assert "geheimer-code" not in text and login.login not in text


def test_figures_are_for_this_machine_or_the_token(client: Client, settings: Any) -> None:
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403
    assert client.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 403
    settings.CONFIG = replace(django_settings.CONFIG, metrics_token="figures-please")
    assert client.get("/metrics").status_code == 403
    for said in ("Bearer wrong", "Bearer 错", "figures-please"):
        assert client.get("/metrics", headers={"authorization": said}).status_code == 403
    allowed = client.get(
        "/metrics", headers={"authorization": "Bearer figures-please"}, REMOTE_ADDR="203.0.113.9"
    )
    assert allowed.status_code == 200

"""A POST sent twice with one key is done once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from tests.kit import people
from tests.rest.kit import ApiClient
from zhize.lib import clock
from zhize.rest import services, services_idempotency
from zhize.rest.models import IdempotencyKey, WebhookEndpoint

GRANTS = {"webhook.view": "all", "webhook.manage": "all"}


def body(**changes: Any) -> dict[str, Any]:
    position = people.position(people.unit())
    return {"name": "BI", "url": "https://example.com/", "facts": ["*"], "position": position.pk, **changes}


@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_the_second_gets_the_first_answer(self) -> None:
        api, sent = ApiClient(people.somebody(GRANTS)), body()
        first = api.post("/webhooks", sent, key="k1")
        again = api.post("/webhooks", sent, key="k1")
        assert first.status_code == again.status_code == 201
        assert again.content == first.content
        assert again["Location"] == first["Location"]
        assert again["Idempotency-Replayed"] == "true"
        assert WebhookEndpoint.objects.count() == 1

    def test_another_body_under_the_same_key_is_a_conflict(self) -> None:
        api, sent = ApiClient(people.somebody(GRANTS)), body()
        api.post("/webhooks", sent, key="k1")
        other = api.post("/webhooks", {**sent, "name": "other"}, key="k1")
        assert (other.status_code, other.json()["code"]) == (409, "idempotency.reused")
        assert WebhookEndpoint.objects.count() == 1

    def test_keys_of_two_tokens_do_not_meet(self) -> None:
        sent = body()
        for _token in range(2):
            assert ApiClient(people.somebody(GRANTS)).post("/webhooks", sent, key="k1").status_code == 201
        assert WebhookEndpoint.objects.count() == 2

    def test_a_refused_request_leaves_no_key_and_may_be_corrected(self) -> None:
        api, sent = ApiClient(people.somebody(GRANTS)), body()
        assert api.post("/webhooks", {**sent, "url": "ftp://x"}, key="k1").status_code == 422
        assert not IdempotencyKey.objects.exists()
        assert api.post("/webhooks", sent, key="k1").status_code == 201

    def test_without_a_key_every_request_counts(self) -> None:
        api, sent = ApiClient(people.somebody(GRANTS)), body()
        for _time in range(2):
            assert api.post("/webhooks", sent).status_code == 201
        assert WebhookEndpoint.objects.count() == 2

    @pytest.mark.parametrize("key", ["x" * 201, "键".encode().decode("latin1")])
    def test_a_malformed_key_is_refused(self, key: str) -> None:
        assert ApiClient(people.somebody(GRANTS)).post("/webhooks", body(), key=key).status_code == 422

    def test_old_keys_are_forgotten(self) -> None:
        api = ApiClient(people.somebody(GRANTS))
        api.post("/webhooks", body(), key="k1")
        with time_machine.travel(clock.now() + timedelta(days=8)):
            services_idempotency.tidy()
        assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_doubles_at_the_same_moment_are_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    api, sent = ApiClient(people.somebody(GRANTS)), body()
    both_there = threading.Barrier(2, timeout=20)
    plain = services_idempotency._claim

    def claim(*args: Any) -> bool:
        both_there.wait()
        return plain(*args)

    monkeypatch.setattr(services_idempotency, "_claim", claim)

    def call(_number: int) -> Any:
        try:
            return api.post("/webhooks", sent, key="k1")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(call, range(2)))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert WebhookEndpoint.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services_idempotency, "WAIT_SECONDS", 1)
    api, sent = ApiClient(people.somebody(GRANTS)), body()
    inside, leave = threading.Event(), threading.Event()
    plain = services.create

    def slow(**values: Any) -> Any:
        inside.set()
        leave.wait(20)
        return plain(**values)

    monkeypatch.setattr(services, "create", slow)

    def call() -> Any:
        try:
            return api.post("/webhooks", sent, key="k1")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(call)
        inside.wait(20)
        second = api.post("/webhooks", sent, key="k1")
        leave.set()
        assert first.result().status_code == 201
    assert (second.status_code, second.json()["code"]) == (409, "idempotency.in_progress")
    assert api.post("/webhooks", sent, key="k1").status_code == 201

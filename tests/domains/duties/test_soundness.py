"""Looking for missed slots says nothing about those that a worker makes at the same time."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from tests.domains.duties import cast
from tests.domains.duties.test_recurring import DAILY, put, run
from zhize.domains.duties import services, soundness
from zhize.domains.duties.models import Obligation


@pytest.mark.django_db(transaction=True)
def test_what_a_worker_plans_meanwhile_is_not_missing(now: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    put(cast.centre(), "walk", DAILY)
    assert len(list(soundness.missed())) == 1
    plain = services.plan_anew

    def a_worker() -> None:
        try:
            run(ahead_days=3)
        finally:
            connection.close()

    def with_a_worker_beside(**given: Any) -> int:
        worker = threading.Thread(target=a_worker)
        worker.start()
        worker.join()
        return plain(**given)

    monkeypatch.setattr(services, "plan_anew", with_a_worker_beside)
    assert list(soundness.missed()) == []
    assert Obligation.objects.count() == 4

"""What must be kept of a refused attempt outlives the transaction that is undone."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.contrib.sessions.models import Session
from django.db.transaction import TransactionManagementError

from zhize.kernel.db import afterwards, atomic
from zhize.lib import clock

pytestmark = pytest.mark.django_db


class Said(Exception):
    pass


def keep(key: str) -> None:
    Session.objects.create(session_key=key, expire_date=clock.now())


def kept() -> set[str]:
    return set(Session.objects.values_list("session_key", flat=True))


def attempt() -> None:
    with atomic():
        keep("撤销")
        afterwards(lambda: keep("留下"))
        raise Said


def test_it_stays_although_all_else_is_undone() -> None:
    with pytest.raises(Said):
        attempt()
    assert kept() == {"留下"}


def test_it_stays_once_where_the_caller_goes_on() -> None:
    with atomic():
        with pytest.raises(Said):
            attempt()
        keep("继续")
    assert kept() == {"继续", "留下"}


def test_outside_a_transaction_it_happens_at_once() -> None:
    afterwards(lambda: keep("留下"))
    assert kept() == {"留下"}


def test_who_catches_a_refusal_of_his_own_service_does_not_lose_everything_unseen() -> None:
    with pytest.raises(TransactionManagementError), atomic():
        keep("先做的")
        with suppress(Said):
            service()
    assert kept() == set()
    with atomic():
        keep("先做的")
        with suppress(Said), atomic():
            service()
    assert kept() == {"先做的"}


@atomic
def service() -> None:
    keep("撤销")
    raise Said

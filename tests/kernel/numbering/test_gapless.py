from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from zhize.kernel import access, history, numbering
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.numbering.models import IssuedNumber

numbering.declare(
    "trial_receipt", zh="收据", en="Receipt", prefix="SJ", period="year", digits=6, gapless=True
)
access.system_actor("trial.cashier", caps=["number.view", "number.void"])
access.system_actor("trial.nobody", caps=[])

SPRING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def cashier() -> access.Actor:
    return access.system("trial.cashier")


def issue(**more: Any) -> IssuedNumber:
    return numbering.next_gapless("trial_receipt", actor=cashier(), at=SPRING, **more)


def test_numbers_follow_each_other_and_stand_in_history(db: None) -> None:
    assert [str(issue()) for _ in range(3)] == ["SJ-2026-000001", "SJ-2026-000002", "SJ-2026-000003"]
    issued = IssuedNumber.objects.get(number="SJ-2026-000002")
    assert [entry.verb for entry in history.timeline(issued)] == ["number.issued"]


def test_a_voided_number_stays_with_its_reason(db: None) -> None:
    issued = issue()
    numbering.void(issued, actor=cashier(), reason=" 打印机卡纸 ")
    issued.refresh_from_db()
    assert issued.void_reason == "打印机卡纸"
    assert issued.voided_by == "trial.cashier"
    assert str(issue()) == "SJ-2026-000002"
    with pytest.raises(numbering.AlreadyVoid):
        numbering.void(issued, actor=cashier(), reason="再来一次")


def test_voiding_needs_a_reason_and_the_right(db: None) -> None:
    issued = issue()
    with pytest.raises(Invalid) as refused:
        numbering.void(issued, actor=cashier(), reason="  ")
    assert "reason" in refused.value.errors
    with pytest.raises(Refused):
        numbering.void(issued, actor=access.system("trial.nobody"), reason="卡纸")
    issued.refresh_from_db()
    assert issued.voided_at is None


def test_the_database_refuses_a_void_without_a_reason(db: None) -> None:
    issued = issue()
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedNumber.objects.filter(pk=issued.pk).update(voided_at=SPRING)


@pytest.mark.django_db(transaction=True)
def test_rolled_back_transactions_and_a_crowd_leave_no_gap() -> None:
    people = 6
    barrier = threading.Barrier(people)

    def take(number: int) -> None:
        barrier.wait()
        try:
            for turn in range(5):
                try:
                    with transaction.atomic():
                        issue()
                        if (number + turn) % 3 == 0:
                            raise ZeroDivisionError
                except ZeroDivisionError:
                    pass
        finally:
            connection.close()

    with ThreadPoolExecutor(people) as pool:
        list(pool.map(take, range(people)))
    counts = list(IssuedNumber.objects.order_by("count").values_list("count", flat=True))
    assert counts == list(range(1, len(counts) + 1))
    assert len(counts) == 20

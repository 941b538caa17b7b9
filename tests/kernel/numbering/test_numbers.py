from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from zhize.kernel import numbering
from zhize.kernel.org.models import Unit

numbering.declare("trial", zh="试用", en="Trial", prefix="SY")
numbering.declare("trial_month", zh="试用", en="Trial", prefix="YB", period="month", digits=3)
numbering.declare("trial_ever", zh="试用", en="Trial", prefix="HY", period="never", digits=6)

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh_counts(db: None) -> None:
    numbering.restart_periods()


def test_a_number_carries_prefix_day_and_count() -> None:
    taken = [numbering.next_number("trial", at=MORNING, prefix="TS") for _ in range(3)]
    assert taken == ["TS-20260302-0001", "TS-20260302-0002", "TS-20260302-0003"]


def test_the_count_begins_again_every_day() -> None:
    numbering.next_number("trial", at=MORNING)
    assert numbering.next_number("trial", at=datetime(2026, 3, 3, 1, 0, tzinfo=UTC)) == "SY-20260303-0001"
    assert numbering.next_number("trial", at=MORNING).startswith("SY-20260302-")


def test_the_day_is_that_of_the_units_zone() -> None:
    late = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    berlin = Unit(timezone="Europe/Berlin")
    assert numbering.next_number("trial", at=late).startswith("SY-20260303-")
    assert numbering.next_number("trial", at=late, unit=berlin).startswith("SY-20260302-")


def test_each_prefix_counts_by_itself() -> None:
    assert numbering.next_number("trial", at=MORNING, prefix="TS") == "TS-20260302-0001"
    assert numbering.next_number("trial", at=MORNING, prefix="BX") == "BX-20260302-0001"


def test_longer_periods_and_more_than_the_width() -> None:
    assert numbering.next_number("trial_month", at=MORNING) == "YB-202603-001"
    assert numbering.next_number("trial_ever", at=MORNING) == "HY-000001"
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('numbering_trial_month__yb', 1000)")
        cursor.execute("SELECT start FROM numbering_periodstart WHERE series = 'trial_month'")
        start = cursor.fetchone()[0]
    assert numbering.next_number("trial_month", at=MORNING) == f"YB-202603-{1001 - start}"


@pytest.mark.parametrize("prefix", ["", "ts", "T S", "投诉", "A_B", "ABCDEFGHIJKLM", "A'; DROP TABLE x"])
def test_a_malformed_prefix_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        numbering.next_number("trial", at=MORNING, prefix=prefix)


def test_an_undeclared_series_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(LookupError, match="trial_month"):
        numbering.next_number("nothing_such", at=MORNING)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_on_a_fresh_day_get_different_numbers_from_one() -> None:
    numbering.restart_periods()
    people, each = 8, 15
    barrier = threading.Barrier(people)

    def take(_: int) -> list[str]:
        barrier.wait()
        try:
            return [_take_one() for _ in range(each)]
        finally:
            connection.close()

    def _take_one() -> str:
        with transaction.atomic():
            return numbering.next_number("trial", at=MORNING, prefix="CC")

    with ThreadPoolExecutor(people) as pool:
        taken = [number for numbers in pool.map(take, range(people)) for number in numbers]
    assert sorted(taken) == [f"CC-20260302-{count:04}" for count in range(1, people * each + 1)]


@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_holds_nobody_up_even_as_the_first_of_the_day() -> None:
    numbering.restart_periods()

    def take() -> str:
        try:
            return numbering.next_number("trial", at=MORNING, prefix="DD")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        first = numbering.next_number("trial", at=MORNING, prefix="DD")
        second = pool.submit(take).result(timeout=10)
    assert (first, second) == ("DD-20260302-0001", "DD-20260302-0002")


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_number_is_never_given_again() -> None:
    numbering.restart_periods()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lost = numbering.next_number("trial", at=MORNING, prefix="EE")
        raise ZeroDivisionError
    assert lost == "EE-20260302-0001"
    assert numbering.next_number("trial", at=MORNING, prefix="EE") == "EE-20260302-0002"


def test_numbers_for_a_past_count_every_day_from_one() -> None:
    moments = [
        datetime(2026, 5, day, hour, tzinfo=UTC) for day, hour in [(4, 1), (4, 5), (5, 2), (7, 3), (7, 4)]
    ]
    found = numbering.next_numbers("trial", moments)
    assert [number.rpartition("-")[2] for number in found] == ["0001", "0002", "0001", "0001", "0002"]
    assert numbering.next_number("trial", at=moments[0]) not in found

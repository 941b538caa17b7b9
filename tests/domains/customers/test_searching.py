"""Customers are found by name, number, phone fragment and address."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Premises
from zhize.kernel import search
from zhize.kernel.access import Actor

New = Callable[..., Customer]


@pytest.fixture
def owner(new_customer: New, room: Premises) -> Customer:
    return new_customer(
        "张建国", "13812342277", at=[customers.OccupancyInput(room, role="owner")], tags=["养狗"]
    )


@pytest.mark.parametrize(
    "text",
    [
        "建国",
        "張建國",
        "国",
        "2277",
        "81234",
        "碧水园",
        "养狗",
        "3-2-301",
        "碧水园3栋2单元301",
        "三栋二单元301室",
    ],
)
def test_found_by(owner: Customer, lead: Actor, text: str) -> None:
    hits = search.find(lead, text, types=["customers.customer"])
    assert [hit.object_id for hit in hits] == [owner.pk]


def test_the_number_is_never_shown_among_the_hits(owner: Customer, lead: Actor) -> None:
    (hit,) = search.find(lead, "2277", types=["customers.customer"])
    assert "1381234" not in hit.title + hit.summary


def test_a_removed_number_finds_nobody_and_a_new_one_does(owner: Customer, lead: Actor) -> None:
    customers.remove_phone(actor=lead, phone=owner.phones.get())
    customers.add_phone(actor=lead, customer=owner, number="13900001111")
    assert not search.find(lead, "13812342277")
    assert search.find(lead, "13900001111")


def test_a_merged_record_is_found_only_as_its_survivor(
    owner: Customer, lead: Actor, new_customer: New
) -> None:
    other = new_customer("张先生", "13900001111")
    customers.merge(actor=lead, winner=owner, loser=other)
    hits = search.find(lead, "13900001111", types=["customers.customer"])
    assert [hit.object_id for hit in hits] == [owner.pk]


def test_rooms_are_found_by_address(room: Premises, lead: Actor, stranger: Actor) -> None:
    assert [hit.object_id for hit in search.find(lead, "碧水园 3-2-301", types=["customers.premises"])] == [
        room.pk
    ]
    assert not search.find(stranger, "碧水园")

"""Figures of the customer resource for dashboards and reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import time_machine

from tests.domains.customers.conftest import Cast, build_room
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Premises
from zhize.kernel import measures
from zhize.kernel.access import Actor

New = Callable[..., Customer]


@pytest.fixture
def march(cast: Cast) -> measures.MeasureScope:
    return measures.MeasureScope.days(date(2026, 3, 1), date(2026, 3, 31), unit_ids=[cast.a.unit.pk])


@pytest.mark.req("CUS-14")
def test_customers_are_counted_by_kind_and_area(
    march: measures.MeasureScope, new_customer: New, room: Premises, lead: Actor
) -> None:
    with time_machine.travel("2026-02-10 10:00+08:00", tick=False):
        new_customer("老客户", kind="tenant")
    with time_machine.travel("2026-03-10 10:00+08:00", tick=False):
        owner = new_customer("张建国", at=[customers.OccupancyInput(room, role="owner")])
        customers.record_touch(actor=lead, customer=owner, channel="phone")
        customers.confirm_data(actor=lead, customer=owner)
    assert measures.value("customer.count", march).value == 2
    assert measures.value("customer.added", march).value == 1
    assert measures.value("customer.touches", march).value == 1
    assert measures.value("customer.confirmed_rate", march).value == pytest.approx(0.5)
    by_kind = {
        str(group.labels[0]): group.result.value
        for group in measures.breakdown("customer.count", march, by=["kind"])
    }
    assert by_kind == {"租户": 1, "访客": 1}
    by_area = {
        str(group.labels[0]): group.result.value
        for group in measures.breakdown("customer.count", march, by=["area"])
    }
    assert by_area["A苑"] == 1


@pytest.mark.req("CUS-06")
def test_the_share_of_vacant_rooms(
    march: measures.MeasureScope, community: Premises, room: Premises, lead: Actor, new_customer: New
) -> None:
    for code in ("101", "102", "103"):
        build_room(lead, community, "3", "1", code)
    customers.occupy(actor=lead, customer=new_customer(), premises=room, role="tenant")
    assert measures.value("premises.vacant_rate", march).value == pytest.approx(0.75)

"""The phone rings: customer, household, premises and open cases at once, fast (CUS-01)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.domains.customers.conftest import Cast
from zhize.domains.customers import registry
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Phone, Premises
from zhize.domains.customers.registry import Panel, PanelLine
from zhize.domains.customers.selectors import identity
from zhize.kernel.access import Actor
from zhize.lib import clock

New = Callable[..., Customer]


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Sequence[int]]]:
    """A higher domain that has one open case for whoever is asked about."""
    asked: list[Sequence[int]] = []
    monkeypatch.setattr(registry, "_panels", {})

    @registry.panel("cases")
    def open_cases(*, actor: Actor, customer_ids: Sequence[int], limit: int) -> Panel:
        asked.append(customer_ids)
        return Panel("cases", "工单", [PanelLine("TS-1", "电梯异响", "/cases/1/")], total=1, open_count=1)

    yield asked


@pytest.mark.req("CUS-01")
def test_a_call_brings_customer_household_premises_and_open_cases(
    new_customer: New, lead: Actor, room: Premises, cases: list[Sequence[int]]
) -> None:
    owner = new_customer("张建国", "13812342277", at=[customers.OccupancyInput(room, role="owner")])
    wife, home = new_customer("李秀英"), new_customer("张家", kind="family")
    customers.add_member(actor=lead, household=home, member=owner, relation="head")
    customers.add_member(actor=lead, household=home, member=wife, relation="spouse")
    found = identity.popup(lead, "013812342277")
    (caller,) = found.callers
    assert (caller.customer, caller.phone.number) == (owner, "13812342277")  # type: ignore[union-attr]
    assert [row.premises.address for row in caller.places] == ["碧水园 3-2-301"]
    assert [row.member for row in caller.household] == [wife]
    assert [line.number for panel in found.panels for line in panel.lines] == ["TS-1"]
    assert sorted(cases[0]) == sorted([owner.pk, wife.pk])


@pytest.mark.parametrize("dialled", ["13812342277", "+8613812342277", "8613812342277", "013812342277"])
def test_any_form_of_a_mobile_number_finds_it(new_customer: New, lead: Actor, dialled: str) -> None:
    owner = new_customer("张建国", "138 1234 2277")
    assert identity.by_number(lead, dialled) == [owner]


def test_a_land_line_is_found_with_and_without_area_code(new_customer: New, lead: Actor) -> None:
    short, full = new_customer("甲", "26661234"), new_customer("乙", "0755-26665678-8")
    assert identity.by_number(lead, "075526661234") == [short]
    assert identity.by_number(lead, "0755 2666 5678") == [full]


def test_a_contacts_number_finds_the_customer(new_customer: New, lead: Actor) -> None:
    company = new_customer("华强", kind="tenant")
    contact = customers.add_contact(actor=lead, customer=company, name="周敏", phone="13900001111")
    (caller,) = identity.popup(lead, "13900001111").callers
    assert (caller.customer, caller.contact, caller.phone) == (company, contact, None)


def test_several_customers_of_one_number_are_all_shown(new_customer: New, lead: Actor) -> None:
    for index in range(12):
        new_customer(f"客户{index}", "13812342277")
    found = identity.popup(lead, "13812342277")
    assert (len(found.callers), found.more) == (10, 1)


def test_unknown_and_silly_numbers_show_nobody(new_customer: New, lead: Actor) -> None:
    new_customer("张建国", "13812342277")
    for number in ("13999999999", "", "abc", "anonymous"):
        assert identity.popup(lead, number).callers == ()


def test_the_sibling_centre_sees_nobody(new_customer: New, stranger: Actor) -> None:
    new_customer("张建国", "13812342277")
    assert identity.popup(stranger, "13812342277").callers == ()


def test_the_queries_do_not_grow_with_the_callers(new_customer: New, lead: Actor) -> None:
    new_customer("甲", "13812342277")
    with CaptureQueriesContext(connection) as one:
        identity.popup(lead, "13812342277")
    for name in ("乙", "丙", "丁"):
        new_customer(name, "13812342277")
    with CaptureQueriesContext(connection) as four:
        identity.popup(lead, "13812342277")
    assert len(one) == len(four) <= 8


def test_the_number_is_looked_up_by_index(new_customer: New, lead: Actor, cast: Cast) -> None:
    """With 20,000 numbers the look-up still goes through the index on the digits and answers within 5 ms."""
    now = clock.now()
    rows = [
        Customer(
            unit=cast.a.unit,
            kind_code="visitor",
            name=f"客户{i}",
            state="active",
            category="working",
            created_at=now,
        )
        for i in range(20_000)
    ]
    Customer.objects.bulk_create(rows, batch_size=2000)
    Phone.objects.bulk_create(
        (
            Phone(customer=row, number=f"139{index:08d}", digits=f"139{index:08d}", created_at=now)
            for index, row in enumerate(rows)
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_phone")
        cursor.execute("ANALYZE customers_customer")
        cursor.execute("ANALYZE customers_contact")
    with CaptureQueriesContext(connection) as captured:
        assert [row.name for row in identity.by_number(lead, "13900012345")] == ["客户12345"]
    (query,) = captured.captured_queries
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT TEXT) " + query["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "phone_digits" in plan
    assert "Seq Scan on customers_phone" not in plan
    assert "Seq Scan on customers_customer" not in plan
    took = float(plan.rsplit("Execution Time: ", 1)[1].split(" ms")[0])
    assert took < 5

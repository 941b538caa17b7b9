"""Recording customers: what a kind asks for, how inputs are tidied, who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal

import pytest

from tests.domains.customers.conftest import Cast
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Phone, Premises
from zhize.kernel import flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Outrun, Refused

New = Callable[..., Customer]
OWNER_ID = "11010519491231002X"


@pytest.mark.req("CUS-02")
def test_an_owner_is_not_recorded_without_premises(new_customer: New, room: Premises) -> None:
    with pytest.raises(Invalid) as refusal:
        new_customer("张建国", kind="owner")
    assert list(refusal.value.errors) == ["premises"]
    assert not Customer.objects.exists()
    made = new_customer("张建国", kind="owner", at=[customers.OccupancyInput(room)])
    occupancy = made.occupancies.get()
    assert (occupancy.premises, occupancy.role) == (room, "owner")


@pytest.mark.req("CUS-02")
def test_a_company_is_not_recorded_without_licence_data(new_customer: New) -> None:
    with pytest.raises(Invalid) as refusal:
        new_customer("华强电子有限公司", kind="company")
    assert list(refusal.value.errors) == ["licence_no"]
    facts = customers.CompanyInput(licence_no="91110000100000009Y", legal_representative="陈总")
    with pytest.raises(Invalid) as wrong_check:
        new_customer("华强电子有限公司", kind="company", company=facts)
    assert list(wrong_check.value.errors) == ["licence_no"]
    made = new_customer(
        "华强电子有限公司", kind="company", company=customers.CompanyInput(licence_no="440301012345678")
    )
    assert made.nature == "company"
    assert made.company.licence_no == "440301012345678"


@pytest.mark.req("CUS-02")
def test_each_kind_has_its_own_fields(new_customer: New, room: Premises) -> None:
    at = [customers.OccupancyInput(room)]
    made = new_customer("张建国", kind="owner", at=at, answers={"pets": "２"})
    assert made.answers["answers"] == {"pets": 2}
    with pytest.raises(Invalid) as refusal:
        new_customer("李明", kind="owner", at=at, answers={"pets": "-1"})
    assert "pets" in refusal.value.errors
    with pytest.raises(Invalid):
        new_customer("李明", kind="tenant", answers={"pets": 1})


def test_an_unknown_kind_is_refused(new_customer: New) -> None:
    with pytest.raises(Invalid) as refusal:
        new_customer("张建国", kind="dragon")
    assert "kind" in refusal.value.errors


def test_typed_names_and_numbers_are_tidied(new_customer: New) -> None:
    made = new_customer(" 张　建国 ", "１３８－１２３４－２２７７ / 0755 2666 1234转8")
    assert made.name == "张建国"
    assert list(made.phones.values_list("number", "primary")) == [
        ("13812342277", True),
        ("0755-26661234-8", False),
    ]


def test_a_wrong_number_is_named_in_the_refusal(new_customer: New) -> None:
    with pytest.raises(Invalid) as refusal:
        new_customer("张建国", "1381234")
    assert "1381234" in str(refusal.value)


def test_the_id_number_is_sealed_and_masked(new_customer: New) -> None:
    made = new_customer("张建国", id_number=OWNER_ID)
    made.refresh_from_db()
    assert made.id_number_masked == "110***********002X"
    assert OWNER_ID not in made.id_number_sealed
    created = history.timeline(made).get(verb="customer.created")
    assert OWNER_ID not in str(created.changes) + str(created.data)
    with pytest.raises(Invalid) as refusal:
        new_customer("张建国", id_number="110105194912310021")
    assert "id_number" in refusal.value.errors


def test_who_may_only_look_creates_nothing(new_customer: New, reader: Actor) -> None:
    with pytest.raises(Refused):
        new_customer("张建国", actor=reader)
    assert not Customer.objects.exists()


def test_nobody_creates_customers_in_a_sibling_centre(new_customer: New, cast: Cast, lead: Actor) -> None:
    with pytest.raises(Refused):
        new_customer("张建国", actor=lead, unit=cast.b.unit)
    assert not Customer.objects.exists()


def test_history_masks_the_numbers(new_customer: New) -> None:
    made = new_customer("张建国", "13812342277")
    entry = history.timeline(made).get(verb="customer.created")
    assert entry.data["phones"] == ["138****2277"]


class TestUpdate:
    def test_only_what_is_named_changes_and_history_shows_before_and_after(
        self, new_customer: New, lead: Actor
    ) -> None:
        made = new_customer("张建国", tags=["养狗"])
        customers.update_customer(actor=lead, customer=made, vip=True, quiet_from=time(21), quiet_to=time(8))
        made.refresh_from_db()
        assert (made.vip, made.tags, made.name) == (True, ["养狗"], "张建国")
        entry = history.timeline(made).get(verb="customer.updated")
        assert entry.changes["vip"] == [False, True]

    def test_a_change_of_somebody_faster_is_not_overwritten(self, new_customer: New, lead: Actor) -> None:
        made = new_customer("张建国")
        seen = made.version
        customers.update_customer(actor=lead, customer=made, name="张建军", version=seen)
        with pytest.raises(Outrun):
            customers.update_customer(actor=lead, customer=made, name="张建民", version=seen)

    def test_a_new_kind_asks_for_what_it_needs(self, new_customer: New, lead: Actor, room: Premises) -> None:
        made = new_customer("张建国")
        with pytest.raises(Invalid):
            customers.update_customer(actor=lead, customer=made, kind="owner")
        customers.occupy(actor=lead, customer=made, premises=room, role="owner")
        customers.update_customer(actor=lead, customer=made, kind="owner", answers={"pets": 1})
        assert made.kind_code == "owner"

    def test_nothing_changed_writes_nothing(self, new_customer: New, lead: Actor) -> None:
        made = new_customer("张建国")
        version = made.version
        customers.update_customer(actor=lead, customer=made, name="张建国")
        assert made.version == version
        assert not history.timeline(made).filter(verb="customer.updated").exists()

    def test_company_data_are_changed_with_their_own_entry(self, new_customer: New, lead: Actor) -> None:
        made = new_customer(
            "华强", kind="company", company=customers.CompanyInput(licence_no="440301012345678")
        )
        customers.update_customer(
            actor=lead,
            customer=made,
            company=customers.CompanyInput(licence_no="440301012345679", industry="电子"),
        )
        entry = history.timeline(made).get(verb="customer.company_updated")
        assert entry.changes["licence_no"] == ["440301012345678", "440301012345679"]

    def test_a_closed_customer_takes_no_changes_until_reopened(self, new_customer: New, lead: Actor) -> None:
        made = new_customer("张建国")
        customers.close_customer(actor=lead, customer=made, note="已搬离")
        with pytest.raises(customers.NotActive):
            customers.update_customer(actor=lead, customer=made, vip=True)
        customers.reopen_customer(actor=lead, customer=made, note="又搬回来")
        customers.update_customer(actor=lead, customer=made, vip=True)

    def test_somebody_who_owes_is_not_closed(self, new_customer: New, lead: Actor) -> None:
        made = new_customer("张建国")
        customers.report_arrears(actor=lead, customer=made, amount=Decimal("420.00"), as_of=date(2026, 3, 1))
        with pytest.raises(flow.NotNow):
            customers.close_customer(actor=lead, customer=made, note="销户")


class TestPhones:
    def test_a_new_preferred_number_takes_the_place_of_the_old_one(
        self, new_customer: New, lead: Actor
    ) -> None:
        made = new_customer("张建国", "13812342277")
        customers.add_phone(actor=lead, customer=made, number="13900001111", primary=True)
        assert list(made.phones.filter(primary=True).values_list("number", flat=True)) == ["13900001111"]

    def test_a_number_is_kept_once(self, new_customer: New, lead: Actor) -> None:
        made = new_customer("张建国", "13812342277")
        with pytest.raises(Invalid):
            customers.add_phone(actor=lead, customer=made, number="+86 138 1234 2277")

    def test_taking_the_preferred_number_off_promotes_the_next(self, new_customer: New, lead: Actor) -> None:
        made = new_customer("张建国", "13812342277", "13900001111")
        customers.remove_phone(actor=lead, phone=made.phones.get(primary=True))
        assert made.phones.get().primary
        assert Phone.objects.count() == 1

    def test_an_address_is_known_in_lower_case_once(self, new_customer: New, lead: Actor) -> None:
        made = new_customer("张建国", emails=["Zhang@Example.com"])
        assert made.emails.get().address == "zhang@example.com"
        with pytest.raises(Invalid):
            customers.add_email(actor=lead, customer=made, address="ZHANG@example.com")
        customers.remove_email(actor=lead, email=made.emails.get())
        assert not made.emails.exists()


class TestFindOrCreate:
    def find(self, actor: Actor, cast: Cast, name: str, phone: str) -> tuple[Customer, bool]:
        return customers.find_or_create(actor=actor, unit=cast.a.unit, name=name, phone=phone)

    def test_the_same_number_and_name_is_the_same_customer(self, lead: Actor, cast: Cast) -> None:
        first, new = self.find(lead, cast, "张建国", "13812342277")
        assert new
        assert first.kind_code == "visitor"
        again, new_again = self.find(lead, cast, "张 建国", "+8613812342277")
        assert (again, new_again) == (first, False)

    def test_a_surname_with_a_title_is_enough(self, lead: Actor, cast: Cast, new_customer: New) -> None:
        known = new_customer("张建国", "13812342277")
        assert self.find(lead, cast, "张先生", "13812342277") == (known, False)
        assert self.find(lead, cast, "", "13812342277") == (known, False)

    def test_another_name_on_a_known_number_is_another_customer(
        self, lead: Actor, cast: Cast, new_customer: New
    ) -> None:
        known = new_customer("张建国", "13812342277")
        other, new = self.find(lead, cast, "李秀英", "13812342277")
        assert new
        assert other != known

    def test_the_mail_address_finds_too(self, lead: Actor, cast: Cast, new_customer: New) -> None:
        known = new_customer("张建国", emails=["zhang@example.com"])
        found = customers.find_or_create(
            actor=lead, unit=cast.a.unit, name="张建国", email="ZHANG@example.com"
        )
        assert found == (known, False)

    def test_neither_number_nor_address_is_refused(self, lead: Actor, cast: Cast) -> None:
        with pytest.raises(Invalid):
            customers.find_or_create(actor=lead, unit=cast.a.unit, name="张建国")

    def test_a_merged_entry_is_not_found(self, lead: Actor, cast: Cast, new_customer: New) -> None:
        old, kept = new_customer("张建国", "13812342277"), new_customer("张建国", "13900001111")
        customers.merge(actor=lead, winner=kept, loser=old)
        assert self.find(lead, cast, "张建国", "13812342277") == (kept, False)

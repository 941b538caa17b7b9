"""Who sees what: units, masks, and the record of every look (CUS-10, ORG-31)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from tests.domains.customers.conftest import Cast
from zhize.domains.customers import sealing
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer
from zhize.domains.customers.selectors import identity, record
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, NotFound, Refused

New = Callable[..., Customer]
ID = "11010519491231002X"


@pytest.mark.req("CUS-10")
class TestUnmasking:
    def test_opening_writes_who_when_and_why(self, new_customer: New, lead: Actor) -> None:
        owner = new_customer("张建国", "13812342277", id_number=ID)
        with time_machine.travel("2026-03-04 15:20+08:00", tick=False):
            opened = customers.unmask(
                actor=lead, customer=owner, fields=["phones", "id_number"], reason="核对过户材料"
            )
        assert opened.id_number == ID
        assert [number for _pk, number in opened.phones] == ["13812342277"]
        entry = history.timeline(owner).get(verb="customer.unmasked")
        assert (entry.person, entry.note, entry.at.isoformat()) == (
            owner.created_by,
            "核对过户材料",
            "2026-03-04T07:20:00+00:00",
        )
        assert entry.sentence() == "王芳查看了完整电话、证件号码"
        assert ID not in str(entry.data) + str(entry.changes)

    def test_without_a_reason_nothing_opens(self, new_customer: New, lead: Actor) -> None:
        owner = new_customer("张建国", "13812342277")
        with pytest.raises(Invalid) as refusal:
            customers.unmask(actor=lead, customer=owner, fields=["phones"], reason=" ")
        assert "reason" in refusal.value.errors
        with pytest.raises(Invalid):
            customers.unmask(actor=lead, customer=owner, fields=["salary"], reason="好奇")
        assert not history.timeline(owner).filter(verb="customer.unmasked").exists()

    def test_who_may_not_is_refused(self, new_customer: New, reader: Actor) -> None:
        with pytest.raises(Refused):
            customers.unmask(
                actor=reader, customer=new_customer(id_number=ID), fields=["id_number"], reason="看看"
            )

    def test_the_log_is_for_the_archive_manager(self, new_customer: New, lead: Actor, reader: Actor) -> None:
        owner = new_customer("张建国", "13812342277")
        customers.unmask(actor=lead, customer=owner, fields=["phones"], reason="回电")
        assert [entry.note for entry in record.access_log(lead)] == ["回电"]
        with pytest.raises(Refused):
            record.access_log(reader)

    def test_the_log_shows_only_the_managers_own_customers(
        self, new_customer: New, lead: Actor, stranger: Actor
    ) -> None:
        owner = new_customer("张建国", "13812342277")
        customers.unmask(actor=lead, customer=owner, fields=["phones"], reason="回电")
        assert list(record.access_log(stranger)) == []

    def test_a_page_opened_with_full_numbers_is_on_the_record_once_per_look(
        self, new_customer: New, lead: Actor
    ) -> None:
        owner = new_customer("张建国", "13812342277")
        with time_machine.travel("2026-03-04 15:20+08:00", tick=False) as now:
            for _turn in range(3):
                customers.note_full_read(actor=lead, customer=owner)
            now.shift(timedelta(hours=1))
            customers.note_full_read(actor=lead, customer=owner)
        assert history.timeline(owner).filter(verb="customer.read_in_full").count() == 2

    def test_full_reading_needs_its_right(self, new_customer: New, reader: Actor) -> None:
        with pytest.raises(Refused):
            customers.note_full_read(actor=reader, customer=new_customer())


class TestSealing:
    def test_a_number_is_found_by_its_digest(self, new_customer: New, lead: Actor) -> None:
        owner = new_customer("张建国", id_number=ID)
        new_customer("李明")
        assert identity.by_id_number(lead, " 110105 19491231 002x ") == [owner]

    def test_a_new_signing_key_leaves_the_numbers_readable(self, settings: object) -> None:
        """Whoever renews the signing key (a leak, a habit) must not lose every ID number."""
        sealed, digest = sealing.seal(ID), sealing.digest(ID)
        settings.SECRET_KEY = "renewed"  # type: ignore[attr-defined]
        assert sealing.opened(sealed) == ID
        assert sealing.digest(ID) == digest

    def test_it_opens_under_a_former_secret(self, settings: object) -> None:
        sealed = sealing.seal(ID)
        former = settings.IDENTITY_KEYS  # type: ignore[attr-defined]
        settings.IDENTITY_KEYS = ("another",)  # type: ignore[attr-defined]
        with pytest.raises(sealing.CannotOpen):
            sealing.opened(sealed)
        settings.IDENTITY_KEYS = ("another", *former)  # type: ignore[attr-defined]
        assert sealing.opened(sealed) == ID
        assert sealing.digest(ID) in sealing.digests(ID)


@pytest.mark.req("ORG-31")
class TestUnits:
    def test_a_branch_cannot_open_a_customer_of_another(
        self, new_customer: New, lead: Actor, stranger: Actor, director: Actor
    ) -> None:
        owner = new_customer("张建国")
        assert access.fetch(lead, Customer, owner.pk) == owner
        assert access.fetch(director, Customer, owner.pk) == owner
        with pytest.raises(NotFound):
            access.fetch(stranger, Customer, owner.pk)
        assert not Customer.objects.visible_to(stranger).exists()

    def test_nothing_of_the_customer_is_reachable_from_the_sibling(
        self, new_customer: New, lead: Actor, stranger: Actor
    ) -> None:
        owner = new_customer("张建国", "13812342277", emails=["z@example.com"])
        customers.add_contact(actor=lead, customer=owner, name="周敏")
        customers.record_matter(actor=lead, customer=owner, title="漏水")
        customers.record_need(actor=lead, customer=owner, product="装修", text="厨房")
        customers.write_note(actor=lead, customer=owner, text="备注")
        customers.record_touch(actor=lead, customer=owner, channel="phone")
        for rows in (
            owner.phones,
            owner.emails,
            owner.contacts,
            owner.matters,
            owner.needs,
            owner.notes,
            owner.touches,
        ):
            assert rows.visible_to(lead).count() == 1
            assert rows.visible_to(stranger).count() == 0

    def test_a_keeper_elsewhere_reaches_his_customer(
        self, new_customer: New, cast: Cast, stranger: Actor
    ) -> None:
        owner = new_customer("张建国", keeper=cast.b.lead)
        assert access.fetch(stranger, Customer, owner.pk) == owner

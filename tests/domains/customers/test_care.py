"""Important matters, needs, touches, confirmation, notes, products."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, ImportantMatter, Need, QualityEvent
from zhize.domains.customers.selectors import care, record
from zhize.kernel import flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused
from zhize.lib import clock

New = Callable[..., Customer]


@pytest.mark.req("CUS-07")
class TestImportantMatters:
    def test_it_is_a_dated_entry_with_its_writer(self, new_customer: New, lead: Actor) -> None:
        owner = new_customer()
        with time_machine.travel("2026-03-05 10:00+08:00"):
            matter = customers.record_matter(
                actor=lead,
                customer=owner,
                kind="talk",
                title="面谈漏水赔偿",
                text="业主要求两周内答复。",
                happened_on=date(2026, 3, 4),
            )
        assert (matter.happened_on, matter.recorded_by) == (date(2026, 3, 4), owner.created_by)
        page = record.page(lead, owner)
        assert [row.title for row in page.matters] == ["面谈漏水赔偿"]
        assert history.timeline(owner).filter(verb="customer.matter_recorded").exists()

    def test_the_database_refuses_to_delete_or_change_it(self, new_customer: New, lead: Actor) -> None:
        matter = customers.record_matter(actor=lead, customer=new_customer(), title="装修纠纷")
        with pytest.raises(IntegrityError), transaction.atomic():
            ImportantMatter.objects.filter(pk=matter.pk).delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            ImportantMatter.objects.filter(pk=matter.pk).update(text="改写")
        assert ImportantMatter.objects.get().text == ""

    def test_it_is_supplemented_by_a_further_entry(self, new_customer: New, lead: Actor) -> None:
        owner = new_customer()
        first = customers.record_matter(actor=lead, customer=owner, title="装修纠纷")
        customers.record_matter(actor=lead, customer=owner, title="补充", text="已和解", supplements=first)
        assert [row.text for row in first.supplemented_by.all()] == ["已和解"]
        with pytest.raises(Invalid):
            customers.record_matter(
                actor=lead, customer=new_customer("别人"), title="补充", supplements=first
            )

    def test_tomorrow_is_refused(self, new_customer: New, lead: Actor) -> None:
        tomorrow = clock.today("Asia/Shanghai") + timedelta(days=1)
        with pytest.raises(Invalid):
            customers.record_matter(actor=lead, customer=new_customer(), title="预约", happened_on=tomorrow)


@pytest.mark.req("CUS-30")
class TestNeeds:
    def test_the_list_filters_by_product_and_state(self, new_customer: New, lead: Actor) -> None:
        owner = new_customer()
        whole = customers.record_need(actor=lead, customer=owner, product="装修", text="整屋翻新")
        part = customers.record_need(
            actor=lead, customer=owner, product="装修", text="厨房", parent=whole, amount=Decimal("30000")
        )
        customers.record_need(actor=lead, customer=owner, product="家政", text="每周保洁")
        customers.move_need(actor=lead, need=part, verb="meet")
        found = care.needs(lead, product="装修", state="open")
        assert [need.text for need in found] == ["整屋翻新"]
        assert [need.text for need in care.needs(lead, product="装修", state="met")] == ["厨房"]
        assert part.parent == whole
        assert set(care.need_products(lead)) == {"装修", "家政"}

    def test_levels_stay_with_one_customer(self, new_customer: New, lead: Actor) -> None:
        theirs = customers.record_need(actor=lead, customer=new_customer("甲"), product="装修", text="整屋")
        with pytest.raises(Invalid):
            customers.record_need(
                actor=lead, customer=new_customer("乙"), product="装修", text="厨房", parent=theirs
            )

    def test_giving_a_need_up_needs_a_reason(self, new_customer: New, lead: Actor) -> None:
        need = customers.record_need(actor=lead, customer=new_customer(), product="装修", text="整屋")
        with pytest.raises(Invalid):
            customers.move_need(actor=lead, need=need, verb="decline")
        customers.move_need(actor=lead, need=need, verb="decline", note="预算取消")
        with pytest.raises(flow.NotNow):
            customers.move_need(actor=lead, need=need, verb="meet")
        customers.move_need(actor=lead, need=need, verb="reopen")
        assert Need.objects.get().category == "new"

    def test_a_sibling_centre_sees_none(self, new_customer: New, lead: Actor, stranger: Actor) -> None:
        customers.record_need(actor=lead, customer=new_customer(), product="装修", text="整屋")
        assert not care.needs(stranger)


@pytest.mark.req("CUS-31")
class TestTouches:
    def test_contacts_without_a_touch_for_n_days_are_listed(self, new_customer: New, lead: Actor) -> None:
        with time_machine.travel("2026-01-01 09:00+08:00", tick=False):
            company = new_customer("华强", kind="tenant")
            quiet = customers.add_contact(actor=lead, customer=company, name="周敏")
            lively = customers.add_contact(actor=lead, customer=company, name="吴刚")
        with time_machine.travel("2026-03-01 09:00+08:00", tick=False):
            customers.record_touch(
                actor=lead, customer=company, contact=lively, channel="phone", summary="问候"
            )
        with time_machine.travel("2026-03-20 09:00+08:00", tick=False):
            assert list(care.untouched_contacts(lead, days=30)) == [quiet]
            assert len(care.untouched_contacts(lead, days=10)) == 2
            assert not care.untouched_contacts(lead, days=120)

    def test_customers_without_a_touch_are_listed_the_longest_first(
        self, new_customer: New, lead: Actor
    ) -> None:
        with time_machine.travel("2026-01-01 09:00+08:00", tick=False):
            first, second = new_customer("甲"), new_customer("乙")
        with time_machine.travel("2026-02-01 09:00+08:00", tick=False):
            customers.record_touch(actor=lead, customer=first, channel="visit")
        with time_machine.travel("2026-04-01 09:00+08:00", tick=False):
            assert [row.name for row in care.untouched(lead, days=30)] == ["乙", "甲"]
            assert [row.name for row in care.untouched(lead, days=80)] == ["乙"]
        assert second.last_touch_at is None

    def test_a_touch_noted_late_does_not_make_the_last_one_older(
        self, new_customer: New, lead: Actor
    ) -> None:
        owner = new_customer()
        now = clock.now()
        customers.record_touch(actor=lead, customer=owner, channel="phone", at=now - timedelta(days=1))
        customers.record_touch(actor=lead, customer=owner, channel="phone", at=now - timedelta(days=9))
        owner.refresh_from_db()
        assert owner.last_touch_at == now - timedelta(days=1)

    def test_the_same_contact_told_twice_counts_once(self, new_customer: New, lead: Actor) -> None:
        owner = new_customer()
        for _turn in range(2):
            customers.record_touch(actor=lead, customer=owner, channel="phone", source_ref="TS-1")
        assert owner.touches.count() == 1


@pytest.mark.req("CUS-11")
class TestConfirmation:
    def test_the_list_of_the_unconfirmed_feeds_calls_and_confirming_takes_off_it(
        self, new_customer: New, lead: Actor
    ) -> None:
        with time_machine.travel("2026-01-01 09:00+08:00", tick=False):
            old, never = new_customer("甲", "13812342277"), new_customer("乙", "13900001111")
            customers.confirm_data(actor=lead, customer=old)
        with time_machine.travel("2026-07-01 09:00+08:00", tick=False):
            listed = care.unconfirmed(lead, days=90)
            assert [row.name for row in listed] == ["乙", "甲"]
            assert [phone.masked for phone in listed[0].phones.all()] == ["139****1111"]
            customers.confirm_data(actor=lead, customer=never)
            assert [row.name for row in care.unconfirmed(lead, days=90)] == ["甲"]
            never.refresh_from_db()
            assert never.confirmed_at == clock.now()

    def test_who_may_not_confirm_is_refused(self, new_customer: New, reader: Actor) -> None:
        with pytest.raises(Refused):
            customers.confirm_data(actor=reader, customer=new_customer())


@pytest.mark.req("CUS-33")
class TestProducts:
    def test_the_service_file_shows_each_product_with_its_quality_events_and_feedback(
        self, new_customer: New, lead: Actor
    ) -> None:
        owner = new_customer()
        pump = customers.record_asset(
            actor=lead,
            customer=owner,
            product="增压泵",
            model="P-20",
            serial_no="SN001",
            installed_on=date(2025, 6, 1),
        )
        customers.record_quality_event(
            actor=lead, asset=pump, kind="defect", text="异响", cause="轴承磨损", remedy="更换轴承"
        )
        customers.record_quality_event(actor=lead, asset=pump, kind="feedback", text="修好了，满意", score=5)
        page = record.page(lead, owner)
        (asset,) = page.assets
        assert str(asset) == "增压泵 P-20"
        assert [event.kind for event in asset.events.all()] == ["feedback", "defect"]
        assert asset.events.all()[0].score == 5
        assert history.timeline(owner).filter(verb="customer.quality_recorded").count() == 2

    def test_a_serial_number_is_installed_once(self, new_customer: New, lead: Actor) -> None:
        pump = customers.record_asset(
            actor=lead, customer=new_customer("甲"), product="泵", serial_no="SN001"
        )
        with pytest.raises(Invalid):
            customers.record_asset(actor=lead, customer=new_customer("乙"), product="泵", serial_no="SN001")
        customers.remove_asset(actor=lead, asset=pump)
        customers.record_asset(actor=lead, customer=new_customer("丙"), product="泵", serial_no="SN001")

    def test_quality_tracking_is_append_only(self, new_customer: New, lead: Actor) -> None:
        pump = customers.record_asset(actor=lead, customer=new_customer(), product="泵")
        event = customers.record_quality_event(actor=lead, asset=pump, kind="defect", text="漏水")
        with pytest.raises(IntegrityError), transaction.atomic():
            QualityEvent.objects.filter(pk=event.pk).delete()


def test_a_pinned_note_stands_first(new_customer: New, lead: Actor) -> None:
    owner = new_customer()
    pinned = customers.write_note(actor=lead, customer=owner, text="家有老人，敲门轻一点")
    customers.write_note(actor=lead, customer=owner, text="周末在家")
    customers.pin_note(actor=lead, note=pinned, pinned=True)
    assert [note.text for note in record.page(lead, owner).notes] == ["家有老人，敲门轻一点", "周末在家"]

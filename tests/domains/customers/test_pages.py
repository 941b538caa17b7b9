"""Every page opens with and without content, refuses who may not, and costs a fixed number of queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.domains.customers.conftest import Cast, build_room
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, DuplicateProposal, MergeRecord, Premises
from zhize.domains.customers.rules import MeasureInput
from zhize.kernel import files, history
from zhize.kernel.access import Actor
from zhize.kernel.notices.models import Notice
from zhize.lib import clock

New = Callable[..., Customer]

LISTS = (
    "list", "unconfirmed", "untouched", "untouched_contacts", "due_visits", "needs", "access_log", "statistics",
    "rules", "watch_list", "duplicates", "merges", "import", "premises", "vacant", "new", "new_premises",
)  # fmt: skip
OF_CUSTOMER = (
    "detail", "history", "edit", "unmask", "confirm", "grade", "arrears", "close", "add_phone", "add_email",
    "add_contact", "add_member", "occupy", "record_matter", "record_need", "touch", "write_note", "record_asset",
    "watch", "add_files",
)  # fmt: skip


def url(name: str, *args: Any) -> str:
    return reverse(f"customers:{name}", args=args)


@pytest.fixture
def full(new_customer: New, lead: Actor, room: Premises, community: Premises, cast: Cast) -> Customer:
    """A customer with something of everything."""
    owner = new_customer(
        "张建国",
        "13812342277",
        "0755-26661234-8 前台",
        kind="owner",
        at=[customers.OccupancyInput(room)],
        emails=["zhang@example.com"],
        id_number="11010519491231002X",
        tags=["养狗"],
        vip=True,
        keeper=cast.a.lead,
        answers={"pets": 2},
    )
    customers.grade_customer(actor=lead, customer=owner, grade="grade_a")
    contact = customers.add_contact(actor=lead, customer=owner, name="周敏", phone="13900001111")
    customers.grant_role(actor=lead, contact=contact, purpose="works", may_sign=True, basis="授权书")
    customers.record_confirmation(actor=lead, contact=contact, purpose="works", title="装修验收")
    matter = customers.record_matter(
        actor=lead, customer=owner, title="漏水赔偿", text="两周内答复", premises=room
    )
    customers.record_matter(actor=lead, customer=owner, title="补充", supplements=matter)
    need = customers.record_need(actor=lead, customer=owner, product="装修", text="整屋")
    customers.record_need(actor=lead, customer=owner, product="装修", text="厨房", parent=need)
    pump = customers.record_asset(actor=lead, customer=owner, product="增压泵", premises=room)
    customers.record_quality_event(actor=lead, asset=pump, kind="defect", text="异响", cause="磨损")
    customers.record_touch(actor=lead, customer=owner, channel="phone", summary="问候", contact=contact)
    customers.write_note(actor=lead, customer=owner, text="周末在家", pinned=True)
    customers.write_note(actor=lead, customer=owner, text="晚上联系")
    customers.report_arrears(actor=lead, customer=owner, amount=420, as_of=date(2026, 3, 1))  # type: ignore[arg-type]
    customers.record_parking(
        actor=lead, community=community, code="A-1", kind="owned", customer=owner, room=room
    )
    home = new_customer("张家", kind="family")
    customers.add_member(actor=lead, household=home, member=owner, relation="head")
    today = clock.today("Asia/Shanghai")
    customers.watch(
        actor=lead,
        customer=owner,
        reason="投诉多",
        owner=cast.a.lead,
        measures=[MeasureInput("上门", today + timedelta(days=2))],
        review_on=today + timedelta(days=20),
    )
    other = new_customer("张先生", "13812342277")
    gone = new_customer("张国", "13500001111")
    customers.merge(actor=lead, winner=owner, loser=gone)
    blob = files.store(actor=lead, content=b"%PDF-1.4 test", name="合同.pdf")
    files.attach(actor=lead, blob=blob, subject=owner, name="合同.pdf")
    assert DuplicateProposal.objects.filter(first=owner, second=other).exists()
    owner.refresh_from_db()
    return owner


class TestOpening:
    @pytest.mark.parametrize("name", LISTS)
    def test_lists_open_empty(self, web: Any, name: str) -> None:
        assert web.get(url(name)).status_code == 200

    @pytest.mark.parametrize("name", LISTS)
    def test_lists_open_full(self, web: Any, full: Customer, name: str) -> None:
        assert web.get(url(name)).status_code == 200

    @pytest.mark.parametrize("name", OF_CUSTOMER)
    def test_pages_of_a_customer_open(self, web: Any, full: Customer, name: str) -> None:
        assert web.get(url(name, full.pk)).status_code == 200

    @pytest.mark.parametrize("tab", ["overview", "matters", "service", "needs", "history"])
    def test_every_tab_opens(self, web: Any, full: Customer, tab: str) -> None:
        assert web.get(f"{url('detail', full.pk)}?tab={tab}").status_code == 200

    def test_pages_of_parts_open(self, web: Any, full: Customer, room: Premises, lead: Actor) -> None:
        entry = full.watch_entries.get()
        contact = full.contacts.get()
        asset = full.assets.get()
        pair = DuplicateProposal.objects.get(settled_at__isnull=True)
        pages = [
            url("edit_contact", contact.pk), url("grant_role", contact.pk), url("sign", contact.pk),
            url("vacate", full.occupancies.get().pk), url("record_event", asset.pk), url("remove_asset", asset.pk),
            url("add_measure", entry.pk), url("review_watch", entry.pk), url("end_watch", entry.pk),
            url("finish_measure", entry.measures.get().pk), url("compare", pair.pk), url("dismiss", pair.pk),
            url("undo_merge", MergeRecord.objects.get().pk), url("move_need", full.needs.first().pk, "decline"),
            url("premises_node", room.pk), url("premises_node", room.parent_id), url("new_below", room.parent_id),
            url("edit_premises", room.pk), url("set_area", room.pk), url("record_parking", room.ancestor_ids[0]),
        ]  # fmt: skip
        for page in pages:
            assert web.get(page).status_code == 200, page

    def test_a_merged_record_leads_to_its_survivor(self, web: Any, full: Customer) -> None:
        gone = Customer.objects.get(state="merged")
        assert web.get(url("detail", gone.pk)).url == url("detail", full.pk)

    def test_english_has_no_chinese_left_in_the_frame_of_the_page(self, web: Any, full: Customer) -> None:
        response = web.get(url("detail", full.pk), headers={"accept-language": "en"})
        assert "Important matters" in response.content.decode()


class TestRefusals:
    @pytest.mark.req("ORG-31")
    @pytest.mark.parametrize("name", OF_CUSTOMER)
    def test_the_sibling_centre_finds_nothing(
        self, sign_in: Callable[..., Any], cast: Cast, full: Customer, name: str
    ) -> None:
        assert sign_in(cast.b.lead).get(url(name, full.pk)).status_code == 404

    def test_who_may_only_look_is_refused_the_rest(
        self, sign_in: Callable[..., Any], cast: Cast, full: Customer
    ) -> None:
        client = sign_in(cast.a.reader)
        assert client.get(url("detail", full.pk)).status_code == 200
        for name in OF_CUSTOMER[2:]:
            assert client.get(url(name, full.pk)).status_code == 403, name
        for name in ("access_log", "duplicates", "statistics", "import", "new"):
            assert client.get(url(name)).status_code == 403, name

    def test_a_stranger_is_sent_to_the_login(self, client: Any, full: Customer) -> None:
        assert client.get(url("detail", full.pk)).status_code == 302

    def test_a_refused_post_changes_nothing(
        self, sign_in: Callable[..., Any], cast: Cast, full: Customer
    ) -> None:
        before = history.Entry.objects.count()
        for name in ("confirm", "write_note", "grade"):
            sign_in(cast.a.reader).post(url(name, full.pk), {"text": "x", "note": "x", "grade": "grade_b"})
        assert history.Entry.objects.count() == before


@pytest.mark.req("CUS-01")
class TestTheCustomerPage:
    def test_it_shows_everything_in_one_place(self, web: Any, full: Customer) -> None:
        text = web.get(url("detail", full.pk)).content.decode()
        for shown in (
            "张建国", full.number, "业主", "A级", "420", "碧水园 3-2-301", "zhang@example.com", "宠物数量", "周敏",
            "有权签字", "合同.pdf", "周末在家", "问候", "张家", "A-1", "投诉多", "张先生",
        ):  # fmt: skip
            assert shown in text, shown

    @pytest.mark.req("CUS-10")
    def test_numbers_are_masked_until_asked_for_and_the_look_is_recorded(
        self, web: Any, full: Customer
    ) -> None:
        looks = history.timeline(full).filter(verb="customer.read_in_full")
        for tab in ("overview", "history"):
            assert "13812342277" not in web.get(f"{url('detail', full.pk)}?tab={tab}").content.decode()
        assert not looks.exists()
        phone = full.phones.get(number="13812342277")
        assert "13812342277" in web.post(url("show_phone", phone.pk)).content.decode()
        assert "0755-26661234" not in web.post(url("show_phone", phone.pk)).content.decode()
        contact = full.contacts.get()
        assert contact.phone in web.post(url("show_contact_phone", contact.pk)).content.decode()
        assert looks.count() == 1

    @pytest.mark.req("CUS-10")
    def test_others_see_masks_and_leave_no_trace(
        self, sign_in: Callable[..., Any], cast: Cast, full: Customer
    ) -> None:
        text = sign_in(cast.a.reader).get(url("detail", full.pk)).content.decode()
        assert "138****2277" in text
        assert "13812342277" not in text
        assert "13900001111" not in text
        for phone in full.phones.all():
            assert sign_in(cast.a.reader).post(url("show_phone", phone.pk)).status_code == 403
        assert not history.timeline(full).filter(verb="customer.read_in_full").exists()

    @pytest.mark.req("CUS-10")
    def test_the_id_number_opens_for_a_reason_only(self, web: Any, full: Customer) -> None:
        refused = web.post(url("unmask", full.pk), {"id_number": "on", "reason": ""})
        assert refused.status_code == 422
        assert "11010519491231002X" not in refused.content.decode()
        opened = web.post(url("unmask", full.pk), {"id_number": "on", "reason": "核对过户材料"})
        assert "11010519491231002X" in opened.content.decode()
        log = web.get(url("access_log")).content.decode()
        assert "核对过户材料" in log
        assert "张建国" in log

    @pytest.mark.req("CUS-10")
    def test_staff_propose_improvements_and_the_archive_manager_is_told(
        self, sign_in: Callable[..., Any], cast: Cast, full: Customer
    ) -> None:
        client = sign_in(cast.a.reader)
        assert client.post(url("rules"), {"text": " "}).status_code == 422
        assert client.post(url("rules"), {"text": "借阅登记改用扫码"}).status_code == 302
        entry = history.Entry.objects.get(verb="customer.rules_proposed")
        assert (entry.person, entry.note) == (cast.a.reader, "借阅登记改用扫码")
        told = Notice.objects.filter(template="customer.rules_proposed")
        assert [notice.person for notice in told] == [cast.a.lead]
        assert "借阅登记改用扫码" in client.get(url("rules")).content.decode()
        assert "借阅登记改用扫码" in sign_in(cast.a.lead).get(url("rules")).content.decode()
        assert "借阅登记改用扫码" not in sign_in(cast.b.lead).get(url("rules")).content.decode()

    @pytest.mark.req("CUS-33")
    def test_the_service_tab_shows_each_product_its_quality_events_and_feedback(
        self, web: Any, full: Customer, lead: Actor
    ) -> None:
        pump = full.assets.get()
        customers.record_quality_event(
            actor=lead, asset=pump, kind="feedback", text="修好了，不响了", score=4
        )
        customers.record_asset(actor=lead, customer=full, product="可视门禁", serial_no="SN-7")
        text = web.get(f"{url('detail', full.pk)}?tab=service").content.decode()
        for piece in ("增压泵", "异响", "磨损", "客户反馈", "修好了，不响了", "4/5", "可视门禁", "SN-7"):
            assert piece in text, piece
        first, second = text.index("增压泵"), text.index("可视门禁")
        assert min(first, second) < text.index("修好了，不响了")

    @pytest.mark.req("CUS-07")
    def test_the_matter_stands_on_the_page_with_its_day(self, web: Any, full: Customer) -> None:
        text = web.get(f"{url('detail', full.pk)}?tab=matters").content.decode()
        assert "漏水赔偿" in text
        assert "两周内答复" in text


class TestForms:
    @pytest.mark.req("CUS-02")
    def test_another_kind_asks_for_other_things(self, web: Any, full: Customer) -> None:
        assert "licence_no" not in web.get(f"{url('new')}?kind=owner").content.decode()
        picked = web.post(
            f"{url('new')}?pick=1", {"kind": "company", "name": "华强", "phones": "13812342277"}
        )
        text = picked.content.decode()
        assert picked.status_code == 200
        assert "licence_no" in text
        assert "华强" in text
        assert "13812342277" in text

    @pytest.mark.req("CUS-02")
    def test_an_owner_without_premises_is_sent_back(self, web: Any, cast: Cast) -> None:
        sent = web.post(url("new"), {"kind": "owner", "name": "王丽", "language": "zh-hans"})
        assert sent.status_code == 422
        assert not Customer.objects.filter(name="王丽").exists()

    def test_a_customer_is_recorded_with_room_number_and_own_fields(self, web: Any, room: Premises) -> None:
        sent = web.post(
            url("new"),
            {
                "kind": "owner", "name": "王丽", "language": "zh-hans", "phones": "13700001111/张姐13800002222",
                "premises": room.pk, "role": "owner", "living": "on", "tags": ["老人", "新标签"], "answer_pets": "1",
                "note": "第一次来",
            },
        )  # fmt: skip
        made = Customer.objects.get(name="王丽")
        assert sent.status_code == 302
        assert sent.url == url("detail", made.pk)
        assert [phone.owner_note for phone in made.phones.all()] == ["", "张姐"]
        assert (made.tags, made.answers["answers"], made.notes.get().text) == (
            ["老人", "新标签"],
            {"pets": 1},
            "第一次来",
        )

    def test_a_service_refusal_stands_beside_its_field(self, web: Any) -> None:
        sent = web.post(
            url("new"),
            {"kind": "company", "name": "华强", "language": "zh-hans", "licence_no": "91110000100000009Y"},
        )
        assert sent.status_code == 422
        assert "校验不通过" in sent.content.decode()

    def test_a_stale_edit_is_refused(self, web: Any, full: Customer) -> None:
        """Once, with what the other wrote beside what differs from it; whoever has seen that saves."""
        (seen,) = re.findall(r'name="_seen" value="(\w+)"', web.get(url("edit", full.pk)).content.decode())
        ask = {
            "kind": "owner",
            "name": "张建军",
            "language": "zh-hans",
            "_seen": seen,
            "answer_pets": "2",
        }
        assert web.post(url("edit", full.pk), ask).status_code == 302
        later = {**ask, "name": "张建民", "gender": "male", "quiet_from": "21:00", "quiet_to": "07:00"}
        told = web.post(url("edit", full.pk), later)
        assert told.status_code == 409
        full.refresh_from_db()
        assert full.name == "张建军"
        shown = told.content.decode()
        assert 'value="张建民"' in shown and 'value="21:00' in shown
        assert {"现在是：张建军", "现在是：未知", "现在是：没有填写"} == set(
            re.findall("现在是：[^<]+", shown)
        )
        [seen] = re.findall(r'name="_seen" value="(\w+)"', shown)
        assert web.post(url("edit", full.pk), {**later, "_seen": seen}).status_code == 302
        full.refresh_from_db()
        assert (full.name, full.gender) == ("张建民", "male")

    @pytest.mark.req("CUS-11")
    def test_the_call_list_of_the_unconfirmed_shows_whom_to_ring_and_confirming_takes_off_it(
        self, web: Any, new_customer: New
    ) -> None:
        with time_machine.travel("2026-01-01 09:00+08:00", tick=False):
            old = new_customer("李明", "13712342277")
        with time_machine.travel("2026-07-01 09:00+08:00", tick=False):
            listed = web.get(f"{url('unconfirmed')}?days=90").content.decode()
            for piece in ("李明", "137****2277", url("confirm", old.pk)):
                assert piece in listed, piece
            assert "李明" not in web.get(f"{url('unconfirmed')}?days=365").content.decode().split("<main")[1]
            assert web.post(url("confirm", old.pk), {"note": ""}).status_code in {200, 204, 302}
            assert "李明" not in web.get(f"{url('unconfirmed')}?days=90").content.decode().split("<main")[1]
            old.refresh_from_db()
            assert old.confirmed_at == clock.now()

    @pytest.mark.req("CUS-15")
    def test_the_watch_form_demands_measure_and_dates(self, web: Any, new_customer: New, cast: Cast) -> None:
        other = new_customer("李明")
        sent = web.post(url("watch", other.pk), {"reason": "投诉多", "owner": cast.a.lead.pk})
        assert sent.status_code == 422
        assert not other.watch_entries.exists()

    @pytest.mark.req("CUS-15")
    def test_two_late_measures_of_one_customer_are_one_row(
        self, web: Any, full: Customer, lead: Actor
    ) -> None:
        entry = full.watch_entries.get()
        measure = MeasureInput("再次上门", clock.today("Asia/Shanghai"))
        customers.add_measure(actor=lead, entry=entry, measure=measure)
        entry.measures.update(due_on=date(2026, 3, 1))
        page = web.get(url("watch_list"), {"chip": "late"})
        assert [row.pk for row in page.context["page"].found] == [entry.pk]

    @pytest.mark.req("CUS-04")
    def test_a_signature_without_authority_is_refused_on_the_page(self, web: Any, full: Customer) -> None:
        contact = full.contacts.get()
        sent = web.post(url("sign", contact.pk), {"purpose": "contract", "title": "续约"})
        assert sent.status_code == 409
        assert "授权" in sent.content.decode()

    @pytest.mark.req("CUS-32")
    def test_merging_side_by_side_and_undoing(self, web: Any, full: Customer) -> None:
        pair = DuplicateProposal.objects.get(settled_at__isnull=True)
        page = web.get(url("compare", pair.pk)).content.decode()
        assert "138****2277" in page
        sent = web.post(url("compare", pair.pk), {"winner": full.pk, "keep": ["name"], "reason": "同一人"})
        assert sent.status_code == 302
        full.refresh_from_db()
        assert full.name == "张先生"
        record = MergeRecord.objects.first()
        assert record is not None
        web.post(url("undo_merge", record.pk), {"note": ""})
        full.refresh_from_db()
        assert full.name == "张建国"


class TestOptions:
    def test_rooms_customers_and_people_are_offered(
        self, web: Any, full: Customer, room: Premises, cast: Cast
    ) -> None:
        assert web.get(f"{url('premises_options')}?q=3-2").json()["items"][0]["value"] == room.pk
        assert web.get(f"{url('options')}?q=建国").json()["items"][0]["value"] == full.pk
        assert web.get(f"{url('people')}?q=王芳").json()["items"][0]["value"] == cast.a.lead.pk

    def test_known_numbers_are_warned_of(self, web: Any, full: Customer) -> None:
        text = web.post(url("similar"), {"phones": "张 138 1234 2277"}).content.decode()
        assert "张建国" in text


class TestQueries:
    """However many rows there are, a page costs the same."""

    def count(self, client: Any, address: str) -> int:
        client.get(address)  # warm: sessions, content types, catalogue
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    @pytest.mark.parametrize(
        "name",
        ["list", "unconfirmed", "untouched", "needs", "watch_list", "vacant", "premises", "duplicates"],
    )
    def test_lists(
        self,
        web: Any,
        full: Customer,
        new_customer: New,
        lead: Actor,
        community: Premises,
        cast: Cast,
        name: str,
    ) -> None:
        before = self.count(web, url(name))
        today = clock.today("Asia/Shanghai")
        for index in range(4):
            place = build_room(lead, community, "9", "1", f"10{index}")
            build_room(lead, community, "9", "1", f"20{index}")
            more = new_customer(
                f"客户{index}", f"1390000000{index}", "13700007777", at=[customers.OccupancyInput(place, role="owner")],
                keeper=cast.a.lead, tags=["甲"],
            )  # fmt: skip
            customers.record_need(actor=lead, customer=more, product="家政", text="保洁", owner=cast.a.lead)
            customers.watch(
                actor=lead, customer=more, reason="投诉", owner=cast.a.lead, review_on=today + timedelta(days=9),
                measures=[MeasureInput("上门", today)],
            )  # fmt: skip
        assert self.count(web, url(name)) <= before + 1

    def test_the_customer_page(self, web: Any, full: Customer, lead: Actor, community: Premises) -> None:
        before = self.count(web, url("detail", full.pk))
        for index in range(4):
            contact = customers.add_contact(actor=lead, customer=full, name=f"联系人{index}")
            customers.grant_role(actor=lead, contact=contact, purpose="billing", may_sign=False)
            asset = customers.record_asset(actor=lead, customer=full, product=f"泵{index}")
            customers.record_quality_event(actor=lead, asset=asset, kind="repair", text="检修")
            place = build_room(lead, community, "8", "1", f"10{index}")
            customers.occupy(actor=lead, customer=full, premises=place, role="owner")
            customers.record_matter(actor=lead, customer=full, title=f"事项{index}")
            customers.record_need(actor=lead, customer=full, product="家政", text="保洁")
        assert self.count(web, url("detail", full.pk)) == before
        assert before <= 75

"""The pages of the desks: they open with and without rows, cost a fixed number of queries, and acts work through them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localtime

from tests.domains.channels.conftest import matter, type_of
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.kinds import Channel, Nature
from zhize.domains.cases.models import Case
from zhize.domains.channels import services as channels
from zhize.domains.channels.models import (
    Call,
    Correspondence,
    InboundMail,
    Line,
    Mailbox,
    OutboundMail,
    Relay,
    Visitor,
    WorkEntry,
)
from zhize.domains.channels.selectors import progress
from zhize.domains.customers.models import Customer
from zhize.kernel import access, files, history
from zhize.kernel.access import Actor
from zhize.kernel.accounts.models import User
from zhize.kernel.notices.models import Delivery, Notice
from zhize.kernel.org.models import Person, Position
from zhize.lib import clock

LISTS = ("calls", "visitors", "work", "relays", "mail", "documents", "lines", "to_verify", "mail_sent")
DRAWER = {"HX-Request": "true", "HX-Target": "div#drawer-body", "HX-Request-Type": "partial"}

Make = Callable[[int], Any]


def url(name: str, *args: Any) -> str:
    return reverse(f"channels:{name}", args=args)


def sign_in(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(login=login))
    return client


@pytest.fixture
def web(cast: Cast) -> Client:
    """李敏's browser."""
    return sign_in("limin")


@pytest.fixture
def boss(cast: Cast) -> Client:
    """刘强's browser."""
    return sign_in("liuqiang")


def arrive(number: int, line: Line, *, auto: bool = True) -> InboundMail:
    head = "Auto-Submitted: auto-replied\r\n" if auto else ""
    raw = f"From: a{number}@x.example\r\nTo: {line.address}\r\nMessage-ID: <m{number}@x>\r\nSubject: 第{number}封\r\n{head}\r\n您好{number}\r\n"
    taken = channels.take_in_mail(
        actor=access.system("channels.mail"), arrival=channels.Arrival(raw=raw.encode())
    )
    return InboundMail.objects.get(pk=taken.mail.pk)


@pytest.fixture
def rows(cast: Cast, desk: Actor, manager: Actor, ring: Any, hotline: Line, mailbox: Line) -> dict[str, Make]:
    """For each list, how to add rows."""

    def call(number: int) -> Any:
        made = ring(f"1390000{number:04d}")
        channels.open_case_for_call(actor=desk, call=made, intake=matter(customer=cast.customers["A101"]))
        other = ring(f"1391111{number:04d}")
        return channels.transfer_call(actor=desk, call=other, to=cast.people["zhoutao"], reason="找主办")

    def visitor(number: int) -> Any:
        return channels.receive_visitor(
            actor=desk,
            name=f"访客{number}",
            purpose="documents",
            evidence=["id_card"],
            to_person=cast.people["zhoutao"],
        )

    def work(number: int) -> Any:
        return channels.record_work(
            actor=desk, kind="call", content=f"第{number}件", to_handle=True, informed=cast.people["zhoutao"]
        )

    def relay(number: int) -> Any:
        return channels.relay_message(
            actor=desk, receiver=cast.people["chenjing"], from_name=f"客户{number}", content="请回电"
        )

    def document(number: int) -> Any:
        return channels.record_document(
            actor=desk, medium="email", direction="in", sender="业委会", subject=f"函{number}"
        )

    def line(number: int) -> Any:
        return channels.open_line(
            actor=manager, unit=cast.centre, kind="im", code=f"qq{number}", name=f"QQ{number}",
            owner=cast.position("receptionist"),
        )  # fmt: skip

    def submission(number: int) -> Any:
        return channels.submit(
            actor=access.system("channels.web"),
            intake=matter(channel=Channel.WEB, contact_name=f"客户{number}", unit=cast.centre),
        )

    return {
        "calls": call,
        "visitors": visitor,
        "work": work,
        "relays": relay,
        "mail": lambda number: arrive(number, mailbox),
        "documents": document,
        "lines": line,
        "to_verify": submission,
        "mail_sent": lambda number: arrive(number, mailbox, auto=False),
    }


class TestLists:
    @pytest.mark.parametrize("name", LISTS)
    def test_open_empty(self, name: str, boss: Client) -> None:
        assert boss.get(url(name)).status_code == 200

    @pytest.mark.parametrize("name", LISTS)
    def test_cost_the_same_for_many_rows(self, name: str, boss: Client, rows: dict[str, Make]) -> None:
        address = f"{url(name)}?chip=all"

        def cost() -> tuple[int, int]:
            with CaptureQueriesContext(connection) as seen:
                answer = boss.get(address)
            assert answer.status_code == 200
            return len(seen), answer.content.decode().count("data-row=")

        rows[name](1)
        boss.get(address)
        few, shown = cost()
        for number in range(2, 7):
            rows[name](number)
        many, more = cost()
        assert shown >= 1
        assert more >= shown + 5
        assert many <= few

    @pytest.mark.parametrize("name", ("calls", "visitors", "work", "relays", "documents"))
    def test_show_nothing_of_another_centre(self, name: str, cast: Cast, rows: dict[str, Make]) -> None:
        rows[name](1)
        page = sign_in("qianjin").get(f"{url(name)}?chip=all")
        assert page.status_code == 200
        assert "data-row=" not in page.content.decode()

    def test_refuse_who_may_not(self, cast: Cast) -> None:
        client = sign_in("kongzhi")
        assert client.get(url("visitors")).status_code == 403
        assert client.get(url("line_new")).status_code == 403


class TestPhoneDesk:
    @pytest.mark.req("CHN-01")
    def test_ringing_call_opens_intake_with_number_and_customer_and_gets_its_case(
        self, web: Client, ring: Any, cast: Cast
    ) -> None:
        customer = cast.customers["A101"]
        call = ring(customer.phones.get().digits)
        banner = web.get(url("ringing")).content.decode()
        assert customer.name in banner
        assert url("answer", call.pk) in banner

        answered = web.post(url("answer", call.pk))
        assert answered.status_code == 302
        assert "ringing-who" not in web.get(url("ringing")).content.decode()
        page = web.get(answered["Location"])
        text = page.content.decode()
        assert page.status_code == 200
        assert f'name="call" value="{call.pk}"' in text
        assert re.search(rf'name="customer"[^>]*value="{customer.pk}"', text)

        web.post(
            url("intake"),
            {
                "call": call.pk, "channel": "phone", "type": type_of(Nature.COMPLAINT), "title": "电梯异响",
                "customer": customer.pk, "premises": cast.rooms["A101"].pk,
            },
        )  # fmt: skip
        call.refresh_from_db()
        assert call.result == "case"
        assert call.case is not None
        assert call.case.title == "电梯异响"

    @pytest.mark.req("CHN-01")
    def test_matter_taken_in_by_telephone_leaves_a_call(self, web: Client, cast: Cast) -> None:
        customer = cast.customers["B101"]
        web.post(
            url("intake"),
            {
                "channel": "phone", "type": type_of(Nature.COMPLAINT), "title": "漏水", "customer": customer.pk,
                "premises": cast.rooms["B101"].pk,
            },
        )  # fmt: skip
        call = Call.objects.get()
        assert call.case == Case.objects.get(title="漏水")
        assert call.customer == customer
        assert call.agent == cast.people["limin"]
        assert call.ended_at is not None

    @pytest.mark.req("CUS-01")
    @pytest.mark.parametrize("number", ["12345", "1380013"])
    def test_a_number_nobody_answers_is_refused_beside_its_field(self, web: Client, number: str) -> None:
        people = Customer.objects.count()
        answer = web.post(
            url("intake"),
            {
                "channel": "phone", "type": type_of(Nature.COMPLAINT), "title": "漏水", "contact_name": "钱多多",
                "contact_phone": number,
            },
        )  # fmt: skip
        assert answer.status_code == 422
        assert f"“{number}”不是能回拨的电话" in answer.context["form"].errors["contact_phone"][0]
        assert Customer.objects.count() == people
        assert not Case.objects.exists()

    def test_matter_taken_in_at_the_counter_leaves_no_call(self, web: Client, cast: Cast) -> None:
        web.post(
            url("intake"),
            {
                "channel": "counter", "type": type_of(Nature.COMPLAINT), "title": "漏水",
                "customer": cast.customers["B101"].pk, "premises": cast.rooms["B101"].pk,
            },
        )  # fmt: skip
        assert Case.objects.filter(title="漏水").exists()
        assert not Call.objects.exists()

    @pytest.mark.req("CAS-04")
    @pytest.mark.parametrize(
        ("nature", "said"),
        [(Nature.CONSULTATION, "请勾选“当场办结”"), (Nature.SUGGESTION, "这种类型不能当场办结。")],
    )
    def test_a_solution_that_would_not_count_is_refused_with_the_words_kept(
        self, web: Client, cast: Cast, nature: Nature, said: str
    ) -> None:
        typed = {
            "channel": "counter", "type": type_of(nature), "title": "怎么缴费",
            "customer": cast.customers["B101"].pk, "premises": cast.rooms["B101"].pk,
            "severity": "normal", "solution": "当场解释清楚了",
        }  # fmt: skip
        refused = web.post(url("intake"), typed)
        assert refused.status_code == 422
        assert said in refused.content.decode() and "当场解释清楚了</textarea>" in refused.content.decode()
        assert refused.context["form"].errors.keys() == {"solution"}
        assert not Case.objects.exists()

    def test_people_are_named_in_the_reader_s_language(
        self, cast: Cast, desk: Actor, ring: Any, web: Client
    ) -> None:
        Person.objects.filter(pk=cast.people["limin"].pk).update(name_en="Li Min")
        Person.objects.filter(pk=cast.people["chenjing"].pk).update(name_en="Chen Jing")
        Position.objects.filter(code="ambassador").update(name_en="Customer ambassador")
        case = channels.open_case_for_call(actor=desk, call=ring(), intake=matter(unit=cast.centre))
        cases.assign(actor=cast.actor("liuqiang"), case=case, to=cast.people["chenjing"])
        said = {"type": type_of(Nature.COMPLAINT), "premises": cast.rooms["A101"].pk}
        for language, given, taken in (("zh-hans", "陈静", "李敏"), ("en", "Chen Jing", "Li Min")):
            User.objects.filter(login="limin").update(language=language)
            browser = sign_in("limin")
            assert f"<b>{given}</b>" in browser.get(url("preview"), said).content.decode()
            calls = browser.get(url("calls")).content.decode()
            assert f">{taken}<" in calls.partition('id="list"')[2]
            with translation.override(language):
                told = history.timeline(case).filter(verb="case.assigned").latest("pk")
                assert given in told.sentence()
                assert [row.holder for row in progress.progress(desk, case.number)] == [given]

    @pytest.mark.req("CHN-03")
    def test_letter_scan_given_at_the_intake_makes_a_case_with_channel_letter(
        self, web: Client, cast: Cast
    ) -> None:
        customer = cast.customers["B101"]
        said = {
            "channel": "letter", "type": type_of(Nature.COMPLAINT), "title": "来信反映漏水",
            "customer": customer.pk, "premises": cast.rooms["B101"].pk,
        }  # fmt: skip
        missing = web.post(url("intake"), said)
        assert missing.status_code == 422 and "请附上扫描件" in missing.content.decode()
        assert not Case.objects.exists()
        scan = SimpleUploadedFile("来信.pdf", b"%PDF-1.4 test", content_type="application/pdf")
        web.post(url("intake"), {**said, "scans": scan})
        case = Case.objects.get()
        assert case.get_channel_display() == "来信"
        letter = Correspondence.objects.get(case=case)
        assert (letter.medium, letter.direction, letter.sender) == ("letter", "in", customer.name)
        assert [item.name for item in files.for_subject(case)] == ["来信.pdf"]
        assert "来信.pdf" in web.get(url("document", letter.pk)).content.decode()

    @pytest.mark.req("CHN-03")
    def test_calls_and_visits_use_the_same_form_and_may_bring_photos(self, web: Client, cast: Cast) -> None:
        for channel in ("phone", "counter"):
            photo = SimpleUploadedFile(f"{channel}.pdf", b"%PDF-1.4 x", content_type="application/pdf")
            web.post(
                url("intake"),
                {
                    "channel": channel, "type": type_of(Nature.COMPLAINT), "title": channel, "scans": photo,
                    "customer": cast.customers["B101"].pk, "premises": cast.rooms["B101"].pk,
                },
            )  # fmt: skip
            case = Case.objects.get(title=channel)
            assert [item.name for item in files.for_subject(case)] == [f"{channel}.pdf"]
        assert not Correspondence.objects.exists()

    def test_who_keeps_no_document_register_is_not_offered_letters(self, cast: Cast) -> None:
        page = sign_in("chenjing").get(url("intake")).content.decode()
        assert 'value="counter"' in page
        assert 'value="letter"' not in page

    @pytest.mark.req("CHN-02")
    def test_transfer_in_place_shows_both_handlers(self, web: Client, ring: Any, cast: Cast) -> None:
        call = ring()
        assert web.get(url("call_transfer", call.pk), headers=DRAWER).status_code == 200
        web.post(url("call_transfer", call.pk), {"to": cast.people["zhoutao"].pk, "reason": "找主办"})
        page = web.get(url("call", call.pk)).content.decode()
        assert "李敏 → 周涛" in page
        assert f"{url('answer', call.pk)}" in sign_in("zhoutao").get(url("ringing")).content.decode()

    def test_call_page_and_its_acts(self, web: Client, ring: Any, cast: Cast, desk: Actor) -> None:
        customer = cast.customers["A101"]
        known = channels.open_case_for_call(actor=desk, call=ring(), intake=matter(customer=customer))
        call = ring(customer.phones.get().digits)
        page = web.get(url("call", call.pk)).content.decode()
        assert known.number in page
        for act in (
            "call_transfer",
            "call_finish",
            "call_follow_up",
            "call_identify",
            "call_demand",
            "call_check",
        ):
            assert web.get(url(act, call.pk), headers=DRAWER).status_code == 200
        web.post(url("call_follow_up", call.pk), {"case": known.number, "body": "今天又响"})
        call.refresh_from_db()
        assert call.case == known
        web.post(url("call_finish", call.pk), {"result": "follow_up"})
        call.refresh_from_db()
        assert call.ended_at is not None

    def test_follow_up_of_an_unknown_number_says_so(self, web: Client, ring: Any) -> None:
        answer = web.post(url("call_follow_up", ring().pk), {"case": "TS-0", "body": "补充"})
        assert answer.status_code == 422

    def test_registering_by_hand(self, web: Client, hotline: Line) -> None:
        answer = web.post(url("call_new"), {"number": "13800001111", "line": hotline.pk})
        assert answer["Location"] == url("call", Call.objects.get().pk)


class TestCounter:
    @pytest.mark.req("CHN-20")
    def test_queue_through_the_page(self, web: Client, cast: Cast) -> None:
        for name in ("周女士", "吴先生"):
            web.post(url("visitor_new"), {"name": name, "purpose": "copies", "evidence": ["id_card"]})
        first, second = Visitor.objects.order_by("pk")
        web.post(url("visitor_next"))
        first.refresh_from_db()
        assert first.state == "called"
        web.post(url("visitor_send", first.pk), {"to_person": cast.people["zhoutao"].pk})
        page = web.get(url("visitor", first.pk)).content.decode()
        assert "周涛" in page
        assert "身份证" in page
        web.post(url("visitor_serve", first.pk), {"result": "已复印"})
        web.post(url("visitor_left", second.pk))
        assert {row.state for row in Visitor.objects.all()} == {"served", "left"}
        assert web.post(url("visitor_next")).status_code == 302

    def test_visitor_becomes_a_case(self, web: Client, desk: Actor) -> None:
        visitor = channels.receive_visitor(
            actor=desk, name="周女士", purpose="complaint", phone="13700001111"
        )
        page = web.get(f"{url('intake')}?visitor={visitor.pk}")
        assert "周女士" in page.content.decode()
        web.post(
            url("intake"),
            {
                "visitor": visitor.pk, "channel": "counter", "type": type_of(Nature.COMPLAINT), "title": "噪声",
                "contact_name": "周女士", "contact_phone": "13700001111",
            },
        )  # fmt: skip
        visitor.refresh_from_db()
        assert visitor.case is not None


class TestRegisters:
    @pytest.mark.req("CHN-08")
    def test_entry_to_handle_wants_an_informed_person_and_a_result(self, web: Client, cast: Cast) -> None:
        said = {"kind": "call", "content": "要复印合同", "to_handle": "on"}
        assert web.post(url("work_new"), said).status_code == 422
        web.post(url("work_new"), {**said, "informed": cast.people["zhoutao"].pk})
        entry = WorkEntry.objects.get()
        assert "要复印合同" in web.get(url("work_entry", entry.pk)).content.decode()
        assert web.post(url("work_close", entry.pk), {"result": ""}).status_code == 422
        web.post(url("work_inform", entry.pk), {"person": cast.people["wangfang"].pk})
        web.post(url("work_close", entry.pk), {"result": "已复印"})
        entry.refresh_from_db()
        assert entry.closed_at is not None
        assert entry.informed == cast.people["wangfang"]

    @pytest.mark.req("CHN-14")
    def test_relay_shows_receiver_and_read_time(self, web: Client, cast: Cast) -> None:
        web.post(
            url("relay_new"),
            {"receiver": cast.people["chenjing"].pk, "from_name": "张先生", "content": "请回电"},
        )
        relay = Relay.objects.get()
        theirs = sign_in("chenjing")
        assert theirs.get(url("relay", relay.pk)).status_code == 200
        theirs.post(url("relay_read", relay.pk))
        theirs.post(url("relay_handle", relay.pk), {"note": "已回电"})
        relay.refresh_from_db()
        assert relay.read_at is not None
        assert relay.handled_note == "已回电"

    def test_documents_are_registered_with_scans_and_put_to_a_case(
        self, web: Client, cast: Cast, desk: Actor, ring: Any
    ) -> None:
        said = {"medium": "letter", "direction": "in", "sender": "业委会", "subject": "函告", "pages": 2}
        assert web.post(url("document_new"), said).status_code == 422
        scan = SimpleUploadedFile("函.pdf", b"%PDF-1.4 test", content_type="application/pdf")
        web.post(url("document_new"), {**said, "scans": scan})
        document = Correspondence.objects.get()
        case = channels.open_case_for_call(
            actor=desk, call=ring(), intake=matter(customer=cast.customers["A101"])
        )
        web.post(url("document_case", document.pk), {"case": case.number})
        page = web.get(url("document", document.pk)).content.decode()
        assert "函.pdf" in page
        assert case.number in page


class TestMail:
    def test_ignored_mail_shows_its_reason_and_is_released(self, boss: Client, mailbox: Line) -> None:
        mail = arrive(1, mailbox)
        page = boss.get(url("mail_item", mail.pk)).content.decode()
        assert "自动答复" in page
        assert boss.get(url("mail_release", mail.pk), headers=DRAWER).status_code == 200
        boss.post(url("mail_release", mail.pk), {"case": ""})
        mail.refresh_from_db()
        assert mail.case is not None
        assert mail.case.number in boss.get(url("mail_item", mail.pk)).content.decode()

    def test_discarding_wants_a_reason(self, boss: Client, mailbox: Line) -> None:
        mail = arrive(1, mailbox)
        assert boss.post(url("mail_discard", mail.pk), {"reason": ""}).status_code == 422
        boss.post(url("mail_discard", mail.pk), {"reason": "广告"})
        mail.refresh_from_db()
        assert mail.outcome == "discarded"

    def test_what_went_out_is_listed_with_its_fate(self, boss: Client, mailbox: Line) -> None:
        mail = arrive(1, mailbox, auto=False)
        row = OutboundMail.objects.get(case=mail.case)
        page = boss.get(url("mail_sent")).content.decode()
        assert "a1@x.example" in page and "等待发送" in page and mail.case.number in page
        assert row.message_id in boss.get(url("mail_sent_item", row.pk)).content.decode()
        Delivery.objects.filter(message_id=f"<{row.message_id}>").update(state="failed", error="550 no")
        assert "a1@x.example" in boss.get(f"{url('mail_sent')}?chip=failed").content.decode()
        assert "550 no" in boss.get(url("mail_sent_item", row.pk)).content.decode()
        assert sign_in("kongzhi").get(url("mail_sent")).status_code == 403
        assert sign_in("qianjin").get(url("mail_sent_item", row.pk)).status_code == 404

    def test_the_mailboxes_say_how_they_are(self, boss: Client, mailbox: Line, settings: Any) -> None:
        assert "没有设置收件邮箱" in boss.get(url("mailboxes")).content.decode()
        settings.CONFIG = replace(settings.CONFIG, imap_url="imaps://kefu:geheim@mail.example/INBOX")
        box = Mailbox.objects.create(name="kefu@mail.example:993/INBOX", read_at=clock.now())
        shown = boss.get(url("mailboxes")).content.decode()
        assert "正常" in shown and "geheim" not in shown
        Mailbox.objects.filter(pk=box.pk).update(failing_since=clock.now(), error="AUTHENTICATIONFAILED")
        shown = boss.get(url("mailboxes")).content.decode()
        assert "故障" in shown and "AUTHENTICATIONFAILED" in shown
        long_ago = clock.now() - timedelta(hours=1)
        Mailbox.objects.filter(pk=box.pk).update(failing_since=None, error="", read_at=long_ago)
        assert "久未收取" in boss.get(url("mailboxes")).content.decode()
        assert sign_in("kongzhi").get(url("mailboxes")).status_code == 403


class TestProgress:
    @pytest.mark.req("CHN-12")
    def test_by_phone_or_case_number_the_page_shows_holder_and_next_due_time_and_keeps_that_it_was_told(
        self, web: Client, cast: Cast, desk: Actor, ring: Any
    ) -> None:
        owner = cast.customers["A101"]
        number = owner.phones.get().number
        intake = matter(customer=owner, premises=cast.rooms["A101"])
        case = channels.open_case_for_call(actor=desk, call=ring(number), intake=intake)
        case.refresh_from_db()
        due = localtime(case.next_due_at).strftime("%H:%M")
        for asked in (number, case.number, case.number.lower(), case.number[-6:]):
            page = web.get(url("progress"), {"q": asked}).content.decode()
            assert case.number in page and "陈静" in page and due in page
        assert "没有找到" in web.get(url("progress"), {"q": "19900000000"}).content.decode()
        call = ring(number)
        assert f"{url('progress')}?call={call.pk}" in web.get(url("call", call.pk)).content.decode()
        web.post(f"{url('progress_tell', case.number)}?call={call.pk}")
        call.refresh_from_db()
        assert call.result == "progress"
        assert any(entry.verb == "progress.told" for entry in history.timeline(case))

    def test_nothing_of_another_centre_is_told(self, cast: Cast, desk: Actor, ring: Any) -> None:
        case = channels.open_case_for_call(actor=desk, call=ring("13700000003"), intake=matter())
        other = sign_in("qianjin")
        assert case.title not in other.get(url("progress"), {"q": case.number}).content.decode()
        assert other.post(url("progress_tell", case.number)).status_code == 404
        assert not any(entry.verb == "progress.told" for entry in history.timeline(case))


class TestLines:
    @pytest.mark.req("CHN-04")
    def test_channel_is_added_paused_and_resumed(self, boss: Client, cast: Cast) -> None:
        boss.post(
            url("line_new"),
            {"kind": "im", "code": "weibo", "name": "项目微博", "address": "@wy", "unit": cast.centre.pk},
        )
        line = Line.objects.get(code="weibo")
        boss.post(url("line_pause", line.pk), {"reason": "装修"})
        page = boss.get(url("line", line.pk)).content.decode()
        assert "装修" in page
        boss.post(url("line_resume", line.pk))
        before = line.secret
        shown = boss.post(url("line_secret", line.pk)).content.decode()
        line.refresh_from_db()
        assert line.paused_at is None
        assert line.secret != before
        assert line.secret in shown

    def test_changing_keeps_what_was_not_touched(self, boss: Client, hotline: Line) -> None:
        assert boss.get(url("line_change", hotline.pk), headers=DRAWER).status_code == 200
        boss.post(
            url("line_change", hotline.pk),
            {"name": "服务热线", "address": hotline.address, "hours": "8–18", "active": "on"},
        )
        hotline.refresh_from_db()
        assert (hotline.name, hotline.hours, hotline.active) == ("服务热线", "8–18", True)


class TestVerifying:
    @pytest.mark.req("CHN-05")
    def test_submission_is_listed_until_it_is_verified(self, boss: Client, rows: dict[str, Make]) -> None:
        case = rows["to_verify"](1)
        assert case.number in boss.get(url("to_verify")).content.decode()
        door = reverse("cases:verify", args=[case.number])
        assert door in boss.get(url("to_verify")).content.decode()
        boss.post(door, {"title": case.title, "severity": case.severity, "note": "已电话核实"})
        case.refresh_from_db()
        assert case.verified_at is not None
        assert case.number not in boss.get(url("to_verify")).content.decode()


class TestNotices:
    @pytest.fixture
    def told(self, cast: Cast, desk: Actor) -> Relay:
        """陈静 was told of a relayed message."""
        relay = channels.relay_message(
            actor=desk, receiver=cast.people["chenjing"], from_name="张先生", content="请回电"
        )
        history.deliver_all()
        return relay

    def test_opens_empty(self, web: Client) -> None:
        assert web.get(reverse("desk:notices")).status_code == 200

    def test_is_read_and_leads_to_its_subject(self, cast: Cast, told: Relay) -> None:
        theirs = sign_in("chenjing")
        notice = Notice.objects.get(person=cast.people["chenjing"], subject_id=told.pk, template="relay.sent")
        assert "is-unread" in theirs.get(reverse("desk:notices")).content.decode()
        page = theirs.get(reverse("desk:notice", args=[notice.pk])).content.decode()
        assert url("relay", told.pk) in page
        notice.refresh_from_db()
        assert notice.read_at is not None

    def test_of_others_does_not_exist(self, cast: Cast, told: Relay, web: Client) -> None:
        notice = Notice.objects.get(person=cast.people["chenjing"], subject_id=told.pk)
        assert web.get(reverse("desk:notice", args=[notice.pk])).status_code == 404
        assert web.post(reverse("desk:notice_read", args=[notice.pk])).status_code == 404

    def test_all_are_read_at_once_but_those_to_acknowledge(self, cast: Cast, told: Relay) -> None:
        person = cast.people["chenjing"]
        Notice.objects.filter(person=person).update(needs_ack=True)
        channels.relay_message(
            actor=cast.actor("limin"), receiver=person, from_name="李先生", content="请回电"
        )
        history.deliver_all()
        theirs = sign_in("chenjing")
        theirs.post(reverse("desk:notices_read"))
        left = Notice.objects.get(person=person, read_at=None)
        theirs.post(reverse("desk:notice_acknowledge", args=[left.pk]))
        left.refresh_from_db()
        assert left.ack_at is not None

    def test_costs_the_same_for_many(self, cast: Cast, desk: Actor, told: Relay) -> None:
        theirs = sign_in("chenjing")
        theirs.get(reverse("desk:notices"))
        with CaptureQueriesContext(connection) as few:
            theirs.get(reverse("desk:notices"))
        for number in range(5):
            channels.relay_message(
                actor=desk, receiver=cast.people["chenjing"], from_name=f"客户{number}", content="请回电"
            )
        history.deliver_all()
        with CaptureQueriesContext(connection) as many:
            theirs.get(reverse("desk:notices"))
        assert len(many) <= len(few)

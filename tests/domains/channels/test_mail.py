"""Mail in: opened, joined, ignored, quarantined; threading by token and known address; nothing lost, no loops."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client

from tests.kit.cast import Cast
from tests.kit.mail_servers import SmtpServer, smtp_server
from tests.lib.mail.kit import multi, part, raw, word
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels import services as channels
from zhize.domains.channels.kinds import MailOutcome
from zhize.domains.channels.models import Correspondence, InboundMail, Line, OutboundMail
from zhize.domains.channels.services import mailin, rawmail, sorting, threading
from zhize.domains.customers.models import EmailAddress
from zhize.kernel import access, files, history, jobs
from zhize.kernel.access import Actor
from zhize.kernel.accounts.models import User
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.notices.models import DeadAddress, Delivery
from zhize.lib import clock, signing

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 30


@pytest.fixture
def configured(settings: Any) -> None:
    settings.CONFIG = replace(
        django_settings.CONFIG, email_from="客服 <kefu@wy.example>", public_url="https://wy.example"
    )


@pytest.fixture
def smtp(settings: Any, configured: None) -> Iterator[SmtpServer]:
    with smtp_server() as server:
        settings.CONFIG = replace(settings.CONFIG, email_url=server.url)
        yield server


@pytest.fixture(autouse=True)
def _box(mailbox: Line, configured: None) -> None:
    """Every test has the mailbox line."""


def come(data: bytes, **more: Any) -> InboundMail:
    return channels.take_in_mail(
        actor=access.system(caps.MAIL, channel="mail"), arrival=channels.Arrival(data, **more)
    ).mail


def complaint(**headers: Any) -> bytes:
    given = {
        "To": "kefu@wy.example",
        "From": f"{word('张建国', 'gb2312')} <zhang@example.com>",
        "Subject": word("投诉电梯异响", "gb2312"),
        **headers,
    }
    return raw(
        given.pop("body", "A苑1栋电梯异响三天了,请处理。"), charset=given.pop("charset", "gb2312"), **given
    )


class TestOpening:
    def test_a_mail_opens_a_case_with_everything_in_it(self, cast: Cast) -> None:
        cast.customers["A101"].emails.create(address="zhang@example.com", created_at=clock.now())
        mail = come(
            multi(
                "mixed",
                part("A苑1栋电梯异响三天了,请处理。"),
                part(
                    PNG,
                    "image/png",
                    Content_Disposition="attachment; filename*=UTF-8''%E7%94%B5%E6%A2%AF.png",
                ),
                From="zhang@example.com",
                Subject=word("投诉电梯异响", "utf-8"),
            )
        )
        case = mail.case
        assert mail.outcome == MailOutcome.OPENED
        assert case is not None
        assert (case.nature, case.channel, case.title) == ("complaint", "email", "投诉电梯异响")
        assert (case.customer, case.contact_email) == (cast.customers["A101"], "zhang@example.com")
        assert case.description == "A苑1栋电梯异响三天了,请处理。"
        assert [item.name for item in files.for_subject(case)] == ["电梯.png"]
        assert mail.document is not None
        assert (mail.document.medium, mail.document.direction, mail.document.case) == ("email", "in", case)
        assert {"mail.opened", "case.opened"} <= {entry.verb for entry in history.timeline(case)}

    @pytest.mark.parametrize(
        ("body", "nature"),
        [
            ("我要投诉保安", "complaint"),
            ("厨房漏水,请来维修", "fault"),
            ("建议增加路灯", "suggestion"),
            ("请问装修怎么办理", "consultation"),
            ("您好", "consultation"),
            ("厨房漏水没人管,我要投訴", "complaint"),
        ],
    )
    def test_its_words_say_what_it_is(self, body: str, nature: str) -> None:
        case = come(raw(body, Subject="x")).case
        assert case is not None
        assert case.nature == nature

    def test_an_unknown_sender_is_kept_as_contact(self) -> None:
        case = come(complaint()).case
        assert case is not None
        assert (case.customer, case.contact_name, case.contact_email) == (None, "张建国", "zhang@example.com")

    def test_a_mail_without_subject_takes_its_first_line(self) -> None:
        case = come(raw("\r\n  请问停车怎么收费\r\n谢谢", Subject="")).case
        assert case is not None
        assert case.title == "请问停车怎么收费"

    @pytest.mark.parametrize(
        ("body", "language"),
        [("请问怎么办理", "zh-hans"), ("電梯壞了請問怎麼辦理維修", "zh-hant"), ("Hello, the lift", "en")],
    )
    def test_the_language_to_answer_in(self, body: str, language: str) -> None:
        case = come(raw(body, Subject="x")).case
        assert case is not None
        assert case.language == language

    def test_it_goes_to_the_line_it_was_sent_to(self, cast: Cast, manager: Actor) -> None:
        engineering = cast.people["hewei"].appointments.get().position.unit
        other = channels.open_line(
            actor=manager, unit=engineering, kind="email", code="gc", name="工程邮箱", address="gc@wy.example"
        )
        mail = come(complaint(To="GC@wy.example"))
        assert (mail.line, mail.unit) == (other, engineering)
        assert mail.case is not None
        assert mail.case.unit == engineering

    def test_without_any_line_one_is_made(self, mailbox: Line) -> None:
        Line.objects.all().delete()
        mail = come(complaint())
        assert mail.outcome == MailOutcome.OPENED
        assert mail.line is not None
        assert mail.line.address == "kefu@wy.example"

    def test_the_same_message_is_taken_once(self) -> None:
        first = come(complaint(), mailbox="a", uid_validity=1, uid=7)
        again = come(b"Received: by another way\r\n" + complaint(), mailbox="a", uid_validity=2, uid=1)
        assert first == again
        assert Case.objects.count() == 1
        other = come(complaint(body="另一件事,电梯又坏了"))
        assert other != first

    def test_attachments_that_may_not_be_kept_are_named_and_stay_in_the_raw_message(self) -> None:
        data = multi(
            "mixed",
            part("见附件,投诉"),
            part(
                b"MZ\x90\x00program",
                "application/octet-stream",
                Content_Disposition='attachment; filename="a.exe"',
            ),
        )
        mail = come(data)
        assert mail.case is not None
        assert not files.for_subject(mail.case)
        assert any("a.exe" in note for note in mail.notes)
        assert "a.exe" in mail.case.messages.get().body
        assert rawmail.read(mail) == data


class TestThreading:
    @pytest.fixture
    def case(self) -> Case:
        found = come(complaint()).case
        assert found is not None
        return found

    def test_an_answer_with_our_token_from_a_known_address_joins(self, case: Case) -> None:
        for number, headers in enumerate(
            [
                {"To": threading.reply_address(case)},
                {"To": threading.reply_address(case).upper()},
                {"Subject": f"Re: {threading.tag(case)} 投诉"},
                {"In_Reply_To": "<m1@example.com>"},
                {"References": "<x@y> <m1@example.com> <z@y>"},
            ]
        ):
            mail = come(
                complaint(
                    **{
                        "Message_ID": f"<n{number}@example.com>",
                        "body": f"还没修好 {number}\r\n\r\n> 您好",
                        **headers,
                    }
                )
            )
            assert (mail.outcome, mail.case) == (MailOutcome.JOINED, case), headers
            assert mail.case_message is not None
            assert mail.case_message.body == f"还没修好 {number}"
            assert mail.case_message.kind == "from_customer"
            assert mail.case_message.mail_message_id == f"n{number}@example.com"
        assert Case.objects.count() == 1

    def test_a_token_from_an_unknown_address_opens_a_linked_case(self, case: Case) -> None:
        mail = come(
            complaint(
                From="wang@example.com", To=threading.reply_address(case), Message_ID="<w@x>", body="我也投诉"
            )
        )
        assert mail.outcome == MailOutcome.OPENED
        assert mail.reason == "linked"
        assert mail.case is not None
        assert mail.case != case
        assert case.links_out.get().other == mail.case
        assert "wang@example.com" in mail.case.messages.get().body
        assert case.messages.count() == 0

    def test_a_number_or_a_forged_token_joins_nothing(self, case: Case) -> None:
        forged = signing.make("channels.mail", case.pk, b"another key")
        for number, headers in enumerate(
            [
                {"Subject": f"Re: [{case.number}] 投诉"},
                {"Subject": f"[{case.number}#{forged}] 投诉"},
                {"To": f"kefu+{forged}@wy.example"},
                {"In_Reply_To": "<other@example.com>"},
            ]
        ):
            mail = come(
                complaint(**{"Message_ID": f"<f{number}@example.com>", "body": f"投诉 {number}", **headers})
            )
            assert mail.outcome == MailOutcome.OPENED
            assert mail.case != case

    def test_all_addresses_of_the_customer_are_known(self, cast: Cast, case: Case, manager: Actor) -> None:
        cast.customers["A101"].emails.create(address="work@example.com", created_at=clock.now())
        cases.edit(actor=manager, case=case, customer=cast.customers["A101"])
        mail = come(
            complaint(
                From="Work@Example.com", To=threading.reply_address(case), Message_ID="<k@x>", body="补充"
            )
        )
        assert (mail.outcome, mail.case) == (MailOutcome.JOINED, case)

    def test_staff_who_have_the_case_write_a_note(self, cast: Cast, case: Case, manager: Actor) -> None:
        if case.owner != cast.people["hewei"]:
            cases.assign(actor=manager, case=case, to=cast.people["hewei"])
        mail = come(
            raw("已派人检查", From="hewei@wy.example", To=threading.reply_address(case), Message_ID="<s@x>")
        )
        assert (mail.outcome, mail.case) == (MailOutcome.JOINED, case)
        assert mail.case_message is not None
        assert mail.case_message.kind == "note"
        stranger = come(
            raw("我看看", From="qianjin@wy.example", To=threading.reply_address(case), Message_ID="<q@x>")
        )
        assert stranger.outcome == MailOutcome.OPENED

    def test_a_merged_case_leads_on(self, cast: Cast, case: Case, manager: Actor) -> None:
        other = come(complaint(Message_ID="<o@x>", body="另一件投诉")).case
        assert other is not None
        cases.merge(actor=manager, case=case, into=other)
        mail = come(complaint(To=threading.reply_address(case), Message_ID="<p@x>", body="还有补充"))
        assert (mail.outcome, mail.case) == (MailOutcome.JOINED, other)


class TestIgnoring:
    @pytest.mark.parametrize(
        ("headers", "reason"),
        [
            ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
            ({"X_Autoreply": "yes"}, "auto_reply"),
            ({"From": "MAILER-DAEMON@qq.com", "Subject": "系统退信"}, "bounce"),
            ({"Precedence": "bulk", "List_Unsubscribe": "<mailto:x@y>"}, "bulk"),
            ({"List_Id": "<ads.example>", "To": "ads@ads.example"}, "bulk"),
            ({"From": "kefu@wy.example"}, "loop"),
            ({"From": "kefu+abc@wy.example"}, "loop"),
            ({"body": "", "Subject": ""}, "blank"),
        ],
    )
    def test_machines_get_no_case(self, headers: dict[str, str], reason: str) -> None:
        if reason == "bulk" and "List_Id" in headers:
            headers = {**headers, "Precedence": "list"}
        mail = come(complaint(**headers))
        assert (mail.outcome, mail.reason) == (MailOutcome.IGNORED, reason)
        assert not Case.objects.exists()
        assert rawmail.read(mail)

    def test_our_own_header_is_a_loop(self) -> None:
        assert come(complaint(X_Zhize_Mail=threading.own_mark())).reason == "loop"
        assert come(complaint(X_Zhize_Mail="another site", Message_ID="<2@x>")).outcome == MailOutcome.OPENED

    def test_a_known_customer_may_write_through_a_list(self, cast: Cast) -> None:
        cast.customers["A101"].emails.create(address="zhang@example.com", created_at=clock.now())
        assert come(complaint(Precedence="bulk")).outcome == MailOutcome.OPENED
        ours = complaint(
            From="new@example.com",
            Precedence="list",
            List_Id="<kefu.wy.example>",
            To="kefu@wy.example",
            Message_ID="<3@x>",
        )
        assert come(ours).outcome == MailOutcome.OPENED


class TestQuarantine:
    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "empty"),
            (b"\x00\x01MZ\x7f", "no_sender"),
            (b"MZ\x90 looks like a program", "no_sender"),
            (raw(b"+ADw-", charset="utf-7"), "refused_charset"),
            (multi("encrypted", part("x", "application/pgp-encrypted")), "encrypted"),
        ],
    )
    def test_what_cannot_be_read_is_kept_with_its_reason(self, data: bytes, reason: str) -> None:
        mail = come(data)
        assert (mail.outcome, mail.reason) == (MailOutcome.QUARANTINED, reason)
        assert rawmail.read(mail) == data
        assert come(data) == mail

    def test_one_sender_cannot_flood(self) -> None:
        for number in range(sorting.RATE):
            assert (
                come(complaint(Message_ID=f"<{number}@x>", body=f"投诉 {number}")).outcome
                == MailOutcome.OPENED
            )
        over = come(complaint(Message_ID="<over@x>", body="再投诉"))
        assert (over.outcome, over.reason) == (MailOutcome.QUARANTINED, "rate")
        with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
            assert come(complaint(Message_ID="<later@x>", body="又投诉")).outcome == MailOutcome.OPENED

    def test_a_failure_inside_quarantines_and_leaves_no_half_case(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(**_ignored: Any) -> None:
            raise RuntimeError("broken")

        monkeypatch.setattr(mailin.documents, "record_document", broken)
        mail = come(complaint())
        assert (mail.outcome, mail.reason) == (MailOutcome.QUARANTINED, "error")
        assert "broken" in mail.detail
        assert not Case.objects.exists()

    def test_on_a_full_disk_a_mail_stays_in_its_mailbox(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_path: Any, **_ignored: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(mailin.documents, "record_document", full)
        with pytest.raises(OSError, match="No space"):
            come(complaint())
        assert not InboundMail.objects.exists() and not Case.objects.exists()

    def test_somebody_faster_is_no_reason_to_quarantine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        case = come(complaint()).case
        assert case is not None
        original, turns = mailin.cases.receive, []

        def faster(**given: Any) -> Any:
            turns.append(1)
            if len(turns) == 1:
                Case.objects.filter(pk=case.pk).update(version=99)
            return original(**given)

        monkeypatch.setattr(mailin.cases, "receive", faster)
        mail = come(complaint(To=threading.reply_address(case), Message_ID="<2@x>", body="补充"))
        assert (mail.outcome, len(turns)) == (MailOutcome.JOINED, 2)

    def test_a_person_releases_or_discards(self, cast: Cast, manager: Actor, stranger: Actor) -> None:
        unreadable, bulk, other = (
            come(b"\x00junk"),
            come(complaint(Precedence="bulk")),
            come(b"\x00more junk"),
        )
        with pytest.raises(Refused):
            channels.release_mail(actor=stranger, mail=bulk)
        channels.release_mail(actor=manager, mail=bulk)
        assert bulk.outcome == MailOutcome.OPENED
        assert bulk.case is not None
        assert bulk.case.title == "投诉电梯异响"
        assert bulk.handled_by == cast.people["liuqiang"]
        channels.release_mail(actor=manager, mail=unreadable, case=bulk.case)
        assert (unreadable.outcome, unreadable.case) == (MailOutcome.JOINED, bulk.case)
        with pytest.raises(Invalid):
            channels.discard_mail(actor=manager, mail=other, reason=" ")
        channels.discard_mail(actor=manager, mail=other, reason="垃圾邮件")
        assert other.outcome == MailOutcome.DISCARDED
        for done in (bulk, other):
            with pytest.raises(Invalid):
                channels.release_mail(actor=manager, mail=done)

    def test_of_two_who_let_a_mail_in_only_the_first_opens_a_case(self, manager: Actor) -> None:
        mail = come(complaint(Precedence="bulk"))
        as_read_before = InboundMail.objects.get(pk=mail.pk)
        channels.release_mail(actor=manager, mail=mail)
        with pytest.raises(Invalid):
            channels.release_mail(actor=manager, mail=as_read_before)
        with pytest.raises(Invalid):
            channels.discard_mail(actor=manager, mail=as_read_before, reason="垃圾邮件")
        assert Case.objects.count() == 1

    def test_mail_for_a_paused_line_waits_for_it(self, manager: Actor, mailbox: Line) -> None:
        channels.pause_line(actor=manager, line=mailbox, reason="搬迁")
        mail = come(complaint())
        assert (mail.outcome, mail.reason) == (MailOutcome.QUARANTINED, "paused")
        mailbox.refresh_from_db()
        channels.resume_line(actor=manager, line=mailbox)
        jobs.run_all(keep_failures=True)
        mail.refresh_from_db()
        assert mail.outcome == MailOutcome.OPENED

    def test_large_messages_are_kept_in_pieces(self) -> None:
        data = complaint(body="投诉" + "x" * (rawmail.PIECE * 2))
        mail = come(data)
        assert len([item for item in files.for_subject(mail) if item.kind == "raw"]) == 3
        assert rawmail.read(mail) == data


def sent(server: SmtpServer) -> Any:
    jobs.run_all(keep_failures=True)
    return [message_from_bytes(content, policy=default) for _from, _to, content in server.got]


def letter_to(server: SmtpServer, address: str) -> Any:
    """The last mail to an address."""
    return next(mail for mail in reversed(sent(server)) if mail["To"] == address)


class TestOut:
    @pytest.mark.req("CHN-06")
    def test_an_answer_goes_out_and_its_answer_comes_back_to_the_case(
        self, cast: Cast, manager: Actor, smtp: SmtpServer
    ) -> None:
        case = come(complaint()).case
        assert case is not None
        smtp_receipt = letter_to(smtp, "zhang@example.com")
        assert case.number in smtp_receipt["Subject"]
        assert smtp_receipt["Auto-Submitted"] == "auto-replied"
        assert smtp_receipt["In-Reply-To"] == "<m1@example.com>"
        link = re.search(r"https?://[^/\s]+(/\S+)", smtp_receipt.get_body(("plain",)).get_content())
        assert link is not None
        assert case.number in Client().get(link.group(1)).content.decode()
        smtp.got.clear()
        case.refresh_from_db()
        blob = files.store(actor=manager, content=PNG, name="照片.png")
        cases.reply(
            actor=manager,
            case=case,
            body="已修好,请确认。",
            channel="email",
            attachments=((blob, "照片.png"),),
        )
        mail = letter_to(smtp, "zhang@example.com")
        assert mail["Auto-Submitted"] == "no"
        assert mail["Reply-To"] == threading.reply_address(case)
        assert "已修好,请确认。" in mail.get_body(("plain",)).get_content()
        assert [item.get_filename() for item in mail.iter_attachments()] == ["照片.png"]
        answer = raw(
            "谢谢,确认。\r\n\r\n"
            + "\r\n".join(f"> {line}" for line in mail.get_body(("plain",)).get_content().split("\n")),
            From="zhang@example.com",
            To=mail["Reply-To"],
            Subject=f"回复: {mail['Subject']}",
            In_Reply_To=mail["Message-ID"],
            Message_ID="<a2@example.com>",
        )
        back = come(answer)
        assert (back.outcome, back.case) == (MailOutcome.JOINED, case)
        assert back.case_message is not None
        assert back.case_message.body == "谢谢,确认。"
        numbers = Correspondence.objects.filter(case=case, medium="email").values_list("number", "direction")
        assert len({number for number, _ in numbers}) == 4
        assert sorted(direction for _, direction in numbers) == ["in", "in", "out", "out"]

    @pytest.mark.req("CHN-12")
    def test_the_link_to_the_progress_page_goes_out_by_mail(
        self, cast: Cast, desk: Actor, smtp: SmtpServer
    ) -> None:
        owner = cast.customers["A101"]
        intake = cases.Intake(type=_any_type(), title="咨询", channel="phone", customer=owner)
        case = cases.open_case(actor=desk, intake=intake)
        with pytest.raises(Invalid):
            channels.send_progress(actor=desk, case=case)
        EmailAddress.objects.create(customer=owner, address="zhang@example.com", created_at=clock.now())
        browser = Client()
        browser.force_login(User.objects.get(login="limin"))
        address = f"/progress/{case.number}/mail/"
        assert address in browser.get("/progress/", {"q": case.number}).content.decode()
        assert browser.post(address).status_code == 302
        mail = letter_to(smtp, "zhang@example.com")
        link = re.search(r"https?://[^/\s]+(/p/progress/\S+)", mail.get_body(("plain",)).get_content())
        assert link is not None
        assert case.number in Client().get(link.group(1)).content.decode()
        assert mail["Reply-To"] == threading.reply_address(case)

    def test_an_answer_to_the_mail_that_told_the_holder_is_a_note(self, cast: Cast, smtp: SmtpServer) -> None:
        case = come(complaint()).case
        assert case is not None
        assert case.owner is not None
        told = letter_to(smtp, case.owner.email)
        back = come(
            raw("我下午去看", From=case.owner.email, In_Reply_To=told["Message-ID"], Message_ID="<h@x>")
        )
        assert (back.outcome, back.case) == (MailOutcome.JOINED, case)
        assert back.case_message is not None
        assert back.case_message.kind == "note"

    def test_by_reference_alone_it_finds_its_case(self, manager: Actor, smtp: SmtpServer) -> None:
        case = come(complaint()).case
        assert case is not None
        receipt = letter_to(smtp, "zhang@example.com")
        back = come(
            complaint(
                In_Reply_To=receipt["Message-ID"], Message_ID="<r@x>", Subject="无标题", body="补充说明"
            )
        )
        assert (back.outcome, back.case) == (MailOutcome.JOINED, case)

    def test_without_an_address_the_answer_is_refused_and_nothing_is_written(
        self, cast: Cast, manager: Actor
    ) -> None:
        case = cases.open_case(
            actor=manager,
            intake=cases.Intake(
                type=_any_type(), title="x", channel="phone", customer=cast.customers["A101"]
            ),
        )
        with pytest.raises(Invalid):
            cases.reply(actor=manager, case=case, body="您好", channel="email")
        assert not case.messages.exists()

    @pytest.mark.req("CHN-06")
    def test_forwarding_by_mail_writes_message_receiver_and_time_on_the_case(
        self, cast: Cast, manager: Actor, smtp: SmtpServer
    ) -> None:
        case = come(complaint()).case
        assert case is not None
        sent(smtp)
        smtp.got.clear()
        channels.forward_by_mail(
            actor=manager,
            case=case,
            to=[cast.people["hewei"]],
            addresses=["Lift@Company.example"],
            note="请今天内检查",
        )
        mails = sent(smtp)
        assert sorted(mail["To"] for mail in mails) == ["hewei@wy.example", "lift@company.example"]
        assert all("请今天内检查" in mail.get_body(("plain",)).get_content() for mail in mails)
        entry = next(entry for entry in history.timeline(case) if entry.verb == "mail.forwarded")
        assert (entry.note, entry.data["to"]) == ("请今天内检查", "何伟、lift@company.example")
        assert abs(clock.now() - entry.at) < timedelta(minutes=1)
        assert "何伟" in entry.sentence()
        back = come(
            raw("门机已更换", From="lift@company.example", To=mails[0]["Reply-To"], Message_ID="<l@x>")
        )
        assert (back.outcome, back.case) == (MailOutcome.JOINED, case)
        assert back.case_message is not None
        assert back.case_message.kind == "note"
        for wrong in ({}, {"addresses": ["nonsense"]}, {"addresses": ["a b@c.d"]}):
            with pytest.raises(Invalid):
                channels.forward_by_mail(actor=manager, case=case, **wrong)

    def test_a_bounce_marks_message_delivery_and_case_and_tells_the_holder(
        self, cast: Cast, manager: Actor, smtp: SmtpServer
    ) -> None:
        case = come(complaint()).case
        assert case is not None
        receipt = letter_to(smtp, "zhang@example.com")
        bounce = multi(
            "report",
            part("could not be delivered"),
            b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; zhang@example.com\r\n"
            b"Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n",
            b"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: "
            + receipt["Message-ID"].encode()
            + b"\r\n",
            kind='multipart/report; report-type=delivery-status; boundary="BOUNDARY"',
            From="MAILER-DAEMON@example.com",
            Return_Path="<>",
            Message_ID="<b@x>",
        )
        mail = come(bounce)
        assert (mail.outcome, mail.reason, mail.case) == (MailOutcome.IGNORED, "bounce", case)
        row = OutboundMail.objects.get(message_id=receipt["Message-ID"].strip("<>"))
        assert row.bounced_at is not None
        assert "5.1.1" in row.bounce_reason
        assert Delivery.objects.get(message_id=receipt["Message-ID"]).state == "bounced"
        assert DeadAddress.objects.filter(address="zhang@example.com").exists()
        assert any(entry.verb == "mail.bounced" for entry in history.timeline(case))
        come(bounce.replace(b"<b@x>", b"<b2@x>"))
        assert sum(entry.verb == "mail.bounced" for entry in history.timeline(case)) == 1

    def test_receipts_do_not_feed_a_loop(self, smtp: SmtpServer) -> None:
        for number in range(5):
            come(complaint(Message_ID=f"<{number}@x>", body=f"投诉 {number}"))
        come(complaint(From="noreply@bank.example", Message_ID="<n@x>"))
        assert sum(mail["Auto-Submitted"] == "auto-replied" for mail in sent(smtp)) == 3
        own = smtp.got[0][2]
        echoed = re.sub(rb"(?m)^From: .*$", b"From: zhang@example.com", own)
        assert come(echoed).reason == "loop"


def _any_type() -> str:
    from tests.domains.channels.conftest import type_of

    return type_of("consultation")

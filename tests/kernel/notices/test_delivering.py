"""Mails over a real server: what arrives, and that an outage loses and doubles nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection

from tests.kernel.notices.conftest import Mailbox
from tests.kit import people
from zhize.kernel import access, files, jobs, notices
from zhize.kernel.db import Refused
from zhize.kernel.history.models import Entry
from zhize.kernel.notices import delivering, selectors, services
from zhize.kernel.notices.models import DeadAddress, Delivery

pytestmark = pytest.mark.django_db

SENDER = access.system_actor("tests.postman", caps={"account.view"})
START = datetime(2026, 3, 2, 1, tzinfo=UTC)


def send(template: str, *addresses: str, **values: Any) -> notices.Sent:
    context = {"number": "TS-1", "name": "赵云"}
    return notices.send(
        template=template,
        context=context,
        actor=access.system(SENDER),
        addresses=addresses or ("customer@example.com",),
        **values,
    )


def test_a_mail_arrives_as_it_was_meant(mailbox: Mailbox, greeting: str) -> None:
    sent = send(
        greeting,
        "李敏 <li@example.com>",
        headers={"Reply-To": "case+abc@example.com", "References": "<a@x> <b@x>", "In-Reply-To": "<b@x>"},
    )
    jobs.run_all()
    [mail] = mailbox.got
    assert mail["Subject"] == "工单 TS-1 已受理"
    assert "您好，赵云" in mail.get_content()
    assert parseaddr(mail["From"])[1] == "service@example.com"
    assert mail["Message-ID"] == sent.deliveries[0].message_id
    assert mail["Message-ID"].endswith("@example.com>")
    assert (mail["Reply-To"], mail["References"], mail["In-Reply-To"]) == (
        "case+abc@example.com",
        "<a@x> <b@x>",
        "<b@x>",
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mailbox.envelopes == [("service@example.com", ["li@example.com"])]
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.error) == ("sent", 1, "")
    assert row.sent_at is not None


def test_many_mails_share_a_connection(mailbox: Mailbox, greeting: str) -> None:
    send(greeting, *(f"p{number}@example.com" for number in range(delivering.BATCH + 10)))
    jobs.run_all()
    assert len(mailbox.got) == delivering.BATCH + 10
    assert mailbox.connections == 2


def test_attachments_go_along(mailbox: Mailbox, greeting: str) -> None:
    user = people.somebody({})
    actor = access.system(SENDER)
    blob = files.store(actor=actor, content="编号,金额\n1,2\n".encode(), name="清单.csv")
    attachment = files.attach(actor=actor, blob=blob, subject=user, name="清单.csv")
    send(greeting, attachments=[attachment])
    jobs.run_all()
    [part] = mailbox.got[0].iter_attachments()
    assert (part.get_filename() or "").startswith("清单")
    assert "金额" in part.get_payload(decode=True).decode()  # type: ignore[union-attr]


def test_a_line_break_in_a_text_cannot_become_a_header(mailbox: Mailbox, greeting: str) -> None:
    notices.send(
        template=greeting,
        context={"number": "1\r\nBcc: victim@example.com", "name": "x"},
        actor=access.system(SENDER),
        addresses=["customer@example.com"],
        headers={"Reply-To": "a@example.com\nBcc: victim@example.com"},
    )
    jobs.run_all(keep_failures=True)
    assert all("Bcc" not in mail for mail in mailbox.got)
    assert all(recipients == ["customer@example.com"] for _sender, recipients in mailbox.envelopes)


def test_without_a_configured_server_mails_wait(greeting: str, mailbox: Mailbox, settings: Any) -> None:
    configured = settings.CONFIG
    settings.CONFIG = replace(configured, email_url="")
    send(greeting)
    jobs.run_all()
    delivering.sweep()
    jobs.run_all()
    assert (Delivery.objects.get().state, Delivery.objects.get().attempts) == ("queued", 0)
    settings.CONFIG = configured
    delivering.sweep()
    jobs.run_all()
    assert len(mailbox.got) == 1


class TestOutage:
    def test_a_server_that_is_down_gets_every_mail_once_when_it_is_back(
        self, mailbox: Mailbox, greeting: str
    ) -> None:
        with time_machine.travel(START, tick=False) as time:
            mailbox.stop()
            send(greeting, *(f"p{number}@example.com" for number in range(5)))
            jobs.run_all()
            rows = Delivery.objects.all()
            assert {row.state for row in rows} == {"queued"}
            assert all("mail server" in row.error for row in rows)
            for _try in range(6):
                time.shift(timedelta(hours=1))
                delivering.sweep()
                jobs.run_all()
            mailbox.start()
            time.shift(timedelta(hours=4))
            delivering.sweep()
            jobs.run_all()
            delivering.sweep()
            jobs.run_all()
        assert sorted(mail["To"] for mail in mailbox.got) == [f"p{number}@example.com" for number in range(5)]
        assert {row.state for row in Delivery.objects.all()} == {"sent"}

    def test_one_that_never_comes_back_ends_as_failed_and_is_seen(
        self, mailbox: Mailbox, greeting: str
    ) -> None:
        mailbox.stop()
        with time_machine.travel(START, tick=False) as time:
            send(greeting)
            for _try in range(delivering.MOST_ATTEMPTS + 2):
                delivering.sweep()
                jobs.run_all()
                time.shift(timedelta(hours=5))
        assert Delivery.objects.get().state == "failed"
        assert Entry.objects.filter(verb="delivery.failed").count() == 1

    def test_a_busy_server_is_asked_again(self, mailbox: Mailbox, greeting: str) -> None:
        mailbox.replies = ["451 try later"]
        with time_machine.travel(START, tick=False) as time:
            send(greeting)
            jobs.run_all()
            row = Delivery.objects.get()
            assert (row.state, row.attempts) == ("queued", 1)
            assert "451" in row.error
            time.shift(timedelta(minutes=1))
            delivering.sweep()
            jobs.run_all()
        assert len(mailbox.got) == 1

    def test_an_address_the_server_refuses_fails_and_the_others_arrive(
        self, mailbox: Mailbox, greeting: str
    ) -> None:
        mailbox.replies = ["550 no such user"]
        send(greeting, "gone@example.com", "here@example.com")
        jobs.run_all()
        assert [mail["To"] for mail in mailbox.got] == ["here@example.com"]
        assert Delivery.objects.get(address="gone@example.com").state == "failed"

    def test_one_that_cannot_be_written_at_all_holds_the_others_up_no_more(
        self, mailbox: Mailbox, greeting: str
    ) -> None:
        """Its row is broken in a way nobody foresaw."""
        first, _second = send(greeting, "a@example.com", "b@example.com").deliveries
        Delivery.objects.filter(pk=first.pk).update(attachments=[{"nothing": 1}])
        jobs.run_all()
        assert [mail["To"] for mail in mailbox.got] == ["b@example.com"]
        kept = Delivery.objects.get(pk=first.pk)
        assert (kept.state, kept.attempts) == ("queued", 1)
        assert "KeyError" in kept.error

    def test_a_worker_killed_in_the_middle_tries_again_under_the_same_id(
        self, mailbox: Mailbox, greeting: str
    ) -> None:
        with time_machine.travel(START, tick=False) as time:
            sent = send(greeting)
            delivering._claim(Delivery.objects.get())  # it counted the attempt, then died
            jobs.run_all()
            assert mailbox.got == []
            time.shift(delivering.HELD)
            delivering.sweep()
            jobs.run_all()
        assert [mail["Message-ID"] for mail in mailbox.got] == [sent.deliveries[0].message_id]

    def test_nothing_is_sent_for_a_change_that_was_undone(self, mailbox: Mailbox, greeting: str) -> None:
        from zhize.kernel.db import atomic

        with pytest.raises(RuntimeError), atomic():
            send(greeting)
            raise RuntimeError
        jobs.run_all()
        assert mailbox.got == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_a_mail_once(mailbox: Mailbox, greeting: str) -> None:
    send(greeting, *(f"p{number}@example.com" for number in range(20)))
    both = threading.Barrier(2, timeout=20)

    def work() -> None:
        both.wait()
        try:
            delivering.send_mails()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mail["To"] for mail in mailbox.got) == sorted(
        f"p{number}@example.com" for number in range(20)
    )


def bounced(template: str, reason: str) -> None:
    """A message that was sent and came back for good."""
    sent = send(template)
    jobs.run_all()
    services.mark_bounced(message_id=sent.deliveries[0].message_id, reason=reason, permanent=True)


class TestBounces:
    def test_a_bounce_is_noted_and_a_dead_address_gets_nothing_more(
        self, mailbox: Mailbox, greeting: str
    ) -> None:
        bounced(greeting, "550 unknown")
        assert Delivery.objects.get().state == "bounced"
        send(greeting, "Customer@example.com")
        jobs.run_all()
        assert len(mailbox.got) == 1
        assert Delivery.objects.latest("pk").state == "suppressed"

    def test_a_foreign_message_id_changes_nothing(self) -> None:
        assert services.mark_bounced(message_id="<x@y>", reason="", permanent=True) is None
        assert not DeadAddress.objects.exists()

    def test_sending_again_by_hand_clears_the_address(self, mailbox: Mailbox, greeting: str) -> None:
        bounced(greeting, "full")
        keeper = people.actor(people.somebody({"delivery.view": "all", "delivery.retry": "all"}))
        services.retry(actor=keeper, delivery=Delivery.objects.get())
        jobs.run_all()
        assert len(mailbox.got) == 2
        assert not DeadAddress.objects.exists()
        with pytest.raises(services.NotToRetry):
            services.retry(actor=keeper, delivery=Delivery.objects.get())

    def test_an_address_whose_messages_are_erased_is_left_to_who_sees_all(
        self, mailbox: Mailbox, greeting: str
    ) -> None:
        bounced(greeting, "550")
        Delivery.objects.update(address="")
        (dead,) = DeadAddress.objects.all()
        keeper = people.actor(people.somebody({"delivery.view": "all", "delivery.retry": "all"}))
        clerk = people.actor(people.somebody({"delivery.view": "subtree", "delivery.retry": "subtree"}))
        assert not selectors.dead_addresses(clerk).exists()
        with pytest.raises(Refused):
            services.clear_address(actor=clerk, row=dead)
        assert list(selectors.dead_addresses(keeper)) == [dead]
        services.clear_address(actor=keeper, row=dead)
        assert not DeadAddress.objects.exists()

    def test_whoever_only_reads_the_log_sends_nothing(self, mailbox: Mailbox, greeting: str) -> None:
        mailbox.replies = ["550 no"]
        send(greeting)
        jobs.run_all()
        reader = people.actor(people.somebody({"delivery.view": "all"}))
        assert selectors.deliveries(reader, state="failed").count() == 1
        with pytest.raises(Refused):
            services.retry(actor=reader, delivery=Delivery.objects.get())
        assert selectors.deliveries(people.actor(people.somebody({}))).count() == 0


class TestOtherWays:
    @pytest.fixture
    def robot(self, settings: Any) -> Iterator[list[bytes]]:
        """A service that the notification library posts to, on loopback."""
        got: list[bytes] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                got.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(500 if len(got) == 1 else 200)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        place = f"127.0.0.1:{server.server_address[1]}"
        settings.CONFIG = replace(
            django_settings.CONFIG, webhook_inside=place, sms_url=f"json://{place}/sms?to={{phone}}"
        )
        self.address = f"json://{place}/robot"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield got
        server.shutdown()
        server.server_close()

    def test_a_push_is_tried_again_until_the_service_takes_it(
        self, robot: list[bytes], greeting: str
    ) -> None:
        user = people.somebody({})
        services.set_preferences(actor=people.actor(user), channels=["push"], push_address=self.address)
        with time_machine.travel(START, tick=False) as time:
            notices.send(
                template=greeting, context={"number": "7"}, actor=access.system(SENDER), to=[user.person]
            )
            jobs.run_all()
            assert Delivery.objects.get().state == "queued"
            time.shift(timedelta(minutes=1))
            delivering.sweep()
            jobs.run_all()
        assert Delivery.objects.get().state == "sent"
        assert "工单 7 已受理" in robot[1].decode() or b"\\u5de5\\u5355 7" in robot[1]

    def test_a_short_message_carries_the_short_text(self, robot: list[bytes], greeting: str) -> None:
        robot.append(b"")  # the next answer is 200
        who = people.person(phone="13800138000")
        notices.send(
            template=greeting,
            context={"number": "7"},
            actor=access.system(SENDER),
            to=[who],
            channels=["sms"],
        )
        jobs.run_all()
        row = Delivery.objects.get()
        assert (row.state, row.title) == ("sent", "7 已受理")

    def test_an_address_typed_in_before_the_rules_is_not_called(self, greeting: str) -> None:
        who = people.person()
        from zhize.kernel.notices.models import NotificationPreference

        NotificationPreference.objects.create(person=who, channels=["push"], push_address="json://10.0.0.1/")
        notices.send(template=greeting, context={"number": "7"}, actor=access.system(SENDER), to=[who])
        jobs.run_all()
        assert Delivery.objects.get().state == "failed"

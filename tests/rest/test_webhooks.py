"""Facts reach the endpoints that asked for them: signed, retried, and only what their position may see."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection

from tests.kit import people
from zhize.kernel import access, history, jobs
from zhize.kernel.accounts import capabilities as account_capabilities
from zhize.kernel.accounts import services as accounts
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.org.models import Position
from zhize.rest import outgoing, services, soundness
from zhize.rest.models import WebhookDelivery, WebhookEndpoint

pytestmark = pytest.mark.django_db


@dataclass
class Receiver:
    """A real HTTP server on loopback. `answers` are the statuses it gives, then 200."""

    url: str = ""
    port: int = 0
    answers: list[int] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            told.got.append((self.path, dict(self.headers.items()), content))
            status = told.answers.pop(0) if told.answers else 200
            self.send_response(status)
            self.send_header("Location", f"{told.url}/elsewhere")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    told.url = f"http://127.0.0.1:{told.port}"
    settings.CONFIG = replace(django_settings.CONFIG, webhook_inside=f"127.0.0.1:{told.port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture
def eyes() -> Position:
    """A position that may see the accounts of its own unit."""
    return people.position(people.unit(), {"account.view": "unit"})


def endpoint(url: str, position: Position, *facts: str) -> WebhookEndpoint:
    admin = people.actor(people.somebody({"webhook.view": "all", "webhook.manage": "all"}))
    return services.create(
        actor=admin, name="BI", url=url, facts=facts or ("account.created",), position=position
    )


def create_account(position: Position, login: str = "lee") -> Any:
    whose = people.person(held=people.position(position.unit))
    cli = access.system(account_capabilities.CLI)
    return accounts.create(actor=cli, login=login, person=whose, password="correct-horse-9")


def run() -> None:
    jobs.run_all(keep_failures=True)


def test_a_fact_arrives_signed_and_without_details(receiver: Receiver, eyes: Position) -> None:
    row = endpoint(f"{receiver.url}/hook?x=1", eyes)
    user = create_account(eyes)
    run()
    [(path, headers, content)] = receiver.got
    assert path == "/hook?x=1"
    body = json.loads(content)
    assert (body["type"], body["subject"]) == ("account.created", {"type": "accounts.user", "id": user.pk})
    assert "lee" not in content.decode()
    at, given = (part.partition("=")[2] for part in headers["X-Zhize-Signature"].split(","))
    assert given == services.signature(row.secret, int(at), content)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.status, delivery.answer) == ("sent", 200, "ok")


def test_other_facts_are_not_sent(receiver: Receiver, eyes: Position) -> None:
    endpoint(receiver.url, eyes, "account.disabled", "job.*")
    create_account(eyes)
    run()
    assert receiver.got == []
    assert not WebhookDelivery.objects.exists()


def test_what_the_position_may_not_see_is_withheld(receiver: Receiver, eyes: Position) -> None:
    endpoint(receiver.url, eyes, "account.*")
    create_account(people.position(people.unit()))
    run()
    assert receiver.got == []
    assert WebhookDelivery.objects.get().state == "withheld"


def test_a_receiver_that_is_down_gets_the_fact_later_once(receiver: Receiver, eyes: Position) -> None:
    endpoint(receiver.url, eyes)
    receiver.answers = [500, 503]
    with time_machine.travel(datetime(2026, 3, 2, 1, tzinfo=UTC), tick=False) as time:
        create_account(eyes)
        run()
        delivery = WebhookDelivery.objects.get()
        assert (delivery.state, delivery.attempts, delivery.error) == ("queued", 1, "HTTP 500")
        time.shift(timedelta(seconds=30))
        run()
        time.shift(timedelta(minutes=2))
        run()
        time.shift(timedelta(days=1))
        run()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sent", 3)
    assert len(receiver.got) == 3
    assert len({json.loads(content)["id"] for _path, _headers, content in receiver.got}) == 1


def test_a_receiver_that_is_down_for_an_hour_gets_every_fact_once(receiver: Receiver, eyes: Position) -> None:
    endpoint(receiver.url, eyes)
    receiver.answers = [503] * 1000
    with time_machine.travel(datetime(2026, 3, 2, 1, tzinfo=UTC), tick=False) as time:
        for login in ("lee", "wang", "zhao"):
            create_account(eyes, login)
        for _five_minutes in range(12):
            run()
            services.sweep()
            time.shift(timedelta(minutes=5))
        assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"queued"}
        assert len(receiver.got) < 3 * 12, "each pause is longer than the one before"
        receiver.answers, refused = [], len(receiver.got)
        for _hour in range(3):
            time.shift(timedelta(hours=1))
            services.sweep()
            run()
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"sent"}
    arrived = [json.loads(content)["id"] for _path, _headers, content in receiver.got[refused:]]
    assert len(arrived) == len(set(arrived)) == 3


def test_a_receiver_that_never_answers_ends_as_failed_and_can_be_sent_again(
    receiver: Receiver, eyes: Position
) -> None:
    endpoint(receiver.url, eyes)
    receiver.answers = [500] * 20
    with time_machine.travel(datetime(2026, 3, 2, 1, tzinfo=UTC), tick=False) as time:
        create_account(eyes)
        for _try in range(20):
            run()
            time.shift(timedelta(hours=13))
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("failed", len(services.WAITS) + 1)
    assert [text.en for text in soundness.given_up()] == [f"{delivery.endpoint.name}: 1"]
    receiver.answers = []
    admin = people.actor(people.somebody({"webhook.view": "all", "webhook.manage": "all"}))
    services.redeliver(actor=admin, delivery=delivery)
    run()
    delivery.refresh_from_db()
    assert delivery.state == "sent"


def test_a_message_that_lost_its_job_is_found_again(receiver: Receiver, eyes: Position) -> None:
    endpoint(receiver.url, eyes)
    with time_machine.travel(datetime(2026, 3, 2, 1, tzinfo=UTC), tick=False) as time:
        user = create_account(eyes)
        services.announce(history.timeline(user).get())
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
        time.shift(timedelta(minutes=5))
        services.sweep()
        services.sweep()
        run()
    assert len(receiver.got) == 1


def test_what_is_over_is_forgotten_after_ninety_days_and_what_waits_is_not(
    receiver: Receiver, eyes: Position
) -> None:
    endpoint(receiver.url, eyes)
    with time_machine.travel(datetime(2026, 3, 2, 1, tzinfo=UTC), tick=False) as time:
        create_account(eyes)
        run()
        receiver.answers = [500]
        create_account(eyes, "waits")
        run()
        time.shift(services.KEPT - timedelta(minutes=1))
        assert services.forget_deliveries() == 0
        time.shift(timedelta(minutes=2))
        assert services.forget_deliveries() == 1
    assert [delivery.state for delivery in WebhookDelivery.objects.all()] == ["queued"]


def test_a_message_on_its_way_is_not_sent_again_by_hand(receiver: Receiver, eyes: Position) -> None:
    endpoint(receiver.url, eyes)
    receiver.answers = [500]
    create_account(eyes)
    run()
    admin = people.actor(people.somebody({"webhook.view": "all", "webhook.manage": "all"}))
    with pytest.raises(services.StillQueued):
        services.redeliver(actor=admin, delivery=WebhookDelivery.objects.get())


def test_an_address_may_hold_chinese(receiver: Receiver, eyes: Position) -> None:
    endpoint(f"{receiver.url}/推送?来源=职责&a=%20b", eyes)
    create_account(eyes)
    run()
    path = "/%E6%8E%A8%E9%80%81?%E6%9D%A5%E6%BA%90=%E8%81%8C%E8%B4%A3&a=%20b"
    assert [got[0] for got in receiver.got] == [path]


def test_a_receiver_that_drips_is_given_up(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, the answer never ends."""
    monkeypatch.setattr(outgoing, "LONGEST_SECONDS", 0.3)
    enough = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        settings.CONFIG = replace(django_settings.CONFIG, webhook_inside=f"127.0.0.1:{port}")

        def drip() -> None:
            line, _peer = listening.accept()
            with line, contextlib.suppress(OSError):
                line.sendall(b"HTTP/1.1 200 OK\r\n")
                while not enough.wait(0.05):
                    line.sendall(b"X-More: x\r\n")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        try:
            with pytest.raises(outgoing.Unreachable):
                outgoing.post(f"http://127.0.0.1:{port}/", b"{}", {})
        finally:
            enough.set()
            thread.join()


def test_redirects_are_not_followed(receiver: Receiver, eyes: Position) -> None:
    endpoint(receiver.url, eyes)
    receiver.answers = [302]
    create_account(eyes)
    run()
    assert [path for path, _headers, _content in receiver.got] == ["/"]
    assert WebhookDelivery.objects.get().error == "HTTP 302"


def test_a_fact_delivered_twice_to_the_reaction_is_sent_once(receiver: Receiver, eyes: Position) -> None:
    endpoint(receiver.url, eyes)
    user = create_account(eyes)
    entry = history.timeline(user).get()
    services.announce(entry)
    services.announce(entry)
    run()
    assert len(receiver.got) == 1


def test_an_endpoint_that_was_switched_off_hears_nothing_more(receiver: Receiver, eyes: Position) -> None:
    row = endpoint(receiver.url, eyes)
    create_account(eyes)
    admin = people.actor(people.somebody({"webhook.view": "all", "webhook.manage": "all"}))
    services.change(actor=admin, endpoint=row, active=False)
    run()
    assert receiver.got == []


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "https://127.0.0.1/",
            "https://10.1.2.3/",
            "https://192.168.1.1:8443/x",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[fd00::1]/",
            "https://0.0.0.0/",
            "https://100.64.0.1/",
            "https://224.0.0.1/",
            "http://example.com/",
            "ftp://example.com/",
            "https://user:secret@example.com/",
            "https:///path",
            "https://example.com:99999/",
            "https://exam ple.com/",
            "file:///etc/passwd",
        ],
    )
    def test_inside_and_odd_addresses_are_refused_when_typed_in(self, eyes: Position, url: str) -> None:
        with pytest.raises(Invalid) as refused:
            endpoint(url, eyes)
        assert list(refused.value.errors) == ["url"]
        assert not WebhookEndpoint.objects.exists()

    def test_a_name_that_points_inside_is_refused_when_sending(self, monkeypatch: pytest.MonkeyPatch) -> None:
        inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.5", 443))]
        outside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: outside + inside)
        with pytest.raises(outgoing.Unreachable, match="inside the network"):
            outgoing.post("https://rebind.example/", b"{}", {})

    def test_the_connection_goes_to_the_address_that_was_checked(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []
        connected: list[Any] = []

        def lookup(host: str, port: int, **_options: Any) -> list[Any]:
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]

        def connect(address: Any, *_args: Any) -> Any:
            connected.append(address)
            raise OSError("no network in tests")

        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        monkeypatch.setattr(socket, "create_connection", connect)
        with pytest.raises(outgoing.Unreachable):
            outgoing.post("https://hook.example/", b"{}", {})
        assert asked == ["hook.example"]
        assert connected == [("93.184.216.34", 443)]


class TestWhoMay:
    def test_nobody_borrows_eyes_he_does_not_have(self) -> None:
        where = people.unit()
        user = people.somebody({"webhook.view": "unit", "webhook.manage": "unit"}, where)
        mighty = people.position(where, {"account.view": "all"})
        with pytest.raises(Refused):
            services.create(
                actor=people.actor(user), name="x", url="https://example.com/", facts=["*"], position=mighty
            )
        own = user.person.appointments.get().position
        services.create(
            actor=people.actor(user), name="x", url="https://example.com/", facts=["*"], position=own
        )

    def test_unknown_facts_and_missing_names_are_named(self, eyes: Position) -> None:
        admin = people.actor(people.somebody({"webhook.view": "all", "webhook.manage": "all"}))
        with pytest.raises(Invalid) as refused:
            services.create(
                actor=admin, name=" ", url="https://example.com/", facts=["case.misspelt"], position=eyes
            )
        assert set(refused.value.errors) == {"name", "facts"}

    def test_a_new_secret_signs_from_now_on(self, receiver: Receiver, eyes: Position) -> None:
        row = endpoint(receiver.url, eyes)
        admin = people.actor(people.somebody({"webhook.view": "all", "webhook.manage": "all"}))
        old = row.secret
        new = services.renew_secret(actor=admin, endpoint=row)
        create_account(eyes)
        run()
        at, given = (part.partition("=")[2] for part in receiver.got[0][1]["X-Zhize-Signature"].split(","))
        assert old != new
        assert given == services.signature(new, int(at), receiver.got[0][2])

"""Signed webhooks of exchanges and messaging services, and the desks through the API."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from tests.domains.channels.conftest import matter
from tests.kit.cast import Cast
from tests.rest.kit import ApiClient
from zhize.domains.cases.models import Case
from zhize.domains.channels import services as channels
from zhize.domains.channels.models import Call, InboundEvent, Line
from zhize.domains.channels.selectors import desk as reading
from zhize.kernel import files
from zhize.kernel.access import Actor
from zhize.kernel.accounts.models import User
from zhize.lib import clock, signing

Post = Callable[..., HttpResponse]


@pytest.fixture
def chat(cast: Cast, manager: Actor) -> Line:
    return channels.open_line(
        actor=manager, unit=cast.centre, kind="im", code="qq", name="客服QQ", address="800012345"
    )


@pytest.fixture
def post() -> Post:
    """Send a signed message as the other side does."""

    def send(
        line: Line | str, kind: str, data: Any, delivery: str = "d1", secret: str = "", at: int = 0
    ) -> HttpResponse:
        code, known = (line, "") if isinstance(line, str) else (line.code, line.secret)
        body = json.dumps({"type": kind, "data": data}).encode()
        stamp = at or int(clock.now().timestamp())
        return Client(raise_request_exception=False).generic(
            "POST",
            f"/api/v1/hooks/{code}",
            body,
            content_type="application/json",
            headers={
                "X-Zhize-Signature": signing.sign_body(secret or known or "x", stamp, body),
                "X-Zhize-Delivery": delivery,
            },
        )

    return send


class TestExchange:
    def test_a_ringing_telephone_pops_up_at_the_agent(
        self, cast: Cast, desk: Actor, hotline: Line, post: Post
    ) -> None:
        number = cast.customers["A101"].phones.get().number
        answer = post(hotline, "call.ringing", {"call_id": "c1", "number": number, "agent": "A01"})
        assert answer.status_code == 200, answer.content
        call = reading.ringing(desk)
        assert call is not None
        assert answer.json() == {"delivery": "d1", "outcome": "done", "call": call.pk}
        assert (call.customer, call.agent, call.line) == (
            cast.customers["A101"],
            cast.people["limin"],
            hotline,
        )
        post(hotline, "call.answered", {"call_id": "c1", "agent": "limin"}, delivery="d2")
        post(hotline, "call.ended", {"call_id": "c1"}, delivery="d3")
        call.refresh_from_db()
        assert call.answered_at is not None
        assert call.ended_at is not None
        channels.finish_call(actor=desk, call=call, result="answered")
        assert call.result == "answered"

    def test_a_call_nobody_took_is_missed(self, hotline: Line, post: Post) -> None:
        post(hotline, "call.ringing", {"call_id": "c1", "number": ""})
        post(hotline, "call.ended", {"call_id": "c1", "missed": True}, delivery="d2")
        assert Call.objects.get().result == "missed"
        assert post(hotline, "call.ended", {"call_id": "none"}, delivery="d3").json()["outcome"] == "refused"

    def test_the_same_delivery_counts_once(self, hotline: Line, post: Post) -> None:
        first = post(hotline, "call.ringing", {"call_id": "c1", "number": "13700000000"})
        again = post(hotline, "call.ringing", {"call_id": "c1", "number": "13700000000"})
        assert first.json() == again.json()
        post(hotline, "call.ringing", {"call_id": "c1", "number": "13700000000"}, delivery="other")
        assert Call.objects.count() == 1
        other = post(hotline, "call.ringing", {"call_id": "c2", "number": "13700000001"})
        assert (other.status_code, other.json()["code"]) == (409, "hook.delivery_reused")


class TestMessages:
    @pytest.mark.req("CHN-04")
    def test_messages_become_a_case_and_its_conversation(
        self, cast: Cast, manager: Actor, chat: Line, post: Post
    ) -> None:
        picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\x00" * 20).decode()
        said = {
            "conversation": "k1",
            "text": "厨房漏水,请来维修",
            "sender": {"name": "张先生", "phone": "13800001111"},
        }
        answer = post(chat, "message", {**said, "files": [{"name": "漏水.png", "content": picture}]})
        assert answer.status_code == 200, answer.content
        case = Case.objects.get()
        assert answer.json()["case"] == case.number
        assert (case.channel, case.nature, case.title, case.contact_name) == (
            "im",
            "fault",
            "厨房漏水,请来维修",
            "张先生",
        )
        assert [item.name for item in files.for_subject(case)] == ["漏水.png"]
        post(chat, "message", {"conversation": "k1", "text": "越来越大了"}, delivery="d2")
        assert case.messages.get().body == "越来越大了"
        post(chat, "message", {"conversation": "k2", "text": "另一位客户的建议"}, delivery="d3")
        assert Case.objects.count() == 2

    @pytest.mark.req("CHN-04")
    def test_a_paused_account_refuses_and_takes_the_same_delivery_later(
        self, manager: Actor, chat: Line, post: Post
    ) -> None:
        channels.pause_line(actor=manager, line=chat, reason="下班")
        refused = post(chat, "message", {"conversation": "k1", "text": "你好"})
        assert refused.json() == {"delivery": "d1", "outcome": "refused", "reason": "channel.paused"}
        assert not Case.objects.exists()
        assert InboundEvent.objects.get().body["text"] == "你好"
        chat.refresh_from_db()
        channels.resume_line(actor=manager, line=chat)
        assert post(chat, "message", {"conversation": "k1", "text": "你好"}).json()["outcome"] == "done"
        assert Case.objects.count() == 1


class TestSignatures:
    def test_only_signed_and_fresh_messages_are_taken(self, chat: Line, post: Post) -> None:
        data = {"conversation": "k1", "text": "你好"}
        now = int(clock.now().timestamp())
        for answer in (
            post(chat, "message", data, secret="wrong"),
            post(chat, "message", data, at=now - 301),
            post("nowhere", "message", data),
        ):
            assert (answer.status_code, answer.json()["code"]) == (401, "hook.not_signed")
        assert not InboundEvent.objects.exists()
        with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
            assert post(chat, "message", data, at=now).status_code == 200

    @pytest.mark.parametrize(
        ("kind", "data", "delivery"),
        [
            ("call.ringing", {"call_id": "c1"}, "d1"),
            ("nonsense", {}, "d1"),
            ("message", {"text": "no conversation"}, "d1"),
            ("message", {"conversation": "k", "files": [{"name": "x"}]}, "d1"),
            ("message", {"conversation": "k" * 200}, "d1"),
            ("message", {"conversation": "k", "text": "x"}, ""),
        ],
    )
    def test_nonsense_is_told(self, chat: Line, post: Post, kind: str, data: Any, delivery: str) -> None:
        answer = post(chat, kind, data, delivery=delivery)
        assert answer.status_code == 422
        assert answer.json()["errors"]
        assert not InboundEvent.objects.exists()

    def test_a_new_secret_ends_the_old_one(self, manager: Actor, chat: Line, post: Post) -> None:
        old = chat.secret
        channels.renew_secret(actor=manager, line=chat)
        assert post(chat, "message", {"conversation": "k", "text": "x"}, secret=old).status_code == 401


class TestApi:
    @pytest.fixture
    def api(self, cast: Cast) -> ApiClient:
        return ApiClient(User.objects.get(login="limin"))

    def test_a_call_from_ringing_to_result(
        self, cast: Cast, api: ApiClient, hotline: Line, manager: Actor
    ) -> None:
        number = cast.customers["A101"].phones.get().number
        answer = api.post("/calls", {"number": number, "line": hotline.pk})
        assert answer.status_code == 201, answer.content
        said = answer.json()
        assert said["offers"] == ["new_case", "follow_up"]
        assert said["callers"][0]["customer"] == cast.customers["A101"].pk
        assert number not in json.dumps(said)
        path = f"/calls/{said['call']['id']}"
        assert api.get(path).json()["call"]["agent"] == "李敏"
        case = channels.take_in(actor=manager, intake=matter(channel="phone"))
        followed = api.post(f"{path}/verbs/follow_up", {"case": case.number, "body": "又来电"})
        assert followed.json()["case"] == case.number
        assert api.post(
            f"{path}/verbs/transfer", {"to": cast.people["sunli"].pk, "reason": "转投诉专员"}
        ).json()["handlers"] == ["李敏", "孙丽"]
        assert api.post(f"{path}/verbs/transfer", {"to": 10**9, "reason": "x"}).status_code == 404
        assert api.post(f"{path}/verbs/finish", {}).json()["result"] == "follow_up"
        assert api.post(f"{path}/verbs/finish", {"result": "answered"}).json()["code"] == "call.ended"
        assert [row["id"] for row in api.get("/calls").json()["items"]] == [said["call"]["id"]]
        stood = api.get("/progress", q=case.number).json()
        assert [row["number"] for row in stood] == [case.number]

    def test_lists_answer_as_declared(self, cast: Cast, desk: Actor, mailbox: Line) -> None:
        channels.receive_visitor(actor=desk, name="甲", purpose="other", evidence=["id_card"])
        channels.record_work(actor=desk, kind="call", content="问路")
        channels.relay_message(actor=desk, receiver=cast.people["liuqiang"], from_name="王", content="回电")
        manager = ApiClient(User.objects.get(login="liuqiang"))
        for path in ("/lines", "/visitors", "/work-entries", "/relays", "/mail", "/calls"):
            answer = manager.get(path)
            assert answer.status_code == 200, (path, answer.content)
            assert isinstance(answer.json()["items"], list)
        assert manager.get("/visitors").json()["items"][0]["evidence"] == ["id_card"]
        paused = manager.post(f"/lines/{mailbox.pk}/verbs/pause", {"reason": "搬迁"})
        assert paused.json()["open"] is False
        assert manager.post(f"/lines/{mailbox.pk}/verbs/resume", {}).json()["open"] is True

    def test_a_stranger_gets_nothing(self, cast: Cast, desk: Actor, hotline: Line, ring: Any) -> None:
        call = ring()
        stranger = ApiClient(User.objects.get(login="qianjin"))
        assert stranger.get(f"/calls/{call.pk}").status_code == 404
        assert stranger.get("/calls").json()["items"] == []
        assert stranger.post(f"/lines/{hotline.pk}/verbs/pause", {"reason": "x"}).status_code in (403, 404)
        assert ApiClient(None).get("/calls").status_code == 401

"""Visitors, the work register, relayed messages."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.domains.channels.conftest import matter
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.kinds import Channel
from zhize.domains.channels import services as channels
from zhize.domains.channels.models import Relay, WorkEntry
from zhize.domains.channels.selectors import callers
from zhize.domains.channels.selectors import desk as reading
from zhize.kernel import flow, history, search
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused
from zhize.lib import clock


@pytest.mark.req("CHN-20")
def test_a_visitor_entry_shows_purpose_checked_data_and_where_sent(cast: Cast, desk: Actor) -> None:
    visitor = channels.receive_visitor(
        actor=desk,
        name="张建国",
        purpose="copies",
        wish="复印房产合同",
        evidence=["id_card", "premises", "id_card"],
        phone="138 0000 1111",
    )
    channels.send_visitor(
        actor=desk, visitor=visitor, to_person=cast.people["hewei"], window="资料室", evidence=["authority"]
    )
    row = reading.visitors(desk).get(pk=visitor.pk)
    assert row.get_purpose_display() == "复印资料"
    assert row.evidence == ["id_card", "premises", "authority"]
    assert (row.to_person.name, row.window, row.phone) == ("何伟", "资料室", "13800001111")


def test_the_queue_is_called_in_order(desk: Actor) -> None:
    first = channels.receive_visitor(actor=desk, name="甲", purpose="payment")
    second = channels.receive_visitor(actor=desk, name="乙", purpose="business")
    assert int(second.short_number) == int(first.short_number) + 1
    assert reading.next_in_queue(desk, first.unit) == first
    channels.call_visitor(actor=desk, visitor=first, window="2号")
    assert reading.next_in_queue(desk, first.unit) == second
    assert list(reading.queue(desk, first.unit)) == [first, second]
    with pytest.raises(Invalid):
        channels.serve_visitor(actor=desk, visitor=first, result=" ")
    channels.serve_visitor(actor=desk, visitor=first, result="已交费")
    channels.visitor_left(actor=desk, visitor=second)
    assert not reading.queue(desk, first.unit).exists()
    with pytest.raises(flow.NotNow):
        channels.call_visitor(actor=desk, visitor=second)


def test_a_visitors_matter_becomes_a_case_of_channel_visit(cast: Cast, desk: Actor) -> None:
    visitor = channels.receive_visitor(
        actor=desk, name="张建国", purpose="complaint", phone="13800001111", customer=cast.customers["A101"]
    )
    case = channels.open_case_for_visitor(actor=desk, visitor=visitor, intake=matter())
    assert (case.channel, case.customer, case.contact_name) == (
        Channel.COUNTER,
        cast.customers["A101"],
        "张建国",
    )
    channels.serve_visitor(actor=desk, visitor=visitor, result="已受理", case=case)
    assert visitor.case == case
    with pytest.raises(Invalid):
        channels.open_case_for_visitor(actor=desk, visitor=visitor, intake=matter())


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"purpose": "tea"}, {"evidence": ["face"]}, {"phone": "abc"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_visitors_are_entered_properly(desk: Actor, wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid) as caught:
        channels.receive_visitor(actor=desk, **{"name": "甲", "purpose": "other", **wrong})
    assert set(caught.value.errors) == set(wrong)


@pytest.mark.req("CHN-08")
def test_an_entry_to_handle_needs_an_informed_person_and_a_closing_note(cast: Cast, desk: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        channels.record_work(actor=desk, kind="complaint", content="3栋门禁失灵", to_handle=True)
    assert set(caught.value.errors) == {"informed"}
    entry = channels.record_work(
        actor=desk,
        kind="complaint",
        content="3栋门禁失灵",
        who="张先生",
        phone="138-0000-1111",
        to_handle=True,
        informed=cast.people["hewei"],
    )
    assert entry.is_open
    assert entry.phone == "13800001111"
    with pytest.raises(Invalid) as caught:
        channels.close_work(actor=desk, entry=entry, result=" ")
    assert set(caught.value.errors) == {"result"}
    channels.close_work(actor=desk, entry=entry, result="工程部已修复,回电确认")
    assert not entry.is_open
    row = reading.work_entries(desk).get(pk=entry.pk)
    assert (row.informed.name, row.result, row.closed_by.name) == ("何伟", "工程部已修复,回电确认", "李敏")
    assert [line.verb for line in history.timeline(entry)] == [
        "worklog.closed",
        "worklog.informed",
        "worklog.recorded",
    ]
    with pytest.raises(Invalid):
        channels.close_work(actor=desk, entry=entry, result="再关一次")


def test_the_database_keeps_the_register_whole(cast: Cast, desk: Actor) -> None:
    entry = channels.record_work(actor=desk, kind="call", content="问路")
    assert not entry.is_open
    for wrong in ({"to_handle": True}, {"content": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WorkEntry.objects.filter(pk=entry.pk).update(**wrong)


@pytest.mark.req("CHN-14")
def test_a_relayed_note_shows_receiver_and_read_time_and_is_listed_while_unread(
    cast: Cast, desk: Actor, manager: Actor
) -> None:
    receiver = cast.actor("chenjing")
    relay = channels.relay_message(
        actor=desk,
        receiver=cast.people["chenjing"],
        from_name="王太",
        content="请回电谈装修",
        from_phone="138 0000 2222",
    )
    assert not reading.unread_relays(manager, hours=2).exists()
    with time_machine.travel(clock.now() + timedelta(hours=2, minutes=1), tick=False):
        (listed,) = reading.unread_relays(manager, hours=2)
        assert (listed.receiver.name, listed.read_at) == ("陈静", None)
        with pytest.raises(channels.NotTheReceiver):
            channels.read_relay(actor=manager, relay=relay)
        channels.read_relay(actor=receiver, relay=relay)
        assert Relay.objects.get(pk=relay.pk).read_at == clock.now()
        assert not reading.unread_relays(manager, hours=2).exists()
    first_read = relay.read_at
    channels.read_relay(actor=receiver, relay=relay)
    assert relay.read_at == first_read
    channels.handle_relay(actor=receiver, relay=relay, note="已回电,约周五")
    assert not reading.relays_for(cast.people["chenjing"]).exists()


def test_a_relay_needs_somebody_else_and_something_to_say(cast: Cast, desk: Actor, stranger: Actor) -> None:
    for wrong in ({"receiver": cast.people["limin"]}, {"content": " "}, {"from_name": " "}):
        given = {"receiver": cast.people["chenjing"], "content": "请回电", "from_name": "王太", **wrong}
        with pytest.raises(Invalid):
            channels.relay_message(actor=desk, **given)
    relay = channels.relay_message(
        actor=desk, receiver=cast.people["chenjing"], content="请回电", from_name="王太"
    )
    assert relay not in reading.relays(stranger)
    with pytest.raises(Refused):
        channels.handle_relay(actor=stranger, relay=relay, note="x")


class TestWhoIsThere:
    """What was typed at the intake desk finds customers and rooms however many newer cases say the same."""

    @pytest.fixture(autouse=True)
    def _indexed(self, cast: Cast) -> None:
        for row in (*cast.customers.values(), *cast.rooms.values()):
            search.refresh(row)

    @pytest.mark.req("CHN-01")
    @pytest.mark.parametrize("text", ["1-101", "A苑1栋101", "a苑一栋101", "Ａ苑１栋１０１", "业主A101"])
    def test_a_room_finds_who_lives_there(self, cast: Cast, desk: Actor, text: str) -> None:
        found = callers.find(desk, text)
        assert cast.customers["A101"] in [one.customer for one in found.callers]

    def test_cases_leave_room_for_people(self, cast: Cast, desk: Actor) -> None:
        for _ in range(4):
            cases.open_case(
                actor=desk,
                intake=matter(title="业主反映漏水", channel=Channel.PHONE, customer=cast.customers["B201"]),
            )
        found = callers.find(desk, "业主")
        assert len(found.cases) == 4
        assert len(found.callers) == len(cast.customers)

    def test_a_whole_number_of_nobody_finds_the_cases_it_was_given_in(self, cast: Cast, desk: Actor) -> None:
        said = matter(title="路人来电", channel=Channel.PHONE, contact_phone="139 8888 7777")
        case = cases.open_case(actor=desk, intake=said)
        with CaptureQueriesContext(connection) as asked:
            found = callers.find(desk, "13988887777")
        assert (list(found.cases), list(found.callers), list(found.rooms)) == ([case], [], [])
        assert not any("search_searchdoc" in query["sql"] for query in asked)

    def test_one_character_is_looked_for_and_one_digit_is_not(self, cast: Cast, desk: Actor) -> None:
        assert callers.find(desk, "业").callers
        assert callers.find(desk, "1").text == ""
        assert callers.find(desk, "胡").text == "胡"

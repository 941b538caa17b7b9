"""Calendars: month and week of one's own and of a unit, the feed that a calendar program reads, one obligation as .ics."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from allauth.mfa.totp.internal import auth as totp
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.domains.duties.cast import MARCH, MONDAY_9, Centre, owe
from tests.domains.duties.test_pages import browser
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import CalendarFeed
from zhize.domains.duties.selectors import calendar as days
from zhize.domains.duties.selectors.board import Span
from zhize.kernel import access, history
from zhize.kernel.accounts import capabilities as accounts
from zhize.kernel.accounts import factors, services
from zhize.kernel.accounts.models import User
from zhize.kernel.db import Outrun
from zhize.lib import clock


def read(client: Client, address: str) -> tuple[int, list[Any]]:
    answer = client.get(address)
    if answer.status_code != 200:
        return answer.status_code, []
    return 200, list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def opened(centre: Centre, who: str) -> tuple[Client, str]:
    client = browser(centre, who)
    _feed, secret = duties.open_feed(actor=centre.actor(who))
    return client, f"/calendar/feed/{secret}.ics"


@pytest.mark.req("DUT-14")
class TestWeeks:
    def test_the_days_of_a_month_in_whole_weeks_with_the_first_of_each(
        self, centre: Centre, now: Any
    ) -> None:
        for hour in range(8):
            owe(centre, "李敏", "receptionist", 2 + hour / 10, f"事{hour}")
        owe(centre, "孙丽", "officer", 3)
        found = days.weeks(centre.actor("李敏"), Span(centre.unit, *MARCH), mine=True, each=5)
        assert (found.weeks[0][0].day, found.weeks[-1][-1].day) == (date(2026, 2, 23), date(2026, 4, 5))
        monday = found.weeks[1][0]
        assert [row.name.zh for row in monday.rows] == ["事0", "事1", "事2", "事3", "事4"]
        assert (monday.counts.owed, monday.more, monday.working) == (8, 3, True)
        assert (found.weeks[0][6].working, found.weeks[0][5].inside, found.total.owed) == (False, False, 8)

    def test_a_unit_shows_what_one_may_see_of_it(self, centre: Centre, now: Any) -> None:
        owe(centre, "李敏", "receptionist", 2)
        owe(centre, "孙丽", "officer", 3)
        span = Span(centre.unit, *MARCH)
        assert days.weeks(centre.actor("王芳"), span, mine=False).total.owed == 2
        assert days.weeks(centre.actor("孙丽"), span, mine=False).total.owed == 1

    def test_the_number_of_queries_is_fixed(self, centre: Centre, now: Any) -> None:
        actor, span = centre.actor("李敏"), Span(centre.unit, *MARCH)

        def counted() -> int:
            with CaptureQueriesContext(connection) as caught:
                for week in days.weeks(actor, span, mine=True).weeks:
                    for day in week:
                        assert all(str(row) and str(row.position) for row in day.rows)
            return len(caught)

        owe(centre, "李敏", "receptionist", 2)
        few = counted()
        for number in range(60):
            owe(centre, "李敏", "receptionist", number * 9)
        assert counted() == few

    def test_the_page_turns_and_links_to_its_list(self, centre: Centre, now: Any) -> None:
        owe(centre, "李敏", "receptionist", 2, "登记")
        owe(centre, "李敏", "receptionist", 24 * 20, "月报")
        client = browser(centre, "李敏")
        for address in ("/calendar/", "/calendar/?view=month&day=2026-03-15"):
            text = client.get(address).content.decode()
            assert "登记" in text
            assert "月报" in text
        week = client.get("/calendar/?view=week").content.decode()
        assert "登记" in week
        assert "月报" not in week
        listed = client.get("/obligations/?chip=all&own=true&due_after=2026-03-02&due_before=2026-03-02")
        assert "登记" in listed.content.decode()
        assert "月报" not in listed.content.decode()
        assert client.get("/calendar/?day=nonsense&view=year&unit=x").status_code == 200
        assert client.get("/calendar/?unit=999999").status_code == 404


class TestFeed:
    def test_only_ones_own_with_stable_ids_in_the_units_zone(self, centre: Centre, now: Any) -> None:
        mine = owe(centre, "李敏", "receptionist", 6, "登记")
        shared = owe(centre, "李敏", "receptionist", 7, "值守")
        duties.reassign(actor=centre.actor("王芳"), obligation=shared, to=None, reason="一起做")
        owe(centre, "孙丽", "officer", 3, "别人的")
        client, address = opened(centre, "李敏")
        _status, events = read(Client(), address)
        assert {str(event["summary"]) for event in events} == {"登记", "值守"}
        (event,) = [each for each in events if str(each["summary"]) == "登记"]
        start = event["dtstart"]
        assert start.params["TZID"] == "Asia/Shanghai"
        assert start.dt == mine.due_at
        assert str(event["uid"]).startswith(f"obligation-{mine.pk}@")
        assert f"/obligations/{mine.pk}/" in str(event["url"])
        body = client.get(address).content
        assert b"BEGIN:VTIMEZONE" in body
        assert all(len(line) <= 75 for line in body.split(b"\r\n"))

    def test_moved_cancelled_and_done_ones_say_so_under_the_same_id(self, centre: Centre, now: Any) -> None:
        moved, gone, done, left = (owe(centre, "李敏", "receptionist", 6, name) for name in "甲乙丙丁")
        client, address = opened(centre, "李敏")
        before = {str(event["uid"]): event for event in read(client, address)[1]}
        leader = centre.actor("王芳")
        later = MONDAY_9 + timedelta(days=3)
        duties.move_due(actor=leader, obligation=moved, due_at=later, reason="改期")
        duties.cancel(actor=leader, obligation=gone, reason="重复")
        duties.excuse(actor=leader, obligation=left, reason="停电")
        duties.fulfil(actor=centre.actor("李敏"), obligation=done, note="好了")
        after = {str(event["uid"]): event for event in read(client, address)[1]}
        assert before.keys() == after.keys()
        by_name = {str(event["summary"])[0]: event for event in after.values()}
        assert by_name["甲"]["dtstart"].dt == later
        assert {name: str(event["status"]) for name, event in by_name.items()} == {
            "甲": "CONFIRMED", "乙": "CANCELLED", "丙": "CONFIRMED", "丁": "CANCELLED",
        }  # fmt: skip
        assert str(by_name["丙"]["summary"]) == "丙（已办）"
        assert all(after[uid]["sequence"] > before[uid]["sequence"] for uid in after)

    def test_a_new_address_ends_the_old_one_and_it_can_be_closed(self, centre: Centre, now: Any) -> None:
        owe(centre, "李敏", "receptionist", 6)
        client, first = opened(centre, "李敏")
        answer = client.post("/calendar/feed/", {"act": "open"}).content.decode()
        second = answer[answer.index("/calendar/feed/", answer.index("<code>")) :].split(".ics")[0] + ".ics"
        assert read(Client(), first)[0] == 404
        assert read(Client(), second)[0] == 200
        assert (
            second.rpartition("/")[2].removesuffix(".ics")
            not in client.get("/calendar/feed/").content.decode()
        )
        client.post("/calendar/feed/", {"act": "close"})
        assert read(Client(), second)[0] == 404
        with pytest.raises(Outrun):
            duties.close_feed(actor=centre.actor("李敏"))
        verbs = [entry.verb for entry in history.timeline(centre.people["李敏"]) if "calendar" in entry.verb]
        assert sorted(verbs) == ["calendar.closed"] * 2 + ["calendar.opened"] * 2
        assert CalendarFeed.objects.filter(closed_at=None).count() == 0
        left = history.timeline(centre.people["李敏"].user).filter(verb="list.exported")
        assert [(entry.data["kind"], entry.data["rows"]) for entry in left] == [("ics", 1)]

    def test_who_has_left_has_no_calendar(self, centre: Centre, now: Any) -> None:
        _client, address = opened(centre, "李敏")
        assert read(Client(), address)[0] == 200
        User.objects.filter(person=centre.people["李敏"]).update(is_active=False)
        assert read(Client(), address)[0] == 404
        assert read(Client(), "/calendar/feed/x.ics")[0] == 404
        assert read(Client(), f"/calendar/feed/{'x' * 43}.ics")[0] == 404

    def test_it_ends_with_a_new_password_and_the_page_says_so(self, centre: Centre, now: Any) -> None:
        client, address = opened(centre, "李敏")
        user, root = centre.people["李敏"].user, access.system(accounts.CLI)
        services.set_password(actor=root, user=user, password="right-horse-22", must_change=False)
        assert read(Client(), address)[0] == 404
        client.force_login(user)
        page = client.get("/calendar/feed/").content.decode()
        assert "密码已修改或登录已收回" in page
        _feed, secret = duties.open_feed(actor=centre.actor("李敏"))
        assert "密码已修改或登录已收回" not in client.get("/calendar/feed/").content.decode()
        services.set_active(actor=root, user=user, active=False)
        services.set_active(actor=root, user=user, active=True)
        assert read(Client(), f"/calendar/feed/{secret}.ics")[0] == 404

    def test_a_lost_phone_ends_it_and_one_s_own_change_of_phone_does_not(
        self, centre: Centre, now: Any
    ) -> None:
        _client, address = opened(centre, "李敏")
        user = centre.people["李敏"].user
        own = access.for_user(user, channel="web")
        for actor, status in ((own, 200), (access.system(accounts.CLI), 404)):
            secret = factors.offer(user).secret
            code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
            factors.turn_on(actor=own, user=user, secret=secret, code=code)
            factors.turn_off(actor=actor, user=user)
            assert read(Client(), address)[0] == status

    def test_the_number_of_queries_is_fixed(self, centre: Centre, now: Any) -> None:
        client, address = opened(centre, "李敏")

        def counted() -> int:
            with CaptureQueriesContext(connection) as caught:
                assert read(client, address)[0] == 200
            return len(caught)

        owe(centre, "李敏", "receptionist", 2)
        counted()
        few = counted()
        for number in range(40):
            owe(centre, "李敏", "receptionist", number + 3)
        assert counted() == few


def test_one_obligation_as_a_file(centre: Centre, now: Any) -> None:
    row = owe(centre, "李敏", "receptionist", 6, "登记")
    client = browser(centre, "李敏")
    answer = client.get(f"/obligations/{row.pk}/calendar.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert (str(event["summary"]), event["dtstart"].dt) == ("登记", row.due_at)
    assert [alarm["trigger"].dt for alarm in event.walk("VALARM")] == [timedelta(minutes=-30)]
    assert browser(centre, "孙丽").get(f"/obligations/{row.pk}/calendar.ics").status_code == 404
    assert clock.now() < datetime.fromisoformat("2026-03-03T00:00:00+08:00")

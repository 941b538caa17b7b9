"""What a superior excuses, or decides otherwise, holds up neither leave nor a log nor a list; nobody sees whom he may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tests.domains.shifts.kit import browser
from tests.domains.shifts.test_leave import FRIDAY, ask
from tests.domains.shifts.test_shift_log import DRAWN, handed
from tests.domains.shifts.test_takeover import listed
from tests.kit.cast import Cast
from zhize.domains.duties import services as obligations
from zhize.domains.duties.models import Obligation
from zhize.domains.organisation import services as organisation
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts import services
from zhize.domains.shifts.services import logs, takeovers
from zhize.kernel import access, history
from zhize.kernel.access.models import Grant
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Appointment


@pytest.fixture(autouse=True)
def _friday() -> Iterator[Any]:
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        yield traveller


def excused(cast: Cast, owed: Obligation | None) -> None:
    assert owed is not None
    row = Obligation.objects.get(pk=owed.pk)
    obligations.excuse(actor=cast.actor("liuqiang"), obligation=row, reason="改为口头处理")


@pytest.mark.req("ORG-11")
def test_leave_whose_decision_was_excused_is_still_decided_withdrawn_and_passed_on(cast: Cast) -> None:
    decided, taken_back, passed_on = ask(cast), ask(cast, "chenjing"), ask(cast, "zhaoyun")
    for leave in (decided, taken_back, passed_on):
        excused(cast, leave.obligation)
        leave.refresh_from_db()
    assert services.approve(actor=cast.actor("wangfang"), leave=decided).state == "approved"
    assert services.withdraw(actor=cast.actor("chenjing"), leave=taken_back).state == "withdrawn"
    organisation.record_absence(
        actor=cast.actor("liuqiang"), person=cast.people["wangfang"],
        from_at=FRIDAY, to_at=datetime(2026, 3, 6, tzinfo=UTC),
    )  # fmt: skip
    assert services.reroute(actor=access.system(caps.FOLLOW)) == [passed_on]
    passed_on.refresh_from_db()
    assert passed_on.obligation is not None
    assert (passed_on.obligation.state, passed_on.obligation.holder) == ("open", cast.people["liuqiang"])


@pytest.mark.req("ORG-18")
def test_a_log_whose_signature_was_excused_is_still_returned_and_taken_over(cast: Cast) -> None:
    log = handed(cast)
    excused(cast, log.obligation)
    log.refresh_from_db()
    logs.give_back(actor=cast.actor("zhoutao"), log=log, note="写明停水时间")
    logs.hand(actor=cast.actor("limin"), log=log, to=cast.people["zhoutao"], signature=DRAWN)
    excused(cast, log.obligation)
    log.refresh_from_db()
    assert logs.take(actor=cast.actor("zhoutao"), log=log, signature=DRAWN).state == "taken"


@pytest.mark.req("DUT-17")
def test_a_list_is_not_closed_while_something_stays_with_who_has_gone(cast: Cast) -> None:
    row = listed(cast, to=None)
    with pytest.raises(Invalid, match="接手人"):
        takeovers.waive(actor=cast.actor("liuqiang"), takeover=row, note="本人已离职")
    row.refresh_from_db()
    assert row.state == "open"


@pytest.mark.req("DUT-12")
def test_who_decides_may_leave_the_deputy_out(cast: Cast) -> None:
    leave = ask(cast, "chenjing", deputy=cast.people["sunli"])
    page = browser("wangfang")
    assert page.post(f"/leave/{leave.pk}/verbs/approve/", {"deputy": "", "note": ""}).status_code == 302
    leave.refresh_from_db()
    assert (leave.state, leave.deputy) == ("approved", None)
    assert not Appointment.objects.filter(kind="acting").exists()


@pytest.mark.req("ORG-31")
def test_the_filter_of_people_names_only_whom_one_may_see(cast: Cast) -> None:
    Grant.objects.filter(position=cast.position("receptionist"), capability="person.view").update(
        scope="unit"
    )
    offered = browser("limin").get("/leave/?_choices=person").json()["items"]
    names = " ".join(item["text"] for item in offered)
    assert "周涛" in names
    assert "钱进" not in names


def test_a_month_beyond_the_calendar_shows_this_one(cast: Cast) -> None:
    for said in ("9999-12", "0001-01", "x"):
        answer = browser("wangfang").get(f"/leave/month/?month={said}")
        assert answer.status_code == 200
        assert "2026-02" in answer.content.decode()


@pytest.mark.req("ORG-18")
def test_two_who_write_the_same_log_do_not_overwrite_each_other_unseen(cast: Cast) -> None:
    log = logs.begin(actor=cast.actor("limin"), unit=cast.centre, name="早班")
    page, first, second = f"/handover/{log.pk}/write/", browser("limin"), browser("zhoutao")

    def seen(shown: str) -> str:
        return re.findall(r'name="_seen" value="(\w+)"', shown)[0]

    at_first, at_second = (seen(client.get(page).content.decode()) for client in (first, second))
    given = {"name": "早班", "notices": "3 栋停水", "_seen": at_first, "_token": "a"}
    assert first.post(page, given).status_code == 302
    # The same press twice is not somebody else.
    assert first.post(page, given).status_code == 302
    mine = {"name": "早班", "incidents": "电梯困人", "_seen": at_second, "_token": "b"}
    told = second.post(page, mine)
    assert told.status_code == 409
    assert "刚被别人改动过" in told.content.decode() and "电梯困人" in told.content.decode()
    # He is told who did what meanwhile.
    assert history.timeline(log)[0].sentence() in told.content.decode()
    log.refresh_from_db()
    assert (log.notices, log.incidents) == ("3 栋停水", "")
    again = {**mine, "notices": "3 栋停水", "_seen": seen(told.content.decode())}
    assert second.post(page, again).status_code == 302
    log.refresh_from_db()
    assert (log.notices, log.incidents) == ("3 栋停水", "电梯困人")


@pytest.mark.req("ORG-11")
def test_why_somebody_is_away_stays_with_the_leave(cast: Cast) -> None:
    """Colleagues see who is away, and superiors what is to be decided; neither says of what somebody is ill."""
    leave = ask(cast, kind="sick", reason="腰椎手术")
    owed = leave.obligation
    assert owed is not None and "手术" not in f"{owed.detail}{owed.title}"
    services.approve(actor=cast.actor("wangfang"), leave=leave)
    assert leave.absence is not None and leave.absence.reason == ""
    shown = browser("wangfang").get(f"/leave/{leave.pk}/").content.decode()
    assert "腰椎手术" in shown

"""Leave: counted in working days, decided by the right superior, covered by somebody, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from tests.kit.cast import Cast
from zhize.domains.duties import selectors as duties
from zhize.domains.duties import services as obligations
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.services import library
from zhize.domains.organisation import services as organisation
from zhize.domains.shifts import authority, selectors, services
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts.models import Leave
from zhize.kernel import access, calendars, history
from zhize.kernel.access.models import Grant
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.flow import NotNow
from zhize.kernel.history.models import Entry
from zhize.kernel.notices.models import Notice
from zhize.kernel.org.models import Absence, Appointment

FRIDAY = datetime(2026, 2, 27, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai


@pytest.fixture(autouse=True)
def _friday() -> Iterator[Any]:
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        yield traveller


def ask(cast: Cast, login: str = "limin", **said: Any) -> Leave:
    given = {
        "kind": "annual",
        "from_on": date(2026, 3, 2),
        "to_on": date(2026, 3, 3),
        "reason": "回老家",
        **said,
    }
    return services.ask(actor=cast.actor(login), **given)


@pytest.mark.req("ORG-11")
def test_two_days_are_decided_by_the_manager_and_three_go_to_the_next_superior(cast: Cast) -> None:
    """The boundary itself belongs to the manager (D6)."""
    two = ask(cast)
    assert two.days == Decimal(2)
    assert two.decider == cast.people["wangfang"]
    three = ask(cast, "chenjing", to_on=date(2026, 3, 4))
    assert three.days == Decimal(3)
    assert three.decider == cast.people["liuqiang"]
    with pytest.raises(NotNow):
        services.approve(actor=cast.actor("wangfang"), leave=three)
    assert services.approve(actor=cast.actor("liuqiang"), leave=three).state == "approved"


@pytest.mark.req("ORG-11")
def test_the_boundary_is_the_units_own_setting(cast: Cast) -> None:
    services.set_rule(
        actor=cast.actor("liuqiang"), unit=cast.centre, days=Decimal(2), inclusive=False, within=1
    )
    assert ask(cast).decider == cast.people["liuqiang"]
    services.set_rule(
        actor=cast.actor("liuqiang"), unit=cast.centre, days=Decimal(5), inclusive=True, within=2
    )
    assert ask(cast, "chenjing", to_on=date(2026, 3, 6)).decider == cast.people["wangfang"]


@pytest.mark.req("ORG-11")
@pytest.mark.parametrize(
    ("said", "days"),
    [
        ({"from_on": date(2026, 2, 28), "to_on": date(2026, 3, 1)}, "1"),  # Saturday is a make-up workday
        ({"from_on": date(2026, 2, 27), "from_half": "pm", "to_on": date(2026, 3, 3), "to_half": "am"}, "3"),
        ({"from_on": date(2026, 3, 2), "to_on": date(2026, 3, 2), "to_half": "am"}, "0.5"),
        ({"from_on": date(2026, 4, 3), "to_on": date(2026, 4, 7)}, "2"),  # over Qingming
    ],
)
def test_leave_counts_working_days_of_the_calendar(cast: Cast, said: dict[str, Any], days: str) -> None:
    assert ask(cast, **said).days == Decimal(days)


def test_what_cannot_be_asked_for_is_said_beside_its_field(cast: Cast) -> None:
    with pytest.raises(Invalid) as none:
        ask(cast, from_on=date(2026, 3, 7), to_on=date(2026, 3, 8))
    assert "from_on" in none.value.errors
    with pytest.raises(Invalid) as turned:
        ask(cast, from_on=date(2026, 3, 3), from_half="pm", to_on=date(2026, 3, 3), to_half="am")
    assert "to_on" in turned.value.errors
    ask(cast)
    with pytest.raises(Invalid) as twice:
        ask(cast, from_on=date(2026, 3, 3), to_on=date(2026, 3, 5))
    assert "2026-03-02 至 2026-03-03" in str(twice.value.errors["from_on"][0])
    with pytest.raises(Invalid) as away:
        ask(cast, "chenjing", deputy=cast.people["limin"])
    assert "deputy" in away.value.errors


@pytest.mark.req("ORG-10")
def test_the_right_to_decide_is_a_grant_of_the_position_and_never_of_the_requester(cast: Cast) -> None:
    own = ask(cast, "wangfang")
    with pytest.raises(NotNow):
        services.approve(actor=cast.actor("wangfang"), leave=own)
    assert Entry.objects.filter(verb="hands.refused", subject_id=own.pk).exists()
    leave = ask(cast)
    for login in ("zhoutao", "sunli", "limin"):
        with pytest.raises((Refused, NotNow)):
            services.approve(actor=cast.actor(login), leave=leave)
    Grant.objects.filter(position=cast.position("service_supervisor"), capability=caps.LEAVE_DECIDE).delete()
    assert services.reroute(actor=access.system(caps.FOLLOW)) == [leave]
    leave.refresh_from_db()
    assert leave.decider == cast.people["liuqiang"]


@pytest.mark.req("TRG-57")
def test_the_decision_is_the_duty_that_the_pack_names(cast: Cast) -> None:
    spec = {
        "code": "leave_decision", "position": "service_supervisor", "title": {"zh": "审批请假", "en": "Decide on leave"},
        "trigger": {"subject": "shifts.leave", "opened_as": "triggered", "target": {"kind": "working_days", "days": 1}},
        "evidence": {"kind": "fact"},
    }  # fmt: skip
    version = library.put(actor=cast.actor("liuqiang"), unit=cast.centre, spec=spec)
    leave = ask(cast)
    owed = leave.obligation
    assert owed is not None
    assert owed.duty_version == version
    services.approve(actor=cast.actor("wangfang"), leave=leave)
    owed.refresh_from_db()
    assert owed.state == "done"


@pytest.mark.req("ORG-11")
def test_an_absent_superior_is_skipped(cast: Cast) -> None:
    organisation.record_absence(
        actor=cast.actor("liuqiang"), person=cast.people["wangfang"],
        from_at=FRIDAY, to_at=datetime(2026, 3, 6, tzinfo=UTC),
    )  # fmt: skip
    leave = ask(cast)
    assert leave.decider == cast.people["liuqiang"]
    assert services.approve(actor=cast.actor("liuqiang"), leave=leave).decided_in == cast.position(
        "centre_manager"
    )


@pytest.mark.req("ORG-11")
def test_a_superior_who_goes_away_later_is_skipped_too(cast: Cast, _friday: Any) -> None:
    leave = ask(cast)
    owed = leave.obligation
    assert owed is not None and owed.holder == cast.people["wangfang"]
    organisation.record_absence(
        actor=cast.actor("liuqiang"), person=cast.people["wangfang"],
        from_at=FRIDAY, to_at=datetime(2026, 3, 6, tzinfo=UTC),
    )  # fmt: skip
    assert services.reroute(actor=access.system(caps.FOLLOW)) == [leave]
    assert services.reroute(actor=access.system(caps.FOLLOW)) == []
    owed.refresh_from_db()
    assert owed.holder == cast.people["liuqiang"]


@pytest.mark.req("ORG-11")
def test_nobody_who_may_decide_is_a_finding(cast: Cast) -> None:
    leave = ask(cast, "liuqiang")
    assert leave.decider_position is None
    assert Entry.objects.filter(verb="leave.nobody", subject_id=leave.pk).count() == 1
    boss = cast.actor("liuqiang")
    assert selectors.visible(boss).filter(selectors.chips(boss)["nobody"]).get() == leave


@pytest.mark.req("ORG-11", "DUT-03")
def test_the_decision_is_owed_within_a_working_day(cast: Cast) -> None:
    """TRG-57; the Saturday that follows is a make-up workday."""
    leave = ask(cast)
    owed = leave.obligation
    assert owed is not None
    assert owed.due_at == datetime(2026, 2, 28, 9, 30, tzinfo=UTC) or owed.due_at.date() == date(2026, 2, 28)
    items = [item for block in duties.my_day(cast.actor("wangfang")).blocks for item in block.items]
    assert owed in [item.obligation for item in items]
    services.approve(actor=cast.actor("wangfang"), leave=leave, note="注意交接")
    owed.refresh_from_db()
    assert (owed.state, owed.done_by) == ("done", cast.people["wangfang"])


def test_the_people_concerned_are_told(cast: Cast) -> None:
    leave = ask(cast, deputy=cast.people["zhoutao"])
    history.deliver_all()
    services.approve(actor=cast.actor("wangfang"), leave=leave)
    history.deliver_all()
    told = {
        name: set(Notice.objects.filter(person=cast.people[name]).values_list("template", flat=True))
        for name in ("wangfang", "limin", "zhoutao")
    }
    assert "leave.asked" in told["wangfang"]
    assert "leave.approved" in told["limin"]
    assert "leave.stand_in" in told["zhoutao"]


@pytest.mark.req("DUT-12")
def test_leave_moves_due_items_to_the_deputy_and_back(cast: Cast, _friday: Any) -> None:
    """Leave 2–4 March: what is due on those days is on both lists, and only on the own one afterwards."""
    owed = obligations.assign_task(
        actor=cast.actor("wangfang"), unit=cast.centre, title="核对门禁卡", holder=cast.people["limin"],
        due_at=datetime(2026, 3, 3, 8, 0, tzinfo=UTC),
    )  # fmt: skip
    leave = ask(cast, to_on=date(2026, 3, 4), deputy=cast.people["sunli"])
    services.approve(actor=cast.actor("liuqiang"), leave=leave)
    assert list(selectors.due_meanwhile(leave)) == [owed]
    assert not _sees(cast, "sunli", owed)
    _friday.move_to(datetime(2026, 3, 3, 2, 0, tzinfo=UTC))
    assert Absence.objects.get(person=cast.people["limin"]) == leave.absence
    assert _sees(cast, "sunli", owed) and _sees(cast, "limin", owed)
    assert cast.actor("sunli").holds("receptionist")
    obligations.hand_in(actor=cast.actor("sunli"), obligation=owed, note="已核对")
    owed.refresh_from_db()
    assert owed.done_by == cast.people["sunli"]
    _friday.move_to(datetime(2026, 3, 5, 2, 0, tzinfo=UTC))
    assert not cast.actor("sunli").holds("receptionist")
    later = obligations.assign_task(
        actor=cast.actor("wangfang"), unit=cast.centre, title="盘点钥匙", holder=cast.people["limin"],
    )  # fmt: skip
    assert _sees(cast, "limin", later) and not _sees(cast, "sunli", later)


@pytest.mark.req("DUT-12")
def test_without_a_deputy_the_other_holder_of_the_position_stands_in(cast: Cast, _friday: Any) -> None:
    leave = ask(cast, "chenjing")
    assert not selectors.uncovered(leave)
    services.approve(actor=cast.actor("wangfang"), leave=leave)
    owed = Obligation.objects.filter(holder=cast.people["chenjing"]).first() or obligations.assign_task(
        actor=cast.actor("wangfang"), unit=cast.centre, title="拜访住户", holder=cast.people["chenjing"]
    )
    _friday.move_to(datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    assert _sees(cast, "zhaoyun", owed)
    assert selectors.uncovered(ask(cast, from_on=date(2026, 3, 9), to_on=date(2026, 3, 9)))


def _sees(cast: Cast, login: str, owed: Obligation) -> bool:
    day = duties.my_day(cast.actor(login))
    return owed in [item.obligation for block in day.blocks for item in block.items]


@pytest.mark.req("DUT-12")
def test_cancelled_before_it_begins_nothing_of_it_stays(cast: Cast) -> None:
    leave = ask(cast, deputy=cast.people["sunli"])
    services.approve(actor=cast.actor("wangfang"), leave=leave)
    assert Appointment.objects.filter(kind="acting", on_behalf_of=cast.people["limin"]).count() == 1
    with pytest.raises(Refused):
        services.cancel(actor=cast.actor("sunli"), leave=leave)
    services.cancel(actor=cast.actor("limin"), leave=leave)
    assert not Absence.objects.exists()
    assert not Appointment.objects.filter(kind="acting").exists()


@pytest.mark.req("DUT-12")
def test_back_early_ends_the_substitution(cast: Cast, _friday: Any) -> None:
    leave = ask(cast, to_on=date(2026, 3, 6), deputy=cast.people["sunli"])
    services.approve(actor=cast.actor("liuqiang"), leave=leave)
    _friday.move_to(datetime(2026, 3, 4, 2, 0, tzinfo=UTC))
    with pytest.raises(NotNow):
        services.cancel(actor=cast.actor("limin"), leave=leave)
    services.come_back(actor=cast.actor("limin"), leave=leave)
    assert Absence.objects.get().to_at == datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    _friday.move_to(datetime(2026, 3, 5, 2, 0, tzinfo=UTC))
    assert not cast.actor("sunli").holds("receptionist")


def test_withdrawn_nobody_owes_the_decision(cast: Cast) -> None:
    leave = ask(cast)
    services.withdraw(actor=cast.actor("limin"), leave=leave)
    assert leave.obligation is not None
    leave.obligation.refresh_from_db()
    assert leave.obligation.state == "cancelled"
    assert authority.deciders(leave)


@pytest.mark.req("ORG-11", "TRG-57")
def test_the_decision_is_due_before_the_leave_begins(cast: Cast) -> None:
    """Ill since this morning is decided at once, the next day's leave before work begins, later leave by the rule."""

    def due(login: str, day: date) -> datetime | None:
        owed = ask(cast, login, from_on=day, to_on=day).obligation
        return owed.due_at if owed is not None else None

    calendar = calendars.for_unit(cast.centre)
    services.set_rule(
        actor=cast.actor("liuqiang"), unit=cast.centre, days=Decimal(2), inclusive=True, within=5
    )
    assert due("limin", date(2026, 2, 27)) == FRIDAY + timedelta(minutes=30)
    assert due("chenjing", date(2026, 3, 2)) == calendar.day_start(date(2026, 3, 2))
    fifth = calendar.nth_working_day_after(date(2026, 2, 27), 5)
    assert due("zhaoyun", date(2026, 3, 20)) == calendar.day_end(fifth)


@pytest.mark.req("ORG-11", "DUT-12")
def test_the_deputy_is_told_again_on_the_day_it_begins(cast: Cast, _friday: Any) -> None:
    leave = ask(cast, "chenjing", deputy=cast.people["sunli"])
    services.approve(actor=cast.actor("wangfang"), leave=leave)
    system = access.system(caps.FOLLOW)
    assert services.begin_due(actor=system) == []
    _friday.move_to(datetime(2026, 3, 2, 0, 0, tzinfo=UTC))
    assert [services.begin_due(actor=system), services.begin_due(actor=system)] == [[leave], []]
    history.deliver_all()
    told = Notice.objects.filter(person=cast.people["sunli"], template__startswith="leave.").order_by("pk")
    assert [row.template for row in told] == ["leave.stand_in", "leave.begins"]

"""Handover between holders: the list, different takers, both signatures, and when what is owed moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.domains.shifts.test_shift_log import DRAWN
from tests.kit import everything
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.duties import services as obligations
from zhize.domains.duties.models import Obligation
from zhize.domains.organisation import services as organisation
from zhize.domains.shifts import jobs, selectors
from zhize.domains.shifts.models import Takeover
from zhize.domains.shifts.services import takeovers
from zhize.kernel import access, history
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.flow import NotNow
from zhize.kernel.notices.models import Notice
from zhize.kernel.org.models import Appointment
from zhize.lib.text import Text

TUESDAY = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[Any]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


def owes(cast: Cast, login: str, *titles: str) -> list[Obligation]:
    return [
        obligations.assign_task(
            actor=cast.actor("liuqiang"), unit=cast.centre, title=title, holder=cast.people[login]
        )
        for title in titles
    ]


def listed(cast: Cast, to: str | None = "zhaoyun") -> Takeover:
    owes(cast, "chenjing", "拜访 3 栋", "回复业委会")
    return takeovers.make_list(
        actor=cast.actor("wangfang"), giver=cast.people["chenjing"], position=cast.position("ambassador"),
        reason="调岗", to=cast.people[to] if to else None,
    )  # fmt: skip


@pytest.mark.req("DUT-17")
def test_both_sign_and_what_is_owed_moves_when_it_is_taken_over(cast: Cast) -> None:
    row = listed(cast)
    lines = selectors.lines(row)
    assert {line.obligation.holder for line in lines} == {cast.people["chenjing"]}
    takeovers.give(actor=cast.actor("chenjing"), takeover=row, signature=DRAWN)
    assert row.state == "open"
    takeovers.take(actor=cast.actor("zhaoyun"), takeover=row, signature=DRAWN)
    assert row.state == "signed" and row.ended_at == TUESDAY
    assert {line.obligation.holder for line in selectors.lines(row)} == {cast.people["zhaoyun"]}
    assert set(selectors.signatures(row)) == {cast.people["chenjing"].pk, cast.people["zhaoyun"].pk}


@pytest.mark.req("DUT-17")
def test_rows_go_to_different_takers(cast: Cast) -> None:
    row = listed(cast, to=None)
    first, second, *_rest = selectors.lines(row)
    with pytest.raises(Invalid):
        takeovers.give(actor=cast.actor("chenjing"), takeover=row, signature=DRAWN)
    chosen = {line.pk: cast.people["zhaoyun"] for line in selectors.lines(row)} | {
        second.pk: cast.people["sunli"]
    }
    takeovers.name_takers(actor=cast.actor("wangfang"), takeover=row, takers=chosen)
    takeovers.take(actor=cast.actor("sunli"), takeover=row, signature=DRAWN)
    first.obligation.refresh_from_db()
    second.obligation.refresh_from_db()
    assert (first.obligation.holder, second.obligation.holder) == (
        cast.people["chenjing"],
        cast.people["sunli"],
    )
    takeovers.take(actor=cast.actor("zhaoyun"), takeover=row, signature=DRAWN)
    assert row.state == "open"
    takeovers.give(actor=cast.actor("chenjing"), takeover=row, signature=DRAWN)
    assert row.state == "signed"


def test_what_one_fact_asks_of_each_goes_to_nobody_who_has_his_own(cast: Cast) -> None:
    user = everything.everybody(cast)
    finder = access.for_user(user, channel="web")
    cases.report_fire(actor=finder, place="A苑1栋", title="发现火情")
    row = listed(cast)
    (fire,) = [line for line in selectors.lines(row) if line.obligation.trigger_entry is not None]
    assert fire.taker is None
    with pytest.raises(Invalid, match="各自办理"):
        takeovers.name_takers(
            actor=cast.actor("wangfang"), takeover=row, takers={fire.pk: cast.people["zhaoyun"]}
        )
    takeovers.name_takers(actor=cast.actor("wangfang"), takeover=row, takers={fire.pk: user.person})
    takeovers.take(actor=cast.actor("zhaoyun"), takeover=row, signature=DRAWN)
    takeovers.take(actor=finder, takeover=row, signature=DRAWN)
    takeovers.give(actor=cast.actor("chenjing"), takeover=row, signature=DRAWN)
    assert row.state == "signed"


@pytest.mark.req("DUT-17")
def test_who_leaves_a_position_gets_a_list_by_itself(cast: Cast) -> None:
    owes(cast, "chenjing", "拜访 3 栋")
    held = Appointment.objects.get(person=cast.people["chenjing"])
    organisation.relieve(actor=cast.actor("liuqiang"), appointment=held, on=date(2026, 3, 3))
    history.deliver_all()
    row = Takeover.objects.get()
    assert (row.giver, row.on, row.state) == (cast.people["chenjing"], date(2026, 3, 3), "open")
    assert {line.taker for line in selectors.lines(row)} == {cast.people["zhaoyun"]}
    boss = cast.actor("liuqiang")
    assert selectors.takeovers(boss).filter(selectors.takeover_chips(boss)["open"]).get() == row
    assert Notice.objects.filter(person=cast.people["zhaoyun"], template="takeover.to_sign").exists()


@pytest.mark.req("DUT-17")
def test_nobody_to_take_over_is_seen(cast: Cast) -> None:
    owes(cast, "limin", "归还钥匙")
    organisation.leave(actor=cast.actor("liuqiang"), person=cast.people["limin"])
    history.deliver_all()
    boss = cast.actor("liuqiang")
    found = selectors.takeovers(boss).filter(selectors.takeover_chips(boss)["without"]).get()
    assert found.giver == cast.people["limin"]


@pytest.mark.req("DUT-17")
def test_a_manager_moves_it_at_once_and_the_signatures_are_still_awaited(cast: Cast) -> None:
    row = listed(cast)
    with pytest.raises(Refused):
        takeovers.move_now(actor=cast.actor("wangfang"), takeover=row, note="急")
    with pytest.raises(Invalid):
        takeovers.move_now(actor=cast.actor("liuqiang"), takeover=row, note=" ")
    takeovers.move_now(actor=cast.actor("liuqiang"), takeover=row, note="已离岗，急件")
    assert {line.obligation.holder for line in selectors.lines(row)} == {cast.people["zhaoyun"]}
    assert row.state == "open"
    takeovers.waive(actor=cast.actor("liuqiang"), takeover=row, note="本人已离职，无法签字")
    assert row.state == "waived"


@pytest.mark.req("DUT-17", "ORG-30")
def test_only_the_sides_sign(cast: Cast) -> None:
    row = listed(cast)
    with pytest.raises(NotNow):
        takeovers.give(actor=cast.actor("zhaoyun"), takeover=row, signature=DRAWN)
    with pytest.raises(NotNow):
        takeovers.take(actor=cast.actor("chenjing"), takeover=row, signature=DRAWN)
    with pytest.raises(Invalid):
        takeovers.name_takers(
            actor=cast.actor("wangfang"), takeover=row, takers={row.lines.first().pk: cast.people["chenjing"]}
        )
    with pytest.raises(Refused):
        takeovers.make_list(
            actor=cast.actor("sunli"),
            giver=cast.people["limin"],
            position=cast.position("receptionist"),
            reason="x",
        )


def test_what_was_done_meanwhile_needs_no_signature(cast: Cast) -> None:
    row = listed(cast)
    takeovers.give(actor=cast.actor("chenjing"), takeover=row, signature=DRAWN)
    for line in selectors.lines(row)[1:]:
        obligations.hand_in(actor=cast.actor("chenjing"), obligation=line.obligation, note="已办")
    takeovers.take(actor=cast.actor("zhaoyun"), takeover=row, signature=DRAWN)
    assert row.state == "signed"


def test_one_open_list_of_a_person_in_a_position(cast: Cast) -> None:
    listed(cast)
    with pytest.raises(takeovers.ListedAlready):
        listed(cast)


@pytest.mark.req("DUT-17", "ORG-14")
def test_what_one_is_to_sign_oneself_is_not_handed_over(cast: Cast) -> None:
    position = cast.position("ambassador")
    obligations.open_obligation(
        actor=cast.actor("liuqiang"), unit=cast.centre, title=Text("签阅", "Sign"), kind="reading",
        holder=cast.people["chenjing"], position=position,
    )  # fmt: skip
    row = listed(cast)
    assert {str(line.obligation) for line in selectors.lines(row)} == {"拜访 3 栋", "回复业委会"}


@pytest.mark.req("DUT-17")
def test_what_was_given_to_a_third_meanwhile_stays_with_him(cast: Cast) -> None:
    row = listed(cast)
    first, _second = selectors.lines(row)
    obligations.reassign(
        actor=cast.actor("wangfang"),
        obligation=first.obligation,
        to=cast.people["sunli"],
        reason="先由孙丽办",
    )
    takeovers.give(actor=cast.actor("chenjing"), takeover=row, signature=DRAWN)
    takeovers.take(actor=cast.actor("zhaoyun"), takeover=row, signature=DRAWN)
    assert [line.obligation.holder.name for line in selectors.lines(row)] == ["孙丽", "赵云"]
    assert row.state == "signed"


def _slot(cast: Cast, title: str, at: datetime, *, own: bool) -> Obligation:
    row = obligations.open_obligation(
        actor=cast.actor("liuqiang"), unit=cast.centre, title=Text(title, title), kind="recurring",
        holder=cast.people["chenjing"], position=cast.position("ambassador"), slot=at, at=min(at, TUESDAY),
        target={"kind": "days", "days": 1},
    )  # fmt: skip
    Obligation.objects.filter(pk=row.pk).update(
        opened_at=at, slot_holder=cast.people["chenjing"] if own else None
    )
    return row


@pytest.mark.req("DUT-17")
def test_what_has_not_begun_and_what_each_owes_for_himself_is_not_handed_over(cast: Cast) -> None:
    _slot(cast, "已开始", TUESDAY - timedelta(hours=1), own=False)
    mine = _slot(cast, "各自巡查", TUESDAY - timedelta(hours=2), own=True)
    _slot(cast, "明天的", TUESDAY + timedelta(days=1), own=False)
    _slot(cast, "明天的巡查", TUESDAY + timedelta(hours=25), own=True)
    position = cast.position("ambassador")
    owed = selectors.owed_in(cast.people["chenjing"], position, date(2026, 3, 3))
    assert {str(row) for row in owed} == {"已开始"}
    Appointment.objects.filter(person=cast.people["chenjing"]).update(to_on=date(2026, 3, 3))
    assert {str(row) for row in owed.all()} == {"已开始"}
    left = selectors.owed_in(cast.people["chenjing"], position, date(2026, 3, 3))
    assert {str(row) for row in left} == {"已开始", "各自巡查"}
    row = takeovers.make_list(
        actor=cast.actor("wangfang"), giver=cast.people["chenjing"], position=position, reason="调岗",
        to=cast.people["zhaoyun"],
    )  # fmt: skip
    takers = {line.obligation_id: line.taker for line in selectors.lines(row)}
    assert takers.pop(mine.pk) is None and set(takers.values()) == {cast.people["zhaoyun"]}
    chosen = {row.lines.get(obligation=mine).pk: cast.people["zhaoyun"]}
    with pytest.raises(Invalid, match="各自"):
        takeovers.name_takers(actor=cast.actor("wangfang"), takeover=row, takers=chosen)


@pytest.mark.req("DUT-17")
def test_a_list_signed_ahead_moves_when_its_day_begins(cast: Cast, _tuesday: Any) -> None:
    owes(cast, "chenjing", "拜访 3 栋")
    row = takeovers.make_list(
        actor=cast.actor("wangfang"), giver=cast.people["chenjing"], position=cast.position("ambassador"),
        reason="调岗", to=cast.people["zhaoyun"], on=date(2026, 3, 10),
    )  # fmt: skip
    line = row.lines.get()
    owed = Obligation.objects.filter(subject_type="shifts.takeover", subject_id=row.pk)
    assert {each.holder.name for each in owed.filter(state="open")} == {"陈静", "赵云"}
    takeovers.give(actor=cast.actor("chenjing"), takeover=row, signature=DRAWN)
    assert {each.holder.name for each in owed.filter(state="open")} == {"赵云"}
    takeovers.take(actor=cast.actor("zhaoyun"), takeover=row, signature=DRAWN)
    assert row.state == "waiting" and not owed.exclude(state="done").exists()
    takeovers.name_takers(
        actor=cast.actor("wangfang"), takeover=row, takers={line.pk: cast.people["zhaoyun"]}
    )
    for at, name, state in (
        (datetime(2026, 3, 9, 15, 59, tzinfo=UTC), "陈静", "waiting"),
        (datetime(2026, 3, 9, 16, 0, tzinfo=UTC), "赵云", "signed"),
    ):
        _tuesday.move_to(at)
        jobs.move_due()
        row.refresh_from_db()
        line.obligation.refresh_from_db()
        assert (line.obligation.holder.name, row.state) == (name, state)


@pytest.mark.req("DUT-17")
@pytest.mark.parametrize("on", [date(2026, 3, 3), date(2026, 3, 10)])
def test_nobody_signs_for_what_was_done_before_he_signed(cast: Cast, on: date) -> None:
    _sooner, later = owes(cast, "chenjing", "拜访 3 栋", "拜访 5 栋")
    row = takeovers.make_list(
        actor=cast.actor("wangfang"), giver=cast.people["chenjing"], position=cast.position("ambassador"),
        reason="调岗", to=cast.people["zhaoyun"], on=on,
    )  # fmt: skip
    line = row.lines.get(obligation=later)
    takeovers.name_takers(actor=cast.actor("wangfang"), takeover=row, takers={line.pk: cast.people["sunli"]})
    takeovers.give(actor=cast.actor("chenjing"), takeover=row, signature=DRAWN)
    takeovers.take(actor=cast.actor("zhaoyun"), takeover=row, signature=DRAWN)
    later.refresh_from_db()
    obligations.cancel(actor=cast.actor("liuqiang"), obligation=later, reason="不用做了")
    jobs.move_due()
    row.refresh_from_db()
    assert row.state == ("signed" if on == date(2026, 3, 3) else "waiting")
    asked = Obligation.objects.filter(subject_type="shifts.takeover", subject_id=row.pk)
    assert set(asked.values_list("holder__name", "state")) == {
        ("陈静", "done"), ("赵云", "done"), ("孙丽", "cancelled"),
    }  # fmt: skip


@pytest.mark.req("DUT-17")
def test_a_list_is_offered_only_for_positions_that_people_hold_where_one_may(cast: Cast) -> None:
    held = selectors.handed_by(cast.actor("wangfang"))
    assert held and all(row.position.unit.path.startswith(cast.centre.path) for row in held)
    assert not selectors.handed_by(cast.actor("sunli")).exists()

"""The next due times that the duty's page and its editor show are those that will be owed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domains.duties.cast import Centre
from tests.domains.duties.test_recurring import DAILY, SYSTEM, put
from tests.domains.duties.test_rosters import week
from tests.domains.duties.test_triggers import put as put_triggered
from tests.kernel.calendars import build
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import duty as reads
from zhize.domains.duties.selectors import occurrences
from zhize.domains.duties.web import editor
from zhize.kernel.db import Invalid


@pytest.mark.req("DUT-09", "DUT-10")
def test_positions_that_get_times_of_their_own_are_each_compared(centre: Centre) -> None:
    build.position(build.unit(parent=centre.unit), "officer")
    duty = reads.one(put(centre, "check", {**DAILY, "assumed": True}))
    random = {**DAILY, "at_random": True}
    alike = editor.before_and_after(duty, {})["compared"]
    assert [number for _place, number, _rows in alike] == [2]
    apart = editor.before_and_after(duty, {"rule": random})["compared"]
    assert [number for _place, number, _rows in apart] == [1, 1]
    back = occurrences.compared(duty, random, DAILY)
    assert {same[0] for same, _old, _new in back} == set(reads.places(duty))
    first, second = (old.occurrences for _same, old, _new in back)
    assert [each.not_before for each in first] != [each.not_before for each in second]


@pytest.mark.req("DUT-10")
def test_what_is_due_in_one_period_stands_in_one_line(centre: Centre) -> None:
    friday = {"every": "week", "due": "by", "weekdays": ["fri"]}
    duty = reads.one(put(centre, "backup", friday))
    wednesday = {**friday, "weekdays": ["wed"]}
    ((_same, old, new),) = occurrences.compared(duty, friday, wednesday)
    lines = occurrences.side_by_side(old, new, friday, wednesday)
    assert lines[0][1] is None or lines[0][0] is not None
    for was, will, same in lines:
        assert not same
        if was and will:
            assert (was.day - will.day).days == 2
    other = {**friday, "every": "month"}
    assert occurrences.side_by_side(old, old, friday, other)[0][2]


@pytest.mark.req("DUT-04")
def test_where_a_roster_is_kept_the_times_are_those_of_the_shifts(centre: Centre) -> None:
    week(centre, "孙丽")
    (group,) = occurrences.groups(put(centre, "cash", DAILY), DAILY, count=3)
    assert [f"{each.due_at:%m-%d %H:%M}" for each in group.occurrences] == [
        "03-02 21:00", "03-03 21:00", "03-05 21:00",
    ]  # fmt: skip


def test_days_after_a_day_are_counted_in_working_days(centre: Centre) -> None:
    """Plain days behind a day's end would be left out in silence, and the duty due a day early."""
    rule = {"every": "day", "due": "period_end", "assumed": True}
    duty = put(centre, "report", rule)
    with pytest.raises(Invalid, match="offset_working_days"):
        duties.change_duty(actor=SYSTEM, duty=duty, reason="次日交", rule={**rule, "offset_days": 1})
    later = {**rule, "offset_working_days": 1}
    duties.change_duty(actor=SYSTEM, duty=duty, reason="次日交", rule=later)
    (group,) = occurrences.groups(duty, later, count=2)
    # Saturday 28 February is worked.
    assert [f"{each.day:%m-%d} {each.due_at:%m-%d}" for each in group.occurrences] == [
        "02-28 03-02", "03-02 03-03",
    ]  # fmt: skip


def test_an_event_that_nobody_would_owe_is_refused_and_not_lost_in_silence(centre: Centre) -> None:
    rule: dict[str, Any] = {"starts": None, "stops": None, "cancels": None}
    rule |= {"by_hand": {"zh": "收到支票", "en": "cheque received"}, "only_positions": ["cashier"]}
    duty = put_triggered(centre, "cheque", "officer", rule, evidence={"kind": "note"})
    with pytest.raises(Invalid, match="没有人办理"):
        duties.report_event(actor=centre.actor("王芳"), duty=duty, unit=centre.unit, note="建行支票")
    assert not Obligation.objects.filter(duty=duty).exists()

"""Chains of duties with days of their own: collect by the 5th, file within a week, report by the 15th (DUT-13)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.domains.duties.cast import Centre, duty_spec
from tests.domains.duties.test_pages import browser
from tests.domains.duties.test_recurring import SYSTEM, at, put, run
from zhize.domains.duties import selectors
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, Obligation
from zhize.domains.duties.selectors import chains
from zhize.domains.duties.services import library
from zhize.kernel.accounts.models import User


def chain(centre: Centre) -> list[Duty]:
    first = put(centre, "collect", {"every": "month", "due": "by", "month_days": [5]})
    spec = {
        **duty_spec("file", "officer"),
        "chain": {"after": "collect", "target": {"kind": "days", "days": 7}},
    }
    del spec["trigger"]
    second = library.put(actor=SYSTEM, unit=centre.unit, spec={**spec, "evidence": {"kind": "note"}}).duty
    third = put(centre, "report", {"every": "month", "due": "by", "month_days": [15], "follows": "file"})
    run()
    return [first, second, third]


def first_of(duty: Duty) -> Obligation:
    return Obligation.objects.select_related("unit", "duty").filter(duty=duty).earliest("slot", "pk")


@pytest.mark.req("DUT-13")
def test_a_late_first_step_shows_the_risk_on_the_third(centre: Centre, now: Any) -> None:
    collect, file, report = chain(centre)
    # Collected by Thursday 5, filed by Thursday 12: in time for the report, due Friday 13.
    assert chains.risks([first_of(collect)]) == {}
    now.move_to(at("2026-03-06T10:00"))
    # A day late, and the week still ends with the report's own day.
    assert chains.risks([first_of(collect)]) == {}
    now.move_to(at("2026-03-09T10:00"))
    (risk,) = chains.risks([first_of(collect)]).values()
    assert (risk.duty, risk.steps, str(risk.name.zh)) == (report, 2, "答复report")
    assert (risk.due_at, risk.ready_at) == (at("2026-03-13T18:00"), at("2026-03-16T18:00"))
    day = selectors.my_day(centre.actor("孙丽"))
    shown = {item.obligation.duty: item.risk for block in day.blocks for item in block.items}
    assert shown[collect] is not None
    assert shown[report] is None
    # The second step takes over the risk as soon as it is owed, and it ends with the step.
    duties.hand_in(actor=centre.actor("孙丽"), obligation=first_of(collect), note="已收齐")
    second = first_of(file)
    now.move_to(at("2026-03-16T10:00"))
    assert chains.risks([second])[second.pk].duty == report
    duties.hand_in(actor=centre.actor("孙丽"), obligation=second, note="已归档")
    second.refresh_from_db()
    assert chains.risks([second]) == {}


@pytest.mark.req("DUT-13")
def test_the_page_of_the_first_step_says_so(centre: Centre, now: Any) -> None:
    collect, _file, _report = chain(centre)
    page = browser(centre, "孙丽")
    address = f"/obligations/{first_of(collect).pk}/"
    assert "后面的步骤有延误风险" not in page.get(address).content.decode()
    now.move_to(at("2026-03-10T10:00"))
    # The session ended meanwhile.
    page.force_login(User.objects.get(person=centre.people["孙丽"]))
    said = page.get(address).content.decode()
    assert "后面的步骤有延误风险" in said
    assert "答复report" in said


def test_what_is_a_step_of_no_chain_asks_nothing_more(centre: Centre) -> None:
    duty = put(centre, "patrol", {"every": "day", "due": "shift_end"})
    run()
    rows = list(Obligation.objects.filter(duty=duty).select_related("unit", "duty"))
    with CaptureQueriesContext(connection) as caught:
        assert chains.risks(rows) == {}
    assert len(caught) == 1

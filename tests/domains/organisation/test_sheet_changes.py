"""Changing a sheet: what the editor does not see stays, and the log says what stood in each column before and after."""

from __future__ import annotations

import re

import pytest

from tests.domains.organisation.test_pages import browser, text_of
from tests.kit.cast import Cast
from zhize.domains.organisation import services
from zhize.kernel.access.models import Grant
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Position


@pytest.mark.req("ORG-05", "ORG-07")
def test_a_superior_the_editor_does_not_see_stays_when_the_sheet_is_saved(cast: Cast) -> None:
    top = Position.objects.create(unit=cast.company, code="general_manager", name="总经理")
    manager = cast.position("centre_manager")
    services.update_position(
        actor=cast.actor("liuqiang"),
        position=manager,
        reports_to=top,
        includes=[top],
        sheet={"kpi": "满意率"},
    )
    Grant.objects.filter(position=manager, capability__in=["org.view", "sheet.edit"]).update(scope="unit")
    page = f"/positions/{manager.pk}/edit/"
    client = browser("liuqiang")
    offered = re.findall(rf'<option value="{top.pk}" selected', text_of(client, page))
    assert len(offered) == 2
    given = {
        "name": manager.name, "code": manager.code, "headcount": 1, "kpi": "满意率",
        "reports_to": top.pk, "includes": [top.pk],
    }  # fmt: skip
    assert client.post(page, given).status_code == 302
    manager.refresh_from_db()
    assert (manager.reports_to, list(manager.includes.all())) == (top, [top])
    # Another one he does not see is no choice.
    hidden = Position.objects.create(unit=cast.company, code="chairman", name="董事长")
    assert client.post(page, {**given, "reports_to": hidden.pk}).status_code == 422


@pytest.mark.req("ORG-05", "ORG-15")
def test_the_log_says_what_stood_in_each_column_before_and_after(cast: Cast) -> None:
    position, boss = cast.position("ambassador"), cast.actor("liuqiang")
    before = {"kpi": "满意率 95%", "requirements": {"age": "25岁以上", "abilities": {"planning": "need"}}}
    after = {"kpi": "满意率 98%", "requirements": {"age": "25岁以上", "abilities": {"planning": "must"}}}
    services.update_position(actor=boss, position=position, sheet=before)
    services.update_position(
        actor=boss, position=position, sheet=after, includes=[cast.position("receptionist")]
    )
    entry = Entry.objects.filter(verb="position.changed", subject_id=position.pk).latest("pk")
    assert entry.changes == {
        "kpi": ["满意率 95%", "满意率 98%"],
        "q_planning": ["need", "must"],
        "includes": [[], ["前台接待员"]],
    }
    Grant.objects.get_or_create(
        position=cast.position("centre_manager"), capability="audit.view", defaults={"scope": "subtree"}
    )
    shown = text_of(browser("liuqiang"), f"/admin/audit/{entry.pk}/")
    assert "考核指标" in shown and "满意率 98%" in shown and "计划力" in shown

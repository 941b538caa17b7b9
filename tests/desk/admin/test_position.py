"""The position page: coverage of clauses, sheet in every field, versions in force on a date."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from tests.domains.organisation.test_pages import browser, send, text_of
from tests.kit.cast import Cast
from zhize.domains.duties import selectors as duties
from zhize.domains.duties.models import DutyClause
from zhize.domains.organisation import services, sheets
from zhize.kernel import history
from zhize.kernel.org.models import Clause, Position, SheetVersion
from zhize.lib import clock

# The nine sheets of seed 003 with the columns they have between them.
SHEETS = (
    "业务管理部经理", "大客户部经理", "客户关系主管", "客户服务部经理(电信)", "客服中心主任", "座席代表", "座席班长",
    "客户服务部经理(铭万)", "客服专员(铭万)",
)  # fmt: skip


@pytest.mark.req("ORG-08")
def test_the_archivists_clauses_1_to_17_each_have_a_duty_or_are_standing(cast: Cast) -> None:
    position = cast.position("archivist")
    rows = [row for row in duties.clause_coverage(position) if row.clause.code.startswith("w")]
    assert [row.clause.number for row in rows] == [f"{number}." for number in range(1, 18)]
    assert all(row.state in {"linked", "standing"} for row in rows)
    shown = text_of(browser("liuqiang"), f"/positions/{position.pk}/")
    plain = re.sub(r'<span class="time-word">(.*?)</span>', r"\1", shown)
    for row in rows:
        assert row.clause.text in plain
        for beside in row.duties:
            assert str(beside.duty) in shown
    assert "常设标准" in shown
    assert "每一条都有职责来落实" in shown
    assert '<span class="time-word">每月26日</span>' in shown


@pytest.mark.req("ORG-08")
def test_a_clause_without_a_link_is_listed(cast: Cast) -> None:
    position = cast.position("archivist")
    lost = Clause.objects.get(position=position, code="w9")
    DutyClause.objects.filter(clause=lost).delete()
    shown = text_of(browser("liuqiang"), f"/positions/{position.pk}/")
    assert "还没有职责来落实" in shown
    assert f'href="#clause-{lost.pk}"' in shown


@pytest.mark.req("ORG-05")
def test_all_nine_sheets_are_entered_without_losing_a_field_and_print(cast: Cast) -> None:
    client = browser("liuqiang")
    for number, name in enumerate(SHEETS):
        short = {key: f"{name}-{key}" for key, _label in sheets.SHORT}
        long = {key: f"{name}-{key}\n第二行" for key, _label in sheets.LONG}
        head = {
            "name": name, "code": f"seed3-{number}", "family": "市场", "grade": "八职等", "headcount": 2,
            "reports_to": cast.position("centre_manager").pk, "purpose": f"{name}的概述",
        }  # fmt: skip
        send(client, f"/units/{cast.centre.pk}/positions/new/", {**head, **short, **long})
        position = Position.objects.get(code=f"seed3-{number}")
        send(
            client,
            f"/positions/{position.pk}/clauses/new/",
            {"section": "一、工作职责", "number": "1、", "text": f"{name}第一条"},
        )
        paper = text_of(client, f"/positions/{position.pk}/sheet/")
        wanted = [
            name,
            f"seed3-{number}",
            "市场",
            "八职等",
            "部门经理",
            f"{name}的概述",
            "1、",
            f"{name}第一条",
            *short.values(),
        ]
        for piece in [*wanted, *(text.splitlines()[0] for text in long.values())]:
            assert piece in paper, (name, piece)
        for label in (
            "职位名称",
            "职位代码",
            "直接上级",
            "薪金标准",
            "工作场所",
            "危险性",
            "晋升方向",
            "轮转岗位",
            "审核人",
            "批准人",
        ):
            assert label in paper


def test_editing_keeps_what_the_pack_brought(cast: Cast) -> None:
    position = cast.position("archivist")
    before = dict(position.sheet)
    send(
        browser("liuqiang"),
        f"/positions/{position.pk}/edit/",
        {
            "name": position.name,
            "code": position.code,
            "headcount": 1,
            "pay": "3000",
            "includes": [cast.position("receptionist").pk],
        },
    )
    position.refresh_from_db()
    assert {key: position.sheet[key] for key in before} == before
    assert position.sheet["pay"] == "3000"
    assert [row.code for row in position.includes.all()] == ["receptionist"]


@pytest.mark.req("ORG-15")
def test_the_sheet_in_force_on_any_past_date_is_shown(cast: Cast) -> None:
    client, position = browser("liuqiang"), cast.position("archivist")
    path = f"/positions/{position.pk}/"
    first = {
        "effective_from": "2004-06-01",
        "written_on": "2004-05-20",
        "prepared_by": "人事部",
        "reviewer": "审核甲",
        "approver": "批准乙",
    }
    send(client, f"{path}issue/", first)
    row = Clause.objects.get(position=position, code="w12")
    services.change_clause(actor=cast.actor("liuqiang"), clause=row, text="改过的第十二条")
    send(client, f"{path}issue/", {**first, "effective_from": "2010-01-01", "approver": "批准丙"})
    assert list(SheetVersion.objects.filter(position=position).order_by("number").values_list("effective_from", "effective_to")) == [
        (date(2004, 6, 1), date(2009, 12, 31)), (date(2010, 1, 1), None),
    ]  # fmt: skip
    then = text_of(client, f"{path}sheet/?on=2009-12-31")
    for piece in ("第 1 版", "2004-06-01", "2004-05-20", "人事部", "审核甲", "批准乙"):
        assert piece in then
    assert "改过的第十二条" not in then
    now = text_of(client, f"{path}sheet/?on=2012-02-03")
    assert "改过的第十二条" in now and "批准丙" in now
    assert "那一天还没有签发过的说明书" in text_of(client, f"{path}sheet/?on=2004-05-31")
    assert client.post(f"{path}issue/", {"effective_from": "2009-01-01"}).status_code == 422


@pytest.mark.req("ORG-07")
def test_the_lead_sees_receptionist_duties_when_no_receptionist_is_on_shift(cast: Cast) -> None:
    lead, desk = cast.position("frontdesk_lead"), cast.position("receptionist")
    assert desk in lead.includes.all()
    from datetime import timedelta

    from zhize.domains.duties import capabilities as caps
    from zhize.domains.duties import services as owed
    from zhize.kernel import access
    from zhize.lib.text import Text

    row = owed.open_obligation(
        actor=access.system(caps.TRIGGER), unit=desk.unit, title=Text("清点票据", "Count the stubs"), position=desk,
        target={"kind": "working", "minutes": 600},
    )  # fmt: skip
    history.deliver_all()

    def listed(login: str) -> set[int]:
        return {
            item.obligation.pk for block in duties.my_day(cast.actor(login)).blocks for item in block.items
        }

    assert row.pk not in listed("zhoutao")
    now = clock.now()
    services.record_absence(
        actor=cast.actor("liuqiang"),
        person=cast.people["limin"],
        from_at=now - timedelta(hours=1),
        to_at=now + timedelta(days=1),
        reason="病假",
    )
    assert row.pk in listed("zhoutao")


def test_the_page_asks_a_fixed_number_of_questions(cast: Cast, django_assert_max_num_queries: Any) -> None:
    position = cast.position("service_supervisor")
    client = browser("liuqiang")
    client.get(f"/positions/{position.pk}/")
    with django_assert_max_num_queries(45):
        client.get(f"/positions/{position.pk}/")

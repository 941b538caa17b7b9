"""The position page: coverage of clauses, sheet in every field, versions in force on a date."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from django.utils.html import escape

import zhize as packages
from tests.domains.organisation.test_pages import browser, send, text_of
from tests.kernel.calendars import build
from tests.kit.cast import Cast
from zhize.domains.duties import capabilities as duty_caps
from zhize.domains.duties import selectors as duties
from zhize.domains.duties import services as owed
from zhize.domains.duties.models import DutyClause, Obligation
from zhize.domains.duties.selectors import board, coverage
from zhize.domains.duties.selectors.board import Span
from zhize.domains.duties.selectors.coverage import month_bounds
from zhize.domains.organisation import comparing, services, sheets
from zhize.domains.organisation.selectors import positions
from zhize.kernel import access, history
from zhize.kernel.org.models import Clause, Position, SheetVersion, Unit
from zhize.kernel.packs import loader
from zhize.kernel.packs import services as packs
from zhize.lib import clock
from zhize.lib.text import Text

# What the three layouts of seed 003 print, in their order.
PURPOSE = (
    "职位名称", "所属部门", "直接上级", "直接下属", "编写日期", "审核人", "工作目的", "工作职责", "重要工作联系", "内部联系",
    "外部联系", "任职要求", "教育背景", "知识技能、专业证书", "工作经验", "其他要求",
)  # fmt: skip
SUMMARY = (
    "职位名称", "职位代码", "所属部门", "职系", "职等职级", "直属上级", "薪金标准", "填写日期", "核准人", "职位概要", "工作内容",
    "任职资格", "教育背景", "培训经历", "经验", "技能技巧", "态度", "工作条件", "工作场所", "环境状况", "危险性", "直接下属", "间接下属", "晋升方向", "轮转岗位",
)  # fmt: skip
AUTHORITY = (
    "职位名称", "所属部门", "人员编制", "直属上级", "直属下级", "有效日期", "岗位概述", "职位权限", "主要工作职责及工作流程",
    "关键考核指标（KPI）", "职位工作关系", "所受监督", "所施监督", "合作关系", "外部关系", "应具备之基本资格及条件",
    "性别", "领导力", "年龄", "应变力", "最低学历", "计划力", "工作经历", "创造力", "语言", "脑力", "专业知识", "体力", "电脑操作",
    "所需硬件", "资格证书", "所需软件", "其他", "编制部门", "审批", "批准日期",
)  # fmt: skip
LAYOUTS = {"purpose": PURPOSE, "summary": SUMMARY, "authority": AUTHORITY}
CLAUSES_UNDER = {"purpose": "工作职责", "summary": "工作内容", "authority": "主要工作职责及工作流程"}
TELECOM = {
    "q_education": "1.1 大学本科及以上的学历；", "q_major": "1.2 通信及相关专业。", "q_knowledge": "2.1 熟悉电信业务知识；",
    "q_skills": "2.3 具备较强的组织协调能力和沟通能力。", "q_experience": "3.1 3年及以上的相关工作经验。", "q_other": "6.1 无。",
}  # fmt: skip
SEAT = {
    "q_education": "1.1 高中及以上的学历", "q_languages": "2.3 普通话标准,语言甜美", "q_computer": "2.4 熟悉计算机基本操作",
    "q_experience": "3.1 1年及以上的相关工作经验。",
}  # fmt: skip
BUREAU = "2.1 河南省通信管理局；\n2.2 省消协；\n2.3 各新闻媒体"

# The nine sheets of seed 003: layout, name, line manager, direct reports, purpose, first duty, further fields.
SHEETS: tuple[tuple[str, str, str, tuple[str, ...], str, str, dict[str, Any]], ...] = (
    ("purpose", "业务管理部经理", "市场营销部总经理", ("资费管理员", "业务管理员", "行政事务管理员"),
     "为了实现公司的他网和公话业务发展目标,加强和规范资费管理", "组织编制全省他网和公话业务的年度发展计划。",
     {"contacts_inside": "1.1 公司各部门；\n1.2 各地市分公司市场营销部。", "contacts_outside": BUREAU, **TELECOM}),
    ("purpose", "大客户部经理", "市场营销部总经理", ("大客户管理员",), "为了实现公司的大客户发展战略目标,扩大大客户规模",
     "负责制定大客户发展战略及大客户年度开发目标。",
     {"contacts_inside": "总部市场部、各地市分公司市场营销部", "contacts_outside": "4.1 海南省通信管理局；\n4.2 既有及目标大客户。", **TELECOM}),
    ("summary", "客户关系主管", "市场部经理", ("客户关系员工",), "建立、发展客户支持项目,提升公司形象,以维护客户关系。",
     "根据公司政策协议和预算结构,建立和发展客户支持项目;",
     {"family": "市场", "grade": "八职等", "pay": "按薪金标准", "place": "办公室。", "environment": "舒适。",
      "hazard": "基本无危险,无职业病危险。", "promotion": "市场部经理", "rotation": "销售主管",
      "q_education": "新闻传播、市场营销、企业管理或相关专业本科以上学历。", "q_training": "受过市场营销、服务管理方面的培训。",
      "q_experience": "3年以上市场管理或客户服务经验。", "q_skills": "对市场营销工作有较深刻认知;", "q_computer": "熟练操作办公软件。",
      "q_attitude": "积极热情,责任心强;"}),
    ("purpose", "客户服务部经理(电信)", "市场营销部总经理", ("客服中心主任", "服务质量检查员"),
     "为了树立公司品牌的良好形象,提高公司品牌的公众影响力", "负责制定公司的年度客户服务质量目标。",
     {"contacts_inside": "1.1 总部客户服务中心。", "contacts_outside": "2.2河南省电信用户申诉受理中心。", **TELECOM}),
    ("purpose", "客服中心主任", "客户服务部经理(电信)", ("主任助理", "座席班长"), "为了向铁通客户提供优质、高效的服务,树立10050的服务品牌",
     "负责建立并完善省客服中心管理制度、流程及相应管理办法", {"contacts_inside": "1.1 公司内各部门;", "contacts_outside": BUREAU, **TELECOM}),
    ("purpose", "座席代表", "座席班长", (), "为了解决客户问题,提升公司市场形象,提高客户满意度", "对客服中心本身的建议转交班长席",
     {"contacts_inside": "1.1 地市公司客服中心;", "contacts_outside": "2.1 客户(电话沟通)", **SEAT}),
    ("purpose", "座席班长", "客服中心主任", ("座席代表",), "为了向客户提供优质、高效的服务,保证省客服座席的正常工作",
     "负责各类工单的审核、派送、记录,对回复存在问题的工单进行再次派单;",
     {"contacts_inside": "1.2 地市公司客服中心。", "contacts_outside": "2.2 其他电信运营商的客服中心。", **SEAT}),
    ("authority", "客户服务部经理(铭万)", "总经理", ("客服专员(铭万)",), "在公司质量方针的指导下,全面负责协调公司的客服跟单和客服运营工作",
     "服务跟单和客服运营工作的统一安排和协调;",
     {"headcount": 1, "authority": "1)对部门员工2天以下的请休假有审批权;\n5)相关文件及工作流程的审查;", "kpi": "3. 客户投诉的解决情况",
      "supervised_by": "1 在公司重大决策及重要文件审批方面,接受副总的指示和监督", "supervises": "3 在投诉处理方面对客户部,制作部实施监督",
      "cooperates": "3 在部门员工绩效考核改进方面与人力资源部发生协作关系", "contacts_outside": "处理重大客户投诉,协办会员沙龙",
      "q_sex": "不限", "q_age": "25 岁以上", "q_education": "本科", "q_experience": "客服管理相关工作经验两年以上", "q_languages": "中文 英文",
      "q_knowledge": "强", "q_computer": "一般", "q_equipment": "电脑", "q_other": "2. 形象气质好,有强烈的责任心"}),
    ("authority", "客服专员(铭万)", "客户服务部经理(铭万)", (), "监督跟进网站订单的制作进程,保证网站的正常进度",
     "基础服务内容的开通", {"headcount": 3, "authority": "1 审核服务工作量与客户签订合同的异同;"}),
)  # fmt: skip


@pytest.mark.req("ORG-08")
def test_the_archivists_clauses_1_to_17_each_have_a_duty_or_are_standing(cast: Cast) -> None:
    position = cast.position("archivist")
    rows = [
        row
        for row in duties.clause_coverage(cast.actor("liuqiang"), position)
        if row.clause.code.startswith("w")
    ]
    assert [row.clause.number for row in rows] == [f"{number}." for number in range(1, 18)]
    assert all(row.state in {"linked", "standing"} for row in rows)
    shown = text_of(browser("liuqiang"), f"/positions/{position.pk}/")
    plain = re.sub(r'<span class="time-word">(.*?)</span>', r"\1", shown)
    for row in rows:
        assert row.clause.text in plain
        for beside in row.duties:
            assert str(beside.duty) in shown
    assert "常设标准" in shown
    for beside in {beside.duty.pk: beside for row in rows for beside in row.duties}.values():
        spec = beside.duty.current.evidence if beside.duty.current else {}
        assert (
            not spec.get("report") or str(spec["report"]) not in shown
        )  # shown by its name, not by its code
    assert "每一条都有职责来落实" in text_of(browser("liuqiang"), f"/positions/{position.pk}/?show=open")
    assert '<span class="time-word">每月26日</span>' in shown


@pytest.mark.req("ORG-08")
def test_a_clause_without_a_link_is_listed(cast: Cast) -> None:
    position = cast.position("archivist")
    lost = Clause.objects.get(position=position, code="w9")
    DutyClause.objects.filter(clause=lost).delete()
    shown = text_of(browser("liuqiang"), f"/positions/{position.pk}/?show=open")
    assert f'id="clause-{lost.pk}"' in shown and shown.count('class="clause clause-') == 1
    assert f'id="clause-{lost.pk}"' not in text_of(
        browser("liuqiang"), f"/positions/{position.pk}/?show=linked"
    )


@pytest.mark.req("ORG-08", "DUT-15")
def test_the_months_figures_of_a_clause_lead_to_the_obligations_they_count(cast: Cast) -> None:
    position = cast.position("archivist")
    build.appoint(build.person(), position)
    owed.schedule(actor=access.system(duty_caps.SCHEDULE))
    rows = {
        beside.duty.pk: beside
        for row in duties.clause_coverage(cast.actor("liuqiang"), position)
        for beside in row.duties
    }
    some = next(beside for beside in rows.values() if beside.month.owed)
    client = browser("liuqiang")
    shown = text_of(client, f"/positions/{position.pk}/").replace("&amp;", "&")
    address = next(
        found
        for found in re.findall(r'href="(/obligations/\?[^"]+)"', shown)
        if f"duty={some.duty.pk}" in found
    )
    listed = text_of(client, address)
    assert len(set(re.findall(r'href="/obligations/(\d+)/"', listed))) == some.month.owed


@pytest.mark.req("DUT-15")
def test_the_months_tiles_are_the_line_of_the_board_and_open_what_they_count(cast: Cast) -> None:
    """Also what the position owes beside its duties counts: work orders, tasks."""
    position = cast.position("archivist")
    owe(position, "台账盘点")
    owe(position, "资料移交")
    excused = owe(position, "清点钥匙")
    owed.excuse(actor=cast.actor("liuqiang"), obligation=excused, reason="停电")
    span = Span(cast.centre, *board.preset("this_month", clock.today(cast.centre.timezone)))
    lines = board.board(cast.actor("liuqiang"), span, "position").lines
    (line,) = [line for line in lines if line.key == position.pk]
    client = browser("liuqiang")
    shown = text_of(client, f"/positions/{position.pk}/").replace("&amp;", "&")
    tile = re.search(r'<a href="([^"]+)">应做</a></span>\s*<span class="tile-value num">(\d+)', shown)
    assert tile is not None
    assert int(tile[2]) == line.total.owed == 2
    listed = text_of(client, tile[1])
    assert len(set(re.findall(r'href="/obligations/(\d+)/"', listed))) == 2
    assert "清点钥匙" not in listed


@pytest.mark.req("ORG-31", "DUT-15")
def test_where_one_may_not_see_what_is_owed_the_page_says_so_instead_of_zero(cast: Cast) -> None:
    position = cast.position("archivist")
    owe(position, "台账盘点")
    desk = cast.position("receptionist")
    assert board.month_of_position(cast.actor("limin"), position) is None
    shown = text_of(browser("limin"), f"/positions/{position.pk}/")
    tiles = shown.partition('<div class="tiles">')[2].partition('class="split"')[0]
    assert "无权查看" in tiles
    assert "应做" not in tiles
    # Where one could see it and nothing is owed, nought is the truth.
    assert board.month_of_position(cast.actor("limin"), desk) == coverage.NOTHING


def owe(position: Position, title: str) -> Obligation:
    """Something due this month, whatever day it is, that no duty asks for."""
    last = month_bounds(clock.now(), position.unit.timezone)[1] - timedelta(seconds=1)
    return owed.open_obligation(
        actor=access.system(duty_caps.SCHEDULE), unit=position.unit, title=Text(title, title), position=position,
        target={"kind": "moment", "at": last.isoformat()},
    )  # fmt: skip


def post(name: str, cast: Cast) -> Position:
    """The position of that name, made when there is none yet."""
    found = Position.objects.filter(unit=cast.centre, name=name).first()
    return found or Position.objects.create(unit=cast.centre, name=name, code=f"p{Position.objects.count()}")


@pytest.mark.req("ORG-05")
@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet[1])
def test_each_of_the_nine_sheets_is_entered_without_losing_a_field_and_prints_in_its_own_layout(
    cast: Cast, sheet: tuple[Any, ...]
) -> None:
    layout, name, superior, below, purpose, duty, fields = sheet
    client = browser("liuqiang")
    head = {
        "name": name, "code": "seed-003", "headcount": 1, "reports_to": post(superior, cast).pk, "purpose": purpose,
        "layout": layout,
    }  # fmt: skip
    send(client, f"/units/{cast.centre.pk}/positions/new/", {**head, **fields})
    position = Position.objects.get(code="seed-003")
    for other in below:
        Position.objects.filter(pk=post(other, cast).pk).update(reports_to=position)
    clause = {"section": CLAUSES_UNDER[layout], "number": "1、", "text": duty}
    send(client, f"/positions/{position.pk}/clauses/new/", clause)
    control = {
        "effective_from": "2004-06-30", "written_on": "2004-06-01", "prepared_by": "客户服务部", "reviewer": "审核甲",
        "approver": "批准乙",
    }  # fmt: skip
    send(client, f"/positions/{position.pk}/issue/", control)
    paper = text_of(client, f"/positions/{position.pk}/sheet/?on=2004-07-01")
    labels = [label for label in re.findall(r"<th scope=[^>]*>([^<]*)</th>", paper) if label]
    wanted = LAYOUTS[layout]
    assert labels[: len(wanted)] == list(wanted)
    lines = [line for value in fields.values() for line in str(value).splitlines()]
    for piece in (name, superior, *below, purpose, "1、", duty, *control.values(), *lines):
        assert str(escape(piece)) in paper, piece


@pytest.mark.req("ORG-06", "ORG-10")
def test_requirements_ratings_and_rights_are_kept_as_data_and_never_as_figures(cast: Cast) -> None:
    client, position = browser("liuqiang"), cast.position("archivist")
    send(
        client,
        f"/positions/{position.pk}/edit/",
        {
            "name": position.name, "code": position.code, "headcount": 1, "layout": "authority", "q_age": "25 岁以上",
            "q_education": "本科", "q_experience": "两年以上", "q_software": "Word", "q_leadership": "must", "q_physical": "none",
            "authority": "1)对部门员工2天以下的请休假有审批权;\n4)对流程的制定和修改有建议/决策权;\n【审查】5)相关文件及工作流程;",
        },
    )  # fmt: skip
    position.refresh_from_db()
    assert position.sheet["requirements"] == {
        "age": "25 岁以上", "education": "本科", "software": "Word", "experience": "两年以上",
        "abilities": {"leadership": "must", "physical": "none"},
    }  # fmt: skip
    assert [(row["text"][:2], row["kinds"]) for row in position.sheet["authority"]] == [
        ("1)", ["approve"]), ("4)", ["decide", "suggest"]), ("5)", ["examine"]),
    ]  # fmt: skip
    paper = text_of(client, f"/positions/{position.pk}/sheet/")
    for boxes in ("■极需要 □需要 □不需要", "□极需要 □需要 ■不需要", "□极需要 □需要 □不需要"):
        assert boxes in paper
    shown = text_of(client, f"/positions/{position.pk}/")
    for piece in ("25 岁以上", "两年以上", "领导力", "极需要", "审批", "审查"):
        assert piece in shown, piece
    form = text_of(client, f"/positions/{position.pk}/edit/")
    assert "【审查】5)相关文件及工作流程;" in form and "1)对部门员工2天以下" in form
    # Nothing but the sheet itself reads them: no figure of pay or appraisal can.
    zhize = Path(packages.__file__).parent
    readers = {
        path.relative_to(zhize).parts[:2]
        for path in zhize.rglob("*.py")
        if "organisation import requirements" in path.read_text("utf-8")
        or '"requirements")' in path.read_text("utf-8")
    }
    assert readers == {("domains", "organisation"), ("desk", "admin")}


@pytest.mark.req("ORG-05", "ORG-06")
def test_the_packs_fill_in_the_sheets_of_the_seeds(cast: Cast) -> None:
    for name in ("website-production", "dealer-customer-relations"):
        packs.apply(root=loader.find(name), actor=access.system("packs.apply"), unit=cast.centre)
    manager = cast.position("web_manager")
    assert manager.sheet["requirements"]["age"] == "25 岁以上"
    paper = text_of(browser("liuqiang"), f"/positions/{manager.pk}/sheet/")
    order = [
        *(
            "职位权限",
            "1) 对部门员工2天以下的请休假有审批权;",
            "主要工作职责及工作流程",
            "每月提交绩效考核表单;",
        ),
        *(
            "关键考核指标（KPI）",
            "3. 客户投诉的解决情况",
            "所受监督",
            "合作关系",
            "应具备之基本资格及条件",
            "25 岁以上",
        ),
    ]
    assert [paper.index(piece) for piece in order] == sorted(paper.index(piece) for piece in order)
    assert paper.count("25 岁以上") == 1
    supervisor = cast.position("cr_supervisor")
    paper = text_of(browser("liuqiang"), f"/positions/{supervisor.pk}/sheet/")
    for piece in ("舒适。", "3年以上市场管理或客户服务经验。", "积极热情,责任心强;", "办公室。"):
        assert paper.count(piece) == 1, piece


@pytest.mark.req("ORG-05")
def test_what_a_layout_has_no_place_for_is_printed_at_its_end(cast: Cast) -> None:
    client, position = browser("liuqiang"), cast.position("archivist")
    everything = {key: f"{key}的内容" for key in sheets.KEYS if key != "layout"}
    for layout in sheets.LAYOUTS:
        send(
            client,
            f"/positions/{position.pk}/edit/",
            {"name": position.name, "code": position.code, "headcount": 1, **everything, "layout": layout},
        )
        paper = text_of(client, f"/positions/{position.pk}/sheet/")
        assert [piece for piece in everything.values() if paper.count(piece) != 1] == []


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


@pytest.mark.req("ORG-15")
def test_two_versions_are_compared_clause_by_clause(cast: Cast) -> None:
    client, position, boss = browser("liuqiang"), cast.position("archivist"), cast.actor("liuqiang")
    for day in ("2004-06-01", "2010-01-01"):
        send(client, f"/positions/{position.pk}/issue/", {"effective_from": day, "signed_off_by": "总经理"})
        if day.startswith("2004"):
            row = Clause.objects.get(position=position, code="w12")
            old = row.text
            services.change_clause(actor=boss, clause=row, text=f"{old}并于每月10日前公布")
            services.change_clause(
                actor=boss, clause=Clause.objects.get(position=position, code="w3"), active=False
            )
            services.add_clause(
                actor=boss, position=position, section=row.section, number="18.", text="新增的一条"
            )
            services.update_position(actor=boss, position=position, grade="七职等")
    versions = {version.number: version.content for version in position.versions.all()}
    found = comparing.compare(versions[1], versions[2], "、")
    assert {kind: count for kind, count in found.counts.items() if kind != "same"} == {
        "added": 1, "changed": 1, "removed": 1,
    }  # fmt: skip
    assert [str(field.label) for field in found.fields] == ["职等职级"]
    shown = text_of(client, f"/positions/{position.pk}/compare/?from=1&to=2")
    assert '<ins class="text-new">并于每月10日前公布</ins>' in shown and "新增的一条" in shown
    assert '<ins class="text-new">七职等</ins>' in shown
    # Nothing since the second: what it changed is what changed last.
    assert '<ins class="text-new">七职等</ins>' in text_of(client, f"/positions/{position.pk}/compare/")
    services.update_position(actor=boss, position=position, grade="八职等")
    assert '<ins class="text-new">八</ins>' in text_of(client, f"/positions/{position.pk}/compare/")
    assert client.get(f"/positions/{position.pk}/compare/?from=9").status_code == 404


def test_a_sheet_names_the_linked_position_and_never_a_namesake(cast: Cast) -> None:
    position = cast.position("archivist")
    above = position.reports_to
    assert above is not None
    Position.objects.filter(pk=position.pk).update(name="资料员", name_en="Archivist")
    Position.objects.filter(pk=above.pk).update(name="资料主管", name_en="Head of files")
    for code, name, name_en in (("old_a", "资料员", "Closed clerk"), ("old_b", "资料主管", "Closed head")):
        Position.objects.create(
            unit=position.unit, code=code, name=name, name_en=name_en, active=False, reports_to=above
        )
    elsewhere = Unit.objects.create(name="别处", code="elsewhere", kind=position.unit.kind)
    Position.objects.create(unit=elsewhere, code="other", name="抄写员", name_en="Unseen scribe")
    position = Position.objects.get(pk=position.pk)
    content = {**services.content(position), "indirect": ["抄写员"]}
    with translation.override("en"):
        read = positions.as_read(position, content)
        of_above = positions.as_read(position.reports_to, services.content(position.reports_to))
    assert (read["name"], read["reports_to"], read["indirect"]) == ("Archivist", "Head of files", ["抄写员"])
    assert "Archivist" in of_above["direct"]
    assert of_above["name"] == "Head of files"


@pytest.mark.req("ORG-05", "ORG-15")
def test_the_sheet_is_printed_as_pdf_as_it_stands_and_of_a_past_day(cast: Cast) -> None:
    client, position = browser("liuqiang"), cast.position("archivist")
    send(client, f"/positions/{position.pk}/issue/", {"effective_from": "2004-06-01"})
    for query in ("", "?on=2004-06-01"):
        answer = client.get(f"/positions/{position.pk}/sheet.pdf{query}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF")
    assert client.get(f"/positions/{position.pk}/sheet.pdf?on=2004-05-31").status_code == 404


@pytest.mark.req("ORG-07")
def test_the_lead_sees_receptionist_duties_when_no_receptionist_is_on_shift(cast: Cast) -> None:
    lead, desk = cast.position("frontdesk_lead"), cast.position("receptionist")
    assert desk in lead.includes.all()
    from datetime import timedelta

    from zhize.domains.duties import capabilities as caps
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

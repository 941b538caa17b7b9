"""Issuing, receiving, approving, filing and returning reports; who may see which."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from tests.domains.cases.kit import browser
from tests.domains.cases.test_complaint_path import take_in
from tests.domains.reports.test_stocktake import at, sheet, taken
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, Obligation
from zhize.domains.reports import building, periods, selectors, services
from zhize.domains.reports import capabilities as caps
from zhize.domains.reports.models import Report
from zhize.domains.reports.services import issuing
from zhize.kernel import access, files, flow, history, packs
from zhize.kernel.db import Invalid, NotFound, Refused
from zhize.kernel.org.models import Appointment, Person
from zhize.lib.text import Text

FRIDAY = 6
REQUIRED = {
    "friday_summary": ("causes", "prevention"),
    "monthly_situation": ("analysis",),
    "owners_opinions": ("proposal",),
}
MAKERS = {"friday_summary": "zhoutao", "daily_stocktake": "zhoutao", "monthly_situation": "sunli", "monthly_package": "wangfang",
          "causes_and_measures": "wangfang"}  # fmt: skip


def drawn(cast: Cast, code: str, day: date) -> Report:
    actor = cast.actor(MAKERS[code])
    row = services.open_draft(actor=actor, code=code, unit=cast.centre, day=day)
    for key in REQUIRED.get(code, ()):
        services.write_text(actor=actor, report=row, key=key, text="已分析")
    return row


def issued(cast: Cast, code: str, day: date) -> Report:
    return services.issue(actor=cast.actor(MAKERS[code]), report=drawn(cast, code, day))


@pytest.fixture
def filer(cast: Cast) -> Person:
    """柳云, quality officer."""
    person = Person.objects.create(name="柳云", employee_no="A20", email="liuyun@wy.example")
    Appointment.objects.create(
        person=person, position=cast.position("quality_officer"), from_on=date(2024, 1, 1)
    )
    cast.people["liuyun"] = person
    return person


@pytest.mark.req("REP-03")
def test_the_friday_summary_covers_saturday_to_friday_by_class(month: Cast) -> None:
    with time_machine.travel(at(1) - timedelta(days=1), tick=False):  # Saturday 28 February
        take_in(month, title="周六的投诉", subtype="noise", room="B101")
    taken(month, 7, subtype="lift_fault", room="D101")
    with time_machine.travel(at(FRIDAY, 17), tick=False):
        row = drawn(month, "friday_summary", date(2026, 3, FRIDAY))
        content = selectors.content(row)
    assert (row.first_day, row.last_day) == (date(2026, 2, 28), date(2026, 3, 6))
    by_class = next(one for one in content["blocks"] if one["title"] == "分类汇总")
    counts = {line[0]["text"]: line[1]["text"] for line in by_class["rows"]}
    # Friday 27 February and Saturday 7 March are outside, Saturday 28 February is inside.
    assert sum(int(value.split()[0]) for value in counts.values()) == 4
    assert {name: value.split()[0] for name, value in counts.items() if "噪音" in name} == {"噪音扰民": "1"}


def test_a_required_text_must_be_written_and_only_the_maker_issues(month: Cast) -> None:
    with time_machine.travel(at(FRIDAY, 17), tick=False):
        lead = month.actor("zhoutao")
        row = services.open_draft(actor=lead, code="friday_summary", unit=month.centre, day=date(2026, 3, 6))
        with pytest.raises(flow.NotNow):
            services.issue(actor=lead, report=row)
        for key in REQUIRED["friday_summary"]:
            services.write_text(actor=lead, report=row, key=key, text="导轮磨损")
        with pytest.raises(flow.NotNow):
            services.issue(actor=month.actor("sunli"), report=row)
        with pytest.raises(Refused):
            services.issue(actor=month.actor("limin"), report=row)
        row.refresh_from_db()
        assert row.state == "draft"
        services.issue(actor=lead, report=row)
    assert row.state == "issued"


@pytest.mark.parametrize(
    ("code", "day", "early", "then"),
    [
        ("monthly_situation", date(2026, 3, 9), at(9), at(31, 17)),  # due on 5 April
        ("monthly_package", date(2026, 3, 9), at(29, 17), at(30, 17)),  # due on the 30th
        ("friday_summary", date(2026, 3, 6), at(5, 17), at(6, 17)),
    ],
)
@pytest.mark.req("REP-04")
def test_a_period_that_goes_on_is_not_signed_for_unless_its_report_is_due(
    month: Cast, code: str, day: date, early: datetime, then: datetime
) -> None:
    with time_machine.travel(early, tick=False):
        row = drawn(month, code, day)
        with pytest.raises(flow.NotNow, match="还没有结束"):
            services.issue(actor=month.actor(MAKERS[code]), report=row)
        (offer,) = [one for one in flow.offers(row, month.actor(MAKERS[code])) if one.verb == "issue"]
        assert f"{then:%Y-%m-%d}起可以签发" in str(offer.reason)
    with time_machine.travel(then, tick=False):
        assert services.issue(actor=month.actor(MAKERS[code]), report=row).state == "issued"


@pytest.mark.parametrize(
    ("code", "slot", "due", "first"),
    [
        ("monthly_situation", at(5, 0), at(5, 18), date(2026, 2, 1)),
        ("monthly_situation", at(5, 0), at(3, 18), date(2026, 2, 1)),
        ("monthly_analysis", at(31, 0), at(30, 18), date(2026, 3, 1)),
        ("friday_summary", at(6, 0), at(6, 18), date(2026, 2, 28)),
        ("friday_summary", at(6, 0), at(11, 18), date(2026, 2, 28)),  # moved by a holiday
        ("daily_stocktake", at(6, 0), at(6, 18), date(2026, 3, 6)),
    ],
)
def test_what_is_owed_is_about_the_period_of_its_slot(
    month: Cast, code: str, slot: datetime, due: datetime, first: date
) -> None:
    owed = Obligation(evidence_spec={"report": code}, unit=month.centre, slot=slot, due_at=due)
    assert selectors.span_owed(owed)[0].first == first


@pytest.mark.req("REP-02")
def test_an_issued_report_is_frozen_signed_and_filed_with_its_pdf(month: Cast) -> None:
    with time_machine.travel(at(2, 18), tick=False):
        row = issued(month, "daily_stocktake", date(2026, 3, 2))
        before = selectors.content(row)["blocks"][0]["totals"]
    taken(month, 2, subtype="lift_fault", room="B101", accepted_at=at(2, 12))
    row = Report.objects.get(pk=row.pk)
    assert selectors.content(row)["blocks"][0]["totals"] == before
    assert row.digest == issuing.seal(row, row.content)
    kept = {one.kind: one for one in files.for_subject(row)}
    assert files.content(kept["issued.pdf"].blob)[:5] == b"%PDF-"
    assert set(kept) == {"issued.pdf", "issued.xlsx"}
    assert row.issued_by == month.people["zhoutao"]
    with pytest.raises(flow.NotNow):
        services.write_text(actor=month.actor("zhoutao"), report=row, key="remarks", text="改")
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=row.pk).update(digest="0" * 64)


def test_issuing_meets_the_duty_that_names_the_report_and_acceptance_ends_it(month: Cast) -> None:
    with time_machine.travel(at(2, 9), tick=False) as now:
        duty = Duty.objects.select_related("current").get(code="daily_stocktake")
        owed = duties.open_obligation(
            actor=access.system("duties.trigger"), unit=month.centre, title=Text("日盘点表", "Stocktake"),
            holder=month.people["zhoutao"], position=month.position("frontdesk_lead"), duty_version=duty.current, evidence=duty.current.evidence, acceptor_position=month.position("service_supervisor"),
            target={"kind": "elapsed", "minutes": 9 * 60}, kind="recurring",
        )  # fmt: skip
        now.shift(timedelta(hours=8))
        row = issued(month, "daily_stocktake", date(2026, 3, 2))
        owed.refresh_from_db()
        assert (owed.state, owed.late) == ("submitted", False)
        assert owed.evidence.get().row_id == row.pk
        services.accept(actor=month.actor("wangfang"), report=row)
        owed.refresh_from_db()
    assert (row.state, owed.state) == ("accepted", "done")


@pytest.mark.req("REP-04")
def test_the_march_report_is_published_to_readers_with_counts_rate_and_supervision(month: Cast) -> None:
    with time_machine.travel(at(31, 20), tick=False):
        row = drawn(month, "monthly_situation", date(2026, 3, 9))
        with pytest.raises(NotFound):
            selectors.report(month.actor("chenjing"), row.pk)
        services.issue(actor=month.actor("sunli"), report=row)
        reader = month.actor("chenjing")
        content = selectors.content(selectors.report(reader, row.pk))
    labels = [one["label"] for one in content["blocks"][0]["items"]]
    assert {"新增", "消项", "未结", "及时率"} <= set(labels)
    assert content["blocks"][0]["items"][0]["value"].startswith("3")
    assert any(one["title"] == "督查处理情况" and "催办督办" in one["note"] for one in content["blocks"])
    with pytest.raises(NotFound):
        selectors.report(month.actor("qianjin"), row.pk)


@pytest.mark.req("REP-05")
def test_the_monthly_analysis_breaks_down_by_type_area_cause_and_rate(month: Cast) -> None:
    with time_machine.travel(at(31, 20), tick=False):
        content = sheet(month, "monthly_analysis", date(2026, 3, 31))
    titles = {one["title"]: one for one in content["blocks"]}
    assert {"按类型", "按区域", "按原因"} <= set(titles)
    assert "及时率" in [column["label"] for column in titles["按区域"]["columns"]]
    assert {row[0]["text"] for row in titles["按区域"]["rows"]} == {"A苑", "C苑"}


@pytest.mark.req("REP-09")
def test_the_package_exists_on_the_30th_is_approved_by_the_manager_and_filed_by_quality(
    month: Cast, filer: Person
) -> None:
    with time_machine.travel(at(30, 17), tick=False) as now:
        services.open_due(actor=access.system(caps.CLERK))
        row = Report.objects.get(code="monthly_package", first_day=date(2026, 3, 1))
        assert row.state == "draft"
        services.issue(actor=month.actor("wangfang"), report=row)
        now.shift(timedelta(hours=1))
        with pytest.raises(flow.NotNow):
            services.file(actor=month.actor("liuyun"), report=row)
        with pytest.raises(Refused):
            services.approve(actor=month.actor("wangfang"), report=row)
        services.approve(actor=month.actor("liuqiang"), report=row)
        assert row.state == "approved"
        services.file(actor=month.actor("liuyun"), report=row)
        services.open_due(actor=access.system(caps.CLERK))
    assert row.state == "filed"
    assert Report.objects.filter(code="monthly_package").count() == 1
    contents = next(one for one in row.content["zh-hans"]["blocks"] if one["title"] == "资料目录")
    assert any(
        line[0]["text"].startswith("顾客投诉") and line[2]["text"].startswith("4")
        for line in contents["rows"]
    )


@pytest.mark.req("REP-10")
def test_statistics_of_a_period_come_out_the_same_later(month: Cast) -> None:
    with time_machine.travel(at(5), tick=False):
        first = sheet(month, "complaint_statistics", date(2026, 3, 1))["blocks"][0]
    taken(month, 20, room="B101", accepted_at=at(20, 9))
    with time_machine.travel(at(25), tick=False):
        span = periods.Span("month", date(2026, 3, 1), date(2026, 3, 5))
        again = building.build(
            building.Making(packs.live("reports", "complaint_statistics"), month.centre, span)
        )["blocks"][0]
    assert [row[-1]["text"] for row in again["rows"]] == [row[-1]["text"] for row in first["rows"]]


@pytest.mark.req("REP-11")
def test_an_investigation_report_unread_for_three_days_is_shown(month: Cast) -> None:
    engineering = month.position("engineering_head").unit
    case = Case.objects.filter(nature="complaint").first()
    said = {"facts": "导轮磨损", "cause_class": "设备", "responsible_unit": "工程部", "measures": "更换"}
    with time_machine.travel(at(10), tick=False) as now:
        paper = cases.write_paper(
            actor=month.actor("sunli"), case=case, kind="investigation", content=said, receivers=[engineering]
        )
        cases.submit_paper(actor=month.actor("sunli"), paper=paper)
        cases.issue_paper(actor=month.actor("wangfang"), paper=paper)
        now.shift(timedelta(days=2))
        assert selectors.unread_papers(month.actor("wangfang"), month.centre) == []
        now.shift(timedelta(days=1, minutes=1))
        assert [row.paper for row in selectors.unread_papers(month.actor("wangfang"), month.centre)] == [
            paper
        ]
        cases.read_paper(actor=month.actor("hewei"), paper=paper)
        row = paper.receivers.get()
        assert (row.read_by, row.read_at) == (month.people["hewei"], at(13) + timedelta(minutes=1))
        assert selectors.unread_papers(month.actor("wangfang"), month.centre) == []


@pytest.mark.req("REP-46")
def test_causes_have_a_share_a_measure_and_the_managers_decision(month: Cast) -> None:
    with time_machine.travel(at(31, 20), tick=False):
        row = drawn(month, "causes_and_measures", date(2026, 3, 31))
        block = next(one for one in selectors.content(row)["blocks"] if one["kind"] == "causes")
        assert [line["cells"][2]["text"] for line in block["rows"]] == ["100.0%"]
        key = block["rows"][0]["key"]
        services.write_cause(actor=month.actor("wangfang"), report=row, cause=key, measure="每月检修")
        services.issue(actor=month.actor("wangfang"), report=row)
        with pytest.raises(Refused):
            services.decide_cause(actor=month.actor("wangfang"), report=row, cause=key, decision="同意")
        services.decide_cause(actor=month.actor("liuqiang"), report=row, cause=key, decision="同意，四月完成")
        services.approve(actor=month.actor("liuqiang"), report=row)
        block = next(one for one in selectors.content(row)["blocks"] if one["kind"] == "causes")
    assert (block["rows"][0]["measure"], block["rows"][0]["decision"]) == ("每月检修", "同意，四月完成")
    assert row.digest == issuing.seal(Report.objects.get(pk=row.pk), Report.objects.get(pk=row.pk).content)


def test_a_returned_report_stays_as_it_was_and_comes_again_as_a_new_edition(month: Cast) -> None:
    with time_machine.travel(at(FRIDAY, 17), tick=False):
        row = issued(month, "friday_summary", date(2026, 3, 6))
        with pytest.raises(Invalid):
            services.give_back(actor=month.actor("wangfang"), report=row, note="")
        again = services.give_back(actor=month.actor("wangfang"), report=row, note="原因写细一些")
        assert (again.edition, again.state, again.texts) == (2, "draft", row.texts)
        services.issue(actor=month.actor("zhoutao"), report=again)
    row.refresh_from_db()
    assert (row.state, row.remark) == ("returned", "原因写细一些")
    assert again.digest != row.digest


@pytest.mark.req("CAS-30")
def test_the_same_class_within_30_days_of_a_friday_summary_is_flagged(month: Cast) -> None:
    with time_machine.travel(at(FRIDAY, 17), tick=False):
        issued(month, "friday_summary", date(2026, 3, 6))
    again = taken(month, 20, subtype="leak_upstairs", room="D201")
    other = taken(month, 20, subtype="parking_occupied", room="D201")
    with time_machine.travel(at(FRIDAY, 18) + timedelta(days=31), tick=False):
        from tests.domains.cases.test_complaint_path import take_in

        late = take_in(month, subtype="leak_upstairs", room="B201")
    for case in (again, other, late):
        case.refresh_from_db()
    assert [case.repeats_class for case in (again, other, late)] == [True, False, False]
    assert "case.class_repeated" in [entry.verb for entry in history.timeline(again)]
    page = browser(month, "zhoutao")
    assert "同类重复" in page.get(f"/cases/{again.number}/").content.decode()
    assert "同类重复" not in page.get(f"/cases/{other.number}/").content.decode()
    listed = {row.pk for row in page.get("/cases/?repeat=true").context["page"].found}
    assert again.pk in listed and other.pk not in listed

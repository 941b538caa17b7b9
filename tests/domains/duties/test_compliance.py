"""The compliance overview, my reports, the measures and the API say the same numbers as the records."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.domains.duties.cast import MARCH, MONDAY_9, Centre, owe, span
from tests.domains.duties.test_api import client as api_client
from tests.domains.duties.test_board import workbook
from tests.domains.duties.test_in_place import SYSTEM, daily
from tests.domains.duties.test_pages import browser
from tests.kernel.calendars import build
from zhize.domains.duties import selectors
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Evidence, Obligation
from zhize.domains.duties.selectors import board as boards
from zhize.domains.duties.selectors import coverage
from zhize.domains.duties.web import compliance
from zhize.kernel import history, measures
from zhize.kernel.measures import MeasureScope
from zhize.kernel.org.models import Person
from zhize.lib import clock


@pytest.mark.req("REP-48")
class TestCompliance:
    @pytest.mark.parametrize("by", ["role", "position", "person", "duty", "unit"])
    def test_the_export_equals_the_sum_of_the_records(self, centre: Centre, month: Any, by: str) -> None:
        client = browser(centre, "王芳")
        sheets = workbook(client.get(f"/compliance/xlsx/?period=this_month&by={by}"))
        head, *lines, total = sheets["总表"]
        records = sheets["明细"]
        facts = Counter(row[records[0].index("结果")] for row in records[1:])
        counted = Obligation.objects.exclude(state="cancelled")
        assert len(records) - 1 == counted.count() == 6
        for name in ("按时", "迟办", "漏办", "超时未办", "未到期", "免办"):
            column = head.index(name)
            assert sum(line[column] for line in lines) == total[column] == facts[name] == 1, name
        owed, delivered, proofs = (head.index(name) for name in ("应做", "已交付", "凭证"))
        assert sum(line[owed] for line in lines) == total[owed] == 5
        assert total[delivered] == 2
        assert sum(line[proofs] for line in lines) == total[proofs] == Evidence.objects.count() == 2
        assert sum(row[records[0].index("凭证")] for row in records[1:]) == 2
        # Moments as they stand on the screen, not in UTC.
        shanghai = clock.zone("Asia/Shanghai")
        due = {row.due_at.astimezone(shanghai).replace(tzinfo=None, microsecond=0) for row in counted}
        assert {row[records[0].index("到期")] for row in records[1:]} == due

    @pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "＝"])
    def test_no_name_title_or_reason_becomes_a_formula(self, centre: Centre, now: Any, sign: str) -> None:
        hostile = f"{sign}HYPERLINK(1)"
        row = owe(centre, "李敏", "receptionist", 2, hostile)
        Person.objects.filter(pk=centre.people["李敏"].pk).update(name=hostile)
        duties.excuse(actor=centre.actor("王芳"), obligation=row, reason=hostile)
        answer = browser(centre, "王芳").get("/compliance/xlsx/?period=this_month&by=person")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        held = [c for page in book for line in page.iter_rows() for c in line if "HYPERLINK" in str(c.value)]
        assert len(held) >= 3
        assert {cell.data_type for cell in held} == {"s"}
        assert all(cell.quotePrefix for cell in held if str(cell.value).strip().startswith(sign.strip()))

    @pytest.mark.req("DUT-15")
    def test_each_record_says_why_and_who_said_so(self, centre: Centre, month: Any) -> None:
        duties.explain_failure(actor=centre.actor("陈静"), obligation=month["overdue"], reason="客户出差")
        client = browser(centre, "王芳")

        def details(page: str) -> list[list[Any]]:
            return workbook(client.get(f"/{page}/xlsx/?period=this_month"))["明细"]

        assert details("compliance") == details("coverage")
        with CaptureQueriesContext(connection) as few:
            head, *records = details("compliance")
        by_name = {row[0]: dict(zip(head, row, strict=True)) for row in records}
        said = {name: (row["原因"], row["原因填报人"]) for name, row in by_name.items()}
        assert said["回访"] == ("说明：客户出差", "陈静")
        assert said["走访"] == ("免办原因：停电", "王芳")
        assert said["答复"] == ("办理说明：late好了", "李敏")
        assert said["登记"] == said["月报"] == ("", "")
        for name in ("一", "二", "三"):
            row = owe(centre, "陈静", "ambassador", -1, name)
            duties.explain_failure(actor=centre.actor("陈静"), obligation=row, reason="忙")
        with CaptureQueriesContext(connection) as many:
            assert len(details("compliance")) == len(records) + 4
        assert len(many) == len(few)

    def test_it_is_logged_and_only_of_what_one_may_see(self, centre: Centre, month: Any) -> None:
        client = browser(centre, "孙丽")
        sheets = workbook(client.get("/compliance/xlsx/?period=this_month"))
        assert [row[0] for row in sheets["明细"][1:]] == ["巡查"]
        (entry,) = history.timeline(centre.people["孙丽"].user).filter(verb="list.exported")
        assert entry.data["rows"] == 1
        assert client.get(f"/compliance/xlsx/?unit={build.unit().pk}").status_code == 404
        assert Client().get("/compliance/xlsx/").status_code == 302

    def test_every_figure_opens_its_rows(self, centre: Centre, month: Any) -> None:
        import re
        from html import unescape

        client = browser(centre, "王芳")
        page = client.get("/compliance/?period=this_month&by=person").content.decode()
        figures = re.findall(r'<td class="num col-number"><a href="([^"]+)"[^>]*>(\d+)</a>', page)
        assert len(figures) > 10
        for url, number in figures:
            listed = client.get(unescape(url).replace("?", "?size=200&")).content.decode()
            assert len(re.findall(r'<tr class="[^"]*" data-row=', listed)) == int(number), url

    def test_on_paper(self, centre: Centre, month: Any) -> None:
        answer = browser(centre, "王芳").get("/compliance/pdf/?period=this_month&by=position")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        (entry,) = history.timeline(centre.people["王芳"].user).filter(verb="list.exported")
        assert (entry.data["kind"], entry.data["query"]) == ("pdf", "period=this_month&by=position")

    def test_what_is_not_listed_is_still_in_the_sum(
        self, centre: Centre, month: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(boards, "MOST_ROWS", 2)
        found = boards.overview(centre.actor("王芳"), span(centre), "person")
        assert (len(found.lines), found.others, found.total.all) == (2, 2, 6)
        sheets = workbook(browser(centre, "王芳").get("/compliance/xlsx/?period=this_month&by=person"))
        _head, *lines, total = sheets["总表"]
        assert lines[-1][0] == "其余 2 行"
        assert [sum(line[at] for line in lines) for at in range(2, 11)] == total[2:11]

    def test_the_number_of_queries_is_fixed(self, centre: Centre, now: Any) -> None:
        def counted() -> int:
            with CaptureQueriesContext(connection) as caught:
                boards.overview(centre.actor("王芳"), span(centre), "duty")
            return len(caught)

        owe(centre, "李敏", "receptionist", 1)
        few = counted()
        for number in range(40):
            owe(centre, "孙丽", "officer", number + 1)
        assert counted() == few


@pytest.mark.req("REP-47")
class TestMyReports:
    def test_due_sent_and_returned_with_whom_and_until_when(self, centre: Centre, now: Any) -> None:
        daily(
            centre, "register", {"every": "week", "due": "by", "weekdays": ["fri"]}, evidence={"kind": "note"}
        )
        daily(
            centre,
            "analysis",
            {"every": "month", "due": "period_end"},
            title={"zh": "月度投诉分析", "en": "Monthly analysis"},
            evidence={"kind": "form", "label": {"zh": "《投诉分析报告》", "en": "Complaint analysis"}},
            acceptor="supervisor",
            receivers=["manager"],
        )
        duties.schedule(actor=SYSTEM, ahead_days=10)
        row = Obligation.objects.get(evidence_spec__kind="form", slot__lt=MONDAY_9 + timedelta(days=31))
        client = browser(centre, "孙丽")

        def listed(chip: str) -> str:
            text = client.get(f"/my-reports/?chip={chip}").content.decode()
            return text[text.index('id="list"') :].partition("</section>")[0]

        due = listed("due")
        for said in ("月度投诉分析", "《投诉分析报告》", "3月31日"):
            assert said in due
        assert str(centre.positions["supervisor"]) in due
        assert str(centre.positions["manager"]) in due
        assert "答复register" not in due
        assert "月度投诉分析" not in listed("sent")
        assert "月度投诉分析" in listed("all") and "月度投诉分析" not in listed("later")
        Obligation.objects.filter(pk=row.pk).update(opened_at=clock.now() + timedelta(hours=1))
        assert "月度投诉分析" in listed("later") and "月度投诉分析" not in listed("due")
        Obligation.objects.filter(pk=row.pk).update(opened_at=row.opened_at)
        proof = duties.Proof("form", data={"count": 3})
        from zhize.domains.duties.services import finishing

        finishing.fulfil(actor=centre.actor("孙丽"), obligation=row, evidence=proof)
        assert "月度投诉分析" in listed("sent")
        duties.give_back(actor=centre.actor("王芳"), obligation=row, reason="缺附表")
        assert "月度投诉分析" in listed("returned")
        assert "月度投诉分析" not in listed("sent")
        assert "月度投诉分析" not in browser(centre, "李敏").get("/my-reports/?chip=all").content.decode()


@pytest.mark.req("DUT-15")
class TestMeasures:
    def test_the_measure_is_the_rate_of_the_board_in_every_dimension(
        self, centre: Centre, month: Any
    ) -> None:
        scope = MeasureScope.days(*MARCH, unit_ids=[centre.unit.pk])
        found = boards.board(centre.actor("王芳"), span(centre), "person")
        whole = measures.value("duty.coverage", scope)
        assert (whole.part, whole.whole) == (found.total.in_time, found.total.owed_so_far)
        assert measures.value("duty.owed", scope).value == found.total.owed
        for code in coverage.FACTS:
            assert measures.value(f"duty.{code}", scope).value == (code in month)
        for dimension, by in (
            ("holder", "person"),
            ("position", "position"),
            ("unit", "unit"),
            ("duty", "duty"),
        ):
            board = boards.board(centre.actor("王芳"), span(centre), by)
            groups = {
                one.keys[0]: one.result for one in measures.breakdown("duty.coverage", scope, [dimension])
            }
            for line in board.lines:
                if line.total.owed_so_far:
                    result = groups[line.key]
                    assert (result.part, result.whole) == (line.total.in_time, line.total.owed_so_far)
        days = measures.trend("duty.owed", scope, "day")
        assert [day.value for day in days] == [column.owed for column in found.totals]

    def test_the_figure_opens_its_rows(self, centre: Centre, month: Any) -> None:
        scope = MeasureScope.days(*MARCH, unit_ids=[centre.unit.pk])
        client = browser(centre, "王芳")
        missed = client.get(measures.value("duty.missed", scope).url()).content.decode()
        assert "巡查" in missed
        assert "登记" not in missed
        mine = measures.value("duty.owed", scope).url(holder=centre.people["李敏"].pk)
        text = client.get(mine).content.decode()
        assert "登记" in text
        assert "巡查" not in text

    def test_it_recomputes_later_the_same(self, centre: Centre, month: Any, now: Any) -> None:
        """What has ended keeps its fact: a month looked at in summer has the rate it had when it was over."""
        now.move_to(MONDAY_9 + timedelta(days=40))
        first = boards.board(centre.actor("王芳"), span(centre), "person").total
        now.move_to(MONDAY_9 + timedelta(days=140))
        assert boards.board(centre.actor("王芳"), span(centre), "person").total == first


class TestApi:
    def test_coverage_numbers(self, centre: Centre, month: Any) -> None:
        api = api_client(centre, "王芳")
        said = api.get("/coverage", by="person", first="2026-03-01", last="2026-03-31").json()
        assert said["total"] == {
            "owed": 5, "in_time": 1, "late": 1, "missed": 1, "overdue": 1, "excused": 1, "ahead": 1,
            "paused": 0, "rate": "25.0", "evidence": 2,
        }  # fmt: skip
        by_name = {row["label"]: row["numbers"] for row in said["rows"]}
        assert by_name["孙丽"]["missed"] == 1
        assert sum(row["numbers"]["owed"] for row in said["rows"]) == 5
        assert api.get("/coverage").json()["first"] == "2026-03-01"
        assert api.get("/coverage", by="moon").status_code == 422
        assert api.get("/coverage", first="2026-03-02", last="2026-03-01").status_code == 422
        assert api.get("/coverage", unit=build.unit().pk).status_code == 404
        assert api_client(centre, "孙丽").get("/coverage").json()["total"]["owed"] == 1

    def test_the_list_has_the_filters_of_the_screen(self, centre: Centre, month: Any) -> None:
        api = api_client(centre, "王芳")

        def names(**given: Any) -> set[str]:
            return {row["title"]["zh"] for row in api.get("/obligations", **given).json()["items"]}

        assert names(fact="missed,late") == {"巡查", "答复"}
        assert names(under=centre.unit.pk, due_after="2026-03-04", due_before="2026-03-05") == {"回访"}
        assert names(q="陈静", open="true") == {"回访", "月报"}
        assert names(position=centre.positions["officer"].pk, kind="task") == {"巡查"} - names(
            kind="triggered"
        )
        assert names(own="true") == set()
        assert api.get("/obligations", fact="nonsense").status_code == 422

    def test_reminding_and_explaining(self, centre: Centre, month: Any) -> None:
        api = api_client(centre, "王芳")
        address = f"/obligations/{month['overdue'].pk}/verbs"
        assert api.post(f"{address}/remind", {"note": "今天要"}).status_code == 200
        assert api.post(f"{address}/explain", {"reason": "客户出差"}).status_code == 200
        verbs = {entry.verb for entry in history.timeline(month["overdue"])}
        assert {"obligation.urged", "obligation.explained"} <= verbs


def test_lines_of_units_below_are_named_in_the_readers_language() -> None:
    with translation.override("en"):
        assert compliance.label_of("Officer", "North Court", "position") == "Officer (North Court)"
    assert compliance.label_of("专员", "北苑", "position") == "专员（北苑）"


def test_the_counters_of_my_day_are_those_of_the_board(centre: Centre, month: Any) -> None:
    of_month = selectors.my_day(centre.actor("李敏")).month
    (line,) = [
        line
        for line in boards.board(centre.actor("王芳"), span(centre), "person").lines
        if line.key == centre.people["李敏"].pk
    ]
    assert of_month == line.total
    assert clock.now().date() > date(2026, 3, 1)


def test_it_is_said_how_far_is_planned(centre: Centre, now: Any) -> None:
    daily(centre, "register", {"every": "day", "due": "by", "at": "17:00"})
    duties.schedule(actor=SYSTEM, ahead_days=10)
    client = browser(centre, "王芳")
    further = client.get("/coverage/?period=this_quarter").content.decode()
    assert 'datetime="2026-03-11"' in further.partition("定期职责已排到")[2].partition("之后的还没有排全")[0]
    assert "定期职责已排到" not in client.get("/coverage/?period=this_week").content.decode()
    said = workbook(client.get("/coverage/xlsx/?period=this_quarter"))["履职看板"]
    assert ["定期职责已排到", "2026-03-11"] in [row[:2] for row in said]
    planned = boards.planned_through(span(centre))
    last = Obligation.objects.order_by("due_at").last()
    assert planned == date(2026, 3, 11) and last is not None and last.due_at.date() >= planned

"""The coverage board: figures that add up, open exactly their rows, and say who failed what and why."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
import python_calamine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.domains.duties.cast import MARCH, MONDAY_9, SYSTEM, Centre, owe, span
from tests.domains.duties.test_pages import browser
from tests.kernel.calendars import build
from tests.kit import people
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import board as boards
from zhize.domains.duties.selectors import board_reasons, coverage
from zhize.domains.duties.selectors.board import Span
from zhize.kernel import history
from zhize.kernel.db import Invalid, NotFound, Refused
from zhize.kernel.flow import NotNow
from zhize.kernel.org.models import Absence
from zhize.lib import clock
from zhize.lib.text import Text

PLAIN = {"person": "answers_id"}


def workbook(answer: Any) -> dict[str, list[list[Any]]]:
    """The worksheets of a workbook as rows of values."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.req("DUT-15")
class TestFigures:
    def test_the_facts_exclude_each_other_and_leave_nothing_out(self, centre: Centre, month: Any) -> None:
        found = boards.board(centre.actor("王芳"), span(centre), "position")
        total = found.total
        facts = (total.in_time, total.done_late, total.missed, total.overdue, total.excused, total.ahead)
        assert facts == (1, 1, 1, 1, 1, 1)
        assert (total.owed, total.all, total.done, total.failed, total.rate) == (5, 6, 2, 3, Decimal("25.0"))
        for code in month.keys() & coverage.FACTS.keys():
            (row,) = Obligation.objects.filter(coverage.where(code, clock.now()), coverage.COUNTED)
            assert row == month[code]
            assert coverage.fact_of(row, clock.now()) == code

    def test_what_is_paused_is_no_longer_ahead_and_the_figures_add_up(
        self, centre: Centre, month: Any
    ) -> None:
        from zhize.kernel import clocks

        before = boards.board(centre.actor("王芳"), span(centre), "position").total
        waiting = duties.open_obligation(
            actor=SYSTEM, unit=centre.unit, title=Text("等配件"), holder=centre.people["李敏"],
            position=centre.positions["receptionist"], target={"kind": "elapsed", "minutes": 60},
        )  # fmt: skip
        assert waiting.clock is not None
        clocks.pause(waiting.clock, reason="等配件", actor=SYSTEM)
        history.deliver_all()
        waiting.refresh_from_db()
        assert coverage.fact_of(waiting, clock.now()) == "paused"
        (row,) = Obligation.objects.filter(coverage.where("paused", clock.now()))
        assert row == waiting
        total = boards.board(centre.actor("王芳"), span(centre), "position").total
        assert total == before + coverage.Counters(paused=1)
        due = total.in_time + total.done_late + total.missed + total.overdue
        assert (total.owed_so_far, total.not_due) == (due, total.ahead + 1)
        assert total.owed == due + total.not_due
        assert (
            total.all == total.owed + total.excused == Obligation.objects.exclude(state="cancelled").count()
        )
        client = browser(centre, "王芳")
        assert "暂停中" in client.get("/compliance/?period=this_month").content.decode()
        listed = client.get("/obligations/?chip=all&fact=paused").content.decode()
        assert "等配件" in listed
        assert "月报" not in listed

    @pytest.mark.parametrize("by", list(boards.BY))
    def test_rows_and_columns_add_up_to_what_plain_python_counts(
        self, centre: Centre, month: Any, by: str
    ) -> None:
        found = boards.board(centre.actor("王芳"), span(centre), by)
        path = {"position": "position_id", "person": "holder_id", "duty": "duty_id", "unit": "unit_id"}
        at = clock.now()
        expected: dict[tuple[Any, date], Counter[str]] = {}
        for row in Obligation.objects.exclude(state="cancelled").select_related("position"):
            key = row.position.code if by == "role" and row.position else getattr(row, path.get(by, "pk"))
            due = row.due_at or row.opened_at
            day = due.astimezone(clock.zone(centre.unit.timezone)).date()
            expected.setdefault((key, day), Counter())[coverage.fact_of(row, at)] += 1
        seen = {
            (line.key, first): Counter(
                {"in_time": cell.in_time, "late": cell.done_late, "missed": cell.missed,
                 "overdue": cell.overdue, "excused": cell.excused, "ahead": cell.ahead}
            )
            for line in found.lines
            for (first, _last), cell in zip(found.columns, line.cells, strict=True)
            if cell.all
        }  # fmt: skip
        assert {key: +counts for key, counts in seen.items()} == expected
        assert sum(cell.all for cell in found.totals) == found.total.all == 6

    def test_the_rate_recomputes_from_the_records(self, centre: Centre, month: Any) -> None:
        for by in ("position", "person", "duty", "unit"):
            for line in boards.board(centre.actor("王芳"), span(centre), by).lines:
                rows = [
                    row
                    for row in Obligation.objects.all()
                    if getattr(row, PLAIN.get(by, f"{by}_id")) == line.key and row.state != "cancelled"
                ]
                in_time = sum(1 for row in rows if row.state in {"done", "submitted"} and not row.late)
                owed = sum(
                    1
                    for row in rows
                    if row.state in {"done", "submitted", "missed"}
                    or (row.state == "open" and row.due_at and row.due_at < clock.now())
                )
                plain = (
                    (Decimal(100 * in_time) / owed).quantize(Decimal("0.1"), ROUND_HALF_UP) if owed else None
                )
                assert line.total.rate == plain

    @pytest.mark.req("DUT-15", "DUT-17")
    def test_what_was_not_done_in_time_stays_with_who_held_it_then(self, centre: Centre, month: Any) -> None:
        def figures() -> dict[str, tuple[int, int]]:
            lines = boards.board(centre.actor("王芳"), span(centre), "person").lines
            return {line.label: (line.total.overdue, line.total.ahead) for line in lines}

        before, boss = figures(), centre.actor("王芳")
        for code in ("overdue", "ahead"):
            duties.reassign(actor=boss, obligation=month[code], to=centre.people["孙丽"], reason="调岗")
        duties.reassign(actor=boss, obligation=month["overdue"], to=centre.people["赵云"], reason="又调岗")
        assert before["陈静"] == (1, 1) and figures() == {
            **before, "陈静": (1, 0), "孙丽": (before["孙丽"][0], before["孙丽"][1] + 1),
        }  # fmt: skip
        late = Obligation.objects.filter(pk=month["overdue"].pk)
        (listed,) = board_reasons.failures(boss, late, clock.now())
        assert (str(listed.row.whose), str(listed.row.holder)) == ("陈静", "赵云")
        duties.explain_failure(actor=centre.actor("陈静"), obligation=month["overdue"], reason="客户出差")
        assert month["overdue"] in Obligation.objects.visible_to(centre.actor("陈静"))

    def test_the_worst_rows_come_first(self, centre: Centre, month: Any) -> None:
        owe(centre, "陈静", "ambassador", -90, "更早")
        names = [line.label for line in boards.board(centre.actor("王芳"), span(centre), "person").lines]
        assert (names[0], names[-1]) == ("陈静", "赵云")

    def test_what_has_no_limit_counts_on_the_day_it_was_opened(self, centre: Centre, now: Any) -> None:
        duties.open_obligation(
            actor=SYSTEM, unit=centre.unit, title=Text("长期", "Long"), holder=centre.people["李敏"],
            target={"kind": "none"},
        )  # fmt: skip
        (line,) = boards.board(centre.actor("王芳"), span(centre), "position").lines
        assert (line.key, line.cells[1].ahead) == (None, 1)

    def test_the_columns_are_days_weeks_or_months(self, centre: Centre) -> None:
        def columns(first: date, last: date) -> list[tuple[date, date]]:
            return list(boards.board(centre.actor("王芳"), Span(centre.unit, first, last), "duty").columns)

        assert len(columns(*MARCH)) == 31
        quarter = columns(date(2026, 1, 1), date(2026, 3, 31))
        assert quarter[:2] == [
            (date(2026, 1, 1), date(2026, 1, 4)),
            (date(2026, 1, 5), date(2026, 1, 11)),
        ]
        assert len(columns(date(2026, 1, 1), date(2026, 12, 31))) == 12

    def test_the_number_of_queries_is_fixed(self, centre: Centre, now: Any) -> None:
        actor = centre.actor("王芳")

        def counted() -> int:
            with CaptureQueriesContext(connection) as caught:
                boards.board(actor, span(centre), "position")
                board_reasons.failures(actor, boards.rows(actor, span(centre)), clock.now())
            return len(caught)

        owe(centre, "李敏", "receptionist", -1)
        few = counted()
        for number in range(60):
            name, code = (("李敏", "receptionist"), ("孙丽", "officer"), ("陈静", "ambassador"))[number % 3]
            owe(centre, name, code, number * 7 - 200)
        assert counted() == few <= 20

    def test_the_number_of_queries_of_the_page_does_not_grow_with_the_failures(
        self, centre: Centre, now: Any
    ) -> None:
        """The failures of a unit below: no column of theirs proves that one leads there."""
        client, below = browser(centre, "王芳"), build.unit(parent=centre.unit)

        def shown() -> tuple[int, int]:
            with CaptureQueriesContext(connection) as caught:
                text = client.get("/coverage/?period=this_month").content.decode()
            return text.count("/why/"), len(caught)

        def fail(number: int) -> None:
            for _each in range(number):
                owe(centre, "李敏", "receptionist", -1)
            Obligation.objects.update(unit=below)

        fail(1)
        shown()
        one, few = shown()
        fail(8)
        assert shown() == (9, few)
        assert one == 1


class TestPeriods:
    @pytest.mark.parametrize(
        ("code", "first", "last"),
        [
            ("this_week", date(2026, 3, 2), date(2026, 3, 8)),
            ("last_week", date(2026, 2, 23), date(2026, 3, 1)),
            ("this_month", date(2026, 3, 1), date(2026, 3, 31)),
            ("last_month", date(2026, 2, 1), date(2026, 2, 28)),
            ("this_quarter", date(2026, 1, 1), date(2026, 3, 31)),
            ("last_quarter", date(2025, 10, 1), date(2025, 12, 31)),
        ],
    )
    def test_as_one_says_them(self, code: str, first: date, last: date) -> None:
        assert boards.preset(code, date(2026, 3, 2)) == (first, last)
        assert code in boards.PRESETS


class TestScope:
    def test_one_sees_what_one_may_see_and_no_further_unit(self, centre: Centre, month: Any) -> None:
        assert boards.board(centre.actor("孙丽"), span(centre), "person").total.all == 1
        assert boards.board(centre.actor("王芳"), span(centre), "person").total.all == 6
        other = build.unit()
        found = boards.units(centre.actor("王芳"))
        assert other not in found
        with pytest.raises(NotFound):
            boards.unit_of(centre.actor("王芳"), other.pk, found)
        assert browser(centre, "王芳").get(f"/coverage/?unit={other.pk}").status_code == 404
        assert Client().get("/coverage/").status_code == 302


@pytest.mark.req("DUT-15")
class TestWorkbook:
    def test_it_says_what_the_board_says_with_every_obligation_counted(
        self, centre: Centre, month: Any
    ) -> None:
        sheets = workbook(browser(centre, "王芳").get("/coverage/xlsx/?period=this_month&by=person"))
        head, *lines, total = sheets["总表"]
        found = boards.board(centre.actor("王芳"), span(centre), "person")
        assert len(head) == 8 + 31
        assert [line[0] for line in lines] == [line.label for line in found.lines]
        assert total[head.index("应做")] == sum(line[head.index("应做")] for line in lines) == 5
        late = next(line for line in lines if line[0] == "李敏")
        assert late[9] == "1/1 迟1"
        assert len(sheets["明细"]) - 1 == found.total.all == 6

    def test_it_is_logged_and_only_of_what_one_may_see(self, centre: Centre, month: Any) -> None:
        client = browser(centre, "孙丽")
        sheets = workbook(client.get("/coverage/xlsx/?period=this_month"))
        assert [row[0] for row in sheets["明细"][1:]] == ["巡查"]
        assert len(sheets["总表"]) == 3
        (entry,) = history.timeline(centre.people["孙丽"].user).filter(verb="list.exported")
        assert entry.data["rows"] == 1
        assert client.get(f"/coverage/xlsx/?unit={build.unit().pk}").status_code == 404
        assert client.get("/coverage/xlsx/?first=abc&last=2026-03-31").status_code == 422
        assert Client().get("/coverage/xlsx/").status_code == 302
        stranger = Client()
        stranger.force_login(people.somebody({"org.view": "all"}))
        assert stranger.get("/coverage/xlsx/").status_code == 403


@pytest.mark.req("DUT-15")
class TestReasons:
    def test_who_failed_what_and_why(self, centre: Centre, month: Any) -> None:
        Absence.objects.create(
            person=centre.people["孙丽"], from_at=MONDAY_9, to_at=MONDAY_9 + timedelta(days=3), reason="年假"
        )
        duties.explain_failure(actor=centre.actor("陈静"), obligation=month["overdue"], reason="客户出差")
        found = board_reasons.failures(
            centre.actor("王芳"), boards.rows(centre.actor("王芳"), span(centre)), clock.now()
        )
        said = {(str(each.row.holder), each.fact): [(r.kind, r.text) for r in each.reasons] for each in found}
        assert said == {
            ("孙丽", "missed"): [("away", "年假")],
            ("李敏", "late"): [("said", "late好了")],
            ("陈静", "overdue"): [("said", "客户出差")],
        }
        (let_off,) = board_reasons.excused(
            centre.actor("王芳"), boards.rows(centre.actor("王芳"), span(centre)), clock.now()
        )
        assert [(reason.kind, reason.text, reason.by) for reason in let_off.reasons] == [
            ("said", "停电", "王芳")
        ]

    def test_who_was_told_and_that_nobody_was_there(self, centre: Centre, now: Any) -> None:
        from zhize.kernel import clocks

        row = owe(centre, "孙丽", "officer", 1)
        now.move_to(MONDAY_9 + timedelta(hours=2))
        clocks.tick()
        history.deliver_all()
        (failure,) = board_reasons.failures(SYSTEM, Obligation.objects.filter(pk=row.pk), clock.now())
        assert [reason.kind for reason in failure.reasons] == ["told"]
        assert "王芳" in failure.reasons[0].text
        assert not failure.explained

    def test_only_who_owed_it_or_leads_says_why_and_only_of_a_failure(
        self, centre: Centre, month: Any
    ) -> None:
        with pytest.raises(Refused):
            duties.explain_failure(actor=centre.actor("李敏"), obligation=month["missed"], reason="x")
        with pytest.raises(Invalid):
            duties.explain_failure(actor=centre.actor("孙丽"), obligation=month["missed"], reason=" ")
        with pytest.raises(NotNow):
            duties.explain_failure(actor=centre.actor("李敏"), obligation=month["in_time"], reason="x")
        client = browser(centre, "孙丽")
        client.post(f"/obligations/{month['missed'].pk}/why/", {"reason": "电梯停运"})
        (entry,) = history.timeline(month["missed"]).filter(verb="obligation.explained")
        assert "电梯停运" in entry.sentence()


def test_the_line_of_the_rate_is_that_of_the_columns(centre: Centre, month: Any) -> None:
    from zhize.domains.duties.web.board import trend

    found = boards.board(centre.actor("王芳"), span(centre), "position")
    drawn = trend(found, span(centre))
    assert drawn is not None
    rates = [counts.rate for counts in found.totals if counts.rate is not None]
    assert [point["rate"] for point in drawn["points"]] == rates
    assert len(rates) == 3
    single = Span(centre.unit, date(2026, 3, 2), date(2026, 3, 2))
    assert trend(boards.board(centre.actor("王芳"), single, "position"), single) is None


def test_the_board_shows_who_and_why(centre: Centre, month: Any) -> None:
    duties.explain_failure(actor=centre.actor("陈静"), obligation=month["overdue"], reason="客户出差")
    text = browser(centre, "王芳").get("/coverage/?period=this_week&by=person").content.decode()
    for piece in ("履职率", "25.0", "客户出差", "停电", "迟1", "漏1", "陈静"):
        assert piece in text
    assert datetime.fromisoformat("2026-03-02T00:00:00+08:00").date().isoformat() in text


@pytest.mark.parametrize(
    ("days", "field", "said"),
    [
        ("first=2026-03-31&last=2026-03-01", "last", "结束日期在开始日期之前"),
        ("first=soon&last=2026-03-01", "first", "请填写日期，例如"),
        ("first=2026-03-01", "last", "请填写这一项"),
        ("first=2020-03-01&last=2026-03-01", "last", "最多三年"),
    ],
)
def test_wrong_days_are_said_at_their_field_and_give_no_figures(
    centre: Centre, month: Any, days: str, field: str, said: str
) -> None:
    client = browser(centre, "王芳")
    for page in ("coverage", "compliance"):
        text = client.get(f"/{page}/?{days}").content.decode()
        assert said in text.partition(f'id="id_{field}_error"')[2].partition("</span>")[0]
        assert "履职率" not in text and "/xlsx/" not in text

"""The coverage board: figures that add up, open exactly their rows, and say who failed what and why."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from html import unescape
from typing import Any

import pytest
import python_calamine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.domains.duties.cast import MONDAY_9, Centre
from tests.domains.duties.test_pages import browser
from tests.kernel.calendars import build
from tests.kit import people
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import selectors
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import board as boards
from zhize.domains.duties.selectors import board_lists, board_reasons, coverage
from zhize.domains.duties.selectors.board import Span
from zhize.kernel import access, history
from zhize.kernel.access.models import Scope
from zhize.kernel.db import Invalid, NotFound, Refused
from zhize.kernel.flow import NotNow
from zhize.kernel.notices.models import Notice
from zhize.kernel.org.models import Absence
from zhize.lib import clock
from zhize.lib.text import Text

SYSTEM = access.system(caps.SCHEDULE)
PLAIN = {"person": "answers_id"}


def workbook(answer: Any) -> dict[str, list[list[Any]]]:
    """The worksheets of a workbook as rows of values."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def owe(centre: Centre, who: str, position: str, hours: float, title: str = "事") -> Obligation:
    return duties.open_obligation(
        actor=SYSTEM,
        unit=centre.unit,
        title=Text(title, title),
        holder=centre.people[who],
        position=centre.positions[position],
        target={"kind": "moment", "at": (clock.now() + timedelta(hours=hours)).isoformat()},
    )


@pytest.fixture
def month(centre: Centre, now: Any) -> dict[str, Obligation]:
    """One of each fact in the first week of March, made on Monday and looked at on Friday."""
    made = {
        "in_time": owe(centre, "李敏", "receptionist", 30, "登记"),
        "late": owe(centre, "李敏", "receptionist", 2, "答复"),
        "missed": owe(centre, "孙丽", "officer", 26, "巡查"),
        "overdue": owe(centre, "陈静", "ambassador", 50, "回访"),
        "excused": owe(centre, "赵云", "ambassador", 30, "走访"),
        "cancelled": owe(centre, "赵云", "ambassador", 30, "作废"),
        "ahead": owe(centre, "陈静", "ambassador", 24 * 20, "月报"),
    }
    now.move_to(MONDAY_9 + timedelta(hours=5))
    for code in ("in_time", "late"):
        duties.fulfil(actor=centre.actor("李敏"), obligation=made[code], note=f"{code}好了")
    duties.excuse(actor=centre.actor("王芳"), obligation=made["excused"], reason="停电")
    duties.cancel(actor=centre.actor("王芳"), obligation=made["cancelled"], reason="重复")
    now.move_to(MONDAY_9 + timedelta(days=4))
    duties.miss(actor=SYSTEM, obligation=made["missed"])
    return made


def span(centre: Centre) -> Span:
    return Span(centre.unit, *MARCH)


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


class TestReminding:
    def test_the_holder_is_reminded_once_asked(self, centre: Centre, month: Any) -> None:
        duties.remind(actor=centre.actor("王芳"), obligation=month["overdue"], note="今天要")
        notice = Notice.objects.filter(person=centre.people["陈静"]).latest("pk")
        assert "回访" in notice.title + notice.body
        assert history.timeline(month["overdue"]).filter(verb="obligation.urged").exists()
        with pytest.raises(Refused):
            duties.remind(actor=centre.actor("赵云"), obligation=month["overdue"])
        with pytest.raises(NotNow):
            duties.remind(actor=centre.actor("王芳"), obligation=month["in_time"])

    def test_with_nobody_there_it_says_so(self, centre: Centre, now: Any) -> None:
        row = owe(centre, "孙丽", "officer", 5)
        Absence.objects.create(
            person=centre.people["孙丽"],
            from_at=MONDAY_9 - timedelta(hours=1),
            to_at=MONDAY_9 + timedelta(days=1),
        )
        with pytest.raises(duties.NobodyToRemind):
            duties.remind(actor=centre.actor("王芳"), obligation=row)


class TestList:
    def listed(self, client: Client, query: str) -> set[str]:
        text = client.get(f"/obligations/?{query}").content.decode()
        return {
            name
            for name in ("登记", "答复", "巡查", "回访", "走访", "作废", "月报")
            if f">{name}</a>" in text
        }

    def behind(self, client: Client, url: str) -> coverage.Counters:
        """What the list at this address counts."""
        listed = client.get(url.replace("?", "?size=200&")).content.decode()
        rows = re.findall(r'<tr class="[^"]*" data-row="(\d+)"', listed)
        counts = selectors.counters(Obligation.objects.filter(pk__in=rows))
        assert counts.all == len(rows)
        return counts

    def test_every_figure_opens_exactly_its_rows(self, centre: Centre, month: Any) -> None:
        client = browser(centre, "王芳")
        page = client.get("/coverage/?period=this_month").content.decode()
        cells = set(re.findall(r'<a href="([^"]+)" title="([^"]*)" class="num">(\d+)/(\d+)', page))
        assert len(cells) > 8
        red = {cell for cell in cells if "fact=missed" in cell[0]}
        wrong = "|".join(coverage.FACTS[code].zh for code in ("late", "missed", "overdue"))
        for url, said, _done, _owed in red:
            # What went wrong that day, as many as the cell says, and nothing else.
            counts = self.behind(client, unescape(url))
            told = sum(int(number) for number in re.findall(rf"(?:{wrong}) (\d+)", said))
            assert counts.failed == counts.all == told > 0, url
        for url, done, owed in {(unescape(url), done, owed) for url, _said, done, owed in cells - red}:
            counts = self.behind(client, url)
            assert (counts.done, counts.owed) == (int(done), int(owed)), url
            # Nothing beside it: what was excused only where nothing else is counted.
            assert counts.all == counts.owed or not counts.owed, url
        assert red

    def test_mine_is_what_stands_on_my_day(self, centre: Centre, month: Any) -> None:
        """Also what the position owes together, and not what has not begun: one figure on both pages."""
        shared = owe(centre, "李敏", "receptionist", 3, "共同的")
        Obligation.objects.filter(pk=shared.pk).update(holder=None)
        later = owe(centre, "李敏", "receptionist", 24 * 60, "以后的")
        Obligation.objects.filter(pk=later.pk).update(opened_at=clock.now() + timedelta(days=40))
        actor = centre.actor("李敏")
        rows = Obligation.objects.visible_to(actor)
        mine = rows.filter(board_lists.chips(actor, clock.now())["mine"])
        day = selectors.my_day(actor)
        assert {row.pk for row in mine} == {
            item.obligation.pk for block in day.blocks for item in block.items
        }
        assert shared in mine and later not in mine and day.count == mine.count()

    def test_filters_and_chips(self, centre: Centre, month: Any) -> None:
        client = browser(centre, "王芳")
        assert self.listed(client, "") == {"回访", "月报"}
        assert self.listed(client, "chip=all&fact=missed&fact=late") == {"巡查", "答复"}
        assert self.listed(client, f"chip=all&position={centre.positions['officer'].pk}") == {"巡查"}
        assert self.listed(client, f"chip=all&holder={centre.people['李敏'].pk}") == {"登记", "答复"}
        assert self.listed(client, "chip=all&q=陈静") == {"回访", "月报"}
        assert self.listed(client, "chip=all&due_after=2026-03-04&due_before=2026-03-05") == {"回访"}
        assert self.listed(client, "chip=excused") == {"走访"}
        assert self.listed(client, "chip=all&counted=true") == {
            "登记",
            "答复",
            "巡查",
            "回访",
            "走访",
            "月报",
        }
        assert self.listed(browser(centre, "孙丽"), "chip=all") == {"巡查"}

    def test_many_are_handled_at_once_and_what_may_not_be_is_said(self, centre: Centre, month: Any) -> None:
        client = browser(centre, "王芳")
        ids = [month["overdue"].pk, month["ahead"].pk, month["in_time"].pk]
        answer = client.post("/obligations/", {"_bulk": "excuse", "ids": ids, "reason": "培训"})
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "2 项已办理" in text
        assert set(Obligation.objects.filter(state="excused", pk__in=ids)) == {
            month["overdue"],
            month["ahead"],
        }
        refused = browser(centre, "陈静").post(
            "/obligations/", {"_bulk": "excuse", "ids": ids, "reason": "x"}
        )
        assert refused.status_code == 404

    def test_many_are_put_off_by_working_days_and_a_doubled_request_does_it_once(
        self, centre: Centre, month: Any
    ) -> None:
        client = browser(centre, "王芳")
        soon = owe(centre, "陈静", "ambassador", 2, "快到期")
        ids = [soon.pk, month["ahead"].pk, month["in_time"].pk, month["overdue"].pk]
        asked = client.get("/obligations/", {"_bulk": "move", "ids": ids}).content.decode()
        token = asked.split('name="_token" value="')[1].split('"')[0]
        both = {"_bulk": "move", "ids": ids, "reason": "培训", "days": 3, "due_at": "2026-04-01T10:00"}
        wrong = client.post("/obligations/", both)
        assert wrong.status_code == 422
        assert "天数和新的到期时间填一个" in wrong.content.decode()
        given = {"_bulk": "move", "ids": ids, "reason": "培训", "days": 3, "working": "on", "_token": token}
        text = client.post("/obligations/", given).content.decode()
        assert "2 项已办理" in text
        assert "没有再办一次" in client.post("/obligations/", given).content.decode()
        was = soon.due_at
        assert was is not None
        soon.refresh_from_db()
        # Friday 6 March and three working days are Wednesday 11 March, at the same time of day.
        assert soon.due_at == was + timedelta(days=5)

    def test_only_what_is_overdue_is_recorded_as_missed(self, centre: Centre, month: Any) -> None:
        build.grant(centre.positions["supervisor"], caps.MISS, scope=Scope.SUBTREE)
        given = {"_bulk": "miss", "ids": [month["overdue"].pk, month["ahead"].pk], "reason": "没有做"}
        text = browser(centre, "王芳").post("/obligations/", given).content.decode()
        assert "1 项已办理" in text
        assert "还没有超时" in text
        month["overdue"].refresh_from_db()
        assert month["overdue"].state == "missed"
        assert history.timeline(month["overdue"]).filter(note="没有做").exists()

    def test_given_to_another_only_where_he_works(self, centre: Centre, month: Any) -> None:
        client = browser(centre, "王芳")
        stranger = build.person("外人")
        to = {"_bulk": "reassign", "ids": [month["ahead"].pk], "reason": "调整"}
        assert "1 项已办理" not in client.post("/obligations/", {**to, "to": stranger.pk}).content.decode()
        assert (
            "1 项已办理"
            in client.post("/obligations/", {**to, "to": centre.people["赵云"].pk}).content.decode()
        )
        month["ahead"].refresh_from_db()
        assert month["ahead"].holder == centre.people["赵云"]

    def test_the_export_is_what_is_filtered_and_is_logged(self, centre: Centre, month: Any) -> None:
        client = browser(centre, "王芳")
        answer = client.get("/obligations/?chip=all&fact=missed&export=csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert [line.split(",")[0] for line in text.splitlines()[1:]] == ["巡查"]
        assert "漏办" in text

    def test_what_a_position_shares_names_who_did_it(self, centre: Centre, month: Any) -> None:
        shared = duties.open_obligation(
            actor=SYSTEM,
            unit=centre.unit,
            title=Text("开门", "Open up"),
            holder=None,
            position=centre.positions["receptionist"],
            target={"kind": "elapsed", "minutes": 60},
        )
        client = browser(centre, "王芳")

        def named() -> set[str]:
            page = client.get("/obligations/?chip=all&q=开门").content.decode()
            return {name for name in ("李敏", "周敏") if name in page}

        assert named() == set()
        duties.fulfil(actor=centre.actor("周敏"), obligation=shared, note="开了")
        assert named() == {"周敏"}
        assert "周敏" in client.get(f"/obligations/{shared.pk}/").content.decode()

    def test_offered_are_only_people_and_duties_one_may_see(self, centre: Centre, month: Any) -> None:
        leader = browser(centre, "王芳")
        for name, row in (("holder", centre.people["李敏"]), ("position", centre.positions["receptionist"])):
            said = leader.get("/obligations/", {"_choices": name, "q": row.name}).json()["items"]
            assert [each["value"] for each in said] == [row.pk]
        narrow = browser(centre, "孙丽")
        assert narrow.get("/obligations/", {"_choices": "holder", "q": "李"}).json()["items"] == []
        assert narrow.get("/obligations/duties/").json()["items"] == []
        # Nor does the address of somebody else name him, and no page carries all positions.
        page = narrow.get("/obligations/", {"holder": centre.people["李敏"].pk}).content.decode()
        assert "李敏" not in page
        assert "<option" not in page.partition('name="position"')[2].partition("</select>")[0]


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


def test_what_is_planned_and_not_begun_has_its_chip(centre: Centre, month: Any) -> None:
    later = owe(centre, "孙丽", "officer", 24 * 60, "以后的")
    Obligation.objects.filter(pk=later.pk).update(opened_at=clock.now() + timedelta(hours=2))
    actor = centre.actor("王芳")
    rows = Obligation.objects.visible_to(actor)
    counts = board_lists.chip_counts(actor, rows, clock.now())
    assert list(rows.filter(board_lists.chips(actor, clock.now())["later"])) == [later]
    parts = ("open", "later", "in_time", "late", "missed", "excused")
    cancelled = rows.filter(state="cancelled").count()
    assert counts["all"] == sum(counts[code] for code in parts) + cancelled

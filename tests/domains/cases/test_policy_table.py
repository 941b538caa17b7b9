"""The policy table of deadlines and what the clocks leave in the history (CAS-46), and the figures taken of cases."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.domains.cases.kit import act, answer, at, browser, finish, fresh, owed, pass_time, take_in, verbs
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.duties.models import Obligation
from zhize.kernel import access, history, measures
from zhize.kernel.measures import MeasureScope
from zhize.kernel.packs.models import PackRelease

pytestmark = pytest.mark.usefixtures("now")


def new_answer_limit(minutes: int) -> None:
    """The pack of the centre as it is, with another limit for every answer, in force from now on."""
    release = PackRelease.objects.get(current=True, pack="property-community")
    for table in release.spec["sections"]["deadlines"]:
        if table["code"] == "answer":
            table["rows"] = [{"target": {"kind": "elapsed", "minutes": minutes}}]
    PackRelease.objects.filter(pk=release.pk).update(current=False)
    PackRelease.objects.create(
        pack=release.pack, version="1.1", number=release.number + 1, spec=release.spec, checksum="3" * 64,
        source_checksum="3" * 64, applied_at=at(3), applied_by="test",
    )  # fmt: skip


class TestTable:
    @pytest.mark.req("CAS-46")
    def test_type_and_severity_decide_the_limit(self, cast: Cast) -> None:
        hours = {
            (kind, severity): owed(
                take_in(cast, type=kind, severity=severity, owner="chenjing"),
                duty_version__rule__deadline="answer",
            ).due_at
            for kind, severity in (("complaint", "normal"), ("complaint", "serious"), ("fault", "urgent"))
        }
        assert list(hours.values()) == [at(3), at(2, 21), at(2, 13)]

    @pytest.mark.req("CAS-46")
    def test_a_policy_changed_today_does_not_move_the_due_times_of_yesterday(
        self, cast: Cast, now: Any
    ) -> None:
        yesterday = take_in(cast)
        row = owed(yesterday, duty__refs__contains=["TRG-04"])
        now.move_to(at(2, 20))
        new_answer_limit(60)
        today = take_in(cast, room="A201")
        pass_time(now, at(2, 20, 30))
        row.refresh_from_db()
        assert (row.due_at, row.first_due_at) == (at(3), at(3))
        assert owed(today, duty__refs__contains=["TRG-04"]).due_at == at(2, 21)

    @pytest.mark.req("CAS-46")
    def test_each_change_of_the_clock_stands_in_the_history_of_the_case(self, cast: Cast, now: Any) -> None:
        case = take_in(cast)
        row = owed(case, duty__refs__contains=["TRG-04"])
        now.move_to(at(2, 12))
        act(cast, "chenjing", case, "pause", reason="客户出差", until=at(4))
        assert fresh(case).next_due_at != at(3)
        now.move_to(at(2, 15))
        act(cast, "chenjing", case, "resume")
        row.refresh_from_db()
        assert row.due_at == at(3) + timedelta(hours=3)
        case = fresh(case)
        assert (case.pause_reason, case.paused_until) == ("", None)
        assert {"clock.started", "clock.paused", "clock.resumed"} <= set(verbs(case))
        printed = browser(cast, "chenjing").get(f"/cases/{case.number}/print/").content.decode()
        assert "客户出差" in printed

    def test_a_pause_ends_by_itself_at_the_agreed_moment(self, cast: Cast, now: Any) -> None:
        case = take_in(cast)
        act(cast, "chenjing", case, "pause", reason="客户出差", until=at(4))
        now.move_to(at(3, 23))
        assert cases.resume_due(actor=access.system("cases.resume")) == 0
        now.move_to(at(4))
        assert cases.resume_due(actor=access.system("cases.resume")) == 1
        assert cases.resume_due(actor=access.system("cases.resume")) == 0
        assert (fresh(case).category, fresh(case).paused_until) == ("working", None)
        assert owed(case, duty__refs__contains=["TRG-04"]).due_at == at(5)

    def test_one_that_cannot_go_on_does_not_hold_the_others(self, cast: Cast, now: Any) -> None:
        stuck, other = take_in(cast), take_in(cast, room="A201")
        for case in (stuck, other):
            act(cast, "chenjing", case, "pause", reason="客户出差", until=at(4))
        release = PackRelease.objects.get(pk=stuck.release_id)
        for spec in release.spec["sections"]["case_types"]:
            for move in spec["moves"]:
                if move["verb"] == "resume":
                    move["needs"] = ["reason"]
        PackRelease.objects.filter(pk=release.pk).update(current=False)
        strict = PackRelease.objects.create(
            pack=release.pack, version="1.1", number=release.number + 1, spec=release.spec, checksum="4" * 64,
            source_checksum="4" * 64, applied_at=at(3), applied_by="test",
        )  # fmt: skip
        type(stuck).objects.filter(pk=stuck.pk).update(release=strict)
        now.move_to(at(4, 10))
        assert cases.resume_due(actor=access.system("cases.resume")) == 1
        assert [fresh(case).category for case in (stuck, other)] == ["waiting", "working"]


def statistics(cast: Cast, by: str) -> dict[str, dict[str, str]]:
    """The table of the statistics page of March: line → column → what stands there."""
    asked = {"first": "2026-03-01", "last": "2026-03-31", "by": by}
    table = browser(cast, "wangfang").get("/statistics/", asked).context["table"]
    heads = [str(head) for head in table["columns"]]
    return {
        str(line["label"]): dict(zip(heads, (cell["text"] for cell in line["cells"]), strict=True))
        for line in table["lines"]
    }


class TestFigures:
    def scope(self, cast: Cast, **filters: Any) -> MeasureScope:
        units = (cast.centre.pk,)
        return MeasureScope(
            at(1), at(1) + timedelta(days=31), units, {name: (value,) for name, value in filters.items()}
        )

    @pytest.mark.req("CAS-47", "CAS-01", "CAS-04")
    def test_the_four_counts_the_volume_and_the_delays(self, cast: Cast, now: Any) -> None:
        take_in(cast, subtype="lift_fault")
        take_in(cast, subtype="noise", room="B101", solution="已说明")
        take_in(cast, type="consultation", room="C101")
        take_in(cast, type="fault", room="D101")
        take_in(cast, type="suggestion", room="A201")
        pass_time(now, at(3, 9, 30))
        counts = {
            nature: measures.value("case.opened", self.scope(cast, nature=nature)).value
            for nature in ("consultation", "fault", "complaint", "suggestion")
        }
        assert counts == {"consultation": 1, "fault": 1, "complaint": 2, "suggestion": 1}
        assert measures.value("case.opened", self.scope(cast)).value == 5
        assert measures.value("delay.count", self.scope(cast)).value > 0
        assert measures.value(
            "case.first_contact_rate", self.scope(cast, nature="complaint")
        ).value == Decimal("0.5")
        by = {
            group.keys: group.result.value
            for group in measures.breakdown("case.opened", self.scope(cast), ["type", "subtype"])
        }
        assert sum(by.values()) == 5
        assert by[("complaint", "lift_fault")] == 1
        by_type = statistics(cast, "type")
        assert {line: cells["新增"] for line, cells in by_type.items()} == {
            "投诉": "2", "咨询": "1", "报修": "1", "建议": "1"
        }  # fmt: skip
        assert by_type["投诉"]["当场解决率"] == "50.0%"
        assert statistics(cast, "subtype")["电梯故障停梯"]["新增"] == "1"

    @pytest.mark.req("CAS-14")
    def test_the_median_time_to_dispatch_is_reported(self, cast: Cast, now: Any) -> None:
        for room, minutes in (("A101", 0), ("B101", 10), ("C101", 30)):
            take_in(cast, room=room, accepted_at=at(2) - timedelta(minutes=minutes))
        assert measures.value("case.dispatch_minutes", self.scope(cast)).value == 10
        assert statistics(cast, "type")["投诉"]["派单用时（中位数）"] == "10"

    @pytest.mark.req("CAS-18")
    def test_delays_are_counted_by_department(self, cast: Cast, now: Any) -> None:
        engineering = cast.position("engineering_head").unit
        case = take_in(cast)
        history.deliver_all()
        cases.send_worksheet(
            actor=cast.actor("chenjing"), case=fresh(case), unit=engineering, task="查", due_at=at(2, 18)
        )
        pass_time(now, at(3, 10))
        groups = measures.breakdown("delay.count", self.scope(cast), ["department"])
        counted = {group.keys[0]: group.result.value for group in groups}
        assert counted.get(cast.centre.pk) == 1
        page = browser(cast, "zhoutao").get("/delays/")
        assert page.status_code == 200
        assert case.number in page.content.decode()

    @pytest.mark.req("CAS-45")
    def test_solved_and_not_repeated_within_thirty_days(self, cast: Cast, now: Any) -> None:
        solved, repeated = take_in(cast, subtype="lift_fault"), take_in(cast, subtype="noise", room="B101")
        reopened = take_in(cast, subtype="leak", room="C101")
        for case in (solved, repeated, reopened):
            finish(cast, case)
        act(cast, "sunli", reopened, "reopen", "又漏了")
        finish(cast, reopened)
        now.move_to(at(20))
        again = take_in(cast, subtype="noise", room="B101")
        assert fresh(again).repeat_of == repeated
        share = measures.value("case.solved_once_rate", self.scope(cast)).value
        assert share is not None
        assert round(float(share), 2) == 0.33
        assert measures.value("case.reopened", self.scope(cast)).value == 1
        assert measures.value("case.repeated", self.scope(cast)).value == 1

    def test_a_late_answer_that_is_reopened_runs_again(self, cast: Cast, now: Any) -> None:
        case = take_in(cast)
        answer(cast, case)
        act(cast, "wangfang", case, "return", "没有写原因")
        case = fresh(case)
        assert (case.category, case.dispatch_count) == ("working", 2)
        rows = Obligation.objects.filter(subject_type="cases.case", subject_id=case.pk, ended_at__isnull=True)
        assert rows.filter(kind="triggered").exists()

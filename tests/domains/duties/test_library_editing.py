"""The duty editor: what a department may set, what its pack fixes, what a change does, and duties of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tests.domains.cases.kit import browser
from tests.kit.cast import Cast
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import selectors
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, Obligation
from zhize.domains.duties.selectors import duty as reads
from zhize.domains.duties.selectors import library, occurrences
from zhize.domains.duties.services import points
from zhize.domains.duties.web import duty_forms
from zhize.kernel import access, clocks, history
from zhize.kernel.db import Invalid, Outrun, Refused
from zhize.kernel.org.models import Clause
from zhize.kernel.packs import loader
from zhize.kernel.packs import services as packs
from zhize.lib.text import Text

# After the stage was made: positions owe nothing of the time before they existed.
MONDAY_9 = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
SYSTEM = access.system(caps.SCHEDULE)
TEXTS = {name: Text(name, name) for name in ("place", "object", "method")}


@pytest.fixture
def now(cast: Cast) -> Any:
    with time_machine.travel(MONDAY_9, tick=False) as traveller:
        # The pack was applied just now, so that its duties begin today.
        Duty.objects.update(owed_from=MONDAY_9)
        yield traveller


def duty(code: str) -> Duty:
    return Duty.objects.select_related("current", "unit").get(code=code)


def wang(cast: Cast) -> Any:
    """The department manager."""
    return cast.actor("wangfang")


def apply_again(cast: Cast) -> None:
    packs.apply(root=loader.find("property-community"), actor=access.system("packs.apply"), unit=cast.centre)


def dues(code: str, **where: Any) -> list[str]:
    rows = Obligation.objects.filter(duty__code=code, **where).order_by("due_at")
    return [f"{row.due_at:%Y-%m-%d}" for row in rows if row.due_at]


def reads_form(row: Duty) -> set[str]:
    """The fields that the editor of a duty asks."""
    return set(duty_forms.EDITORS[row.kind](duty=row).fields)


def sent(cast: Cast, code: str, **changed: Any) -> dict[str, Any]:
    """The editor's form as the browser would send it back, with some fields changed."""
    page = browser(cast, "wangfang").get(f"/duties/{duty(code).pk}/edit/")
    form = page.context["form"]
    found: dict[str, Any] = {"_seen": page.context["seen"]}
    for field in form:
        value = field.value()
        if value not in (None, "", [], False):
            found[field.html_name] = value
    return {**found, **changed}


class TestPeriod:
    @pytest.mark.req("DUT-10")
    def test_monthly_becomes_quarterly_on_the_page_and_only_what_has_not_begun_follows(
        self, cast: Cast, now: Any
    ) -> None:
        duties.schedule(actor=SYSTEM, ahead_days=62)
        # Both ambassadors owe their own.
        hers = {"holder": cast.people["chenjing"]}
        march, april, may = dues("help_to_collect", **hers)
        client, target = browser(cast, "wangfang"), f"/duties/{duty('help_to_collect').pk}/"
        asked = sent(cast, "help_to_collect", every="quarter", reason="每季度催收一次就够")
        seen = client.post(f"{target}preview/", asked).content.decode()
        for piece in (
            "每月结束前",
            "每季度结束前",
            "已排好、还没有开始的 4 件",
            "4月30日<",
            "2 件不变",
            "2027-06-30 周三",
        ):
            assert piece in seen
        assert dues("help_to_collect", **hers) == [march, april, may]  # a preview changes nothing
        assert client.post(f"{target}edit/", asked).status_code == 302
        history.deliver_all()
        duties.schedule(actor=SYSTEM, ahead_days=62)
        assert dues("help_to_collect", ended_at=None, **hers) == [march, "2027-06-30"]
        begun = Obligation.objects.get(duty__code="help_to_collect", due_at__lt="2027-04-01T00:00Z", **hers)
        assert begun.duty_version is not None
        assert begun.duty_version.number == 1
        listed = client.get("/duties/assumed/", {"chip": "own"}).content.decode()
        assert "每季度结束前" in listed
        assert "每季度催收一次就够" in listed
        assert "协助财务组催收" not in client.get("/duties/assumed/", {"chip": "default"}).content.decode()

    @pytest.mark.req("DUT-10")
    def test_every_assumed_period_and_limit_stands_on_the_settings_page(self, cast: Cast, now: Any) -> None:
        listed = set(library.assumed(wang(cast)).values_list("code", flat=True))
        written = {
            row.code for row in Duty.objects.select_related("current") if points.is_assumed(row.current.spec)
        }
        assert listed == written
        assert {"help_to_collect", "tell_quality_problem"} <= listed
        assert "on_site_record" not in listed

    def test_the_defaults_of_duties_and_of_cases_lead_to_each_other(self, cast: Cast, now: Any) -> None:
        leader = browser(cast, "liuqiang")
        assert 'href="/admin/deadlines/"' in leader.get("/duties/assumed/").content.decode()
        limits = leader.get("/admin/deadlines/").content.decode()
        assert 'href="/duties/assumed/"' in limits
        assert '<span class="tag">默认</span>' in limits

    def test_what_the_job_description_names_is_fixed_and_said_so(self, cast: Cast, now: Any) -> None:
        row = duty("on_site_record")  # 每月30日前
        with pytest.raises(Invalid) as refused:
            duties.change_duty(
                actor=wang(cast), duty=row, reason="x", rule={**row.current.rule, "every": "quarter"}
            )
        assert set(refused.value.errors) == {"every"}
        assert "行业包规定" in str(refused.value)
        page = browser(cast, "wangfang").get(f"/duties/{row.pk}/edit/").content.decode()
        assert "行业包规定、单位不能改的" in page
        # Its day is not: the source's is the default, the unit may be stricter.
        asked = sent(cast, "on_site_record", month_days=["25"], reason="提前汇总", every="year")
        assert browser(cast, "wangfang").post(f"/duties/{row.pk}/edit/", asked).status_code == 302
        rule = duty("on_site_record").current.rule
        assert (rule["every"], rule["month_days"]) == ("month", [25])

    def test_days_times_and_intervals_come_through_the_form(self, cast: Cast, now: Any) -> None:
        asked = sent(
            cast, "help_to_collect", every="week", interval="2", starting="2027-03-01", due="on", named="weekdays",
            weekdays=["mon", "thu"], clock="times", times="10:00、16:30", on_free_day="keep", reason="两周两次",
        )  # fmt: skip
        answer = browser(cast, "wangfang").post(f"/duties/{duty('help_to_collect').pk}/edit/", asked)
        assert answer.status_code == 302
        now_rule = duty("help_to_collect").current.rule
        assert now_rule == {
            "every": "week", "due": "on", "interval": 2, "starting": "2027-03-01", "weekdays": ["mon", "thu"],
            "times": ["10:00:00", "16:30:00"], "on_free_day": "keep", "each_holder": True,
        }  # fmt: skip
        said = library.rule_of_duty(duty("help_to_collect"))
        assert said.zh == "每两周周一、周四，10:00、16:30 各一次，每人各办，休息日照常"
        again = sent(cast, "help_to_collect", reason="没改")
        answer = browser(cast, "wangfang").post(f"/duties/{duty('help_to_collect').pk}/edit/", again)
        assert answer.status_code == 422
        assert "没有改动任何内容" in answer.content.decode()

    def test_what_the_form_does_not_ask_stays_in_the_rule(self, cast: Cast, now: Any) -> None:
        asked = sent(cast, "quarterly_visits", not_before="09:00", reason="九点以后")
        answer = browser(cast, "wangfang").post(f"/duties/{duty('quarterly_visits').pk}/edit/", asked)
        assert answer.status_code == 302
        rule = duty("quarterly_visits").current.rule
        assert (rule["no_repeat"], rule["share_percent"], rule["not_before"]) == (True, 25, "09:00:00")

    def test_a_rule_that_cannot_be_is_refused_beside_its_field_and_in_the_preview(
        self, cast: Cast, now: Any
    ) -> None:
        asked = sent(cast, "help_to_collect", due="by", named="", reason="x")
        client, target = browser(cast, "wangfang"), f"/duties/{duty('help_to_collect').pk}/"
        answer = client.post(f"{target}edit/", asked)
        assert answer.status_code == 422
        assert "这样还不能保存" in client.post(f"{target}preview/", asked).content.decode()
        assert duty("help_to_collect").current.number == 1

    @pytest.mark.req("DUT-10")
    def test_a_record_of_the_product_can_be_the_evidence_where_the_pack_leaves_it_open(
        self, cast: Cast, now: Any
    ) -> None:
        client, row = browser(cast, "wangfang"), duty("daily_patrol")
        asked = sent(cast, row.code, evidence="form", evidence_record="shift_log", reason="写在交接班日志里")
        assert client.post(f"/duties/{row.pk}/edit/", asked).status_code == 302
        assert duty(row.code).current.evidence["record"] == "shift_log"
        asked = sent(cast, row.code, evidence="file", reason="改交照片")
        assert client.post(f"/duties/{row.pk}/edit/", asked).status_code == 302
        assert "record" not in duty(row.code).current.evidence  # a photograph is no record
        fixed = next(
            each for each in Duty.objects.select_related("current") if "evidence" in points.fixed(each)
        )
        assert "evidence_record" not in reads_form(fixed)

    @pytest.mark.req("DUT-10")
    def test_the_limit_of_a_triggered_duty_is_the_units_and_its_event_is_not(
        self, cast: Cast, now: Any
    ) -> None:
        row = duty("tell_quality_problem")
        asked = sent(cast, row.code, target_kind="elapsed", hours="2", reason="两小时内知会")
        assert browser(cast, "wangfang").post(f"/duties/{row.pk}/edit/", asked).status_code == 302
        row = duty(row.code)
        assert row.current.rule["target"] == {"kind": "elapsed", "minutes": 120}
        assert "2 小时" in library.rule_of_duty(row).zh
        with pytest.raises(Invalid):
            duties.change_duty(
                actor=wang(cast),
                duty=row,
                reason="x",
                rule={**row.current.rule, "by_hand": {"zh": "别的", "en": "x"}},
            )


class TestOtherPoints:
    def test_evidence_receiver_weight_and_ladder(self, cast: Cast, now: Any) -> None:
        asked = sent(
            cast, "daily_patrol", evidence="file", evidence_label="巡查照片", acceptor_code="centre_manager", weight="3",
            ladder_mode="own", remind_minutes="60", next_minutes="30", reason="要照片",
        )  # fmt: skip
        assert (
            browser(cast, "wangfang").post(f"/duties/{duty('daily_patrol').pk}/edit/", asked).status_code
            == 302
        )
        version = duty("daily_patrol").current
        assert (version.evidence["kind"], version.evidence["label"]["zh"]) == ("file", "巡查照片")
        assert (version.acceptor_code, version.weight, version.own) == ("centre_manager", 3, True)
        assert [(r.get("before_minutes"), r.get("after_minutes")) for r in version.ladder] == [(60, None), (None, 0), (None, 30)]  # fmt: skip
        page = browser(cast, "wangfang").get(f"/duties/{duty('daily_patrol').pk}/").content.decode()
        for piece in ("巡查照片", "第 2 版", "要照片", "王芳", "到期前 1 小时"):
            assert piece in page, piece

    def test_what_the_system_sees_stays_what_the_system_sees(self, cast: Cast, now: Any) -> None:
        row = duty("answer_in_area")
        with pytest.raises(Invalid) as refused:
            duties.change_duty(actor=wang(cast), duty=row, reason="x", evidence={"kind": "note"})
        assert set(refused.value.errors) == {"evidence"}
        with pytest.raises(Invalid):
            duties.change_duty(actor=wang(cast), duty=row, reason="x", acceptor_code="nobody_here")
        assert duties.change_duty(actor=wang(cast), duty=row, reason="x", weight=2).weight == 2

    def test_the_slower_of_two_is_told(self, cast: Cast, now: Any) -> None:
        asked = sent(cast, "daily_patrol", weight="4", reason="x")
        duties.change_duty(actor=wang(cast), duty=duty("daily_patrol"), reason="快一步", weight=2)
        answer = browser(cast, "wangfang").post(f"/duties/{duty('daily_patrol').pk}/edit/", asked)
        assert answer.status_code == 409
        assert duty("daily_patrol").current.weight == 2
        with pytest.raises(Outrun):
            duties.reset_duty(actor=wang(cast), duty=duty("daily_patrol"), reason="x", version=0)

    def test_only_who_maintains_the_library_changes_it(self, cast: Cast, now: Any) -> None:
        row = duty("daily_patrol")
        client = browser(cast, "limin")
        for act in ("edit", "end", "restore", "default", "clauses"):
            assert client.post(f"/duties/{row.pk}/{act}/", {"reason": "x"}).status_code == 403
        assert client.post(f"/duties/{row.pk}/preview/", {}).status_code == 403
        with pytest.raises(Refused):
            duties.restore_duty(actor=cast.actor("limin"), duty=row, reason="x")


class TestDefaultAndEnd:
    @pytest.mark.req("DUT-10")
    def test_back_to_the_default_follows_the_pack_again(self, cast: Cast, now: Any) -> None:
        row = duty("help_to_collect")
        before = dict(row.current.rule)
        duties.change_duty(
            actor=wang(cast), duty=row, reason="每季", rule={"every": "quarter", "due": "period_end"}
        )
        apply_again(cast)
        row = duty("help_to_collect")
        assert (row.current.rule["every"], library.setting(row)[0]) == ("quarter", "own")
        page = browser(cast, "wangfang").get(f"/duties/{row.pk}/default/").content.decode()
        assert "每月结束前" in page
        done = browser(cast, "wangfang").post(f"/duties/{row.pk}/default/", {"reason": "还是每月"})
        assert done.status_code == 302
        row = duty("help_to_collect")
        assert (row.current.rule, row.current.number, library.setting(row)[0]) == (before, 3, "default")
        with pytest.raises(Invalid):
            duties.reset_duty(actor=wang(cast), duty=row, reason="x")

    def test_ended_by_the_unit_it_stays_ended_until_the_unit_brings_it_back(
        self, cast: Cast, now: Any
    ) -> None:
        duties.schedule(actor=SYSTEM, ahead_days=14)
        client, row = browser(cast, "wangfang"), duty("daily_patrol")
        assert client.post(f"/duties/{row.pk}/end/", {"reason": "外包了"}).status_code == 302
        history.deliver_all()
        assert dues("daily_patrol", ended_at=None) == ["2027-03-01"] * 2  # each ambassador's
        apply_again(cast)
        assert not duty("daily_patrol").active
        now.move_to(datetime(2027, 3, 8, 1, 0, tzinfo=UTC))
        client = browser(cast, "wangfang")
        assert client.post(f"/duties/{row.pk}/restore/", {"reason": "收回"}).status_code == 302
        history.deliver_all()
        open_now = dues("daily_patrol", state="open", opened_at__gte="2027-03-07T00:00Z")
        assert open_now[0] == "2027-03-08"
        with pytest.raises(Invalid):
            duties.restore_duty(actor=wang(cast), duty=duty("daily_patrol"), reason="x")

    def test_versions_say_who_when_why_and_what_differs(self, cast: Cast, now: Any) -> None:
        row = duty("daily_patrol")
        duties.change_duty(
            actor=wang(cast), duty=row, reason="午前", rule={**row.current.rule, "at": "11:30:00"}, weight=2
        )
        newest, first = reads.editions(duty("daily_patrol"))
        assert {(str(change.label), change.before.zh, change.after.zh) for change in newest.changes} == {
            ("规则", "每日下班前，每人各办", "每日下班前，11:30 前，每人各办"),
            ("权重", "1", "2"),
        }
        assert (newest.version.made_by, newest.version.reason, newest.until) == ("王芳", "午前", None)
        assert (first.changes, first.until) == ((), newest.version.made_at)


def clause_of(cast: Cast, code: str = "receptionist", **more: Any) -> Clause:
    return Clause.objects.create(
        position=cast.position(code), code="x9", number="99.", text="每天更换前台鲜花", order=999, **more
    )


def made(cast: Cast, clause: Clause, **more: Any) -> Duty:
    given: dict[str, Any] = {
        "position": clause.position,
        "kind": "recurring",
        "title": Text("更换鲜花", "Change the flowers"),
        "rule": {"every": "day", "due": "shift_end"},
        "clauses": [clause],
        "texts": TEXTS,
        "reason": "新条款",
    }
    return duties.add_duty(actor=wang(cast), **{**given, **more})


class TestOwnDuties:
    @pytest.mark.req("DUT-01", "DUT-18")
    def test_a_sentence_without_a_duty_gets_one_on_the_page(self, cast: Cast, now: Any) -> None:
        clause, client = clause_of(cast), browser(cast, "wangfang")
        assert "每天更换前台鲜花" in client.get("/duties/unlinked/").content.decode()
        page = client.get("/duties/new/", {"clause": str(clause.pk)})
        assert "每天更换前台鲜花" in page.content.decode()
        # Also before a position is chosen its sentences are offered, by the position's name.
        assert "每天更换前台鲜花" in client.get("/duties/new/").content.decode()
        asked = {
            "position": clause.position_id, "clauses": [clause.pk], "title": "更换鲜花", "place": "前台", "object": "来访客户",
            "method": "枯萎即换", "kind": "recurring", "every": "day", "due": "shift_end", "evidence": "note", "weight": "1",
            "ladder_mode": "usual", "reason": "新条款",
        }  # fmt: skip
        answer = client.post("/duties/new/", asked)
        assert answer.status_code == 302, answer.content.decode()[:2000]
        row = Duty.objects.select_related("current", "unit").get(
            position_code="receptionist", code="own_receptionist_1"
        )
        assert answer["Location"] == f"/duties/{row.pk}/"
        assert (library.setting(row)[0], reads.clauses(row)) == ("unit", [clause])
        assert "每天更换前台鲜花" not in client.get("/duties/unlinked/").content.decode()
        duties.schedule(actor=SYSTEM, ahead_days=3)
        assert dues(row.code)[0] == "2027-03-01"
        # No pack fixes anything of it, and none takes it away.
        rule = {"every": "week", "due": "by", "weekdays": ["fri"]}
        duties.change_duty(
            actor=wang(cast), duty=row, reason="每周", rule=rule, place={"zh": "大堂", "en": "lobby"}
        )
        apply_again(cast)
        row = duty(row.code)
        assert (row.active, row.current.spec["place"]["zh"], reads.has_default(row)) == (True, "大堂", False)

    @pytest.mark.req("ORG-09")
    def test_without_one_of_the_five_things_or_a_clause_there_is_no_duty(self, cast: Cast, now: Any) -> None:
        clause = clause_of(cast)
        for name in ("place", "object", "method"):
            with pytest.raises(Invalid) as refused:
                made(cast, clause, texts={**TEXTS, name: Text("")})
            assert set(refused.value.errors) == {name}
        for wrong in (
            {"clauses": []},
            {"clauses": [clause_of(cast, "ambassador")]},
            {"kind": "triggered", "rule": {"starts": ["case.opened"]}},
            {"rule": {"every": "month", "due": "by"}},
            {"evidence": {"kind": "fact"}},
        ):
            with pytest.raises(Invalid):
                made(cast, clause, **wrong)
        assert not Duty.objects.filter(code__startswith="own_").exists()

    def test_only_in_units_that_one_maintains(self, cast: Cast, now: Any) -> None:
        there = cast.position("receptionist", cast.sibling)
        clause = Clause.objects.create(position=there, code="y1", text="x", order=1)
        with pytest.raises(Refused):
            made(cast, clause)
        with pytest.raises(Refused):
            duties.add_duty(
                actor=cast.actor("limin"), position=cast.position("receptionist"), kind="standing",
                title=Text("x", "x"), rule={}, clauses=[clause_of(cast)], texts=TEXTS,
            )  # fmt: skip

    def test_clauses_are_linked_and_unlinked(self, cast: Cast, now: Any) -> None:
        row, clause = duty("daily_patrol"), clause_of(cast, "ambassador")
        before = [each.pk for each in reads.clauses(row)]
        client = browser(cast, "wangfang")
        assert client.post(f"/duties/{row.pk}/clauses/", {"clauses": [*before, clause.pk]}).status_code == 302
        assert {each.pk for each in reads.clauses(row)} == {*before, clause.pk}
        assert client.post(f"/duties/{row.pk}/clauses/", {"clauses": [clause_of(cast).pk]}).status_code == 422
        assert client.post(f"/duties/{row.pk}/clauses/", {}).status_code == 422
        assert duties.link_clauses(actor=wang(cast), duty=row, clauses=[clause]) == len(before)

    def test_an_own_event_is_reported_and_its_clock_runs(self, cast: Cast, now: Any) -> None:
        rule = {"by_hand": {"zh": "花枯了", "en": "withered"}, "target": {"kind": "elapsed", "minutes": 60}}
        row = made(cast, clause_of(cast), kind="triggered", rule=rule)
        assert row in selectors.reportable(cast.actor("limin"))
        (opened,) = duties.report_event(
            actor=cast.actor("limin"), duty=duty(row.code), unit=cast.centre, note="大厅"
        )
        assert f"{opened.due_at:%H:%M}" == "02:00"

    @pytest.mark.req("DUT-03")
    def test_one_fact_is_offered_once_and_starts_all_that_begin_with_it(self, cast: Cast, now: Any) -> None:
        fact, clause = {"zh": "接到泳客投诉", "en": "a swimmer complains"}, clause_of(cast)
        come, answer, other = (
            made(cast, clause, kind="triggered", title=title, rule={"by_hand": said, "target": target})
            for title, said, target in (
                (Text("到场", "Come"), fact, {"kind": "elapsed", "minutes": 10}),
                (Text("书面答复", "Answer in writing"), fact, {"kind": "days", "days": 3}),
                (
                    Text("浇水", "Water"),
                    {"zh": "花枯了", "en": "withered"},
                    {"kind": "elapsed", "minutes": 60},
                ),
            )
        )
        # Nobody is on shift: what only they would owe is left out, the others begin.
        rule = {"by_hand": fact, "holder": "on_shift", "target": {"kind": "elapsed", "minutes": 10}}
        made(cast, clause, kind="triggered", title=Text("清场", "Clear the pool"), rule=rule)
        client = browser(cast, "limin")
        shown = client.get("/obligations/event/").content.decode()
        assert shown.count("接到泳客投诉") == 1
        assert all(each in shown for each in ("到场 · 10", "书面答复 · 3"))
        first = come if f'value="{come.pk}"' in shown else answer
        assert client.post("/obligations/event/", {"duty": first.pk, "note": "水太凉"}).status_code == 302
        opened = Obligation.objects.filter(duty__in=[come, answer, other])
        assert {(row.duty_id, row.detail) for row in opened} == {(come.pk, "水太凉"), (answer.pk, "水太凉")}


class TestStanding:
    @pytest.mark.req("DUT-16")
    def test_a_standing_duty_is_shown_as_a_standard_and_owes_nothing(self, cast: Cast, now: Any) -> None:
        row = made(cast, clause_of(cast), kind="standing", rule={})
        assert library.rule_of_duty(row).zh == "常设标准（不计时）"
        now.move_to(datetime(2028, 3, 6, 1, 0, tzinfo=UTC))
        duties.schedule(actor=SYSTEM, only=[row.pk])
        assert duties.open_declarations(actor=SYSTEM) == 0
        assert not Obligation.objects.filter(duty=row).exists()
        assert occurrences.groups(duty(row.code), {}) == []
        page = browser(cast, "wangfang").get(f"/duties/{row.pk}/").content.decode()
        assert "常设标准" in page

    @pytest.mark.req("DUT-16")
    def test_its_declaration_is_asked_for_once_a_period_and_is_never_late(self, cast: Cast, now: Any) -> None:
        row = made(cast, clause_of(cast), kind="standing", rule={"declare": "month"})
        assert (duties.open_declarations(actor=SYSTEM), duties.open_declarations(actor=SYSTEM)) == (1, 0)
        (asked,) = Obligation.objects.filter(duty=row)
        assert (asked.holder, asked.due_at, asked.acceptor_position) == (cast.people["limin"], None, None)
        now.move_to(datetime(2027, 3, 31, 12, 0, tzinfo=UTC))
        clocks.tick()
        assert duties.miss_due(actor=SYSTEM) == 0
        assert not asked.is_late(datetime(2028, 1, 1, tzinfo=UTC))
        done = duties.hand_in(actor=cast.actor("limin"), obligation=asked, note="每天都换了")
        assert (done.state, done.late) == ("done", False)
        now.move_to(datetime(2027, 4, 1, 1, 0, tzinfo=UTC))
        assert duties.open_declarations(actor=SYSTEM) == 1
        now.move_to(datetime(2027, 5, 4, 1, 0, tzinfo=UTC))
        assert duties.open_declarations(actor=SYSTEM) == 1
        states = Obligation.objects.filter(duty=row).order_by("slot").values_list("state", flat=True)
        assert list(states) == ["done", "cancelled", "open"]
        duties.end_duty(actor=wang(cast), duty=duty(row.code), reason="x")
        assert duties.open_declarations(actor=SYSTEM) == 0
        assert not Obligation.objects.filter(duty=row, ended_at=None).exists()

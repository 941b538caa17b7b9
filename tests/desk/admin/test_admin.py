"""Administration: logins, calendars, rules, messages, background work, audit, why somebody may."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.domains.organisation.test_pages import browser, send, text_of
from tests.kit.cast import Cast
from zhize.desk.admin import selectors
from zhize.desk.admin.web import running, wording
from zhize.domains.cases import services as cases
from zhize.domains.duties import capabilities as duty_caps
from zhize.domains.duties import services as duties
from zhize.domains.reports import periods
from zhize.kernel import access, jobs, notices, packs
from zhize.kernel.access.models import Grant
from zhize.kernel.accounts import services as accounts
from zhize.kernel.accounts.models import User
from zhize.kernel.calendars import selectors as calendars
from zhize.kernel.calendars.models import Calendar, DayRule, OfficialDay
from zhize.kernel.history import chain
from zhize.kernel.history.models import Entry, Link, Reaction
from zhize.kernel.jobs import registry
from zhize.kernel.jobs.models import Job
from zhize.kernel.jobs.selectors import NAMED_AFTER
from zhize.kernel.notices.models import DeadAddress, Delivery, NoticeTemplate
from zhize.kernel.org.models import Appointment, Person
from zhize.lib.text import Text


def complaint(cast: Cast) -> Any:
    intake = cases.Intake(
        type="complaint",
        title="电梯异响",
        channel="phone",
        customer=cast.customers["A101"],
        premises=cast.rooms["A101"],
    )
    return cases.open_case(actor=cast.actor("limin"), intake=intake)


class TestLogins:
    def test_a_login_is_opened_given_a_code_and_disabled(self, cast: Cast) -> None:
        client = browser("liuqiang")
        person = Person.objects.create(name="新人", employee_no="N1")
        Appointment.objects.create(
            person=person, position=cast.position("receptionist"), from_on=date(2024, 1, 1)
        )
        assert "开通账号" in text_of(client, f"/people/{person.pk}/")
        send(client, "/admin/logins/new/", {"person": person.pk, "login": "xinren"})
        user = User.objects.get(login="xinren")
        page = client.post(f"/admin/logins/{user.pk}/code/")
        secret = page.content.decode().split('data-copy="')[1].split('"')[0]
        accounts.use_code(code=secret, password="brave-tiger-42")
        user.refresh_from_db()
        assert user.check_password("brave-tiger-42")
        assert "可登录" in text_of(client, f"/admin/logins/{user.pk}/")
        send(client, f"/admin/logins/{user.pk}/sessions/end/")
        send(client, f"/admin/logins/{user.pk}/active/")
        user.refresh_from_db()
        assert not user.is_active
        assert "xinren" in text_of(client, "/admin/logins/?chip=off")

    def test_the_manager_reaches_no_login_of_the_sibling(self, cast: Cast) -> None:
        other = User.objects.get(login="qianjin")
        client = browser("liuqiang")
        assert client.get(f"/admin/logins/{other.pk}/").status_code == 404
        assert client.post(f"/admin/logins/{other.pk}/code/").status_code == 404
        assert "钱进" not in text_of(client, "/admin/logins/")


@pytest.mark.req("ORG-17")
class TestCalendars:
    def make(self, cast: Cast) -> Calendar:
        hours = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-18:00")
        send(
            browser("liuqiang"), "/admin/calendars/new/",
            {"unit": cast.centre.pk, "name": "中心日历", **hours, "follows_official": "on", "reason": "开办"},
        )  # fmt: skip
        return Calendar.objects.get(unit=cast.centre)

    def test_the_year_shows_weekends_holidays_and_make_up_days(self, cast: Cast) -> None:
        calendar = self.make(cast)
        shown = text_of(browser("liuqiang"), f"/admin/calendars/{calendar.pk}/?year=2026")
        assert shown.count('class="month"') == 12
        assert "2026-10-01 国庆节" in shown and "day-holiday" in shown and "day-makeup" in shown
        provisional = text_of(browser("liuqiang"), f"/admin/calendars/{calendar.pk}/?year=2031")
        assert "2031 年国家放假安排尚未公布" in provisional

    def test_a_duty_due_on_saturday_of_a_monday_to_friday_unit_waits_for_monday_unless_it_is_made_a_workday(
        self, cast: Cast
    ) -> None:
        calendar = self.make(cast)
        saturday = date(2026, 3, 14)
        assert not calendars.for_unit(cast.centre).hours_on(saturday)

        def due() -> datetime:
            """An hour of work begun on Friday at 17:30 local time."""
            with time_machine.travel(datetime(2026, 3, 13, 9, 30, tzinfo=UTC), tick=False):
                row = duties.open_obligation(
                    actor=access.system(duty_caps.TRIGGER), unit=cast.centre, title=Text("巡查", "Round"),
                    position=cast.position("receptionist"), target={"kind": "working", "minutes": 60},
                )  # fmt: skip
            return row.due_at

        assert due() == datetime(2026, 3, 16, 1, 30, tzinfo=UTC)
        client = browser("liuqiang")
        send(
            client,
            f"/admin/calendars/{calendar.pk}/days/2026-03-14/",
            {"kind": "workday", "hours": "09:00-12:00", "name": "值守", "reason": "活动"},
        )
        assert [str(each) for each in calendars.for_unit(cast.centre).hours_on(saturday)] == ["09:00-12:00"]
        assert DayRule.objects.filter(version__calendar=calendar, date=saturday, source="own").exists()
        assert "day-own" in text_of(client, f"/admin/calendars/{calendar.pk}/?year=2026")
        send(client, f"/admin/calendars/{calendar.pk}/days/2026-03-14/", {"kind": "", "reason": "取消"})
        assert not calendars.for_unit(cast.centre).hours_on(saturday)
        assert client.get(f"/admin/calendars/{calendar.pk}/days/2026-02-30/").status_code == 404

    def test_what_falls_due_on_a_saturday_follows_the_shift_rule_of_the_unit(self, cast: Cast) -> None:
        """§0: «within N days» waits for the next working day, «by the Nth» is due the working day before."""
        wednesday = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
        with time_machine.travel(wednesday - timedelta(hours=1), tick=False):
            calendar = self.make(cast)

        def within_three_days() -> datetime:
            with time_machine.travel(wednesday, tick=False):
                row = duties.open_obligation(
                    actor=access.system(duty_caps.TRIGGER), unit=cast.centre, title=Text("整改", "Put right"),
                    position=cast.position("receptionist"), target={"kind": "days", "days": 3},
                )  # fmt: skip
            return row.due_at

        def by_the_last_of_the_month(day: date) -> datetime:
            spec = packs.live("reports", "monthly_stocktake")
            due = periods.due_at(spec, periods.of(spec, day), cast.centre)
            assert due is not None
            return due

        assert within_three_days() == datetime(2026, 3, 16, 10, 0, tzinfo=UTC)  # Monday, end of work
        # 31 January 2026 is a Saturday; so is 28 February, but that is a make-up workday 调休.
        assert by_the_last_of_the_month(date(2026, 1, 9)) == datetime(2026, 1, 30, 10, 0, tzinfo=UTC)
        assert by_the_last_of_the_month(date(2026, 2, 9)) == datetime(2026, 2, 28, 10, 0, tzinfo=UTC)
        with time_machine.travel(wednesday, tick=False):
            send(
                browser("liuqiang"), f"/admin/calendars/{calendar.pk}/days/2026-03-14/",
                {"kind": "workday", "hours": "09:00-12:00", "name": "值守", "reason": "活动"},
            )  # fmt: skip
        assert within_three_days() == datetime(2026, 3, 14, 4, 0, tzinfo=UTC)

    def test_weekly_hours_are_changed_and_errors_stand_beside_their_day(self, cast: Cast) -> None:
        calendar = self.make(cast)
        client = browser("liuqiang")
        path = f"/admin/calendars/{calendar.pk}/hours/"
        wrong = client.post(path, {"mon": "nine", "reason": "x"})
        assert wrong.status_code == 422 and "时间写成" in wrong.content.decode()
        send(client, path, {"mon": "08:30-12:00, 13:30-17:30", "follows_official": "on", "reason": "夏令"})
        assert [str(each) for each in calendars.for_unit(cast.centre).hours_on(date(2026, 3, 16))] == [
            "08:30-12:00",
            "13:30-17:30",
        ]

    def test_a_year_file_is_loaded(self, cast: Cast) -> None:
        content = "date,kind,name\n2031-01-01,休,元旦\n2031-01-04,班,元旦\n"
        client = browser("liuqiang")
        send(client, "/admin/calendars/load/", {"file": SimpleUploadedFile("2031.csv", content.encode())})
        assert OfficialDay.objects.filter(year=2031).count() == 2
        bad = client.post("/admin/calendars/load/", {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
        assert bad.status_code == 422


class TestRules:
    def test_case_types_are_shown_with_states_moves_and_rules(self, cast: Cast) -> None:
        client = browser("liuqiang")
        assert "投诉" in text_of(client, "/admin/case-types/")
        shown = text_of(client, "/admin/case-types/complaint/")
        for piece in ("已受理", "待回访", "办结答复", "责任区域的客户大使", "所有其他情况", "前台本身"):
            assert piece in shown
        assert "front_desk" not in shown
        assert client.get("/admin/case-types/nothing/").status_code == 404

    def test_a_time_limit_is_changed_with_a_reason_and_only_from_then_on(self, cast: Cast) -> None:
        client = browser("liuqiang")
        before = packs.live("deadlines", "answer")
        index = len(before.rows) - 1
        path = f"/admin/settings/deadlines/answer/rows.{index}.target.minutes/"
        assert client.post(path, {"value": "720", "reason": ""}).status_code == 422
        assert client.post(path, {"value": "soon", "reason": "x"}).status_code == 422
        send(client, path, {"value": "720", "reason": "服务承诺"})
        assert packs.live("deadlines", "answer").rows[index].target.minutes == 720
        shown = text_of(client, "/admin/deadlines/")
        assert "12 小时" in shown and "服务承诺" in shown
        assert "服务承诺" in text_of(client, "/admin/packs/")
        assert browser("limin").post(path, {"value": "1", "reason": "x"}).status_code == 403


class TestMessages:
    def test_wording_is_changed_checked_previewed_and_reverted(self, cast: Cast) -> None:
        client = browser("liuqiang")
        code = "case.assigned"
        assert code in text_of(client, "/admin/messages/")
        texts = {
            "title_zh": "请办：{number}",
            "title_en": "To do: {number}",
            "body_zh": "{title}",
            "body_en": "{title}",
        }
        wrong = client.post(f"/admin/messages/{code}/", {**texts, "title_zh": "{secret}"})
        assert wrong.status_code == 422 and "secret" in wrong.content.decode()
        preview = client.post(
            f"/admin/messages/{code}/preview/", {**texts, "body_zh": "{nothing}"}
        ).content.decode()
        assert "请办：" in preview and "nothing" in preview and "<html" not in preview
        send(client, f"/admin/messages/{code}/", texts)
        assert NoticeTemplate.objects.get(code=code, current=True).title_zh == "请办：{number}"
        assert "本单位" in text_of(client, "/admin/messages/")
        send(client, f"/admin/messages/{code}/revert/")
        assert not NoticeTemplate.objects.filter(code=code, current=True).exists()


class TestRunning:
    def test_a_failed_delivery_is_sent_again_and_a_dead_address_revived(self, cast: Cast) -> None:
        client = browser("liuqiang")
        complaint(cast)
        from zhize.kernel import history

        history.deliver_all()
        notices.send(
            to=[cast.people["chenjing"]],
            template="case.assigned",
            context={"number": "1", "title": "x"},
            actor=cast.actor("liuqiang"),
        )
        row = Delivery.objects.filter(channel="email").latest("pk")
        Delivery.objects.filter(pk=row.pk).update(state="failed", error="550 no such user")
        assert "550 no such user" in text_of(client, "/admin/deliveries/?chip=failed")
        send(client, f"/admin/deliveries/{row.pk}/retry/")
        row.refresh_from_db()
        assert row.state == "queued"
        Delivery.objects.filter(pk=row.pk).update(state="bounced", address="A@b.example")
        dead = DeadAddress.objects.create(
            channel="email", address="a@b.example", reason="550", since=datetime(2026, 1, 1, tzinfo=UTC)
        )
        DeadAddress.objects.create(
            channel="email",
            address="elsewhere@b.example",
            reason="550",
            since=datetime(2026, 1, 1, tzinfo=UTC),
        )
        page = text_of(client, "/admin/deliveries/addresses/")
        assert ("a@b.example" in page, "elsewhere@b.example" in page) == (True, False)
        send(client, f"/admin/deliveries/addresses/{dead.pk}/clear/")
        assert [row.address for row in DeadAddress.objects.all()] == ["elsewhere@b.example"]

    def test_jobs_are_listed_and_cancelled(self, cast: Cast) -> None:
        client = browser("liuqiang")
        jobs.defer("history.deliver", reaction_id=0)
        row = Job.objects.latest("pk")
        assert "办理后续动作" in text_of(client, "/admin/jobs/")
        assert "history.deliver" in text_of(client, "/admin/jobs/")
        send(client, f"/admin/jobs/{row.pk}/cancel/")
        assert "已取消" in text_of(client, f"/admin/jobs/{row.pk}/")
        assert client.post(f"/admin/jobs/{row.pk}/retry/").status_code == 409
        assert browser("wangfang").post(f"/admin/jobs/{row.pk}/cancel/").status_code == 403

    def test_a_reaction_that_was_given_up_runs_again(self, cast: Cast) -> None:
        client = browser("liuqiang")
        complaint(cast)
        row = Reaction.objects.latest("pk")
        Reaction.objects.filter(pk=row.pk).update(state="failed", attempts=12, error="Boom")
        assert "Boom" in text_of(client, "/admin/reactions/")
        send(client, f"/admin/reactions/{row.pk}/retry/")
        row.refresh_from_db()
        assert (row.state, row.attempts) == ("queued", 0)
        assert client.post(f"/admin/reactions/{row.pk}/retry/").status_code == 409

    def test_a_reaction_that_fails_again_and_again_is_named_before_it_is_given_up(self, cast: Cast) -> None:
        client = browser("liuqiang")
        complaint(cast)
        row = Reaction.objects.latest("pk")
        assert "没有反复失败的后续动作" in text_of(client, "/admin/reactions/")
        Reaction.objects.filter(pk=row.pk).update(attempts=NAMED_AFTER, error="Boom")
        said = text_of(client, "/admin/reactions/")
        assert "Boom" in said
        assert "已放弃" not in said and "全部重试" not in said

    def test_what_was_given_up_stands_before_what_is_still_tried(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(running, "SHOWN", 1)
        complaint(cast)
        complaint(cast)
        oldest = Reaction.objects.earliest("pk")
        trying = Reaction.objects.exclude(pk=oldest.pk)
        assert trying.update(state="queued", attempts=NAMED_AFTER, error="Boom") > 0
        Reaction.objects.filter(pk=oldest.pk).update(state="failed", attempts=60, error="Given up")
        said = text_of(browser("liuqiang"), "/admin/reactions/")
        assert "Given up" in said and "Boom" not in said and "全部重试" in said
        assert f"前 1 个，共 {trying.count() + 1} 个" in said

    def test_all_reactions_that_were_given_up_run_again_by_one_click(self, cast: Cast) -> None:
        client = browser("liuqiang")
        complaint(cast)
        given_up = Reaction.objects.update(state="failed", attempts=60, error="Boom")
        assert "全部重试" in text_of(client, "/admin/reactions/")
        assert browser("wangfang").post("/admin/reactions/retry/").status_code == 403
        assert Reaction.objects.filter(state="failed").count() == given_up
        send(client, "/admin/reactions/retry/")
        assert not Reaction.objects.filter(state="failed").exists()
        assert Entry.objects.get(verb="reaction.all_retried").data["count"] == given_up
        assert "没有反复失败的后续动作" in text_of(client, "/admin/reactions/")
        jobs.defer("history.sweep")
        jobs.run_all()
        assert not Reaction.objects.exclude(state="done").exists()


class TestAudit:
    def test_it_is_searched_by_who_verb_subject_and_shows_before_and_after(self, cast: Cast) -> None:
        client = browser("liuqiang")
        send(
            client, f"/units/{cast.centre.pk}/edit/", {"name": "碧水园中心", "code": "WY-A", "kind": "centre"}
        )
        entry = Entry.objects.get(verb="unit.changed")
        for query in (
            "verb=unit.changed",
            f"person={cast.people['liuqiang'].pk}",
            "q=碧水园中心",
            "subject_type=org.unit",
            f"unit={cast.centre.pk}",
        ):
            assert f"/admin/audit/{entry.pk}/" in text_of(client, f"/admin/audit/?{query}"), query
        assert f"/admin/audit/{entry.pk}/" not in text_of(
            client, f"/admin/audit/?person={cast.people['limin'].pk}"
        )
        shown = text_of(client, f"/admin/audit/{entry.pk}/")
        assert "碧水园物业服务中心" in shown and "碧水园中心" in shown
        assert browser("qianjin").get(f"/admin/audit/{entry.pk}/").status_code == 403

    def test_an_export_leaves_a_trace(self, cast: Cast) -> None:
        client = browser("liuqiang")
        assert client.get("/admin/audit/?export=csv").status_code == 200
        assert Entry.objects.filter(verb="list.exported").exists()
        assert browser("wangfang").get("/admin/audit/?export=csv").status_code == 403

    def test_what_was_not_checked_is_said(self, cast: Cast) -> None:
        before = chain.FIRST
        for number, entry in enumerate(Entry.objects.order_by("pk")[:3], start=1):
            before = chain.digest(entry, before)
            Link.objects.create(number=number, entry=entry, digest=before)
        tail, whole = selectors.verify_tail(1), selectors.verify_tail(3)
        assert (tail.count, tail.unchecked, tail.faults) == (1, 2, ())
        assert (whole.count, whole.unchecked, whole.faults) == (3, 0, ())

    def test_the_chain_is_checked(self, cast: Cast) -> None:
        client = browser("liuqiang")
        assert "尚未封存" in text_of(client, "/admin/audit/chain/")
        assert "全部相符" in client.post("/admin/audit/chain/").content.decode()

    def test_the_list_asks_a_fixed_number_of_questions(
        self, cast: Cast, django_assert_max_num_queries: Any
    ) -> None:
        complaint(cast)
        client = browser("liuqiang")
        client.get("/admin/audit/")
        with django_assert_max_num_queries(25):
            client.get("/admin/audit/")


@pytest.mark.req("ORG-30")
def test_why_somebody_can_or_cannot_is_answered(cast: Cast) -> None:
    case = complaint(cast)
    client = browser("liuqiang")

    def asked(login: str, capability: str, number: str = "") -> str:
        return text_of(
            client, f"/admin/why/?person={cast.people[login].pk}&capability={capability}&case={number}"
        )

    assert "陈静 可以：关闭工单" in asked("chenjing", "case.close", case.number)
    assert "有这项权限，但范围够不到" in asked("zhaoyun", "case.close", case.number)
    assert "所在岗位都没有这项权限" in asked("hewei", "case.void")
    assert "没有这个编号的工单" in asked("chenjing", "case.close", "TS-0")
    assert browser("limin").get("/admin/why/").status_code == 403


@pytest.mark.req("ORG-31")
def test_messages_of_another_centre_are_not_looked_after_here(cast: Cast) -> None:
    sent = notices.send(
        to=[cast.people["chenjing"]],
        template="case.forwarded",
        context=dict.fromkeys(
            ("number", "title", "type", "customer", "place", "description", "accepted", "due", "link"), "绝密"
        ),
        subject=complaint(cast),
        actor=access.system("cases.forward"),
        channels=["email"],
    ).deliveries[0]
    desk = cast.position("receptionist", cast.sibling)
    Grant.objects.create(position=desk, capability="delivery.view", scope="unit")
    here, there = browser("liuqiang"), browser("qianjin")
    assert "绝密" in text_of(here, "/admin/deliveries/")
    assert "绝密" not in text_of(there, "/admin/deliveries/")
    assert there.get(f"/admin/deliveries/{sent.pk}/").status_code == 404


def test_every_background_job_is_called_by_words() -> None:
    ours = {task.name for task in registry.TASKS.values() if task.function.__module__.startswith("zhize.")}
    assert ours
    assert {name for name in ours if wording.job(name) == name} == set()

"""Who is told what, in which language, by which way, and when."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.utils.translation import gettext_lazy as _

from tests.kernel.notices.conftest import Mailbox
from tests.kit import people
from zhize.kernel import access, jobs, notices
from zhize.kernel.db import Invalid, NotFound, Refused
from zhize.kernel.history import timeline
from zhize.kernel.notices import delivering, selectors, services, texts
from zhize.kernel.notices.models import Delivery, Notice
from zhize.lib.text import Text

pytestmark = pytest.mark.django_db

SENDER = access.system_actor("tests.sender", caps=())
NIGHT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai


def send(template: str, **values: Any) -> notices.Sent:
    context = values.pop("context", {"number": "TS-1", "name": "李敏"})
    return notices.send(template=template, context=context, actor=access.system(SENDER), **values)


class TestTexts:
    def test_the_texts_of_all_messages_are_had_in_two_queries(
        self, django_assert_max_num_queries: Any
    ) -> None:
        codes = [item.code for item in texts.all_templates()]
        assert len(codes) > 10
        with django_assert_max_num_queries(2):
            assert [found.code for found in selectors.texts_in_force(codes)] == codes

    def test_everybody_reads_it_in_his_own_language(self, greeting: str) -> None:
        chinese = people.person(language="zh-hans")
        traditional = people.person(language="zh-hant")
        english = people.person(language="en")
        send(
            greeting,
            to=[chinese, traditional, english],
            context={"number": "1", "name": Text("王芳", "Ms Wang")},
        )
        told = {row.person_id: row for row in Notice.objects.all()}
        assert told[chinese.pk].title == "工单 1 已受理"
        assert "王芳" in told[chinese.pk].body
        assert told[traditional.pk].title == "工單 1 已受理"
        assert told[english.pk].title == "Case 1 was accepted"
        assert "Ms Wang" in told[english.pk].body

    def test_what_is_filled_in_is_never_read_as_a_placeholder_or_code(self, greeting: str) -> None:
        send(greeting, to=[people.person()], context={"number": "{name.__class__} %s {due}", "name": "x"})
        assert Notice.objects.get().title == "工单 {name.__class__} %s {due} 已受理"

    def test_missing_values_times_and_lazy_texts_are_readable(self, greeting: str) -> None:
        due = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
        send(greeting, to=[people.person()], context={"number": _("投诉"), "due": due})
        row = Notice.objects.get()
        assert "2026-03-02 09:30" in row.body
        assert "—" in row.body

    def test_an_undeclared_name_is_the_sender_s_mistake(self, greeting: str) -> None:
        with pytest.raises(ValueError, match="colour"):
            send(greeting, to=[people.person()], context={"colour": "red"})

    def test_an_unknown_message_is_refused(self) -> None:
        with pytest.raises(notices.UnknownTemplate):
            send("tests.unknown", to=[people.person()])

    def test_a_declaration_with_undeclared_placeholders_is_refused(self) -> None:
        with pytest.raises(ValueError, match="due"):
            notices.template("tests.wrong", zh=("{due}", ""), en=("", ""), names=["number"])
        assert texts.declared("tests.wrong") is None


class TestOverrides:
    @pytest.fixture
    def editor(self) -> access.Actor:
        return people.actor(people.somebody({"message.edit": "all"}))

    def test_the_site_s_text_goes_before_the_pack_s_and_that_before_ours(
        self, greeting: str, editor: access.Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        packed = notices.Message(Text("包：{number}", "Pack: {number}"), Text("", ""))
        monkeypatch.setattr(texts, "_pack_source", lambda codes: {greeting: (packed, True)})
        assert selectors.text_of(greeting).origin == "pack"
        send(greeting, to=[people.person()])
        assert Notice.objects.latest("pk").title == "包：TS-1"
        assert Notice.objects.latest("pk").needs_ack
        services.save_text(actor=editor, code=greeting, title=Text("站：{number}", "S"), body=Text("", ""))
        send(greeting, to=[people.person()])
        assert Notice.objects.latest("pk").title == "站：TS-1"
        services.revert_text(actor=editor, code=greeting)
        assert selectors.text_of(greeting).origin == "pack"

    def test_every_change_is_a_version_and_stands_in_history(
        self, greeting: str, editor: access.Actor
    ) -> None:
        for title in ("一", "二"):
            row = services.save_text(actor=editor, code=greeting, title=Text(title, ""), body=Text("", ""))
        assert [item.version for item in selectors.versions(greeting)] == [2, 1]
        assert timeline(row).get().sentence().endswith(greeting)

    @pytest.mark.parametrize(
        "title", ["{colour}", "{number", "{number.x}", "{number!r}", "{}", "{number:>9}", ""]
    )
    def test_a_wrong_placeholder_is_refused_with_the_field(
        self, greeting: str, editor: access.Actor, title: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            services.save_text(actor=editor, code=greeting, title=Text(title, ""), body=Text("", ""))
        assert list(refused.value.errors) == ["title"]
        assert not selectors.versions(greeting).exists()

    def test_only_who_may_change_texts_does(self, greeting: str) -> None:
        with pytest.raises(Refused):
            services.save_text(
                actor=people.actor(people.somebody({})), code=greeting, title=Text("x", ""), body=Text("", "")
            )


class TestWays:
    def test_by_default_a_person_gets_a_notice_and_a_mail(self, greeting: str) -> None:
        send(greeting, to=[people.person(email="li@example.com"), people.person()])
        assert Notice.objects.count() == 2
        assert [(row.channel, row.address) for row in Delivery.objects.all()] == [("email", "li@example.com")]

    def test_named_twice_told_once(self, greeting: str) -> None:
        who = people.person()
        send(greeting, to=[who, who])
        assert Notice.objects.count() == 1

    def test_a_given_way_goes_before_the_person_s_wish(self, greeting: str) -> None:
        user = people.somebody({})
        services.set_preferences(actor=people.actor(user), channels=["in_app"])
        user.person.email = "li@example.com"
        user.person.save()
        send(greeting, to=[user.person])
        assert not Delivery.objects.exists()
        send(greeting, to=[user.person], channels=["email"])
        assert Delivery.objects.count() == 1
        assert Notice.objects.count() == 1

    def test_a_demanded_mail_without_an_address_is_seen_in_the_log(self, greeting: str) -> None:
        send(greeting, to=[people.person(email="")], channels=["email"])
        assert Delivery.objects.get().state == "suppressed"

    def test_what_must_be_acknowledged_always_has_a_notice(self, greeting: str) -> None:
        send(greeting, to=[people.person(email="li@example.com")], channels=["email"], needs_ack=True)
        assert Notice.objects.get().needs_ack

    def test_telling_many_costs_the_same_number_of_queries(
        self, greeting: str, django_assert_max_num_queries: Any
    ) -> None:
        few = [people.person(email="a@example.com")]
        many = [people.person(email=f"p{n}@example.com") for n in range(40)]
        with django_assert_max_num_queries(30) as counted:
            send(greeting, to=few)
        with django_assert_max_num_queries(len(counted)):
            send(greeting, to=many)


class TestQuietHours:
    @pytest.fixture
    def sleeper(self) -> Any:
        user = people.somebody({})
        user.person.email = "li@example.com"
        user.person.save()
        services.set_preferences(
            actor=people.actor(user), channels=["email"], quiet_from=time(22), quiet_to=time(7, 30)
        )
        return user.person

    def test_a_mail_waits_until_the_morning_and_the_notice_does_not(
        self, greeting: str, sleeper: Any, mailbox: Mailbox
    ) -> None:
        with time_machine.travel(NIGHT, tick=False) as now:
            send(greeting, to=[sleeper])
            jobs.run_all()
            assert mailbox.got == []
            assert Notice.objects.count() == 1
            now.move_to(datetime(2026, 3, 2, 23, 29, tzinfo=UTC))
            delivering.sweep()
            jobs.run_all()
            assert mailbox.got == []
            now.shift(timedelta(minutes=1))
            delivering.sweep()
            jobs.run_all()
        assert len(mailbox.got) == 1

    def test_what_is_urgent_does_not_wait(self, greeting: str, sleeper: Any, mailbox: Mailbox) -> None:
        with time_machine.travel(NIGHT, tick=False):
            send(greeting, to=[sleeper], urgent=True)
            jobs.run_all()
        assert len(mailbox.got) == 1

    @pytest.mark.parametrize(
        ("hour", "quiet", "leaves"),
        [
            (23, (22, 7), (3, 7)),
            (6, (22, 7), (2, 7)),
            (7, (22, 7), (2, 7)),
            (12, (22, 7), (2, 12)),
            (22, (22, 7), (3, 7)),
            (13, (12, 14), (2, 14)),
            (14, (12, 14), (2, 14)),
            (11, (12, 14), (2, 11)),
        ],
    )
    def test_the_first_moment_outside(
        self, hour: int, quiet: tuple[int, int], leaves: tuple[int, int]
    ) -> None:
        from zoneinfo import ZoneInfo

        from zhize.kernel.notices.quiet import leave_at

        zone = ZoneInfo("Asia/Shanghai")
        now = datetime(2026, 3, 2, hour, tzinfo=zone)
        found = leave_at(now, time(quiet[0]), time(quiet[1]), "Asia/Shanghai")
        assert found == datetime(2026, 3, leaves[0], leaves[1], tzinfo=zone)


class TestReading:
    def test_reading_and_acknowledging_are_the_person_s_own(self, greeting: str) -> None:
        user = people.somebody({})
        other = people.actor(people.somebody({"notice.view": "all"}))
        send(greeting, to=[user.person], subject=user.person, needs_ack=True)
        notice = Notice.objects.get()
        with pytest.raises(NotFound):
            services.acknowledge(actor=other, notice=notice)
        with pytest.raises(NotFound):
            services.read(actor=other, notice=notice)
        notice.refresh_from_db()
        assert (notice.read_at, notice.ack_at) == (None, None)
        mine = people.actor(user)
        assert selectors.unread_count(mine) == 1
        assert list(selectors.to_acknowledge(mine)) == [notice]
        services.acknowledge(actor=mine, notice=notice)
        services.acknowledge(actor=mine, notice=Notice.objects.get())
        assert selectors.unread_count(mine) == 0
        assert [entry.verb for entry in timeline(user.person)] == ["notice.acknowledged"]
        assert selectors.acknowledgements(user.person).get().ack_at is not None

    def test_reading_all_leaves_what_still_wants_an_acknowledgement(self, greeting: str) -> None:
        user = people.somebody({})
        send(greeting, to=[user.person])
        send(greeting, to=[user.person], needs_ack=True)
        assert services.read_all(actor=people.actor(user)) == 1
        assert selectors.unread_count(people.actor(user)) == 1


class TestPreferences:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"channels": ["pigeon"]},
            {"channels": ["push"]},
            {"channels": ["push"], "push_address": "json://10.0.0.1/x"},
            {"channels": ["push"], "push_address": "mailto://user:pass@example.com"},
            {"channels": [], "quiet_from": time(22)},
            {"channels": [], "quiet_from": time(22), "quiet_to": time(22)},
        ],
    )
    def test_what_cannot_be_is_refused(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(Invalid):
            services.set_preferences(actor=people.actor(people.somebody({})), **wrong)

    def test_a_wecom_robot_is_accepted(self) -> None:
        actor = people.actor(people.somebody({}))
        services.set_preferences(actor=actor, channels=["push"], push_address="wecombot://abcdefghijkl")
        assert actor.person_id is not None

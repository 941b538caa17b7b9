"""My day, coverage, and what the clauses of a position sheet are carried out by."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine

from tests.domains.duties import cast
from tests.domains.duties.cast import MONDAY_9, duty_spec
from tests.domains.duties.test_pages import browser
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import selectors
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.services import library
from zhize.kernel import access
from zhize.kernel.db import marks
from zhize.kernel.org.models import Absence, Clause, Shift
from zhize.lib.text import Text

SYSTEM = access.system(caps.TRIGGER)


def owe(centre, holder="李敏", position="receptionist", hours=24.0, **more):
    return duties.open_obligation(
        actor=more.pop("actor", SYSTEM),
        unit=centre.unit,
        title=Text(f"事 {hours}", f"thing {hours}"),
        holder=centre.people[holder] if holder else None,
        position=centre.positions[position],
        target=more.pop("target", {"kind": "elapsed", "minutes": int(hours * 60)}),
        **more,
    )


def codes(day):
    return {block.code: [str(item.obligation) for item in block.items] for block in day.blocks if block.items}


@pytest.mark.req("DUT-14")
class TestBlocks:
    def test_overdue_now_today_week_month_later_paused(self, centre, now):
        late = owe(centre, hours=0.5)
        for hours in (2, 8, 50, 24 * 9, 24 * 30):
            owe(centre, hours=hours)
        owe(centre, target={"kind": "none"}, hours=99)
        paused = owe(centre, hours=3)
        from zhize.kernel import clocks

        clocks.pause(paused.clock, reason="等", actor=SYSTEM)
        now.move_to(MONDAY_9 + timedelta(hours=1))
        day = selectors.my_day(centre.actor("李敏"))
        assert codes(day) == {
            "overdue": [str(late)],
            "now": ["事 2"],
            "today": ["事 8"],
            "week": ["事 50"],
            "month": ["事 216"],
            "later": ["事 720", "事 99"],
            "waiting": ["事 3"],
        }
        assert day.count == 8

    def test_not_before_keeps_it_for_later_today(self, centre):
        owe(centre, hours=1, not_before=MONDAY_9 + timedelta(minutes=30))
        assert list(codes(selectors.my_day(centre.actor("李敏")))) == ["today"]

    def test_what_it_is_about_stands_beside_it(self, centre):
        matter = centre.matter()
        owe(centre, subject=matter)
        (item,) = [item for block in selectors.my_day(centre.actor("李敏")).blocks for item in block.items]
        assert (item.subject.zh, item.url, item.why, item.needs) == (
            f"事项 {matter.code}", f"/matters/{matter.pk}/", "mine", "fact",
        )  # fmt: skip

    def test_given_returned_to_accept_and_the_month(self, centre, now):
        task = duties.assign_task(
            actor=centre.actor("王芳"), unit=centre.unit, title="交办", holder=centre.people["李敏"],
            due_at=MONDAY_9 + timedelta(hours=4),
        )  # fmt: skip
        duties.fulfil(actor=centre.actor("李敏"), obligation=task, note="好了")
        day = selectors.my_day(centre.actor("王芳"))
        assert (day.given, day.returned, day.to_accept) == (1, 0, 1)
        duties.give_back(actor=centre.actor("王芳"), obligation=task, reason="再来")
        day = selectors.my_day(centre.actor("王芳"))
        assert (day.given, day.returned, day.to_accept) == (1, 1, 0)
        remarks = {
            item.returned and (item.returned.who, item.returned.remark)
            for block in selectors.my_day(centre.actor("李敏")).blocks
            for item in block.items
        }
        assert remarks == {("王芳", "再来")}

    def test_the_number_of_queries_does_not_grow(self, centre, django_assert_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        matters = [centre.matter() for _ in range(3)]
        owe(centre, subject=matters[0])
        actor = centre.actor("李敏")
        with marks.reading():
            selectors.my_day(actor)  # Whom it names is in memory from now on.
        with marks.reading(), CaptureQueriesContext(connection) as few:
            selectors.my_day(actor)
        for number in range(200):
            owe(centre, hours=number + 1, subject=matters[number % 3])
        with marks.reading(), django_assert_num_queries(len(few)):
            day = selectors.my_day(actor)
            assert day.count == 201
            shown = [
                (str(item.obligation), item.obligation.reference, item.url, item.obligation.state_label)
                for block in day.blocks
                for item in block.items
            ]
        assert len(shown) == 201
        assert len(few) <= 9

    def test_the_first_of_each_block_are_read_and_all_are_counted(self, centre):
        for number in range(5):
            owe(centre, hours=6 + number / 10)
            owe(centre, hours=24 * 9 + number)
        about = centre.matter()
        owe(centre, hours=6, subject=about)
        actor = centre.actor("李敏")

        def found(**asked):
            day = selectors.my_day(actor, **asked)
            return {
                block.code: (len(block.items), block.count)
                for block in day.blocks
                if block.items or block.count
            }

        assert found() == {"today": (6, 6), "month": (5, 5)}
        assert found(first=2) == {"today": (2, 6), "month": (2, 5)}
        assert found(first=2, whole={"today"}) == {"today": (6, 6), "month": (2, 5)}
        assert found(first=2, only="month") == {"today": (0, 6), "month": (2, 5)}
        assert found(without={(about._meta.label_lower, about.pk)})["today"] == (5, 5)
        first = selectors.my_day(actor, first=2).blocks
        everything = selectors.my_day(actor).blocks
        assert [block.items[:2] for block in everything] == [block.items for block in first]


@pytest.mark.req("ORG-07")
class TestIncludedPositions:
    def test_the_lead_sees_the_desks_duties_when_no_receptionist_is_on_shift(self, centre, now):
        row = owe(centre)
        pool = owe(centre, holder=None, hours=3)
        lead = centre.actor("周涛")
        assert selectors.my_day(lead).count == 0
        for name in ("李敏", "周敏"):
            Absence.objects.create(
                person=centre.people[name],
                from_at=MONDAY_9 - timedelta(hours=1),
                to_at=MONDAY_9 + timedelta(hours=8),
            )
        items = [item for block in selectors.my_day(lead).blocks for item in block.items]
        assert {item.obligation for item in items} == {row, pool}
        assert {item.why for item in items} == {"included"}
        assert duties.fulfil(actor=lead, obligation=row, note="代办").done_by == centre.people["周涛"]
        now.move_to(MONDAY_9 + timedelta(hours=9))
        assert selectors.my_day(lead).count == 0

    def test_where_a_roster_is_kept_only_who_is_on_it_counts(self, centre):
        owe(centre)
        lead = centre.actor("周涛")
        shift = {"unit": centre.unit, "from_at": MONDAY_9 - timedelta(hours=1)}
        Shift.objects.create(person=centre.people["陈静"], **shift)
        assert selectors.my_day(lead).count == 1
        Shift.objects.create(person=centre.people["周敏"], **shift)
        assert selectors.my_day(lead).count == 0

    def test_others_do_not_see_them(self, centre):
        owe(centre)
        Shift.objects.create(
            person=centre.people["陈静"], unit=centre.unit, from_at=MONDAY_9 - timedelta(hours=1)
        )
        assert selectors.my_day(centre.actor("陈静")).count == 0


class TestUnit:
    def test_owed_by_unit_in_due_order_and_only_what_may_be_seen(self, centre):
        later, sooner = owe(centre, hours=20), owe(centre, hours=2)
        assert list(selectors.owed_by_unit(centre.actor("王芳"), centre.unit)) == [sooner, later]
        assert list(selectors.owed_by_unit(centre.actor("孙丽"), centre.unit)) == []


@pytest.mark.req("DUT-15")
class TestCounters:
    def test_the_rate_is_measured_on_what_was_owed_so_far(self, centre, now):
        holder = centre.actor("李敏")
        in_time, late, open_late, excused, ahead = (owe(centre, hours=hours) for hours in (10, 1, 1, 5, 100))
        duties.excuse(actor=centre.actor("王芳"), obligation=excused, reason="停电")
        now.move_to(MONDAY_9 + timedelta(hours=2))
        duties.fulfil(actor=holder, obligation=in_time, note="x")
        duties.fulfil(actor=holder, obligation=late, note="x")
        month = selectors.my_day(holder).month
        assert (month.owed, month.done, month.late, month.missed, month.excused) == (4, 2, 2, 0, 1)
        assert (month.owed_so_far, month.rate) == (3, Decimal("33.3"))
        assert ahead.is_open
        assert open_late.is_open
        assert selectors.my_day(centre.actor("孙丽")).month.rate is None

    def test_the_months_figures_are_his_own_and_each_opens_its_rows(self, centre, now):
        mine = [owe(centre, "赵云", "ambassador", hours) for hours in (1, 2, 100)]
        replaced = [owe(centre, "陈静", "ambassador", hours) for hours in (1, 3, 90)]
        Absence.objects.create(
            person=centre.people["陈静"], from_at=MONDAY_9, to_at=MONDAY_9 + timedelta(days=9)
        )
        now.move_to(MONDAY_9 + timedelta(minutes=90))
        deputy = centre.actor("赵云")
        duties.fulfil(actor=deputy, obligation=mine[0], note="迟了")
        duties.fulfil(actor=deputy, obligation=replaced[1], note="代办")
        now.move_to(MONDAY_9 + timedelta(hours=4))
        day = selectors.my_day(deputy)
        assert {item.obligation for block in day.blocks for item in block.items} > {replaced[0], replaced[2]}
        client = browser(centre, "赵云")
        page = client.get("/").content.decode()
        links = re.findall(
            r'<a href="([^"]+)">([^<]+) <b class="num">(\d+)</b></a>', page.partition("day-foot")[2]
        )
        figures = {
            label: (int(number), unescape(url)) for url, label, number in links if "/obligations/" in url
        }
        assert {label: number for label, (number, _url) in figures.items()} == {
            "本月应做": 3, "已做": 1, "迟办": 1, "超时未办": 1
        }  # fmt: skip
        for number, url in figures.values():
            listed = client.get(url).content.decode()
            assert len(re.findall(r'<tr class="[^"]*" data-row=', listed)) == number, url


@pytest.mark.req("ORG-08")
class TestClauses:
    def test_every_sentence_is_carried_out_standing_or_listed(self, centre):
        """A sheet of 17 sentences as the archivist's (002:163-181), of which some are standards."""
        archivist = cast.build.position(centre.unit, "archivist", centre.positions["supervisor"])
        standing = {"w6", "w13"}
        clauses = [
            Clause.objects.create(
                position=archivist,
                code=f"w{n}",
                number=str(n),
                text=f"第{n}条",
                order=n,
                standing=f"w{n}" in standing,
            )
            for n in range(1, 18)
        ]
        for n in range(1, 18):
            if f"w{n}" in standing or n == 17:
                continue
            version = library.put(actor=SYSTEM, unit=centre.unit, spec=duty_spec(f"archive_{n}", "archivist"))
            library.link(actor=SYSTEM, duty=version.duty, clauses=[clauses[n - 1]])
        rows = selectors.clause_coverage(centre.actor("王芳"), archivist)
        assert [row.clause.number for row in rows] == [str(n) for n in range(1, 18)]
        assert {row.clause.code for row in rows if row.state == "standing"} == standing
        assert [row.clause.code for row in rows if row.state == "open"] == ["w17"]
        assert all(row.duties for row in rows if row.state == "linked")
        assert [clause.code for clause in selectors.unlinked_clauses(centre.unit.path)] == ["w17"]
        version = library.put(actor=SYSTEM, unit=centre.unit, spec=duty_spec("archive_17", "archivist"))
        library.link(actor=SYSTEM, duty=version.duty, clauses=[clauses[16]])
        assert not selectors.unlinked_clauses(centre.unit.path).exists()

    def test_the_months_counts_stand_beside_each_duty(self, centre, now, django_assert_num_queries):
        position = centre.positions["officer"]
        clause = Clause.objects.create(position=position, code="w2", number="2", text="转发并跟踪")
        version = library.put(actor=SYSTEM, unit=centre.unit, spec=duty_spec("forward", "officer"))
        library.link(actor=SYSTEM, duty=version.duty, clauses=[clause])
        matter = centre.matter()
        centre.happens("accepted", matter)
        leader, reach = centre.actor("王芳"), 3
        with django_assert_num_queries(3 + reach):
            (row,) = selectors.clause_coverage(leader, position)
            assert row.duties[0].month.owed == 1
            assert row.duties[0].refs == "TRG-04"
            assert str(row.duties[0].duty) == "答复forward"
        # Somebody who may not see what is owed sees no figures of it either.
        (row,) = selectors.clause_coverage(centre.actor("陈静"), position)
        assert (str(row.duties[0].duty), row.duties[0].month.owed) == ("答复forward", 0)


class TestExplain:
    def test_how_a_due_time_was_computed(self, centre):
        with time_machine.travel(datetime.fromisoformat("2026-03-06T14:00:00+08:00"), tick=False):
            row = owe(centre, target={"kind": "working", "minutes": 480})
            lines = [line.zh for line in selectors.explain(Obligation.objects.get(pk=row.pk))]
        assert any("周六" in line for line in lines)
        assert lines[-1].endswith("2026-03-09 周一 13:00")

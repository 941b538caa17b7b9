"""The list behind the board: each figure opens its rows, many are handled at once, and who owes is reminded."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.domains.duties.cast import MONDAY_9, SYSTEM, Centre, owe
from tests.domains.duties.test_pages import browser
from tests.kernel.calendars import build
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import selectors
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import board_lists, coverage
from zhize.kernel import history
from zhize.kernel.access.models import Scope
from zhize.kernel.db import Refused
from zhize.kernel.flow import NotNow
from zhize.kernel.notices.models import Notice
from zhize.kernel.org.models import Absence
from zhize.lib import clock
from zhize.lib.text import Text


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

"""The doors: who gets in and who does not, the list and its bulk acts, the API; how much the database works for it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.domains.cases.kit import act, answer, api, at, browser, entries, finish, fresh, take_in, verbs
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case, CaseLink, WorkSheet
from zhize.domains.cases.registry import panels
from zhize.domains.cases.selectors import lists
from zhize.domains.customers import registry
from zhize.domains.customers import services as customers
from zhize.kernel import access, files, flow, search
from zhize.kernel.db import Invalid, NotFound, Refused

pytestmark = pytest.mark.usefixtures("now")
OK = {200, 204, 302}


@pytest.fixture
def full(cast: Cast) -> Case:
    """A case of centre A with a work sheet, a promise, messages and a file."""
    case = take_in(cast, title="绝密电梯异响", description="三楼按键失灵", contact_phone="13900001234")
    cases.send_worksheet(
        actor=cast.actor("chenjing"),
        case=case,
        unit=cast.position("engineering_head").unit,
        task="检查",
        due_at=at(4),
    )
    cases.promise(actor=cast.actor("chenjing"), case=fresh(case), text="回电", due_at=at(4))
    cases.note(actor=cast.actor("chenjing"), case=fresh(case), body="内部备注")
    upload = SimpleUploadedFile("a.txt", "现场".encode(), "text/plain")
    cases.attach(actor=cast.actor("chenjing"), case=fresh(case), upload=upload)
    return fresh(case)


class TestTheSiblingCentre:
    """钱进 of centre B sees nothing of centre A, and what he tries changes nothing."""

    def test_lists_search_export_and_files_are_empty_for_him(self, cast: Cast, full: Case) -> None:
        stranger, page, machine = cast.actor("qianjin"), browser(cast, "qianjin"), api(cast, "qianjin")
        assert not lists.visible(stranger).exists()
        assert not WorkSheet.objects.visible_to(stranger).exists()
        for address in ("/cases/", "/cases/?q=绝密", "/worksheets/", "/cases/?export=xlsx"):
            answered = page.get(address)
            assert answered.status_code in {200, 403}
            assert full.number.encode() not in answered.content
            assert "绝密电梯异响".encode() not in answered.content
        assert machine.get("/cases").json()["items"] == []
        assert search.find(stranger, "绝密") == [] or not list(search.find(stranger, "绝密"))
        (kept,) = files.for_subject(full)
        assert page.get(files.url(kept)).status_code in {403, 404}

    @pytest.mark.parametrize(
        "route",
        ["", "print/", "verbs/answer/", "assign/", "reply/", "urge/", "edit/", "tags/", "major/", "merge/", "split/", "worksheets/new/",
         "notice/", "contact/", "take/", "watching/", "consult/", "promise/", "inform/", "transfer/", "audit/", "link/", "parent/", "incoming/", "others/", "mergeable/"],
    )  # fmt: skip
    def test_no_page_of_it_opens_or_changes_anything(self, cast: Cast, full: Case, route: str) -> None:
        page, before, written = (
            browser(cast, "qianjin"),
            Case.objects.filter(pk=full.pk).values().get(),
            entries(),
        )
        given = {
            "solution": "x",
            "note": "x",
            "body": "x",
            "title": "x",
            "text": "x",
            "reason": "x",
            "number": full.number,
        }
        for answered in (
            page.get(f"/cases/{full.number}/{route}"),
            page.post(f"/cases/{full.number}/{route}", given),
        ):
            assert answered.status_code in {403, 404, 405}
            assert "绝密".encode() not in answered.content
        assert Case.objects.filter(pk=full.pk).values().get() == before
        assert entries() == written

    def test_nor_through_the_api_nor_the_services(self, cast: Cast, full: Case) -> None:
        machine, before, written = (
            api(cast, "qianjin"),
            Case.objects.filter(pk=full.pk).values().get(),
            entries(),
        )
        assert machine.get(f"/cases/{full.pk}").status_code == 404
        for path, body in (
            ("verbs/answer", {"solution": "x"}),
            ("verbs/assign", {"to": 1}),
            ("messages", {"body": "x"}),
        ):
            assert machine.post(f"/cases/{full.pk}/{path}", body).status_code == 404
        stranger = cast.actor("qianjin")
        with pytest.raises(NotFound):
            access.fetch(stranger, Case, full.pk)
        for attempt in (
            lambda: cases.act(actor=stranger, case=full, verb="answer", data={"solution": "x"}),
            lambda: cases.assign(actor=stranger, case=full, to=cast.people["qianjin"]),
            lambda: cases.take(actor=stranger, case=full),
            lambda: cases.reply(actor=stranger, case=full, body="x", channel="phone"),
            lambda: cases.note(actor=stranger, case=full, body="x"),
            lambda: cases.edit(actor=stranger, case=full, title="x"),
            lambda: cases.merge(actor=stranger, case=full, into=full),
            lambda: cases.tag(actor=stranger, case=full, add=["x"]),
            lambda: cases.watch(actor=stranger, case=full),
            lambda: cases.unmask_contact(actor=stranger, case=full),
        ):
            with pytest.raises(Refused):
                attempt()
        assert Case.objects.filter(pk=full.pk).values().get() == before
        assert entries() == written


class TestTheList:
    def test_a_condition_given_twice_leaves_the_plain_list_as_it_is(self, cast: Cast) -> None:
        case = take_in(cast)
        page = browser(cast, "wangfang")
        assert case.number not in page.get("/cases/?state=nonsense&state=").content.decode()
        assert case.number in page.get("/cases/").content.decode()
        assert page.get("/cases/?sort=----number").status_code == 200

    def test_its_queries_do_not_grow_with_it(self, cast: Cast) -> None:
        page, machine = browser(cast, "wangfang"), api(cast, "wangfang")
        take_in(cast)
        addresses = ("/cases/", "/worksheets/")

        def counted() -> list[int]:
            found = []
            for call in (
                *(lambda a=a: page.get(a) for a in addresses),
                lambda: machine.get("/cases", limit=50),
            ):
                call()
                with CaptureQueriesContext(
                    connection,
                ) as queries:
                    assert call().status_code == 200
                found.append(len(queries))
            return found

        few = counted()
        rooms = list(cast.rooms)
        for number in range(29):
            case = take_in(
                cast, room=rooms[number % len(rooms)], subtype="lift_fault" if number % 2 else "noise"
            )
            if number % 5 == 0:
                cases.send_worksheet(
                    actor=cast.actor("wangfang"),
                    case=fresh(case),
                    unit=cast.position("engineering_head").unit,
                    task="查",
                    due_at=at(5),
                )
        many = counted()
        assert [after - before for before, after in zip(few, many, strict=True)] == [0, 0, 0]

    def test_the_page_of_a_case_makes_as_many_queries_with_one_message_as_with_many(
        self, cast: Cast, full: Case
    ) -> None:
        page = browser(cast, "wangfang")

        def counted() -> int:
            page.get(f"/cases/{full.number}/")
            with CaptureQueriesContext(connection) as queries:
                assert page.get(f"/cases/{full.number}/").status_code == 200
            return len(queries)

        few = counted()
        for number in range(12):
            cases.note(actor=cast.actor("chenjing"), case=fresh(full), body=f"第{number}条")
            cases.reply(actor=cast.actor("chenjing"), case=fresh(full), body=f"答复{number}", channel="phone")
            cases.send_worksheet(
                actor=cast.actor("chenjing"),
                case=fresh(full),
                unit=cast.position("engineering_head").unit,
                task=f"{number}",
                due_at=at(5),
            )
            cases.promise(actor=cast.actor("chenjing"), case=fresh(full), text=f"{number}", due_at=at(5))
        assert counted() == few

    def test_many_are_assigned_at_once_each_in_its_own_right(self, cast: Cast) -> None:
        rows = [take_in(cast, room=room) for room in ("A101", "A201", "B101")]
        ended = finish(cast, take_in(cast, room="D101"))
        page = browser(cast, "zhoutao")
        given = {
            "_bulk": "assign",
            "ids": [row.pk for row in (*rows, ended)],
            "to": cast.people["hewei"].pk,
            "_go": "1",
            "confirmed": "1",
        }
        answered = page.post("/cases/", given)
        assert answered.status_code == 200
        assert {fresh(row).owner for row in rows} == {cast.people["hewei"]}
        assert fresh(ended).owner == cast.people["zhaoyun"]
        assert ended.number in answered.content.decode()

    def test_somebody_without_the_right_has_no_bulk_act(self, cast: Cast) -> None:
        case = take_in(cast)
        browser(cast, "hewei").post(
            "/cases/", {"_bulk": "urge", "ids": [case.pk], "note": "x", "confirmed": "1"}
        )
        assert fresh(case).urge_count == 0

    def test_lists_and_due_times_are_found_by_indexes(self, cast: Cast) -> None:
        take_in(cast)
        plans = {}
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            for name, rows in {
                "case_unit_list": Case.objects.filter(unit=cast.centre, category="new").order_by("-id"),
                "case_owner_list": Case.objects.filter(
                    owner=cast.people["chenjing"], category="new"
                ).order_by("-id"),
                "case_customer": Case.objects.filter(customer=cast.customers["A101"]).order_by("-id"),
                "case_due": Case.objects.filter(category__in=flow.OPEN, next_due_at__lt=at(9)).order_by(
                    "next_due_at"
                ),
                "worksheet_unit_list": WorkSheet.objects.filter(unit=cast.centre, category="new").order_by(
                    "due_at"
                ),
            }.items():
                plans[name] = rows[:20].explain()
            cursor.execute("SET LOCAL enable_seqscan = on")
        assert {name for name, plan in plans.items() if "Index" in plan} == set(plans)
        assert "case_due" in plans["case_due"]

    def test_each_chip_is_counted_along_its_own_index_up_to_the_cap(self, cast: Cast) -> None:
        for hour in (9, 10, 11):
            take_in(cast, title=f"第 {hour} 件")
        counted = lists.chip_counts(cast.actor("wangfang"), 2)
        assert counted["open"] == 2
        with CaptureQueriesContext(connection) as caught:
            lists.chip_counts(cast.actor("wangfang"), 1001)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute(f"EXPLAIN {caught[-1]['sql']}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            cursor.execute("RESET enable_seqscan; RESET enable_bitmapscan; RESET enable_sort")
        assert "Sort" not in plan
        assert all(name in plan for name in ("case_owner_list", "case_late", "case_due"))

    def test_the_page_reads_its_rows_in_the_order_of_an_index(self, cast: Cast) -> None:
        take_in(cast)
        with CaptureQueriesContext(connection) as caught:
            browser(cast, "wangfang").get("/cases/")
        (rows,) = [
            query["sql"]
            for query in caught
            if 'ORDER BY "cases_case"' in query["sql"] and "count(*)" not in query["sql"]
        ]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute(f"EXPLAIN {rows}")
            plan = " ".join(line for (line,) in cursor.fetchall())
            cursor.execute("SET LOCAL enable_seqscan = on")
            cursor.execute("SET LOCAL enable_sort = on")
        assert "Sort" not in plan


class TestApi:
    def test_open_read_answer_and_follow(self, cast: Cast) -> None:
        machine = api(cast, "limin")
        made = machine.post(
            "/cases",
            {
                "type": "suggestion",
                "title": "多开窗口",
                "channel": "counter",
                "object": "front_desk",
                "customer": {"id": cast.customers["A101"].pk},
            },
        )
        assert made.status_code == 201
        assert made.json()["owner"]["name"] == "周涛"
        asked = machine.post(f"/cases/{made.json()['id']}/verbs/consult", {"note": "怎么答复？"})
        assert asked.status_code == 200
        wrong = machine.post(f"/cases/{made.json()['id']}/verbs/inform", {"channel": "pigeon"})
        assert (wrong.status_code, "channel" in json.dumps(wrong.json())) == (422, True)
        lines = machine.get(f"/cases/{made.json()['id']}/timeline").json()
        assert any(
            "请示" in line["text"] or line["kind"] == "request" or "asked" in line["text"] for line in lines
        )


class TestBelongingTogether:
    def test_a_receptionist_merges_two_of_the_same_customer(self, cast: Cast) -> None:
        """Merging ends one of them, which alone the desk may not do."""
        first, second = take_in(cast, subtype="noise"), take_in(cast, subtype="lift_fault")
        photo = SimpleUploadedFile("a.txt", "现场".encode(), "text/plain")
        kept = cases.stored_files(actor=cast.actor("limin"), uploads=[photo])
        cases.note(actor=cast.actor("limin"), case=second, body="二楼也有", attachments=kept)
        cases.merge(actor=cast.actor("limin"), case=fresh(second), into=fresh(first))
        second = fresh(second)
        assert (second.category, second.merged_into, second.outcome) == ("void", first, "merged")
        copied = fresh(first).messages.get(body__contains="二楼也有")
        assert [item.name for item in files.for_subject(copied)] == ["a.txt"]
        assert "case.absorbed" in verbs(first)
        with pytest.raises(Refused):
            act(cast, "limin", first, "void", "x")

    def test_what_has_open_actions_is_not_merged_away(self, cast: Cast, full: Case) -> None:
        other = take_in(cast)
        with pytest.raises(flow.NotNow):
            cases.merge(actor=cast.actor("zhoutao"), case=full, into=fresh(other))
        stranger = take_in(cast, room="B101")
        with pytest.raises(Invalid):
            cases.merge(actor=cast.actor("zhoutao"), case=fresh(other), into=fresh(stranger))

    def test_split_and_parts_know_of_each_other(self, cast: Cast) -> None:
        case = take_in(cast)
        part = cases.split(actor=cast.actor("limin"), case=case, title="另有收费疑问")
        assert part.links_out.filter(kind="split").get().other == case
        cases.put_under(actor=cast.actor("limin"), case=part, parent=fresh(case))
        with pytest.raises(Invalid):
            cases.put_under(actor=cast.actor("limin"), case=fresh(case), parent=fresh(part))

    @pytest.mark.req("CAS-02")
    def test_a_part_is_put_under_its_case_on_the_page_and_shown_there(self, cast: Cast) -> None:
        case, part = take_in(cast, title="整栋漏水"), take_in(cast, room="A201", title="顶楼漏水")
        page = browser(cast, "wangfang")
        assert page.post(f"/cases/{part.number}/parent/", {"number": case.number}).status_code in OK
        assert fresh(part).parent == case
        assert part.number in page.get(f"/cases/{case.number}/").content.decode()
        assert case.number in page.get(f"/cases/{part.number}/").content.decode()
        assert page.post(f"/cases/{case.number}/parent/", {"number": part.number}).status_code == 422
        assert page.post(f"/cases/{part.number}/parent/", {"number": "C-0"}).status_code == 404
        assert page.post(f"/cases/{part.number}/parent/", {"number": ""}).status_code in OK
        assert fresh(part).parent is None

    def test_two_related_cases_are_one_link_whoever_says_it(self, cast: Cast) -> None:
        first, second = take_in(cast), take_in(cast, subtype="noise")
        made = cases.link(actor=cast.actor("limin"), case=second, other=first)
        assert cases.link(actor=cast.actor("limin"), case=first, other=second) == made
        assert CaseLink.objects.filter(kind="related").count() == 1

    def test_a_number_of_another_system_is_taken_in_once(self, cast: Cast) -> None:
        machine = api(cast, "limin")
        body = {"type": "complaint", "title": "电梯异响", "channel": "phone", "external_ref": "12345-7"}
        assert machine.post("/cases", body).status_code == 201
        again = machine.post("/cases", body)
        assert (again.status_code, list(again.json()["errors"])) == (422, ["external_ref"])

    @pytest.mark.req("CAS-05")
    def test_a_case_is_due_when_its_customer_is_answered_not_when_the_desk_has_forwarded_it(
        self, cast: Cast
    ) -> None:
        """Whoever takes it in through the API reads what is owed about it, by whom and until when."""
        body = {
            "type": "complaint",
            "title": "电梯异响",
            "channel": "phone",
            "premises": cast.rooms["A101"].pk,
        }
        made = api(cast, "limin").post("/cases", body).json()
        due = {row["holder"]: row["due_at"] for row in made["due"]}
        assert made["next_due_at"] == due["陈静"]
        assert made["next_due_at"] > min(moment for moment in due.values() if moment)
        assert all(row["title"] for row in made["due"])

    @pytest.mark.req("CAS-35", "ORG-31")
    def test_a_co_handler_sees_the_case_and_not_what_stands_beside_it(self, cast: Cast) -> None:
        case, other = take_in(cast), take_in(cast, room="B101", title="绝密的另一件")
        cases.link(actor=cast.actor("wangfang"), case=case, other=other)
        cases.send_worksheet(
            actor=cast.actor("chenjing"), case=fresh(case), unit=cast.position("engineering_head").unit,
            task="检查", due_at=at(4),
        )  # fmt: skip
        answer(cast, case)
        address = f"/cases/{case.number}/"
        beside = browser(cast, "wangfang").get(address).content.decode()
        assert "绝密的另一件" in beside
        assert [panel.lines[0].detail for panel in panels(cast.actor("wangfang"), case)] == [
            cast.people["sunli"]
        ]
        seen = browser(cast, "hewei").get(address)
        assert seen.status_code == 200
        assert "绝密的另一件" not in seen.content.decode()
        assert panels(cast.actor("hewei"), case) == []


class TestCustomers:
    def test_the_customer_page_shows_the_cases_open_ones_first(self, cast: Cast) -> None:
        ended, running = (
            finish(cast, take_in(cast, title="旧投诉")),
            take_in(cast, title="新投诉", subtype="noise"),
        )
        ids = [cast.customers["A101"].pk]
        (panel,) = [
            one for one in registry.panels(actor=cast.actor("limin"), customer_ids=ids) if one.code == "cases"
        ]
        assert [line.number for line in panel.lines] == [running.number, ended.number]
        assert (panel.total, panel.open_count) == (2, 1)
        shown = browser(cast, "limin").get(f"/customers/{ids[0]}/").content.decode()
        assert running.number in shown
        empty = [
            one
            for one in registry.panels(actor=cast.actor("qianjin"), customer_ids=ids)
            if one.code == "cases"
        ]
        assert [one.total for one in empty] == [0]

    def test_cases_follow_their_customer_through_a_merge_and_back(self, cast: Cast) -> None:
        case, kept = take_in(cast, room="A101"), take_in(cast, room="A201")
        winner, loser = cast.customers["A201"], cast.customers["A101"]
        record = customers.merge(actor=cast.actor("wangfang"), winner=winner, loser=loser, reason="同一人")
        assert fresh(case).customer == winner
        customers.undo_merge(actor=cast.actor("wangfang"), record=record)
        assert (fresh(case).customer, fresh(kept).customer) == (loser, winner)

    def test_an_entry_with_an_open_case_is_not_closed(self, cast: Cast) -> None:
        case = take_in(cast)
        assert "1 件" in str(registry.objection_to_closing(cast.customers["A101"]))
        finish(cast, case)
        assert registry.objection_to_closing(cast.customers["A101"]) is None


def test_answers_go_where_the_answering_person_may(cast: Cast) -> None:
    """何伟 answers only what he holds."""
    case = take_in(cast)
    with pytest.raises(Refused):
        answer(cast, case, "hewei")
    cases.assign(actor=cast.actor("zhoutao"), case=fresh(case), to=cast.people["hewei"])
    assert answer(cast, case, "hewei").category == "resolved"


def contact(cast: Cast, full: Case) -> Any:
    return browser(cast, "limin").get(f"/cases/{full.number}/").content.decode()


def test_the_contact_number_is_masked_until_somebody_asks_on_record(cast: Cast, full: Case) -> None:
    assert "13900001234" not in contact(cast, full)
    assert b"13900001234" in browser(cast, "limin").post(f"/cases/{full.number}/contact/").content
    assert "case.contact_unmasked" in verbs(full)

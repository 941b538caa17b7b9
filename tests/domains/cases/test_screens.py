"""What the pages of a case keep, offer and call things."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.domains.cases.kit import BACKEND, api, browser, fresh, take_in
from tests.kit import people
from tests.kit.cast import Cast
from tests.rest.kit import ApiClient
from zhize.domains.cases import services as cases
from zhize.domains.cases.services import worksheets
from zhize.kernel import history, search
from zhize.kernel.org.models import Person
from zhize.kernel.search import finding
from zhize.lib import clock
from zhize.ui.models import Draft


class TestTheReplyBox:
    def test_keeps_what_was_typed_until_it_is_sent(self, cast: Cast) -> None:
        case = take_in(cast)
        page, address = browser(cast, "chenjing"), f"/cases/{case.number}/"
        typed = {"key": f"case-reply:{case.number}", "data": {"kind": ["note"], "body": ["lift will"]}}
        assert page.post("/ui/draft/", typed, content_type="application/json").status_code == 204
        assert "lift will" in page.get(address).content.decode()
        assert "lift will" not in browser(cast, "sunli").get(address).content.decode()
        sent = {"kind": "reply", "body": "明天修好", "channel": "phone"}
        assert page.post(f"{address}reply/", sent).status_code == 302
        assert not Draft.objects.exists()
        assert fresh(case).replied_at is not None

    def test_keeps_the_draft_when_the_answer_is_refused(self, cast: Cast) -> None:
        case = take_in(cast)
        page, address = browser(cast, "chenjing"), f"/cases/{case.number}/"
        typed = {"key": f"case-reply:{case.number}", "data": {"body": ["lift will"]}}
        page.post("/ui/draft/", typed, content_type="application/json")
        refused = page.post(f"{address}reply/", {"kind": "reply", "body": "", "channel": "phone"})
        assert refused.status_code == 422
        assert Draft.objects.count() == 1


def test_whoever_acts_second_is_told_who_did_what_and_keeps_what_was_typed(cast: Cast) -> None:
    case = take_in(cast)
    page, address = browser(cast, "sunli"), f"/cases/{case.number}/verbs/answer/"
    drawer = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#drawer-body"}
    [seen] = re.findall(r'name="_seen" value="(\d+)"', page.get(address, headers=drawer).content.decode())
    assert (
        api(cast, "chenjing").post(f"/cases/{case.pk}/verbs/answer", {"solution": "修好"}).status_code == 200
    )
    # What came after is not what stood in the way.
    cases.note(actor=cast.actor("chenjing"), case=fresh(case), body="照片在楼下")
    (moved,) = (row for row in history.timeline(fresh(case)) if row.verb == "case.answered")
    asked = {"solution": "换了水管，\n试过了", "outcome": "solved", "_seen": seen}
    for _time in range(2):
        told = page.post(address, asked, headers=drawer)
        shown = told.content.decode()
        assert told.status_code == 409 and "换了水管，\n试过了" in shown
        assert moved.sentence() in shown and "ui:outrun" in told["HX-Trigger"]
    # Whoever opens it only now has typed nothing.
    assert page.post(address, {**asked, "_seen": str(fresh(case).version)}).status_code == 409


def test_an_edit_is_refused_for_what_stands_in_its_fields_and_for_nothing_else(cast: Cast) -> None:
    case = take_in(cast)
    page, address = browser(cast, "sunli"), f"/cases/{case.number}/edit/"

    def typed(**other: str) -> dict[str, Any]:
        shown = page.get(address).context
        held = {field.html_name: field.value() for field in shown["form"]}
        return {name: "" if value is None else value for name, value in held.items()} | {
            "_seen": shown["seen"],
            **other,
        }

    asked = typed(description="")
    cases.note(actor=cast.actor("chenjing"), case=fresh(case), body="照片在楼下")
    assert page.post(address, asked).status_code == 302
    assert fresh(case).description == ""
    asked = typed(title="电梯又停了")
    cases.edit(actor=cast.actor("limin"), case=fresh(case), title="电梯停运")
    told = page.post(address, asked)
    assert told.status_code == 409
    assert "现在是：电梯停运" in told.content.decode()
    assert "李敏" in told.content.decode()
    assert page.post(address, {**asked, "_seen": told.context["seen"]}).status_code == 302
    assert fresh(case).title == "电梯又停了"


def test_a_merged_case_says_merged_and_not_void(cast: Cast) -> None:
    case, into = take_in(cast), take_in(cast)
    cases.merge(actor=cast.actor("sunli"), case=case, into=into)
    page = browser(cast, "sunli")
    assert str(fresh(case).state_label) == "已并入"
    assert "已并入" in page.get(f"/cases/{case.number}/").content.decode()


def test_what_a_program_does_is_told_with_the_name_of_the_person(cast: Cast) -> None:
    case = take_in(cast)
    answered = api(cast, "chenjing").post(f"/cases/{case.pk}/verbs/answer", {"solution": "修好"})
    assert answered.status_code == 200
    (entry,) = (row for row in history.timeline(fresh(case)) if row.verb == "case.answered")
    assert entry.actor_label == "陈静"
    assert entry.token and entry.token not in entry.sentence()


class TestPuttingTogether:
    def test_offers_the_customers_other_cases_and_finds_the_rest_by_words(self, cast: Cast) -> None:
        case, same = take_in(cast, title="门禁坏了"), take_in(cast, title="电梯异响")
        other = take_in(cast, room="A201", title="楼道灯不亮")
        page, address = browser(cast, "sunli"), f"/cases/{case.number}"

        def offered(route: str, text: str = "") -> set[str]:
            found = page.get(f"{address}/{route}/", {"q": text}).json()["items"]
            return {row["value"] for row in found}

        assert offered("others") == {same.number}
        assert offered("others", "楼道灯") == {other.number}
        assert offered("others", other.number[-9:]) >= {other.number}
        assert offered("mergeable") == {same.number}
        assert offered("mergeable", "楼道灯") == set()

    def test_a_number_that_was_refused_stays_in_its_field(self, cast: Cast) -> None:
        case, other = take_in(cast), take_in(cast, room="A201")
        refused = browser(cast, "sunli").post(f"/cases/{case.number}/merge/", {"number": other.number})
        assert refused.status_code == 422
        assert f'value="{other.number}" selected' in refused.content.decode()


def test_a_work_sheet_proposes_a_limit_before_the_customers(cast: Cast) -> None:
    case = fresh(take_in(cast))
    limit = worksheets.usual_limit(case)
    assert case.next_due_at is not None
    assert clock.now() < limit < case.next_due_at


@pytest.mark.parametrize("login", ["wangfang", "qianjin"])
def test_ctrl_k_finds_the_colleagues_whose_page_one_may_open(cast: Cast, login: str) -> None:
    page, person = browser(cast, login), cast.people["chenjing"]
    hits = page.get(reverse("ui:palette"), {"q": "陈静"}).json()["hits"]
    address = reverse("organisation:person", args=[person.pk])
    assert (address in {hit["url"] for hit in hits}) == (page.get(address).status_code == 200)
    assert login != "wangfang" or "陈静" in hits[0]["label"]


@pytest.mark.req("ORG-31")
def test_lists_are_narrowed_by_those_who_have_a_case_in_sight_and_by_nobody_out_of_reach(cast: Cast) -> None:
    case, stranger = take_in(cast), people.person("旁人", people.position(people.unit("别处")))
    owner = fresh(case).owner
    assert owner is not None
    # Who has left still stands behind the figures of the past.
    Person.objects.filter(pk=owner.pk).update(active=False)
    reader = people.somebody({"case.view": "unit", "case.export": "unit"}, fresh(case).unit)
    page, address = Client(), reverse("cases:list")
    page.force_login(reader, backend=BACKEND)

    def offered(text: str) -> list[str]:
        answer = page.get(address, {"_choices": "owner", "q": text})
        return [item["text"] for item in answer.json()["items"]]

    assert offered(stranger.name) == []
    assert [name for name in offered(owner.name) if owner.name in name]
    assert case.number in page.get(address, {"owner": owner.pk}).content.decode()
    asked = page.get(address, {"owner": stranger.pk}).content.decode()
    assert stranger.name not in asked
    assert case.number not in asked
    assert "请从列出的选项里选。" in asked
    exported = [
        page.get(address, {"owner": who.pk, "export": "csv"}).status_code for who in (owner, stranger)
    ]
    assert exported == [200, 422]
    machine = ApiClient(reader)
    told = [machine.get(f"/cases?owner={who.pk}") for who in (owner, stranger)]
    assert [answer.status_code for answer in told] == [200, 422]
    assert list(told[1].json()["errors"]) == ["owner"]


def test_of_a_common_word_the_newest_hits_are_counted_and_all_are_listed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (search, finding):
        monkeypatch.setattr(module, "FEW", 3)
    made = [take_in(cast) for _ in range(5)]
    for case in made:
        search.refresh(case)
    page, word = browser(cast, "sunli"), "电梯"
    first = page.get("/cases/", {"q": word, "size": 2}).context["slice"]
    assert [row.pk for row in first.rows] == [made[4].pk, made[3].pk]
    assert str(first.count) == "3+"
    # Who sees next to nothing of the newest hits is told what he sees of all, behind the chips too.
    few = page.get("/cases/", {"q": word}).context
    chips = {each["chip"].code: str(each["count"]) for each in few["chips"]}
    assert (str(few["slice"].count), chips["open"]) == ("5", "5")
    # Further on than the counted ones reach, the list is counted itself.
    last = page.get("/cases/", {"q": word, "size": 2, "page": 3}).context["slice"]
    assert [row.pk for row in last.rows] == [made[0].pk]
    assert str(last.count) == "5"
    # Few hits, in statements that are kept; with a further filter; and a number, which is no word.
    named = page.get("/cases/", {"q": f" {made[0].number} "})
    assert [row.pk for row in named.context["slice"].rows] == [made[0].pk]
    assert f'value="{made[0].number}"' in named.content.decode()
    also = page.get("/cases/", {"q": made[0].number, "type": made[0].type_code, "chip": "open"}).context
    counted = {each["chip"].code: str(each["count"]) for each in also["chips"]}
    assert (counted["open"], str(also["slice"].count)) == ("1", "1")
    for case in made[2:]:
        search.remove(case)
    both = {row.pk for row in page.get("/cases/", {"q": word}).context["slice"].rows}
    narrowed = page.get("/cases/", {"q": word, "chip": "open", "state": "working"}).context
    assert both == {made[0].pk, made[1].pk}
    assert {row.pk for row in narrowed["slice"].rows} <= both
    nothing = page.get("/cases/", {"q": f"{word}<b>"}).content.decode()
    assert f'value="{word}&lt;b&gt;"' in nothing
    assert "<b>" not in nothing.partition("filter-search")[2].partition("</div>")[0]

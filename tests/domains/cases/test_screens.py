"""What the pages of a case keep, offer and call things."""

from __future__ import annotations

from tests.domains.cases.kit import api, browser, fresh, take_in
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.kernel import history
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

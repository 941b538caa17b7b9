"""What the pages of a case keep, offer and call things."""

from __future__ import annotations

from tests.domains.cases.kit import browser, fresh, take_in
from tests.kit.cast import Cast
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

"""Refusals and failures: in the frame, in words that help, never with somebody's data lost."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from tests.ui.conftest import HTMX
from zhize.kernel.db.outages import Outage
from zhize.ui import errors


@pytest.mark.parametrize("status", [403, 404, 409, 422, 500, 503])
def test_each_page_says_what_happened_and_what_to_do(client: Client, status: int) -> None:
    answer = client.get(f"/ui/gallery/error/{status}/")
    page = answer.content.decode()
    assert answer.status_code == status
    assert str(errors.SAID[status].title) in page
    assert str(errors.SAID[status].text) in page
    assert "回首页" in page


def test_an_unknown_address_is_not_found_in_the_frame(client: Client) -> None:
    answer = client.get("/no/such/place/")
    assert answer.status_code == 404
    assert 'class="side"' in answer.content.decode()


@pytest.mark.django_db
def test_a_stranger_gets_the_bare_page() -> None:
    answer = Client().get("/no/such/place/")
    assert answer.status_code == 404
    assert 'class="side"' not in answer.content.decode()


class TestARefusal:
    pytestmark = pytest.mark.django_db

    def test_in_place_is_a_toast_and_swaps_nothing(self, db: None) -> None:
        answer = Client().get("/outrun/", headers=HTMX)
        assert answer.status_code == 409
        assert answer["HX-Reswap"] == "none"
        assert json.loads(answer["HX-Trigger"])["ui:toast"]["reload"] is True

    def test_to_a_script_is_json_with_the_code(self, db: None) -> None:
        answer = Client().get("/invalid/", headers={"Accept": "application/json"})
        assert answer.status_code == 422
        assert answer.json()["errors"] == {"phone": ["号码不对。"]}
        assert answer.json()["code"] == "invalid"

    def test_that_nobody_foresaw_shows_no_details(self, db: None) -> None:
        client = Client(raise_request_exception=False)
        answer = client.get("/failing/")
        assert answer.status_code == 500
        assert "broken" not in answer.content.decode()
        assert "系统出错了" in answer.content.decode()

    def test_that_nobody_foresaw_in_place_keeps_the_page(self, db: None) -> None:
        answer = Client(raise_request_exception=False).get("/failing/", headers=HTMX)
        assert answer.status_code == 500
        assert answer["HX-Reswap"] == "none"


def test_an_old_page_says_how_to_go_on(client: Client) -> None:
    request = RequestFactory().post("/x/")
    request.user = AnonymousUser()
    answer = errors.csrf_failure(request)
    assert answer.status_code == 403
    assert "请刷新后再提交一次" in answer.content.decode()


class TestAnOutageInPlace:
    """The page stays: one line above it, a note for what somebody did, nothing for what a page asks by itself."""

    def said(self, method: str, **headers: str) -> dict[str, dict[str, str]]:
        request = RequestFactory().generic(method, "/x/", headers={**HTMX, **headers})
        request.htmx = True
        answer = errors.unavailable(request, Outage.AWAY)
        assert (answer.status_code, answer["HX-Reswap"]) == (503, "none")
        return json.loads(answer.get("HX-Trigger", "{}"))  # type: ignore[no-any-return]

    def test_what_somebody_did_is_said_to_be_unsure(self) -> None:
        assert "没有确认做成" in self.said("POST")["ui:away"]["toast"]

    def test_what_was_only_looked_up_is_no_step_that_failed(self) -> None:
        away = self.said("GET")["ui:away"]
        assert (away["text"], away["toast"]) == ("系统暂时连不上数据库", "")

    def test_what_the_page_asks_by_itself_says_nothing(self) -> None:
        assert self.said("POST", **{"X-Poll": "1"}) == {}


def test_the_last_resort_names_the_number_it_speaks_of(monkeypatch: pytest.MonkeyPatch) -> None:
    request = RequestFactory().get("/x/")
    request.request_id = "a1b2c3"
    monkeypatch.setattr(errors, "render_to_string", lambda *_: 1 / 0)
    assert "a1b2c3" in errors.server_error(request).content.decode()

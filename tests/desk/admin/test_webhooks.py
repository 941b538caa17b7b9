"""Pages of webhooks: an address is set up, hears of facts, its messages are looked at and sent again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.domains.organisation.test_pages import browser, send, text_of
from tests.kit import people
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.kernel import history
from zhize.kernel.accounts.models import User
from zhize.kernel.history.models import Entry
from zhize.rest.models import WebhookDelivery, WebhookEndpoint

URL = "https://bi.example/hook"


@pytest.fixture
def admin(cast: Cast) -> str:
    """The login of the centre's information administrator."""
    held = cast.position("information_officer")
    user: User = people.user(people.person("吴信", held=held), login="wuxin")
    return user.login


def set_up(cast: Cast, admin: str, **said: Any) -> WebhookEndpoint:
    eyes = cast.position("service_supervisor").pk
    send(
        browser(admin),
        "/admin/webhooks/new/",
        {"name": "数据平台", "url": URL, "facts": ["case.*"], "position": eyes, **said},
    )
    return WebhookEndpoint.objects.latest("pk")


def open_case(cast: Cast) -> Any:
    intake = cases.Intake(
        type="complaint",
        title="电梯异响",
        channel="phone",
        customer=cast.customers["A101"],
        premises=cast.rooms["A101"],
    )
    case = cases.open_case(actor=cast.actor("limin"), intake=intake)
    history.deliver_all()
    return case


def test_an_address_is_set_up_and_its_secret_shown_once(cast: Cast, admin: str) -> None:
    client = browser(admin)
    assert "没有事件推送" in text_of(client, "/admin/webhooks/")
    assert "case.*" in text_of(client, "/admin/webhooks/new/")
    row = set_up(cast, admin)
    assert (row.facts, row.active, row.position) == (["case.*"], True, cast.position("service_supervisor"))
    before = row.secret
    page = text_of(client, f"/admin/webhooks/{row.pk}/")
    assert URL in page and before not in page
    shown = client.post(f"/admin/webhooks/{row.pk}/secret/").content.decode()
    row.refresh_from_db()
    assert row.secret != before and row.secret in shown
    assert row.secret not in text_of(client, f"/admin/webhooks/{row.pk}/")
    assert Entry.objects.filter(verb="webhook.secret_renewed", subject_id=row.pk).exists()


def test_wrong_addresses_and_facts_are_said_beside_their_fields(cast: Cast, admin: str) -> None:
    client = browser(admin)
    eyes = cast.position("service_supervisor").pk
    wrong = (
        ({"url": "http://bi.example/hook"}, "只能用 https 地址"),
        ({"url": "https://127.0.0.1/"}, "不能发往内部网络的地址"),
        ({"facts": ["no.such"]}, "no.such"),
    )
    for said, why in wrong:
        answer = client.post(
            "/admin/webhooks/new/", {"name": "x", "url": URL, "facts": ["case.*"], "position": eyes, **said}
        )
        assert answer.status_code == 422 and why in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_what_was_sent_is_listed_and_sent_again(cast: Cast, admin: str) -> None:
    row = set_up(cast, admin, facts=["case.opened"])
    case = open_case(cast)
    message = WebhookDelivery.objects.get(endpoint=row)
    WebhookDelivery.objects.filter(pk=message.pk).update(
        state="failed", attempts=9, status=500, error="HTTP 500", answer="broken"
    )
    client = browser(admin)
    assert "HTTP 500" in text_of(client, f"/admin/webhooks/deliveries/?chip=failed&endpoint={row.pk}")
    assert "HTTP 500" in text_of(client, f"/admin/webhooks/{row.pk}/")
    assert "数据平台" in text_of(client, "/admin/webhooks/?chip=failing")
    shown = text_of(client, f"/admin/webhooks/deliveries/{message.pk}/")
    assert "broken" in shown and "case.opened" in shown and f"&quot;id&quot;: {case.pk}" in shown
    send(client, f"/admin/webhooks/deliveries/{message.pk}/redeliver/")
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)
    assert client.post(f"/admin/webhooks/deliveries/{message.pk}/redeliver/").status_code == 409


def test_a_paused_address_hears_nothing(cast: Cast, admin: str) -> None:
    row = set_up(cast, admin)
    said = {"name": row.name, "url": row.url, "facts": row.facts, "position": row.position_id}
    send(browser(admin), f"/admin/webhooks/{row.pk}/edit/", said)
    row.refresh_from_db()
    assert not row.active
    open_case(cast)
    assert not WebhookDelivery.objects.exists()
    assert "已停用" in text_of(browser(admin), "/admin/webhooks/")


def test_others_see_none_of_it(cast: Cast, admin: str) -> None:
    row = set_up(cast, admin)
    for login in ("limin", "qianjin"):
        client = browser(login)
        assert client.get("/admin/webhooks/").status_code == 403
        assert client.get(f"/admin/webhooks/{row.pk}/").status_code in {403, 404}
        assert client.post(f"/admin/webhooks/{row.pk}/secret/").status_code in {403, 404}


def test_the_lists_cost_the_same_for_many(cast: Cast, admin: str) -> None:
    set_up(cast, admin)
    client = browser(admin)
    open_case(cast)
    pages = ("/admin/webhooks/", "/admin/webhooks/deliveries/")

    def cost() -> list[int]:
        found = []
        for page in pages:
            # What is kept in memory is read again after each change of the webhooks, once.
            text_of(client, page)
            with CaptureQueriesContext(connection) as asked:
                text_of(client, page)
            found.append(len(asked))
        return found

    few = cost()
    for _number in range(3):
        set_up(cast, admin)
        open_case(cast)
    assert cost() <= few


def test_facts_are_offered_in_words_and_in_english(cast: Cast, admin: str) -> None:
    client = browser(admin)
    page = text_of(client, "/admin/webhooks/new/")
    assert re.search(r"全部 case 事件", page)
    client.cookies["django_language"] = "en"
    assert "Everything about case" in text_of(client, "/admin/webhooks/new/")

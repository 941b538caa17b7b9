"""The library of duties through the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit.cast import Cast
from tests.rest.kit import ApiClient
from zhize.domains.duties.models import Duty
from zhize.kernel.accounts.models import User
from zhize.kernel.org.models import Clause


def api(login: str, *scopes: str) -> ApiClient:
    return ApiClient(User.objects.get(login=login), *scopes)


def duty(code: str) -> Duty:
    return Duty.objects.select_related("current").get(code=code)


@pytest.mark.req("DUT-01")
def test_the_library_is_read_and_narrowed(cast: Cast) -> None:
    manager = api("wangfang")
    everything = manager.get("/duties", limit="200").json()["items"]
    assert len(everything) == Duty.objects.count()
    (patrol,) = manager.get("/duties", q="CAL-069").json()["items"]
    assert (patrol["rule"]["en"], patrol["setting"]) == (
        "every day before the end of the shift, each holder his own",
        "given",
    )
    defaults = manager.get("/duties", setting="default", kind="recurring", limit="200").json()["items"]
    assert {"help_to_collect"} <= {row["code"] for row in defaults}
    assert manager.get("/duties", setting="odd").status_code == 422
    read = manager.get(f"/duties/{patrol['id']}").json()
    assert (read["five"]["place"]["en"], len(read["clauses"]), len(read["versions"])) == (
        "The area of responsibility",
        1,
        1,
    )
    (group,) = manager.get(f"/duties/{patrol['id']}/occurrences").json()
    assert len(group["occurrences"]) == 12
    assert api("qianjin").get("/duties").json()["items"] == []
    assert api("qianjin").get(f"/duties/{patrol['id']}").status_code == 404


@pytest.mark.req("DUT-10")
def test_a_setting_is_tried_set_and_taken_back(cast: Cast) -> None:
    manager, row = api("wangfang"), duty("help_to_collect")
    wanted: dict[str, Any] = {"rule": {"every": "quarter", "due": "period_end"}}
    tried = manager.post(f"/duties/{row.pk}/preview", wanted).json()
    assert tried["rule"]["en"] == "every quarter by its end"
    assert duty(row.code).current.number == 1
    said = {**wanted, "reason": "Once a quarter", "version": row.version}
    done = manager.post(f"/duties/{row.pk}/verbs/change", said).json()
    assert (done["setting"], done["versions"][0]["reason"]) == ("own", "Once a quarter")
    assert done["versions"][0]["changes"][0]["before"]["en"] == "every month by its end, each holder his own"
    assert manager.post(f"/duties/{row.pk}/verbs/change", said).status_code == 409
    back = manager.post(f"/duties/{row.pk}/verbs/reset", {"reason": "back"}).json()
    assert (back["setting"], back["rule"]["en"]) == ("default", "every month by its end, each holder his own")
    ended = manager.post(f"/duties/{row.pk}/verbs/end", {"reason": "outsourced"}).json()
    assert ended["active"] is False
    assert manager.post(f"/duties/{row.pk}/verbs/restore", {"reason": "again"}).json()["active"] is True
    assert manager.post(f"/duties/{row.pk}/verbs/dance", {}).status_code == 409


@pytest.mark.parametrize(
    "settings",
    [
        {"rule": {"every": "quarter", "due": "by", "month_days": [30]}},  # the source says every month
        {"rule": {"every": "month", "due": "by"}},
        {"rule": {"every": "moon", "due": "by"}},
        {"rule": {"every": "month", "due": "by", "month_days": ["x"], "target": "soon"}},
        {"rule": {"every": "month", "due": "by", "month_days": [30], "count": 10**12}},
        {"evidence": {"kind": "hope"}},
        {"acceptor": "nobody_here"},
        {"ladder": [{"code": "x"}]},
        {"title": {"zh": " "}},
        {"place": {"zh": "别处"}},
    ],
)
def test_what_is_fixed_or_cannot_be_read_is_refused(cast: Cast, settings: dict[str, Any]) -> None:
    row = duty("on_site_record")
    answer = api("wangfang").post(f"/duties/{row.pk}/verbs/change", {"reason": "x", **settings})
    assert answer.status_code == 422, answer.content
    assert duty(row.code).current.number == 1


def test_only_who_maintains_the_library_sets_anything(cast: Cast) -> None:
    row = duty("daily_patrol")
    for client in (api("limin"), api("wangfang", "duty.view")):
        assert client.get(f"/duties/{row.pk}").status_code == 200
        for verb in ("change", "end", "reset"):
            answer = client.post(f"/duties/{row.pk}/verbs/{verb}", {"reason": "x", "weight": 2})
            assert answer.status_code == 403
        assert client.post(f"/duties/{row.pk}/preview", {"weight": 2}).status_code == 403
        assert client.get("/duties/clauses/unlinked").status_code == 403


@pytest.mark.req("DUT-18")
def test_a_sentence_nothing_carries_out_gets_a_duty(cast: Cast) -> None:
    position = cast.position("receptionist")
    clause = Clause.objects.create(position=position, code="x9", number="99.", text="更换鲜花", order=999)
    manager = api("wangfang")
    assert clause.pk in {
        row["id"] for row in manager.get("/duties/clauses/unlinked", limit="200").json()["items"]
    }
    text = {"zh": "前台", "en": "Front desk"}
    body = {
        "position": position.pk, "kind": "recurring", "title": {"zh": "更换鲜花"}, "rule": {"every": "day", "due": "shift_end"},
        "clauses": [clause.pk], "place": text, "object": text, "method": text,
    }  # fmt: skip
    made = manager.post("/duties", body)
    assert made.status_code == 201, made.content
    assert (made.json()["setting"], made.json()["clauses"][0]["id"]) == ("unit", clause.pk)
    assert clause.pk not in {
        row["id"] for row in manager.get("/duties/clauses/unlinked", limit="200").json()["items"]
    }
    linked = manager.post(f"/duties/{duty('daily_patrol').pk}/verbs/link", {"clauses": [clause.pk]})
    assert linked.status_code == 422  # a sentence of another position
    assert (
        manager.post(
            "/duties", {**body, "position": cast.position("receptionist", cast.sibling).pk}
        ).status_code
        == 422
    )

"""Obligations through the API."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.domains.duties.cast import MONDAY_9
from tests.rest.kit import ApiClient
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import services as duties
from zhize.kernel import access
from zhize.kernel.accounts.models import User
from zhize.lib.text import Text

SYSTEM = access.system(caps.TRIGGER)


def client(centre, name):
    return ApiClient(User.objects.create(login=f"user{centre.people[name].pk}", person=centre.people[name]))


@pytest.fixture
def row(centre):
    return duties.open_obligation(
        actor=SYSTEM,
        unit=centre.unit,
        title=Text("答复客户", "Answer the customer"),
        holder=centre.people["李敏"],
        position=centre.positions["receptionist"],
        target={"kind": "elapsed", "minutes": 1440},
    )


def test_list_read_and_the_verbs_open_now(centre, row):
    api = client(centre, "李敏")
    (listed,) = api.get("/obligations", open="true").json()["items"]
    assert (listed["id"], listed["title"]["en"], listed["state"]) == (row.pk, "Answer the customer", "open")
    read = api.get(f"/obligations/{row.pk}").json()
    assert {verb["verb"]: verb["enabled"] for verb in read["verbs"]}["fulfil"] is True
    assert {verb["verb"]: verb["enabled"] for verb in read["verbs"]}["excuse"] is False
    assert client(centre, "孙丽").get("/obligations").json()["items"] == []
    assert client(centre, "赵云").get(f"/obligations/{row.pk}").status_code == 404


def test_a_verb_does_what_the_page_does(centre, row):
    api = client(centre, "李敏")
    refused = api.post(f"/obligations/{row.pk}/verbs/fulfil", {})
    assert (refused.status_code, refused.json()["code"]) == (422, "obligation.evidence_missing")
    done = api.post(f"/obligations/{row.pk}/verbs/fulfil", {"note": "已答复"}).json()
    assert (done["state"], done["late"], done["verbs"]) == ("done", False, [])
    assert api.post(f"/obligations/{row.pk}/verbs/fulfil", {"note": "x"}).status_code == 409
    assert api.post(f"/obligations/{row.pk}/verbs/dance", {}).status_code == 409


def test_a_leader_moves_reassigns_and_excuses(centre, row):
    api = client(centre, "王芳")
    moved = api.post(
        f"/obligations/{row.pk}/verbs/move_due", {"due_at": "2026-03-06T12:00:00+08:00", "reason": "客户出差"}
    ).json()
    assert moved["due_at"] != moved["first_due_at"]
    given = api.post(
        f"/obligations/{row.pk}/verbs/reassign", {"to": centre.people["周敏"].pk, "reason": "请假"}
    ).json()
    assert given["holder_name"] == "周敏"
    assert api.post(f"/obligations/{row.pk}/verbs/reassign", {"to": 999999, "reason": "x"}).status_code == 422
    assert api.post(f"/obligations/{row.pk}/verbs/excuse", {"reason": "停业"}).json()["state"] == "excused"


def test_a_task(centre):
    api = client(centre, "王芳")
    body = {"title": "布置会场", "holder": centre.people["李敏"].pk, "due_at": "2026-03-02T17:00:00+08:00"}
    made = api.post("/obligations", body, key="task-1")
    assert made.status_code == 201
    assert api.post("/obligations", body, key="task-1").json() == made.json()
    assert made.json()["acceptor"] == centre.people["王芳"].pk
    assert client(centre, "李敏").post("/obligations", body).status_code == 403
    assert api.post("/obligations", {**body, "holder": 999999}).status_code == 422


def test_my_day_and_the_explanation(centre, row):
    day = client(centre, "李敏").get("/obligations/day").json()
    blocks = {block["code"]: len(block["obligations"]) for block in day["blocks"]}
    assert blocks == {"overdue": 0, "now": 0, "today": 0, "week": 1, "month": 0, "later": 0, "waiting": 0}
    assert day["month"]["should"] == 1
    lines = client(centre, "王芳").get(f"/obligations/{row.pk}/explanation").json()
    assert lines[-1]["zh"].endswith("2026-03-03 周二 09:00")
    assert row.opened_at == MONDAY_9


def test_many_at_once_each_with_the_right_of_the_single_act_and_once_only(centre, row):
    api = client(centre, "王芳")
    other = duties.open_obligation(
        actor=SYSTEM,
        unit=centre.unit,
        title=Text("登记", "Register"),
        holder=centre.people["王芳"],
        position=centre.positions["supervisor"],
        target={"kind": "elapsed", "minutes": 60},
    )
    body = {"ids": [row.pk, other.pk, 999999], "reason": "停电"}
    assert api.post("/obligations/verbs/excuse", body).status_code == 422
    assert api.post("/obligations/verbs/fulfil", body, key="m0").status_code == 409
    too_many = {**body, "ids": list(range(1, 502))}
    assert api.post("/obligations/verbs/excuse", too_many, key="m1").status_code == 422
    later = {"ids": [row.pk], "reason": "客户出差", "days": 2, "working": False}
    moved = api.post("/obligations/verbs/move_due", later, key="m2").json()
    assert moved == {"done": [row.pk], "refused": []}
    assert api.post("/obligations/verbs/move_due", later, key="m2").json() == moved
    was = row.due_at
    row.refresh_from_db()
    assert row.due_at == was + timedelta(days=2)
    answer = api.post("/obligations/verbs/excuse", body, key="m3").json()
    assert answer["done"] == [row.pk]
    # Nobody lets himself off, and what is not there is said so.
    assert [each["id"] for each in answer["refused"]] == [other.pk, 999999]
    assert answer["refused"][1]["code"] == "not_found"
    refused = client(centre, "李敏").post("/obligations/verbs/excuse", body, key="m4").json()
    assert (refused["done"], len(refused["refused"])) == ([], 3)

"""What one gave to others: where it stands, reminding them, accepting and returning it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.domains.cases.kit import browser
from tests.kit.cast import Cast
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.kernel import history
from zhize.kernel.db import Refused

MONDAY_9 = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def now(cast: Cast) -> Any:
    with time_machine.travel(MONDAY_9, tick=False) as traveller:
        yield traveller


def given(cast: Cast, title: str = "布置会场") -> Obligation:
    """The supervisor gives the receptionist a task through the page."""
    client = browser(cast, "wangfang")
    answer = client.post(
        "/obligations/new/",
        {
            "title": title,
            "holder": cast.people["limin"].pk,
            "due_at": "2026-03-02T17:00",
            "report_back": "on",
            "detail": "周五的会",
        },
    )
    assert answer.status_code == 302
    return Obligation.objects.latest("pk")


@pytest.mark.req("DUT-11", "DUT-06")
def test_a_task_is_given_done_returned_done_again_and_accepted(cast: Cast, now: Any) -> None:
    task = given(cast)
    assert (task.creator, task.holder, task.acceptor) == (
        cast.people["wangfang"],
        cast.people["limin"],
        cast.people["wangfang"],
    )
    assert f"{task.due_at:%H:%M}" == "09:00"  # 17:00 in Shanghai
    chief, desk = browser(cast, "wangfang"), browser(cast, "limin")
    assert "布置会场" in desk.get("/").content.decode()
    assert desk.post(f"/obligations/{task.pk}/verbs/submit/", {"note": "摆好了"}).status_code == 302
    waiting = chief.get("/handed-over/", {"chip": "submitted"}).content.decode()
    for piece in (
        "布置会场",
        "待确认",
        f"/obligations/{task.pk}/verbs/accept/",
        f"/obligations/{task.pk}/verbs/give_back/",
    ):
        assert piece in waiting
    back = {"reason": "缺话筒", "due_at": "2026-03-03T10:00"}
    assert chief.post(f"/obligations/{task.pk}/verbs/give_back/", back).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.returned_count, f"{task.due_at:%d %H:%M}") == ("open", 1, "03 02:00")
    assert "布置会场" in chief.get("/handed-over/", {"chip": "returned"}).content.decode()
    for page in (f"/obligations/{task.pk}/", "/", f"/obligations/{task.pk}/verbs/submit/"):
        assert "缺话筒" in desk.get(page).content.decode(), page
    assert desk.post(f"/obligations/{task.pk}/verbs/submit/", {"note": "补了话筒"}).status_code == 302
    assert chief.post(f"/obligations/{task.pk}/verbs/accept/", {"note": "很好"}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.evidence.count()) == ("done", 2)
    assert "布置会场" not in chief.get("/handed-over/").content.decode()
    assert "布置会场" in chief.get("/handed-over/", {"chip": "ended"}).content.decode()


@pytest.mark.req("DUT-11")
def test_everybody_who_owes_is_reminded_at_once(cast: Cast, now: Any) -> None:
    tasks = [given(cast, "布置会场"), given(cast, "打印名单")]
    now.move_to(MONDAY_9 + timedelta(hours=9))
    chief = browser(cast, "wangfang")
    assert "布置会场" in chief.get("/handed-over/", {"chip": "overdue"}).content.decode()
    answer = chief.post(
        "/handed-over/", {"_bulk": "remind", "ids": [task.pk for task in tasks], "note": "明早就要"}
    )
    assert answer.status_code == 200
    for task in tasks:
        entry = history.timeline(task).first()
        assert entry is not None
        assert "李敏" in entry.sentence()
        assert entry.note == "明早就要"


@pytest.mark.req("DUT-11")
def test_only_the_assigner_or_who_may_reassign_reminds(cast: Cast, now: Any) -> None:
    task = given(cast)
    with pytest.raises(Refused):
        duties.remind(actor=cast.actor("chenjing"), obligation=task)
    assert "布置会场" not in browser(cast, "chenjing").get("/handed-over/").content.decode()

"""How often the database is asked to open a case, to answer it, and to do what follows: so that it cannot creep up.

Each statement costs up to a millisecond of processor time (docs/ops/performance.md). Who needs another one raises the
number here and says why in the commit.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.domains.cases import kit
from tests.kit.cast import Cast
from tests.rest.kit import ApiClient
from zhize.domains.cases.models import Case
from zhize.kernel import jobs
from zhize.kernel.accounts.models import User

OPENING, AFTERWARDS, ANSWERING = 25, 20, 12


def statements(work: Callable[[], object]) -> list[str]:
    """What was asked; not counting the savepoints that a test's own transaction makes of transactions."""
    with CaptureQueriesContext(connection) as seen:
        work()
    return [query["sql"] for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def test_a_case_and_its_answer_ask_the_database_no_more_than_they_did(cast: Cast, now: object) -> None:
    desk, officer = (ApiClient(User.objects.get(person=cast.people[login])) for login in ("limin", "sunli"))
    phone = cast.customers["A101"].phones.get().number
    body = {"type": "complaint", "title": "电梯异响", "channel": "phone"}

    def opened(key: str) -> int:
        answer = desk.post("/cases", {**body, "customer": {"name": "业主A101", "phone": phone}}, key=key)
        assert answer.status_code == 201, answer.content
        return int(answer.json()["id"])

    def answered(pk: int, key: str) -> None:
        said = {"kind": "reply", "body": "今天下午到场。", "channel": "phone"}
        assert officer.post(f"/cases/{pk}/messages", said, key=key).status_code == 201

    # The first ever makes calendar and numbers, the next one fills the memory.
    for turn in ("first", "second"):
        answered(opened(turn), f"{turn} answer")
        jobs.run_all()
    opening = statements(lambda: opened("third"))
    # Taking jobs from the queue and saying that they are done is the queue's.
    afterwards = [sql for sql in statements(jobs.run_all) if "procrastinate" not in sql]
    case = Case.objects.latest("pk")
    answering = statements(lambda: answered(case.pk, "third answer"))
    assert len(opening) <= OPENING, "\n".join(opening)
    assert len(afterwards) <= AFTERWARDS, "\n".join(afterwards)
    assert len(answering) <= ANSWERING, "\n".join(answering)
    # Nothing was left out for it.
    assert kit.owed(case, ended_at__isnull=False).duty is not None
    assert case.owner is not None
    assert case.forwarded_at is not None

"""Short ways to do what the tests of cases do again and again, on the cast of tests.kit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.test import Client

from tests.kit.cast import Cast
from tests.rest.kit import ApiClient
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.duties.models import Obligation
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import Callback
from zhize.kernel import clocks, history
from zhize.kernel.accounts.models import User
from zhize.kernel.history.models import Entry

PACKS = Path(__file__).resolve().parents[2] / "packs"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def at(day: int, hour: int = 9, minute: int = 0, *, month: int = 3) -> datetime:
    """A wall-clock time in Shanghai in 2026; 2 March is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def take_in(
    cast: Cast, login: str = "limin", *, room: str = "A101", owner: str = "", solution: str = "", **more: Any
) -> Case:
    """A matter of a room, taken in by somebody (李敏 at the desk)."""
    said = {
        "type": "complaint",
        "title": "电梯异响",
        "channel": "phone",
        "customer": cast.customers[room],
        "premises": cast.rooms[room],
    }
    return cases.open_case(
        actor=cast.actor(login),
        intake=cases.Intake(**{**said, **more}),
        owner=cast.people[owner] if owner else None,
        solution=solution,
    )


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def act(cast: Cast, login: str, case: Case, verb: str, note: str = "", **data: Any) -> Case:
    return cases.act(actor=cast.actor(login), case=fresh(case), verb=verb, data=data, note=note)


def answer(cast: Cast, case: Case, login: str = "", verb: str = "answer", **data: Any) -> Case:
    """Answered by `login`, by default whoever holds it."""
    held = fresh(case).owner_id
    by = login or next(name for name, person in cast.people.items() if person.pk == held)
    return act(cast, by, case, verb, **{"solution": "已更换导轮", **data})


def inform(cast: Cast, case: Case, login: str = "sunli") -> None:
    cases.reply(actor=cast.actor(login), case=fresh(case), body="已经处理好", channel="phone", result=True)


def called_back(cast: Cast, case: Case, score: int = 5) -> None:
    """孙丽 calls back; the customer is content."""
    row = Callback.objects.filter(case=case, kind="callback").latest("round")
    visits.finish(actor=cast.actor("sunli"), callback=row, answers={"solved": "yes", "overall": score})


def finish(cast: Cast, case: Case) -> Case:
    """Answered, called back, told and closed, at one moment."""
    answer(cast, case)
    called_back(cast, case)
    inform(cast, case)
    return act(cast, "sunli", case, "close")


def pass_time(now: Any, to: datetime) -> None:
    now.move_to(to)
    clocks.tick()
    history.deliver_all()


def owed(case: Case, **filters: Any) -> Obligation:
    """The one obligation about the case that fits."""
    return Obligation.objects.get(subject_type="cases.case", subject_id=case.pk, **filters)


def told(obligation: Obligation, code: str) -> set[str]:
    return {person.name for row in obligation.escalations.filter(code=code) for person in row.told.all()}


def verbs(case: Case) -> list[str]:
    return list(history.timeline(case).values_list("verb", flat=True))


def entries() -> int:
    return Entry.objects.count()


def browser(cast: Cast, login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(login=login), backend=BACKEND)
    return client


def api(cast: Cast, login: str) -> ApiClient:
    return ApiClient(User.objects.get(login=login))

"""A complaint of the property centre that was answered, and the callback that follows from it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.visits.models import Callback

TUESDAY = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)  # Tuesday 10:00 in Shanghai
GOOD = {"solved": "yes", "overall": 5}
BAD = {"solved": "no", "overall": 2, "reason": "not_solved"}


def complaint(cast: Cast, *, room: str = "A101", **more: Any) -> Case:
    """Taken in by the desk and given to the ambassador of the court."""
    said = {
        "type": "complaint",
        "title": "电梯异响",
        "channel": "phone",
        "customer": cast.customers[room],
        "premises": cast.rooms[room],
    }
    return cases.open_case(actor=cast.actor("limin"), intake=cases.Intake(**{**said, **more}))


def answered(cast: Cast, *, room: str = "A101", data: dict[str, Any] | None = None, **more: Any) -> Case:
    """The same, answered by whoever holds it."""
    case = complaint(cast, room=room, **more)
    login = next(name for name, person in cast.people.items() if person.pk == case.owner_id)
    given = {"solution": "已更换导轮", **(data or {})}
    return cases.act(actor=cast.actor(login), case=case, verb="answer", data=given)


def callback_of(case: Case, kind: str = "callback") -> Callback:
    return Callback.objects.filter(case=case, kind=kind).latest("round")

"""The demonstration's leave, written on the stage of the cast."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.kit.cast import Cast
from zhize.desk.demo.services import away
from zhize.domains.shifts.models import Leave
from zhize.lib import clock


def test_one_leave_is_granted_and_one_waits(cast: Cast) -> None:
    stage: Any = SimpleNamespace(
        actor=cast.actor, people=cast.people, units={"centre": cast.centre}, today=clock.today()
    )
    away.build(stage)
    assert sorted(Leave.objects.values_list("state", "person__name")) == [
        ("approved", "陈静"),
        ("asked", "李敏"),
    ]

"""Two people who do the same at the same moment: the second is told, nothing is there twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from tests.kernel import small_world
from zhize.domains.organisation import services
from zhize.domains.organisation.models import Reading, Signature
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Appointment, Position, Unit
from zhize.lib import clock


def outcomes(act: Callable[[], object]) -> list[str]:
    barrier = threading.Barrier(2, timeout=20)

    def once(_number: int) -> str:
        barrier.wait()
        try:
            act()
            return "done"
        except Invalid:
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(once, range(2)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("ORG-14")
def test_of_two_at_once_the_second_is_told_and_not_failed() -> None:
    centre = small_world.unit("centre")
    desk = small_world.position("desk", centre)
    head = small_world.position("head", centre, org_edit="all", org_appoint="all")
    reader, boss = small_world.person("陈静", desk), small_world.actor(small_world.person("刘强", head))
    text = Reading.objects.create(
        unit=centre, title="章程", number=1, statement="已阅读", days=7, published_at=clock.now(), due_on=clock.today()
    )  # fmt: skip
    assert (
        outcomes(lambda: services.sign(actor=small_world.actor(reader), reading=text, name="陈静"))
        == ["done"] * 2
    )
    assert Signature.objects.count() == 1
    assert outcomes(lambda: services.create_unit(actor=boss, parent=centre, kind="team", code="T1", name="甲班")) == [
        "done", "told",
    ]  # fmt: skip
    assert outcomes(lambda: services.create_position(actor=boss, unit=centre, code="lead", name="班长")) == [
        "done", "told",
    ]  # fmt: skip
    lead = Position.objects.get(code="lead")
    since = date(2026, 3, 2)
    assert outcomes(lambda: services.appoint(actor=boss, person=reader, position=lead, from_on=since)) == [
        "done", "told",
    ]  # fmt: skip
    assert (Unit.objects.filter(code="T1").count(), Appointment.objects.filter(position=lead).count()) == (
        1,
        1,
    )

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.kit.cast import Cast
from zhize.desk.drafting import services
from zhize.desk.drafting.models import JobDraft
from zhize.kernel.access.models import Grant
from zhize.kernel.accounts.models import User
from zhize.kernel.org.models import Appointment

from tests.desk.drafting.texts import HOTEL  # isort: skip


@pytest.fixture
def manager(cast: Cast) -> Any:
    """The manager of centre A, who may draft and set up positions there."""
    return cast.actor("liuqiang")


@pytest.fixture
def draft(cast: Cast, manager: Any) -> JobDraft:
    return services.make(actor=manager, unit=cast.centre, text=HOTEL, name="酒店前厅")


@pytest.fixture
def screen(cast: Cast) -> Client:
    client = Client()
    client.force_login(User.objects.get(login="liuqiang"))
    return client


@pytest.fixture
def grant(cast: Cast) -> Any:
    """Give somebody's position one more right."""

    def give(login: str, capability: str, scope: str) -> None:
        held = Appointment.objects.filter(person=cast.people[login], from_on__lte=date(2024, 1, 1)).first()
        assert held is not None
        Grant.objects.create(position=held.position, capability=capability, scope=scope)

    return give

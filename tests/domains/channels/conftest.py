"""Builders of the desks, on the cast of tests.kit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.kinds import Nature
from zhize.domains.cases.selectors import types
from zhize.domains.channels import services as channels
from zhize.domains.channels.models import Call, Line
from zhize.kernel.access import Actor


@pytest.fixture
def desk(cast: Cast) -> Actor:
    """李敏 at the front desk of centre A."""
    return cast.actor("limin")


@pytest.fixture
def manager(cast: Cast) -> Actor:
    """刘强, who manages centre A and its channels."""
    return cast.actor("liuqiang")


@pytest.fixture
def stranger(cast: Cast) -> Actor:
    """钱进 at the front desk of the sibling centre."""
    return cast.actor("qianjin")


@pytest.fixture
def hotline(cast: Cast, manager: Actor) -> Line:
    return channels.open_line(
        actor=manager,
        unit=cast.centre,
        kind="phone",
        code="hotline",
        name="投诉热线",
        address="0755 2666 1234",
    )


@pytest.fixture
def mailbox(cast: Cast, manager: Actor) -> Line:
    return channels.open_line(
        actor=manager, unit=cast.centre, kind="email", code="kefu", name="客服邮箱", address="kefu@wy.example"
    )


@pytest.fixture
def ring(desk: Actor, hotline: Line) -> Any:
    """Register a call on the hotline."""

    def register(number: str = "13900001111", actor: Actor | None = None, **more: Any) -> Call:
        return channels.register_call(actor=actor or desk, number=number, line=hotline, **more)

    return register


def type_of(nature: str) -> str:
    """The code of the pack's first case type of a nature."""
    return next(spec.code for spec in types.case_types() if spec.nature == nature)


def matter(nature: str = Nature.COMPLAINT, **more: Any) -> cases.Intake:
    """An intake of a nature with a title."""
    return cases.Intake(**{"type": type_of(nature), "title": "电梯异响", "channel": "", **more})

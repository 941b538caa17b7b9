"""The policy table of the pack: what it gives, and that changing it leaves what is open alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.industries import walking
from tests.industries.walking import Stage, moment
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.customers.models import Customer
from zhize.kernel import access
from zhize.kernel.packs import loader
from zhize.kernel.packs import services as packing

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    pack = loader.load(loader.find("property-community"))
    return walking.build(pack, pack.get("walks", "dissatisfied_callback"))


def taken_in(stage: Stage, at: str, **said: str) -> Case:
    customer = Customer.objects.get(name=stage.customer().name)
    with walking.at(at):
        intake = cases.Intake(
            type=said.pop("type", "complaint"),
            title="电梯停梯",
            channel="phone",
            customer=customer,
            premises=customer.occupancies.get().premises,
            **said,
        )
        case = cases.open_case(actor=stage.actor("receptionist"), intake=intake)
    case.refresh_from_db()
    return case


@pytest.mark.req("CAS-46")
def test_a_policy_changed_today_does_not_move_what_was_opened_yesterday(stage: Stage) -> None:
    yesterday = taken_in(stage, "2026-03-02 09:00")
    with walking.at("2026-03-03 08:00"):
        packing.override(
            actor=access.system("packs.apply"),
            pack="property-community",
            section="deadlines",
            code="answer",
            path=["rows", len(stage.pack.get("deadlines", "answer").rows) - 1, "target", "minutes"],
            value=480,
            reason="雨季值守，八小时内答复",
        )
    today = taken_in(stage, "2026-03-03 08:30", subtype="noise")
    yesterday.refresh_from_db()
    assert yesterday.next_due_at == moment("2026-03-03 09:00")
    assert today.next_due_at == moment("2026-03-03 08:30") + timedelta(hours=8)
    assert yesterday.release_id != today.release_id


def test_severity_and_nature_choose_the_row(stage: Stage) -> None:
    normal = taken_in(stage, "2026-03-02 09:00", subtype="lift_fault")
    serious = taken_in(stage, "2026-03-02 09:10", subtype="noise", severity="serious")
    assert normal.next_due_at == normal.accepted_at + timedelta(hours=24)
    assert serious.next_due_at == serious.accepted_at + timedelta(hours=12)

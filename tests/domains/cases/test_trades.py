"""Rules of other trades, in a small pack of their own: the product's code knows none of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from tests.domains.cases.kit import PACKS, at, fresh, owed
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.customers.models import Asset, Customer
from zhize.domains.duties.models import Obligation
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import Callback
from zhize.kernel import access, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.org.models import Appointment, Area, Person, Position, Unit
from zhize.kernel.packs import selectors, services
from zhize.lib import clock

pytestmark = pytest.mark.usefixtures("now")


@dataclass
class Lounge:
    unit: Unit
    people: dict[str, Person]
    guest: Customer

    def actor(self, code: str) -> Actor:
        return access.for_person(self.people[code], channel="web")

    def take_in(self, kind: str, **more: Any) -> Any:
        intake = cases.Intake(
            type=kind, title="包房音响有杂音", channel="phone", unit=self.unit, customer=self.guest, **more
        )
        return cases.open_case(actor=self.actor("guest_care"), intake=intake)


@pytest.fixture
def lounge(now: Any, cast: Cast) -> Iterator[Lounge]:
    unit = Unit.objects.create(parent=cast.company, kind="house", code="GC", name="歌朝")
    unit.path = f"{cast.company.path}{unit.pk}/"
    unit.save()
    services.apply(root=PACKS / "lounge", actor=access.system("packs.apply"), unit=unit)
    made = {}
    for number, code in enumerate(("guest_care", "floor_lead", "sound_technician")):
        made[code] = Person.objects.create(name=code, employee_no=f"K{number}")
        position = Position.objects.get(unit=unit, code=code)
        Appointment.objects.create(person=made[code], position=position, from_on=date(2024, 1, 1))
    guest = Customer(
        unit=unit,
        kind_code="guest",
        name="会员甲",
        state="active",
        category="working",
        created_at=clock.now(),
    )
    guest.save()
    yield Lounge(unit, made, guest)
    selectors.forget()


@pytest.mark.req("CAS-08", "TRG-05")
def test_a_complaint_of_monday_is_due_at_the_end_of_thursday(lounge: Lounge) -> None:
    case = lounge.take_in("guest_complaint")
    row = owed(case, duty__code="solve_in_three_days")
    assert row.due_at == at(5, 18)  # Thursday, when work ends
    assert row.holder == lounge.people["guest_care"]


@pytest.mark.req("CAS-08")
def test_a_serious_complaint_is_apologised_for_before_it_is_closed(lounge: Lounge) -> None:
    serious, normal = lounge.take_in("guest_complaint", severity="serious"), lounge.take_in("guest_complaint")
    agent = lounge.actor("guest_care")
    for case in (serious, normal):
        cases.act(actor=agent, case=case, verb="answer", data={"solution": "换房并送果盘"})
    assert not Callback.objects.filter(case=normal, kind="apology").exists()
    assert cases.act(actor=agent, case=fresh(normal), verb="close").state == "closed"
    with pytest.raises(flow.NotNow, match="致歉"):
        cases.act(actor=agent, case=fresh(serious), verb="close")
    call = Callback.objects.get(case=serious, kind="apology")
    owed_for_it = Obligation.objects.get(pk=call.obligation_id)
    assert (owed_for_it.is_open, owed_for_it.holder) == (True, lounge.people["floor_lead"])
    visits.finish(actor=agent, callback=call, answers={})
    owed_for_it.refresh_from_db()
    assert owed_for_it.state == "done"
    assert cases.act(actor=agent, case=fresh(serious), verb="close").state == "closed"


@pytest.mark.req("CAS-14")
def test_type_area_and_product_decide_who_gets_it(lounge: Lounge, now: Any) -> None:
    vip = Area.objects.create(unit=lounge.unit, code="VIP", name="贵宾区", kind="floor")
    sound = Asset.objects.create(unit=lounge.unit, customer=lounge.guest, product="音响")
    light = Asset.objects.create(unit=lounge.unit, customer=lounge.guest, product="灯光")
    found = [
        lounge.take_in("room_fault", area=vip, asset=sound),
        lounge.take_in("room_fault", asset=sound),
        lounge.take_in("room_fault", area=vip, asset=light),
    ]
    assert [row.owner.name for row in found] == ["sound_technician", "floor_lead", "guest_care"]
    said = history.timeline(found[0]).get(verb="case.assigned").sentence()
    assert "未请假" in said

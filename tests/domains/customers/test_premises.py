"""The premises tree, who occupies what, and what is vacant (CUS-06)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import time_machine

from tests.domains.customers.conftest import Cast, build_room
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Occupancy, ParkingSpace, Premises
from zhize.domains.customers.selectors import premises as premises_reads
from zhize.kernel import history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.org.models import Area

New = Callable[..., Customer]


def test_a_room_has_the_address_people_say(room: Premises) -> None:
    assert room.address == "碧水园 3-2-301"
    assert room.path is not None
    assert room.path.count("/") == 5


def test_a_room_resolves_to_the_court_of_its_building(room: Premises, cast: Cast) -> None:
    assert room.area == cast.a.area


def test_an_area_set_above_reaches_everything_without_its_own(
    room: Premises, community: Premises, lead: Actor, cast: Cast
) -> None:
    other = build_room(lead, community, "4", "1", "101")
    court_b = Area.objects.create(unit=cast.a.unit, code="ZX01-B", name="B苑")
    community.refresh_from_db()
    changed = customers.set_area(actor=lead, premises=community, area=court_b)
    assert changed == 4
    room.refresh_from_db()
    other.refresh_from_db()
    assert (other.area, room.area) == (court_b, cast.a.area)
    building = Premises.objects.get(kind="building", code="3")
    customers.set_area(actor=lead, premises=building, area=None)
    room.refresh_from_db()
    assert room.area == court_b


def test_an_area_of_a_sibling_centre_is_refused(community: Premises, lead: Actor, cast: Cast) -> None:
    with pytest.raises(Invalid):
        customers.set_area(actor=lead, premises=community, area=cast.b.area)


def test_lists_sort_buildings_as_people_count(community: Premises, lead: Actor) -> None:
    for building in ("12", "3", "1"):
        build_room(lead, community, building, "1", "101")
    rows = Premises.objects.filter(kind="building").values_list("code", flat=True)
    assert list(rows) == ["1", "3", "12"]


def test_an_address_exists_once(room: Premises, lead: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        customers.create_premises(actor=lead, unit=room.unit, kind="room", code="301", parent=room.parent)
    assert "code" in refusal.value.errors


def test_a_building_does_not_stand_in_a_room(room: Premises, lead: Actor) -> None:
    with pytest.raises(Invalid):
        customers.create_premises(actor=lead, unit=room.unit, kind="building", code="9", parent=room)
    with pytest.raises(Invalid):
        customers.create_premises(actor=lead, unit=room.unit, kind="room", code="9")


def test_a_renamed_community_renames_the_addresses_below(
    room: Premises, community: Premises, lead: Actor
) -> None:
    customers.update_premises(actor=lead, premises=community, name="碧水新园")
    room.refresh_from_db()
    assert room.address == "碧水新园 3-2-301"


def test_who_may_only_look_adds_no_premises(reader: Actor, cast: Cast) -> None:
    with pytest.raises(Refused):
        customers.create_premises(actor=reader, unit=cast.a.unit, kind="community", code="X", name="X")


@pytest.mark.req("CUS-06")
class TestVacancy:
    def vacant(self, actor: Actor) -> list[str]:
        return [row.address for row in premises_reads.vacant(actor)]

    def test_a_room_without_occupier_is_vacant(self, room: Premises, lead: Actor, new_customer: New) -> None:
        assert self.vacant(lead) == ["碧水园 3-2-301"]
        customers.occupy(actor=lead, customer=new_customer("租客"), premises=room, role="tenant")
        assert self.vacant(lead) == []

    def test_an_owner_who_lives_elsewhere_does_not_occupy(
        self, room: Premises, lead: Actor, new_customer: New
    ) -> None:
        owner = new_customer("张建国")
        occupancy = customers.occupy(actor=lead, customer=owner, premises=room, role="owner", living=False)
        assert self.vacant(lead) == ["碧水园 3-2-301"]
        customers.set_living(actor=lead, occupancy=occupancy, living=True)
        assert self.vacant(lead) == []

    def test_a_room_is_vacant_the_day_after_the_last_day(
        self, room: Premises, lead: Actor, new_customer: New
    ) -> None:
        with time_machine.travel("2026-03-10 09:00+08:00"):
            occupancy = customers.occupy(
                actor=lead,
                customer=new_customer("租客"),
                premises=room,
                role="tenant",
                from_on=date(2025, 1, 1),
            )
            customers.vacate(actor=lead, occupancy=occupancy, last_day=date(2026, 3, 10))
            assert self.vacant(lead) == []
        with time_machine.travel("2026-03-11 00:10+08:00"):
            assert self.vacant(lead) == ["碧水园 3-2-301"]

    def test_buildings_and_withdrawn_rooms_are_not_listed(self, room: Premises, lead: Actor) -> None:
        customers.update_premises(actor=lead, premises=room, condition="withdrawn")
        assert self.vacant(lead) == []

    def test_the_sibling_centre_does_not_see_the_list(self, room: Premises, stranger: Actor) -> None:
        assert self.vacant(stranger) == []


class TestOccupancy:
    def test_only_rooms_are_occupied(self, community: Premises, lead: Actor, new_customer: New) -> None:
        with pytest.raises(Invalid):
            customers.occupy(actor=lead, customer=new_customer(), premises=community, role="owner")

    def test_the_same_tie_is_not_made_twice(self, room: Premises, lead: Actor, new_customer: New) -> None:
        owner = new_customer()
        customers.occupy(actor=lead, customer=owner, premises=room, role="owner")
        with pytest.raises(Invalid):
            customers.occupy(actor=lead, customer=owner, premises=room, role="owner")
        customers.occupy(actor=lead, customer=owner, premises=room, role="resident")
        assert Occupancy.objects.count() == 2

    def test_it_stands_in_the_histories_of_the_customer_and_of_the_room(
        self, room: Premises, lead: Actor, new_customer: New
    ) -> None:
        owner = new_customer()
        customers.occupy(actor=lead, customer=owner, premises=room, role="owner")
        entry = history.timeline(room).get(verb="customer.occupied")
        assert entry in history.timeline(owner)
        assert entry.sentence() == "王芳登记张建国为碧水园 3-2-301的业主"

    def test_an_end_before_the_beginning_is_refused(
        self, room: Premises, lead: Actor, new_customer: New
    ) -> None:
        occupancy = customers.occupy(
            actor=lead, customer=new_customer(), premises=room, role="tenant", from_on=date(2026, 3, 1)
        )
        with pytest.raises(Invalid):
            customers.vacate(actor=lead, occupancy=occupancy, last_day=date(2026, 2, 1))

    def test_a_room_of_a_sibling_centre_is_refused(
        self, room: Premises, stranger: Actor, director: Actor, cast: Cast, new_customer: New
    ) -> None:
        theirs = new_customer("外人", actor=stranger, unit=cast.b.unit)
        with pytest.raises(Invalid):
            customers.occupy(actor=director, customer=theirs, premises=room, role="owner")


class TestParking:
    def test_a_space_is_recorded_and_given_to_somebody(
        self, room: Premises, community: Premises, lead: Actor, new_customer: New
    ) -> None:
        owner = new_customer()
        customers.record_parking(actor=lead, community=community, code="A-018")
        customers.record_parking(
            actor=lead,
            community=community,
            code="Ａ－０１８",
            kind="owned",
            customer=owner,
            room=room,
            plates=["粤b12345"],
        )
        space = ParkingSpace.objects.get()
        assert (space.customer, space.plates) == (owner, "粤B12345")
        assert history.timeline(owner).filter(verb="premises.parking_recorded").count() == 1

    def test_a_rented_space_needs_its_tenant(self, community: Premises, lead: Actor) -> None:
        with pytest.raises(Invalid):
            customers.record_parking(actor=lead, community=community, code="A-018", kind="rented")


def test_a_floor_area_is_positive(room: Premises, lead: Actor) -> None:
    customers.update_premises(actor=lead, premises=room, floor_area=Decimal("89.50"))
    with pytest.raises(Invalid):
        customers.update_premises(actor=lead, premises=room, floor_area=Decimal(0))


@pytest.mark.parametrize(
    "text",
    ["碧水园 3-2-301", "碧水园3-2-301", "3-2-301室", "３－２－３０１", "碧水园三栋二单元301", "3栋301"],
)
def test_the_room_somebody_writes_is_the_one_recorded(
    room: Premises, community: Premises, lead: Actor, cast: Cast, text: str
) -> None:
    build_room(lead, community, "13", "2", "301")
    build_room(lead, community, "3", "1", "201")
    assert premises_reads.by_address(cast.a.unit, text) == room
    assert room in premises_reads.find(lead, text)


@pytest.mark.parametrize(
    "text", ["翠湖苑 3-2-301", "3-2-302", "3-2", "碧水园 3栋", "3-2-301 门口的垃圾桶", "水园3-2-301"]
)
def test_an_address_that_means_no_room_for_sure_is_none(room: Premises, cast: Cast, text: str) -> None:
    assert premises_reads.by_address(cast.a.unit, text) is None


def test_a_room_that_stands_twice_is_not_guessed(room: Premises, lead: Actor, cast: Cast) -> None:
    other = customers.create_premises(
        actor=lead, unit=cast.a.unit, kind="community", code="CH", name="翠湖苑"
    )
    twin = build_room(lead, other, "3", "2", "301")
    assert premises_reads.by_address(cast.a.unit, "3-2-301") is None
    assert premises_reads.by_address(cast.a.unit, "翠湖苑3栋2单元301") == twin


def test_what_is_typed_so_far_already_proposes_rooms(room: Premises, lead: Actor) -> None:
    assert premises_reads.find(lead, "3-2-3") == [room]

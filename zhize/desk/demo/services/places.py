"""Courts, buildings, rooms and who lives in them: one household of each kind is recorded, the others are copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from zhize.desk.demo.randomness import Chance
from zhize.desk.demo.services.copying import Copier, Exchange, Recorder, Recording
from zhize.desk.demo.services.stage import Stage
from zhize.domains.customers import addresses
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Premises
from zhize.kernel.access import Actor
from zhize.kernel.packs import selectors as live
from zhize.lib import phones

# Who keeps the archive of each centre.
KEEPERS = {"centre": ("archivist", "centre"), "sibling": ("centre_manager", "sibling")}
# Numbers whose middle is 0000 look like numbers and are nobody's.
PREFIXES = ("1380000", "1390000", "1360000", "1580000")
KINDS = ("living", "rented", "vacant", "parking")
# Owner and tenant of the room recorded for each kind. They stay among the customers, and copies have them replaced, so
# nothing else may be called so: surnames that the lists of names do not have.
SAMPLES = (
    ("钟离慕云", "司徒怀瑾"),
    ("上官若溪", "欧阳景行"),
    ("夏侯明远", "慕容晚晴"),
    ("尉迟长风", "皇甫思齐"),
)
SHARES = (52, 12, 6, 30)


@dataclass(frozen=True)
class Home:
    """A household: the customer to deal with, where, whose court."""

    customer_id: int
    premises_id: int
    name: str
    phone: str
    address: str
    court: str
    building: str
    entrance: str
    floor: int


@dataclass(frozen=True)
class _Slot:
    """A room to be: its place in the tree."""

    court: str
    parent: Premises
    community: Premises
    building: str
    entrance: str
    code: str
    floor: int


def build(stage: Stage, unit: str) -> list[Home]:
    """Premises and households of one centre."""
    actor = stage.actor(stage.holding(*KEEPERS[unit])[0])
    slots = list(_slots(stage, actor, unit))
    recordings = {kind: _record(stage, actor, slots[index], kind, unit) for index, kind in enumerate(KINDS)}
    return _copies(stage, recordings, slots, unit)


def _slots(stage: Stage, actor: Actor, unit: str) -> Iterator[_Slot]:
    """The upper tree is created by its service; the rooms are still to come."""
    for spec in stage.pack.items("demo_places"):
        if spec.unit != unit:
            continue
        row = stage.units[unit]
        community = customers.create_premises(
            actor=actor, unit=row, kind="community", code=spec.code, name=spec.name
        )
        for court in spec.courts:
            upper = customers.create_premises(
                actor=actor, unit=row, kind="court", code=court.code, name=court.name, parent=community,
                area=stage.areas[court.code],
            )  # fmt: skip
            for number in range(1, court.buildings + 1):
                building = customers.create_premises(
                    actor=actor, unit=row, kind="building", code=str(number), parent=upper
                )
                for entrance in range(1, court.entrances + 1):
                    door = customers.create_premises(
                        actor=actor, unit=row, kind="entrance", code=str(entrance), parent=building
                    )
                    for floor in range(1, court.floors + 1):
                        for side in range(1, court.per_floor + 1):
                            code = f"{floor}{side:02}"
                            yield _Slot(court.code, door, community, str(number), str(entrance), code, floor)


@dataclass(frozen=True)
class _Template:
    """A household as its services wrote it, and the words in it that a copy exchanges."""

    recording: Recording
    room: Premises
    owner: Customer
    user: Customer
    numbers: tuple[str, ...]
    space: str = ""


def _record(stage: Stage, actor: Actor, slot: _Slot, kind: str, unit: str) -> _Template:
    recorder = Recorder()
    room = customers.create_premises(
        actor=actor, unit=stage.units[unit], kind="room", code=slot.code, parent=slot.parent, floor=slot.floor,
        floor_area=Decimal("88.50"), layout="两室两厅", delivered_on=stage.start - timedelta(days=1500),
    )  # fmt: skip
    first, second = SAMPLES[KINDS.index(kind)]
    numbers = (f"{PREFIXES[0]}{9990 + KINDS.index(kind)}", f"{PREFIXES[1]}{9990 + KINDS.index(kind)}")
    since = stage.start - timedelta(days=900)
    owner = _customer(
        stage, actor, unit, "owner", first, numbers[0], room, since, living=kind in {"living", "parking"}
    )
    user = owner
    if kind == "rented":
        user = _customer(stage, actor, unit, "tenant", second, numbers[1], room, since, living=True)
    space = ""
    if kind == "parking":
        space = "示例车位"
        customers.record_parking(
            actor=actor, community=slot.community, code=space, kind="rented", customer=owner, room=room,
            plates=["粤B00000"], until_on=stage.today + timedelta(days=200),
        )  # fmt: skip
    return _Template(recorder.take(), room, owner, user, numbers, space)


def _customer(
    stage: Stage,
    actor: Actor,
    unit: str,
    kind: str,
    name: str,
    phone: str,
    room: Premises,
    since: date,
    *,
    living: bool,
) -> Customer:
    place = customers.OccupancyInput(premises=room, role=kind, living=living, from_on=since)
    return customers.create_customer(
        actor=actor, unit=stage.units[unit], kind=kind, name=name, phone_numbers=[phone], at=[place]
    )


def _copies(stage: Stage, recordings: dict[str, _Template], slots: list[_Slot], unit: str) -> list[Home]:
    chance, copier = Chance(f"homes/{unit}"), Copier()
    names, numbers = _names(stage, chance), _numbers(unit)
    rest = slots[len(KINDS) :]
    kinds = [chance.weighted(KINDS, SHARES) for _slot in rest]
    for kind, template in recordings.items():
        copier.reserve(template.recording, kinds.count(kind))
    homes = []
    for index, (slot, kind) in enumerate(zip(rest, kinds, strict=True)):
        template = recordings[kind]
        said = (next(names), next(names))
        dialled = (next(numbers), next(numbers))
        exchange = _exchange(stage, template, slot, said, dialled, index, chance)
        keys = copier.add(template.recording, exchange)
        user = keys[("customers.customer", template.user.pk)]
        shown = 0 if template.user == template.owner else 1
        room = keys[("customers.premises", template.room.pk)]
        address = exchange.words[template.room.address]
        homes.append(
            Home(
                user,
                room,
                said[shown],
                dialled[shown],
                address,
                slot.court,
                slot.building,
                slot.entrance,
                slot.floor,
            )
        )
    copier.flush()
    live.forget()
    return homes


def _exchange(
    stage: Stage,
    template: _Template,
    slot: _Slot,
    names: tuple[str, str],
    numbers: tuple[str, str],
    index: int,
    chance: Chance,
) -> Exchange:
    way = [
        ("community", slot.community.code, slot.community.name),
        ("court", slot.court, stage.areas[slot.court].name),
        ("building", slot.building, ""),
        ("entrance", slot.entrance, ""),
        ("room", slot.code, slot.code),
    ]
    address = addresses.address(way)
    words = {template.room.address: address, template.owner.name: names[0]}
    if template.user != template.owner:
        words[template.user.name] = names[1]
    for old, new in zip(template.numbers, numbers, strict=True):
        words[old] = new
        words[phones.mask(old)] = phones.mask(new)
        words[str(phones.parse(old))] = str(phones.parse(new))
    if template.space:
        words[template.space] = f"{slot.court[:2].upper()}-{index:04}"
        words["粤B00000"] = f"粤B{chance.between(10_000, 99_999)}"
    room: dict[str, Any] = {
        "parent_id": slot.parent.pk, "code": slot.code, "name": slot.code, "address": address, "floor": slot.floor,
        "sort_key": addresses.sort_key(way), "area_id": stage.areas[slot.court].pk,
        "floor_area": chance.pick(_AREAS), "layout": chance.pick(_LAYOUTS),
    }  # fmt: skip
    # The new room's path ends in its own id, which only the copier knows; its way down to it is known here.
    rows = {
        ("customers.premises", upper): new
        for upper, new in zip(template.room.ancestor_ids, _above(slot), strict=True)
    }
    return Exchange(rows=rows, words=words, columns={"customers.premises": room})


_AREAS = tuple(Decimal(text) for text in ("68.20", "79.50", "88.50", "96.00", "108.30", "126.80", "143.50"))
_LAYOUTS = ("一室一厅", "两室一厅", "两室两厅", "三室两厅", "四室两厅")


def _above(slot: _Slot) -> list[int]:
    return [*slot.parent.ancestor_ids, slot.parent.pk]


def _names(stage: Stage, chance: Chance) -> Iterator[str]:
    """Names nobody on the staff has, none of them part of another's."""
    words = {item.code: item.words for item in stage.pack.items("demo_names")}
    staff = {person.name for person in stage.people.values()}
    given = [*words["given_men"], *words["given_women"]]
    seen: set[str] = set()
    while True:
        name = chance.pick(words["surnames"]) + chance.pick(given)
        if name not in staff and name not in seen:
            seen.add(name)
            yield name


def _numbers(unit: str) -> Iterator[str]:
    offset = 0 if unit == "centre" else 5000
    for number in range(offset, offset + 4990):
        for prefix in PREFIXES:
            yield f"{prefix}{number:04}"

"""A few matters lived through by the product's own services: what `filling` multiplies.

Each story is one household (room, customer, phone) with one case. Words that stand for what differs between
households (`Words`) are found again in whatever the services wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zhize.desk.demo.randomness import Chance
from zhize.desk.demo.services import stage as staging
from zhize.desk.demo.services import year
from zhize.desk.demo.services.copying import Recorder, Row
from zhize.desk.demo.services.lives import COURSES, Course, Life
from zhize.desk.demo.services.lives import Words as Said
from zhize.desk.demo.services.places import Home
from zhize.desk.demo.services.stage import Stage
from zhize.domains.cases.models import Case
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Premises
from zhize.domains.duties.models import Duty
from zhize.kernel import history
from zhize.kernel.packs import loader
from zhize.kernel.packs import selectors as live
from zhize.lib import clock, phones

PACK = "property-community"
ENTRIES = 40
"""How long the timeline of the long story gets at least."""


@dataclass(frozen=True)
class Words:
    """Words of a story that every copy exchanges."""

    number: str
    name: str
    phone: str
    room: str
    title: str
    text: str

    @property
    def phone_forms(self) -> dict[str, str]:
        """Every way in which services write the phone: as typed, masked, with the country."""
        return {
            "phone": self.phone,
            "masked": phones.mask(self.phone),
            "canonical": str(phones.parse(self.phone)),
        }


@dataclass(frozen=True)
class Told:
    """The stories, and what of the stage is needed to multiply them."""

    stories: list[Story]
    centre: int
    sibling: int
    vocabulary: dict[str, list[str]]
    """Surnames, given names, and titles with their texts in the same order."""


@dataclass(frozen=True)
class Story:
    """What the services wrote for one matter, by table. `is_open`: it waits for somebody now."""

    name: str
    rows: dict[str, list[Row]]
    words: Words
    start: datetime
    is_open: bool


def waiting(life: Life) -> Course:
    """Accepted, taken up, answered once; the result is owed."""
    life.open("phone")
    life.act("ambassador", "start")
    life.say("ambassador", "您好，我是您的客户大使，已收到您反映的问题，正在处理。")
    yield 1


def long(life: Life) -> Course:
    """A matter with many words: the case page with a long timeline."""
    yield from waiting(life)
    for index in range(ENTRIES):
        if index % 3:
            life.note("ambassador", f"第 {index} 次现场查看，已拍照留存，等待物料到场后继续施工。")
        else:
            life.heard(f"第 {index} 次来电询问进度，希望周末之前能处理完。")


TOLD: dict[str, tuple[Callable[[Life], Course], bool]] = {
    "quick": (COURSES["quick"], False),
    "counter_sheet": (COURSES["counter_sheet"], False),
    "on_the_spot": (COURSES["on_the_spot"], False),
    "waiting": (waiting, True),
    "long": (long, True),
}


def record() -> Told:
    """Make a centre with its staff in the present, empty database and live the stories there."""
    stage = staging.build(loader.load(loader.find(PACK)), clock.today())
    # Or every recurring duty of the year behind us would be owed, by everybody, and late.
    Duty.objects.update(owed_from=clock.now())
    court = next(spec for spec in stage.pack.items("demo_places") if spec.unit == "centre").courts[0]
    building = _building(stage, court)
    told = list(_told(stage, court.code, building))
    live.forget()
    return Told(told, stage.units["centre"].pk, stage.units["sibling"].pk, _vocabulary(stage))


def _vocabulary(stage: Stage) -> dict[str, list[str]]:
    names = {item.code: item.words for item in stage.pack.items("demo_names")}
    said = [line for matter in stage.pack.items("demo_matters") for line in matter.said]
    return {
        "surnames": list(names["surnames"]),
        "given": [*names["given_men"], *names["given_women"]],
        "titles": [line.title for line in said],
        "texts": [line.text for line in said],
    }


def _building(stage: Stage, court: Any) -> Premises:
    actor, centre = stage.actor(stage.holding("archivist")[0]), stage.units["centre"]
    community = customers.create_premises(actor=actor, unit=centre, kind="community", code="1", name="碧水园")
    upper = customers.create_premises(
        actor=actor,
        unit=centre,
        kind="court",
        code=court.code,
        name=court.name,
        parent=community,
        area=stage.areas[court.code],
    )
    return customers.create_premises(actor=actor, unit=centre, kind="building", code="1", parent=upper)


def _told(stage: Stage, court: str, building: Premises) -> Iterator[Story]:
    recorder = Recorder()
    matter = next(one for one in stage.pack.items("demo_matters") if one.type == "complaint")
    for index, (name, (course, is_open)) in enumerate(TOLD.items()):
        start = clock.now() - timedelta(minutes=30) if is_open else clock.now() - timedelta(days=30 + index)
        home = _home(stage, court, building, index)
        said = Said(f"事由占位{index}号", f"内容占位{index}号", matter.said[0].answer, "顾客表示满意。")
        life = Life(
            stage,
            year.cast_for(stage, home, stage.holding("receptionist")[0]),
            home,
            matter,
            said,
            Chance(name),
        )
        if is_open:
            with clock.simulating(start):
                list(course(life))
                history.deliver_all()
        else:
            year.run(course(life), start)
        assert life.case is not None  # every course opens its case
        number = Case.objects.values_list("number", flat=True).get(pk=life.case.pk)
        words = Words(number, home.name, home.phone, f"Z{chr(65 + index)}Z", said.title, said.text)
        rows = {model._meta.label_lower: rows for model, rows in recorder.take().rows.items()}
        yield Story(name, rows, words, start, is_open)


def _home(stage: Stage, court: str, building: Premises, index: int) -> Home:
    actor, centre = stage.actor(stage.holding("archivist")[0]), stage.units["centre"]
    room = customers.create_premises(
        actor=actor, unit=centre, kind="room", code=f"Z{chr(65 + index)}Z", parent=building, floor=1
    )
    name, phone = "钟离慕云上官夏侯"[index : index + 3], f"1380000999{index}"
    at = customers.OccupancyInput(
        premises=room, role="owner", living=True, from_on=clock.today() - timedelta(days=900)
    )
    owner: Customer = customers.create_customer(
        actor=actor, unit=centre, kind="owner", name=name, phone_numbers=[phone], at=[at]
    )
    return Home(owner.pk, room.pk, name, phone, room.address, court, "1", "1", 1)

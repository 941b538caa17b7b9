"""Sample sections of packs: what the demonstration department is made of, and walks, the scenarios run as tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints, model_validator

from zhize.kernel import packs
from zhize.kernel.packs.specs import Code, Item, MessageCode, PackText, Positive, Spec

LocalTime = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?$")]
"""A moment on the walls of the centre, e.g. 2026-03-02 09:05."""


Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class DemoUnit(Item):
    """A unit of the demonstration; `pack` says that the pack's positions are seeded there."""

    name: PackText
    kind: Literal["company", "centre"]
    unit_code: str
    parent: Code | None = None
    pack: bool = False


class DemoPerson(Item):
    """A member of staff; the code is the login. `areas` are courts an ambassador answers for."""

    name: PackText
    unit: Code
    positions: Annotated[tuple[Code, ...], Field(min_length=1)]
    areas: tuple[Code, ...] = ()
    shift: Literal["office", "early", "late", "day12", "night12", "off"] = "office"
    show: bool = False
    """The login is among those that are printed."""


class DemoCourt(Spec):
    code: Code
    name: str
    buildings: Positive
    entrances: Positive
    floors: Positive
    per_floor: Positive


class DemoCommunity(Item):
    name: str
    unit: Code
    courts: Annotated[tuple[DemoCourt, ...], Field(min_length=1)]


class DemoWords(Item):
    words: Annotated[tuple[str, ...], Field(min_length=1)]


class DemoSaid(Spec):
    """One way in which a matter is told and answered; {building}, {entrance} and {floor} are those of the home."""

    title: str
    text: str
    answer: str


class DemoMatter(Item):
    """A matter customers come with: how often, in which months more, in which words."""

    type: Code
    subtype: Code
    cause: Code | None = None
    weight: Positive = 1
    months: dict[
        Literal["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"], Annotated[int, Field(ge=0)]
    ] = Field({})
    said: Annotated[tuple[DemoSaid, ...], Field(min_length=1)]


class WalkPerson(Spec):
    """Somebody on the stage: staff in a position (of a court), or the customer with his home."""

    name: str
    position: Code | None = None
    area: Code | None = None
    on_shift: bool = True
    home: str | None = None
    phone: str | None = None
    email: str | None = None
    """`area` and the first word of `home` are courts of the stage; a home reads "court building-entrance-room"."""

    @model_validator(mode="after")
    def _staff_or_customer(self) -> Self:
        if (self.position is None) == (self.phone is None and self.email is None):
            raise ValueError(_("员工写 position，客户写 phone 或 email。"))
        return self


Act = Literal[
    "take_in", "mail", "assign", "act", "reply", "inform", "urge", "promise", "send_sheet", "receive_sheet",
    "answer_sheet", "accept_sheet", "make_major", "propose", "decide", "raise_alarm", "acknowledge", "end_alarm",
    "call_back", "explain_delay", "audit_delay", "wait", "report", "draw_plan", "visit_homes", "report_event",
    "fulfil",
]  # fmt: skip


class WalkStep(Spec):
    """One step: when, who, what with which inputs, and what must then be true."""

    at: LocalTime
    who: Code | None = None
    do: Act
    case: Code = "case"
    give: dict[str, Any] = Field({})
    expect: dict[str, Any] = Field({})
    refused: MessageCode | None = None
    """The step must be refused with this error code and change nothing."""


class RoutineSpec(Spec):
    """A recurring duty that `who` keeps over the time of the walk, `before_minutes` before each due moment.

    `but` names what happens otherwise, by the day it is due: done two hours late, missed, excused by
    `excuser` (the superior when not named), or
    returned by `superior` and done again, or left to the walk's own steps. What waits for a receiver is accepted by `superior`. `until`: only so long.
    """

    duty: Code
    who: Code
    superior: Code | None = None
    excuser: Code | None = None
    before_minutes: Positive = 60
    until: date | None = None
    but: dict[Day, Literal["late", "missed", "excused", "returned", "steps"]] = Field({})


class FiguresSpec(Spec):
    """What became of the obligations of a span; `rate` is done in time ÷ owed, in percent with one decimal."""

    in_time: Annotated[int, Field(ge=0)] = 0
    late: Annotated[int, Field(ge=0)] = 0
    missed: Annotated[int, Field(ge=0)] = 0
    excused: Annotated[int, Field(ge=0)] = 0
    rate: str


class CoverageSpec(Spec):
    """The figures of the coverage board for what was due in a span (both days included), by duty and by position."""

    since: date
    until: date
    duties: dict[Code, FiguresSpec] = Field({})
    positions: dict[Code, FiguresSpec] = Field({})


class WalkSpec(Item):
    """A scenario from first contact to final report, executed with the real services under a simulated clock.

    With `routine` it runs over weeks: the recurring duties named there are kept, and `coverage` says what the board
    shows at the end. `households` are further homes in each court.
    """

    label: PackText
    proves: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-\d{2,3}$")], ...] = ()
    """Rows of the catalogue whose acceptance check the walk follows."""
    people: dict[Code, WalkPerson]
    households: dict[Code, Positive] = Field({})
    routine: tuple[RoutineSpec, ...] = ()
    coverage: tuple[CoverageSpec, ...] = ()
    steps: Annotated[tuple[WalkStep, ...], Field(min_length=2)]


def check_demo(pack: packs.Pack) -> Iterator[packs.Problem]:
    """Units, positions, courts, types and subtypes that the demonstration names exist."""
    courts = {court.code for community in pack.items("demo_places") for court in community.courts}
    for person in pack.items("demo_staff"):
        known = pack.codes("positions")
        yield from pack.unknown("demo_staff", person.code, ("positions",), person.positions, known, _("岗位"))
        yield from pack.unknown("demo_staff", person.code, ("areas",), person.areas, courts, _("苑落"))
    for matter in pack.items("demo_matters"):
        case_type = pack.get("case_types", matter.type)
        where = ("demo_matters", matter.code)
        if case_type is None:
            yield pack.problem(*where, ("type",), _("没有叫“{name}”的工单类型。").format(name=matter.type))
        elif matter.subtype not in case_type.subtype_codes():
            yield pack.problem(*where, ("subtype",), _("没有叫“{name}”的分类。").format(name=matter.subtype))
        elif matter.cause is not None and matter.cause not in case_type.cause_codes():
            yield pack.problem(*where, ("cause",), _("没有叫“{name}”的原因。").format(name=matter.cause))


def check_walks(pack: packs.Pack) -> Iterator[packs.Problem]:
    """Everybody who does a step is on the stage, duties exist, and time never runs backwards."""
    for walk in pack.items("walks"):
        for index, routine in enumerate(walk.routine):
            if routine.duty not in pack.codes("duties"):
                message = _("没有叫“{name}”的职责。").format(name=routine.duty)
                yield pack.problem("walks", walk.code, ("routine", index, "duty"), message)
            for name in {routine.who, routine.superior, routine.excuser} - {*walk.people, None}:
                message = _("没有叫“{name}”的人。").format(name=name)
                yield pack.problem("walks", walk.code, ("routine", index), message)
        former = ""
        for index, step in enumerate(walk.steps):
            if step.who is not None and step.who not in walk.people:
                message = _("没有叫“{name}”的人。").format(name=step.who)
                yield pack.problem("walks", walk.code, ("steps", index, "who"), message)
            if step.at < former:
                yield pack.problem("walks", walk.code, ("steps", index, "at"), _("时间倒退了。"))
            former = step.at


packs.section("demo_units", model=DemoUnit, kind="sample")
packs.section("demo_staff", model=DemoPerson, kind="sample", check=check_demo)
packs.section("demo_places", model=DemoCommunity, kind="sample")
packs.section("demo_names", model=DemoWords, kind="sample")
packs.section("demo_matters", model=DemoMatter, kind="sample")
packs.section("walks", model=WalkSpec, kind="sample", check=check_walks)

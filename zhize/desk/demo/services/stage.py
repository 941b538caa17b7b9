"""The stage: company and centres, staff with logins and rosters, courts with who answers for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from zhize.desk.demo.randomness import Chance
from zhize.kernel import access, packs
from zhize.kernel.accounts.models import User
from zhize.kernel.calendars import services as calendars
from zhize.kernel.calendars.capabilities import REFRESH
from zhize.kernel.org.models import Appointment, Area, AreaAssignment, Person, Position, Shift, Unit
from zhize.kernel.packs import services as packing
from zhize.lib import clock

PASSWORD = "zhize-demo-2026"  # noqa: S105 - it is printed on the first page of the demonstration
ZONE = ZoneInfo("Asia/Shanghai")
MAIL = "{login}@demo.zhize.example"

# Name of a shift, from and to in local hours; the night shift ends the next morning.
SHIFTS = {
    "office": ("白班", 9, 18),
    "early": ("早班", 8, 17),
    "late": ("晚班", 12, 21),
    "day12": ("日班", 8, 20),
    "night12": ("夜班", 20, 32),
}
EVERY_DAY = frozenset({"early", "late", "day12", "night12"})
ROSTER_BACK, ROSTER_AHEAD = 35, 21


@dataclass
class Stage:
    """Everything the demonstration refers to by code."""

    pack: packs.Pack
    today: date
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    actors: dict[str, access.Actor] = field(default_factory=dict)

    @cached_property
    def start(self) -> date:
        """The Monday on which the demonstration year begins."""
        day = self.today - timedelta(days=365)
        return day - timedelta(days=day.weekday())

    def actor(self, login: str) -> access.Actor:
        """The person as an actor at the screen; positions never change in the demonstration."""
        if login not in self.actors:
            self.actors[login] = access.for_person(self.people[login], channel="web")
        return self.actors[login]

    def actor_of(self, person: Person) -> access.Actor:
        return self.actor(next(login for login, row in self.people.items() if row.pk == person.pk))

    def holding(self, position: str, unit: str = "centre") -> list[str]:
        """Logins of those who hold the position."""
        staff = self.pack.items("demo_staff")
        return [one.code for one in staff if position in one.positions and one.unit == unit]


def local(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment on the wall of the centre, as UTC; hours from 24 on belong to the next day."""
    return datetime.combine(day + timedelta(days=hour // 24), time(hour % 24, minute), ZONE).astimezone(UTC)


def build(pack: packs.Pack, today: date) -> Stage:
    """Units, the pack in them, staff with logins, courts. The caller holds the transaction."""
    stage = Stage(pack, today)
    with clock.simulating(local(stage.start - timedelta(days=400), 9)):
        _units(stage)
        calendars.version_for(stage.units["centre"])
        _people(stage)
        _areas(stage)
    # The official holidays of each year stand as they became known.
    with clock.simulating(local(stage.start, 9)):
        _holidays()
    _holidays()
    _roster(stage)
    return stage


def _holidays() -> None:
    calendars.refresh_official(actor=access.system(REFRESH))


def _units(stage: Stage) -> None:
    for spec in stage.pack.items("demo_units"):
        upper = stage.units[spec.parent] if spec.parent else None
        row = Unit.objects.create(
            parent=upper, kind=spec.kind, code=spec.unit_code, name=spec.name.zh, name_en=spec.name.en
        )
        row.path = f"{upper.path if upper else '/'}{row.pk}/"
        row.save(update_fields=["path"])
        stage.units[spec.code] = row
        if spec.pack:
            actor = access.system("packs.apply", channel="cli")
            packing.apply(root=stage.pack.root, pack=stage.pack, actor=actor, unit=row)


def _people(stage: Stage) -> None:
    since = stage.start - timedelta(days=400)
    password = make_password(PASSWORD)
    chance = Chance("staff")
    for number, spec in enumerate(stage.pack.items("demo_staff"), start=1):
        person = Person.objects.create(
            name=spec.name.zh,
            name_en=spec.name.en,
            employee_no=f"W{number:04}",
            phone=f"1370000{chance.between(0, 9999):04}",
            email=MAIL.format(login=spec.code),
        )
        stage.people[spec.code] = person
        User.objects.create(login=spec.code, person=person, password=password, email=person.email)
        unit = stage.units[spec.unit]
        held = Position.objects.filter(unit__path__startswith=unit.path or "/", code__in=spec.positions)
        Appointment.objects.bulk_create(
            Appointment(person=person, position=row, from_on=since) for row in held
        )


def _areas(stage: Stage) -> None:
    since = stage.start - timedelta(days=400)
    for community in stage.pack.items("demo_places"):
        unit = stage.units[community.unit]
        upper = Area.objects.create(unit=unit, kind="community", code=community.code, name=community.name)
        for court in community.courts:
            stage.areas[court.code] = Area.objects.create(
                unit=unit, parent=upper, kind="court", code=court.code, name=court.name
            )
    for spec in stage.pack.items("demo_staff"):
        unit = stage.units[spec.unit]
        for code in spec.areas:
            position = Position.objects.get(
                unit=unit, code__in=spec.positions, appointments__person=stage.people[spec.code]
            )
            AreaAssignment.objects.create(
                area=stage.areas[code], person=stage.people[spec.code], position=position, from_on=since
            )


def _roster(stage: Stage) -> None:
    """Who is on duty from five weeks ago to three weeks ahead: desks every day, offices on weekdays."""
    days = [stage.today + timedelta(days=offset) for offset in range(-ROSTER_BACK, ROSTER_AHEAD)]
    rows: list[Shift] = []
    for spec in stage.pack.items("demo_staff"):
        if spec.shift == "off":
            continue
        rows.extend(_shifts(stage.people[spec.code], stage.units[spec.unit], spec.shift, days))
    Shift.objects.bulk_create(rows)


def _shifts(person: Person, unit: Unit, kind: str, days: Iterable[date]) -> Iterable[Shift]:
    name, begins, ends = SHIFTS[kind]
    for day in days:
        if kind in EVERY_DAY or day.weekday() < 5:
            yield Shift(
                person=person, unit=unit, name=name, from_at=local(day, begins), to_at=local(day, ends)
            )


def logins(pack: packs.Pack) -> list[tuple[str, Any, Any]]:
    """What is printed: login, name, position; in the order of the pack."""
    names = {position.code: position.name for position in pack.items("positions")}
    return [(one.code, one.name, names[one.positions[0]]) for one in pack.items("demo_staff") if one.show]


def is_made(pack: packs.Pack) -> bool:
    """Whether the people of the demonstration can sign in here."""
    return User.objects.filter(login__in=[login for login, _name, _position in logins(pack)]).exists()

"""A small service centre: its line of positions, three courts, and a subject that duties can be about.

The subject is an organisation unit that plays the part of a case; domains above register their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.kernel.calendars import build
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import services as duties
from zhize.domains.duties import subjects
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors.board import Span
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.access.models import Scope
from zhize.kernel.org.models import Area, AreaAssignment, Person, Position, Unit
from zhize.lib import clock
from zhize.lib.conditions import Name
from zhize.lib.text import Text

SYSTEM = access.system(caps.SCHEDULE)
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
MONDAY_9 = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
STAFF = (caps.VIEW, caps.FULFIL)
LEADERS = (
    caps.VIEW,
    caps.FULFIL,
    caps.ACCEPT,
    caps.EXCUSE,
    caps.REASSIGN,
    caps.MOVE,
    caps.CANCEL,
    caps.ASSIGN,
    caps.REPORT,
)

for code in ("accepted", "answered", "withdrawn", "assigned", "alarm", "heard", "over", "waits", "goes_on"):
    history.verb(f"matter.{code}", zh=f"事项{code}", en=f"matter {code}", privacy="keep")


@dataclass
class Centre:
    """The people by their family names; everybody holds the position of the same name."""

    unit: Unit
    positions: dict[str, Position]
    people: dict[str, Person]
    matters: dict[int, dict[str, Any]] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        return build.actor(self.people[name])

    def matter(self, **facts: Any) -> Unit:
        """A row that duties can be about; `owner` and `area` are known by name."""
        row = build.unit(parent=self.unit)
        self.matters[row.pk] = facts
        return row

    def happens(self, verb: str, row: Unit, by: str = "", data: dict[str, Any] | None = None) -> Any:
        actor = self.actor(by) if by else access.system(caps.TRIGGER)
        return history.record(actor=actor, verb=f"matter.{verb}", subject=row, data=data or {})


class MatterSubject(subjects.Subject):
    names = {"severity": Name("text"), "type": Name("text")}
    owner_facts = frozenset({"matter.assigned"})

    def __init__(self, centre: Centre) -> None:
        self.centre = centre

    def seen(self, actor: Actor, ids: Iterable[int]) -> set[int]:
        """Everybody sees every matter but the secret ones, which only their owner sees."""
        names = {person.pk: name for name, person in self.centre.people.items()}
        me = names.get(actor.person_id or 0)
        return {pk for pk in ids if self.centre.matters[pk].get("secret", me) == me}

    def reference(self, row: Unit) -> Text:
        return Text(f"密 {row.pk}", f"Secret {row.pk}")

    def unit(self, row: Unit) -> Unit:
        return self.centre.unit

    def owner(self, row: Unit) -> Person | None:
        name = self.centre.matters[row.pk].get("owner")
        return self.centre.people[name] if name else None

    def owner_position(self, row: Unit) -> Position | None:
        return None

    def area(self, row: Unit) -> Area | None:
        return self.centre.matters[row.pk].get("area")

    def facts(self, row: Unit) -> dict[str, Any]:
        return {key: value for key, value in self.centre.matters[row.pk].items() if key in self.names}

    def deadline(self, row: Unit, code: str) -> dict[str, Any] | None:
        """The policy table of the test: major matters have less time."""
        hours = self.centre.matters[row.pk].get("hours", 24)
        return {"kind": "elapsed", "minutes": hours * 60}

    def title(self, row: Unit) -> Text:
        return Text(f"事项 {row.code}", f"Matter {row.code}")

    def url(self, row: Unit) -> str:
        return f"/matters/{row.pk}/"


@contextmanager
def subject(centre: Centre) -> Iterator[None]:
    subjects.register_subject("org.unit", MatterSubject(centre))
    try:
        yield
    finally:
        subjects._subjects.pop("org.unit")


def centre() -> Centre:
    """经理 ← 主管 ← {主办 ← 前台(李敏、周敏), 大使(陈静、赵云), 投诉专员}; 主办 also does what 前台 does."""
    unit = build.unit("centre")
    line = {"manager": None, "supervisor": "manager", "lead": "supervisor", "ambassador": "supervisor"}
    line |= {"officer": "supervisor", "receptionist": "lead"}
    positions: dict[str, Position] = {}
    for code, above in line.items():
        positions[code] = build.position(unit, code, positions.get(above or ""))
        leading = code in {"manager", "supervisor"}
        build.grant(
            positions[code], *(LEADERS if leading else STAFF), scope=Scope.SUBTREE if leading else Scope.OWN
        )
    positions["lead"].includes.add(positions["receptionist"])
    people = {}
    for name, code in (
        ("刘强", "manager"),
        ("王芳", "supervisor"),
        ("周涛", "lead"),
        ("李敏", "receptionist"),
        ("周敏", "receptionist"),
        ("陈静", "ambassador"),
        ("赵云", "ambassador"),
        ("孙丽", "officer"),
    ):
        people[name] = build.person(name)
        build.appoint(people[name], positions[code])
    return Centre(unit, positions, people)


def court(at: Centre, code: str, ambassador: str) -> Area:
    area = Area.objects.create(unit=at.unit, code=code, name=f"{code}苑")
    AreaAssignment.objects.create(
        area=area,
        person=at.people[ambassador],
        position=at.positions["ambassador"],
        from_on=clock.today("UTC").replace(day=1),
    )
    return area


def duty_spec(code: str, position: str, trigger: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A declaration as a pack's duty is stored."""
    rule = {
        "subject": "org.unit",
        "starts": ["matter.accepted"],
        "stops": ["matter.answered"],
        "cancels": ["matter.withdrawn"],
        "holder": "position",
        "target": {"kind": "elapsed", "minutes": 1440},
        **(trigger or {}),
    }
    return {
        "code": code,
        "position": position,
        "refs": ["TRG-04"],
        "title": {"zh": f"答复{code}", "en": f"Answer {code}"},
        "trigger": {key: value for key, value in rule.items() if value is not None},
        "evidence": {"kind": "fact"},
        "weight": 1,
        "ladder": [],
        **more,
    }


def owe(centre: Centre, who: str, position: str, hours: float, title: str = "事") -> Obligation:
    return duties.open_obligation(
        actor=SYSTEM,
        unit=centre.unit,
        title=Text(title, title),
        holder=centre.people[who],
        position=centre.positions[position],
        target={"kind": "moment", "at": (clock.now() + timedelta(hours=hours)).isoformat()},
    )


def span(centre: Centre) -> Span:
    return Span(centre.unit, *MARCH)

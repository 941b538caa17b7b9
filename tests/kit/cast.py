"""The cast: a community property service centre with its pack applied, and people who are always the same.

Centre A: 李敏 receptionist · 周涛 front-desk lead · 王芳 service supervisor · 刘强 centre manager · 孙丽 complaint
officer · 陈静 ambassador of courts A and C · 赵云 ambassador of courts B and D · 何伟 head of engineering
Centre B: 钱进 receptionist, who must see nothing of centre A
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from zhize.domains.customers.models import Customer, Occupancy, Phone, Premises
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.access.models import Grant
from zhize.kernel.accounts.models import User
from zhize.kernel.org.models import Appointment, Area, AreaAssignment, Person, Position, Unit
from zhize.kernel.packs import loader
from zhize.kernel.packs import services as packs
from zhize.lib import clock

BEGIN = date(2024, 1, 1)
PACK = "property-community"

# login, employee number, name, position code, unit ("A", "B")
PEOPLE = (
    ("limin", "A01", "李敏", "receptionist", "A"),
    ("zhoutao", "A02", "周涛", "frontdesk_lead", "A"),
    ("wangfang", "A03", "王芳", "service_supervisor", "A"),
    ("liuqiang", "A04", "刘强", "centre_manager", "A"),
    ("sunli", "A05", "孙丽", "complaint_officer", "A"),
    ("chenjing", "A06", "陈静", "ambassador", "A"),
    ("zhaoyun", "A07", "赵云", "ambassador", "A"),
    ("hewei", "A08", "何伟", "engineering_head", "A"),
    ("kongzhi", "A09", "孔志", "control_operator", "A"),
    ("qianjin", "B01", "钱进", "receptionist", "B"),
)


@dataclass
class Cast:
    """The department and its people; `actor("limin")` acts as one of them."""

    company: Unit
    centre: Unit
    sibling: Unit
    people: dict[str, Person] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    rooms: dict[str, Premises] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)

    def actor(self, login: str, channel: str = "web") -> Actor:
        """The person as an actor now, with the grants of the positions held."""
        return access.for_person(self.people[login], channel=channel)

    def position(self, code: str, unit: Unit | None = None) -> Position:
        return Position.objects.get(code=code, unit__path__startswith=(unit or self.centre).path)


def build() -> Cast:
    """Make the whole cast in the present database."""
    company = _unit(None, "company", "WY", "安居物业公司")
    cast = Cast(
        company,
        _unit(company, "centre", "WY-A", "碧水园物业服务中心"),
        _unit(company, "centre", "WY-B", "翠湖物业服务中心"),
    )
    packs.apply(root=loader.find(PACK), actor=access.system("packs.apply"), unit=cast.centre)
    _sibling_desk(cast)
    _made_long_ago()
    for login, number, name, code, where in PEOPLE:
        person = Person.objects.create(
            name=name, employee_no=number, email=f"{login}@wy.example", phone=f"1390000{number[1:]}00"
        )
        user = User(login=login, person=person, email=person.email)
        user.set_unusable_password()
        user.save()
        unit = cast.centre if where == "A" else cast.sibling
        position = Position.objects.get(code=code, unit__path__startswith=unit.path)
        Appointment.objects.create(person=person, position=position, from_on=BEGIN)
        cast.people[login] = person
    _places(cast)
    return cast


def _sibling_desk(cast: Cast) -> None:
    """Centre B has one position, with the same grants as in centre A."""
    original = cast.position("receptionist")
    desk = Position.objects.create(unit=cast.sibling, code=original.code, name=original.name)
    Grant.objects.bulk_create(
        Grant(position=desk, capability=row.capability, scope=row.scope) for row in original.grants.all()
    )


def _made_long_ago() -> None:
    """Positions have been there since BEGIN, whatever day the tests are run on: before it was made none owes anything."""
    with clock.simulating(datetime.combine(BEGIN, time(12), clock.zone())):
        for position in Position.objects.order_by("pk"):
            history.record(
                actor=access.system("packs.apply"),
                verb="position.created",
                subject=position,
                unit=position.unit,
            )


def _unit(parent: Unit | None, kind: str, code: str, name: str) -> Unit:
    unit = Unit.objects.create(parent=parent, kind=kind, code=code, name=name)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save()
    return unit


def _places(cast: Cast) -> None:
    """Courts A to D, one building each with two rooms; each room has an owner with a phone."""
    ambassador = cast.position("ambassador")
    for index, letter in enumerate("ABCD"):
        area = Area.objects.create(unit=cast.centre, kind="court", code=f"{letter}", name=f"{letter}苑")
        holder = cast.people["chenjing" if letter in "AC" else "zhaoyun"]
        AreaAssignment.objects.create(area=area, person=holder, position=ambassador, from_on=BEGIN)
        cast.areas[letter] = area
        court = _premises(cast.centre, None, "court", letter, f"{letter}苑", area)
        building = _premises(cast.centre, court, "building", "1", f"{letter}苑1栋", area)
        for room in ("101", "201"):
            place = _premises(cast.centre, building, "room", room, f"{letter}苑1栋{room}", area)
            cast.rooms[f"{letter}{room}"] = place
            owner = Customer(
                unit=cast.centre, kind_code="owner", name=f"业主{letter}{room}", state="active", category="working",
                created_at=clock.now(),
            )  # fmt: skip
            owner.save()
            Phone.objects.create(
                customer=owner,
                number=f"13812{index}00{room}",
                digits=f"13812{index}00{room}",
                primary=True,
                created_at=clock.now(),
            )
            Occupancy.objects.create(customer=owner, premises=place, role="owner", living=True, from_on=BEGIN)
            cast.customers[f"{letter}{room}"] = owner


def _premises(
    unit: Unit, parent: Premises | None, kind: str, code: str, address: str, area: Area
) -> Premises:
    place = Premises.objects.create(
        unit=unit,
        parent=parent,
        kind=kind,
        code=code,
        name=code,
        address=address,
        area=area,
        sort_key=address,
    )
    place.path = f"{parent.path if parent else '/'}{place.pk}/"
    place.save()
    return place

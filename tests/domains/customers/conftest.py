"""A small department with two sibling centres, a pack with kinds and grades, and builders for customers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from django.utils import translation

from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Premises
from zhize.kernel import access
from zhize.kernel.access import Actor, Scope
from zhize.kernel.access.models import Grant
from zhize.kernel.accounts.models import User
from zhize.kernel.org.models import Appointment, Area, AreaAssignment, Person, Position, Unit
from zhize.kernel.packs import selectors, services

PACK = {
    "pack": """
        code: court
        version: '1.0'
        label: {zh: 小区, en: Court}
        summary: {zh: 测试用, en: For tests}
    """,
    "positions": """
        - {code: ambassador, name: {zh: 客户大使, en: Ambassador}}
    """,
    "customer_kinds": """
        - code: owner
          label: {zh: 业主, en: Owner}
          nature: person
          asks: [premises]
          occupancy: owner
          words: [产权人]
          form:
            code: owner_facts
            fields:
              - {code: moved_in, type: date, label: {zh: 入住日期, en: Moved in}}
              - {code: pets, type: integer, label: {zh: 宠物数量, en: Pets}, min: 0}
        - {code: tenant, label: {zh: 租户, en: Tenant}, nature: person, occupancy: tenant}
        - {code: family, label: {zh: 家庭, en: Household}, nature: household, occupancy: resident}
        - {code: company, label: {zh: 企业客户, en: Company}, nature: company, asks: [licence], occupancy: occupier}
        - {code: visitor, label: {zh: 访客, en: Visitor}, nature: person, fallback: true}
    """,
    "customer_grades": """
        - code: grade_a
          label: {zh: A级, en: Grade A}
          rank: 1
          visit_days: 30
          visit_position: ambassador
          rights: [{zh: 上门办理, en: Service at home}]
        - {code: grade_b, label: {zh: B级, en: Grade B}, rank: 2}
    """,
}

EVERYTHING = sorted(
    capability.code
    for capability in access.all_capabilities()
    if capability.area in {"customer", "premises", "import"} or capability.code.startswith("obligation.")
)


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """A request in English leaves its language in the thread; sentences here are compared in Chinese."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def pack(db: None, tmp_path: Path) -> Iterator[None]:
    """The test pack, in force."""
    root = tmp_path / "court"
    root.mkdir()
    for name, text in PACK.items():
        (root / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
    services.apply(root=root, actor=access.system("packs.apply"))
    yield
    selectors.forget()


@dataclass
class Centre:
    """A centre with one person who may do everything there and one who may only look."""

    unit: Unit
    lead: Person
    reader: Person
    area: Area
    positions: dict[str, Position] = field(default_factory=dict)


def person(name: str) -> Person:
    return Person.objects.create(name=name, employee_no=f"E{Person.objects.count():04d}")


def position(unit: Unit, code: str, grants: dict[str, Iterable[str]], *holders: Person) -> Position:
    """A position with grants (scope → capabilities), held by these people."""
    made = Position.objects.create(unit=unit, code=code, name=code)
    for scope, codes in grants.items():
        Grant.objects.bulk_create(Grant(position=made, capability=code, scope=scope) for code in codes)
    for holder in holders:
        Appointment.objects.create(person=holder, position=made, from_on=date(2020, 1, 1))
    return made


def _unit(parent: Unit | None, code: str, name: str) -> Unit:
    unit = Unit.objects.create(parent=parent, code=code, name=name, kind="centre")
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save()
    return unit


def _centre(company: Unit, code: str, name: str, lead_name: str, reader_name: str) -> Centre:
    unit = _unit(company, code, name)
    lead, reader = person(lead_name), person(reader_name)
    area = Area.objects.create(unit=unit, code=f"{code}-A", name="A苑", kind="court")
    look = ["customer.view", "premises.view"]
    centre = Centre(unit, lead, reader, area)
    centre.positions["lead"] = position(unit, "lead", {Scope.UNIT: EVERYTHING}, lead)
    centre.positions["reader"] = position(unit, "reader", {Scope.UNIT: look}, reader)
    return centre


@dataclass
class Cast:
    company: Unit
    a: Centre
    b: Centre
    director: Person
    ambassador: Person


@pytest.fixture
def cast(pack: None) -> Cast:
    """Two sibling centres below a company whose director sees both; 陈静 answers for court A of centre A."""
    company = _unit(None, "ZZ", "物业公司")
    a = _centre(company, "ZX01", "碧水园中心", "王芳", "李敏")
    b = _centre(company, "ZX02", "翠湖苑中心", "钱进", "孙燕")
    director = person("刘强")
    position(company, "director", {Scope.SUBTREE: EVERYTHING}, director)
    ambassador = person("陈静")
    post = position(a.unit, "ambassador", {Scope.UNIT: ["customer.view"]}, ambassador)
    AreaAssignment.objects.create(area=a.area, person=ambassador, position=post, from_on=date(2020, 1, 1))
    return Cast(company, a, b, director, ambassador)


@pytest.fixture
def lead(cast: Cast) -> Actor:
    return access.for_person(cast.a.lead, channel="web")


@pytest.fixture
def reader(cast: Cast) -> Actor:
    return access.for_person(cast.a.reader, channel="web")


@pytest.fixture
def stranger(cast: Cast) -> Actor:
    """The lead of the sibling centre."""
    return access.for_person(cast.b.lead, channel="web")


@pytest.fixture
def director(cast: Cast) -> Actor:
    return access.for_person(cast.director, channel="web")


@pytest.fixture
def community(cast: Cast, lead: Actor) -> Premises:
    return customers.create_premises(
        actor=lead, unit=cast.a.unit, kind="community", code="BSY", name="碧水园"
    )


@pytest.fixture
def room(community: Premises, lead: Actor, cast: Cast) -> Premises:
    """碧水园 3-2-301, in court A."""
    return build_room(lead, community, "3", "2", "301", area=cast.a.area)


def build_room(
    actor: Actor, community: Premises, building: str, entrance: str, code: str, area: Area | None = None
) -> Premises:
    """The room with the levels above it, made when they are missing."""
    parent = community
    for kind, level in (("building", building), ("entrance", entrance), ("room", code)):
        found = Premises.objects.filter(parent=parent, kind=kind, code=level).first()
        if found is None:
            found = customers.create_premises(
                actor=actor,
                unit=community.unit,
                kind=kind,
                code=level,
                parent=parent,
                area=area if kind == "building" else None,
            )
        parent = found
    return parent


@pytest.fixture
def new_customer(cast: Cast, lead: Actor) -> Callable[..., Customer]:
    """Make a customer of centre A; by default a visitor, who needs nothing."""

    def make(
        name: str = "张建国",
        *numbers: str,
        kind: str = "visitor",
        actor: Actor | None = None,
        unit: Unit | None = None,
        at: Iterable[customers.OccupancyInput] = (),
        emails: Iterable[str] = (),
        **details: Any,
    ) -> Customer:
        return customers.create_customer(
            actor=actor or lead,
            unit=unit or cast.a.unit,
            kind=kind,
            name=name,
            phone_numbers=numbers,
            emails=emails,
            at=at,
            details=customers.Details(**details),
        )

    return make


@pytest.fixture
def rf_request(rf: Any) -> Callable[[Actor], Any]:
    """A request as filters see it: with the actor on it."""

    def make(actor: Actor) -> Any:
        request = rf.get("/")
        request.actor = actor
        return request

    return make


@pytest.fixture
def sign_in(client: Any) -> Callable[[Person], Any]:
    """The test client signed in as a person."""

    def make(somebody: Person) -> Any:
        user, _new = User.objects.get_or_create(person=somebody, defaults={"login": f"u{somebody.pk}"})
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


@pytest.fixture
def web(sign_in: Callable[[Person], Any], cast: Cast) -> Any:
    """The client signed in as the lead of centre A."""
    return sign_in(cast.a.lead)

"""Who acts: a value that every service asks for, with the grants that follow from the positions held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from zhize.kernel.access import capabilities
from zhize.kernel.access.models import Grant, Scope
from zhize.kernel.db import marks
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, AppointmentKind, Person, Unit
from zhize.lib import clock

if TYPE_CHECKING:
    from zhize.kernel.accounts.models import ApiToken, User

Kind = Literal["person", "token", "customer", "system"]


@dataclass(frozen=True)
class Holding:
    """A position held now, with the place of its unit in the tree."""

    position_id: int
    position_code: str
    unit_id: int
    unit_path: str
    kind: str = "primary"


@dataclass(frozen=True)
class Reach:
    """One grant as the actor has it: a scope, seen from the unit and position it comes from."""

    scope: Scope
    unit_id: int
    unit_path: str
    position_id: int


@dataclass(frozen=True)
class Actor:
    """A person in positions, an API token, a customer, or a named system job. Never nobody.

    `channel` says through which door the act comes (web, api, mail, portal, phone, import, cli, job).
    """

    kind: Kind
    label: str
    channel: str
    person_id: int | None = None
    user_id: int | None = None
    token_id: int | None = None
    token_name: str = ""
    customer_id: int | None = None
    position_id: int | None = None
    on_behalf_of_id: int | None = None
    request_id: str = ""
    positions: tuple[Holding, ...] = ()
    reaches: Mapping[str, tuple[Reach, ...]] = field(default_factory=dict)
    limited_to: frozenset[str] | None = None
    key: tuple[Any, ...] | None = field(default=None, compare=False, repr=False)
    """What statements about him are kept under while places and rights stay (`kernel.db.statements`); None: not."""

    def may(self, capability: str) -> bool:
        """Whether the capability is granted at all, for some row."""
        return bool(self.scopes(capability))

    def scopes(self, capability: str) -> tuple[Reach, ...]:
        """The grants of this capability. Raises UnknownCapability for one that nobody declared."""
        capabilities.known(capability)
        if self.limited_to is not None and capability not in self.limited_to:
            return ()
        return self.reaches.get(capability, ())

    @cached_property
    def team_ids(self) -> frozenset[int]:
        """Ids of the person and of everybody who reports, directly or not, to a position held."""
        below = org.reporting_positions(holding.position_id for holding in self.positions)
        rows = Appointment.objects.filter(org.in_force(clock.today()), position_id__in=below)
        own = [self.person_id] if self.person_id else []
        return frozenset([*own, *rows.values_list("person_id", flat=True)])

    @cached_property
    def home_unit_id(self) -> int | None:
        """The unit of the position the actor signs with."""
        for holding in self.positions:
            if holding.position_id == self.position_id:
                return holding.unit_id
        return self.positions[0].unit_id if self.positions else None

    def holds(self, code: str) -> bool:
        """Whether one of the positions held has this code."""
        return any(holding.position_code == code for holding in self.positions)

    def vouched(self, *codes: str) -> Actor:
        """The same actor, allowed these capabilities for one act that another rule has already decided.

        A callback's rule reopens the case, a work sheet's answer meets its obligation: the history names the person,
        while the right comes from the rule.
        """
        return replace(
            self, reaches={**self.reaches, **dict.fromkeys(codes, _everything)}, limited_to=None, key=None
        )

    def through(self, channel: str, request_id: str = "") -> Actor:
        """The same actor coming through another door."""
        return replace(self, channel=channel, request_id=request_id or self.request_id)


def for_person(
    person: Person,
    *,
    channel: str,
    request_id: str = "",
    position_id: int | None = None,
    user_id: int | None = None,
    at: datetime | None = None,
) -> Actor:
    """The actor a person is at `at` (now by default): positions in force, deputies only while the holder is away.

    Three queries, however many positions and grants there are.
    """
    moment = at or clock.now()
    rows = list(
        Appointment.objects.filter(
            org.in_force(moment.astimezone(clock.zone()).date()),
            person=person,
            position__active=True,
        )
        .select_related("position__unit")
        .order_by("kind", "pk")
    )
    rows = [row for row in rows if row.kind != AppointmentKind.DEPUTY or _stands_in(row, moment)]
    rows.sort(key=lambda row: row.kind != AppointmentKind.PRIMARY)
    held = tuple(
        Holding(
            row.position_id, row.position.code, row.position.unit_id, row.position.unit.path or "", row.kind
        )
        for row in rows
    )
    hat = next((row for row in rows if row.position_id == position_id), rows[0] if rows else None)
    return Actor(
        kind="person",
        label=person.name,
        channel=channel,
        person_id=person.pk,
        user_id=user_id,
        position_id=hat.position_id if hat else None,
        on_behalf_of_id=hat.on_behalf_of_id if hat else None,
        request_id=request_id,
        positions=held,
        reaches=_reaches(held),
    )


def _stands_in(row: Appointment, at: datetime) -> bool:
    """A deputy acts only while no primary or acting holder of the position is present."""
    others = [person for person in org.holders(row.position, at) if person.pk != row.person_id]
    principals = Appointment.objects.filter(
        position=row.position, person__in=others, kind__in=[AppointmentKind.PRIMARY, AppointmentKind.ACTING]
    ).values_list("person_id", flat=True)
    wanted = set(principals)
    return not org.present([person for person in others if person.pk in wanted], at)


def _reaches(held: Iterable[Holding]) -> dict[str, tuple[Reach, ...]]:
    by_position = {holding.position_id: holding for holding in held}
    found: dict[str, tuple[Reach, ...]] = {}
    for grant in Grant.objects.filter(position_id__in=by_position):
        holding = by_position[grant.position_id]
        reach = Reach(Scope(grant.scope), holding.unit_id, holding.unit_path, holding.position_id)
        found[grant.capability] = (*found.get(grant.capability, ()), reach)
    return found


def for_user(user: User, *, channel: str, request_id: str = "", position_id: int | None = None) -> Actor:
    """The actor behind a login. A login without a person may nothing.

    Known again as long as nobody's place or right changes; a deputy, whose place changes whenever the holder comes
    or goes, is looked up each time.
    """
    if user.person_id is None:
        return Actor("person", user.login, channel, user_id=user.pk, request_id=request_id)
    key = ("actor", user.pk, user.person_id, position_id, clock.today())
    found = marks.kept(key, lambda: _unless_deputy(user, position_id), also_writing=True)
    # Who stands in for somebody changes his place whenever that one comes or goes.
    made = replace(found, key=key) if found is not None else _of_user(user, position_id)
    return made.through(channel, request_id)


def _of_user(user: User, position_id: int | None) -> Actor:
    person: Any = user.person
    return for_person(person, channel="web", position_id=position_id, user_id=user.pk)


def _unless_deputy(user: User, position_id: int | None) -> Actor | None:
    deputies = Appointment.objects.filter(
        org.in_force(clock.today()), person=user.person, kind=AppointmentKind.DEPUTY
    )
    return None if deputies.exists() else _of_user(user, position_id)


def for_token(token: ApiToken, *, request_id: str = "") -> Actor:
    """The actor behind an API token: its user's positions, narrowed to the token's scopes (none listed: all)."""
    actor = for_user(token.user, channel="api", request_id=request_id)
    limited = frozenset(token.scopes) if token.scopes else None
    key = (*actor.key, "token", limited) if actor.key is not None else None
    return replace(actor, kind="token", token_id=token.pk, token_name=token.name, limited_to=limited, key=key)


_everything = (Reach(Scope.ALL, 0, "/", 0),)
_system: dict[str, frozenset[str]] = {}


def system_actor(name: str, *, caps: Iterable[str]) -> str:
    """Declare a system job and what it may do, everywhere. Returns the name."""
    _system[name] = frozenset(caps)
    return name


def is_system(name: str) -> bool:
    """Whether a declared system job is called so."""
    return name in _system


def system(name: str, *, channel: str = "job", request_id: str = "") -> Actor:
    """The actor of a declared system job. Raises LookupError for a name nobody declared."""
    caps = _system[name]
    return Actor("system", name, channel, request_id=request_id, reaches=dict.fromkeys(caps, _everything))


_customer_caps: set[str] = set()


def customer_capability(code: str) -> str:
    """Let customers use a capability on what concerns themselves (policies see `customer_id`)."""
    _customer_caps.add(code)
    return code


def customer(customer_id: int | None, *, label: str, channel: str, request_id: str = "") -> Actor:
    """The actor a customer is: may only what was declared for customers, only on own rows."""
    own = (Reach(Scope.OWN, 0, "", 0),)
    return Actor(
        "customer",
        label,
        channel,
        customer_id=customer_id,
        request_id=request_id,
        reaches=dict.fromkeys(_customer_caps, own),
    )


def unit_of(actor: Actor) -> Unit | None:
    """The unit the actor works in, by the position signed with."""
    return org.unit_with_id(actor.home_unit_id) if actor.home_unit_id else None

"""Who sees and maintains what of the organisation. Branches see only their own (ORG-31)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation.models import Reading
from zhize.kernel.access import Actor, Policy, policy, policy_of
from zhize.kernel.access.models import Grant, Scope
from zhize.kernel.access.rules import NOTHING
from zhize.kernel.org.models import (
    Absence,
    Appointment,
    Area,
    AreaAssignment,
    Clause,
    ExternalBody,
    ExternalContact,
    ExternalExchange,
    Person,
    Position,
    SheetVersion,
    Shift,
    Unit,
)


def _within(model: type[models.Model], view: str, unit: str, people: tuple[str, ...] = ()) -> None:
    """Rows that are reached through a unit, and through the people they name: most of the organisation."""
    names = {"model": model, "view": view, "unit": unit, "people": people}
    policy(type(f"{model.__name__}Policy", (Policy,), names))


_within(Unit, caps.VIEW, "pk")
_within(Position, caps.VIEW, "unit", ("appointments__person",))
_within(Clause, caps.VIEW, "position__unit", ("position__appointments__person",))
_within(SheetVersion, caps.VIEW, "position__unit")
_within(Reading, caps.VIEW, "unit", ("signatures__person",))
_within(Grant, caps.VIEW, "position__unit")
_within(Appointment, caps.PERSON_VIEW, "position__unit", ("person",))
_within(Shift, caps.PERSON_VIEW, "unit", ("person",))
_within(Area, caps.VIEW, "unit", ("assignments__person",))
_within(AreaAssignment, caps.VIEW, "area__unit", ("person",))
_within(ExternalBody, caps.CONTACT_VIEW, "unit")
_within(ExternalContact, caps.CONTACT_VIEW, "body__unit")
_within(ExternalExchange, caps.CONTACT_VIEW, "body__unit", ("person",))


@policy
class PersonPolicy(Policy[Person]):
    """People are where their positions are, also the former ones; everybody sees himself."""

    model = Person
    view = caps.PERSON_VIEW
    people: ClassVar[tuple[str, ...]] = ("pk",)

    def filter(self, actor: Actor, capability: str | None = None) -> Q:
        held = Appointment.objects.filter(policy_of(Appointment).filter(actor, capability or self.view))
        mine = Q(pk=actor.person_id) if actor.person_id and actor.may(capability or self.view) else NOTHING
        everywhere = any(reach.scope == Scope.ALL for reach in actor.scopes(capability or self.view))
        return Q(pk__isnull=False) if everywhere else Q(pk__in=held.values("person")) | mine


@policy
class AbsencePolicy(Policy[Absence]):
    model = Absence
    view = caps.PERSON_VIEW
    people: ClassVar[tuple[str, ...]] = ("person",)

    def filter(self, actor: Actor, capability: str | None = None) -> Q:
        return Q(
            person__in=Person.objects.filter(policy_of(Person).filter(actor, capability or self.view)).values(
                "pk"
            )
        )

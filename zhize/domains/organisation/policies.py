"""Who sees and maintains what of the organisation. Branches see only their own (ORG-31)."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import Q

from zhize.domains.organisation import capabilities as caps
from zhize.kernel.access import Actor, Policy, policy
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


@policy
class UnitPolicy(Policy[Unit]):
    model = Unit
    view = caps.VIEW
    unit = "pk"


@policy
class PositionPolicy(Policy[Position]):
    model = Position
    view = caps.VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("appointments__person",)


@policy
class ClausePolicy(Policy[Clause]):
    model = Clause
    view = caps.VIEW
    unit = "position__unit"
    people: ClassVar[tuple[str, ...]] = ("position__appointments__person",)


@policy
class SheetVersionPolicy(Policy[SheetVersion]):
    model = SheetVersion
    view = caps.VIEW
    unit = "position__unit"


@policy
class GrantPolicy(Policy[Grant]):
    model = Grant
    view = caps.VIEW
    unit = "position__unit"


@policy
class PersonPolicy(Policy[Person]):
    """People are where their positions are, also the former ones; everybody sees himself."""

    model = Person
    view = caps.PERSON_VIEW
    people: ClassVar[tuple[str, ...]] = ("pk",)

    def filter(self, actor: Actor, capability: str | None = None) -> Q:
        held = Appointment.objects.filter(AppointmentPolicy().filter(actor, capability or self.view))
        mine = Q(pk=actor.person_id) if actor.person_id and actor.may(capability or self.view) else NOTHING
        everywhere = any(reach.scope == Scope.ALL for reach in actor.scopes(capability or self.view))
        return Q(pk__isnull=False) if everywhere else Q(pk__in=held.values("person")) | mine


@policy
class AppointmentPolicy(Policy[Appointment]):
    model = Appointment
    view = caps.PERSON_VIEW
    unit = "position__unit"
    people: ClassVar[tuple[str, ...]] = ("person",)


@policy
class AbsencePolicy(Policy[Absence]):
    model = Absence
    view = caps.PERSON_VIEW
    people: ClassVar[tuple[str, ...]] = ("person",)

    def filter(self, actor: Actor, capability: str | None = None) -> Q:
        return Q(
            person__in=Person.objects.filter(PersonPolicy().filter(actor, capability or self.view)).values(
                "pk"
            )
        )


@policy
class ShiftPolicy(Policy[Shift]):
    model = Shift
    view = caps.PERSON_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("person",)


@policy
class AreaPolicy(Policy[Area]):
    model = Area
    view = caps.VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("assignments__person",)


@policy
class AreaAssignmentPolicy(Policy[AreaAssignment]):
    model = AreaAssignment
    view = caps.VIEW
    unit = "area__unit"
    people: ClassVar[tuple[str, ...]] = ("person",)


@policy
class ExternalBodyPolicy(Policy[ExternalBody]):
    model = ExternalBody
    view = caps.CONTACT_VIEW
    unit = "unit"


@policy
class ExternalContactPolicy(Policy[ExternalContact]):
    model = ExternalContact
    view = caps.CONTACT_VIEW
    unit = "body__unit"


@policy
class ExternalExchangePolicy(Policy[ExternalExchange]):
    model = ExternalExchange
    view = caps.CONTACT_VIEW
    unit = "body__unit"
    people: ClassVar[tuple[str, ...]] = ("person",)

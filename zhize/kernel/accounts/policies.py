"""Logins are looked after in the unit where their person works; everybody's own tokens are their own."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import Q

from zhize.kernel import access
from zhize.kernel.access import Actor, Scope
from zhize.kernel.accounts import capabilities
from zhize.kernel.accounts.models import ApiToken, User
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, Person
from zhize.lib import clock


def people_reached(actor: Actor, capability: str) -> Q | None:
    """The people whose accounts the capability reaches, as a filter on Person; None: everybody."""
    found = Q(pk=actor.person_id) if actor.person_id else Q(pk__in=[])
    units = Q(pk__in=[])
    for reach in actor.scopes(capability):
        if reach.scope == Scope.ALL:
            return None
        if reach.scope == Scope.TEAM:
            found |= Q(pk__in=actor.team_ids)
        elif reach.scope == Scope.UNIT:
            units |= Q(position__unit_id=reach.unit_id)
        elif reach.scope == Scope.SUBTREE:
            units |= Q(position__unit__path__startswith=reach.unit_path)
    in_force = org.in_force(clock.today())
    return found | Q(pk__in=Appointment.objects.filter(units, in_force).values("person_id"))


def _of_people(path: str, actor: Actor, capability: str) -> Q:
    people = people_reached(actor, capability)
    return Q(pk__isnull=False) if people is None else Q(**{f"{path}__in": Person.objects.filter(people)})


@access.policy
class UserPolicy(access.Policy[User]):
    model = User
    view = capabilities.VIEW
    people: ClassVar[tuple[str, ...]] = ("person",)

    def also(self, actor: Actor, capability: str) -> Q:
        return _of_people("person", actor, capability)


@access.policy
class ApiTokenPolicy(access.Policy[ApiToken]):
    model = ApiToken
    view = capabilities.TOKEN_VIEW
    people: ClassVar[tuple[str, ...]] = ("user__person",)

    def also(self, actor: Actor, capability: str) -> Q:
        return _of_people("user__person", actor, capability)

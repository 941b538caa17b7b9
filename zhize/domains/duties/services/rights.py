"""When the domain that owns an obligation's subject vouches for the act.

A work sheet that is answered fulfils its obligation: whether this actor may answer it was decided there. Such calls
name the row (`subject_fact`), which must be the obligation's own subject or the row it is about.
"""

from __future__ import annotations

from django.db import models

from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.access import Actor, Scope
from zhize.kernel.db import Refused
from zhize.kernel.org.models import Person, Unit


def acting(actor: Actor, capability: str, obligation: Obligation, subject_fact: models.Model | None) -> Actor:
    """The actor as the move may see him: himself, checked, or vouched for by the subject's domain. Raises Refused."""
    if subject_fact is None:
        access.require(actor, capability, obligation)
        return actor
    row = (subject_fact._meta.label_lower, subject_fact.pk)
    if row not in {
        (obligation.subject_type, obligation.subject_id),
        (obligation.about_type, obligation.about_id),
    }:
        raise Refused(code=f"refused.{capability}")
    return vouched(actor, capability)


def vouched(actor: Actor, *capabilities: str) -> Actor:
    """The same actor, allowed these capabilities for one act that another rule already decided."""
    return actor.vouched(*capabilities)


def in_unit(actor: Actor, capability: str, unit: Unit, person: Person | None = None) -> None:
    """Raise Refused unless the actor may use the capability in this unit (or, in the own team, for this person).

    For acts that make a new row, where there is none yet to ask the policy about.
    """
    scopes = {reach.scope for reach in actor.scopes(capability)} if person is not None else set()
    mine = person is not None and (
        (Scope.TEAM in scopes and person.pk in actor.team_ids)
        or (Scope.OWN in scopes and person.pk == actor.person_id)
    )
    if not mine and not access.reaches_unit(actor, capability, unit):
        raise Refused(code=f"refused.{capability}")

"""Who may see and do what to obligations and duties."""

from __future__ import annotations

from django.db.models import Q

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import standing
from zhize.domains.duties.models import Duty, Obligation
from zhize.kernel import access
from zhize.kernel.access import Actor


@access.policy
class ObligationPolicy(access.Policy[Obligation]):
    """By unit and by the people named; and what falls to somebody who stands in for others (ORG-07, DUT-12)."""

    model = Obligation
    view = caps.VIEW
    unit = "unit"
    people = ("holder", "creator", "acceptor")

    def also(self, actor: Actor, capability: str) -> Q:
        if capability in {caps.VIEW, caps.FULFIL}:
            owed = standing.of(actor).query()
            return owed | self._to_accept(actor) | self._failed(actor) if capability == caps.VIEW else owed
        if capability == caps.ACCEPT:
            return self._to_accept(actor)
        return Q(pk__in=[])

    def _failed(self, actor: Actor) -> Q:
        """What one did not do in time is one's own to see, whoever has it now."""
        return Q(failed_by_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])

    def _to_accept(self, actor: Actor) -> Q:
        held = [holding.position_id for holding in actor.positions]
        return Q(acceptor__isnull=True, acceptor_position_id__in=held) if held else Q(pk__in=[])


@access.policy
class DutyPolicy(access.Policy[Duty]):
    """By unit; and everybody who may see duties sees those of the positions he holds, in whichever unit above they stand."""

    model = Duty
    view = caps.DUTY_VIEW
    unit = "unit"

    def also(self, actor: Actor, capability: str) -> Q:
        held = Q(pk__in=[])
        if capability == caps.DUTY_VIEW:
            for holding in actor.positions:
                above = [int(part) for part in holding.unit_path.strip("/").split("/") if part]
                held |= Q(position_code=holding.position_code, unit_id__in=above)
        return held

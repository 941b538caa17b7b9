"""Who sees and makes which callbacks and opinions."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import Q

from zhize.domains.visits import capabilities as caps
from zhize.domains.visits.models import Attempt, Callback, Opinion, SampledHome, SamplePlan, SurveyLink
from zhize.kernel.access import Actor, Policy, policy


@policy
class CallbackPolicy(Policy[Callback]):
    """Callbacks of the unit, and one's own. The handler of the case never makes its callback (ORG-30)."""

    model = Callback
    view = caps.VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("caller", "companion")
    customer = "customer"

    def restrict(self, actor: Actor, capability: str) -> Q:
        if capability != caps.MAKE or actor.person_id is None:
            return Q()
        return ~Q(kind="callback") | Q(handler__isnull=True) | ~Q(handler=actor.person_id)


@policy
class AttemptPolicy(Policy[Attempt]):
    model = Attempt
    view = caps.VIEW
    unit = "callback__unit"
    people: ClassVar[tuple[str, ...]] = ("callback__caller", "person")


@policy
class SurveyLinkPolicy(Policy[SurveyLink]):
    model = SurveyLink
    view = caps.VIEW
    unit = "callback__unit"
    people: ClassVar[tuple[str, ...]] = ("callback__caller",)


@policy
class OpinionPolicy(Policy[Opinion]):
    """Opinions heard in the unit, one's own, and those passed on to the own unit."""

    model = Opinion
    view = caps.OPINION_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("heard_by",)

    def also(self, actor: Actor, capability: str) -> Q:
        units = [holding.unit_id for holding in actor.positions]
        return (
            Q(unit_to__in=units)
            if capability in {caps.OPINION_VIEW, caps.OPINION_RECEIVE}
            else super().also(actor, capability)
        )

    def restrict(self, actor: Actor, capability: str) -> Q:
        """A receipt is given by the department it was passed on to, not by who sent it (VIS-18)."""
        if capability != caps.OPINION_RECEIVE or actor.kind == "system":
            return Q()
        units = [holding.unit_id for holding in actor.positions]
        return Q(unit_to__isnull=True) | Q(unit_to__in=units)


@policy
class SamplePlanPolicy(Policy[SamplePlan]):
    """Plans of the unit, and one's own."""

    model = SamplePlan
    view = caps.SAMPLE_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("holder",)


@policy
class SampledHomePolicy(Policy[SampledHome]):
    model = SampledHome
    view = caps.SAMPLE_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("plan__holder",)

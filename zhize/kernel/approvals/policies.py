"""Who sees which approvals: the requester, whoever signed or is to sign, and the units a grant reaches."""

from __future__ import annotations

from django.db.models import Q

from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.access.rules import NOTHING
from zhize.kernel.approvals.models import Approval, ApprovalStep
from zhize.kernel.org import selectors as org


@access.policy
class ApprovalPolicy(access.Policy[Approval]):
    model = Approval
    view = "approval.view"
    unit = "unit"
    people = ("requested_by", "steps__decided_by")

    def also(self, actor: Actor, capability: str) -> Q:
        """Rows with a step of one of the actor's positions, or of one below it (its holder may be away)."""
        held = {holding.position_id for holding in actor.positions}
        if not held or capability == "approval.request":
            return NOTHING
        named = ApprovalStep.objects.filter(position_id__in=held | org.reporting_positions(held))
        return Q(pk__in=named.values("approval"))

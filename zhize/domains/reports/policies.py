"""Who sees and handles which reports."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import Q

from zhize.domains.reports import capabilities as caps
from zhize.domains.reports.models import Report, ReportReceipt
from zhize.kernel.access import Actor, Policy, policy
from zhize.kernel.access.rules import NOTHING

# What a position may do to a report that was sent to it, wherever the report's unit is.
AS_RECEIVER = frozenset({caps.VIEW, caps.RECEIVE, caps.RETURN, caps.APPROVE, caps.FILE})


@policy
class ReportPolicy(Policy[Report]):
    """Reports of the unit within the grant's scope (ORG-31), those sent to an own position, and published ones of the
    own unit or one above it (REP-04)."""

    model = Report
    view = caps.VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("made_by", "issued_by")

    def also(self, actor: Actor, capability: str) -> Q:
        if capability not in AS_RECEIVER or not actor.positions:
            return NOTHING
        held = [holding.position_id for holding in actor.positions]
        sent = Q(pk__in=ReportReceipt.objects.filter(position_id__in=held).values("report"))
        if capability != caps.VIEW:
            return sent
        above = {int(part) for holding in actor.positions for part in holding.unit_path.split("/") if part}
        return sent | Q(published=True, unit__in=above, issued_at__isnull=False)


@policy
class ReportReceiptPolicy(Policy[ReportReceipt]):
    model = ReportReceipt
    view = caps.VIEW
    unit = "report__unit"
    people: ClassVar[tuple[str, ...]] = ("read_by", "received_by")

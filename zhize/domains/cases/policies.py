"""Who sees and touches which cases."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q

from zhize.domains.cases.models import (
    Alarm,
    AlarmCall,
    Assignment,
    Case,
    CaseLink,
    DelayAudit,
    MajorReport,
    Message,
    Paper,
    PaperReceiver,
    Promise,
    Tick,
    Transfer,
    Watching,
    WorkSheet,
)
from zhize.kernel import access
from zhize.kernel.access import Actor, Policy, policy
from zhize.kernel.access.rules import NOTHING
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import AreaAssignment
from zhize.lib import clock

# What a co-handler may do to a case beside seeing it.
CO_HANDLING = frozenset({"case.view", "case.note"})


@policy
class CasePolicy(Policy[Case]):
    """Cases of the unit within the grant's scope, and one's own: held or taken in.

    Beside the scopes a case is seen by who answers for its area (CAS-07), by the departments that hold a work
    sheet of it (CAS-35), by who is called by its alarm, and by its customer.
    """

    model = Case
    view = "case.view"
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("owner", "created_by")
    customer = "customer"

    def also(self, actor: Actor, capability: str) -> Q:
        if actor.person_id is None or capability not in CO_HANDLING:
            return NOTHING
        units = [holding.unit_id for holding in actor.positions]
        areas = AreaAssignment.objects.filter(org.in_force(clock.today()), person_id=actor.person_id)
        sheets = WorkSheet.objects.filter(Q(unit_id__in=units) | Q(person_id=actor.person_id))
        calls = AlarmCall.objects.filter(person_id=actor.person_id)
        return (
            Q(area__in=areas.values("area"))
            | Q(pk__in=sheets.values("case"))
            | Q(pk__in=calls.values("alarm__case"))
            | Q(pk__in=MajorReport.objects.filter(told=actor.person_id).values("case"))
        )


def _of_a_case(actor: Actor, capability: str, to_case: str) -> Q:
    """Rows whose case is seen: asked of that case alone, because all of one's cases may be a million."""
    seen = access.policy_of(Case).filter(actor, capability)
    return Q(Exists(Case.objects.filter(seen, pk=OuterRef(to_case))))


class OfCase(Policy[Any]):
    """Parts of a case are seen with the case."""

    view = "case.view"
    unit = "case__unit"
    people: ClassVar[tuple[str, ...]] = ("case__owner", "case__created_by")
    customer = "case__customer"
    to_case: ClassVar[str] = "case"

    def filter(self, actor: Actor, capability: str | None = None) -> Q:
        return _of_a_case(actor, capability or self.view, self.to_case) & self.restrict(
            actor, capability or ""
        )


@policy
class AssignmentPolicy(OfCase):
    model = Assignment


@policy
class CaseLinkPolicy(OfCase):
    model = CaseLink


@policy
class TickPolicy(OfCase):
    model = Tick


@policy
class WatchingPolicy(OfCase):
    model = Watching


@policy
class MessagePolicy(OfCase):
    """A customer sees only what is said to and by him."""

    model = Message

    def restrict(self, actor: Actor, capability: str) -> Q:
        return Q(kind__in=["from_customer", "to_customer"]) if actor.kind == "customer" else Q()


@policy
class PromisePolicy(OfCase):
    model = Promise


@policy
class MajorReportPolicy(OfCase):
    model = MajorReport


@policy
class AlarmPolicy(OfCase):
    model = Alarm


@policy
class AlarmCallPolicy(OfCase):
    model = AlarmCall
    to_case = "alarm__case"


@policy
class TransferPolicy(Policy[Transfer]):
    """Seen with the case and by the receiving unit."""

    model = Transfer
    view = "case.view"
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("case__owner", "sent_by")

    def also(self, actor: Actor, capability: str) -> Q:
        if capability not in {self.view, "transfer.receive"}:
            return NOTHING
        return Q(unit_id__in=[holding.unit_id for holding in actor.positions])

    def restrict(self, actor: Actor, capability: str) -> Q:
        if capability != "transfer.receive" or actor.person_id is None:
            return Q()
        # Nobody signs for what he sent himself, and whoever handles the case does not sign for the department.
        rows = ~Q(sent_by_id=actor.person_id) | Q(sent_by__isnull=True)
        if all(reach.scope in {access.Scope.OWN, access.Scope.TEAM} for reach in actor.scopes(capability)):
            rows &= Q(unit_id__in=[holding.unit_id for holding in actor.positions])
        return rows


@policy
class WorkSheetPolicy(Policy[WorkSheet]):
    """A work sheet belongs to the co-handling department and to whoever sent it; answering it is the department's."""

    model = WorkSheet
    view = "worksheet.view"
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("person", "sent_by", "case__owner")

    def also(self, actor: Actor, capability: str) -> Q:
        if capability == "worksheet.answer":
            return NOTHING
        return _of_a_case(actor, "case.view", "case")

    def restrict(self, actor: Actor, capability: str) -> Q:
        if capability in {"worksheet.accept", "worksheet.send"} and actor.person_id is not None:
            # Nobody accepts the own answer (ORG-30).
            return ~Q(person_id=actor.person_id)
        return Q()


@policy
class PaperPolicy(Policy[Paper]):
    """Seen with the case's unit, by its writer, and by the receiving units once it is issued."""

    model = Paper
    view = "paper.view"
    unit = "case__unit"
    people: ClassVar[tuple[str, ...]] = ("written_by", "case__owner")

    def also(self, actor: Actor, capability: str) -> Q:
        if capability != self.view:
            return NOTHING
        units = [holding.unit_id for holding in actor.positions]
        received = PaperReceiver.objects.filter(unit_id__in=units, sent_at__isnull=False)
        return Q(pk__in=received.values("paper"))


@policy
class PaperReceiverPolicy(Policy[PaperReceiver]):
    model = PaperReceiver
    view = "paper.view"
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("paper__written_by",)


@policy
class DelayAuditPolicy(Policy[DelayAudit]):
    model = DelayAudit
    view = "delay.view"
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("person", "case__owner")

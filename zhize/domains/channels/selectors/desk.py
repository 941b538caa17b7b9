"""Lists of the desks: calls, visitors, the work register, relayed messages, documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import choices, lists
from zhize.domains.channels.models import (
    Call,
    CallTransfer,
    Correspondence,
    Line,
    Relay,
    Visitor,
    WorkEntry,
)
from zhize.domains.customers.selectors import identity
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import NotFound
from zhize.kernel.flow import OPEN
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib import clock


def lines(actor: Actor) -> QuerySet[Line]:
    """The ways in, with what a row shows."""
    return Line.objects.visible_to(actor).select_related("unit", "owner")


def colleague(pk: int) -> Person:
    """Somebody a call can be passed on to. Raises NotFound."""
    person = Person.objects.filter(pk=pk, active=True).first()
    if person is None:
        raise NotFound
    return person


def colleagues(actor: Actor) -> QuerySet[Person]:
    """People of the actor's department and those beside it; for who has no department, everybody."""
    unit = access.unit_of(actor)
    return choices.people_near(unit) if unit is not None else choices.everybody()


def departments(actor: Actor) -> QuerySet[Unit]:
    """The actor's department and those beside it; for who has none, all."""
    unit = access.unit_of(actor)
    return choices.units_near(unit) if unit is not None else Unit.objects.filter(active=True)


def positions(actor: Actor) -> QuerySet[Position]:
    """Positions that a way in can be entrusted to."""
    return Position.objects.filter(unit__in=departments(actor), active=True).order_by("name", "pk")


def calls(actor: Actor) -> QuerySet[Call]:
    """Calls with everything a row shows."""
    rows = Call.objects.visible_to(actor)
    return rows.select_related("line", "agent", "customer", "case", "unit", "asset").prefetch_related(
        "transfers__from_person", "transfers__to_person"
    )


def handlers(call: Call) -> list[str]:
    """Everybody through whose hands the call went, in order (CHN-02)."""
    transfers = list(call.transfers.all())
    names = [str(row.from_person) for row in transfers if row.from_person]
    last = transfers[-1].to_person if transfers else call.agent
    if last is not None:
        names.append(str(last))
    elif transfers and transfers[-1].to_number:
        names.append(transfers[-1].to_number)
    return list(dict.fromkeys(names))


def transfers(call: Call) -> QuerySet[CallTransfer]:
    return CallTransfer.objects.filter(call=call).select_related("from_person", "to_person")


def ringing(actor: Actor) -> Call | None:
    """The call that should pop up on this agent's screen now: his newest one not yet shown and not over."""
    if actor.person_id is None:
        return None
    since = clock.now() - timedelta(minutes=10)
    rows = Call.objects.filter(
        agent_id=actor.person_id, shown_at__isnull=True, ended_at__isnull=True, started_at__gt=since
    )
    return rows.select_related("line", "customer", "case", "unit").order_by("-started_at", "-pk").first()


@dataclass(frozen=True)
class Desk:
    """What the phone desk shows for a call: who it may be, and the two things to do (CHN-01)."""

    call: Call
    popup: identity.Popup
    open_cases: list[Case]
    handlers: list[str]
    offers: tuple[str, ...]


def phone_desk(actor: Actor, call: Call) -> Desk:
    """The call with its possible customers and what is offered: a new case, or following up an open one."""
    offers = ("follow_up",) if call.case_id else ("new_case", "follow_up")
    popup = identity.popup(actor, call.number)
    return Desk(call, popup, _open_cases(actor, call, popup), handlers(call), offers)


def _open_cases(actor: Actor, call: Call, popup: identity.Popup) -> list[Case]:
    """Open cases of the callers, of their households, and those opened under this number; newest first."""
    people = {caller.customer.pk for caller in popup.callers}
    people |= {member.member_id for caller in popup.callers for member in caller.household}
    if call.customer_id:
        people.add(call.customer_id)
    found = Q(customer__in=people)
    if call.number:
        found |= Q(contact_phone__in=[call.number, *identity.dialled_forms(call.number)])
    return list(lists.visible(actor).filter(found, category__in=OPEN).order_by("-pk")[:20])


def queue(actor: Actor, unit: Unit) -> QuerySet[Visitor]:
    """Who waits or is being served, in the order of their numbers."""
    rows = Visitor.objects.visible_to(actor).filter(unit=unit, category__in=["new", "working"])
    return rows.select_related("customer", "to_unit", "to_person", "called_by").order_by("id")


def next_in_queue(actor: Actor, unit: Unit) -> Visitor | None:
    """Who waits longest."""
    return queue(actor, unit).filter(state="waiting").first()


def visitors(actor: Actor) -> QuerySet[Visitor]:
    rows = Visitor.objects.visible_to(actor)
    return rows.select_related("unit", "customer", "to_unit", "to_person", "received_by", "called_by", "case")


def work_entries(actor: Actor) -> QuerySet[WorkEntry]:
    rows = WorkEntry.objects.visible_to(actor)
    return rows.select_related("unit", "customer", "informed", "closed_by", "recorded_by", "case")


def relays(actor: Actor) -> QuerySet[Relay]:
    rows = Relay.objects.visible_to(actor)
    return rows.select_related("unit", "receiver", "sent_by", "handled_by", "customer")


def unread_relays(actor: Actor, *, hours: float = 2, at: datetime | None = None) -> QuerySet[Relay]:
    """Relayed messages not read for more than so many hours, the oldest first (CHN-14)."""
    before = (at or clock.now()) - timedelta(hours=hours)
    return relays(actor).filter(read_at__isnull=True, sent_at__lt=before).order_by("sent_at", "id")


def relays_for(person: Person) -> QuerySet[Relay]:
    """What was relayed to a person and is not done yet."""
    rows = Relay.objects.filter(receiver=person, handled_at__isnull=True)
    return rows.select_related("sent_by", "customer").order_by("sent_at")


def correspondence(actor: Actor) -> QuerySet[Correspondence]:
    rows = Correspondence.objects.visible_to(actor)
    return rows.select_related("unit", "case", "recorded_by")

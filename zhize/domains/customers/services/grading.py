"""Grades 客户分级: what they give a right to, and the visits they demand (CUS-08)."""

from __future__ import annotations

from datetime import date, timedelta

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import catalogue, machine, rules
from zhize.domains.customers.models import Customer, Occupancy
from zhize.domains.customers.services import owing
from zhize.domains.customers.services.standing import may_change
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic, guarded_update
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position
from zhize.lib import clock
from zhize.lib.text import Text

AHEAD_DAYS = 7
AT_ONCE = 500


@atomic
def grade_customer(*, actor: Actor, customer: Customer, grade: str, reason: str = "") -> Customer:
    """Give a customer a grade; the rhythm of visits starts today. An empty grade takes it away."""
    may_change(actor, caps.GRADE, customer)
    apply(actor=actor, customer=customer, grade=grade, reason=reason)
    return customer


def apply(*, actor: Actor, customer: Customer, grade: str, reason: str = "") -> None:
    """Write a grade inside a verb that has checked the actor's right (recording a customer, an import)."""
    today = org.local_day(customer.unit)
    spec = catalogue.grade(grade) if grade else None
    label = spec.label if spec else Text("无", "none")
    with history.change(customer, actor=actor, verb="customer.graded", note=reason, data={"grade": label}):
        guarded_update(
            customer,
            grade_code=spec.code if spec else "",
            graded_on=today if spec else None,
            next_visit_on=rules.next_visit(today, spec.visit_days, today) if spec else None,
        )


@atomic
def plan_visits(*, actor: Actor, today: date | None = None, limit: int = AT_ONCE) -> int:
    """Open a visit obligation for every customer whose next visit is at most a week away. Returns how many.

    A slot follows the grading date in the grade's rhythm, whether or not the visit before was made, so a missed
    visit stays a missed visit. Run by a job; catches up when it did not run, and is safe to run twice.
    """
    access.require(actor, caps.GRADE)
    horizon = (today or clock.today()) + timedelta(days=AHEAD_DAYS)
    rows = (
        Customer.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(next_visit_on__lte=horizon, state=machine.ACTIVE)
        .select_related("unit", "keeper")
        .order_by("next_visit_on", "pk")[:limit]
    )
    customers = list(rows)
    homes = _homes(customers)
    for customer in customers:
        _plan(actor, customer, homes.get(customer.pk))
    return len(customers)


def _homes(customers: list[Customer]) -> dict[int, Occupancy]:
    """The current place of each customer that has an area, one query for all."""
    rows = Occupancy.objects.filter(customer__in=customers, to_on__isnull=True, premises__area__isnull=False)
    rows = rows.select_related("premises__area__unit", "premises__area__parent").order_by(
        "customer_id", "-living", "pk"
    )
    found: dict[int, Occupancy] = {}
    for row in rows:
        found.setdefault(row.customer_id, row)
    return found


def _plan(actor: Actor, customer: Customer, home: Occupancy | None) -> None:
    slot = customer.next_visit_on
    spec = catalogue.known_grade(customer.grade_code)
    if slot is None or spec is None or spec.visit_days is None or customer.graded_on is None:
        # The pack no longer asks for visits of this grade, or no longer has it: the visits of others are planned.
        with history.change(customer, actor=actor, verb="customer.visits_ended"):
            guarded_update(customer, next_visit_on=None)
        return
    position = org.position_in(customer.unit, spec.visit_position) if spec.visit_position else None
    visitor = _visitor(customer, home, spec.visit_position)
    if visitor is None and position is None:
        visitor = _head(customer)
    following = rules.next_visit(customer.graded_on, spec.visit_days, slot)
    guarded_update(customer, next_visit_on=following)
    entry = history.record(
        actor=actor,
        verb="customer.visit_planned",
        subject=customer,
        changes={"next_visit_on": [slot, following]},
        data={"day": slot},
    )
    owing.visit(
        actor=actor,
        customer=customer,
        grade=spec.label,
        on=slot,
        holder=visitor,
        position=position,
        entry_id=entry.pk,
    )


def _head(customer: Customer) -> Person | None:
    """Where neither area, keeper nor position says who visits: whoever answers for the unit."""
    first = Position.objects.filter(unit=customer.unit, active=True).order_by("reports_to_id", "pk").first()
    return org.answerable(first) if first is not None else None


def _visitor(customer: Customer, home: Occupancy | None, position_code: str | None) -> Person | None:
    """Who visits: the holder of the customer's area, else the customer's keeper."""
    if home is not None and home.premises.area is not None:
        found = org.area_holder(home.premises.area, position_code)
        if found is not None:
            return found
    return customer.keeper

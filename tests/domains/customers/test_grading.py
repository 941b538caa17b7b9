"""Grades set the rhythm of visits (CUS-08)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import time_machine

from tests.domains.customers.conftest import Cast
from zhize.domains.customers import catalogue
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Premises
from zhize.domains.customers.selectors import care
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.services import library
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused

New = Callable[..., Customer]

pytestmark = pytest.mark.req("CUS-08")


def plan(day: str) -> int:
    with time_machine.travel(f"{day} 05:20+08:00", tick=False):
        return customers.plan_visits(actor=access.system("customers.housekeeping"))


def due_days() -> list[str]:
    rows = Obligation.objects.order_by("pk").values_list("due_at", flat=True)
    return [due.date().isoformat() for due in rows if due]


@pytest.fixture
def graded(new_customer: New, lead: Actor, room: Premises) -> Customer:
    """Grade A since 1 March, living in court A."""
    owner = new_customer("张建国", at=[customers.OccupancyInput(room, role="owner")])
    with time_machine.travel("2026-03-01 10:00+08:00", tick=False):
        customers.grade_customer(actor=lead, customer=owner, grade="grade_a")
    return owner


def test_grade_a_with_30_days_creates_a_visit_duty_each_30_days(graded: Customer) -> None:
    assert graded.next_visit_on == date(2026, 3, 31)
    assert plan("2026-03-20") == 0
    assert plan("2026-03-25") == 1
    assert plan("2026-03-25") == 0
    assert plan("2026-04-24") == 1
    assert plan("2026-05-24") == 1
    # 30 May is a Saturday: the clock moves to the next working day, the rhythm stays.
    assert due_days() == ["2026-03-31", "2026-04-30", "2026-06-01"]


def test_a_grade_that_no_pack_has_any_more_does_not_hold_the_visits_of_others(
    graded: Customer, new_customer: New
) -> None:
    old = new_customer("李明")
    Customer.objects.filter(pk=old.pk).update(
        grade_code="platinum", graded_on=date(2026, 2, 1), next_visit_on=date(2026, 3, 3)
    )
    assert plan("2026-03-25") == 2
    old.refresh_from_db()
    assert old.next_visit_on is None
    assert due_days() == ["2026-03-31"]


def test_the_ambassador_of_the_customers_court_visits(graded: Customer, cast: Cast) -> None:
    plan("2026-03-25")
    obligation = Obligation.objects.get()
    assert (obligation.holder, obligation.position.code) == (cast.ambassador, "ambassador")  # type: ignore[union-attr]
    assert obligation.name.zh == "走访A级客户 张建国"
    assert obligation.subject_id == graded.pk


def test_a_visit_fulfils_what_was_owed(graded: Customer, lead: Actor) -> None:
    plan("2026-03-25")
    with time_machine.travel("2026-03-28 15:00+08:00", tick=False):
        customers.record_touch(actor=lead, customer=graded, channel="phone", summary="电话不算走访")
        assert Obligation.objects.get().is_open
        customers.record_touch(actor=lead, customer=graded, channel="visit", summary="上门走访")
    obligation = Obligation.objects.get()
    assert (obligation.is_open, obligation.late) == (False, False)


def test_a_stopped_job_catches_up_slot_by_slot(graded: Customer) -> None:
    for _turn in range(3):
        plan("2026-06-01")
    assert len(due_days()) == 3
    graded.refresh_from_db()
    assert graded.next_visit_on == date(2026, 6, 29)


def test_another_grade_starts_another_rhythm_or_none(graded: Customer, lead: Actor) -> None:
    customers.grade_customer(actor=lead, customer=graded, grade="grade_b")
    assert graded.next_visit_on is None
    assert plan("2026-12-01") == 0


def test_the_grade_says_what_the_customer_has_a_right_to(graded: Customer) -> None:
    assert [right.zh for right in catalogue.grade(graded.grade_code).rights] == ["上门办理"]


def test_coming_visits_are_listed(graded: Customer, lead: Actor, stranger: Actor) -> None:
    assert list(care.due_visits(lead, until=date(2026, 3, 31))) == [graded]
    assert not care.due_visits(lead, until=date(2026, 3, 30))
    assert not care.due_visits(stranger, until=date(2026, 3, 31))


def test_an_unknown_grade_and_a_person_without_the_right_are_refused(
    graded: Customer, lead: Actor, reader: Actor
) -> None:
    with pytest.raises(Invalid):
        customers.grade_customer(actor=lead, customer=graded, grade="platinum")
    with pytest.raises(Refused):
        customers.grade_customer(actor=reader, customer=graded, grade="grade_b")


def test_a_duty_of_the_pack_claims_the_visits_and_the_fact_still_fulfils_them(
    graded: Customer, lead: Actor
) -> None:
    """CAL-022: the visits by grade count under the duty that asks for them."""
    trigger = {"opened_as": "triggered", "subject": "customers.customer"}
    declared = {
        "code": "visits_by_grade",
        "position": "ambassador",
        "refs": ["CAL-022"],
        "title": {"zh": "按等级走访", "en": "Visits by grade"},
        "trigger": trigger,
        "evidence": {"kind": "fact"},
    }
    version = library.put(actor=access.system("duties.trigger"), unit=graded.unit, spec=declared)
    plan("2026-03-25")
    obligation = Obligation.objects.get()
    assert (obligation.duty, obligation.reference) == (version.duty, "CAL-022")
    with time_machine.travel("2026-03-28 15:00+08:00", tick=False):
        customers.record_touch(actor=lead, customer=graded, channel="visit", summary="上门走访")
    obligation.refresh_from_db()
    assert (obligation.is_open, obligation.late) == (False, False)

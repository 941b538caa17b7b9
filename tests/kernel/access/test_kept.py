"""What is kept of an actor between requests is never more, nor less, than the person may at this moment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.kit import people
from zhize.kernel.org.models import Absence, Appointment, AppointmentKind
from zhize.lib import clock


@pytest.mark.django_db
def test_a_deputy_stands_in_from_the_moment_the_holder_is_away_and_no_longer() -> None:
    where = people.unit()
    head = people.position(where, {"person.view": "all"})
    holder, deputy = people.person("主任", head), people.user(people.person("副手", people.position(where)))
    Appointment.objects.create(
        person=deputy.person, position=head, kind=AppointmentKind.DEPUTY, from_on=date(2020, 1, 1)
    )
    assert not people.actor(deputy).may("person.view")
    leaves = clock.now() + timedelta(minutes=1)
    Absence.objects.create(person=holder, from_at=leaves, to_at=leaves + timedelta(minutes=1))
    assert not people.actor(deputy).may("person.view")
    with clock.simulating(leaves):
        assert people.actor(deputy).may("person.view")
    with clock.simulating(leaves + timedelta(minutes=1)):
        assert not people.actor(deputy).may("person.view")

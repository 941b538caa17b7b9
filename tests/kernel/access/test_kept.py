"""What is kept of an actor between requests is never more, nor less, than the person may at this moment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.kit import people
from zhize.kernel.db import marks
from zhize.kernel.org.models import Absence, Appointment, AppointmentKind
from zhize.lib import clock
from zhize.ui import selectors as ui


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


@pytest.mark.django_db
def test_who_is_stood_in_for_is_who_it_is_today() -> None:
    where = people.unit()
    head = people.position(where)
    before, after = people.person("前任"), people.person("现任")
    acting = people.user(people.person("代理", people.position(where)))
    today = clock.today()
    for whom, since, until in (
        (before, today - timedelta(days=9), today),
        (after, today + timedelta(days=1), None),
    ):
        Appointment.objects.create(
            person=acting.person,
            position=head,
            kind=AppointmentKind.ACTING,
            on_behalf_of=whom,
            from_on=since,
            to_on=until,
        )
    with marks.reading():
        assert {hat.behalf for hat in ui.hats(people.actor(acting))} == {"", "前任"}
        with clock.simulating(clock.now() + timedelta(days=1)):
            assert {hat.behalf for hat in ui.hats(people.actor(acting))} == {"", "现任"}

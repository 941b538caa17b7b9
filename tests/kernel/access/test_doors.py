"""Who reaches which rows: lists and single rows agree, doors tell invisible from forbidden, deputies stand in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import people
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.kernel import access
from zhize.kernel.access.models import Scope
from zhize.kernel.db import NotFound, Refused
from zhize.kernel.org.models import Absence, Appointment, Person
from zhize.lib import clock

ROOMS = ("A101", "B201", "C101", "D201")


def opened(cast: Cast, room: str, login: str = "limin") -> Case:
    intake = cases.Intake(
        type="complaint",
        title=room,
        channel="phone",
        customer=cast.customers[room],
        premises=cast.rooms[room],
    )
    return cases.open_case(actor=cast.actor(login), intake=intake)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    scope=st.sampled_from(list(Scope)),
    capability=st.sampled_from(["case.view", "case.note", "case.void"]),
    home=st.booleans(),
)
def test_the_list_and_the_single_row_agree(cast: Cast, scope: Scope, capability: str, home: bool) -> None:
    rows = [opened(cast, room) for room in ROOMS]
    held = people.position(cast.centre if home else cast.sibling, {capability: scope.value})
    actor = access.for_person(people.person(held=held), channel="web")
    listed = set(Case.objects.visible_to(actor, capability).values_list("pk", flat=True))
    for row in rows:
        assert (row.pk in listed) == access.allowed(actor, capability, row)


def test_an_invisible_row_is_not_found_and_a_visible_one_may_be_forbidden(cast: Cast) -> None:
    case = opened(cast, "A101")
    with pytest.raises(NotFound):
        access.fetch(cast.actor("qianjin"), Case, case.pk)
    with pytest.raises(Refused):
        access.fetch(cast.actor("limin"), Case, case.pk, "case.decide_major")
    assert access.fetch(cast.actor("limin"), Case, case.pk) == case


@pytest.mark.django_db
def test_nobody_may_anything_without_a_grant_and_unknown_rights_are_an_error() -> None:
    actor = people.actor(people.somebody({}))
    assert not actor.may("case.view")
    with pytest.raises(access.capabilities.UnknownCapability):
        actor.may("case.viewe")


@pytest.mark.django_db
def test_a_deputy_has_the_rights_only_while_the_holder_is_away() -> None:
    desk = people.position(people.unit(), {"case.view": "unit"})
    holder, deputy = people.person("主任", held=desk), people.person("副主任")
    Appointment.objects.create(person=deputy, position=desk, kind="deputy", from_on=date(2024, 1, 1))
    assert not access.for_person(deputy, channel="web").may("case.view")
    now = clock.now()
    Absence.objects.create(person=holder, from_at=now - timedelta(hours=1), to_at=now + timedelta(hours=1))
    assert access.for_person(deputy, channel="web").may("case.view")


@pytest.mark.django_db
def test_a_former_holder_has_no_rights_any_more() -> None:
    desk = people.position(people.unit(), {"case.view": "all"})
    gone: Person = people.person(held=desk)
    Appointment.objects.filter(person=gone).update(to_on=clock.today("Asia/Shanghai") - timedelta(days=1))
    assert not access.for_person(gone, channel="web").may("case.view")


@pytest.mark.django_db
def test_a_token_has_no_more_than_its_scopes() -> None:
    from zhize.kernel.accounts import capabilities, tokens

    user = people.somebody({"case.view": "all", "case.open": "all"})
    issued = tokens.issue(actor=access.system(capabilities.CLI), user=user, name="t", scopes=["case.view"])
    actor = access.for_token(tokens.find(issued.secret))
    assert actor.may("case.view")
    assert not actor.may("case.open")


def test_why_somebody_can_do_it_names_the_grant_that_reaches(cast: Cast) -> None:
    case = opened(cast, "A101")
    reasons = access.explain(cast.actor("chenjing"), "case.reply", case)
    assert any(reason.reaches for reason in reasons)
    assert access.explain(cast.actor("qianjin"), "case.view", case) != []
    assert not any(reason.reaches for reason in access.explain(cast.actor("qianjin"), "case.view", case))

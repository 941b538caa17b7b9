"""Who holds a position now, who stands above, whose area it is, who is on shift."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.kit import people
from tests.kit.cast import Cast
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Absence, Appointment, Shift
from zhize.lib import clock


def away(person: object) -> None:
    now = clock.now()
    Absence.objects.create(person=person, from_at=now - timedelta(hours=1), to_at=now + timedelta(hours=8))


@pytest.mark.req("ORG-21")
def test_an_area_resolves_to_its_holder_and_upwards_when_he_is_away(cast: Cast) -> None:
    area = cast.areas["A"]
    assert org.area_holder(area, "ambassador") == cast.people["chenjing"]
    away(cast.people["chenjing"])
    assert org.area_holder(area, "ambassador") is None


@pytest.mark.req("ORG-07")
def test_the_reporting_line_goes_up_to_the_manager(cast: Cast) -> None:
    line = [position.code for position in org.superiors(cast.position("receptionist"))]
    assert line == ["frontdesk_lead", "service_supervisor", "centre_manager"]


def test_the_line_manager_is_the_nearest_superior_who_is_there(cast: Cast) -> None:
    assert org.line_manager(cast.people["chenjing"]) == cast.people["wangfang"]
    away(cast.people["wangfang"])
    assert org.line_manager(cast.people["chenjing"]) == cast.people["liuqiang"]


def test_the_line_manager_is_asked_for_on_the_day_of_the_unit(cast: Cast) -> None:
    """At 07:00 in China it is still yesterday in UTC; whoever begins today has a superior today."""
    today = date(2026, 3, 2)
    newcomer = people.person("孔明")
    Appointment.objects.create(person=newcomer, position=cast.position("receptionist"), from_on=today)
    early = datetime(2026, 3, 2, 7, 0, tzinfo=ZoneInfo(cast.centre.timezone))
    assert org.line_manager(newcomer, at=early) is not None
    assert org.line_manager(newcomer, at=early - timedelta(days=1)) is None


def test_without_a_roster_everybody_present_counts_as_on_shift(cast: Cast) -> None:
    everybody = set(org.on_shift(cast.centre))
    assert cast.people["limin"] in everybody
    assert cast.people["qianjin"] not in everybody
    Shift.objects.create(
        person=cast.people["limin"], unit=cast.centre, from_at=clock.now() - timedelta(hours=1)
    )
    assert org.on_shift(cast.centre) == [cast.people["limin"]]


@pytest.mark.django_db
def test_a_position_is_found_in_the_unit_or_the_nearest_one() -> None:
    top = people.unit("公司")
    centre, other = people.unit("中心", top), people.unit("另一中心", top)
    desk = people.position(centre)
    assert org.position_in(centre, desk.code) == desk
    assert org.position_in(top, desk.code) == desk
    assert org.position_in(other, desk.code) is None

"""The customer resource in numbers, each figure with its rows (CUS-14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.utils import timezone

from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Premises
from zhize.domains.customers.selectors import listing, statistics
from zhize.domains.customers.web.filters import CustomerFilters
from zhize.kernel.access import Actor

New = Callable[..., Customer]

pytestmark = pytest.mark.req("CUS-14")


@pytest.fixture
def resource(new_customer: New, lead: Actor, room: Premises) -> dict[str, Customer]:
    """Four customers recorded in three months, one of them living in court A."""
    made = {}
    for moment, name, kind in (
        ("2025-01-10", "老客户", "tenant"),
        ("2026-01-20", "一月", "tenant"),
        ("2026-03-02", "三月甲", "visitor"),
        ("2026-03-31", "三月乙", "visitor"),
    ):
        with time_machine.travel(f"{moment} 23:30+08:00", tick=False):
            made[name] = new_customer(name, kind=kind, vip=name == "一月")
    customers.occupy(actor=lead, customer=made["一月"], premises=room, role="tenant")
    with time_machine.travel("2026-04-01 10:00+08:00", tick=False):
        customers.grade_customer(actor=lead, customer=made["一月"], grade="grade_a")
        customers.record_touch(actor=lead, customer=made["老客户"], channel="phone")
    return made


@pytest.fixture
def figures(resource: dict[str, Customer], lead: Actor) -> statistics.Statistics:
    with time_machine.travel("2026-04-10 10:00+08:00", tick=False):
        return statistics.statistics(lead)


def by(figures: statistics.Statistics, code: str) -> dict[str, int]:
    (found,) = [one for one in figures.breakdowns if one.code == code]
    return {str(one.label): one.count for one in found.slices}


def test_counts_by_kind_grade_area_and_activity(figures: statistics.Statistics) -> None:
    assert (figures.total, figures.vip, figures.watched) == (4, 1, 0)
    assert by(figures, "kind") == {"业主": 0, "租户": 2, "家庭": 0, "企业客户": 0, "访客": 2}
    assert by(figures, "grade") == {"A级": 1, "B级": 0, "未定级": 3}
    assert by(figures, "area") == {"A苑": 1, "没有责任区域": 3}
    assert by(figures, "activity") == {
        "30 天内有联系": 2,
        "31–90 天": 2,
        "91–180 天": 0,
        "超过 180 天未联系": 0,
    }


def test_the_trend_counts_by_the_local_month(figures: statistics.Statistics) -> None:
    months = {month.first: (month.added, month.total) for month in figures.months}
    assert len(months) == 12
    assert months[date(2025, 12, 1)] == (0, 1)
    assert months[date(2026, 1, 1)] == (1, 2)
    assert months[date(2026, 3, 1)] == (2, 4)
    assert months[date(2026, 4, 1)] == (0, 4)


def test_every_figure_opens_exactly_its_customers(
    figures: statistics.Statistics, lead: Actor, rf_request: Callable[[Actor], object]
) -> None:
    asked = [*(one for part in figures.breakdowns for one in part.slices)]
    # The screens run in the zone of the person's unit.
    with time_machine.travel("2026-04-10 10:00+08:00", tick=False), timezone.override("Asia/Shanghai"):
        for one in asked:
            shown = CustomerFilters(one.query, queryset=listing.customers(lead), request=rf_request(lead)).qs
            assert shown.count() == one.count, one.label
        for month in figures.months:
            shown = CustomerFilters(
                month.query, queryset=listing.customers(lead), request=rf_request(lead)
            ).qs
            assert shown.count() == month.added, month.first


def test_the_sibling_centre_counts_its_own(resource: dict[str, Customer], stranger: Actor) -> None:
    assert statistics.statistics(stranger).total == 0

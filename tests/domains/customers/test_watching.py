"""The watch list: a measure and a date going in, better, same or worse at review (CUS-15)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine

from tests.domains.customers.conftest import Cast
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, WatchListEntry
from zhize.domains.customers.rules import MeasureInput
from zhize.domains.customers.selectors import care
from zhize.domains.duties.models import Obligation
from zhize.kernel import history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused
from zhize.lib import clock

New = Callable[..., Customer]

pytestmark = pytest.mark.req("CUS-15")


def today() -> date:
    return clock.today("Asia/Shanghai")


@pytest.fixture
def watched(new_customer: New, lead: Actor, cast: Cast) -> WatchListEntry:
    return customers.watch(
        actor=lead,
        customer=new_customer("张建国"),
        reason="一年内三次投诉漏水",
        owner=cast.a.lead,
        measures=[MeasureInput("上门道歉并检查管道", today() + timedelta(days=3))],
        review_on=today() + timedelta(days=30),
        goal="季度内无重复投诉",
    )


def owed() -> list[str]:
    rows = Obligation.objects.filter(category__in=["new", "working", "waiting", "resolved"]).order_by("pk")
    return [row.name.zh for row in rows]


def test_without_a_measure_and_a_date_nobody_is_added(new_customer: New, lead: Actor, cast: Cast) -> None:
    owner = new_customer("张建国")
    ask = {"actor": lead, "customer": owner, "reason": "投诉多", "owner": cast.a.lead}
    with pytest.raises(Invalid) as no_measure:
        customers.watch(**ask, measures=[], review_on=today() + timedelta(days=30))
    assert list(no_measure.value.errors) == ["measures"]
    with pytest.raises(Invalid) as no_date:
        customers.watch(**ask, measures=[MeasureInput("上门", today())], review_on=None)
    assert list(no_date.value.errors) == ["review_on"]
    with pytest.raises(Invalid) as late:
        customers.watch(
            **ask,
            measures=[MeasureInput("上门", today() - timedelta(days=1))],
            review_on=today() + timedelta(days=3),
        )
    assert list(late.value.errors) == ["measures"]
    assert not WatchListEntry.objects.exists()


def test_the_measure_and_the_review_are_owed_by_the_owner(watched: WatchListEntry, cast: Cast) -> None:
    assert owed() == ["重点关注 张建国：上门道歉并检查管道", "复核重点关注客户 张建国"]
    assert set(Obligation.objects.values_list("holder", flat=True)) == {cast.a.lead.pk}


def test_a_customer_is_on_the_list_once(watched: WatchListEntry, lead: Actor, cast: Cast) -> None:
    with pytest.raises(customers.AlreadyWatched):
        customers.watch(
            actor=lead,
            customer=watched.customer,
            reason="又投诉",
            owner=cast.a.lead,
            measures=[MeasureInput("上门", today())],
            review_on=today() + timedelta(days=3),
        )


def test_a_review_says_better_same_or_worse(watched: WatchListEntry, lead: Actor) -> None:
    (measure,) = watched.measures.all()
    customers.finish_measure(actor=lead, measure=measure, result="已更换管道，业主认可")
    later = today() + timedelta(days=60)
    with pytest.raises(Invalid):
        customers.review(actor=lead, entry=watched, verdict="fine", next_review_on=later)
    customers.review(actor=lead, entry=watched, verdict="better", text="本月没有投诉", next_review_on=later)
    watched.refresh_from_db()
    assert (watched.verdict, watched.review_on) == ("better", later)
    entry = history.timeline(watched.customer).get(verb="customer.watch_reviewed")
    assert entry.sentence() == "王芳复核重点关注：好转"
    assert owed() == ["复核重点关注客户 张建国"]


def test_same_or_worse_asks_for_a_further_measure(watched: WatchListEntry, lead: Actor) -> None:
    (measure,) = watched.measures.all()
    customers.finish_measure(actor=lead, measure=measure, result="业主不接受")
    later = today() + timedelta(days=60)
    with pytest.raises(Invalid) as refusal:
        customers.review(actor=lead, entry=watched, verdict="worse", next_review_on=later)
    assert "verdict" in refusal.value.errors
    customers.add_measure(
        actor=lead, entry=watched, measure=MeasureInput("经理约谈", today() + timedelta(days=7))
    )
    customers.review(actor=lead, entry=watched, verdict="worse", next_review_on=later)
    assert WatchListEntry.objects.get().verdict == "worse"


def test_ending_needs_words_and_drops_what_is_owed(watched: WatchListEntry, lead: Actor) -> None:
    with pytest.raises(Invalid):
        customers.end_watch(actor=lead, entry=watched, note="")
    customers.end_watch(actor=lead, entry=watched, note="关系恢复")
    assert owed() == []
    assert list(care.watch_list(lead)) == []
    assert list(care.watch_list(lead, ended=True)) == [watched]
    with pytest.raises(customers.NoLongerWatched):
        customers.add_measure(actor=lead, entry=watched, measure=MeasureInput("上门", today()))


def test_the_list_counts_what_is_late(watched: WatchListEntry, lead: Actor) -> None:
    with time_machine.travel(clock.now() + timedelta(days=40)):
        entries = list(care.watch_list(lead))
        figures = care.watch_figures(entries, today())
    assert (figures.watched, figures.reviews_late, figures.measures_late) == (1, 1, 1)


def test_who_may_not_is_refused(watched: WatchListEntry, reader: Actor, stranger: Actor) -> None:
    with pytest.raises(Refused):
        customers.end_watch(actor=reader, entry=watched, note="试试")
    assert list(care.watch_list(stranger)) == []

"""The arithmetic of pauses and thresholds, on random ledgers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhize.kernel.clocks import ledger, limits
from zhize.kernel.clocks.ledger import Ledger, Point
from zhize.kernel.db import Invalid
from zhize.lib.businesstime import WorkCalendar

WEEK = dict.fromkeys(range(5), "09:00-12:00,13:30-18:00")
OFFICE = WorkCalendar.of("Asia/Shanghai", WEEK, {date(2026, 2, 18): "", date(2026, 2, 28): "09:00-18:00"})
ZERO = timedelta(0)

JANUARY_5 = datetime(2026, 1, 5, tzinfo=UTC)
starts = st.integers(0, 75 * 24 * 3600).map(lambda seconds: JANUARY_5 + timedelta(seconds=seconds))
targets = st.one_of(
    st.integers(1, 6000).map(lambda n: {"kind": "elapsed", "minutes": n}),
    st.integers(1, 3000).map(lambda n: {"kind": "working", "minutes": n}),
    st.integers(0, 7).map(lambda n: {"kind": "by", "days": n}),
    st.integers(0, 7).map(lambda n: {"kind": "day_end", "days": n}),
    st.integers(0, 7).map(lambda n: {"kind": "by", "days": n, "at": "17:30"}),
)
budgets = st.one_of(
    st.integers(1, 6000).map(lambda n: {"kind": "elapsed", "minutes": n}),
    st.integers(1, 3000).map(lambda n: {"kind": "working", "minutes": n}),
)


@st.composite
def ledgers(draw, kinds=targets, open_end=False):
    """A clock with some pauses after its start; the last one may still last."""
    start = draw(starts)
    moment, pauses = start, []
    for _ in range(draw(st.integers(0, 4))):
        moment += timedelta(minutes=draw(st.integers(0, 2000)))
        begin = moment
        moment += timedelta(minutes=draw(st.integers(0, 3000)))
        pauses.append((begin, moment))
    if open_end and pauses:
        pauses[-1] = (pauses[-1][0], None)
    return Ledger(limits.parse(draw(kinds)), start, tuple(pauses))


@given(ledgers(kinds=budgets))
def test_at_the_due_moment_exactly_the_limit_is_used(book):
    due = ledger.due_at(book, OFFICE)
    assert ledger.used(book, OFFICE, due) == timedelta(minutes=book.limit.minutes)
    assert ledger.used(book, OFFICE, due - timedelta(seconds=1)) < timedelta(minutes=book.limit.minutes)


@given(ledgers(), st.integers(0, 5000))
def test_a_pause_of_no_length_changes_nothing(book, minutes):
    at = book.started_at + timedelta(minutes=minutes)
    inside = any(begin <= at <= end for begin, end in book.pauses)
    if inside:
        return
    pauses = tuple(sorted([*book.pauses, (at, at)]))
    with_pause = Ledger(book.limit, book.started_at, pauses)
    assert ledger.due_at(with_pause, OFFICE) == ledger.due_at(book, OFFICE)


@given(ledgers(), st.integers(1, 4000))
def test_a_longer_pause_never_makes_it_due_earlier(book, minutes):
    if not book.pauses:
        return
    begin, end = book.pauses[-1]
    longer = Ledger(
        book.limit, book.started_at, (*book.pauses[:-1], (begin, end + timedelta(minutes=minutes)))
    )
    assert ledger.due_at(longer, OFFICE) >= ledger.due_at(book, OFFICE)


@given(ledgers(), st.integers(0, 3000), st.integers(1, 3000))
def test_what_is_passed_stays_passed(book, gap, length):
    """A pause that begins at the due moment or later does not move it."""
    due = ledger.due_at(book, OFFICE)
    begin = max([due, *(end for _, end in book.pauses)]) + timedelta(minutes=gap)
    later = Ledger(book.limit, book.started_at, (*book.pauses, (begin, begin + timedelta(minutes=length))))
    assert ledger.due_at(later, OFFICE) == due
    open_end = Ledger(book.limit, book.started_at, (*book.pauses, (begin, None)))
    assert ledger.due_at(open_end, OFFICE) == due


@given(ledgers(open_end=True))
def test_paused_before_due_there_is_no_due_moment(book):
    if not book.pauses:
        return
    due = ledger.due_at(book, OFFICE)
    begin = book.pauses[-1][0]
    running = ledger.due_at(Ledger(book.limit, book.started_at, book.pauses[:-1]), OFFICE)
    assert due == (running if running <= begin else None)


@given(ledgers())
def test_thresholds_stand_in_order(book):
    due = ledger.due_at(book, OFFICE)
    points = [Point(at_percent=50), Point(at_percent=75), Point(at_percent=100), Point(at_percent=150)]
    at = [ledger.fires_at(book, OFFICE, point) for point in points]
    assert at == sorted(at)
    assert at[0] >= book.started_at
    before, exactly = Point(before_minutes=240), Point(after_minutes=0)
    remind = ledger.fires_at(book, OFFICE, before)
    assert remind <= due - timedelta(hours=4)
    assert book.pauses or remind == due - timedelta(hours=4)
    assert ledger.fires_at(book, OFFICE, exactly) == due


@given(ledgers(kinds=budgets))
def test_all_of_the_limit_is_the_due_moment(book):
    assert ledger.fires_at(book, OFFICE, Point(at_percent=100)) == ledger.due_at(book, OFFICE)


@given(ledgers(), st.integers(1, 5000))
@settings(max_examples=50)
def test_a_threshold_after_due_waits_out_a_pause(book, minutes):
    due = ledger.due_at(book, OFFICE)
    begin = max([due, *(end for _, end in book.pauses)])
    after = int((begin - due).total_seconds() // 60) + 60
    paused = Ledger(book.limit, book.started_at, (*book.pauses, (begin, begin + timedelta(minutes=minutes))))
    plain = ledger.fires_at(book, OFFICE, Point(after_minutes=after))
    if any(first >= due for first, _ in book.pauses):
        return
    assert ledger.fires_at(paused, OFFICE, Point(after_minutes=after)) == plain + timedelta(minutes=minutes)


class TestMoved:
    start = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def test_a_moved_due_moment_counts_and_shifts_by_later_pauses_only(self):
        moved = (self.start + timedelta(hours=5), self.start + timedelta(hours=48))
        early = (self.start + timedelta(hours=1), self.start + timedelta(hours=2))
        late = (self.start + timedelta(hours=6), self.start + timedelta(hours=9))
        book = Ledger(limits.parse({"kind": "elapsed", "minutes": 1440}), self.start, (early, late), moved)
        assert ledger.due_at(book, OFFICE) == self.start + timedelta(hours=51)

    def test_a_promise_is_not_moved_by_pauses(self):
        at = self.start + timedelta(hours=3)
        pause = (self.start + timedelta(hours=1), self.start + timedelta(hours=2))
        book = Ledger(limits.parse({"kind": "moment", "at": at}), self.start, (pause,))
        assert ledger.due_at(book, OFFICE) == at

    def test_no_limit_until_one_is_set(self):
        book = Ledger(limits.parse({"kind": "none"}), self.start)
        assert ledger.due_at(book, OFFICE) is None
        assert ledger.fires_at(book, OFFICE, Point(after_minutes=0)) is None


class TestLimits:
    @pytest.mark.parametrize(
        "data",
        [
            {"kind": "elapsed", "minutes": 1440},
            {"kind": "by", "at": "17:30", "days": 1},
            {"kind": "days", "days": 3},
            {"kind": "none"},
            {"kind": "moment", "at": "2026-03-02T09:00:00+08:00"},
        ],
    )
    def test_the_stored_form_reads_back(self, data):
        assert limits.parse(limits.as_json(limits.parse(data))) == limits.parse(data)

    def test_by_without_a_time_of_day_is_the_end_of_work(self):
        assert limits.parse({"kind": "by", "days": 3}) == limits.parse({"kind": "days", "days": 3})
        assert isinstance(limits.parse({"kind": "by", "at": "2026-03-02T09:00:00Z"}), limits.Moment)

    @pytest.mark.parametrize(
        "data", [{}, {"kind": "elapsed"}, {"kind": "moment", "at": "2026-03-02T09:00:00"}, {"kind": "moment"}]
    )
    def test_what_cannot_be_read_is_refused(self, data):
        with pytest.raises(Invalid):
            limits.parse(data)

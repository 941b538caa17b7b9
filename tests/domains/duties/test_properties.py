"""Whatever happens to the worker, the calendar and the duty: every slot is owed once, and is in one state.

A plan made of the rule alone, in one go and without a database, says what should be there; what people moved or
settled before it began stays. Then expected = done + late + missed + excused + cancelled by somebody + open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.domains.duties.cast import Centre
from tests.domains.duties.test_recurring import SYSTEM, at, put
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, Obligation
from zhize.domains.duties.recurring import rule_of
from zhize.domains.duties.services import library
from zhize.kernel import access, calendars, history
from zhize.kernel.calendars import selectors as calendar_selectors
from zhize.kernel.calendars import services as calendar_services
from zhize.kernel.calendars.official import Special
from zhize.kernel.db import Refused
from zhize.kernel.org.models import Appointment
from zhize.lib import recurrence

AHEAD = 31
Key = tuple[int, datetime, int | None]
"""Version number, slot, and the holder whose it is where each owes his own."""
RULES: list[dict[str, Any]] = [
    {"every": "day", "due": "shift_end"},
    {"every": "day", "due": "by", "times": ["10:00:00", "16:00:00"]},
    {"every": "day", "due": "on", "interval": 2},
    {"every": "shift", "due": "shift_end"},
    {"every": "week", "due": "by", "weekdays": ["mon", "fri"]},
    {"every": "week", "due": "on", "weekdays": ["wed"], "interval": 2},
    {"every": "week", "due": "period_end"},
    {"every": "ten_days", "due": "period_end"},
    {"every": "half_month", "due": "by", "nth_working_day": 3},
    {"every": "month", "due": "by", "month_days": [5, 31]},
    {"every": "month", "due": "on", "month_days": [2], "on_free_day": "later"},
    {"every": "month", "due": "period_end", "offset_working_days": 2},
    {"every": "month", "due": "period_start"},
    {"every": "week", "due": "on", "weekdays": ["mon", "wed", "fri"]},
    {"every": "week", "due": "by", "weekdays": ["tue", "thu"], "times": ["10:00:00", "16:00:00"]},
    {"every": "week", "due": "period_end", "each_holder": True},
    {"every": "month", "due": "by", "month_days": [20], "each_holder": True},
    {"every": "day", "due": "by", "times": ["10:00:00", "16:00:00"], "each_holder": True},
]
# Who may hold the position; the first does from the beginning.
PEOPLE = ("孙丽", "赵云")


def official(*off: str, worked: tuple[str, ...] = ()) -> list[Special]:
    return [
        *(Special(date.fromisoformat(day), "holiday") for day in off),
        *(Special(date.fromisoformat(day), "workday") for day in worked),
    ]


def assumed(rule: dict[str, Any]) -> dict[str, Any]:
    """A period that the text leaves open, so that the unit may change it."""
    return {**rule, "assumed": True}


# A year that nobody has published yet, and what is published then: days off in the week, a Saturday worked.
PUBLISHED = {2031: official("2031-01-01", "2031-01-02", "2031-01-03", worked=("2031-01-04",))}

step = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 11)),
    st.tuples(st.just("work"), st.integers(0, 3)),
    st.tuples(st.just("do"), st.integers(0, 50)),
    st.tuples(st.just("move"), st.integers(0, 50)),
    st.tuples(st.just("excuse"), st.integers(0, 50)),
    st.tuples(st.just("cancel"), st.integers(0, 50)),
    st.tuples(st.just("change"), st.sampled_from(range(len(RULES)))),
    st.tuples(st.just("publish"), st.just(0)),
    st.tuples(st.just("join"), st.integers(0, 19)),
    st.tuples(st.just("leave"), st.integers(0, 19)),
)


def told_as(text: str) -> list[tuple[str, int]]:
    return [(what, int(number)) for what, number in (each.split() for each in text.split(", "))]


@dataclass
class Story:
    """What happens to one duty, and what is remembered of it for the plan."""

    centre: Centre
    now: Any
    duty: Duty
    at: datetime
    # Version number, slot and whose of what somebody did, settled or moved: no plan touches it any more.
    kept: set[Key] = field(default_factory=set)
    moved: dict[int, datetime] = field(default_factory=dict)
    published: bool = False
    until: datetime | None = None

    def go(self, moment: datetime) -> None:
        self.at = moment
        self.now.move_to(moment)

    def work(self) -> None:
        """The worker's round: everything it does by the clock."""
        history.deliver_all()
        duties.schedule(actor=SYSTEM, ahead_days=AHEAD)
        duties.miss_due(actor=SYSTEM)
        self.until = max(self.until or self.at, self.at + timedelta(days=AHEAD))

    def pick(self, number: int, **where: Any) -> Obligation | None:
        rows = list(Obligation.objects.filter(duty=self.duty, ended_at=None, **where).order_by("slot"))
        return rows[number % len(rows)] if rows else None

    def remember(self, row: Obligation) -> None:
        if row.duty_version is not None and row.slot is not None:
            self.kept.add((row.duty_version.number, row.slot, row.slot_holder_id))

    def happen(self, what: str, number: int) -> None:
        if what == "wait":
            self.go(self.at + timedelta(days=number))
        elif what == "work":
            self.go(self.at + timedelta(hours=6 * number))
            self.work()
        elif what == "change":
            rule = assumed(RULES[number])
            now = self.duty.current
            assert now is not None
            # The same rule again comes with another weight: a version of its own.
            weight = now.weight % 5 + 1 if rule == now.rule else now.weight
            library.change_duty(actor=SYSTEM, duty=self.duty, reason="改", rule=rule, weight=weight)
            self.duty.refresh_from_db()
            self.go(self.at + timedelta(minutes=1))
        elif what == "publish" and not self.published and self.at < at("2030-12-20T00:00"):
            calendar_services.load_official(
                actor=access.system("calendars.refresh"), days=PUBLISHED, source="test"
            )
            self.published = True
        elif what in ("join", "leave"):
            self.people(what, PEOPLE[number % 2], number // 2)
        else:
            self.act(what, number)

    def people(self, what: str, name: str, days: int) -> None:
        """Somebody holds the position from that day on, or until then; never said of days that are past."""
        person, place = self.centre.people[name], self.centre.positions["officer"]
        rows = Appointment.objects.filter(person=person, position=place)
        last, day = rows.order_by("from_on").last(), (self.at + timedelta(days=days)).date()
        if what == "leave" and last is not None and last.to_on is None:
            rows.filter(pk=last.pk).update(to_on=max(day, last.from_on))
        elif what == "join" and (last is None or last.to_on is not None):
            since = max(day, last.to_on + timedelta(days=1)) if last is not None and last.to_on else day
            Appointment.objects.create(person=person, position=place, kind="primary", from_on=since)

    def owers(self) -> list[tuple[int | None, Callable[[date], bool]]]:
        """Whose slots there may be where each owes his own, with the days on which what is due then is his."""
        held: dict[int | None, list[Appointment]] = {}
        for row in Appointment.objects.filter(position=self.centre.positions["officer"]):
            held.setdefault(row.person_id, []).append(row)

        def holds(person: int | None, day: date) -> bool:
            return any(row.from_on <= day and (row.to_on is None or day <= row.to_on) for row in held[person])

        found: list[tuple[int | None, Callable[[date], bool]]] = [(one, partial(holds, one)) for one in held]
        return [*found, (None, lambda day: not any(holds(one, day) for one in held))]

    def act(self, what: str, number: int) -> None:
        row = self.pick(number, opened_at__lte=self.at) if what == "do" else self.pick(number)
        if row is None:
            return
        if what == "do" and row.has_opened(self.at):
            doer = next((name for name in PEOPLE if self.centre.people[name].pk == row.holder_id), PEOPLE[0])
            with suppress(Refused):  # who has left does nothing any more
                duties.hand_in(actor=self.centre.actor(doer), obligation=row, note="办了")
                self.remember(row)
        elif what == "move" and row.due_at is not None:
            due = max(row.due_at, self.at) + timedelta(days=3, hours=1)
            duties.move_due(actor=SYSTEM, obligation=row, due_at=due, reason="改期")
            self.remember(row)
            self.moved[row.pk] = due
        elif what in ("excuse", "cancel"):
            end = duties.excuse if what == "excuse" else duties.cancel
            end(actor=SYSTEM, obligation=row, reason="不办")
            self.remember(row)

    def expected(self) -> dict[Key, datetime]:
        """What is owed by version number, slot and whose it is, and when it is due, from the rules and what was kept."""
        version = calendars.version_for(self.centre.unit)
        calendar = calendars.of_version(version)
        unknown = set(calendar_selectors.provisional_years(version, range(2030, 2033)))
        versions = list(self.duty.versions.order_by("number"))
        zone = at("2030-01-01T00:00").tzinfo
        kept = {(number, key.astimezone(zone), whose) for number, key, whose in self.kept}
        found: dict[Key, datetime] = {}
        # What is owed under earlier versions, with its period and whose it is.
        earlier: list[tuple[datetime, tuple[date, date], int | None]] = []
        together: list[tuple[int | None, Callable[[date], bool]]] = [(None, lambda day: True)]
        for index, each in enumerate(versions):
            rule = rule_of(each.rule)
            end = versions[index + 1].made_at if index + 1 < len(versions) else self.until or self.at
            named = {
                slot.named.replace(tzinfo=zone): slot
                for slot in recurrence.slots(
                    rule, date(2030, 9, 1), date(2032, 12, 31), calendar, unpublished=unknown
                )
            }
            owed: set[tuple[datetime, int | None]] = set()
            for whose, here in self.owers() if each.rule.get("each_holder") else together:
                # For a holder what is his stands, and what was everybody's; for everybody whatever there is.
                before = {key: span for key, span, of in earlier if whose is None or of in (whose, None)}
                periods = {key: (slot.first, slot.last) for key, slot in named.items()}
                covered = stood_for(periods, sorted(before.items()), rule.every)
                there = {(key, of) for number, key, of in kept if number == each.number}
                covered |= {key for key, of in there if whose is None or of is None}
                owed |= {
                    (key, whose)
                    for key, slot in named.items()
                    if slot.due_at > each.made_at
                    and slot.opens_at < min(end, self.until or end)
                    and key not in covered
                    and here(slot.due_at.astimezone(zone).date())
                }
            # What somebody did or settled stays, also on a day that became a day off.
            owed |= {(key, of) for number, key, of in kept if number == each.number}
            found |= {
                (each.number, key, whose): named[key].due_at if key in named else key for key, whose in owed
            }
            earlier += [(key, recurrence.period(rule, key.date()), whose) for key, whose in owed]
        return found


def stood_for(
    named: dict[datetime, tuple[date, date]], before: list[tuple[datetime, tuple[date, date]]], every: str
) -> set[datetime]:
    """Which named moments of a version, each with its period, an earlier slot stands for: each slot for one of them."""
    covered: set[datetime] = set()
    left = [slot for slot in before if slot[0] not in named]
    covered |= {key for key, _period in before if key in named}
    for key, period in list(left):
        day = [each for each in sorted(named) if each.date() == key.date() and each not in covered]
        if day:
            covered.add(day[0])
            left.remove((key, period))
    for _key, period in left if every not in ("day", "shift") else ():
        rest = [each for each in sorted(named) if named[each] == period and each not in covered]
        covered |= set(rest[:1])
    return covered


def told(story: Story) -> Counter[Key]:
    rows = Obligation.objects.filter(duty=story.duty, withdrawn=False)
    zone = at("2030-01-01T00:00").tzinfo
    return Counter(
        (row.duty_version.number, row.slot.astimezone(zone), row.slot_holder_id)
        for row in rows.select_related("duty_version")
        if row.duty_version is not None and row.slot is not None
    )


@pytest.fixture
def undone() -> Iterator[Any]:
    """Every example begins with the same database."""

    class Undone:
        def __enter__(self) -> None:
            self.block = transaction.atomic()
            self.block.__enter__()

        def __exit__(self, *_error: Any) -> None:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    yield Undone


@pytest.mark.req("DUT-02", "DUT-10")
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # A story takes a second: shrinking one would take minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@example(rule=RULES[3], steps=told_as("change 0, wait 10"))
@example(rule=RULES[0], steps=told_as("do 49, excuse 45, publish 0"))
@example(rule=RULES[12], steps=told_as("move 19, publish 0, wait 10, change 4, wait 10"))
# While the worker stood still, somebody did what the changed rule owes no more.
@example(rule=RULES[2], steps=told_as("change 9, wait 8, do 23"))
@example(
    rule=RULES[8],
    steps=told_as("change 0, work 1, cancel 1, excuse 19, change 8, do 50, excuse 1, move 26, wait 10, do 7"),
)
# The one leaves in the middle of the period, the other comes, nobody is there, the first comes back.
@example(
    rule=RULES[16],
    steps=told_as("join 11, leave 18, do 0, wait 7, work 1, leave 5, wait 8, work 0, join 0, work 1"),
)
@example(
    rule=RULES[15],
    steps=told_as("leave 2, wait 3, work 0, join 3, wait 2, change 6, join 0, work 0, change 17, wait 9"),
)
@given(rule=st.sampled_from(RULES), steps=st.lists(step, max_size=14))
def test_everything_owed_is_there_once_and_in_one_state(
    centre: Centre, now: Any, undone: Any, rule: dict[str, Any], steps: list[tuple[str, int]]
) -> None:
    with undone():
        now.move_to(at("2030-12-02T09:00"))
        story = Story(centre, now, put(centre, "story", assumed(rule)), at("2030-12-02T09:00"))
        story.work()
        # No two versions come at the same moment.
        story.go(story.at + timedelta(minutes=1))
        for what, number in steps:
            story.happen(what, number)
        story.work()
        assert duties.schedule(actor=SYSTEM, ahead_days=AHEAD) == 0
        there, expected = told(story), story.expected()
        assert (there - Counter(expected.keys()), Counter(expected.keys()) - there) == ({}, {})
        check_states(story, expected)


def check_states(story: Story, expected: dict[Key, datetime]) -> None:
    """Each is in one state, the state is right for now, and a due time that was moved stays moved."""
    rows = list(Obligation.objects.filter(duty=story.duty, withdrawn=False).select_related("duty_version"))
    counted = Counter("late" if row.late else row.state for row in rows)
    assert sum(counted.values()) == len(expected)
    assert set(counted) <= {"open", "done", "late", "missed", "excused", "cancelled"}
    calendar, zone = calendars.for_unit(story.centre.unit), at("2030-01-01T00:00").tzinfo
    for row in rows:
        assert row.due_at is not None
        assert row.slot is not None
        assert row.duty_version is not None
        if row.pk in story.moved:
            assert row.due_at == story.moved[row.pk]
        elif row.state == "open":
            due = expected[row.duty_version.number, row.slot.astimezone(zone), row.slot_holder_id]
            assert row.due_at == due
        grace = calendar.day_end(calendar.next_working_day(calendar.local_date(row.due_at)))
        if row.state == "open":
            assert grace > story.at
        if row.state == "missed":
            assert grace <= story.at
        if row.state == "done":
            assert row.late == (row.done_at is not None and row.done_at > row.due_at)

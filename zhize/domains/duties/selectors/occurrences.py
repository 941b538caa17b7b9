"""When a recurring duty falls due next, how days off moved it, and what a change of its rule would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, zip_longest
from typing import Any

from zhize.domains.duties.models import Duty, Kind, Obligation
from zhize.domains.duties.recurring import Calendars, rule_of
from zhize.domains.duties.selectors.duty import places
from zhize.domains.duties.services import replanning
from zhize.domains.duties.services.planning import seed_of
from zhize.kernel import calendars
from zhize.kernel.calendars.models import CalendarVersion
from zhize.kernel.org.models import Position
from zhize.lib import clock, recurrence
from zhize.lib.businesstime import WorkCalendar, day_text, moment_text
from zhize.lib.recurrence import Roster, Rule, Slot
from zhize.lib.text import Text

SHOWN = 12
# Twelve slots of a yearly duty lie within so many years.
YEARS_AHEAD = 14
# Rosters are kept some weeks ahead; behind their last day the office day counts.
ROSTERED = timedelta(days=60)


@dataclass(frozen=True)
class Occurrence:
    """One time a duty falls due: the day its rule names, and the moment (in the unit's zone) it is due.

    `moved` says how days off moved it; `provisional` that the holidays of the year are not known yet.
    """

    day: date
    due_at: datetime
    not_before: datetime | None
    moved: Text
    provisional: bool

    @property
    def text(self) -> Text:
        """2026-03-31 周二 18:00."""
        return moment_text(self.due_at)


@dataclass(frozen=True)
class Group:
    """Positions that owe the same days, because one calendar holds for their units; one alone with its roster."""

    positions: tuple[Position, ...]
    occurrences: tuple[Occurrence, ...]


def groups(
    duty: Duty,
    rule: Mapping[str, Any],
    count: int = SHOWN,
    now: datetime | None = None,
    *,
    instead_of: Mapping[str, Any] | None = None,
) -> list[Group]:
    """The next `count` occurrences of a recurring rule for the positions of the duty. Raises Invalid.

    `instead_of` is the rule it would replace: a period that has begun under that one is owed as it began.
    """
    if duty.kind != Kind.RECURRING:
        return []
    moment, read = now or clock.now(), rule_of(rule)
    here, there = Calendars(moment), places(duty)
    rosters = here.rosters(there, moment, moment + ROSTERED) if read.by_shift else None
    rows: dict[int, list[Position]] = {}
    for place in there:
        roster = rosters.of(place) if rosters is not None else None
        # Where the time of day is drawn or the roster decides, each position has its own.
        own = read.at_random or roster is not None
        rows.setdefault(-place.pk if own else here.version(place.unit).pk, []).append(place)
    found = []
    for listed in rows.values():
        first = listed[0]
        seed = seed_of(duty.pk, first.pk) if read.at_random else ""
        roster = rosters.of(first) if rosters is not None else None
        coming = _coming(read, here.version(first.unit), here, moment, seed, roster)
        if instead_of is not None:
            day = moment.astimezone(clock.zone(first.unit.timezone)).date()
            coming = _unbegun(coming, read, day, _begun(duty, first, rule_of(instead_of), moment))
        found.append(Group(tuple(listed), tuple(islice(coming, count))))
    return found


def compared(
    duty: Duty, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[tuple[Position, ...], Group, Group]]:
    """The next occurrences under two rules, for the positions that have both in common. Raises Invalid."""
    was = groups(duty, before)
    will = was if before == after else groups(duty, after, instead_of=before)
    shared = (
        (tuple(place for place in old.positions if place in new.positions), old, new)
        for old in was
        for new in will
    )
    return [(same, old, new) for same, old, new in shared if same]


def side_by_side(
    old: Group, new: Group, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[Occurrence | None, Occurrence | None, bool]]:
    """The next times in two columns, with whether both have this one: of one period in one line, if the periods are the same."""
    was, will = rule_of(before), rule_of(after)
    if (was.every, was.interval) == (will.every, will.interval):
        periods = [_by_period(old, was), _by_period(new, will)]
        lines = [
            line
            for start in sorted({*periods[0], *periods[1]})
            for line in zip_longest(periods[0].get(start, ()), periods[1].get(start, ()))
        ]
    else:
        lines = list(zip_longest(old.occurrences, new.occurrences))
    both = {row.due_at for row in old.occurrences} & {row.due_at for row in new.occurrences}
    return [(one, other, other is not None and other.due_at in both) for one, other in lines]


def _by_period(group: Group, rule: Rule) -> dict[date, list[Occurrence]]:
    found: dict[date, list[Occurrence]] = {}
    for row in group.occurrences:
        found.setdefault(recurrence.period(rule, row.day)[0], []).append(row)
    return found


def _begun(duty: Duty, position: Position, rule: Rule, now: datetime) -> Counter[tuple[date, date]]:
    """How many slots of each period have begun under the version in force."""
    zone = clock.zone(position.unit.timezone)
    rows = Obligation.objects.filter(
        duty_version=duty.current_id,
        position=position,
        withdrawn=False,
        slot__isnull=False,
        opened_at__lte=now,
    )
    named = rows.order_by("-slot").values_list("slot", flat=True)[:50]
    return Counter(recurrence.period(rule, slot.astimezone(zone).date()) for slot in named if slot)


def _unbegun(
    coming: Iterator[Occurrence], rule: Rule, today: date, begun: Counter[tuple[date, date]]
) -> Iterator[Occurrence]:
    for occurrence in coming:
        period = recurrence.period(rule, occurrence.day)
        if rule.every not in ("day", "shift") and period[0] <= today and begun[period]:
            begun[period] -= 1
            continue
        yield occurrence


def _coming(
    rule: Rule, version: CalendarVersion, here: Calendars, now: datetime, seed: str, roster: Roster | None
) -> Iterator[Occurrence]:
    calendar = calendars.of_version(version)
    zone = clock.zone(version.timezone)
    today = now.astimezone(zone).date()
    unpublished = here.unpublished(version)
    first = today - timedelta(days=40)
    end = date(today.year + YEARS_AHEAD, 12, 31)
    while first < end:
        last = min(date(first.year, 12, 31), end)
        for slot in recurrence.slots(
            rule, first, last, calendar, unpublished=unpublished, seed=seed, roster=roster
        ):
            if slot.due_at > now:
                yield _occurrence(slot, calendar)
        first = last + timedelta(days=1)


def _occurrence(slot: Slot, calendar: WorkCalendar) -> Occurrence:
    due = calendar.local(slot.due_at)
    not_before = calendar.local(slot.not_before_at) if slot.not_before_at is not None else None
    return Occurrence(slot.day, due, not_before, _moved(slot.day, due.date(), calendar), slot.provisional)


def _moved(named: date, due: date, calendar: WorkCalendar) -> Text:
    """What a day off did to the named day; nothing when work is done on it (a night shift's end is no move)."""
    if named == due or calendar.is_working_day(named):
        return Text("")
    if due < named:
        return Text("{day} 休息，提前", "{day} is off, so earlier").format(day=day_text(named))
    return Text("{day} 休息，顺延", "{day} is off, so later").format(day=day_text(named))


@dataclass(frozen=True)
class Effect:
    """What changing a duty now does to what is planned and open: `replaced` planned ones that nobody could begin are
    planned anew, from the due time `first` on; `kept` ones have begun, or were moved by hand, and stay as they are."""

    replaced: int
    first: datetime | None
    kept: int


def effect(duty: Duty, now: datetime | None = None) -> Effect:
    """Two queries."""
    moment = now or clock.now()
    planned = Obligation.objects.filter(replanning.not_begun(moment), duty=duty).order_by("due_at")
    due = list(planned.values_list("due_at", flat=True))
    still_open = Obligation.objects.filter(duty=duty, ended_at__isnull=True).count()
    return Effect(len(due), due[0] if due else None, still_open - len(due))

"""When a recurring duty falls due next, how days off moved it, and what a change of its rule would do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import islice, zip_longest
from typing import Any

from django.db.models import F

from zhize.domains.duties.models import Duty, Kind, Obligation
from zhize.domains.duties.recurring import Calendars, rule_of
from zhize.domains.duties.selectors.duty import places
from zhize.domains.duties.services import replanning
from zhize.domains.duties.services.books import stood_for
from zhize.domains.duties.services.planning import seed_of
from zhize.kernel import calendars
from zhize.kernel.calendars.models import CalendarVersion
from zhize.kernel.org.models import Position, Unit
from zhize.lib import clock, recurrence
from zhize.lib.businesstime import WorkCalendar, day_text, moment_text
from zhize.lib.recurrence import Roster, Rule, Slot
from zhize.lib.text import Text

SHOWN = 12
# Twelve slots of a yearly duty lie within so many years.
YEARS_AHEAD = 14
# Rosters are kept some weeks ahead; behind their last day the office day counts.
ROSTERED = timedelta(days=60)
# Of what has begun, so many of the latest slots are looked at.
LOOKED_AT = 50
FELL_AWAY = frozenset({"cancelled", "excused"})


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
) -> list[Group]:
    """The next `count` occurrences of a recurring rule for the positions of the duty. Raises Invalid.

    What has begun, or was moved by hand, stands as it is, under whichever version it began.
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
        standing = _standing(duty, first, moment)
        coming = _coming(read, here.version(first.unit), here, moment, seed, roster, standing)
        found.append(Group(tuple(listed), tuple(islice(coming, count))))
    return found


def of_rule(
    rule: Mapping[str, Any], unit: Unit, here: Calendars, now: datetime, count: int
) -> list[Occurrence]:
    """The next occurrences in the unit of a rule that nobody owes yet, by its calendar: there is no roster so far.

    None where the time is drawn for each position. Raises Invalid.
    """
    read = rule_of(rule)
    if read.at_random:
        return []
    return list(islice(_coming(read, here.version(unit), here, now, "", None, []), count))


def compared(
    duty: Duty, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[tuple[Position, ...], Group, Group]]:
    """The next occurrences under two rules, for the positions that have both in common. Raises Invalid."""
    was = groups(duty, before)
    will = was if before == after else groups(duty, after)
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


def _standing(duty: Duty, position: Position, now: datetime) -> list[Obligation]:
    """The latest slots of a position that no change of the rule touches; those of several holders once."""
    rows = Obligation.objects.filter(duty=duty, position=position, withdrawn=False, slot__isnull=False)
    kept = rows.exclude(replanning.not_begun(now)).select_related("duty_version")
    # Of several holders' the one that is still owed.
    ordered = kept.order_by("-slot", "-due_at", F("ended_at").desc(nulls_first=True), "pk")
    return list(ordered.distinct("slot", "due_at")[:LOOKED_AT])


def _spared(
    rule: Rule, standing: Iterable[Obligation], listed: Iterable[Slot], zone: tzinfo
) -> set[datetime]:
    """The named moments of the rule that are not owed, because what stands is owed for them."""
    by_day = rule.every in ("day", "shift")
    others = {
        named: None
        if by_day or row.duty_version is None
        else recurrence.period(rule_of(row.duty_version.rule), named.date())
        for row in standing
        if row.slot is not None
        for named in (row.slot.astimezone(zone).replace(tzinfo=None),)
    }
    return stood_for({slot.named: (slot.first, slot.last) for slot in listed}, others)


def _coming(
    rule: Rule,
    version: CalendarVersion,
    here: Calendars,
    now: datetime,
    seed: str,
    roster: Roster | None,
    standing: list[Obligation],
) -> Iterator[Occurrence]:
    calendar = calendars.of_version(version)
    zone = clock.zone(version.timezone)
    today = now.astimezone(zone).date()
    unpublished = here.unpublished(version)
    as_they_stand = [_as_it_stands(row, calendar) for row in standing if row.state not in FELL_AWAY]
    waiting = sorted((row for row in as_they_stand if row.due_at > now), key=lambda row: row.due_at)
    first = min(today - timedelta(days=40), recurrence.period(rule, today)[0])
    end = date(today.year + YEARS_AHEAD, 12, 31)
    spared: set[datetime] | None = None
    while first < end:
        last = min(max(date(first.year, 12, 31), today + timedelta(days=60)), end)
        listed: Iterable[Slot] = recurrence.slots(
            rule, first, last, calendar, unpublished=unpublished, seed=seed, roster=roster
        )
        if spared is None and standing:
            listed = list(listed)
            spared = _spared(rule, standing, listed, zone)
        for slot in listed:
            if slot.due_at > now and slot.named not in (spared or ()):
                while waiting and waiting[0].due_at <= slot.due_at:
                    yield waiting.pop(0)
                yield _occurrence(slot, calendar)
        first = last + timedelta(days=1)
    yield from waiting


def _as_it_stands(row: Obligation, calendar: WorkCalendar) -> Occurrence:
    day = calendar.local(row.slot or row.opened_at).date()
    due = calendar.local(row.due_at or row.opened_at)
    not_before = calendar.local(row.not_before_at) if row.not_before_at is not None else None
    return Occurrence(day, due, not_before, _moved(day, due.date(), calendar), row.provisional)


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

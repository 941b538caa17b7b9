"""Which slots a recurring duty owes and has not yet: by version, position and day, each once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

from django.db.models import Max, Min

from zhize.domains.duties.models import Duty, DutyVersion, Obligation
from zhize.domains.duties.places import Ower, Places
from zhize.domains.duties.recurring import LONGEST, Calendars, rule_of
from zhize.domains.duties.rosters import Rosters
from zhize.domains.duties.services.books import Books, stood_for
from zhize.kernel import calendars
from zhize.kernel.calendars.models import CalendarVersion
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib import clock, recurrence
from zhize.lib.recurrence import Roster, Rule, Slot

# Where a roster is kept, what lies behind its last day waits for it until so long before it opens.
ROSTER_COMES = timedelta(hours=36)


@dataclass(frozen=True)
class Span:
    """A version of a duty with the time in which it was the one in force."""

    version: DutyVersion
    rule: Rule
    begin: datetime
    end: datetime | None

    @property
    def each(self) -> bool:
        """Whether each holder of the position owes his own slots."""
        return each_owes(self.version)


def each_owes(version: DutyVersion) -> bool:
    """Whether each holder of the position owes the slots of the version himself (VIS-05), else they do together."""
    return bool(version.rule.get("each_holder"))


@dataclass(frozen=True)
class Block:
    """Slots to be made, for each of these owers the same; they share calendar and wall time.

    `holders` says who is on each slot's shift, where the shift decides.
    """

    version: DutyVersion
    calendar: CalendarVersion
    owers: tuple[Ower, ...]
    slots: tuple[Slot, ...]
    holders: tuple[Person | None, ...] | None = None

    @property
    def size(self) -> int:
        return len(self.owers) * len(self.slots)


@dataclass
class Planner:
    """One run over the positions of one duty: `redone` is the first day to look at again, `here` the calendars."""

    duty: Duty
    places: Places
    now: datetime
    until: datetime
    here: Calendars
    redone: date | None
    _begun: dict[tuple[int, datetime], tuple[Sequence[Slot], tuple[Slot, ...]]] = field(default_factory=dict)

    def wanted(self) -> Iterator[Block]:
        """The slots that are owed and not there yet, in order of version and day."""
        spans = list(spans_of(self.duty))
        books = self._books(spans)
        firsts = {
            (span.version.pk, *ower.key): self._first_day(span, ower, books)
            for span in spans
            for ower in self._owers(span)
        }
        rosters = self._rosters(spans, min(firsts.values(), default=self.now.date()))
        for span in spans:
            alike: dict[tuple[int, str, tuple[int, ...]], tuple[tuple[Slot, ...], list[Ower]]] = {}
            for ower in self._owers(span):
                position, first = ower.place, firsts[span.version.pk, *ower.key]
                by_roster = rosters if span.rule.by_shift else None
                roster = by_roster.of(position, ower.person_id) if by_roster is not None else None
                version = self.here.version(position.unit)
                listed = self._slots(span, ower, first, version, roster)
                limit = rosters.known_until(position) if rosters is not None and roster is not None else None
                owed = self._owed(span, spans, ower, books, listed, limit)
                if not owed:
                    continue
                if span.rule.every == "shift" and rosters is not None and limit is not None:
                    on_shift = [
                        rosters.only(position, slot.day, key_of(slot, position.unit)) for slot in owed
                    ]
                    yield Block(span.version, version, (ower,), owed, tuple(on_shift))
                    continue
                # Slots computed for many are the same objects.
                key = (version.pk, position.unit.timezone, tuple(map(id, owed)))
                alike.setdefault(key, (owed, []))[1].append(ower)
            for owed, owers in alike.values():
                yield Block(span.version, self.here.version(owers[0].place.unit), tuple(owers), owed)

    def _owers(self, span: Span) -> Iterator[Ower]:
        for place in self.places.listed:
            yield from self.places.owers(place, each=span.each)

    def _owed(
        self,
        span: Span,
        spans: list[Span],
        ower: Ower,
        books: Books,
        listed: Sequence[Slot],
        roster_until: date | None,
    ) -> tuple[Slot, ...]:
        """Those of the listed slots that are owed here under the version and are not there yet."""
        unit = ower.place.unit
        begin = max(span.begin, books.since.get(ower.place.pk, span.begin))
        if ower.always and len(spans) == 1 and ower.place.pk not in books.known and roster_until is None:
            return self._fresh(listed, begin)
        spared = self._spared(span, spans, ower, books, listed)
        return tuple(
            slot
            for slot in listed
            if slot.due_at > begin
            and slot.named not in spared
            and not self._waits(slot, roster_until)
            and ower.owes(slot.due_at)
            and books.take(ower, key_of(slot, unit), span.version.pk)
        )

    def _fresh(self, listed: Sequence[Slot], begin: datetime) -> tuple[Slot, ...]:
        """What a position owes that has no slots at all yet: the same for all that begin alike."""
        key = (id(listed), begin)
        if key not in self._begun:
            # Kept with the list, whose id would otherwise be given to another.
            named = {slot.named: slot for slot in listed if slot.due_at > begin}
            self._begun[key] = (listed, tuple(named.values()))
        return self._begun[key][1]

    def _spared(
        self, span: Span, spans: list[Span], ower: Ower, books: Books, listed: Sequence[Slot]
    ) -> set[datetime]:
        """Named moments that the version does not owe, because slots of other versions stand for them.

        Whose Friday was changed to Thursday in the middle of the week owes that week once, by the Friday it began with;
        so does whose Friday of a week to come was moved, done or excused before the change.
        """
        others = books.of_others(ower, span.version.pk)
        if not others:
            return set()
        days = {named.date() for named in others}
        if span.rule.every in ("day", "shift"):
            names = {slot.named: (slot.first, slot.last) for slot in listed if slot.day in days}
            return stood_for(names, dict.fromkeys(others))
        earlier = {each.version.pk: each.rule for each in spans[: spans.index(span)]}
        alike = {
            named: recurrence.period(earlier[version_id], named.date()) if version_id in earlier else None
            for named, version_id in others.items()
        }
        begun = set(alike.values())
        periods = {(slot.first, slot.last) for slot in listed if slot.day in days}
        periods |= {(slot.first, slot.last) for slot in listed if (slot.first, slot.last) in begun}
        return stood_for(
            {named: period for period in periods for named in self._names(span.rule, ower.place, period)},
            alike,
        )

    def _names(self, rule: Rule, position: Position, period: tuple[date, date]) -> list[datetime]:
        """Every named moment of a period, whether it is still to come or not."""
        calendar = calendars.of_version(self.here.version(position.unit))
        until = period[1] + timedelta(days=rule.offset_days)
        found = recurrence.slots(rule, period[0], until, calendar)
        return [slot.named for slot in found if (slot.first, slot.last) == period]

    def _waits(self, slot: Slot, roster_until: date | None) -> bool:
        """Whether the roster is still to come that decides about this slot."""
        return (
            roster_until is not None and slot.day > roster_until and slot.opens_at > self.now + ROSTER_COMES
        )

    def _rosters(self, spans: list[Span], first: date) -> Rosters | None:
        if not any(span.rule.by_shift for span in spans):
            return None
        return self.here.rosters(self.places.listed, datetime.combine(first, time(), UTC), self.until)

    def _books(self, spans: list[Span]) -> Books:
        """Where each position's slots end, what must not be made twice, and since when positions exist and are held.

        What was withdrawn before it opened counts as never made. Three queries.
        """
        rows = Obligation.objects.filter(duty=self.duty, slot__isnull=False).order_by()
        ends = (
            rows.filter(withdrawn=False)
            .values_list("duty_version_id", "position_id", "slot_holder_id")
            .annotate(last=Max("slot"))
        )
        books = Books({(version, place, person): last for version, place, person, last in ends})
        known = {position for _version, position, _person in books.last}
        books.known.update(position for position in known if position is not None)
        books.since = dict(self.places.held_from)
        mine = {place.pk for place in self.places.listed}
        fresh = sorted(mine - known)
        if fresh:
            made = Entry.objects.filter(subject_type="org.position", subject_id__in=fresh).order_by()
            found = made.values("subject_id").annotate(at=Min("at")).values_list("subject_id", "at")
            books.since |= {pk: max(at, books.since[pk]) for pk, at in found}
        firsts = [self._first_day(span, ower, books) for span in spans for ower in self._owers(span)]
        # A period that has begun under an earlier version is known from its first day on.
        firsts += [recurrence.period(span.rule, span.begin.date())[0] for span in spans[1:]]
        since = datetime.combine(min(firsts), time(), UTC) - timedelta(days=1)
        there = rows.filter(slot__gte=since).exclude(withdrawn=True, opened_at__gt=self.now)
        each = {span.version.pk for span in spans if span.each}
        names = (
            "position_id",
            "slot_holder_id",
            "slot",
            "duty_version_id",
            "withdrawn",
            "opened_at",
            "ended_at",
        )
        for place_id, person_id, slot, version_id, withdrawn, opened_at, ended_at in there.values_list(
            *names
        ):
            if slot is None or place_id not in mine:
                continue
            books.known.add(place_id)
            if not withdrawn:
                books.there[place_id][person_id][slot] = version_id
            # Who left after it had opened and came back owes it again.
            elif version_id not in each or ended_at is None or ended_at <= opened_at:
                books.over.add((version_id, place_id, person_id, slot))
        return books

    def _first_day(self, span: Span, ower: Ower, books: Books) -> date:
        """The first named day to look at: that of the last slot that was made, else where the version began.

        The same day again: it may have several slots, of which some had not opened then. Where each holder owes his
        own, what is not over: who was to leave and stays has slots missing before his last.
        """
        zone = clock.zone(ower.place.unit.timezone)
        last = books.last.get((span.version.pk, *ower.key))
        if last is None:
            begin = max(span.begin, books.since.get(ower.place.pk, span.begin))
            return (begin - recurrence.reach(span.rule)).astimezone(zone).date()
        if not ower.always:
            last = min(last, self.now - recurrence.reach(span.rule))
        following = last.astimezone(zone).date()
        return min(following, self.redone) if self.redone is not None else following

    def _slots(
        self, span: Span, ower: Ower, first: date, version: CalendarVersion, roster: Roster | None
    ) -> Sequence[Slot]:
        """What opens from the first day on. People of one calendar owe the same: shared, unless shift or chance decide."""
        end = min(self.until, span.end) if span.end is not None else self.until
        if roster is None and not span.rule.at_random:
            return self.here.slots(span.rule, version, first, end)
        return own_slots(self.duty, span.rule, ower, first, end, version, self.here, roster)


def own_slots(
    duty: Duty,
    rule: Rule,
    ower: Ower,
    first: date,
    end: datetime,
    version: CalendarVersion,
    here: Calendars,
    roster: Roster | None = None,
) -> list[Slot]:
    """The slots named from `first` on that open before `end`, with the ower's own shifts and random times."""
    found = recurrence.slots(
        rule,
        first,
        (end + LONGEST).date(),
        calendars.of_version(version),
        unpublished=here.unpublished(version),
        seed=seed_of(duty.pk, *ower.key) if rule.at_random else "",
        roster=roster,
    )
    return list(takewhile(lambda slot: slot.opens_at < end, found))


def spans_of(duty: Duty) -> Iterator[Span]:
    """The versions from the beginning of what is owed on, each with its time."""
    versions = list(duty.versions.order_by("number"))
    owed_from = duty.owed_from or versions[0].made_at
    for index, version in enumerate(versions):
        end = versions[index + 1].made_at if index + 1 < len(versions) else None
        if end is not None and end <= owed_from:
            continue
        begin = owed_from if index == 0 else max(owed_from, version.made_at)
        yield Span(version, rule_of(version.rule), begin, end)


def key_of(slot: Slot, unit: Unit) -> datetime:
    """What the obligation keeps as its slot: the named day and time in the unit's wall time."""
    return slot.named.replace(tzinfo=clock.zone(unit.timezone)).astimezone(UTC)


def due_day(slot: Slot, unit: Unit) -> date:
    """The unit's day on which it is due: whoever holds the position then owes it."""
    return slot.due_at.astimezone(clock.zone(unit.timezone)).date()


def seed_of(duty_id: int, position_id: int, person_id: int | None = None) -> str:
    """What the random times of a duty and position are drawn from, of a holder who owes his own slots apart."""
    return f"{duty_id}:{position_id}" if person_id is None else f"{duty_id}:{position_id}:{person_id}"

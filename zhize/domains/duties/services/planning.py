"""Which slots a recurring duty owes and has not yet: by version, position and day, each once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

from django.db.models import Max, Min

from zhize.domains.duties.models import Duty, DutyVersion, Obligation
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


@dataclass(frozen=True)
class Block:
    """Slots to be made, for each of these positions the same; they share calendar and wall time.

    `holders` says who is on each slot's shift, where the shift decides.
    """

    version: DutyVersion
    calendar: CalendarVersion
    places: tuple[Position, ...]
    slots: tuple[Slot, ...]
    holders: tuple[Person | None, ...] | None = None

    @property
    def size(self) -> int:
        return len(self.places) * len(self.slots)


@dataclass
class Planner:
    """One run over the positions of one duty: `redone` is the first day to look at again, `here` the calendars.

    `held_from` says of each position since when there has been anybody to owe.
    """

    duty: Duty
    places: list[Position]
    held_from: dict[int, datetime]
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
            (span.version.pk, place.pk): self._first_day(span, place, books)
            for span in spans
            for place in self.places
        }
        rosters = self._rosters(spans, min(firsts.values(), default=self.now.date()))
        for span in spans:
            alike: dict[tuple[int, str, tuple[int, ...]], tuple[tuple[Slot, ...], list[Position]]] = {}
            for position in self.places:
                first = firsts[span.version.pk, position.pk]
                roster = rosters.of(position) if rosters is not None and span.rule.by_shift else None
                version = self.here.version(position.unit)
                listed = self._slots(span, position, first, version, roster)
                limit = rosters.known_until(position) if rosters is not None and roster is not None else None
                owed = self._owed(span, spans, position, books, listed, limit)
                if not owed:
                    continue
                if span.rule.every == "shift" and rosters is not None and limit is not None:
                    on_shift = [
                        rosters.only(position, slot.day, key_of(slot, position.unit)) for slot in owed
                    ]
                    yield Block(span.version, version, (position,), owed, tuple(on_shift))
                    continue
                # Slots computed for many are the same objects.
                key = (version.pk, position.unit.timezone, tuple(map(id, owed)))
                alike.setdefault(key, (owed, []))[1].append(position)
            for owed, places in alike.values():
                yield Block(span.version, self.here.version(places[0].unit), tuple(places), owed)

    def _owed(
        self,
        span: Span,
        spans: list[Span],
        position: Position,
        books: Books,
        listed: Sequence[Slot],
        roster_until: date | None,
    ) -> tuple[Slot, ...]:
        """Those of the listed slots that this position owes under the version and has not yet."""
        begin = max(span.begin, books.since.get(position.pk, span.begin))
        if len(spans) == 1 and position.pk not in books.known and roster_until is None:
            return self._fresh(listed, begin)
        spared = self._spared(span, spans, position, books, listed)
        return tuple(
            slot
            for slot in listed
            if slot.due_at > begin
            and slot.named not in spared
            and not self._waits(slot, roster_until)
            and books.take(position.pk, key_of(slot, position.unit), span.version.pk)
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
        self, span: Span, spans: list[Span], position: Position, books: Books, listed: Sequence[Slot]
    ) -> set[datetime]:
        """Named moments that the version does not owe, because slots of other versions stand for them.

        Whose Friday was changed to Thursday in the middle of the week owes that week once, by the Friday it began with;
        so does whose Friday of a week to come was moved, done or excused before the change.
        """
        others = books.of_others(position, span.version.pk)
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
            {named: period for period in periods for named in self._names(span.rule, position, period)}, alike
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
        return self.here.rosters(self.places, datetime.combine(first, time(), UTC), self.until)

    def _books(self, spans: list[Span]) -> Books:
        """Where each position's slots end, what must not be made twice, and since when positions exist and are held.

        What was withdrawn before it opened counts as never made. Three queries.
        """
        rows = Obligation.objects.filter(duty=self.duty, slot__isnull=False).order_by()
        ends = (
            rows.filter(withdrawn=False).values("duty_version_id", "position_id").annotate(last=Max("slot"))
        )
        books = Books({(row["duty_version_id"], row["position_id"]): row["last"] for row in ends})
        known = {position for _version, position in books.last}
        books.known.update(position for position in known if position is not None)
        books.since = dict(self.held_from)
        fresh = [place.pk for place in self.places if place.pk not in known]
        if fresh:
            made = Entry.objects.filter(subject_type="org.position", subject_id__in=fresh).order_by()
            found = made.values("subject_id").annotate(at=Min("at")).values_list("subject_id", "at")
            books.since |= {pk: max(at, self.held_from[pk]) for pk, at in found}
        firsts = [self._first_day(span, place, books) for span in spans for place in self.places]
        # A period that has begun under an earlier version is known from its first day on.
        firsts += [recurrence.period(span.rule, span.begin.date())[0] for span in spans[1:]]
        since = datetime.combine(min(firsts), time(), UTC) - timedelta(days=1)
        there = rows.filter(slot__gte=since).exclude(withdrawn=True, opened_at__gt=self.now)
        mine = {place.pk for place in self.places}
        names = ("position_id", "slot", "duty_version_id", "withdrawn")
        for position_id, slot, version_id, withdrawn in there.values_list(*names):
            if slot is None or position_id not in mine:
                continue
            books.known.add(position_id)
            if withdrawn:
                books.over.add((version_id, position_id, slot))
            else:
                books.there[position_id][slot] = version_id
        return books

    def _first_day(self, span: Span, position: Position, books: Books) -> date:
        """The first named day to look at: that of the last slot that was made, else where the version began.

        The same day again: it may have several slots, of which some had not opened then.
        """
        zone = clock.zone(position.unit.timezone)
        last = books.last.get((span.version.pk, position.pk))
        if last is None:
            begin = max(span.begin, books.since.get(position.pk, span.begin))
            return (begin - recurrence.reach(span.rule)).astimezone(zone).date()
        following = last.astimezone(zone).date()
        return min(following, self.redone) if self.redone is not None else following

    def _slots(
        self, span: Span, position: Position, first: date, version: CalendarVersion, roster: Roster | None
    ) -> Sequence[Slot]:
        """What opens from the first day on. People of one calendar owe the same: shared, unless shift or chance decide."""
        end = min(self.until, span.end) if span.end is not None else self.until
        if roster is None and not span.rule.at_random:
            return self.here.slots(span.rule, version, first, end)
        return own_slots(self.duty, span.rule, position, first, end, version, self.here, roster)


def own_slots(
    duty: Duty,
    rule: Rule,
    position: Position,
    first: date,
    end: datetime,
    version: CalendarVersion,
    here: Calendars,
    roster: Roster | None = None,
) -> list[Slot]:
    """The slots named from `first` on that open before `end`, with the position's own shifts and random times."""
    found = recurrence.slots(
        rule,
        first,
        (end + LONGEST).date(),
        calendars.of_version(version),
        unpublished=here.unpublished(version),
        seed=seed_of(duty.pk, position.pk) if rule.at_random else "",
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


def seed_of(duty_id: int, position_id: int) -> str:
    """What the random times of a duty and position are drawn from."""
    return f"{duty_id}:{position_id}"

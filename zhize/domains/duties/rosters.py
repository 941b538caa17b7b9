"""Who is rostered when: shifts of the people who hold a position, as recurring rules read them (D26)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from zhize.domains.duties.people import Holding
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position
from zhize.lib import clock
from zhize.lib.recurrence import Roster, Stretch

# A day without a shift is a day off where the days around it have shifts on at least so many days, one of them
# later: single sign-ons on the spot are no roster, and nobody is let off by them.
AROUND = timedelta(days=3)
SHIFT_DAYS = 3


@dataclass
class _Book:
    """The shifts of one position by the local day on which they begin."""

    days: dict[date, list[tuple[Stretch, Person]]] = field(default_factory=dict)

    @property
    def last(self) -> date | None:
        return max(self.days, default=None)

    def on(self, day: date) -> tuple[Stretch, ...] | None:
        found = self.days.get(day)
        if found:
            return tuple(sorted({stretch for stretch, _person in found}))
        near = [other for other in self.days if abs(other - day) <= AROUND]
        return () if len(near) >= SHIFT_DAYS and max(near) > day else None

    def of(self, person_id: int) -> _Book:
        """Those of one person."""
        own = {
            day: [(stretch, person) for stretch, person in listed if person.pk == person_id]
            for day, listed in self.days.items()
        }
        return _Book({day: listed for day, listed in own.items() if listed})

    def rostered(self, day: date, start: datetime) -> dict[int, Person]:
        """Who is on the shift of this day that begins at `start`, by id."""
        return {person.pk: person for (begins, _ends), person in self.days.get(day, ()) if begins == start}


class Rosters:
    """The shifts of the holders of many positions from a day on, read in two queries."""

    def __init__(self, positions: Iterable[Position], since: datetime, until: datetime) -> None:
        listed = list(positions)
        holding = Holding.of(listed)
        people = {row.person_id for rows in holding.rows.values() for row in rows}
        shifts: dict[int, list[Stretch]] = {}
        for row in org.shifts(people, since - 2 * AROUND, until + 2 * AROUND):
            # One that nobody has signed off yet ends nobody knows when.
            if row.to_at is not None:
                shifts.setdefault(row.person_id, []).append((row.from_at, row.to_at))
        self._books = {place.pk: _book(place, holding, shifts) for place in listed if shifts}

    def of(self, position: Position, person_id: int | None = None) -> Roster | None:
        """How a rule reads the roster of the position, or of one holder; None when nobody there has shifts."""
        book = self._books.get(position.pk)
        if book is not None and person_id is not None:
            book = book.of(person_id)
        return book.on if book is not None and book.days else None

    def known_until(self, position: Position) -> date | None:
        """The last day with a shift; None without any."""
        book = self._books.get(position.pk)
        return book.last if book is not None else None

    def only(self, position: Position, day: date, start: datetime) -> Person | None:
        """The one who is on the shift that begins then; None when nobody or several are."""
        book = self._books.get(position.pk)
        found = book.rostered(day, start) if book is not None else {}
        return next(iter(found.values())) if len(found) == 1 else None


def _book(position: Position, holding: Holding, shifts: dict[int, list[Stretch]]) -> _Book:
    book, zone = _Book(), clock.zone(position.unit.timezone)
    for row in holding.rows.get(position.pk, ()):
        for stretch in shifts.get(row.person_id, ()):
            day = stretch[0].astimezone(zone).date()
            if row.from_on <= day and (row.to_on is None or row.to_on >= day):
                book.days.setdefault(day, []).append((stretch, row.person))
    return book

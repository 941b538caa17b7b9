"""Where a duty is owed: its positions with who holds them, and a digest that tells whether any of it has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Min

from zhize.domains.duties.models import Duty
from zhize.domains.duties.people import Holding
from zhize.domains.duties.recurring import Calendars
from zhize.kernel.calendars.models import CalendarVersion
from zhize.kernel.org.models import Appointment, AppointmentKind, Position
from zhize.lib import clock

ALWAYS = datetime.min.replace(tzinfo=UTC)
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Stretch:
    """A time in which the same person alone holds a position, or (None) nobody or several do. Both days included.

    `entered`: what was due before that moment is not owed, because nobody had said yet that he would hold it.
    `known`: what is due after it is not owed either, because by then somebody had been said to hold it.
    """

    from_on: date
    to_on: date
    holder_id: int | None
    entered: datetime = ALWAYS
    known: datetime = FOREVER


@dataclass(frozen=True, eq=False)
class Ower:
    """Who owes the slots of a duty: a position, or one of its holders (`person_id`) where each owes his own.

    `stretches` are the days on which the slots due then are owed here, with who holds them.
    """

    place: Position
    person_id: int | None
    stretches: tuple[Stretch, ...]
    always: bool = True

    @property
    def key(self) -> tuple[int, int | None]:
        return self.place.pk, self.person_id

    def owes(self, due_at: datetime) -> bool:
        """Whether what is due then is owed here: by who holds the position on that day of its unit."""
        day = due_at.astimezone(clock.zone(self.place.unit.timezone)).date()
        return self.always or any(
            each.from_on <= day <= each.to_on and each.entered < due_at <= each.known
            for each in self.stretches
        )


@dataclass
class Places:
    """The positions of a duty's code at its unit and below, without those that nobody has ever been appointed to.

    `held_from` is the first moment of each one's first appointment: before it, there was nobody to owe anything.
    """

    listed: list[Position]
    holding: Holding
    digest: str
    held_from: dict[int, datetime]
    _together: dict[int, Ower] = field(default_factory=dict)
    _each: dict[int, list[Ower]] = field(default_factory=dict)

    @classmethod
    def of(cls, duty: Duty, here: Calendars) -> Places:
        """Two queries."""
        rows = Position.objects.filter(
            code=duty.position_code,
            active=True,
            unit__active=True,
            unit__path__startswith=duty.unit.path or "?",
        )
        held = rows.annotate(first_on=Min("appointments__from_on")).filter(first_on__isnull=False)
        found = list(held.select_related("unit").order_by("pk"))
        held_from = {
            place.pk: datetime.combine(place.first_on, time(), clock.zone(place.unit.timezone))
            for place in found
        }
        listed: list[Position] = [*found]
        holding = Holding.of(listed)
        told = [
            (
                place.pk,
                place.unit_id,
                held_from[place.pk],
                here.version(place.unit).pk,
                *(
                    [(row.person_id, row.kind, row.from_on, row.to_on) for row in rows.get(place.pk, ())]
                    for rows in (holding.rows, holding.left)
                ),
            )
            for place in listed
        ]
        return cls(listed, holding, hashlib.sha256(repr(told).encode()).hexdigest(), held_from)

    def alike(self, here: Calendars) -> Iterator[tuple[CalendarVersion, list[Position]]]:
        """The positions that keep the same days: of one calendar and one wall time."""
        found: dict[tuple[int, str], list[Position]] = {}
        for place in self.listed:
            found.setdefault((here.version(place.unit).pk, place.unit.timezone), []).append(place)
        for listed in found.values():
            yield here.version(listed[0].unit), listed

    def owers(self, place: Position, *, each: bool) -> list[Ower]:
        """The position, its slots held by whoever holds it alone; with `each` every holder for himself."""
        if each:
            if place.pk not in self._each:
                self._each[place.pk] = list(self._apart(place))
            return self._each[place.pk]
        if place.pk not in self._together:
            self._together[place.pk] = Ower(place, None, tuple(self._of(place, self._rows(place))))
        return [self._together[place.pk]]

    def _rows(self, place: Position) -> list[Appointment]:
        return self.holding.rows.get(place.pk, [])

    def _apart(self, place: Position) -> Iterator[Ower]:
        """Each who holds the position himself, and the position after its first holder for the days without anybody, and
        for what was due before it was entered who held it then.

        Who stands in or is a deputy has no slots of his own: he acts on those of others. Who has left owes what was
        due until the last day he was given.
        """
        rows = [*self._rows(place), *self.holding.left.get(place.pk, ())]
        held = [row for row in rows if row.kind == AppointmentKind.PRIMARY]
        by_person: dict[int, list[Appointment]] = {}
        for row in held:
            by_person.setdefault(row.person_id, []).append(row)
        for person_id, own in by_person.items():
            on = (
                replace(each, entered=self._entered(own, each))
                for each in self._of(place, own)
                if each.holder_id is not None
            )
            yield Ower(place, person_id, tuple(on), always=False)
        if vacant := tuple(self._vacant(place, held)):
            yield Ower(place, None, vacant, always=False)

    def _vacant(self, place: Position, held: list[Appointment]) -> Iterator[Stretch]:
        """The times in which nobody holds the position, or nobody was known to."""
        since = self.held_from[place.pk].astimezone(clock.zone(place.unit.timezone)).date()
        first = min((self.holding.entered.get(row.pk, ALWAYS) for row in held), default=ALWAYS)
        for stretch in self._of(place, held):
            if stretch.to_on < since:
                continue
            vacant = replace(stretch, from_on=max(stretch.from_on, since))
            if not self._held(held, stretch.from_on):
                yield vacant
            elif (known := self._entered(held, stretch)) > first:
                yield replace(vacant, holder_id=None, entered=first, known=known)

    def _entered(self, rows: list[Appointment], stretch: Stretch) -> datetime:
        """When it was first said that one of them would hold the position in this time."""
        covering = [row for row in rows if self._held([row], stretch.from_on)]
        return min(self.holding.entered.get(row.pk, ALWAYS) for row in covering)

    def _held(self, rows: list[Appointment], day: date) -> bool:
        return any(row.from_on <= day and (row.to_on is None or row.to_on >= day) for row in rows)

    def _of(self, place: Position, rows: list[Appointment]) -> Iterator[Stretch]:
        """From the first day to the last without a gap."""
        begins = {date.min, *(row.from_on for row in rows)}
        begins |= {row.to_on + timedelta(days=1) for row in rows if row.to_on is not None}
        ordered = sorted(begins)
        for begin, following in zip(ordered, [*ordered[1:], None], strict=True):
            end = following - timedelta(days=1) if following is not None else date.max
            held = {row.person_id for row in rows if row.from_on <= begin and (row.to_on or end) >= begin}
            yield Stretch(begin, end, held.pop() if len(held) == 1 else None)

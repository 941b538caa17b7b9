"""Where a duty is owed: its positions with who holds them, and a digest that tells whether any of it has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Min

from zhize.domains.duties.models import Duty
from zhize.domains.duties.people import Holding
from zhize.domains.duties.recurring import Calendars
from zhize.kernel.calendars.models import CalendarVersion
from zhize.kernel.org.models import Position
from zhize.lib import clock


@dataclass(frozen=True)
class Stretch:
    """A time in which the same person alone holds a position, or (None) nobody or several do. Both days included."""

    from_on: date
    to_on: date
    holder_id: int | None


@dataclass
class Places:
    """The positions of a duty's code at its unit and below, without those that nobody has ever been appointed to.

    `held_from` is the first moment of each one's first appointment: before it, there was nobody to owe anything.
    """

    listed: list[Position]
    holding: Holding
    digest: str
    held_from: dict[int, datetime]
    _stretches: dict[int, list[Stretch]] = field(default_factory=dict)

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
                [(row.person_id, row.from_on, row.to_on) for row in holding.rows.get(place.pk, ())],
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

    def stretches(self, place: Position) -> list[Stretch]:
        """Who alone holds the position, from the first day to the last without a gap."""
        found = self._stretches.get(place.pk)
        if found is None:
            found = self._stretches[place.pk] = list(self._of(place))
        return found

    def _of(self, place: Position) -> Iterator[Stretch]:
        rows = self.holding.rows.get(place.pk, ())
        begins = {date.min, *(row.from_on for row in rows)}
        begins |= {row.to_on + timedelta(days=1) for row in rows if row.to_on is not None}
        ordered = sorted(begins)
        for begin, following in zip(ordered, [*ordered[1:], None], strict=True):
            end = following - timedelta(days=1) if following is not None else date.max
            person = self.holding.only(place, begin)
            yield Stretch(begin, end, person.pk if person is not None else None)

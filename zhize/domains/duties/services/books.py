"""What is known of the slots of one duty before the missing ones are made, and which of them stand for others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from zhize.domains.duties.places import Ower
from zhize.lib import clock

Slots = dict[datetime, int | None]


@dataclass
class Books:
    """The slots that are there, by position and whose they are, and where they end."""

    last: dict[tuple[int | None, int | None, int | None], datetime] = field(default_factory=dict)
    since: dict[int, datetime] = field(default_factory=dict)
    # By position, then by holder (None: of the position): the slots that are there, each with its version.
    there: defaultdict[int, defaultdict[int | None, Slots]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    # What was taken back and has opened since under its version: nobody owed it then, and nobody owes it now.
    over: set[tuple[int | None, int, int | None, datetime]] = field(default_factory=set)
    # The positions that any of this is known of.
    known: set[int] = field(default_factory=set)

    def take(self, ower: Ower, key: datetime, version_id: int) -> bool:
        """Whether the slot is still to be made; from then on it is taken."""
        if any(key in slots for slots in self._of(ower)) or (version_id, *ower.key, key) in self.over:
            return False
        self.there[ower.place.pk][ower.person_id][key] = version_id
        return True

    def of_others(self, ower: Ower, version_id: int) -> dict[datetime, int | None]:
        """The slots of other versions that can stand for the ower's, by named moment in the unit's wall time."""
        zone = clock.zone(ower.place.unit.timezone)
        return {
            key.astimezone(zone).replace(tzinfo=None): other
            for slots in self._of(ower)
            for key, other in slots.items()
            if other != version_id
        }

    def _of(self, ower: Ower) -> Iterable[Slots]:
        """What counts for a holder: his own and what the position owes together; for the position all of it."""
        there = self.there[ower.place.pk]
        return there.values() if ower.person_id is None else (there[None], there[ower.person_id])


Period = tuple[date, date]


def stood_for(names: Mapping[datetime, Period], others: Mapping[datetime, Period | None]) -> set[datetime]:
    """Which of a version's named moments are not owed, because slots of other versions stand for them.

    Each of `others` stands for the moment of its own name, else for one on its day, else for the first that is left of
    the period it has in common with it. None stands for two.
    """
    found: set[datetime] = set()
    left, ordered = dict(others), sorted(names)

    def fits_name(named: datetime, other: datetime) -> bool:
        return named == other

    def fits_day(named: datetime, other: datetime) -> bool:
        return named.date() == other.date()

    def fits_period(named: datetime, other: datetime) -> bool:
        return names[named] == others[other]

    for fits in (fits_name, fits_day, fits_period):
        for other in sorted(left):
            named = next((each for each in ordered if each not in found and fits(each, other)), None)
            if named is not None:
                found.add(named)
                del left[other]
    return found

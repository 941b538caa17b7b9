"""What is known of the slots of one duty before the missing ones are made, and which of them stand for others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from zhize.kernel.org.models import Position
from zhize.lib import clock


@dataclass
class Books:
    """The slots that are there, by position, and where they end."""

    last: dict[tuple[int | None, int | None], datetime] = field(default_factory=dict)
    since: dict[int, datetime] = field(default_factory=dict)
    # By position: the slots that are there, each with its version.
    there: defaultdict[int, dict[datetime, int | None]] = field(default_factory=lambda: defaultdict(dict))
    # What was taken back and has opened since under its version: nobody owed it then, and nobody owes it now.
    over: set[tuple[int | None, int, datetime]] = field(default_factory=set)
    # The positions that any of this is known of.
    known: set[int] = field(default_factory=set)

    def take(self, position_id: int, key: datetime, version_id: int) -> bool:
        """Whether the slot is still to be made; from then on it is taken."""
        if key in self.there[position_id] or (version_id, position_id, key) in self.over:
            return False
        self.there[position_id][key] = version_id
        return True

    def of_others(self, position: Position, version_id: int) -> dict[datetime, int | None]:
        """The position's slots of other versions, by named moment in the unit's wall time."""
        zone = clock.zone(position.unit.timezone)
        listed = self.there.get(position.pk, {}).items()
        return {
            key.astimezone(zone).replace(tzinfo=None): other for key, other in listed if other != version_id
        }


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

"""What differs from copy to copy: which story it is, when, whose, and what things are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SPAN_DAYS = 730
OPEN_FROM = 0.6
"""From this share of all cases on, every second one is still open: one in five altogether."""
LONG_ONES = 16
MINUTES_OF_A_DAY = 1440
BUILDINGS, ENTRANCES, FLOORS = 40, 4, 30
_FIRST_DAY = datetime(1970, 1, 1, tzinfo=UTC)
_HOURS = [f"T{minute // 60:02}:{minute % 60:02}" for minute in range(MINUTES_OF_A_DAY)]
_days: dict[int, str] = {}


def minutes(moment: datetime) -> int:
    """Whole minutes since 1970."""
    return int((moment - _FIRST_DAY).total_seconds() // 60)


def minute_text(minute: int) -> str:
    """A minute since 1970 as 2026-03-02T08:15 (UTC); seconds are written behind it."""
    day, rest = divmod(minute, MINUTES_OF_A_DAY)
    text = _days.get(day)
    if text is None:
        text = _days[day] = (_FIRST_DAY + timedelta(days=day)).date().isoformat()
    return text + _HOURS[rest]


@dataclass(frozen=True)
class Copies:
    """The copies 1 to `count`, in the order of time; they end at the minute `until`."""

    count: int
    until: int
    centre: int
    sibling: int
    holders: Sequence[int]
    vocabulary: Mapping[str, list[str]]

    def story(self, k: int) -> str:
        """One case in five is open, half are settled on the spot, sixteen are long."""
        if k > self.count - LONG_ONES:
            return "long"
        if k > self.count * OPEN_FROM and k % 2 == 0:
            return "waiting"
        if k % 20 == 1:
            return "counter_sheet"
        return "on_the_spot" if k % 10 in {2, 4, 5, 6, 7, 8} else "quick"

    def minute(self, k: int) -> int:
        """When it began, spread evenly."""
        return self.until - SPAN_DAYS * MINUTES_OF_A_DAY * (self.count - k) // self.count

    def ahead(self, k: int) -> int:
        """Minutes by which what an open copy still owes is moved ahead."""
        return (1 + k % 59) * MINUTES_OF_A_DAY + k * 37 % MINUTES_OF_A_DAY

    def values(self, k: int) -> dict[str, object]:
        """Whose it is and the words that stand in it."""
        words, eight = self.vocabulary, f"{k:08}"
        said = (k * 13 + k // 50) % len(words["titles"])
        given = words["given"]
        return {
            "unit": self.sibling if k % 10 == 3 and k <= self.count - LONG_ONES else self.centre,
            "holder": self.holders[k // 2 % len(self.holders)],
            "number": f"{minute_text(self.minute(k))[:10].replace('-', '')}-{eight}",
            "name": words["surnames"][k % len(words["surnames"])] + given[(k * 7 + k // 100) % len(given)],
            "phone": f"139{eight}",
            "masked": f"139****{eight[-4:]}",
            "room": f"{k:07}",
            "title": words["titles"][said],
            "text": words["texts"][said]
            .replace("{building}", str(1 + k % BUILDINGS))
            .replace("{entrance}", str(1 + k % ENTRANCES))
            .replace("{floor}", str(1 + k % FLOORS)),
        }

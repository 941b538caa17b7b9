"""Reading and checking the hours of a day and of a week. Times are local wall time, "24:00" ends a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from zhize.kernel.db import Invalid

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Spans = tuple[tuple[int, int], ...]

# Mon–Fri 09:00–18:00 without a break: the reading of the requirements where nothing else is said (§0).
STANDARD_WEEK: dict[str, list[list[str]]] = {
    day: [["09:00", "18:00"]] if day not in {"sat", "sun"} else [] for day in DAYS
}


def minute_of(text: str) -> int:
    """Minutes since midnight of "HH:MM", 0 to 1440. Raises ValueError."""
    hour, colon, minute = text.partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        raise ValueError(text)
    value = int(hour) * 60 + int(minute)
    if int(minute) > 59 or value > 24 * 60:
        raise ValueError(text)
    return value


def text_of(minute: int) -> str:
    """ "HH:MM" of minutes since midnight."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def spans(hours: Any, field: str = "hours") -> Spans:
    """The intervals of one day in minutes, sorted. Raises Invalid when they overlap, end early or cannot be read."""
    if not isinstance(hours, Sequence) or isinstance(hours, str):
        raise Invalid({field: _("工作时间要写成若干个“开始–结束”。")})
    read = []
    for pair in hours:
        try:
            start, end = (minute_of(str(part)) for part in pair)
        except (TypeError, ValueError):
            raise Invalid({field: _("时间要写成 09:00 这样，从 00:00 到 24:00。")}) from None
        if end <= start:
            raise Invalid({field: _("结束时间要晚于开始时间；跨夜的班分成两天写。")})
        read.append((start, end))
    read.sort()
    if any(after[0] < before[1] for before, after in zip(read, read[1:], strict=False)):
        raise Invalid({field: _("同一天的时段不能重叠。")})
    return tuple(read)


def normal(hours: Any, field: str = "hours") -> list[list[str]]:
    """The same hours as they are stored: sorted, touching intervals joined."""
    joined: list[list[int]] = []
    for start, end in spans(hours, field):
        if joined and joined[-1][1] == start:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return [[text_of(start), text_of(end)] for start, end in joined]


def week(weekly: Mapping[str, Any], *, always_open: bool = False) -> dict[str, list[list[str]]]:
    """A whole week as stored. Raises Invalid for unknown days and for a week without any hour."""
    unknown = set(weekly) - set(DAYS)
    if unknown:
        raise Invalid({"weekly": _("不认识的星期：%(days)s") % {"days": ", ".join(sorted(unknown))}})
    found = {day: normal(weekly.get(day) or [], f"weekly.{day}") for day in DAYS}
    if not always_open and not any(found.values()):
        raise Invalid({"weekly": _("一周里至少要有一段工作时间。")})
    return found


def usual(weekly: Mapping[str, list[list[str]]]) -> list[list[str]]:
    """Hours of a make-up workday that names none: those of the first working day of the week."""
    return next((weekly[day] for day in DAYS if weekly.get(day)), [])

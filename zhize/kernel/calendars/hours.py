"""Hours as people write them ("09:00-12:00, 13:00-18:00") and as a calendar version stores them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from zhize.kernel.db import Invalid
from zhize.lib.businesstime import HoursError, parse_hours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALL_DAY = "00:00-24:00"

# Mon–Fri 09:00–18:00: the reading of the requirements where a unit has said nothing else (§0).
STANDARD_WEEK: dict[str, str] = {day: "" if day in {"sat", "sun"} else "09:00-18:00" for day in DAYS}


def normal(text: str, field: str = "hours") -> str:
    """The hours of one day in their stored form; empty is a day off. Raises Invalid when they cannot be read."""
    try:
        return ", ".join(str(interval) for interval in parse_hours(text))
    except HoursError:
        message = _("时间写成 09:00-12:00, 13:00-18:00 这样，时段不能重叠；夜班可写 22:00-06:00。")
        raise Invalid({field: message}) from None


def week(weekly: Mapping[str, str], *, always_open: bool = False) -> dict[str, str]:
    """A whole week as stored, every day named. Raises Invalid for unknown days and for a week without any hour."""
    unknown = set(weekly) - set(DAYS)
    if unknown:
        raise Invalid({"weekly": _("不认识的星期：%(days)s") % {"days": ", ".join(sorted(unknown))}})
    found = {day: normal(weekly.get(day, ""), f"weekly.{day}") for day in DAYS}
    if not always_open and not any(found.values()):
        raise Invalid({"weekly": _("一周里至少要有一段工作时间。")})
    return found


def usual(weekly: Mapping[str, str]) -> str:
    """Hours of a make-up workday that names none: those of the first working day of the week."""
    return next((weekly[day] for day in DAYS if weekly.get(day)), "")

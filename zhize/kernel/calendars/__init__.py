"""Working calendars of units, in immutable versions, with official holidays and make-up workdays."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhize.kernel.calendars.models import Calendar, CalendarVersion
    from zhize.kernel.calendars.selectors import (
        for_unit,
        next_day_end,
        next_day_start,
        of_version,
        version_of,
        version_with_id,
        warnings,
        year_view,
    )
    from zhize.kernel.calendars.services import version_for

# Loaded on first use: app configurations import this package before the tables may be imported.
_LAZY = {
    **dict.fromkeys(("Calendar", "CalendarVersion"), "models"),
    **dict.fromkeys(
        (
            "for_unit",
            "next_day_end",
            "next_day_start",
            "of_version",
            "version_of",
            "version_with_id",
            "warnings",
            "year_view",
        ),
        "selectors",
    ),
    "version_for": "services",
}

__all__ = [
    "Calendar",
    "CalendarVersion",
    "for_unit",
    "next_day_end",
    "next_day_start",
    "of_version",
    "version_for",
    "version_of",
    "version_with_id",
    "warnings",
    "year_view",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        value = getattr(import_module(f"zhize.kernel.calendars.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)

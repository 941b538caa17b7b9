"""Working time: calendars with several intervals a day, and due times that can say how they came about.

All moments that go in and come out are aware; what comes out is in UTC. Hours are written in the wall time
of the calendar's zone. Calendar days and working days are days of that zone.
"""

from __future__ import annotations

from zhize.lib.businesstime.calendar import (
    DayUse,
    Hours,
    HoursError,
    NoWorkingHours,
    WorkCalendar,
    parse_hours,
)
from zhize.lib.businesstime.targets import (
    By,
    DayEnd,
    Days,
    Due,
    Elapsed,
    NoTarget,
    Target,
    Working,
    due,
    parse_target,
    target_text,
    working_steps,
)
from zhize.lib.businesstime.wording import day_text, duration_text, moment_text

__all__ = [
    "By",
    "DayEnd",
    "DayUse",
    "Days",
    "Due",
    "Elapsed",
    "Hours",
    "HoursError",
    "NoTarget",
    "NoWorkingHours",
    "Target",
    "WorkCalendar",
    "Working",
    "day_text",
    "due",
    "duration_text",
    "moment_text",
    "parse_hours",
    "parse_target",
    "target_text",
    "working_steps",
]

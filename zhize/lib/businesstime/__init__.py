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
from zhize.lib.businesstime.describing import target_text
from zhize.lib.businesstime.kinds import (
    Before,
    By,
    DayEnd,
    Days,
    Elapsed,
    Months,
    NoTarget,
    PeriodEnd,
    ShiftEnd,
    Target,
    Working,
    WorkingDays,
    is_endless,
    parse_target,
)
from zhize.lib.businesstime.targets import Due, due, working_steps
from zhize.lib.businesstime.wording import day_text, duration_text, moment_text

__all__ = [
    "Before",
    "By",
    "DayEnd",
    "DayUse",
    "Days",
    "Due",
    "Elapsed",
    "Hours",
    "HoursError",
    "Months",
    "NoTarget",
    "NoWorkingHours",
    "PeriodEnd",
    "ShiftEnd",
    "Target",
    "WorkCalendar",
    "Working",
    "WorkingDays",
    "day_text",
    "due",
    "duration_text",
    "is_endless",
    "moment_text",
    "parse_hours",
    "parse_target",
    "target_text",
    "working_steps",
]

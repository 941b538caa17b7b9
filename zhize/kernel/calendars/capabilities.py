"""What may be granted about calendars, and the jobs that act on them by themselves."""

from __future__ import annotations

from zhize.kernel import access

VIEW = access.capability("calendar.view", zh="查看工作日历", en="See working calendars")
EDIT = access.capability("calendar.edit", zh="维护工作日历", en="Maintain working calendars")
OFFICIAL = access.capability(
    "calendar.official", zh="载入国家放假安排", en="Load the official holiday arrangement"
)

REFRESH = access.system_actor("calendars.refresh", caps={VIEW, EDIT, OFFICIAL})

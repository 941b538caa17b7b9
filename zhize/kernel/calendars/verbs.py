"""What can happen to a calendar."""

from __future__ import annotations

from zhize.kernel import history

CREATED = history.verb(
    "calendar.created",
    zh="{actor}建立了工作日历“{subject}”",
    en="{actor} set up the calendar {subject}",
    privacy="keep",
)
CHANGED = history.verb(
    "calendar.changed",
    zh="{actor}修改了工作日历“{subject}”，第 {number} 版：{note}",
    en="{actor} changed the calendar {subject}, version {number}: {note}",
    privacy="keep",
)
LOADED = history.verb(
    "calendar.year_loaded",
    zh="{actor}载入了 {year} 年放假安排（{source}）：放假 {holidays} 天，调休上班 {workdays} 天",
    en="{actor} loaded the holidays of {year} ({source}): {holidays} days off, {workdays} make-up workdays",
    privacy="keep",
)

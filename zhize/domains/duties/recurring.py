"""From the stored rule of a recurring duty to the rule that computes its days, and the calendars it is computed with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, get_args

from django.utils.translation import gettext_lazy as _

from zhize.kernel import calendars
from zhize.kernel.calendars import selectors as calendar_selectors
from zhize.kernel.calendars.models import CalendarVersion
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Unit
from zhize.lib.recurrence import WEEKDAYS, Due, Every, Rule


def rule_of(data: Mapping[str, Any]) -> Rule:
    """The rule as it computes; `data` is the recurring part of a pack's duty as JSON keeps it. Raises Invalid."""
    try:
        if data["every"] not in get_args(Every) or data["due"] not in get_args(Due):
            raise ValueError(data)
        return Rule(
            every=data["every"],
            due=data["due"],
            weekdays=tuple(WEEKDAYS.index(name) for name in data.get("weekdays") or ()),
            month_days=tuple(int(day) for day in data.get("month_days") or ()),
            months=tuple(int(month) for month in data.get("months") or ()),
            offset_days=int(data.get("offset_days") or 0),
            before_minutes=int(data.get("before_minutes") or 0),
            at=_time(data.get("at")),
            not_before=_time(data.get("not_before")),
            at_random=bool(data.get("at_random")),
        )
    except (KeyError, ValueError, TypeError):
        raise Invalid({"rule": _("读不懂这条定期规则。")}) from None


def _time(value: Any) -> time | None:
    return time.fromisoformat(value) if isinstance(value, str) and value else value or None


class Calendars:
    """The calendar version of each unit, and the years whose holidays it does not know, asked once in a run."""

    def __init__(self, now: datetime) -> None:
        self._years = set(range(now.year - 1, now.year + 4))
        self._versions: dict[int, CalendarVersion] = {}
        self._unknown: dict[int, set[int]] = {}

    def version(self, unit: Unit) -> CalendarVersion:
        found = self._versions.get(unit.pk)
        if found is None:
            found = self._versions[unit.pk] = calendars.version_for(unit)
        return found

    def unpublished(self, version: CalendarVersion) -> set[int]:
        found = self._unknown.get(version.pk)
        if found is None:
            missing = calendar_selectors.provisional_years(version, self._years)
            found = self._unknown[version.pk] = set(missing)
        return found

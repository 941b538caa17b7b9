"""From the stored rule of a recurring duty to the rule that computes its days, and the calendars it is computed with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Any, get_args

from django.utils.translation import gettext as _

from zhize.domains.duties.rosters import Rosters
from zhize.kernel import calendars
from zhize.kernel.calendars import selectors as calendar_selectors
from zhize.kernel.calendars.models import CalendarVersion
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Position, Unit
from zhize.lib import recurrence
from zhize.lib.periods import MONTHS, Every
from zhize.lib.recurrence import SHIFTS, WEEKDAYS, Due, FreeDay, Rule, Slot

# No rule's slot opens more than a year and its offset before its named day.
LONGEST = timedelta(days=460)


def rule_of(data: Mapping[str, Any]) -> Rule:
    """The rule as it computes; `data` is the recurring part of a pack's duty as JSON keeps it. Raises Invalid."""
    try:
        if data["every"] not in get_args(Every) or data["due"] not in get_args(Due):
            raise ValueError(data)
        moved = data.get("on_free_day") or None
        if moved is not None and moved not in get_args(FreeDay):
            raise ValueError(data)
        starting = data.get("starting")
        return Rule(
            every=data["every"],
            due=data["due"],
            weekdays=tuple(WEEKDAYS.index(name) for name in data.get("weekdays") or ()),
            month_days=tuple(int(day) for day in data.get("month_days") or ()),
            months=tuple(int(month) for month in data.get("months") or ()),
            offset_days=_number(data, "offset_days"),
            before_minutes=_number(data, "before_minutes"),
            at=_time(data.get("at")),
            not_before=_time(data.get("not_before")),
            at_random=bool(data.get("at_random")),
            interval=_number(data, "interval", least=1),
            starting=date.fromisoformat(starting) if isinstance(starting, str) and starting else None,
            nth_working_day=int(data["nth_working_day"]) if data.get("nth_working_day") else None,
            nth_weekday=int(data["nth_weekday"]) if data.get("nth_weekday") else None,
            offset_working_days=_number(data, "offset_working_days"),
            after_minutes=_number(data, "after_minutes"),
            times=tuple(sorted({found for each in data.get("times") or () if (found := _time(each))})),
            on_free_day=moved,
            workdays_only=bool(data.get("workdays_only")),
        )
    except (KeyError, ValueError, TypeError):
        raise Invalid({"rule": _("读不懂这条定期规则。")}) from None


def _number(data: Mapping[str, Any], name: str, *, least: int = 0) -> int:
    found = int(data.get(name) or least)
    if found < least:
        raise ValueError(name)
    return found


def _time(value: Any) -> time | None:
    return time.fromisoformat(value) if isinstance(value, str) and value else value or None


def faults(rule: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with a rule beyond the shape of its fields: what it leaves open or says twice.

    `rule` has the fields of a pack's recurring part. Each fault is the field to look at and a sentence for whoever writes
    the rule.
    """
    short = rule.every in ("shift", "day")
    nth = rule.nth_working_day is not None or rule.nth_weekday is not None
    in_month = rule.every in MONTHS
    if rule.due in ("by", "on") and not short and not (rule.weekdays or rule.month_days or nth):
        yield "due", _("by 和 on 要写明 weekdays、month_days 或 nth_working_day。")
    if 0 in rule.month_days:
        yield "month_days", _("month_days 写 1 到 31，-1 是最后一天。")
    if rule.month_days and not in_month:
        yield "month_days", _("month_days 只用于月、季、半年、年。")
    if in_month and rule.weekdays and rule.nth_weekday is None:
        yield "weekdays", _("按月、季、年写 weekdays 时要写 nth_weekday（第几个）。")
    if rule.nth_weekday is not None and not (in_month and rule.weekdays and rule.nth_weekday):
        yield "nth_weekday", _("nth_weekday 要和 weekdays 一起写，用于月、季、半年、年，不为 0。")
    if rule.nth_working_day is not None and (
        short or not rule.nth_working_day or rule.due not in ("by", "on")
    ):
        yield "nth_working_day", _("nth_working_day 用于周以上的周期和 by、on，不为 0。")
    if sum(bool(each) for each in (rule.nth_working_day, rule.nth_weekday, rule.month_days)) > 1:
        yield "month_days", _("month_days、nth_working_day、nth_weekday 只写一个。")
    if (rule.offset_days or rule.offset_working_days) and rule.due != "period_end":
        yield (
            "offset_days" if rule.offset_days else "offset_working_days",
            _("offset_days 和 offset_working_days 只用于 period_end。"),
        )
    if rule.offset_days and short:
        yield "offset_days", _("按天的职责用 offset_working_days，不用 offset_days。")
    if rule.offset_days and rule.offset_working_days:
        yield "offset_working_days", _("offset_days 和 offset_working_days 只写一个。")
    timed = rule.at is not None or rule.times or rule.due in SHIFTS
    if (rule.before_minutes or rule.after_minutes) and not (timed or rule.every == "shift"):
        yield (
            "before_minutes" if rule.before_minutes else "after_minutes",
            _("before_minutes 和 after_minutes 只用于 shift_start、shift_end 或写明的时刻。"),
        )
    if rule.workdays_only and (rule.every != "day" or rule.on_free_day == "keep"):
        yield "workdays_only", _("workdays_only 只用于 every: day，不和 on_free_day: keep 一起写。")
    if rule.times and (rule.at is not None or rule.every == "shift"):
        yield "times", _("times 不和 at 一起写，也不用于 every: shift。")
    if rule.not_before is not None and any(
        each is not None and each < rule.not_before for each in (rule.at, *rule.times)
    ):
        yield "not_before", _("not_before 不能晚于 at 和 times：否则每次都会超时。")
    if rule.every == "shift" and rule.each_holder:
        yield "each_holder", _("every: shift 已经由当班的人办，不写 each_holder。")
    if rule.every == "shift" and (rule.due not in (*SHIFTS, "by", "on") or rule.interval > 1):
        yield "every", _("every: shift 用 shift_start 或 shift_end，不写 interval。")


class Calendars:
    """The calendar version of each unit, the years whose holidays it does not know, the slots of rules that many owe,
    and rosters: asked and computed once in a run."""

    def __init__(self, now: datetime) -> None:
        self._years = set(range(now.year - 1, now.year + 4))
        self._versions: dict[int, CalendarVersion] = {}
        self._unknown: dict[int, set[int]] = {}
        self._in_force: dict[int | None, CalendarVersion] | None = None
        self._slots: dict[tuple[Rule, int, date, datetime], tuple[Slot, ...]] = {}
        self._rosters: dict[tuple[frozenset[int], datetime, datetime], Rosters] = {}

    def version(self, unit: Unit) -> CalendarVersion:
        found = self._versions.get(unit.pk)
        if found is None:
            found = self._versions[unit.pk] = self._nearest(unit) or calendars.version_for(unit)
        return found

    def _nearest(self, unit: Unit) -> CalendarVersion | None:
        """That of the nearest unit upwards that has a calendar in force, else the standard one."""
        if self._in_force is None:
            self._in_force = calendar_selectors.in_force()
        line = [int(part) for part in reversed((unit.path or f"/{unit.pk}/").strip("/").split("/"))]
        return next((self._in_force[pk] for pk in [*line, None] if pk in self._in_force), None)

    def unpublished(self, version: CalendarVersion) -> set[int]:
        found = self._unknown.get(version.pk)
        if found is None:
            missing = calendar_selectors.provisional_years(version, self._years)
            found = self._unknown[version.pk] = set(missing)
        return found

    def slots(self, rule: Rule, version: CalendarVersion, first: date, end: datetime) -> tuple[Slot, ...]:
        """The slots named from `first` on that open before `end`, for whoever has neither shifts nor times of his own."""
        key = (rule, version.pk, first, end)
        if key not in self._slots:
            named = recurrence.slots(
                rule,
                first,
                (end + LONGEST).date(),
                calendars.of_version(version),
                unpublished=self.unpublished(version),
            )
            self._slots[key] = tuple(takewhile(lambda slot: slot.opens_at < end, named))
        return self._slots[key]

    def rosters(self, positions: Sequence[Position], since: datetime, until: datetime) -> Rosters:
        """The rosters of these positions, read once for all duties of the same positions and days."""
        key = (frozenset(place.pk for place in positions), since, until)
        if key not in self._rosters:
            self._rosters[key] = Rosters(positions, since, until)
        return self._rosters[key]

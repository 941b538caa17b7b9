"""What a figure is taken of: which units, which time, which filters."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, TypeVar

from django.db import models

from zhize.kernel.measures import dimensions
from zhize.lib import clock

Step = Literal["day", "week", "month"]
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class MeasureScope:
    """Units, a span of time and filters by dimension.

    `since` is included and `until` is not; both are aware. `zone` decides where days begin. `unit_ids` None means
    every unit: whoever makes a scope answers for it that its reader may see these units. A filter names a
    dimension and the values that count; None among them stands for rows without a value.
    """

    since: datetime
    until: datetime
    unit_ids: tuple[int, ...] | None = None
    filters: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    zone: str = field(default_factory=clock.home)

    def __post_init__(self) -> None:
        if self.since.tzinfo is None or self.until.tzinfo is None:
            raise ValueError("a scope's moments carry their zone")
        if self.since > self.until:
            raise ValueError("a scope ends before it begins")

    @property
    def key(self) -> Hashable:
        """Equal for scopes that ask the same."""
        return self.since, self.until, self.unit_ids, self.zone, tuple(sorted(self.filters.items()))

    @classmethod
    def days(
        cls,
        first: date,
        last: date,
        *,
        unit_ids: Sequence[int] | None = None,
        zone: str = "",
        filters: Mapping[str, Sequence[Any]] | None = None,
    ) -> MeasureScope:
        """Whole days from `first` to `last`, both included; by default in the home zone."""
        return cls(
            since=midnight(first, zone),
            until=midnight(last + timedelta(days=1), zone),
            unit_ids=None if unit_ids is None else tuple(unit_ids),
            filters={name: tuple(values) for name, values in (filters or {}).items()},
            zone=zone or clock.home(),
        )

    @property
    def first_day(self) -> date:
        return self.since.astimezone(clock.zone(self.zone)).date()

    @property
    def last_day(self) -> date:
        """The last day that is touched."""
        last = self.until - timedelta(microseconds=1) if self.until > self.since else self.until
        return last.astimezone(clock.zone(self.zone)).date()

    def between(self, since: datetime, until: datetime) -> MeasureScope:
        return replace(self, since=since, until=until)

    def where(self, **filters: Sequence[Any]) -> MeasureScope:
        """The same with further filters; a dimension that is filtered already is filtered by these values instead."""
        return replace(
            self, filters={**self.filters, **{name: tuple(values) for name, values in filters.items()}}
        )

    def before(self) -> MeasureScope:
        """The span before this one: the month before a whole month (or several), else as many days."""
        first, after = self.first_day, self.last_day + timedelta(days=1)
        months = (after.year - first.year) * 12 + after.month - first.month
        if first.day == 1 and after.day == 1 and months > 0:
            start = _months_on(first, -months)
        else:
            start = first - (after - first)
        return self.between(midnight(start, self.zone), self.since)

    def steps(self, step: Step) -> list[MeasureScope]:
        """The calendar days, weeks (from Monday) or months that the span touches, cut to the span, in order."""
        spans = []
        begin = floor(self.first_day, step)
        while (start := midnight(begin, self.zone)) < self.until:
            after = following(begin, step)
            spans.append(self.between(max(start, self.since), min(midnight(after, self.zone), self.until)))
            begin = after
        return spans

    def narrow(
        self, rows: models.QuerySet[M], *, at: str | None, unit: str | None = "unit_id"
    ) -> models.QuerySet[M]:
        """`rows` of these units, with `at` within the span, that pass the filters.

        `at` None leaves the time to the caller (figures of a state). Raises LookupError for a filter that is no
        dimension of the rows' model.
        """
        if self.unit_ids is not None and unit is not None:
            rows = rows.filter(**{f"{unit}__in": self.unit_ids})
        if at is not None:
            rows = rows.filter(**{f"{at}__gte": self.since, f"{at}__lt": self.until})
        for name, values in self.filters.items():
            rows = rows.filter(dimensions.get(rows.model, name).matching(values))
        return rows


def floor(day: date, step: Step) -> date:
    """The first day of the step that `day` lies in."""
    if step == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step == "week" else day


def following(begin: date, step: Step) -> date:
    """The first day of the next step."""
    if step == "month":
        return _months_on(begin, 1)
    return begin + timedelta(days=7 if step == "week" else 1)


def _months_on(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), clock.zone(zone))

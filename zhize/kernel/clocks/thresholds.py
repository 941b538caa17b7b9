"""Arming, moving and withdrawing the thresholds of a clock. Each row is told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from zhize.kernel.clocks import ledger
from zhize.kernel.clocks.ledger import Ledger, Point
from zhize.kernel.clocks.models import Clock, ClockThreshold
from zhize.kernel.db import prepared
from zhize.lib import clock as time
from zhize.lib.businesstime import WorkCalendar, duration_text
from zhize.lib.text import Text


@dataclass(frozen=True)
class Threshold:
    """A moment that shall be told: exactly one of percent of the limit, minutes before, minutes after due."""

    code: str
    at_percent: int | None = None
    before_minutes: int | None = None
    after_minutes: int | None = None
    label: Text | None = None

    def __post_init__(self) -> None:
        given = [self.at_percent, self.before_minutes, self.after_minutes]
        if sum(value is not None for value in given) != 1:
            raise ValueError(f"threshold {self.code}: give one of at_percent, before_minutes, after_minutes")

    @property
    def words(self) -> Text:
        """The given label, or one made from the moment."""
        if self.label is not None:
            return self.label
        if self.at_percent is not None:
            return Text(f"用去 {self.at_percent}%", f"{self.at_percent}% used")
        if self.before_minutes:
            ahead = duration_text(timedelta(minutes=self.before_minutes))
            return Text("还剩 {d}", "{d} left").format(d=ahead)
        if self.after_minutes:
            return Text("已超 {d}", "{d} late").format(d=duration_text(timedelta(minutes=self.after_minutes)))
        return Text("到期", "due")


def read(value: Threshold | Mapping[str, Any]) -> Threshold:
    """A threshold from its JSON form."""
    if isinstance(value, Threshold):
        return value
    label = value.get("label")
    return Threshold(**{**value, "label": Text.of(label) if label else None})


def rows_of(
    clock: Clock, book: Ledger, calendar: WorkCalendar, wanted: Iterable[Threshold | Mapping[str, Any]]
) -> list[ClockThreshold]:
    """The thresholds of a new clock, not written yet. One that would lie before its start is never told."""
    rows = []
    for value in wanted:
        spec = read(value)
        point = Point(spec.at_percent, spec.before_minutes, spec.after_minutes)
        at = ledger.fires_at(book, calendar, point)
        moment = {
            "at_percent": spec.at_percent,
            "before_minutes": spec.before_minutes,
            "after_minutes": spec.after_minutes,
        }
        rows.append(
            ClockThreshold(
                clock=clock,
                code=spec.code,
                label=_label(spec),
                fire_at=at,
                next_at=at if _tells(clock, spec.before_minutes, at) else None,
                **moment,
            )
        )
    return rows


@lru_cache(maxsize=1000)
def _label(spec: Threshold) -> dict[str, str]:
    """The words as they are kept; the same for all clocks of one policy."""
    return spec.words.as_dict()


def rearm(clock: Clock, book: Ledger, calendar: WorkCalendar, *, again: bool) -> None:
    """Move the open thresholds to where the ledger puts them now.

    `again` (the due time was moved on purpose): those already told get another round when they lie ahead.
    """
    newest: dict[str, ClockThreshold] = {}
    for row in clock.thresholds.select_for_update().order_by("round"):
        newest[row.code] = row
    moved, fresh, now = [], [], time.now()
    for row in newest.values():
        at = ledger.fires_at(book, calendar, Point(row.at_percent, row.before_minutes, row.after_minutes))
        armed = at if _tells(clock, row.before_minutes, at) else None
        if row.fired_at is None:
            row.fire_at, row.next_at, row.attempts, row.error = at, armed, 0, ""
            moved.append(row)
        elif again and at is not None and at > now:
            fresh.append(
                ClockThreshold(
                    clock=clock,
                    code=row.code,
                    round=row.round + 1,
                    label=row.label,
                    at_percent=row.at_percent,
                    before_minutes=row.before_minutes,
                    after_minutes=row.after_minutes,
                    fire_at=at,
                    next_at=armed,
                )
            )
    ClockThreshold.objects.bulk_update(moved, ["fire_at", "next_at", "attempts", "error"])
    ClockThreshold.objects.bulk_create(fresh)


def withdraw(clock: Clock, after: datetime | None = None) -> None:
    """Tell no more: all open thresholds, or only those reached after a moment."""
    with prepared.cursor() as cursor:
        cursor.execute(
            _WITHDRAW + (" AND fire_at > %s" if after else ""), [clock.pk, *([after] if after else ())]
        )


_WITHDRAW = """
    UPDATE clocks_clockthreshold SET next_at = NULL
     WHERE clock_id = %s AND fired_at IS NULL AND next_at IS NOT NULL"""


def _tells(clock: Clock, before_minutes: int | None, at: datetime | None) -> bool:
    if at is None:
        return False
    return at > clock.started_at if before_minutes is not None else at >= clock.started_at

"""How values are written for people: times, durations, money, phones. Plain functions, used by tags, columns and exports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache, wraps
from typing import Any, NamedTuple, TypeVar, cast
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import get_language, gettext, gettext_noop, ngettext

from zhize.lib import clock
from zhize.lib.text import Text

F = TypeVar("F", bound=Callable[..., Any])

_HOUR, _DAY = 60, 1440
"""In minutes."""


class Setting(NamedTuple):
    """What decides how values are written: language, zone, the moment and the day there."""

    language: str | None
    zone: tzinfo
    at: datetime
    today: date


_setting: ContextVar[Setting | None] = ContextVar("setting", default=None)


def setting() -> Setting:
    """How values are written now."""
    held = _setting.get()
    if held is not None:
        return held
    zone, at = timezone.get_current_timezone(), clock.now()
    return Setting(get_language(), zone, at, at.astimezone(zone).date())


@contextmanager
def in_one_setting() -> Iterator[Setting]:
    """While the block runs, language, zone and moment are as at its beginning: rows ask for them a thousand times.

    Only where neither language nor zone is changed inside.
    """
    held = setting()
    token = _setting.set(held)
    try:
        yield held
    finally:
        _setting.reset(token)


def language() -> str | None:
    """The language of this request."""
    held = _setting.get()
    return get_language() if held is None else held.language


def _at() -> datetime:
    held = _setting.get()
    return clock.now() if held is None else held.at


def in_language(value: Any) -> str:
    """A Text, a `{zh, en}` mapping or anything else as a string in the language of this request."""
    if type(value) is str:
        return value
    if isinstance(value, Text):
        return value.in_language(language() or "zh-hans")
    if isinstance(value, Mapping) and ("zh" in value or "en" in value):
        return Text.of(value).in_language(language() or "zh-hans")
    return "" if value is None else str(value)


def kept_by_language(function: F) -> F:
    """What the function says is kept for its arguments, the last of which is a language, and is worded in that one.

    The active language may be another, and what is kept under one language must not be worded in the other.
    """

    @lru_cache(maxsize=5000)
    @wraps(function)
    def worded(*given: Any) -> Any:
        with translation.override(given[-1]):
            return function(*given)

    return cast("F", worded)


def is_chinese() -> bool:
    """Whether this request is answered in Chinese (either script)."""
    return (language() or "zh").startswith("zh")


def duration(seconds: float) -> str:
    """A length of time in at most two units: 1 天 2 小时, 3 小时 20 分, 45 分钟, 不到 1 分钟."""
    return _duration(int(abs(seconds)) // 60, language())


@kept_by_language
def _duration(minutes: int, _language: str | None) -> str:
    if not minutes:
        return gettext("不到 1 分钟")
    days, rest = divmod(minutes, _DAY)
    hours, minutes = divmod(rest, _HOUR)
    parts = []
    if days:
        parts.append(ngettext("%(n)d 天", "%(n)d 天", days) % {"n": days})
    if hours:
        parts.append(ngettext("%(n)d 小时", "%(n)d 小时", hours) % {"n": hours})
    if not parts:
        return ngettext("%(n)d 分钟", "%(n)d 分钟", minutes) % {"n": minutes}
    if minutes and not days:
        parts.append(ngettext("%(n)d 分", "%(n)d 分", minutes) % {"n": minutes})
    return " ".join(parts)


def remaining(due_at: datetime, at: datetime | None = None) -> str:
    """「还剩 3 小时 20 分」 before `due_at`, 「已超 1 天」 after it."""
    left = (due_at - (at or _at())).total_seconds()
    return _remaining(left < 0, int(abs(left)) // 60, language())


@kept_by_language
def _remaining(late: bool, minutes: int, language: str | None) -> str:
    said = gettext("已超 %(span)s") if late else gettext("还剩 %(span)s")
    return said % {"span": _duration(minutes, language)}


def due_level(
    due_at: datetime,
    *,
    warn_at: datetime | None = None,
    stopped_at: datetime | None = None,
    at: datetime | None = None,
) -> str:
    """The one time scale: calm → amber (threshold passed) → red (late) → grey (stopped).

    Where no threshold is given, amber begins one hour before.
    """
    if stopped_at is not None:
        return "grey"
    moment = at or _at()
    if moment > due_at:
        return "red"
    return "amber" if moment >= (warn_at or due_at - timedelta(hours=1)) else "calm"


def today() -> date:
    """The day it is now in the zone of the unit this request works in: what forms propose."""
    return timezone.localtime(clock.now()).date()


def local(value: datetime, zone: str | None = None) -> datetime:
    """`value` in `zone`, or in the zone of the unit this request works in."""
    return value.astimezone(ZoneInfo(zone)) if zone else timezone.localtime(value)


def when(value: datetime | date | None, style: str = "short", zone: str | None = None) -> str:
    """A moment as Chinese office habit writes it.

    `short`: 今天 14:05, 昨天 09:12, 11月23日 14:05, 2025年3月2日. `full`: 2026-11-23 14:05. `date`, `time`: that part.
    """
    if value is None:
        return ""
    held = setting()
    if not isinstance(value, datetime):
        return _day(value, held.today, style, held.language)
    here = ZoneInfo(zone) if zone else held.zone
    moment = timezone.localtime(value, here)
    written = moment.isoformat(" ", "minutes")  # 2026-11-23 14:05+08:00
    if style == "full":
        return written[:16]
    if style == "time":
        return written[11:16]
    today = held.today if here is held.zone else held.at.astimezone(here).date()
    day = _day(moment.date(), today, style, held.language)
    if style == "date" or moment.year != today.year:
        return day
    return f"{day} {written[11:16]}"


_NEAR = {0: gettext_noop("今天"), -1: gettext_noop("昨天"), 1: gettext_noop("明天")}


@kept_by_language
def _day(day: date, today: date, style: str, language: str | None) -> str:
    if style == "full":
        return day.isoformat()
    gap = (day - today).days
    if gap in _NEAR and style != "date":
        return gettext(_NEAR[gap])
    if (language or "zh").startswith("zh"):
        return (
            f"{day.month}月{day.day}日" if day.year == today.year else f"{day.year}年{day.month}月{day.day}日"
        )
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b} {day.year}"


def money(amount: Decimal | int | str | None, currency: str = "CNY") -> str:
    """¥1,234.50; another currency is written with its code."""
    if amount is None or amount == "":
        return ""
    value = Decimal(amount)
    sign = "-" if value < 0 else ""
    symbol = "¥" if currency in ("CNY", "RMB", "") else f"{currency} "
    return f"{sign}{symbol}{abs(value):,.2f}"


def number(value: Any, digits: int | None = None) -> str:
    """1,234 or 1,234.5; nothing for None."""
    if value is None or value == "":
        return ""
    if isinstance(value, float | Decimal) and digits is None:
        digits = 0 if value == int(value) else 1
    return f"{value:,.{digits}f}" if digits is not None else f"{value:,}"


def mask_phone(value: str | None) -> str:
    """138****2277: the middle of a number hidden; a short number shows only its last digits."""
    text = (value or "").strip()
    if len(text) >= 11:
        return f"{text[:-8]}****{text[-4:]}"
    if len(text) >= 7:
        return f"{text[:-6]}****{text[-2:]}" if len(text) > 7 else f"{text[:1]}****{text[-2:]}"
    return "*" * len(text)


def initial(name: str) -> str:
    """What an avatar shows: the surname's character, or two Latin initials."""
    text = name.strip()
    if not text:
        return "·"
    if text[0].isascii():
        parts = text.split()
        return "".join(part[0] for part in parts[:2]).upper()
    return text[0]

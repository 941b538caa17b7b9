"""The series that numbers are taken from, each declared once in Python by the package that needs it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from zhize.lib.text import Text

# How much of the date a number carries, and with it how often the count starts again at 1.
PERIODS = {"day": "%Y%m%d", "month": "%Y%m", "year": "%Y", "never": ""}

_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PREFIX = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


@dataclass(frozen=True)
class Series:
    """One kind of number: `prefix`-`period`-`count`, for example TS-20260302-0001.

    `prefix` is the default; a pack may give its own to the caller, and each prefix then counts by itself.
    `digits` is the least width of the count; the 10,000th number of a day simply has five digits.
    """

    code: str
    label: Text
    prefix: str
    digits: int = 4
    period: str = "day"
    gapless: bool = False

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code) or len(self.code) > 30:
            raise ValueError(f"{self.code!r}: a series code is lower-case words joined by single underscores")
        if self.period not in PERIODS:
            raise ValueError(f"{self.period!r}: a series starts again every {', '.join(PERIODS)}")
        if not 1 <= self.digits <= 9:
            raise ValueError("a count has one to nine digits")
        check_prefix(self.prefix)

    def period_at(self, at: datetime, zone: str) -> str:
        """The date part of a number taken at the moment `at` in `zone`."""
        return at.astimezone(ZoneInfo(zone)).strftime(PERIODS[self.period])

    def compose(self, prefix: str, period: str, count: int) -> str:
        return "-".join(part for part in (prefix, period, str(count).zfill(self.digits)) if part)


def check_prefix(prefix: str) -> None:
    """Raise ValueError unless `prefix` is capital letters and digits, in groups joined by hyphens, 12 at most."""
    if not _PREFIX.fullmatch(prefix) or len(prefix) > 12:
        raise ValueError(f"{prefix!r}: a prefix is up to 12 capital letters and digits, such as TS or ZC-QR")


_series: dict[str, Series] = {}


def declare(
    code: str, *, zh: str, en: str, prefix: str, digits: int = 4, period: str = "day", gapless: bool = False
) -> Series:
    """Declare a series. Twice the same is allowed, twice different is a mistake and raises ValueError."""
    series = Series(code, Text(zh, en), prefix, digits, period, gapless)
    if _series.setdefault(code, series) != series:
        raise ValueError(f"series {code!r} is declared twice")
    return series


def get(code: str) -> Series:
    """The declared series. Raises LookupError naming the known ones."""
    try:
        return _series[code]
    except KeyError:
        raise LookupError(
            f"no series {code!r}; declared are {', '.join(sorted(_series)) or 'none'}"
        ) from None


def declared() -> tuple[Series, ...]:
    return tuple(_series.values())

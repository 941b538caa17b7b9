"""Time among the search words: each row says its day, month and year, so that the newest hits are found without the others.

A common word has hundreds of thousands of hits, of which the newest twenty are wanted. Asked together with a day, the
index reads only the hits of that day. So a search asks for a few days first, then for months, years and everything,
and ends as soon as it has enough: how long it takes depends on what it shows, not on what there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from zhize.lib import tokens

# No word of a text begins so.
SIGN = "@"
DAYS = 3
DAY, MONTH, YEAR = "%Y%m%d", "%Y%m", "%Y"


@dataclass(frozen=True)
class Slice:
    """A stretch of time, [since, until), and the words of which each of its rows has one; none: whatever is not in others."""

    since: datetime
    until: datetime
    words: tuple[str, ...] = ()

    def asked(self, query: str) -> str:
        """The query narrowed to this slice."""
        return f"({query}) & ({' | '.join(map(tokens.quote, self.words))})" if self.words else query


def words(at: datetime) -> tuple[str, str, str]:
    """Day, month and year of a moment (UTC) as words of the index."""
    moment = at.astimezone(UTC)
    return (_word(moment, DAY), _word(moment, MONTH), _word(moment, YEAR))


def literal(at: datetime) -> str:
    """The same as part of a tsvector literal."""
    return " ".join(map(tokens.quote, words(at)))


def newest_first(end: datetime) -> list[Slice]:
    """Everything in four slices: the days up to `end` (and its morrow), two months, two years, all else."""
    today = end.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    until, since = today + timedelta(days=2), today - timedelta(days=DAYS - 1)
    days = [since + timedelta(days=index) for index in range(DAYS + 1)]
    month = since.replace(day=1)
    earlier = (month - timedelta(days=1)).replace(day=1)
    year = earlier.replace(month=1)
    last_year = year.replace(year=year.year - 1)
    return [
        Slice(since, until, _words(days, DAY)),
        Slice(earlier, since, _words((month, earlier), MONTH)),
        Slice(last_year, earlier, _words((year, last_year), YEAR)),
        Slice(last_year, until),
    ]


def _words(moments: Iterable[datetime], form: str) -> tuple[str, ...]:
    return tuple(_word(moment, form) for moment in moments)


def _word(moment: datetime, form: str) -> str:
    return SIGN + moment.strftime(form)

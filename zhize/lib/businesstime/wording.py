"""How days, moments and durations are said in an explanation."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from zhize.lib.text import Text

_WEEKDAYS = (
    ("周一", "Mon"),
    ("周二", "Tue"),
    ("周三", "Wed"),
    ("周四", "Thu"),
    ("周五", "Fri"),
    ("周六", "Sat"),
    ("周日", "Sun"),
)


def day_text(day: date) -> Text:
    """2026-03-02 周一 / Mon 2026-03-02."""
    zh, en = _WEEKDAYS[day.weekday()]
    return Text(f"{day:%Y-%m-%d} {zh}", f"{en} {day:%Y-%m-%d}")


def moment_text(local: datetime) -> Text:
    """A moment already in local wall time: 2026-03-02 周一 09:12."""
    day = day_text(local.date())
    return Text(f"{day.zh} {local:%H:%M}", f"{day.en} {local:%H:%M}")


def duration_text(length: timedelta) -> Text:
    """7 小时 18 分, 18 分钟 / 7 h 18 min; whole days only from two days on, seconds only below one minute."""
    seconds = round(length.total_seconds())
    if abs(seconds) < 60:
        return Text(f"{seconds} 秒", f"{seconds} s")
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    minutes = seconds // 60
    days = minutes // 1440 if minutes >= 2880 else 0
    hours, minutes = divmod(minutes - days * 1440, 60)
    parts = [(days, "天", "d"), (hours, "小时", "h"), (minutes, "分" if seconds >= 3600 else "分钟", "min")]
    shown = [part for part in parts if part[0]]
    return Text(
        sign + " ".join(f"{number} {zh}" for number, zh, _ in shown),
        sign + " ".join(f"{number} {en}" for number, _, en in shown),
    )

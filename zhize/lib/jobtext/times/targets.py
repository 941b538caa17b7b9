"""A reading of how soon as the target of a triggered duty (the keys of TargetSpec)."""

from __future__ import annotations

from typing import Any

from zhize.lib.jobtext.times.amounts import Amount
from zhize.lib.jobtext.times.rules import shown

Target = dict[str, Any]

# Requirements §5: what the rows without a number are given most often. Reported as "default".
ASSUMED: dict[str, Target] = {
    "first": {"kind": "elapsed", "minutes": 15, "assumed": True},
    "at_once": {"kind": "elapsed", "minutes": 30, "assumed": True},
    "soon": {"kind": "day_end", "assumed": True},
    "any_time": {"kind": "elapsed", "minutes": 60, "assumed": True},
}
_DAYS = {"day": 1, "week": 7, "ten_days": 10, "half_month": 15}
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def within(span: Amount) -> Target | None:
    """24小时内 elapses; 3天内 ends with the working day; months are of the calendar (requirements §0)."""
    if span.unit == "second":
        return {"kind": "elapsed", "seconds": int(span.number)}
    if span.unit in ("minute", "hour"):
        return {"kind": "elapsed", "minutes": int(span.number * (60 if span.unit == "hour" else 1))}
    if span.unit == "working_day":
        return {"kind": "working_days", "days": int(span.number)}
    if span.unit == "shift":
        return {"kind": "shift_end"}
    if span.unit in _DAYS:
        days = span.number * _DAYS[span.unit]
        return (
            {"kind": "days", "days": int(days)}
            if days >= 1
            else {"kind": "elapsed", "minutes": int(days * 1440)}
        )
    months = span.number * _MONTHS.get(span.unit, 0)
    if months >= 1 and months.denominator == 1:
        return {"kind": "months", "months": int(months)}
    return {"kind": "days", "days": int(months * 30)} if months else None


def before(span: Amount | None) -> Target | None:
    """提前一个月, 到期前30天: so long before the date that the event names; None: not later than it."""
    if span is None:
        return {"kind": "before"}
    if span.unit in ("minute", "hour"):
        return {"kind": "before", "minutes": int(span.number * (60 if span.unit == "hour" else 1))}
    if span.unit == "working_day":
        return {"kind": "before", "working_days": int(span.number)}
    if span.unit in _DAYS:
        days = span.number * _DAYS[span.unit]
        return (
            {"kind": "before", "days": int(days)}
            if days >= 1
            else {"kind": "before", "minutes": int(days * 1440)}
        )
    months = span.number * _MONTHS.get(span.unit, 0)
    if months >= 1 and months.denominator == 1:
        return {"kind": "before", "months": int(months)}
    return {"kind": "before", "days": int(months * 30)} if months else None


def day(data: dict[str, Any]) -> Target:
    """当日, 次日10点前 (of the calendar), 次工作日10点前, 当天下班前."""
    at = shown(data["at"]) if data.get("at") is not None else ""
    at = at or ("12:00" if data["part"] in ("morning", "noon") else "")
    if at:
        calendar = data["days"] and not data.get("working")
        return {"kind": "days" if calendar else "by", "days": data["days"], "at": at}
    if data["days"]:
        return {"kind": "day_end", "days": data["days"]}
    # 当天下班前 is the end of one's own shift (requirements D26), 当天 the end of the working day.
    return {"kind": "shift_end" if data["shift"] else "day_end"}


def nth_day(days: int) -> Target:
    """购药后第7天 is a day of the calendar; 节后第一天 the first on which somebody works."""
    return {"kind": "day_end", "days": 1} if days == 1 else {"kind": "days", "days": days}

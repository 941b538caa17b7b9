"""Official Chinese holidays and make-up workdays 调休, by year: from a loaded file or from the library.

The State Council publishes a year's arrangement in the November before. A year that neither a file nor the
installed library knows is unpublished: nothing is guessed, the weekly pattern holds and counts as provisional.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chinese_calendar import constants
from django.utils.translation import gettext as _
from ruamel.yaml import YAML, YAMLError

from zhize.kernel.calendars.models import OfficialDay
from zhize.kernel.db import Invalid

_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
_KINDS = {
    "holiday": "holiday",
    "workday": "workday",
    "休": "holiday",
    "休息": "holiday",
    "放假": "holiday",
    "班": "workday",
    "上班": "workday",
    "调休": "workday",
}
_LONGEST = 366


@dataclass(frozen=True, order=True)
class Special:
    """A day that departs from the week: `kind` is holiday or workday."""

    date: date
    kind: str
    name: str = ""
    name_en: str = ""


def library_years() -> set[int]:
    """Years that the installed library knows."""
    return {day.year for day in constants.holidays}


def library_days(year: int) -> list[Special]:
    """What the library says of a year; empty when it does not know the year."""
    found = [
        Special(day, "holiday", _NAMES.get(name, name), name) for day, name in constants.holidays.items()
    ]
    found += [
        Special(day, "workday", _NAMES.get(name, name), name) for day, name in constants.workdays.items()
    ]
    return sorted(day for day in found if day.date.year == year)


def days_of(years: Iterable[int]) -> dict[int, list[Special]]:
    """The official days of those of `years` that are published. One query."""
    wanted = set(years)
    loaded: dict[int, list[Special]] = {}
    for row in OfficialDay.objects.filter(year__in=wanted):
        loaded.setdefault(row.year, []).append(Special(row.date, row.kind, row.name, row.name_en))
    known = library_years()
    return {
        year: loaded.get(year) or library_days(year)
        for year in sorted(wanted)
        if year in loaded or year in known
    }


def source_of(year: int) -> str:
    """Where a year's days come from: a file's name, "chinesecalendar", or empty when it is unpublished."""
    row = OfficialDay.objects.filter(year=year).only("source").first()
    if row is not None:
        return row.source
    return "chinesecalendar" if year in library_years() else ""


def read_file(name: str, content: str) -> dict[int, list[Special]]:
    """The days in a yearly file, by year. CSV: date, kind, name, name_en. YAML: `days`, or `holidays` and `workdays`.

    A YAML entry has `date`, or `from` and `to`. Raises Invalid with the line or entry that cannot be read.
    """
    entries = _yaml(content) if name.lower().endswith((".yaml", ".yml")) else _csv(content)
    found: dict[date, Special] = {}
    for place, entry in entries:
        for day in _days(place, entry):
            if found.get(day.date, day) != day:
                raise Invalid(
                    {"file": _("%(place)s：%(date)s 出现了两次。") % {"place": place, "date": day.date}}
                )
            found[day.date] = day
    if not found:
        raise Invalid({"file": _("文件里没有任何日期。")})
    years: dict[int, list[Special]] = {}
    for day in sorted(found.values()):
        years.setdefault(day.date.year, []).append(day)
    return years


def _csv(content: str) -> list[tuple[str, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(content.lstrip("\ufeff")))
    if "date" not in (reader.fieldnames or ()) or "kind" not in (reader.fieldnames or ()):
        raise Invalid({"file": _("第一行要有列名 date 和 kind（还可以有 name、name_en）。")})
    return [(_("第 %(n)s 行") % {"n": reader.line_num}, dict(row)) for row in reader]


def _yaml(content: str) -> list[tuple[str, dict[str, Any]]]:
    try:
        data = YAML(typ="safe").load(content)
    except YAMLError as error:
        raise Invalid({"file": str(error)}) from None
    if not isinstance(data, dict):
        raise Invalid({"file": _("文件里没有任何日期。")})
    found: list[tuple[str, dict[str, Any]]] = []
    for key, kind in (("days", None), ("holidays", "holiday"), ("workdays", "workday")):
        for index, entry in enumerate(data.get(key) or [], 1):
            fields = dict(entry) if isinstance(entry, dict) else {"date": entry}
            found.append((f"{key}[{index}]", {"kind": kind, **fields} if kind else fields))
    return found


def _days(place: str, entry: dict[str, Any]) -> list[Special]:
    kind = _KINDS.get(str(entry.get("kind") or "").strip())
    if kind is None:
        raise Invalid(
            {"file": _("%(place)s：kind 只能是 holiday（休）或 workday（班）。") % {"place": place}}
        )
    first = _date(place, entry.get("date") or entry.get("from"))
    last = _date(place, entry.get("to")) if entry.get("to") else first
    if not 0 <= (last - first).days < _LONGEST:
        raise Invalid({"file": _("%(place)s：结束日期早于开始日期。") % {"place": place}})
    name, name_en = (str(entry.get(key) or "").strip() for key in ("name", "name_en"))
    return [Special(first + timedelta(days=n), kind, name, name_en) for n in range((last - first).days + 1)]


def _date(place: str, value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value or "").strip().replace("/", "-"))
    except ValueError:
        raise Invalid({"file": _("%(place)s：日期要写成 2027-01-01。") % {"place": place}}) from None

"""Copies of what the services wrote: the same rows with other days, people, places and words.

A recording notes how far every table reached, then what was added. A copy gives every row a new id, leads every
reference inside the recording to the copied row and every exchanged reference (customer, room, person, area) to its
exchange, moves every moment, and exchanges words in every text. References are foreign keys, pairs named
`x_type`/`x_id`, paths of ids, and ids inside history data, which are known by their key.

Only what the past needs is copied (`APPS`): no notices, deliveries, queued work, search entries or links of the hash
chain. The chain is sealed over the copies like over anything else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from django.apps import apps
from django.db import connection, models

from zhize.desk.demo.services.stage import ZONE
from zhize.lib.businesstime import moment_text

Row = dict[str, Any]
Model = type[models.Model]
Key = tuple[str, int]

APPS = frozenset({"history", "clocks", "duties", "cases", "visits", "customers", "channels", "approvals"})
LEFT_OUT = frozenset({"history.reaction", "history.link", "visits.surveylink"})

# Ids inside JSON: what a key of history data refers to.
MEANINGS = {
    "to_id": "org.person",
    "message": "cases.message",
    "clock": "clocks.clock",
    "obligation": "duties.obligation",
    "callback": "visits.callback",
}

# Columns that hold an id without being a foreign key; None: the row it names is not copied, the copy names nothing.
PLAIN: dict[str, str | None] = {
    "history.entry.customer_ref": "customers.customer",
    "duties.obligation.trigger_entry": "history.entry",
    "duties.slotplan.entry_id": "history.entry",
    "duties.evidence.entry_id": "history.entry",
    "cases.message.delivery_id": None,
}

_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?")
_SAID = re.compile(
    r"(\d{4}-\d{2}-\d{2}) 周. (\d{2}:\d{2})|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d{4}-\d{2}-\d{2}) (\d{2}:\d{2})"
)
_SHORT = re.compile(r"(?<![\d-])\d{2}-\d{2} \d{2}:\d{2}(?!\d)")


def _tables() -> list[Model]:
    found = []
    for model in apps.get_models(include_auto_created=True):
        numeric = isinstance(model._meta.pk, models.BigAutoField) and model._meta.managed
        if model._meta.app_label in APPS and numeric and model._meta.label_lower not in LEFT_OUT:
            found.append(model)
    return found


class Recorder:
    """Notes how far the tables reach, and collects what was added since."""

    def __init__(self) -> None:
        self._tables = _tables()
        self._marks = _reach(self._tables)

    def take(self) -> Recording:
        """What was added since the last call (or the beginning)."""
        rows: dict[Model, list[Row]] = {}
        now = _reach(self._tables)
        for model in self._tables:
            if now[model] > self._marks[model]:
                names = [item.attname for item in model._meta.concrete_fields]
                added = model._base_manager.filter(pk__gt=self._marks[model]).order_by("pk").values(*names)
                rows[model] = list(added)
        self._marks = now
        return Recording(rows)


def _reach(tables: Sequence[Model]) -> dict[Model, int]:
    """The highest id of every table; one statement."""
    parts = [
        f'SELECT {index}, COALESCE(MAX(id), 0) FROM "{model._meta.db_table}"'  # noqa: S608 - names of our own tables
        for index, model in enumerate(tables)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {tables[index]: reached for index, reached in cursor.fetchall()}


@dataclass
class Recording:
    """Rows that belong together, by table, in the order in which they were written."""

    rows: dict[Model, list[Row]]

    def of(self, model: Model) -> list[Row]:
        return self.rows.get(model, [])


@dataclass
class Exchange:
    """What is different in a copy. `columns` overrides columns of a table, `data` keys inside history data."""

    shift: timedelta = timedelta(0)
    rows: Mapping[Key, int] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


class Copier:
    """Collects copies and writes them table by table, in one stream each."""

    def __init__(self) -> None:
        self._waiting: dict[Model, list[Row]] = {}
        self._ids: dict[Model, Iterator[int]] = {}

    def reserve(self, recording: Recording, times: int) -> None:
        """Take ids for `times` copies in one go, so that copying asks the database nothing."""
        for model, rows in recording.rows.items():
            self._ids[model] = chain(self._ids.get(model, ()), _numbers(model, len(rows) * times))

    def add(self, recording: Recording, exchange: Exchange) -> dict[Key, int]:
        """Make one copy; it is written by `flush`. Returns old key → new id."""
        inner = {
            (model._meta.label_lower, row["id"]): next(self._ids[model])
            for model, rows in recording.rows.items()
            for row in rows
        }
        change = _Change(exchange, {**exchange.rows, **inner})
        for model, rows in recording.rows.items():
            self._waiting.setdefault(model, []).extend(change.row(model, row) for row in rows)
        return inner

    def flush(self) -> int:
        """Write everything, referred tables first. Returns the number of rows."""
        count = 0
        for model in _in_order(self._waiting):
            rows = self._waiting[model]
            _write(model, rows)
            count += len(rows)
        self._waiting = {}
        return count


class _Change:
    """One exchange applied to rows."""

    def __init__(self, exchange: Exchange, keys: Mapping[Key, int]) -> None:
        self._exchange, self._keys = exchange, keys
        words = sorted(exchange.words, key=len, reverse=True)
        self._words = re.compile("|".join(re.escape(word) for word in words)) if words else None

    def row(self, model: Model, row: Row) -> Row:
        plan = _plan(model)
        found: Row = {}
        for name, value in row.items():
            found[name] = value if value is None else self._value(plan[name], name, value, row, model)
        found["id"] = self._keys[(model._meta.label_lower, row["id"])]
        found.update(self._exchange.columns.get(model._meta.label_lower, {}))
        return found

    def _value(self, kind: str, name: str, value: Any, row: Row, model: Model) -> Any:
        if kind == "moment" or kind == "day":
            return value + self._exchange.shift
        if kind == "text":
            return self.text(value)
        if kind == "json":
            return self._json(value, "")
        if kind == "nothing":
            return None
        if kind == "path":
            return self._path(value, model._meta.label_lower)
        if kind.startswith("to:"):
            return self._keys.get((kind[3:], value), value)
        if kind == "pair":
            return self._keys.get((row[name.removesuffix("_id") + "_type"], value), value)
        return value

    def _path(self, value: str, label: str) -> str:
        ids = [int(part) for part in value.strip("/").split("/") if part]
        return "/" + "".join(f"{self._keys.get((label, one), one)}/" for one in ids)

    def text(self, value: str) -> str:
        if self._words is not None and value:
            value = self._words.sub(lambda found: self._exchange.words[found.group()], value)
        return value

    def _json(self, value: Any, key: str) -> Any:
        if isinstance(value, dict):
            if value.keys() == {"model", "id", "label"}:
                known = self._keys.get((value["model"], value["id"]), value["id"])
                return {**value, "id": known, "label": self.text(str(value["label"]))}
            return {
                name: self._exchange.data.get(name, self._json(inner, name)) if inner is not None else None
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self._json(inner, key) for inner in value]
        if isinstance(value, str):
            return self._moved(self.text(value))
        if isinstance(value, int) and not isinstance(value, bool) and key in MEANINGS:
            return self._keys.get((MEANINGS[key], value), value)
        return value

    def _moved(self, text: str) -> str:
        if not self._exchange.shift or "-" not in text:
            return text
        if _SAID.search(text):
            return _SAID.sub(self._said, text)
        text = _STAMP.sub(self._stamp, text)
        return _SHORT.sub(self._short, text)

    def _said(self, found: re.Match[str]) -> str:
        """A due moment as an explanation says it, with its weekday."""
        day, hour = found.group(1) or found.group(3), found.group(2) or found.group(4)
        moment = (
            datetime.strptime(f"{day} {hour}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE) + self._exchange.shift
        )
        said = moment_text(moment)
        return said.zh if found.group(1) else said.en

    def _stamp(self, found: re.Match[str]) -> str:
        moment = datetime.fromisoformat(found.group().replace("Z", "+00:00")) + self._exchange.shift
        if "T" in found.group():
            return (
                moment.isoformat().replace("+00:00", "Z")
                if found.group().endswith("Z")
                else moment.isoformat()
            )
        return moment.strftime("%Y-%m-%d %H:%M")

    def _short(self, found: re.Match[str]) -> str:
        moment = datetime.strptime(f"2024-{found.group()}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
        return (moment + self._exchange.shift).strftime("%m-%d %H:%M")


_plans: dict[Model, dict[str, str]] = {}


def _plan(model: Model) -> dict[str, str]:
    """What each column is: a moment, a day, text, JSON, a reference to a table, half of a pair, or left alone."""
    if model not in _plans:
        names = {item.attname for item in model._meta.concrete_fields}
        _plans[model] = {item.attname: _kind(model, item, names) for item in model._meta.concrete_fields}
    return _plans[model]


def _kind(model: Model, item: models.Field[Any, Any], names: set[str]) -> str:
    plain = f"{model._meta.label_lower}.{item.attname}"
    if plain in PLAIN:
        return f"to:{PLAIN[plain]}" if PLAIN[plain] is not None else "nothing"
    if isinstance(item, models.ForeignKey):
        return f"to:{item.related_model._meta.label_lower}"
    if isinstance(item, models.DateTimeField):
        return "moment"
    if isinstance(item, models.DateField):
        return "day"
    if isinstance(item, models.JSONField):
        return "json"
    if item.name == "path":
        return "path"
    if item.name.endswith("_id") and item.name.removesuffix("_id") + "_type" in names:
        return "pair"
    if isinstance(item, models.CharField | models.TextField):
        return "text"
    return "same"


def _numbers(model: Model, count: int) -> Iterator[int]:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [f'"{table}"', count],
        )
        return iter([number for (number,) in cursor.fetchall()])


def _in_order(tables: Iterable[Model]) -> list[Model]:
    """Tables so that a row is written after the rows it refers to."""
    waiting, done = list(tables), set[Model]()
    ordered: list[Model] = []
    while waiting:
        ready = [model for model in waiting if not (_refers_to(model) & set(waiting)) - {model}]
        for model in ready or waiting[:1]:
            ordered.append(model)
            done.add(model)
            waiting.remove(model)
    return ordered


def _refers_to(model: Model) -> set[Model]:
    return {item.related_model for item in model._meta.concrete_fields if isinstance(item, models.ForeignKey)}


def _write(model: Model, rows: Sequence[Row]) -> None:
    """COPY the rows; columns that the database fills in by itself are left to it."""
    columns = [item for item in model._meta.concrete_fields if not item.has_db_default()]
    json_columns = {item.attname for item in columns if isinstance(item, models.JSONField)}
    names = ", ".join(f'"{item.column}"' for item in columns)
    statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(
                [
                    json.dumps(row[item.attname], ensure_ascii=False)
                    if item.attname in json_columns and row[item.attname] is not None
                    else row[item.attname]
                    for item in columns
                ]
            )


def day_of(moment: datetime) -> date:
    """The calendar day on the wall of the centre."""
    return moment.astimezone(ZONE).date()

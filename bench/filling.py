"""A department with many cases: the recorded stories, multiplied by the database itself.

Every row of a story becomes one INSERT … SELECT over the numbers 1 to N: ids, references inside the story, moments,
names, phones, rooms, numbers and texts differ, all else stays as the services wrote it. Then the search index and the hash
chain are made by the product's own code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from django.apps import apps
from django.db import models
from psycopg import sql

from bench.stories import Story, Told
from zhize.desk.demo.services import copying
from zhize.kernel.org.models import Appointment, Person, Position

SPAN_DAYS = 730
OPEN_FROM = 0.6
"""From this share of all cases on, every second one is still open: one in five altogether."""
EACH_OWES = 200
LONG_ONES = 16
# What is still to come for an open matter: moments that a copy moves ahead instead of back.
AHEAD = frozenset({"due_at", "first_due_at", "fire_at", "next_at", "next_due_at", "moved_due_at"})


class Filling:
    """Multiplies stories over a superuser's connection, without foreign keys checked row by row."""

    def __init__(self, connection: psycopg.Connection[Any], told: Told) -> None:
        self._db, self._told = connection, told
        stories = told.stories
        self._stories = {story.name: story for story in stories}
        tables = {apps.get_model(label) for story in stories for label in story.rows}
        self._base = {model: self._highest(model) for model in tables}
        self._most = {
            model: max(len(story.rows.get(model._meta.label_lower, ())) for story in stories)
            for model in tables
        }
        ambassador = stories[0].rows["cases.case"][0]["owner_id"]
        self._changed = {("org.person", ambassador): "holder"}
        self._changed[("org.unit", told.centre)] = "unit"
        self._ambassador = ambassador

    def fill(self, count: int) -> None:
        """`count` cases, each with its household."""
        self._db.execute("SET session_replication_role = replica")
        self._db.execute("SET maintenance_work_mem = '512MB'")
        first, people = self._staff(count)
        self._copies(count, first, people)
        for story in self._stories.values():
            for label, rows in story.rows.items():
                for rank, row in enumerate(rows):
                    self._multiply(story, apps.get_model(label), rank, row)
        for model in self._base:
            table = model._meta.db_table
            self._db.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        self._db.execute("DROP TABLE bench_copies")

    def _highest(self, model: type[models.Model]) -> int:
        found = self._db.execute(f"SELECT coalesce(max(id), 0) FROM {model._meta.db_table}").fetchone()
        return int(found[0]) if found else 0

    def _staff(self, count: int) -> tuple[int, int]:
        """As many ambassadors as it takes for each to owe about 200 things. Returns the first id and how many."""
        waiting = self._stories["waiting"].rows["duties.obligation"]
        owed = sum(1 for row in waiting if row["ended_at"] is None and row["holder_id"] == self._ambassador)
        people = max(1, round(count / 5 * owed / EACH_OWES))
        made = Person.objects.bulk_create(
            Person(
                name=f"大使{index:04}",
                employee_no=f"D{index:05}",
                phone=f"1370001{index % 10000:04}",
                email="",
            )
            for index in range(people)
        )
        held = Position.objects.filter(
            appointments__person_id=self._ambassador, unit_id=self._told.centre
        ).first()
        assert held is not None  # the stage appoints its ambassadors
        Appointment.objects.bulk_create(
            Appointment(person=person, position=held, from_on=date(2024, 1, 1)) for person in made
        )
        return made[0].pk, people

    def _copies(self, count: int, first: int, people: int) -> None:
        """One row for each copy: which story, when, who, what it is called."""
        arrays = {name: _array(words) for name, words in self._told.vocabulary.items()}
        sizes = {name: len(words) for name, words in self._told.vocabulary.items()}
        self._db.execute(f"""
            CREATE UNLOGGED TABLE bench_copies AS
            SELECT k, CASE
                WHEN k > {count} - {LONG_ONES} THEN 'long'
                WHEN k > {count * OPEN_FROM} AND k % 2 = 0 THEN 'waiting'
                WHEN k % 20 = 1 THEN 'counter_sheet'
                WHEN k % 10 IN (2, 4, 5, 6, 7, 8) THEN 'on_the_spot'
                ELSE 'quick' END AS story,
              now() - interval '{SPAN_DAYS} days' * (1 - k::float / {count}) AS at,
              make_interval(days => (1 + k % 59)::int, mins => (k * 37 % 1440)::int) AS ahead,
              CASE WHEN k % 10 = 3 AND k <= {count - LONG_ONES} THEN {self._told.sibling}
                   ELSE {self._told.centre} END AS unit,
              {first} + (k / 2) % {people} AS holder,
              to_char(now() - interval '{SPAN_DAYS} days' * (1 - k::float / {count}), 'YYYYMMDD')
                || '-' || to_char(k, 'FM00000000') AS number,
              ({arrays["surnames"]})[1 + k % {sizes["surnames"]}]
                || ({arrays["given"]})[1 + (k * 7 + k / 100) % {sizes["given"]}] AS name,
              '139' || to_char(k, 'FM00000000') AS phone,
              '139****' || right(to_char(k, 'FM00000000'), 4) AS masked,
              to_char(k, 'FM0000000') AS room,
              ({arrays["titles"]})[1 + (k * 13 + k / 50) % {sizes["titles"]}] AS title,
              replace(replace(replace(({arrays["texts"]})[1 + (k * 13 + k / 50) % {sizes["texts"]}],
                '{{building}}', (1 + k % 40)::text), '{{entrance}}', (1 + k % 4)::text),
                '{{floor}}', (1 + k % 30)::text) AS text
            FROM generate_series(1, {count}) AS k""")
        self._db.execute("CREATE INDEX ON bench_copies (story)")
        self._db.execute("ANALYZE bench_copies")

    def _multiply(self, story: Story, model: type[models.Model], rank: int, row: dict[str, Any]) -> None:
        kinds = copying._plan(model)
        columns, values = [], []
        for field in model._meta.concrete_fields:
            if field.has_db_default():
                continue
            columns.append(sql.Identifier(field.column))
            if field.attname == "id":
                values.append(self._key(model, rank))
            else:
                values.append(self._value(story, kinds[field.attname], field, row))
        self._db.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM bench_copies WHERE story = {} ORDER BY k").format(
                sql.Identifier(model._meta.db_table),
                sql.SQL(", ").join(columns),
                sql.SQL(", ").join(values),
                sql.Literal(story.name),
            )
        )

    def _key(self, model: type[models.Model], rank: int) -> sql.Composable:
        """Ids ascend with the copies, so that the newest matter has the highest."""
        return sql.SQL(f"{self._base[model] + rank + 1} + (k - 1) * {self._most[model]}")

    def _reference(self, story: Story, label: str, value: int) -> sql.Composable:
        for rank, row in enumerate(story.rows.get(label, ())):
            if row["id"] == value:
                return self._key(apps.get_model(label), rank)
        if (label, value) in self._changed:
            return sql.Identifier(self._changed[(label, value)])
        return sql.Literal(value)

    def _value(
        self, story: Story, kind: str, field: models.Field[Any, Any], row: dict[str, Any]
    ) -> sql.Composable:
        value, name = row[field.attname], field.attname
        if value is None or kind == "nothing":
            return sql.SQL("NULL")
        if kind == "moment":
            return self._moment(story, name, value)
        if kind == "json":
            return sql.SQL("{}::jsonb").format(
                self._text(story, json.dumps(_marked(value), ensure_ascii=False))
            )
        if kind == "path":
            return self._text(story, _path(value, model_label(field)))
        if kind.startswith("to:"):
            return self._reference(story, kind[3:], value)
        if kind == "pair":
            return self._reference(story, row[name.removesuffix("_id") + "_type"], value)
        if kind == "text":
            return self._text(story, value)
        return sql.SQL("{}::" + _type(field)).format(sql.Literal(value))

    def _moment(self, story: Story, name: str, value: datetime) -> sql.Composable:
        moment = sql.SQL("{}::timestamptz").format(sql.Literal(value.isoformat()))
        if story.is_open and name in AHEAD:
            return sql.SQL("{} + ahead").format(moment)
        length = max(entry["at"] for entry in story.rows["history.entry"]) - story.start
        shift = sql.SQL("(least(at, now() - {}::interval) - {}::timestamptz)").format(
            sql.Literal(length + timedelta(minutes=5)), sql.Literal(story.start.isoformat())
        )
        return sql.SQL("({} + {})").format(moment, shift)

    def _text(self, story: Story, value: str) -> sql.Composable:
        """The text with the story's words exchanged for the copy's."""
        words = story.words
        found: sql.Composable = sql.Literal(value)
        exchanged = {words.number: sql.SQL("{} || number").format(sql.Literal(words.number[:3]))}
        for sheet in story.rows.get("cases.worksheet", ()):
            exchanged[sheet["number"]] = sql.SQL("{} || number").format(sql.Literal(sheet["number"][:3]))
        for form, old in words.phone_forms.items():
            exchanged.setdefault(old, sql.Identifier("masked" if form == "masked" else "phone"))
        exchanged |= {
            getattr(words, name): sql.Identifier(name) for name in ("name", "room", "title", "text")
        }
        for label, pk in _markers(value):
            exchanged[f'"{_marker(label, pk)}"'] = sql.SQL("({})::text").format(
                self._reference(story, label, pk)
            )
            exchanged[_marker(label, pk)] = sql.SQL("({})::text").format(self._reference(story, label, pk))
        for old, new in exchanged.items():
            if old in value:
                found = sql.SQL("replace({}, {}, {})").format(found, sql.Literal(old), new)
        return found


def _array(words: list[str]) -> str:
    return "ARRAY[" + ",".join("'" + word.replace("'", "''") + "'" for word in words) + "]::text[]"


def _type(field: models.Field[Any, Any]) -> str:
    from django.db import connection

    return str(field.db_type(connection)).split(" GENERATED")[0]


def model_label(field: models.Field[Any, Any]) -> str:
    return field.model._meta.label_lower


def _marker(label: str, pk: int) -> str:
    return f"«{label}:{pk}»"


def _markers(value: str) -> Iterator[tuple[str, int]]:
    for part in value.split("«")[1:]:
        label, _, pk = part.partition("»")[0].partition(":")
        if pk.isdigit():
            yield label, int(pk)


def _marked(value: Any, key: str = "") -> Any:
    """History data with the ids it keeps by name marked, to be exchanged in the text."""
    if isinstance(value, dict):
        return {name: _marked(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_marked(inner, key) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and key in copying.MEANINGS:
        return _marker(copying.MEANINGS[key], value)
    return value


def _path(value: str, label: str) -> str:
    return "/" + "".join(f"{_marker(label, int(part))}/" for part in value.strip("/").split("/") if part)

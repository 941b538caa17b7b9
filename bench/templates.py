"""A story's rows as texts with gaps, filled in for every copy: lines for COPY, sealed contents, search documents.

Ids, references inside the story, moments, names, phones, rooms, numbers and texts are gaps; all else stays as the
services wrote it. Moments move by whole minutes, so that their seconds stay as they were written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models

from bench.copies import Copies, minute_text, minutes
from bench.stories import Story
from zhize.desk.demo.services import copying
from zhize.domains.customers.models import Customer
from zhize.kernel.history import chain
from zhize.kernel.history.models import Entry

# What is still to come for an open matter: moments that a copy moves ahead instead of back.
AHEAD = frozenset({"due_at", "first_due_at", "fire_at", "next_at", "next_due_at", "moved_due_at"})
# A gap inside a text, by characters that no text has. Of a bare one the quotes of JSON around it go too.
OPENS, SHUTS, BARE = "\ue000", "\ue001", "\ue002"
_GAP = re.compile(f'"{OPENS}(\\d+){BARE}"|{OPENS}(\\d+)[{SHUTS}{BARE}]')
_ESCAPED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
NULL = "\\N"
GIVEN = ("transaction",)
"""Columns that the database would fill in, which copies bring along."""

Model = type[models.Model]
Key = tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """A text with gaps and which value goes into which."""

    text: str
    gaps: tuple[int, ...]

    def fill(self, values: Sequence[Any]) -> str:
        return self.text % tuple([values[gap] for gap in self.gaps])


def copied_columns(model: Model) -> list[models.Field[Any, Any]]:
    """Columns that a copy brings along; the database makes the others."""
    fields = model._meta.concrete_fields
    return [item for item in fields if not item.generated and (item.name in GIVEN or not item.has_db_default())]  # fmt: skip


@dataclass
class Numbering:
    """Which ids the copies get: ascending with them, so that the newest matter has the highest."""

    first: dict[Model, int]
    """The highest id before."""
    most: dict[Model, int]
    """How many rows of a table a story has at most."""

    def of(self, model: Model, rank: int, k: int) -> int:
        return self.first[model] + rank + 1 + (k - 1) * self.most[model]


@dataclass
class Gaps:
    """The values that the copies of one story need, each worked out once for a copy."""

    story: Story
    numbering: Numbering
    transaction: int
    """The transaction before those of the copies, one for each."""
    exchanged: dict[tuple[str, int], str]
    """References that lead to somebody else in each copy."""
    words: list[str] = field(default_factory=list)
    ids: list[tuple[int, int]] = field(default_factory=list)
    moments: list[tuple[bool, int]] = field(default_factory=list)
    _places: dict[Any, int] = field(default_factory=dict)
    _marked: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        rows = self.story.rows
        self._ranks = {
            (label, row["id"]): rank for label, listed in rows.items() for rank, row in enumerate(listed)
        }
        self._length = max(entry["at"] for entry in rows["history.entry"]) - self.story.start
        words = self.story.words
        exchanged = {customer_number(row["id"]): self.word("archive") for row in rows["customers.customer"]}
        for old in (words.number, *(sheet["number"] for sheet in rows.get("cases.worksheet", ()))):
            exchanged[old] = old[:3] + self.word("number")
        for form, old in words.phone_forms.items():
            exchanged.setdefault(old, self.word("masked" if form == "masked" else "phone"))
        self._exchanged_words = exchanged | {
            getattr(words, name): self.word(name) for name in ("name", "room", "title", "text")
        }

    def values(self, copies: Copies, k: int) -> list[Any]:
        """What goes into the gaps of copy `k`: words, ids, moments, transaction."""
        said = {**copies.values(k), "archive": customer_number(self.numbering.of(Customer, 0, k))}
        latest = copies.until - minutes_of(self._length) - 5
        shift = min(copies.minute(k), latest) - minutes(self.story.start)
        ahead = copies.ahead(k)
        return [
            *[said[name] for name in self.words],
            *[first + k * most for first, most in self.ids],
            *[minute_text(minute + (ahead if later else shift)) for later, minute in self.moments],
            self.transaction + k,
        ]

    def word(self, name: str) -> str:
        return self._gap("words", self.words, name)

    def id(self, model: Model, rank: int) -> str:
        most = self.numbering.most[model]
        return self._gap("ids", self.ids, (self.numbering.first[model] + rank + 1 - most, most), bare=True)

    def reference(self, label: str, value: int) -> str:
        """The copied row, or whoever takes its place, or the same."""
        if (label, value) in self._ranks:
            return self.id(apps.get_model(label), self._ranks[label, value])
        name = self.exchanged.get((label, value))
        return self._gap("words", self.words, name, bare=True) if name else str(value)

    def moment(self, name: str, value: datetime) -> str:
        """A moment in ISO format."""
        gap = self._gap("moments", self.moments, (self.story.is_open and name in AHEAD, minutes(value)))
        return gap + value.isoformat()[16:]

    def text(self, value: str) -> str:
        """The text with the story's words exchanged for the copy's."""
        for old, new in self._exchanged_words.items():
            value = value.replace(old, new)
        return value

    def data(self, value: Any, key: str = "") -> Any:
        """JSON with its texts exchanged, and the ids it keeps by name."""
        if isinstance(value, dict):
            return {name: self.data(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.data(inner, key) for inner in value]
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, int) and not isinstance(value, bool) and key in copying.MEANINGS:
            found = self.reference(copying.MEANINGS[key], value)
            return found if found.startswith(OPENS) else value
        return value

    def template(self, text: str) -> Template:
        """A text with marked gaps, ready to be filled. After all gaps of the story are known."""
        places = {
            "words": 0,
            "ids": len(self.words),
            "moments": len(self.words) + len(self.ids),
            "transaction": len(self.words) + len(self.ids) + len(self.moments),
        }
        gaps: list[int] = []

        def gap(found: re.Match[str]) -> str:
            kind, place = self._marked[int(found.group(1) or found.group(2))]
            gaps.append(places[kind] + place)
            return "%s"

        return Template(_GAP.sub(gap, text.replace("%", "%%")), tuple(gaps))

    def its_transaction(self) -> str:
        return self._gap("transaction", [], None)

    def _gap(self, kind: str, kept: list[Any], value: Any, *, bare: bool = False) -> str:
        if (kind, value) not in self._places:
            self._places[kind, value] = len(self._places)
            self._marked.append((kind, len(kept)))
            kept.append(value)
        return f"{OPENS}{self._places[kind, value]}{BARE if bare else SHUTS}"


def customer_number(pk: int) -> str:
    """The archive number (`Customer.number`), which is in no column and among what the customer is found by."""
    return f"KH{pk:08}"


def minutes_of(length: timedelta) -> int:
    return int(length.total_seconds() // 60) + 1


class _Moment(str):
    """A moment with a gap, which says itself as moments do."""

    __slots__ = ()

    def isoformat(self) -> str:
        return str(self)


class Rows:
    """The rows of one story as they are copied."""

    def __init__(self, gaps: Gaps) -> None:
        self._gaps = gaps

    def lines(self, model: Model, rows: Sequence[copying.Row]) -> str:
        """Lines for COPY with marked gaps."""
        return "".join(
            "\t".join(self._column(item, row, rank) for item in copied_columns(model)) + "\n"
            for rank, row in enumerate(rows)
        )

    def content(self, rank: int, row: copying.Row) -> str:
        """What the hash chain covers of an entry, with marked gaps."""
        values = {}
        for item in Entry._meta.concrete_fields:
            if item.name not in GIVEN:
                values[item.attname] = self._value(item, row, rank)
        return chain.content(Entry(**{**values, "at": _Moment(values["at"])}))

    def _column(self, item: models.Field[Any, Any], row: copying.Row, rank: int) -> str:
        value = self._value(item, row, rank)
        if value is None:
            return NULL
        if isinstance(value, bool):
            return "t" if value else "f"
        if isinstance(item, models.JSONField):
            value = json.dumps(value, ensure_ascii=False)
        elif isinstance(value, list):
            value = "{" + ",".join(json.dumps(str(one), ensure_ascii=False) for one in value) + "}"
        return "".join(_ESCAPED.get(character, character) for character in str(value))

    def _value(self, item: models.Field[Any, Any], row: copying.Row, rank: int) -> Any:
        """The value of a column, with gaps where copies differ."""
        gaps, name = self._gaps, item.attname
        kind, value = copying._plan(item.model)[name], row[name]
        if name == "id":
            return gaps.id(item.model, rank)
        if name in GIVEN:
            return gaps.its_transaction()
        if value is None or kind == "nothing":
            return None
        if kind == "moment":
            return gaps.moment(name, value)
        if kind == "json":
            return gaps.data(value)
        if kind == "text":
            return gaps.text(value)
        if kind == "path":
            label = item.model._meta.label_lower
            return "/" + "".join(f"{gaps.reference(label, int(one))}/" for one in value.split("/") if one)
        if kind.startswith("to:") or kind == "pair":
            label = kind[3:] if kind != "pair" else row[name.removesuffix("_id") + "_type"]
            found = gaps.reference(label, value)
            return found if found.startswith(OPENS) else value
        return value

"""A department with many cases: the recorded stories as texts with gaps, filled in for every copy and taken in by COPY.

Ids, references, moments, names, phones, rooms, numbers and texts differ from copy to copy, all else stays as the services
wrote it. Every entry is chained to the one before and every household is made searchable on the way, by the product's
own functions for content, digests and search words.
"""

from __future__ import annotations

import hashlib
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from django.apps import apps
from django.db import models

from bench import bulk, vectors
from bench.copies import Copies, minutes
from bench.stories import Story, Told
from bench.templates import NULL, Gaps, Numbering, Rows, Template, copied_columns
from zhize.kernel.history import chain
from zhize.kernel.history.models import Entry, Head, Link
from zhize.kernel.org.models import Appointment, Person, Position
from zhize.kernel.search.models import SearchDoc
from zhize.kernel.search.providers import Document, provider, providers
from zhize.lib import clock, tokens

EACH_OWES = 200
AT_ONCE = 1000
"""So many copies are written together."""
ENTRY = "history.entry"
PARTED = "\x00"
MADE = (Link, SearchDoc)
"""Tables whose rows are made for each copy, not copied."""

Model = type[models.Model]
Batch = dict[Model, list[str]]


@dataclass(frozen=True)
class _Found:
    """What one row of a story is found by, with gaps."""

    start: Template
    at: Template
    title: Template
    keys: Template
    summary: Template
    body: Template

    def line(self, pk: int, values: list[Any]) -> str:
        title, summary = self.title.fill(values), self.summary.fill(values)
        vector = vectors.literal(
            ("A", title), ("B", self.keys.fill(values)), ("C", summary), ("D", self.body.fill(values))
        )
        at = self.at.fill(values)
        time = f"'@{at[:4]}{at[5:7]}{at[8:10]}' '@{at[:4]}{at[5:7]}' '@{at[:4]}'"  # as slices.literal says it
        start = self.start.fill(values)
        return f"{pk}\t{start}\t{title[:300]}\t{summary[:300]}\t{at}\t{vector} {time}\n"


@dataclass(frozen=True)
class _Copier:
    """One story, ready to be copied."""

    gaps: Gaps
    rows: dict[Model, Template]
    entries: int
    contents: Template
    found: list[_Found]


class Filling:
    """Writes copies of the stories over a superuser's connection."""

    def __init__(self, database: psycopg.Connection[Any], told: Told, say: Callable[[str], None]) -> None:
        self._db, self._told, self._say = database, told, say
        self._stories = {story.name: story for story in told.stories}
        self._ambassador = told.stories[0].rows["cases.case"][0]["owner_id"]
        tables = {apps.get_model(label) for story in told.stories for label in story.rows}
        self._numbering = Numbering(
            {model: _highest(model) for model in tables},
            {model: max(len(story.rows.get(model._meta.label_lower, ())) for story in told.stories) for model in tables},
        )  # fmt: skip
        last = Head.objects.get()  # the stories are sealed
        self._link, self._digest, self._first_link = last.number, last.digest, _highest(Link) - last.number
        self._document = _highest(SearchDoc)
        for words in told.vocabulary.values():
            if unfit := [word for word in words if set(word) & set('"\\\n\r\t')]:
                raise RuntimeError(f"these words do not go into JSON as they are: {unfit}")

    def fill(self, count: int) -> None:
        """`count` cases, each with its household."""
        copies = Copies(
            count,
            minutes(clock.now()),
            self._told.centre,
            self._told.sibling,
            self._staff(count),
            self._told.vocabulary,
        )
        before = bulk.take_transactions(self._db, count)
        self._copiers = {name: self._copier(story, before) for name, story in self._stories.items()}
        with bulk.emptied(self._db):
            self._write(copies)
            self._say("written")
            self._db.execute("UPDATE history_head SET number = %s, digest = %s", [self._link, self._digest])
            for model in (*self._numbering.first, *MADE):
                table = model._meta.db_table
                self._db.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
                )
        self._say("indexed")

    def _staff(self, count: int) -> list[int]:
        """As many ambassadors as it takes for each to owe about 200 things."""
        waiting = self._stories["waiting"].rows["duties.obligation"]
        owed = sum(1 for row in waiting if row["ended_at"] is None and row["holder_id"] == self._ambassador)
        made = Person.objects.bulk_create(
            Person(name=f"大使{index:04}", employee_no=f"D{index:05}", phone=f"1370001{index % 10000:04}", email="")
            for index in range(max(1, round(count / 5 * owed / EACH_OWES)))
        )  # fmt: skip
        held = Position.objects.filter(
            appointments__person_id=self._ambassador, unit_id=self._told.centre
        ).first()
        assert held is not None  # the stage appoints its ambassadors
        Appointment.objects.bulk_create(
            Appointment(person=person, position=held, from_on=date(2024, 1, 1)) for person in made
        )
        return [person.pk for person in made]

    def _copier(self, story: Story, before: int) -> _Copier:
        exchanged = {("org.person", self._ambassador): "holder", ("org.unit", self._told.centre): "unit"}
        gaps = Gaps(story, self._numbering, before, exchanged)
        rows = Rows(gaps)
        lines = {apps.get_model(label): rows.lines(apps.get_model(label), found) for label, found in story.rows.items()}  # fmt: skip
        contents = PARTED.join(rows.content(rank, row) for rank, row in enumerate(story.rows[ENTRY]))
        marked = [_marked_document(gaps, label, pk, made) for label, pk, made in _documents(story)]
        return _Copier(
            gaps,
            {model: gaps.template(text) for model, text in lines.items()},
            len(story.rows[ENTRY]),
            gaps.template(contents),
            [_Found(*map(gaps.template, texts)) for texts in marked],
        )

    def _write(self, copies: Copies) -> None:
        """Make lines in this thread while another one hands those made before to the database."""
        columns = {
            model: [item.column for item in copied_columns(model)]
            for model in (*self._numbering.first, *MADE)
        }
        waiting: queue.Queue[Batch | None] = queue.Queue(2)
        problems: list[BaseException] = []

        def hand_over() -> None:
            while (batch := waiting.get()) is not None:
                try:
                    for model, lines in batch.items():
                        if not problems:
                            bulk.write(
                                self._db, model._meta.db_table, columns[model], "".join(lines).encode()
                            )
                except Exception as problem:  # told to the thread that makes
                    problems.append(problem)

        writer = threading.Thread(target=hand_over)
        writer.start()
        try:
            for begin in range(1, copies.count + 1, AT_ONCE):
                waiting.put(self._batch(copies, range(begin, min(begin + AT_ONCE, copies.count + 1))))
                if problems:
                    break
        finally:
            waiting.put(None)
            writer.join()
        if problems:
            raise problems[0]

    def _batch(self, copies: Copies, numbers: range) -> Batch:
        batch: Batch = defaultdict(list)
        for k in numbers:
            copier = self._copiers[copies.story(k)]
            values = copier.gaps.values(copies, k)
            for model, template in copier.rows.items():
                batch[model].append(template.fill(values))
            batch[Link].extend(self._links(copier, values, k))
            for found in copier.found:
                self._document += 1
                batch[SearchDoc].append(found.line(self._document, values))
        return batch

    def _links(self, copier: _Copier, values: list[Any], k: int) -> Iterator[str]:
        """The entries of a copy, each chained to the one before it, as `chain.seal` does."""
        entry, digest, number = self._numbering.of(Entry, 0, k), self._digest, self._link
        for content in copier.contents.fill(values).split(PARTED):
            digest = hashlib.sha256(f"{digest}\n{content}".encode()).hexdigest()
            number += 1
            yield f"{number + self._first_link}\t{number}\t{entry}\t{digest}\n"
            entry += 1
        self._digest, self._link = digest, number


def _highest(model: Model) -> int:
    return int(model._base_manager.aggregate(most=models.Max("pk"))["most"] or 0)


def _documents(story: Story) -> Iterator[tuple[str, int, Document]]:
    """What the product says the story's own rows are found by."""
    for source in providers(story.rows):
        wanted = [row["id"] for row in story.rows[source.label]]
        for row in source.rows().filter(pk__in=wanted):
            made = source.document(row)
            if made is not None:
                yield source.label, row.pk, made


def _marked_document(gaps: Gaps, label: str, pk: int, made: Document) -> tuple[str, ...]:
    unit = NULL if made.unit_id is None else gaps.reference("org.unit", made.unit_id)
    keys = tokens.keys_text(gaps.text(key) for key in made.keys)
    at = made.at.isoformat() if label == "customers.premises" else gaps.moment("at", made.at)
    return (
        f"{label}\t{gaps.reference(label, pk)}\t{unit}",
        at,
        gaps.text(made.title),
        keys,
        gaps.text(made.summary),
        gaps.text(made.body),
    )


def reindex_all() -> None:
    """The index of what stands there before the copies."""
    from zhize.kernel.search.indexing import reindex

    for source in providers():
        reindex(provider(source.label))


def seal_all() -> None:
    """The chain over what stands there before the copies."""
    while chain.seal(limit=100_000):
        pass

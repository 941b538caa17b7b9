"""Keeping the index in step with the rows, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from zhize.kernel import jobs
from zhize.kernel.db import prepared
from zhize.kernel.search import slices
from zhize.kernel.search.models import SearchDoc
from zhize.kernel.search.providers import Document, Provider, provider
from zhize.lib import clock, tokens

BATCH = 500

_UPSERT = """
    INSERT INTO search_searchdoc AS doc (subject_type, object_id, unit_id, title, summary, at, tokens)
    VALUES (%s, %s, %s, %s, %s, %s, %s::tsvector)
    ON CONFLICT (subject_type, object_id) DO UPDATE SET
        unit_id = EXCLUDED.unit_id, title = EXCLUDED.title, summary = EXCLUDED.summary,
        at = EXCLUDED.at, tokens = EXCLUDED.tokens
    WHERE (doc.unit_id, doc.title, doc.summary, doc.at, doc.tokens)
        IS DISTINCT FROM (EXCLUDED.unit_id, EXCLUDED.title, EXCLUDED.summary, EXCLUDED.at, EXCLUDED.tokens)
"""


def index(
    row: models.Model,
    *,
    title: str,
    body: str = "",
    summary: str = "",
    keys: Iterable[str] = (),
    unit_id: int | None = None,
    at: datetime | None = None,
) -> None:
    """Let `row` be found by these texts from now on. `at` (default: now) orders the hits."""
    made = Document(title, at or clock.now(), body, summary, tuple(keys), unit_id)
    _write([_values(row._meta.label_lower, row.pk, made)])


def refresh(row: models.Model) -> None:
    """Index `row` by its model's provider. Raises LookupError for a model that nobody provides."""
    made = provider(row._meta.label_lower).document(row)
    if made is None:
        remove(row)
    else:
        _write([_values(row._meta.label_lower, row.pk, made)])


def remove(row: models.Model) -> None:
    """Let `row` be found no more."""
    SearchDoc.objects.filter(subject_type=row._meta.label_lower, object_id=row.pk).delete()


def later(model: type[models.Model], **which: Any) -> None:
    """Let a job index anew those rows of `model` that fit: what their documents take from elsewhere has changed.

    `which`: lookups of plain JSON values (`customer_id=5`). Nothing is queued where no row fits.
    """
    source = provider(model._meta.label_lower)
    if source.model._base_manager.filter(**which).exists():
        key = ",".join(f"{name}={value}" for name, value in sorted(which.items()))
        jobs.defer(
            "search.again", unique=f"search.again:{source.label}:{key}", label=source.label, which=which
        )


def again(model: type[models.Model], **which: Any) -> None:
    """Index anew those rows of `model` that fit, in batches, each in a transaction of its own."""
    source = provider(model._meta.label_lower)
    ids = list(source.rows().filter(**which).order_by("pk").values_list("pk", flat=True).distinct())
    for start in range(0, len(ids), BATCH):
        _make(source, source.rows().filter(pk__in=ids[start : start + BATCH]))


def _make(source: Provider, rows: Iterable[models.Model]) -> int:
    """Write the documents of a batch of rows; returns how many of them can be found."""
    made = {row.pk: source.document(row) for row in rows}
    hidden = [pk for pk, document in made.items() if document is None]
    with transaction.atomic():
        _write([_values(source.label, pk, document) for pk, document in made.items() if document is not None])
        if hidden:
            SearchDoc.objects.filter(subject_type=source.label, object_id__in=hidden).delete()
    return len(made) - len(hidden)


def reindex(source: Provider) -> int:
    """Make the index of one model anew, in batches, while others work. Returns how many rows it has now."""
    done, last = 0, 0
    while True:
        rows = list(source.rows().filter(pk__gt=last).order_by("pk")[:BATCH])
        if not rows:
            break
        done += _make(source, rows)
        last = rows[-1].pk
    # Rows that were deleted meanwhile, or that the provider no longer reads.
    gone = SearchDoc.objects.filter(subject_type=source.label).exclude(
        object_id__in=source.rows().values("pk")
    )
    gone.delete()
    return done


@dataclass(frozen=True)
class Drift:
    """How far the index of one model is from its rows: rows it lacks or has otherwise, and entries without a row."""

    stale: int
    surplus: int


_COMPARE = """
    SELECT count(*) FROM search_searchdoc AS doc
     WHERE doc.subject_type = %s AND doc.object_id = %s
       AND (doc.unit_id, doc.title, doc.summary, doc.at, doc.tokens) IS NOT DISTINCT FROM (%s, %s, %s, %s, %s::tsvector)
"""


def drift(source: Provider) -> Drift:
    """Compare the index of one model with what its rows say now. Changes nothing."""
    stale, found, last = 0, 0, 0
    while rows := list(source.rows().filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = rows[-1].pk
        for row in rows:
            made = source.document(row)
            if made is None:
                continue
            found += SearchDoc.objects.filter(subject_type=source.label, object_id=row.pk).exists()
            with prepared.cursor() as cursor:
                cursor.execute(_COMPARE, _values(source.label, row.pk, made))
                stale += not cursor.fetchone()[0]
    return Drift(stale, SearchDoc.objects.filter(subject_type=source.label).count() - found)


def _values(label: str, pk: int, document: Document) -> list[Any]:
    vector = tokens.document_vector(
        ("A", document.title),
        ("B", tokens.keys_text(document.keys)),
        ("C", document.summary),
        ("D", document.body),
    )
    clean = [text.replace("\x00", "")[:300] for text in (document.title, document.summary)]
    return [label, pk, document.unit_id, *clean, document.at, f"{vector} {slices.literal(document.at)}"]


def _write(rows: list[list[Any]]) -> None:
    with prepared.cursor() as cursor:
        for row in rows:
            cursor.execute(_UPSERT, row)

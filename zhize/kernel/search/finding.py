"""Finding rows that the actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL

from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import statements
from zhize.kernel.search import slices
from zhize.kernel.search.models import SearchDoc
from zhize.kernel.search.providers import Provider, providers
from zhize.lib import clock, tokens

MOST = 200
# Up to so many hits a list is narrowed by their keys: the index is asked once, however often the list is counted.
FEW = 300
# MATERIALIZED makes PostgreSQL ask the GIN index. Without it, the planner may walk the rows by date and test each, which
# is many times slower for every word that is not common.
_PART = """part{number} AS MATERIALIZED (
    SELECT id, subject_type, object_id, unit_id, title, summary, at FROM search_searchdoc
     WHERE tokens @@ %s::tsquery AND subject_type = ANY(%s) AND {outside} (at >= %s AND at < %s) {older}
     ORDER BY at DESC, id DESC)"""
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Hit:
    """One row found. `cursor` continues after it: `find(..., before=hit.cursor)`."""

    id: int
    subject_type: str
    object_id: int
    unit_id: int | None
    title: str
    summary: str
    at: datetime

    @property
    def cursor(self) -> tuple[datetime, int]:
        return (self.at, self.id)


def find(
    actor: Actor,
    text: str,
    *,
    types: Iterable[str] | None = None,
    limit: int = 20,
    before: tuple[datetime, int] | None = None,
) -> list[Hit]:
    """Rows that have all words of `text`, newest first, as far as `actor` may see them.

    `types` narrows to subject types ("cases.case"). Every word counts from its first character, numbers
    from any four digits. Nothing to look for finds nothing.
    """
    query = tokens.query_tokens(text)
    branches = [branch for source in providers(types) if (branch := _branch(source, actor)) is not None]
    if not query or not branches:
        return []
    parts, everything, values = _slices(query, [source.label for source in providers(types)], before)
    # A row's policy is asked only when it comes to it.
    sql = (
        f"WITH {parts} SELECT * FROM ({everything}) AS hit"  # noqa: S608 - our own; every value is a parameter
        f" WHERE CASE subject_type {' '.join(branch for branch, _ in branches)} END LIMIT %s"
    )
    values += [value for _, given in branches for value in given]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, max(1, min(limit, MOST))])
        hits = [Hit(*row) for row in cursor.fetchall()]
    return sorted(hits, key=lambda hit: hit.cursor, reverse=True)


def newest(model: type[models.Model], text: str) -> list[int]:
    """Keys of the newest rows of a model that have all words of `text`, at most `FEW` + 1; who may see them is not asked."""
    query = tokens.query_tokens(text)
    if not query:
        return []
    parts, everything, values = _slices(query, [model._meta.label_lower], None)
    sql = f"WITH {parts} SELECT object_id FROM ({everything}) AS hit LIMIT %s"  # noqa: S608 - as above
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, FEW + 1])
        return [key for (key,) in cursor.fetchall()]


def narrow(rows: models.QuerySet[M], text: str, few: list[int] | None = None) -> models.QuerySet[M]:
    """The rows of a list that have all words of `text`, all of them, whatever else narrows or sorts the list.

    For lists and their exports. Who may see the rows is decided by `rows` itself. A blank text narrows nothing.
    `few`: what `newest` says, for a list that asked already.
    """
    if not text.strip():
        return rows
    query = tokens.query_tokens(text)
    if not query:
        return rows.none()
    few = newest(rows.model, text) if few is None else few
    if len(few) <= FEW:
        return rows.filter(pk__in=few)
    found = SearchDoc.objects.filter(
        RawSQL("tokens @@ %s::tsquery", [query], output_field=models.BooleanField()),
        subject_type=rows.model._meta.label_lower,
    )
    # Of a common word the planner may also walk the list in its own order and test each row.
    return rows.filter(models.Exists(found.filter(object_id=models.OuterRef("pk"))))


def _slices(query: str, labels: list[str], before: tuple[datetime, int] | None) -> tuple[str, str, list[Any]]:
    """Hits newest first, as parts for WITH, the rows of all of them, and their values.

    Slices are asked one after the other, until whoever reads has enough.
    """
    parts: list[str] = []
    values: list[Any] = []
    for part in slices.newest_first(before[0] if before else clock.now()):
        parts.append(
            _PART.format(
                number=len(parts),
                outside="" if part.words else "NOT",
                older="AND (at, id) < (%s, %s)" if before else "",
            )
        )
        values += [part.asked(query), labels, part.since, part.until, *(before or ())]
    everything = " UNION ALL ".join(f"TABLE part{number}" for number in range(len(parts)))
    return ", ".join(parts), everything, values


def rows_of(hits: Iterable[Hit]) -> dict[tuple[str, int], models.Model]:
    """The rows behind hits, one query for each type, by (subject type, id)."""
    wanted: dict[str, list[int]] = {}
    for hit in hits:
        wanted.setdefault(hit.subject_type, []).append(hit.object_id)
    return {
        (source.label, row.pk): row
        for source in providers(wanted)
        for row in source.rows().filter(pk__in=wanted[source.label])
    }


def _branch(source: Provider, actor: Actor) -> tuple[str, list[Any]] | None:
    """Whether a hit of one type may be seen, by its policy; None when the actor sees no row of it at all."""
    policy = access.policy_of(source.model)

    def visible() -> models.QuerySet[Any]:
        return source.model._base_manager.filter(policy.filter(actor)).order_by().values("pk")

    try:
        inner, given = statements.part(("search", source.label), actor.key, visible)
    except EmptyResultSet:
        return None
    # OFFSET keeps it a question about one row, not a table of all that is visible.
    sql = (
        "WHEN %s THEN EXISTS"  # noqa: S608 - as above
        f" (SELECT 1 FROM ({inner}) AS visible (row_id) WHERE visible.row_id = hit.object_id OFFSET 0)"
    )
    return sql, [source.label, *given]

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
from zhize.kernel.search.models import SearchDoc
from zhize.kernel.search.providers import Provider, providers
from zhize.lib import tokens

MOST = 200
# Up to so many hits a list is narrowed by their keys: the index is asked once, however often the list is counted.
FEW = 300
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
    selects = " UNION ALL ".join(sql for sql, _ in branches)
    older = "WHERE (at, id) < (%s, %s)" if before else ""
    # MATERIALIZED makes PostgreSQL ask the GIN index first. Without it, the planner may walk the rows by date and
    # test each, which is many times slower for every word that is not common.
    sql = (
        "WITH hit AS MATERIALIZED ("  # noqa: S608 - built from our own queries; every value is a parameter
        " SELECT id, subject_type, object_id, unit_id, title, summary, at FROM search_searchdoc"
        " WHERE tokens @@ %s::tsquery AND subject_type = ANY(%s))"
        f" SELECT * FROM ({selects}) AS found {older} ORDER BY at DESC, id DESC LIMIT %s"
    )
    labels = [source.label for source in providers(types)]
    values: list[Any] = [query, labels, *(value for _, given in branches for value in given)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *(before or ()), max(1, min(limit, MOST))])
        return [Hit(*row) for row in cursor.fetchall()]


def narrow(rows: models.QuerySet[M], text: str) -> models.QuerySet[M]:
    """The rows of a list that have all words of `text`, all of them, whatever else narrows or sorts the list.

    For lists and their exports. Who may see the rows is decided by `rows` itself. A blank text narrows nothing.
    """
    if not text.strip():
        return rows
    query = tokens.query_tokens(text)
    if not query:
        return rows.none()
    found = SearchDoc.objects.filter(
        RawSQL("tokens @@ %s::tsquery", [query], output_field=models.BooleanField()),
        subject_type=rows.model._meta.label_lower,
    )
    few = list(found.values_list("object_id", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return rows.filter(pk__in=few)
    # Of a common word the planner may also walk the list in its own order and test each row.
    return rows.filter(models.Exists(found.filter(object_id=models.OuterRef("pk"))))


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
    """The hits of one type narrowed by its policy; None when the actor sees no row of it at all."""
    policy = access.policy_of(source.model)

    def visible() -> models.QuerySet[Any]:
        return source.model._base_manager.filter(policy.filter(actor)).order_by().values("pk")

    try:
        inner, given = statements.part(("search", source.label), actor.key, visible)
    except EmptyResultSet:
        return None
    sql = (
        "SELECT hit.* FROM hit WHERE hit.subject_type = %s"  # noqa: S608 - as above
        f" AND EXISTS (SELECT 1 FROM ({inner}) AS visible (row_id) WHERE visible.row_id = hit.object_id)"
    )
    return sql, [source.label, *given]

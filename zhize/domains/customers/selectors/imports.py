"""Runs of the customer-list import that an actor may look at."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import catalogue
from zhize.domains.customers.importing import Owners
from zhize.domains.customers.importing.lines import is_footing, is_heading
from zhize.domains.customers.importing.places import NEW
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import NotFound
from zhize.kernel.documents.imports import Importer
from zhize.kernel.documents.models import ImportRow, ImportRun

ROWS_SHOWN = 100


def run(actor: Actor, pk: int) -> ImportRun:
    """One run of a customer list. Raises NotFound for another kind of import or another unit's."""
    found = access.fetch(actor, ImportRun, pk)
    access.require(actor, caps.IMPORT)
    if found.kind != Owners.code:
        raise NotFound
    return found


def run_of(pk: int) -> ImportRun | None:
    """The run of this id when it is of a customer list. For reactions, which act for nobody."""
    return ImportRun.objects.filter(pk=pk, kind=Owners.code).first()


def runs(actor: Actor, limit: int = 10) -> list[ImportRun]:
    """The latest runs the actor may see."""
    rows = ImportRun.objects.visible_to(actor).filter(kind=Owners.code)
    return list(rows.select_related("created_by", "unit")[:limit])


def lines(found: ImportRun, show: str = "") -> list[dict[str, Any]]:
    """Rows of a run with what they came to: those of one result, else those with something to say, else the first.

    None of a run whose lines were forgotten.
    """
    if found.forgotten:
        return []
    rows = found.rows.order_by("number")
    if show in {"good", "bad", "duplicate"}:
        rows = rows.filter(trial=show)
    elif show == NEW:
        rows = _with_new_premises(rows)
    elif show:
        rows = rows.filter(outcome=show)
    else:
        telling = rows.filter(~Q(messages=[]))
        rows = telling if telling.exists() else rows
    return [_line(row, Owners) for row in rows[:ROWS_SHOWN]]


def new_premises(found: ImportRun) -> int:
    """How many rows make a room that is not on record yet."""
    return _with_new_premises(found.rows.all()).count()


def new_customers(found: ImportRun) -> int:
    """How many rows made a customer; the others that made something only made a room."""
    return found.rows.filter(outcome="created", subject_type="customers.customer").count()


def _with_new_premises(rows: QuerySet[ImportRow]) -> QuerySet[ImportRow]:
    """Rows with the remark on new premises: a pair that begins with its field."""
    return rows.filter(messages__contains=[[NEW]])


def _line(row: ImportRow, how: type[Importer]) -> dict[str, Any]:
    labels = {field.code: catalogue.spoken(field.label) for field in how.fields}
    said = [f"{labels[field]}：{text}" if field in labels else text for field, text in row.messages]
    skipped = bool(row.cells) and (is_heading(row.cells) or is_footing(row.cells))
    levels = (
        row.cells.get(code, "") for code in ("community", "court", "building", "entrance", "room", "address")
    )
    place = "" if skipped else " ".join(level for level in levels if level)
    return {
        "number": row.number,
        "name": row.cells.get("name", "").replace("\n", " "),
        "place": place,
        "result": "skipped" if skipped else row.outcome or row.trial,
        "messages": said,
        "subject_id": row.subject_id,
        "subject_type": row.subject_type,
    }


def mapping(found: ImportRun) -> list[tuple[str, str]]:
    """(column of the file, field) for every column that brings something; nothing once the lines are forgotten."""
    if found.forgotten:
        return []
    labels = {field.code: catalogue.spoken(field.label) for field in Owners.fields}
    pairs = [
        (place, labels[code]) for code, places in found.columns.items() for place in places if code in labels
    ]
    return [
        (found.heads[place].replace("\n", " ") or _("（无标题）"), label) for place, label in sorted(pairs)
    ]

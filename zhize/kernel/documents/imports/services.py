"""The verbs of an import: upload, remap, start, cancel. Trying and carrying out are done by the worker."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, files, flow, history, jobs
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, NotFound, atomic, copying
from zhize.kernel.documents import reading
from zhize.kernel.documents.imports.kinds import JOIN, Importer, importer
from zhize.kernel.documents.imports.machine import IMPORT
from zhize.kernel.documents.models import ImportRow, ImportRun
from zhize.kernel.files.names import clean
from zhize.kernel.files.services import Readable
from zhize.kernel.org.models import Unit
from zhize.lib import clock

_COLUMNS = ("run_id", "number", "cells", "repeats", "trial", "outcome", "messages", "subject_type")
KEPT = timedelta(days=90)
_WITHOUT_WORDS = """
    UPDATE documents_importrow
       SET cells = '{}', messages = (SELECT coalesce(jsonb_agg(jsonb_build_array(said -> 0, '')), '[]')
                                       FROM jsonb_array_elements(messages) AS said)
     WHERE run_id = ANY(%s)
"""


class NoHeader(DomainError):
    """No row of the file names the columns that are needed."""

    code = "import.no_header"
    message = _("没有找到表头。")
    status = 422
    field = "file"


@atomic
def upload(
    *,
    actor: Actor,
    kind: str,
    content: bytes | Readable,
    name: str,
    unit: Unit | None = None,
    sheet: str | None = None,
) -> ImportRun:
    """Take in a file: keep it, find its head, read its rows, and let the worker try them.

    Refused without the capability of this kind of import, for a file that is no table (UnreadableTable), and where no
    row names all required columns (NoHeader says which are missing). Announces import.uploaded.
    """
    how = importer(kind)
    access.require(actor, how.capability)
    blob = files.store(actor=actor, content=content, name=name)
    grid = reading.read_table(files.content(blob), sheet=sheet)
    header = reading.find_header(grid, {field.code: field.names() for field in how.fields})
    columns = header.columns if header else {}
    missing = [field for field in how.fields if field.required and field.code not in columns]
    if header is None or missing:
        text = _("没有找到表头。表格里要有一行写明这些列：{names}。")
        raise NoHeader(text.format(names="、".join(str(field.label) for field in missing or how.fields)))
    run = ImportRun.objects.create(
        **flow.begin(IMPORT),
        kind=kind,
        name=clean(name),
        blob=blob,
        unit=unit,
        sheet=grid.name,
        header_row=header.row,
        heads=grid.rows[header.row],
        columns={code: list(places) for code, places in columns.items()},
        created_at=clock.now(),
        created_by_id=actor.person_id,
        position_id=actor.position_id,
        system_name=actor.label if actor.person_id is None else "",
    )
    _read_rows(run, how, grid)
    history.record(actor=actor, verb="import.uploaded", subject=run, data={"kind": kind, "rows": run.total})
    jobs.defer("imports.try", run_id=run.pk)
    return run


@atomic
def remap(
    *, actor: Actor, run: ImportRun, header_row: int, columns: Mapping[str, Sequence[int]]
) -> ImportRun:
    """Say by hand which row (0 is the first) is the head and which columns bring which field; try again.

    Refused once the import has started. Raises Invalid for unknown fields, columns that do not exist, and
    required fields without a column.
    """
    how = importer(run.kind)
    access.require(actor, how.capability)
    if run.blob is None:
        raise NotFound
    grid = reading.read_table(files.content(run.blob), sheet=run.sheet or None)
    if not 0 <= header_row < len(grid.rows):
        raise Invalid({"header_row": [_("没有这一行。")]})
    width = len(grid.rows[header_row])
    known = {field.code for field in how.fields}
    faults = {
        code: [_("没有这一列。")]
        for code, places in columns.items()
        if code not in known or any(not 0 <= place < width for place in places)
    }
    faults |= {
        field.code: [_("必须指定这一列。")]
        for field in how.fields
        if field.required and not columns.get(field.code)
    }
    if faults:
        raise Invalid(faults)
    chosen = {code: list(places) for code, places in columns.items() if places}
    flow.perform(
        run,
        "remap",
        actor=actor,
        recorded_as="import.remapped",
        changes={"header_row": header_row, "columns": chosen, "heads": grid.rows[header_row]},
    )
    ImportRow.objects.filter(run=run).delete()
    _read_rows(run, how, grid)
    jobs.defer("imports.try", run_id=run.pk)
    return run


@atomic
def start(*, actor: Actor, run: ImportRun) -> ImportRun:
    """Carry out the rows whose trial was good. Refused before the trial is done, and for others than its uploader
    without the capability of this kind of import."""
    access.require(actor, importer(run.kind).capability)
    flow.perform(run, "start", actor=actor, recorded_as="import.started")
    jobs.defer("imports.carry_out", run_id=run.pk)
    return run


@atomic
def cancel(*, actor: Actor, run: ImportRun, note: str = "") -> ImportRun:
    """Stop here. Rows that were carried out stay carried out."""
    access.require(actor, importer(run.kind).capability)
    flow.perform(
        run,
        "cancel",
        actor=actor,
        note=note,
        recorded_as="import.cancelled",
        changes={"ended_at": clock.now()},
    )
    return run


def forget_files(rows: Iterable[ImportRow]) -> None:
    """Let go of the files that these rows came from, for whoever erases a person: what was imported stays."""
    ImportRun.objects.filter(pk__in={row.run_id for row in rows}).update(blob=None)


@atomic
def forget_old() -> int:
    """Let go of the files of runs that ended 90 days ago, and of the cells of their rows. Returns how many runs.

    A run that nobody started or cancelled within 90 days is cancelled and let go of too. What a row came to stays,
    and in which fields something was said about it.
    """
    before = clock.now() - KEPT
    left = ImportRun.objects.filter(state__in=["trying", "tried"], created_at__lt=before)
    dropped = [_drop(run).pk for run in left.select_for_update()]
    old = ImportRun.objects.filter(Q(ended_at__lt=before) | Q(pk__in=dropped)).exclude(heads=[])
    ids = list(old.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_WORDS, [ids])
    return ImportRun.objects.filter(pk__in=ids).update(blob=None, heads=[])


def _drop(run: ImportRun) -> ImportRun:
    """Cancel what nobody came back to."""
    flow.perform(
        run,
        "cancel",
        actor=access.system("imports.work"),
        recorded_as="import.cancelled",
        changes={"ended_at": clock.now()},
    )
    return run


def _read_rows(run: ImportRun, how: Importer, grid: reading.Grid) -> None:
    """Write the rows below the head, as they are read: a long list is not held a second time."""
    copying.copy_values(ImportRow, _COLUMNS, _rows(run, how, grid))
    run.total = run.rows.count()
    ImportRun.objects.filter(pk=run.pk).update(total=run.total)


def _rows(run: ImportRun, how: Importer, grid: reading.Grid) -> Iterator[tuple[Any, ...]]:
    """The rows below the head without empty ones and repeated heads (one on every printed page)."""
    heads = grid.rows[run.header_row]
    wanted = [(field.code, run.columns[field.code]) for field in how.fields if field.code in run.columns]
    first: dict[str, int] = {}
    for at in range(run.header_row + 1, len(grid.rows)):
        row, number = grid.rows[at], grid.first_row + at
        if row == heads:
            continue
        cells = {
            code: text
            for code, places in wanted
            if (text := JOIN.join(dict.fromkeys(row[place] for place in places if row[place])))
        }
        if not cells:
            continue
        key = how.key(cells)
        earlier = first.setdefault(key, number) if key else number
        repeats = None if earlier == number else earlier
        yield (run.pk, number, json.dumps(cells, ensure_ascii=False), repeats, "", "", "[]", "")

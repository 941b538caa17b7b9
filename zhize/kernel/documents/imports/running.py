"""Trying and carrying out rows, a batch at a time.

A row and what became of it are committed together, so whenever the worker is killed, the next one goes on with
the first row that has no result, and nothing is done twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhize.kernel import access, flow
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic
from zhize.kernel.documents.imports.kinds import BulkImporter, Done, Importer, importer
from zhize.kernel.documents.models import ImportRow, ImportRun, Outcome, Trial
from zhize.lib import clock

TRY_AT_ONCE = 200
CARRY_OUT_AT_ONCE = 200

# One statement for many rows; Django's bulk_update builds a CASE branch per row and column, which takes longer than
# carrying the rows out.
_TRIALS = """
    UPDATE documents_importrow AS target SET trial = given.trial, messages = given.messages
      FROM jsonb_to_recordset(%s::jsonb) AS given (id bigint, trial text, messages jsonb)
     WHERE target.id = given.id
"""
_OUTCOMES = """
    UPDATE documents_importrow AS target
       SET outcome = given.outcome, messages = given.messages,
           subject_type = given.subject_type, subject_id = given.subject_id
      FROM jsonb_to_recordset(%s::jsonb)
           AS given (id bigint, outcome text, messages jsonb, subject_type text, subject_id bigint)
     WHERE target.id = given.id
"""

log = structlog.get_logger(__name__)


@dataclass
class _Result:
    """What one call of an importer came to."""

    done: Done | None
    messages: list[list[str]]


class _Undo(Exception):
    """Rolls back a trial."""


def try_some(run_id: int) -> bool:
    """Try the next rows without effect. True when there are more; at the end the run waits for its person."""
    run = ImportRun.objects.select_related("unit", "created_by").get(pk=run_id)
    if run.state != "trying":
        return False
    how = importer(run.kind)
    rows = list(
        run.rows.filter(trial=Trial.WAITING, outcome=Outcome.WAITING).order_by("number")[
            : _at_once(how, TRY_AT_ONCE)
        ]
    )
    if not rows:
        _finish_trial(run)
        return False
    for row in rows:
        if row.repeats is not None:
            row.trial = Trial.DUPLICATE
            row.messages = [["", _("与第 {number} 行重复。").format(number=row.repeats)]]
    open_rows = [row for row in rows if row.trial == Trial.WAITING]
    for row, result in zip(open_rows, _without_effect(run, how, open_rows), strict=True):
        row.trial = _trial(result)
        row.messages = result.messages
    # Only if the run is still being tried with these columns: the person may have changed them meanwhile.
    with atomic():
        if (
            ImportRun.objects.select_for_update()
            .filter(pk=run.pk, state="trying", version=run.version)
            .exists()
        ):
            _save(rows, _TRIALS, "trial", "messages")
    return True


def _together(how: Importer) -> BulkImporter | None:
    """The import, if it takes rows together."""
    return how if isinstance(how, BulkImporter) and how.at_once else None


def _at_once(how: Importer, one_by_one: int) -> int:
    """How many rows of a list are looked at in one go."""
    bulk = _together(how)
    return bulk.at_once if bulk else one_by_one


def _trial(result: _Result) -> Trial:
    if result.done is None:
        return Trial.BAD
    return Trial.DUPLICATE if result.done.outcome == "repeated" else Trial.GOOD


def carry_out_some(run_id: int) -> bool:
    """Carry out the next rows whose trial was good. True when there are more; at the end the run is done."""
    run = ImportRun.objects.select_related("unit", "created_by").get(pk=run_id)
    if run.state != "running":
        return False
    how = importer(run.kind)
    waiting = run.rows.filter(trial=Trial.GOOD, outcome=Outcome.WAITING).order_by("number")
    ids = list(waiting.values_list("pk", flat=True)[: _at_once(how, CARRY_OUT_AT_ONCE)])
    if not ids:
        flow.perform(
            run,
            "finish",
            actor=access.system("imports.work"),
            data=_counts(run, "outcome"),
            recorded_as="import.finished",
            changes={"ended_at": clock.now()},
        )
        return False
    actor, memory = _actor(run), dict[str, Any]()
    bulk = _together(how)
    if bulk and _carry_out_many(run, bulk, actor, ids):
        return True
    # Ends early, with nothing more to do, when somebody cancels the run.
    return all(_carry_out(run, how, actor, row_id, memory) for row_id in ids)


def _carry_out_many(run: ImportRun, how: BulkImporter, actor: Actor, ids: Sequence[int]) -> bool:
    """All these rows with their results, in one transaction. False when they are to be tried one by one."""
    try:
        with atomic():
            if not ImportRun.objects.select_for_update().filter(pk=run.pk, state="running").exists():
                return False
            waiting = ImportRow.objects.select_for_update().filter(pk__in=ids, outcome=Outcome.WAITING)
            rows = list(waiting.order_by("number"))
            answers = how.apply_many(actor=actor, rows=[row.cells for row in rows], run=run, trial=False)
            for row, result in zip(rows, map(_result, answers), strict=True):
                _note(row, result)
            _save(rows, _OUTCOMES, "outcome", "messages", "subject_type", "subject_id")
    except Exception:
        log.exception("import.batch_failed", run=run.pk, kind=run.kind)
        return False
    return True


def _save(rows: Sequence[ImportRow], statement: str, *columns: str) -> None:
    values = [{"id": row.pk, **{column: getattr(row, column) for column in columns}} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(values, ensure_ascii=False)])


def _note(row: ImportRow, result: _Result) -> None:
    said = result.done.outcome if result.done else Outcome.FAILED
    row.outcome = Outcome.UNCHANGED if said == "repeated" else Outcome(said)
    row.messages = result.messages
    if result.done and result.done.subject is not None:
        row.subject_type = result.done.subject._meta.label_lower
        row.subject_id = result.done.subject.pk


def _carry_out(run: ImportRun, how: Importer, actor: Actor, row_id: int, memory: dict[str, Any]) -> bool:
    """One row with its result, in one transaction. False when the run was stopped."""
    with transaction.atomic():
        row = ImportRow.objects.select_for_update().get(pk=row_id)
        if row.outcome != Outcome.WAITING:
            return True
        if not ImportRun.objects.filter(pk=run.pk, state="running").exists():
            return False
        _note(row, _call(how, actor, row, run, memory))
        row.save(update_fields=["outcome", "messages", "subject_type", "subject_id"])
    return True


def _without_effect(run: ImportRun, how: Importer, rows: Sequence[ImportRow]) -> list[_Result]:
    """Call the importer for all rows and take everything back. Rows see what earlier rows of the batch did."""
    results: list[_Result] = []
    actor, memory = _actor(run), dict[str, Any]()
    bulk = _together(how)
    if bulk:
        try:
            with transaction.atomic():
                answers = bulk.apply_many(actor=actor, rows=[row.cells for row in rows], run=run, trial=True)
            return [_result(answer) for answer in answers]
        except Exception:
            log.exception("import.batch_failed", run=run.pk, kind=run.kind)
    try:
        with transaction.atomic():
            results.extend(_call(how, actor, row, run, memory) for row in rows)
            raise _Undo
    except _Undo:
        return results


def _call(how: Importer, actor: Actor, row: ImportRow, run: ImportRun, memory: dict[str, Any]) -> _Result:
    """One call in a savepoint. A refusal is the row's fault; anything else is ours, is logged, and stops only the row."""
    try:
        with atomic():
            done = how.apply(actor=actor, cells=row.cells, unit=run.unit, memory=memory)
        return _result(done)
    except DomainError as refused:
        return _result(refused)
    except Exception:
        memory.clear()
        log.exception("import.row_failed", run=run.pk, row=row.number, kind=run.kind)
        return _Result(None, [["", _("这一行处理时出错，问题已记入日志。")]])


def _result(answer: Done | DomainError) -> _Result:
    if isinstance(answer, Invalid):
        said = [[name, str(text)] for name, texts in answer.errors.items() for text in texts]
        return _Result(None, said)
    if isinstance(answer, DomainError):
        return _Result(None, [[answer.field or "", str(answer)]])
    return _Result(answer, [[field, str(text)] for field, text in answer.messages])


def _actor(run: ImportRun) -> Actor:
    """The uploader as he is now: rights lost since then are lost for the rest of the rows too."""
    if run.created_by is None:
        return access.system(run.system_name, channel="import")
    return access.for_person(run.created_by, channel="import", position_id=run.position_id)


def _finish_trial(run: ImportRun) -> None:
    flow.perform(
        run,
        "tried",
        actor=access.system("imports.work"),
        data=_counts(run, "trial"),
        recorded_as="import.tried",
    )


def _counts(run: ImportRun, column: str) -> dict[str, int]:
    from zhize.kernel.documents.imports.selectors import counts

    return counts(run, column)

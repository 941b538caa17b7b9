"""The one place that writes columns of a case, and of its parts, that are not their state."""

from __future__ import annotations

from typing import Any

from zhize.domains.cases.kinds import ANSWER
from zhize.domains.cases.models import Case, Promise, WorkSheet
from zhize.domains.duties.models import Obligation
from zhize.kernel.db import guarded_update, prepared


def write(case: Case, **changes: Any) -> None:
    """Guarded update of the given columns. Raises Outrun when somebody was faster."""
    if changes:
        guarded_update(case, **changes)


def refresh_due(pk: int) -> None:
    """Keep when the case is due: by when the customer is answered; where no answer is owed, the nearest of the case's
    own open obligations (work sheets have their own column).

    What the desk owes about it meanwhile, to forward it within minutes, is no limit of the case. Nobody was faster or slower than this: it follows from the obligations alone, so the version stays as it is.
    """
    with prepared.cursor() as cursor:
        cursor.execute(_DUE, {"pk": pk, "answer": ANSWER})


# Composed anew by Django it takes longer than the database takes to do it, and it is done with every obligation.
_DUE = """
    UPDATE cases_case SET next_due_at = owed.due
      FROM (SELECT coalesce(min(due_at) FILTER (WHERE version.rule ->> 'deadline' = %(answer)s), min(due_at)) AS due
              FROM duties_obligation LEFT JOIN duties_dutyversion version ON version.id = duty_version_id
             WHERE subject_type = 'cases.case' AND subject_id = %(pk)s AND ended_at IS NULL AND state = 'open'
               AND kind <> 'callback') AS owed
     WHERE cases_case.id = %(pk)s AND next_due_at IS DISTINCT FROM owed.due
"""


def follow_limit(obligation_id: int) -> None:
    """Carry the due moment of an obligation over to the work sheet or promise it was opened for.

    The version stays as it is, as with `refresh_due`; the obligation's own entry is the record of the change.
    """
    due = Obligation.objects.filter(pk=obligation_id, due_at__isnull=False).values_list("due_at", flat=True)
    for moment in due:
        WorkSheet.objects.filter(obligation=obligation_id).update(due_at=moment)
        Promise.objects.filter(obligation=obligation_id).update(due_at=moment)


def follow_holder(obligation_id: int) -> None:
    """Carry the holder of an obligation over to the work sheet it was opened for."""
    for holder in Obligation.objects.filter(pk=obligation_id).values_list("holder_id", flat=True):
        WorkSheet.objects.filter(obligation=obligation_id).update(person_id=holder)

"""The one place that writes columns of a case that are not its state."""

from __future__ import annotations

from typing import Any

from django.db.models import Min

from zhize.domains.cases.models import Case
from zhize.domains.duties.models import Obligation
from zhize.kernel.db import guarded_update


def write(case: Case, **changes: Any) -> None:
    """Guarded update of the given columns. Raises Outrun when somebody was faster."""
    if changes:
        guarded_update(case, **changes)


def refresh_due(pk: int) -> None:
    """Keep the nearest due moment of the case's own open obligations (work sheets have their own column).

    Nobody was faster or slower than this: it follows from the obligations alone, so the version stays as it is.
    """
    rows = Obligation.objects.filter(
        subject_type="cases.case", subject_id=pk, ended_at__isnull=True, state="open"
    )
    nearest = rows.exclude(kind="callback").aggregate(nearest=Min("due_at"))["nearest"]
    Case.objects.filter(pk=pk).update(next_due_at=nearest)

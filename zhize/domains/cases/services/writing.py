"""The one place that writes columns of a case that are not its state."""

from __future__ import annotations

from typing import Any

from zhize.domains.cases.models import Case
from zhize.kernel.db import guarded_update


def write(case: Case, **changes: Any) -> None:
    """Guarded update of the given columns. Raises Outrun when somebody was faster."""
    if changes:
        guarded_update(case, **changes)

"""Who may search the audit log: by the unit where it happened; what one did oneself is one's own."""

from __future__ import annotations

from typing import ClassVar

from zhize.desk.admin.capabilities import AUDIT_VIEW
from zhize.kernel import access
from zhize.kernel.history.models import Entry


@access.policy
class EntryPolicy(access.Policy[Entry]):
    model = Entry
    view = AUDIT_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("person",)

"""Duties (what a position must do, in versions) and obligations (one dated thing that somebody owes)."""

from __future__ import annotations

from zhize.domains.duties.models.feeds import CalendarFeed
from zhize.domains.duties.models.library import Duty, DutyClause, DutyFact, DutyVersion, Kind
from zhize.domains.duties.models.owed import Escalation, Evidence, Obligation, ObligationKind, SlotPlan

__all__ = [
    "CalendarFeed",
    "Duty",
    "DutyClause",
    "DutyFact",
    "DutyVersion",
    "Escalation",
    "Evidence",
    "Kind",
    "Obligation",
    "ObligationKind",
    "SlotPlan",
]

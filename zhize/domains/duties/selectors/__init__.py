"""Reads of duties and obligations."""

from __future__ import annotations

from zhize.domains.duties.selectors.coverage import (
    ClauseRow,
    clause_coverage,
    counters,
    findings,
    unlinked_clauses,
)
from zhize.domains.duties.selectors.day import Block, Day, Item, handed_over, items, my_day, to_accept
from zhize.domains.duties.selectors.owed import (
    about,
    candidate,
    candidates,
    escalations,
    evidence,
    explain,
    filtered,
    owed_by_unit,
    owed_until,
    people_to_task,
    person_to_task,
    reportable,
    subject_of,
    unit_of_task,
    visible,
    with_everything,
    with_people,
)

__all__ = [
    "Block",
    "ClauseRow",
    "Day",
    "Item",
    "about",
    "candidate",
    "candidates",
    "clause_coverage",
    "counters",
    "escalations",
    "evidence",
    "explain",
    "filtered",
    "findings",
    "handed_over",
    "items",
    "my_day",
    "owed_by_unit",
    "owed_until",
    "people_to_task",
    "person_to_task",
    "reportable",
    "subject_of",
    "to_accept",
    "unit_of_task",
    "unlinked_clauses",
    "visible",
    "with_everything",
    "with_people",
]

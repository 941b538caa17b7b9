"""Reads of leave and of handing over."""

from __future__ import annotations

from zhize.domains.shifts.selectors.leave import (
    chips,
    due_meanwhile,
    month,
    near,
    of_person,
    proposed,
    uncovered,
    visible,
    who_decides,
)

__all__ = [
    "chips",
    "due_meanwhile",
    "month",
    "near",
    "of_person",
    "proposed",
    "uncovered",
    "visible",
    "who_decides",
]

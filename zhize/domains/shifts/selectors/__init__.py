"""Reads of leave and of handing over."""

from __future__ import annotations

from zhize.domains.shifts.selectors.handover import (
    left_by_last_shift,
    lines,
    log_chips,
    logs,
    owed_in,
    parties,
    position_of,
    running_log,
    shift_began,
    shift_name,
    signatures,
    still_open,
    takeover_chips,
    takeovers,
)
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
    "left_by_last_shift",
    "lines",
    "log_chips",
    "logs",
    "month",
    "near",
    "of_person",
    "owed_in",
    "parties",
    "position_of",
    "proposed",
    "running_log",
    "shift_began",
    "shift_name",
    "signatures",
    "still_open",
    "takeover_chips",
    "takeovers",
    "uncovered",
    "visible",
    "who_decides",
]

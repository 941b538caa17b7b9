"""Approvals by positions, step by step, with deputies; nobody decides on what is his own."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zhize.kernel.approvals.routes import Route, Step, kind, kinds

if TYPE_CHECKING:
    from zhize.kernel.approvals.models import Approval, ApprovalStep
    from zhize.kernel.approvals.selectors import (
        current_step,
        deciders,
        of_subject,
        signatories,
        steps,
        subject_of,
        waiting_for,
    )
    from zhize.kernel.approvals.services import (
        AlreadyAsked,
        NoSuchPosition,
        NotYourStep,
        OwnRequest,
        decide,
        request,
        resubmit,
        withdraw,
    )

_LAZY = {
    **dict.fromkeys(("Approval", "ApprovalStep"), "models"),
    **dict.fromkeys(
        ("current_step", "deciders", "of_subject", "signatories", "steps", "subject_of", "waiting_for"),
        "selectors",
    ),
    **dict.fromkeys(
        (
            "AlreadyAsked",
            "NoSuchPosition",
            "NotYourStep",
            "OwnRequest",
            "decide",
            "request",
            "resubmit",
            "withdraw",
        ),
        "services",
    ),
}

__all__ = [
    "AlreadyAsked",
    "Approval",
    "ApprovalStep",
    "NoSuchPosition",
    "NotYourStep",
    "OwnRequest",
    "Route",
    "Step",
    "current_step",
    "decide",
    "deciders",
    "kind",
    "kinds",
    "of_subject",
    "request",
    "resubmit",
    "signatories",
    "steps",
    "subject_of",
    "waiting_for",
    "withdraw",
]


def __getattr__(name: str) -> Any:
    # Loaded on first use: app configurations import this package before the tables may be imported.
    if name in _LAZY:
        value = getattr(import_module(f"zhize.kernel.approvals.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)

"""Capabilities, grants, policies and doors: who may do what to which rows, written once."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zhize.kernel.access.capabilities import all_capabilities, capability, known

if TYPE_CHECKING:
    from zhize.kernel.access.actor import (
        Actor,
        Holding,
        Reach,
        customer,
        customer_capability,
        for_person,
        for_token,
        for_user,
        is_system,
        system,
        system_actor,
        unit_of,
    )
    from zhize.kernel.access.models import Scope
    from zhize.kernel.access.rules import (
        Policy,
        Reason,
        ScopedManager,
        ScopedQuerySet,
        allowed,
        explain,
        fetch,
        models_with_policy,
        policy,
        policy_of,
        reaches_unit,
        require,
        units_within,
        visible,
    )

# Loaded on first use: app configurations import this package before the tables may be imported.
_LAZY = {
    **dict.fromkeys(
        (
            "Actor",
            "Holding",
            "Reach",
            "customer",
            "customer_capability",
            "for_person",
            "for_token",
            "for_user",
            "is_system",
            "system",
            "system_actor",
            "unit_of",
        ),
        "actor",
    ),
    "Scope": "models",
    **dict.fromkeys(
        (
            "Policy",
            "Reason",
            "ScopedManager",
            "ScopedQuerySet",
            "allowed",
            "explain",
            "fetch",
            "models_with_policy",
            "policy",
            "policy_of",
            "reaches_unit",
            "require",
            "units_within",
            "visible",
        ),
        "rules",
    ),
}

__all__ = [
    "Actor",
    "Holding",
    "Policy",
    "Reach",
    "Reason",
    "Scope",
    "ScopedManager",
    "ScopedQuerySet",
    "all_capabilities",
    "allowed",
    "capability",
    "customer",
    "customer_capability",
    "explain",
    "fetch",
    "for_person",
    "for_token",
    "for_user",
    "is_system",
    "known",
    "models_with_policy",
    "policy",
    "policy_of",
    "reaches_unit",
    "require",
    "system",
    "system_actor",
    "unit_of",
    "units_within",
    "visible",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        value = getattr(import_module(f"zhize.kernel.access.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)

"""What the holder of a drafted position may do: the own duties, and those of the people who report to it."""

from __future__ import annotations

from zhize.kernel.access import Scope

Grants = dict[str, tuple[str, ...]]
"""How far → the capabilities, as a pack writes them."""
_OWN = ("approval.decide", "approval.request", "approval.view", "obligation.accept", "obligation.fulfil",
        "obligation.report")  # fmt: skip
_SEEN = ("obligation.assign", "obligation.view")
_LEADING = ("obligation.excuse", "obligation.move", "obligation.reassign")


def grants(*, leads: bool) -> Grants:
    """`leads`: others of the draft report to it. The unit may hold positions above it, so it reaches only these others."""
    found = {
        Scope.OWN: _OWN if leads else (*_OWN, *_SEEN),
        Scope.TEAM: (*_LEADING, *_SEEN) if leads else (),
        Scope.SUBTREE: ("duty.view",),
        Scope.ALL: ("org.view", "person.view"),
    }
    return {scope.value: listed for scope, listed in found.items() if listed}

"""Clocks are seen by unit; what may be done with one follows from the row it belongs to."""

from __future__ import annotations

from zhize.kernel import access
from zhize.kernel.clocks.capabilities import VIEW
from zhize.kernel.clocks.models import Clock


@access.policy
class ClockPolicy(access.Policy[Clock]):
    model = Clock
    view = VIEW
    unit = "unit"

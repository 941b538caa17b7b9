"""Tables of leave and of handing over."""

from zhize.domains.shifts.models.handover import ShiftLog, Takeover, TakeoverLine
from zhize.domains.shifts.models.leave import Half, Leave, LeaveKind, LeaveRule

__all__ = ["Half", "Leave", "LeaveKind", "LeaveRule", "ShiftLog", "Takeover", "TakeoverLine"]

"""Tables of the domain."""

from zhize.domains.cases.models.case import Assignment, Case, CaseLink, Tick, Watching
from zhize.domains.cases.models.conversation import Message, Promise, Transfer
from zhize.domains.cases.models.cooperation import (
    Alarm,
    AlarmCall,
    DelayAudit,
    MajorReport,
    Paper,
    PaperKind,
    PaperReceiver,
    WorkSheet,
)

__all__ = [
    "Alarm",
    "AlarmCall",
    "Assignment",
    "Case",
    "CaseLink",
    "DelayAudit",
    "MajorReport",
    "Message",
    "Paper",
    "PaperKind",
    "PaperReceiver",
    "Promise",
    "Tick",
    "Transfer",
    "Watching",
    "WorkSheet",
]

"""Meetings with their decisions, talks on record, proposals."""

from __future__ import annotations

from zhize.domains.meetings.models.meetings import Attendance, Decision, Meeting, MeetingKind, Presence
from zhize.domains.meetings.models.proposals import STAFF_KINDS, Proposal, ProposalKind
from zhize.domains.meetings.models.talks import CONFIDENTIAL, UPWARD, Talk, TalkKind

__all__ = [
    "CONFIDENTIAL",
    "STAFF_KINDS",
    "UPWARD",
    "Attendance",
    "Decision",
    "Meeting",
    "MeetingKind",
    "Presence",
    "Proposal",
    "ProposalKind",
    "Talk",
    "TalkKind",
]

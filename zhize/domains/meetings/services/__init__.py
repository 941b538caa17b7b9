"""The verbs of meetings, talks and proposals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhize.domains.meetings.services.meetings import (
    RECORD,
    call,
    cancel,
    change,
    close,
    decide,
    mark,
    strike,
    write,
)
from zhize.domains.meetings.services.proposals import (
    adopt,
    carry_out,
    decline,
    file_proposal,
    withdraw,
)
from zhize.domains.meetings.services.talks import answer, read, record_talk

NO_SUCH_CHOICE = _("没有这一项，或者不在您的范围内。")

__all__ = [
    "NO_SUCH_CHOICE",
    "RECORD",
    "adopt",
    "answer",
    "call",
    "cancel",
    "carry_out",
    "change",
    "close",
    "decide",
    "decline",
    "file_proposal",
    "mark",
    "read",
    "record_talk",
    "strike",
    "withdraw",
    "write",
]

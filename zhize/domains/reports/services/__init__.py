"""The verbs of the domain: one function each, for every door."""

from zhize.domains.reports.services.drafting import (
    decide_cause,
    open_draft,
    open_due,
    write_cause,
    write_text,
)
from zhize.domains.reports.services.issuing import issue
from zhize.domains.reports.services.receiving import accept, approve, file, give_back, move, read, receive

__all__ = [
    "accept",
    "approve",
    "decide_cause",
    "file",
    "give_back",
    "issue",
    "move",
    "open_draft",
    "open_due",
    "read",
    "receive",
    "write_cause",
    "write_text",
]

"""Raw messages as they come from the network, turned into something the department can work with.

`parse` either returns a ParsedMail or raises UnreadableMail with a stable reason; nothing else, whatever the
bytes. Nothing here decides what becomes of a message: it only says what it is.
"""

from __future__ import annotations

from zhize.lib.mailparse.model import (
    OWN_HEADER,
    REPLY_LINE,
    Address,
    Attachment,
    Bounce,
    FailedRecipient,
    Limits,
    MailKind,
    ParsedMail,
    UnreadableMail,
)
from zhize.lib.mailparse.parse import parse
from zhize.lib.mailparse.quoting import cut_quote, plain_subject

__all__ = [
    "OWN_HEADER",
    "REPLY_LINE",
    "Address",
    "Attachment",
    "Bounce",
    "FailedRecipient",
    "Limits",
    "MailKind",
    "ParsedMail",
    "UnreadableMail",
    "cut_quote",
    "parse",
    "plain_subject",
]

"""What a parsed message consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# Every message that this product sends carries this header; one that comes back with it is a loop.
OWN_HEADER = "X-Zhize-Mail"
# Stands in outgoing messages above the quoted history; answers are cut here whatever the client does.
REPLY_LINE = "##- 请在此行以上回复 / Please reply above this line -##"

# message: written by somebody; auto_reply: written by a machine in answer; bounce: finally not delivered;
# delay: not delivered yet; receipt: read or delivered.
MailKind = Literal["message", "auto_reply", "bounce", "delay", "receipt"]
AttachmentKind = Literal["file", "inline", "calendar", "message"]


class UnreadableMail(Exception):
    """A message that cannot be read. `reason` is stable: empty, too_large, too_deep, too_many_parts,
    no_sender, encrypted, refused_charset, malformed."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}" if detail else reason)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read before a message is refused (or its text shortened)."""

    size: int = 30 * 1024 * 1024
    depth: int = 20
    parts: int = 300
    text: int = 400_000


@dataclass(frozen=True, slots=True)
class Address:
    """`email` is lower case; `name` is decoded and may be empty."""

    email: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the text. `name` is safe as a file name; `content_id` is without brackets."""

    name: str
    content_type: str
    data: bytes
    kind: AttachmentKind = "file"
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One address of a delivery report; `status` is the enhanced code (5.1.1) where there is one."""

    email: str
    status: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says, and the Message-ID it is about (without brackets, may be unknown)."""

    recipients: tuple[FailedRecipient, ...]
    original_message_id: str = ""


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """One readable message. Texts are free of NUL and other control characters; moments are UTC.

    `text` is the whole body as text, `reply` the part that the sender wrote now: without the quoted history,
    the signature line and "sent from my phone"; the whole text again when nothing would be left.
    Message-IDs are without their angle brackets. `return_path` is None when unknown and "" for the null path.
    """

    sender: Address
    subject: str
    text: str
    reply: str
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    sent_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    kind: MailKind = "message"
    kind_reason: str = ""
    bounce: Bounce | None = None
    return_path: str | None = None
    list_id: str = ""
    is_bulk: bool = False
    own_marks: tuple[str, ...] = ()
    truncated: bool = False
    repairs: tuple[str, ...] = ()
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def threads(self) -> tuple[str, ...]:
        """The Message-IDs this one answers, the nearest first."""
        return tuple(dict.fromkeys([*self.in_reply_to, *reversed(self.references)]))

    @property
    def recipients(self) -> tuple[str, ...]:
        """Every address it was sent to, as far as the headers say."""
        named = [address.email for address in (*self.to, *self.cc)]
        return tuple(dict.fromkeys([*named, *self.delivered_to]))

    def header(self, name: str) -> str:
        """The first header of this name, decoded, or an empty string."""
        return (self.headers.get(name.lower()) or ("",))[0]

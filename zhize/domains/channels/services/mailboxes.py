"""Fetching mail from the mailbox (IMAP), each message once."""

from __future__ import annotations

import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from django.conf import settings
from imap_tools import AND, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from zhize.domains.channels.models import Mailbox
from zhize.domains.channels.services import mailin
from zhize.kernel.access import Actor
from zhize.lib import clock

logger = logging.getLogger("zhize.channels.mail")

BATCH = 50
TIMEOUT_SECONDS = 30
FAILURES = (OSError, imaplib.IMAP4.error, ImapToolsError, ssl.SSLError)


@dataclass(frozen=True)
class Source:
    """The mailbox of ZHIZE_IMAP_URL: imap://, imap+tls://, imaps://user:password@host:port/folder."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    @classmethod
    def configured(cls) -> Self | None:
        """None: no mail is fetched."""
        url = settings.CONFIG.imap_url
        if not url:
            return None
        parts = urlsplit(url)
        port = parts.port or (993 if parts.scheme == "imaps" else 143)
        folder = unquote(parts.path.strip("/")) or "INBOX"
        return cls(
            parts.scheme,
            parts.hostname or "",
            port,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            folder,
        )

    @property
    def name(self) -> str:
        """What the mailbox is called in our tables; no password in it."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"[:200]

    @contextmanager
    def open(self) -> Iterator[Any]:
        """The mailbox with its folder selected."""
        kinds = {"imaps": MailBox, "imap+tls": MailBoxStartTls}
        kind: Any = kinds.get(self.scheme, MailBoxUnencrypted)
        with kind(self.host, self.port, timeout=TIMEOUT_SECONDS).login(
            self.user, self.password, initial_folder=self.folder
        ) as mailbox:
            yield mailbox


def fetch(*, actor: Actor, source: Source | None = None) -> int:
    """Take in what is new in the mailbox, at most BATCH messages (all of them when it is seen first). How many were new.

    Each message is committed by itself and then the position is moved on: killed in between, the next run meets
    a message that it knows. A mailbox that fails is noted and tried again; a message never is skipped.
    """
    chosen = source or Source.configured()
    if chosen is None:
        return 0
    box, _fresh = Mailbox.objects.get_or_create(name=chosen.name)
    try:
        with chosen.open() as mailbox:
            count = _fetch(actor, box, mailbox, chosen)
    except FAILURES as problem:
        _failing(box, problem)
        return 0
    Mailbox.objects.filter(pk=box.pk).update(read_at=clock.now(), error="", failing_since=None)
    return count


def _fetch(actor: Actor, box: Mailbox, mailbox: Any, source: Source) -> int:
    status = mailbox.folder.status(source.folder, ["UIDVALIDITY", "UIDNEXT"])
    validity, there = int(status["UIDVALIDITY"]), int(status["UIDNEXT"]) - 1
    uids = _new_uids(box, mailbox, validity)
    if box.uid_validity == validity:
        return _take(actor, box, mailbox, source, uids[:BATCH])
    # All at once, and the position only then: otherwise the next run would take what was read long ago for new.
    first = Mailbox(pk=box.pk, uid_validity=validity)
    fresh = _take(actor, first, mailbox, source, uids)
    Mailbox.objects.filter(pk=box.pk).update(uid_validity=validity, last_uid=max([there, *uids]))
    return fresh


def _take(actor: Actor, box: Mailbox, mailbox: Any, source: Source, uids: list[int]) -> int:
    """Take these messages in, each in a transaction of its own. Returns how many were new to us."""
    validity, fresh = box.uid_validity, 0
    for uid in uids:
        arrival = _arrival(mailbox, source, validity, uid)
        if arrival is not None:
            fresh += mailin.take_in(actor=actor, arrival=arrival).fresh
            _mark_seen(mailbox, uid)
        Mailbox.objects.filter(pk=box.pk, uid_validity=validity, last_uid__lt=uid).update(last_uid=uid)
    return fresh


def _new_uids(box: Mailbox, mailbox: Any, validity: int) -> list[int]:
    """UIDs not taken yet, in order.

    A mailbox seen for the first time gives only what nobody has read, so that connecting an old one does not open
    a thousand cases. When the server numbered anew, what is unread or recent is looked at again; what is known
    is recognised by its contents.
    """
    if box.uid_validity == validity:
        found = mailbox.uids(f"UID {box.last_uid + 1}:*")
        return sorted(uid for uid in map(int, found) if uid > box.last_uid)
    uids = set(map(int, mailbox.uids(AND(seen=False))))
    if box.uid_validity and box.read_at is not None:
        since = (box.read_at - timedelta(days=2)).date()
        uids |= set(map(int, mailbox.uids(AND(date_gte=since))))
    return sorted(uids)


def _arrival(mailbox: Any, source: Source, validity: int, uid: int) -> mailin.Arrival | None:
    """The message of a UID; of one that is too large only the head. None when it was deleted meanwhile."""
    size = _size(mailbox, uid)
    too_large = size > mailin.LIMITS.size
    raw = _data(mailbox, uid, "BODY.PEEK[HEADER]" if too_large else "BODY.PEEK[]")
    if not raw:
        return None
    problem = ("too_large", f"{size} bytes; the whole message is in the mailbox") if too_large else None
    return mailin.Arrival(raw, source.name, validity, uid, problem)


def _size(mailbox: Any, uid: int) -> int:
    status, data = mailbox.client.uid("FETCH", str(uid), "(RFC822.SIZE)")
    text = b" ".join(item if isinstance(item, bytes) else item[0] for item in data if item)
    _before, _word, after = text.upper().partition(b"RFC822.SIZE ")
    digits = after.split(b")")[0].split()[:1]
    return int(digits[0]) if status == "OK" and digits and digits[0].isdigit() else 0


def _data(mailbox: Any, uid: int, part: str) -> bytes:
    status, data = mailbox.client.uid("FETCH", str(uid), f"({part})")
    if status != "OK":
        raise imaplib.IMAP4.error(f"FETCH {uid}: {status}")
    return next((bytes(item[1]) for item in data if isinstance(item, tuple)), b"")


def _mark_seen(mailbox: Any, uid: int) -> None:
    """So that people who look into the mailbox see what was taken in; a read-only mailbox does without."""
    try:
        mailbox.client.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Seen)")
    except imaplib.IMAP4.error as refused:
        logger.info("cannot mark %s as seen: %s", uid, refused)


def _failing(box: Mailbox, problem: Exception) -> None:
    text = f"{type(problem).__name__}: {problem}"[:300]
    logger.warning("mailbox %s: %s", box.name, text)
    Mailbox.objects.filter(pk=box.pk).update(error=text, failing_since=box.failing_since or clock.now())

"""From raw bytes to a ParsedMail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email._policybase import Compat32
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from zhize.lib.mailparse import classify
from zhize.lib.mailparse.body import Body, read_body
from zhize.lib.mailparse.charsets import RefusedCharset, clean_line, decode_header
from zhize.lib.mailparse.model import OWN_HEADER, Address, Limits, ParsedMail, UnreadableMail
from zhize.lib.mailparse.quoting import cut_quote

_ID = re.compile(r"<([^<>\s]{1,250})>")
_ADDRESS = re.compile(r"^[^\s@<>\"(),:;\[\]\\]{1,200}@[^\s@<>\"(),:;\\]{1,200}$")
_LOOSE_ADDRESS = re.compile(r"[\w.%+=/-]{1,100}@[\w-]{1,100}(?:\.[\w-]{1,100})+")
_MAX_ADDRESSES = 200
_MAX_IDS = 100
_MAX_HEADER = 20_000


class _RawPolicy(Compat32):
    """The lenient classic policy, except that bytes in headers are not thrown away."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_POLICY = _RawPolicy()


def parse(raw: bytes, limits: Limits = Limits()) -> ParsedMail:  # noqa: B008 - frozen
    """The message in `raw`. Raises UnreadableMail, and nothing else, when it cannot be read."""
    try:
        return _parse(raw, limits)
    except UnreadableMail:
        raise
    except RefusedCharset as error:
        raise UnreadableMail("refused_charset", str(error)) from error
    except RecursionError as error:
        raise UnreadableMail("too_deep") from error
    except Exception as error:
        # Whatever else the standard library stumbles over in bytes that a stranger chose.
        raise UnreadableMail("malformed", f"{type(error).__name__}: {error}"[:300]) from error


@dataclass(slots=True)
class _Heads:
    """The decoded headers of a message, by lower-case name."""

    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    raw: dict[str, list[str]] = field(default_factory=dict)

    def first(self, name: str) -> str:
        return (self.values.get(name) or ("",))[0]


def _parse(raw: bytes, limits: Limits) -> ParsedMail:
    if not raw.strip():
        raise UnreadableMail("empty")
    if len(raw) > limits.size:
        raise UnreadableMail("too_large", f"{len(raw)} bytes")
    # mbox files and some spools put their own line on top.
    if raw.startswith(b"From "):
        raw = raw.split(b"\n", 1)[-1]
    message = message_from_bytes(raw, policy=_POLICY)
    _measure(message, limits)
    heads = _read_heads(message)
    sender = _sender(heads)
    body = read_body(message, limits)
    return _assemble(message, heads, sender, body)


def _assemble(message: Message, heads: _Heads, sender: Address, body: Body) -> ParsedMail:
    return_path = _return_path(heads)
    kind, reason, bounce = classify.kind_of(message, heads.values, sender.email, return_path, body.text)
    return ParsedMail(
        sender=sender,
        subject=heads.first("subject")[:1000],
        text=body.text,
        reply=cut_quote(body.marked),
        message_id=next(_ids(heads, "message-id"), ""),
        in_reply_to=tuple(_ids(heads, "in-reply-to")),
        references=tuple(_ids(heads, "references")),
        reply_to=_addresses(heads, "reply-to"),
        to=_addresses(heads, "to"),
        cc=_addresses(heads, "cc"),
        delivered_to=tuple(
            dict.fromkeys(
                address.email
                for name in (
                    "delivered-to",
                    "x-original-to",
                    "envelope-to",
                    "x-envelope-to",
                    "x-forwarded-to",
                )
                for address in _addresses(heads, name)
            )
        ),
        sent_at=_moment(heads.first("date")),
        attachments=tuple(body.attachments),
        kind=kind,
        kind_reason=reason,
        bounce=bounce,
        return_path=return_path,
        list_id=classify.list_id(heads.values),
        is_bulk=classify.is_bulk(heads.values),
        own_marks=heads.values.get(OWN_HEADER.lower(), ()),
        truncated=body.truncated,
        repairs=tuple(dict.fromkeys(body.repairs)),
        headers=heads.values,
    )


def _measure(message: Message, limits: Limits) -> None:
    """Refuses a tree that is too deep or too wide, without recursion."""
    waiting = [(message, 1)]
    count = 0
    while waiting:
        part, depth = waiting.pop()
        count += 1
        if count > limits.parts:
            raise UnreadableMail("too_many_parts")
        if depth > limits.depth:
            raise UnreadableMail("too_deep")
        payload = part.get_payload()
        if isinstance(payload, list):
            waiting.extend((child, depth + 1) for child in payload if isinstance(child, Message))
    kind = message.get_content_type()
    smime = str(message.get_param("smime-type") or "").lower()
    if kind == "multipart/encrypted" or (
        kind in ("application/pkcs7-mime", "application/x-pkcs7-mime") and smime != "certs-only"
    ):
        raise UnreadableMail("encrypted", kind)


def _read_heads(message: Message) -> _Heads:
    heads = _Heads()
    hint = message.get_content_charset()
    collected: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        text = str(value)[:_MAX_HEADER]
        key = clean_line(name).lower()
        heads.raw.setdefault(key, []).append(text)
        collected.setdefault(key, []).append(decode_header(text, hint))
    heads.values = {name: tuple(values) for name, values in collected.items()}
    return heads


def _sender(heads: _Heads) -> Address:
    for name in ("from", "sender", "reply-to", "return-path"):
        addresses = _addresses(heads, name)
        if addresses:
            return addresses[0]
    if heads.first("return-path").strip() == "<>" or "mailer-daemon" in heads.first("from").lower():
        return Address("mailer-daemon@localhost", heads.first("from")[:200])
    raise UnreadableMail("no_sender")


def _addresses(heads: _Heads, name: str) -> tuple[Address, ...]:
    """Addresses are taken apart before decoding, because a decoded name may contain commas."""
    found: dict[str, Address] = {}
    for raw in heads.raw.get(name, ())[:20]:
        for shown, address in getaddresses([re.sub(r"\r?\n[ \t]*", " ", raw)])[:_MAX_ADDRESSES]:
            email = clean_line(address).lower()
            if _ADDRESS.match(email):
                found.setdefault(email, Address(email, decode_header(shown)[:200].strip("\"' ")))
        if not found:
            for email in _LOOSE_ADDRESS.findall(decode_header(raw).lower())[:_MAX_ADDRESSES]:
                found.setdefault(email, Address(email))
    return tuple(found.values())[:_MAX_ADDRESSES]


def _ids(heads: _Heads, name: str) -> Iterator[str]:
    text = " ".join(heads.values.get(name, ()))
    found = _ID.findall(text)
    if not found and name == "message-id" and text.strip():
        found = [text.strip().split()[0].strip("<>")[:250]]
    yield from dict.fromkeys(found[-_MAX_IDS:])


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if 1980 <= moment.year <= 2200 else None


def _return_path(heads: _Heads) -> str | None:
    raw = heads.first("return-path").strip()
    if not raw:
        return None
    if raw.replace(" ", "") == "<>":
        return ""
    addresses = _addresses(heads, "return-path")
    return addresses[0].email if addresses else None

"""The parts of a message: its text, and everything else as attachments."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, field
from email.message import Message

from zhize.lib.mailparse import html
from zhize.lib.mailparse.charsets import clean, clean_line, decode, decode_header
from zhize.lib.mailparse.model import Attachment, AttachmentKind, Limits

_MAX_NAME = 120
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_EXTENSIONS = {"message/rfc822": ".eml", "text/calendar": ".ics", "image/jpeg": ".jpg", "text/plain": ".txt"}
# Some clients put a line of this kind into the plain part and the message only into the HTML part.
_PLACEHOLDER = re.compile(r"(?i)html|不支持|this is a multi-?part message")


@dataclass(slots=True)
class Body:
    """`marked` is `text` with marks where a client's own quote container starts."""

    text: str = ""
    marked: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    truncated: bool = False
    repairs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Text:
    text: str
    is_html: bool


def read_body(message: Message, limits: Limits) -> Body:
    """The body of a message that has been measured. Raises RefusedCharset."""
    body = Body()
    texts = _read(message, body, 1, limits)
    marked = clean_keeping_marks("\n\n".join(text.text for text in texts if text.text.strip()))
    if len(marked) > limits.text:
        marked, body.truncated = marked[: limits.text], True
    body.marked = marked
    body.text = marked.replace(html.QUOTE_MARK, "").strip()
    body.text = re.sub(r"\n{3,}", "\n\n", body.text)
    return body


def clean_keeping_marks(text: str) -> str:
    """`clean`, except that the marks of quotations stay."""
    return html.QUOTE_MARK.join(clean(piece) for piece in text.split(html.QUOTE_MARK)).strip()


def _read(part: Message, body: Body, depth: int, limits: Limits) -> list[_Text]:
    kind = part.get_content_type()
    payload = part.get_payload()
    if isinstance(payload, list) and kind not in (
        "message/rfc822",
        "message/delivery-status",
        "message/global",
    ):
        children = [child for child in payload if isinstance(child, Message)]
        if kind == "multipart/alternative":
            return _alternative(children, body, depth, limits)
        found: list[_Text] = []
        for child in children:
            found.extend(_read(child, body, depth + 1, limits))
        return found
    if kind.startswith("multipart/") and not isinstance(payload, list):
        # A multipart without its boundary: what there is, is text.
        return [_text(part, "text/plain", body, limits)]
    if _is_text(part, kind):
        return [_text(part, kind, body, limits)]
    attachment = _attachment(part, kind, len(body.attachments) + 1)
    if attachment is not None:
        body.attachments.append(attachment)
    return []


def _alternative(children: list[Message], body: Body, depth: int, limits: Limits) -> list[_Text]:
    """The plain version, unless it is empty or only says that there is an HTML one."""
    versions = [text for text in (_read(child, body, depth + 1, limits) for child in children) if text]
    plain = [texts for texts in versions if not any(text.is_html for text in texts)]
    rich = [texts for texts in versions if any(text.is_html for text in texts)]
    if plain and rich:
        said = "".join(text.text for text in plain[0]).strip()
        shown = "".join(text.text for text in rich[-1]).strip()
        if not said or (len(said) < 80 < len(shown) and _PLACEHOLDER.search(said)):
            return rich[-1]
        if html.QUOTE_MARK in shown and _same_start(said, shown):
            return rich[-1]
        return plain[0]
    return plain[0] if plain else rich[-1] if rich else []


def _same_start(said: str, shown: str) -> bool:
    """Whether the HTML version tells the same and only knows better where the quotation starts."""
    before = "".join(shown.split(html.QUOTE_MARK)[0].split())
    return bool(before) and "".join(said.split()).startswith(before)


def _is_text(part: Message, kind: str) -> bool:
    if kind not in ("text/plain", "text/html"):
        return False
    disposition = str(part.get("Content-Disposition") or "").strip().lower()
    return not disposition.startswith("attachment") and not _name(part)


def _text(part: Message, kind: str, body: Body, limits: Limits) -> _Text:
    data = _bytes(part)[: limits.text * 8]
    label = part.get_param("charset")
    text, repaired = decode(data, label if isinstance(label, str) else None)
    if kind == "text/html":
        named = re.search(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", data[:3000])
        if not label and named:
            text, repaired = decode(data, named[1].decode("ascii"))
        text = html.to_text(text)
    elif str(part.get_param("format") or "").lower() == "flowed":
        text = _unflowed(text, str(part.get_param("delsp") or "").lower() == "yes")
    if repaired:
        body.repairs.append(f"charset {label or 'missing'}")
    return _Text(text, kind == "text/html")


def _unflowed(text: str, delete_space: bool) -> str:
    """RFC 3676: a line that ends in a space goes on in the next one."""
    lines: list[str] = []
    going_on = False
    for line in text.replace("\r\n", "\n").split("\n"):
        line = line[1:] if line.startswith(" ") else line
        soft = line.endswith(" ") and line != "-- "
        shown = line[:-1] if soft and delete_space else line
        if going_on and lines and not line.startswith(">"):
            lines[-1] += shown
        else:
            lines.append(shown)
        going_on = soft
    return "\n".join(lines)


def _attachment(part: Message, kind: str, number: int) -> Attachment | None:
    if kind == "message/delivery-status":
        return None
    content_id = clean_line(str(part.get("Content-ID") or "")).strip("<>")[:200]
    disposition = str(part.get("Content-Disposition") or "").strip().lower()
    role: AttachmentKind = "file"
    name = _name(part)
    if kind in ("message/rfc822", "message/global"):
        role = "message"
        inner = part.get_payload()
        if not name and isinstance(inner, list) and inner and isinstance(inner[0], Message):
            name = decode_header(str(inner[0].get("Subject") or ""))
            name = f"{name}.eml" if name else ""
    elif kind == "text/calendar":
        role = "calendar"
    elif kind.startswith("image/") and (content_id or disposition.startswith("inline")):
        role = "inline"
    data = _bytes(part)
    if not data and not name:
        return None
    return Attachment(safe_name(name, kind, number), kind, data, role, content_id)


def _name(part: Message) -> str:
    """The file name, by RFC 2231, RFC 2047 or as raw bytes of some charset."""
    for header, key in (("content-disposition", "filename"), ("content-type", "name")):
        value = part.get_param(key, header=header)
        if isinstance(value, tuple):
            charset, _, text = value
            raw = (
                text.encode("latin-1", "replace")
                if text.isascii() or charset
                else text.encode("utf-8", "surrogateescape")
            )
            return clean_line(decode(raw, charset)[0])
        if isinstance(value, str) and value.strip():
            return decode_header(value.strip().strip('"'))
    return ""


def safe_name(name: str, content_type: str, number: int) -> str:
    """A name that no file system minds, with its extension, never empty."""
    name = _UNSAFE.sub("_", clean_line(name)).strip(" .")
    if not name:
        extension = _EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type) or ".bin"
        return f"附件{number}{extension}"
    if len(name) > _MAX_NAME:
        stem, dot, extension = name.rpartition(".")
        short = dot and len(extension) <= 10
        name = f"{stem[: _MAX_NAME - len(extension) - 1]}.{extension}" if short else name[:_MAX_NAME]
    return name


def _bytes(part: Message) -> bytes:
    payload = part.get_payload()
    if isinstance(payload, list):
        return b"\r\n".join(_raw(child) for child in payload if isinstance(child, Message))
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _raw(part: Message) -> bytes:
    try:
        return part.as_bytes()
    except (LookupError, ValueError, TypeError, AttributeError):
        # Damaged beyond writing it again; the whole message is kept elsewhere.
        return b""

"""What kind of message this is: written by a person, by a machine in answer, or about a delivery."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from email.message import Message
from email.parser import HeaderParser

from zhize.lib.mailparse.charsets import clean_line, decode_header
from zhize.lib.mailparse.model import Bounce, FailedRecipient, MailKind
from zhize.lib.text import fold_script

Headers = Mapping[str, tuple[str, ...]]

_DAEMONS = re.compile(
    r"^(?:mailer-daemon|mail-daemon|postmaster|mailerdaemon|mail\.daemon|bounce[sd]?|mailer)(?:[-+@]|$)"
)
_BOUNCE_SUBJECT = re.compile(
    r"退信|投递失败|发送失败|无法投递|无法送达|未送达|邮件被退回|系统退回|undeliver|failure notice"
    r"|delivery (?:failed|status|failure|has failed|notification)|mail delivery|returned mail"
    r"|message not delivered|could not be delivered",
    re.IGNORECASE,
)
_AUTO_SUBJECT = re.compile(
    r"^\s*\[?(?:(?:自动回复|自动答复|自动回覆|自动应答)(?=[:\s\]]|$)"
    r"|(?:automatic reply|auto[- ]?reply|auto[- ]?response|out of (?:the )?office|away from (?:my )?mail)\b)",
    re.IGNORECASE,
)
_AUTO_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-auto-reply",
    "x-autoreply-from",
    "x-mail-autoreply",
    "x-autoresponder",
)
# Bounded, and looked for in the beginning of a header only: without that, a long one costs the square of its length.
_ADDRESS = re.compile(r"[A-Za-z0-9._%+=/-]{1,100}@[A-Za-z0-9-]{1,100}(?:\.[A-Za-z0-9-]{1,100})+")
_MOST_READ = 4000
_MESSAGE_ID = re.compile(r"message-id:\s*<([^<>\s]{3,250})>", re.IGNORECASE)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


def kind_of(
    message: Message, headers: Headers, sender: str, return_path: str | None, text: str
) -> tuple[MailKind, str, Bounce | None]:
    """The kind, the header or sign that shows it, and the delivery report where there is one."""
    report = _report_type(message)
    if report == "disposition-notification":
        return "receipt", "report-type", None
    if report == "delivery-status" or _part(message, "message/delivery-status") is not None:
        return _delivery_report(message)
    subject = fold_script(unicodedata.normalize("NFKC", _first(headers, "subject")))
    from_daemon = return_path == "" or bool(_DAEMONS.match(sender))
    if from_daemon and (_first(headers, "x-failed-recipients") or _BOUNCE_SUBJECT.search(subject)):
        return "bounce", "subject", _plain_report(message, headers, text, sender)
    reason = _automatic(headers)
    if reason:
        return "auto_reply", reason, None
    if _AUTO_SUBJECT.match(subject):
        agreeing = _agrees(headers, return_path)
        if agreeing:
            return "auto_reply", f"subject and {agreeing}", None
    return "message", "", None


def list_id(headers: Headers) -> str:
    """The list a message came through, or an empty string."""
    found = _first(headers, "list-id") or _first(headers, "list-post")
    if not found and _first(headers, "precedence").lower() == "list":
        return "list"
    match = re.search(r"<([^<>]+)>", found)
    return (match[1] if match else found)[:200]


def is_bulk(headers: Headers) -> bool:
    """Sent to many at once by a machine."""
    return _first(headers, "precedence").lower() in ("bulk", "junk", "list") or bool(
        _first(headers, "list-unsubscribe")
    )


def _first(headers: Headers, name: str) -> str:
    return (headers.get(name) or ("",))[0]


def _automatic(headers: Headers) -> str:
    """The header by which a machine says that it is one (RFC 3834 and its predecessors)."""
    submitted = _first(headers, "auto-submitted").split(";")[0].strip().lower()
    if submitted and submitted != "no":
        return "Auto-Submitted"
    for name in _AUTO_HEADERS:
        value = _first(headers, name).strip().lower()
        if value and value not in ("no", "false", "0"):
            return name
    suppressed = {word.strip().lower() for word in _first(headers, "x-auto-response-suppress").split(",")}
    if suppressed & {"all", "oof", "autoreply"}:
        return "X-Auto-Response-Suppress"
    for name in ("precedence", "x-precedence", "preference"):
        if _first(headers, name).strip().lower() in ("auto_reply", "auto-reply"):
            return name
    return ""


def _agrees(headers: Headers, return_path: str | None) -> str:
    """A second sign that lets a subject count: people write about automatic answers too."""
    if return_path == "":
        return "null return path"
    if _first(headers, "precedence").strip().lower() in ("bulk", "junk", "list"):
        return "Precedence"
    if _first(headers, "x-auto-response-suppress"):
        return "X-Auto-Response-Suppress"
    if _first(headers, "in-reply-to"):
        return "In-Reply-To"
    return ""


def _report_type(message: Message) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    value = message.get_param("report-type")
    return value.lower() if isinstance(value, str) else ""


def _part(message: Message, content_type: str) -> Message | None:
    for count, part in enumerate(message.walk()):
        if part.get_content_type() == content_type:
            return part
        if count > 50:
            break
    return None


def _delivery_report(message: Message) -> tuple[MailKind, str, Bounce | None]:
    part = _part(message, "message/delivery-status")
    blocks = part.get_payload() if part is not None and part.is_multipart() else []
    failed: list[FailedRecipient] = []
    delayed: list[FailedRecipient] = []
    actions: set[str] = set()
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message):
            continue
        address = _recipient(block)
        if not address:
            continue
        action = clean_line(str(block.get("Action") or "failed")).lower()
        actions.add(action)
        recipient = FailedRecipient(
            address,
            clean_line(str(block.get("Status") or ""))[:20],
            decode_header(str(block.get("Diagnostic-Code") or ""))[:500],
        )
        (failed if action == "failed" else delayed).append(recipient)
    original = _original_id(message)
    if failed or not actions:
        return "bounce", "delivery-status", Bounce(tuple(failed), original)
    if actions <= {"delivered", "relayed", "expanded"}:
        return "receipt", "delivery-status", Bounce(tuple(delayed), original)
    return "delay", "delivery-status", Bounce(tuple(delayed), original)


def _recipient(block: Message) -> str:
    for name in ("Final-Recipient", "Original-Recipient"):
        match = _ADDRESS.search(str(block.get(name) or "")[:_MOST_READ])
        if match:
            return match.group().lower()
    return ""


def _original_id(message: Message) -> str:
    """The Message-ID of what was not delivered, from the returned message or its returned head."""
    returned = _part(message, "message/rfc822")
    if returned is not None and returned.is_multipart():
        inner = returned.get_payload(0)
        if isinstance(inner, Message):
            return _bare_id(str(inner.get("Message-ID") or ""))
    heads = _part(message, "text/rfc822-headers")
    if heads is not None:
        payload = heads.get_payload(decode=True)
        if isinstance(payload, bytes):
            parsed = HeaderParser().parsestr(payload.decode("latin-1"))
            return _bare_id(str(parsed.get("Message-ID") or ""))
    return ""


def _bare_id(value: str) -> str:
    match = re.search(r"<([^<>\s]{3,250})>", value)
    return clean_line(match[1]) if match else ""


def _plain_report(message: Message, headers: Headers, text: str, sender: str) -> Bounce:
    """A report in prose, as QQ, NetEase and older servers write it."""
    match = _MESSAGE_ID.search(text)
    told = _MESSAGE_ID.sub("", text[:_MOST_READ])
    named = _ADDRESS.findall(" ".join(headers.get("x-failed-recipients") or ())[:_MOST_READ])
    found = [address.lower() for address in named or _ADDRESS.findall(told)]
    status = _STATUS.search(told)
    unique = dict.fromkeys(address for address in found if address != sender and not _DAEMONS.match(address))
    recipients = tuple(FailedRecipient(address, status[1] if status else "") for address in list(unique)[:5])
    return Bounce(recipients, _original_id(message) or (clean_line(match[1]) if match else ""))

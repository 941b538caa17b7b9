"""One e-mail on the wire: composed with the standard library, sent over a connection that many share."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from django.conf import settings

from zhize.kernel.db import NotFound
from zhize.kernel.files import services as files
from zhize.kernel.files.models import Blob
from zhize.kernel.notices.models import Delivery
from zhize.lib import signing
from zhize.lib.mailparse import OWN_HEADER

TIMEOUT_SECONDS = 20
# What a caller may say about a mail beyond its text; everything else is ours.
HEADERS = ("Reply-To", "References", "In-Reply-To", "Auto-Submitted", "Cc")


class ServerDown(Exception):
    """The mail server cannot be reached or will not talk to us now: no mail has a chance."""


class Rejected(Exception):
    """The server refused this one mail. `final`: it will refuse it again."""

    def __init__(self, text: str, *, final: bool) -> None:
        self.final = final
        super().__init__(text)


@dataclass(frozen=True)
class Server:
    """Where mails go, read from ZHIZE_EMAIL_URL."""

    host: str
    port: int
    user: str
    password: str
    security: str

    @classmethod
    def configured(cls) -> Self | None:
        """The configured server; None: mails wait."""
        url = settings.CONFIG.email_url
        if not url:
            return None
        parts = urlsplit(url)
        security = parts.scheme.partition("+")[2]
        port = parts.port or {"ssl": 465, "tls": 587}.get(security, 25)
        return cls(
            parts.hostname or "", port, unquote(parts.username or ""), unquote(parts.password or ""), security
        )


def mail_is_configured() -> bool:
    """Whether mails can leave at all; without a server they wait."""
    return Server.configured() is not None


class Line:
    """A connection to the mail server, opened by the first mail and closed at the end of the block."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                self._smtp.close()

    def send(self, mail: EmailMessage, recipients: list[str]) -> None:
        """Hand one mail over. Raises Rejected for this mail, ServerDown when the server is the problem."""
        smtp = self._open()
        sender = parseaddr(str(settings.CONFIG.email_from))[1]
        try:
            smtp.send_message(mail, sender, recipients)
        except smtplib.SMTPRecipientsRefused as refused:
            status, text = next(iter(refused.recipients.values()))
            raise Rejected(f"{status} {_text(text)}", final=500 <= status < 600) from refused
        except smtplib.SMTPServerDisconnected as gone:
            self._smtp = None
            raise ServerDown(str(gone)) from gone
        except smtplib.SMTPSenderRefused as refused:
            raise ServerDown(f"{refused.smtp_code} {_text(refused.smtp_error)}") from refused
        except smtplib.SMTPResponseException as said:
            if said.smtp_code == 421:
                self._smtp = None
                raise ServerDown(f"421 {_text(said.smtp_error)}") from said
            raise Rejected(
                f"{said.smtp_code} {_text(said.smtp_error)}", final=said.smtp_code >= 500
            ) from said
        except smtplib.SMTPNotSupportedError as said:
            raise Rejected(str(said), final=True) from said
        except OSError as problem:
            self._smtp = None
            raise ServerDown(f"{type(problem).__name__}: {problem}") from problem

    def _open(self) -> smtplib.SMTP:
        if self._smtp is not None:
            return self._smtp
        server = self.server
        try:
            if server.security == "ssl":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
                )
            else:
                smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
            if server.security == "tls":
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password)
        except (OSError, smtplib.SMTPException) as problem:
            raise ServerDown(f"{type(problem).__name__}: {problem}") from problem
        self._smtp = smtp
        return smtp


def compose(row: Delivery) -> EmailMessage:
    """The mail of a delivery. The same delivery always has the same Message-ID. Rejected when it cannot be one."""
    mail = EmailMessage(policy=SMTP)
    name, address = parseaddr(str(settings.CONFIG.email_from))
    try:
        shown = " ".join(str(row.headers.get("From-Name") or "").split()) or name or "Zhize 职责"
        mail["From"] = Address(display_name=shown, addr_spec=address)
        mail["To"] = row.address
        mail["Subject"] = " ".join(row.title.split())
        mail["Date"] = format_datetime(row.created_at)
        mail["Message-ID"] = row.message_id
        mail["Auto-Submitted"] = row.headers.get("Auto-Submitted", "auto-generated")
        mail[OWN_HEADER] = signing.site_mark(settings.SECRET_KEY.encode())
        for header in HEADERS:
            value = row.headers.get(header)
            if value and header != "Auto-Submitted":
                mail[header] = " ".join(str(value).split())
    except (ValueError, IndexError, UnicodeError) as wrong:
        raise Rejected(f"{type(wrong).__name__}: {wrong}", final=True) from wrong
    mail.set_content(row.body or row.title, cte="base64" if not row.body.isascii() else None)
    for item in row.attachments:
        _attach(mail, item)
    return mail


def recipients(row: Delivery) -> list[str]:
    """The envelope's recipients: the address, and the copies."""
    copies = [parseaddr(part)[1] for part in str(row.headers.get("Cc", "")).split(",")]
    return [parseaddr(row.address)[1], *(copy for copy in copies if copy)]


def _attach(mail: EmailMessage, item: dict[str, Any]) -> None:
    try:
        blob = Blob.objects.get(pk=item["blob"])
        content = files.content(blob)
    except (Blob.DoesNotExist, NotFound) as gone:
        raise Rejected(f"the attachment {item['name']} is gone", final=True) from gone
    kind, _slash, sub = (blob.media_type or "application/octet-stream").partition("/")
    mail.add_attachment(content, maintype=kind, subtype=sub or "octet-stream", filename=str(item["name"]))


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)

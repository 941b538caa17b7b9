"""The virus scanner: a hook, and a client for clamd, which is used where the operator names one."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

import structlog
from django.conf import settings

from zhize.kernel.files.models import Scan

Scanner = Callable[[bytes], Scan]

CHUNK = 64 * 1024
TIMEOUT_SECONDS = 30

log = structlog.get_logger(__name__)

_scanner: Scanner | None = None


class CannotScan(Exception):
    """The scanner answers, but not for this content (too large for it, encrypted, broken)."""


def set_scanner(scanner: Scanner | None) -> None:
    """Let `scanner` look at every content that is stored.

    It raises OSError when it cannot answer now, CannotScan when it never will for this content.
    """
    global _scanner
    _scanner = scanner


def is_configured() -> bool:
    return _scanner is not None or bool(_address())


def scan(content: bytes) -> Scan:
    """What the scanner says; NONE when there is none or when it does not answer (it is asked again later)."""
    try:
        return ask(content)
    except (OSError, CannotScan) as error:
        log.warning("files.not_scanned", problem=str(error))
        return Scan.NONE


def ask(content: bytes) -> Scan:
    """The scanner's own answer; NONE without a scanner. Raises OSError when it is silent, CannotScan for this content."""
    if _scanner is not None:
        return _scanner(content)
    address = _address()
    return clamd(address, content) if address else Scan.NONE


def clamd(address: str, content: bytes) -> Scan:
    """Ask a clamd at `host:port` or at the path of a socket (INSTREAM). Raises OSError when it does not answer,
    CannotScan when it answers with an error."""
    with _connect(address) as connection:
        try:
            text = _instream(connection, content)
        except OSError as broken:
            # It hangs up in the middle of what is too large for it; whoever is only away does not take the call.
            raise CannotScan(f"clamd broke off: {broken}") from broken
    if text.endswith(" OK"):
        return Scan.CLEAN
    if text.endswith(" FOUND"):
        return Scan.INFECTED
    raise CannotScan(f"clamd said {text!r}")


def _instream(connection: socket.socket, content: bytes) -> str:
    connection.settimeout(TIMEOUT_SECONDS)
    connection.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), CHUNK):
        part = content[start : start + CHUNK]
        connection.sendall(struct.pack("!I", len(part)) + part)
    connection.sendall(struct.pack("!I", 0))
    answer = b""
    while not answer.endswith(b"\0") and (more := connection.recv(4096)):
        answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(TIMEOUT_SECONDS)
        connection.connect(address)
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS)


def _address() -> str:
    return str(settings.CONFIG.clamd)

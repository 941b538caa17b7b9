"""One HTTP POST to an address somebody typed in, which must not become a way into our own network.

The name is resolved once, every address it has must be public, and the connection goes to one of exactly these
addresses: a name that answers differently a moment later gains nothing. Redirects are not followed.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhize.kernel.db import Invalid

TIMEOUT_SECONDS = 10
LONGEST_SECONDS = 30
MOST_ANSWER = 4096
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
PORTS = {"http": 80, "https": 443}


class Unreachable(Exception):
    """The message did not arrive: no such name, an address that is not allowed, no answer in time."""


@dataclass(frozen=True)
class Reply:
    """What came back. Only the first few kilobytes of the body are read."""

    status: int
    body: str


def check(url: str) -> SplitResult:
    """The parts of an address that messages may be sent to. Invalid when it is none; nothing is resolved yet."""
    said: object = ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid({"url": _("地址写法不对。")}) from None
    inside = (parts.hostname or "", port or PORTS.get(parts.scheme, 0)) in allowed_inside()
    if parts.scheme not in PORTS or not parts.hostname:
        said = _("需要以 https:// 开头的完整地址。")
    elif parts.scheme == "http" and not inside:
        said = _("只能用 https 地址。")
    elif parts.username or parts.password:
        said = _("地址里不能带用户名和密码。")
    elif len(url) > 500 or any(sign.isspace() or not sign.isprintable() for sign in url):
        said = _("地址写法不对。")
    elif not inside and _literal(parts.hostname) is not None and not _public(parts.hostname):
        said = _("不能发往内部网络的地址。")
    if said:
        raise Invalid({"url": said})
    return parts


def post(url: str, content: bytes, headers: Mapping[str, str]) -> Reply:
    """Send `content`. Raises Unreachable when no answer came (also for addresses that are not allowed)."""
    try:
        parts = check(url)
    except Invalid as wrong:
        raise Unreachable(str(wrong)) from wrong
    port = parts.port or PORTS[parts.scheme]
    address = resolve(parts.hostname or "", port)
    connection = _Pinned(parts, port, address)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    # The time-out of a socket begins anew with every byte: a receiver that drips would hold the worker for hours.
    hour_glass = threading.Timer(LONGEST_SECONDS, connection.abort)
    hour_glass.start()
    try:
        # Only ASCII may stand in a request; what is escaped already stays as it is.
        connection.request("POST", quote(path, safe="%/:=&?~#+!$,;'@()*[]"), content, dict(headers))
        answer = connection.getresponse()
        body = answer.read(MOST_ANSWER).decode("utf-8", "replace")
        if connection.aborted:  # the end of the line looks like the end of an answer
            raise TimeoutError(f"no whole answer within {LONGEST_SECONDS} s")
        return Reply(answer.status, body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    finally:
        hour_glass.cancel()
        connection.close()


def resolve(host: str, port: int) -> str:
    """The address to connect to. Unreachable unless all addresses of the name are public (or allowed by name)."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"no such host: {host}") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses:
        raise Unreachable(f"no such host: {host}")
    if (host, port) not in allowed_inside():
        inside = [address for address in addresses if not _public(address)]
        if inside:
            raise Unreachable(f"{host} is inside the network ({inside[0]})")
    return addresses[0]


def allowed_inside() -> set[tuple[str, int]]:
    """Hosts and ports that the operator opened although they are not public."""
    pairs: set[tuple[str, int]] = set()
    for item in settings.CONFIG.webhook_inside.split(","):
        host, _colon, port = item.strip().rpartition(":")
        if host and port.isdigit():
            pairs.add((host.strip("[]"), int(port)))
    return pairs


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _public(text: str) -> bool:
    address = _literal(text)
    if address is None:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        # An IPv4 address in IPv6 clothes is judged as what it is.
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            address = inner
        elif address in ipaddress.ip_network("64:ff9b::/96"):
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        elif address not in GLOBAL_UNICAST:
            return False  # old and local ways to write an inside address, which is_global lets pass
    return address.is_global and not address.is_multicast


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, under the host's name (also for TLS)."""

    def __init__(self, parts: SplitResult, port: int, address: str) -> None:
        super().__init__(parts.hostname or "", port, timeout=TIMEOUT_SECONDS)
        self.default_port = PORTS[parts.scheme]
        self._address = address
        self._tls = parts.scheme == "https"
        self.aborted = False

    def abort(self) -> None:
        """End it from another thread: whoever waits for a byte gets an error."""
        self.aborted = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls:
            secured = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock = secured
            secured.do_handshake()

"""Outgoing calls never reach inside addresses, however they are written, and whatever the answer says."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from zhize.kernel.db import Invalid
from zhize.kernel.notices import delivering
from zhize.rest import outgoing

INSIDE = (
    "127.0.0.1",
    "127.1",
    "0.0.0.0",
    "10.0.0.5",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0x7f.1",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.5]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:53aa:64c:0:0:80ff:fffe]",
    "localhost",
    "LOCALHOST.",
)
MALFORMED = (
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "https://user:secret@example.com/",
    "https://user@example.com/",
    "https://",
    "https:///path",
    "https://example.com:99999/",
    "https://exa mple.com/",
    "https://example.com/\r\nHost: inside",
    "//example.com/",
    "https://[::1",
    "https://127.0.0.1\\@example.com/",
    "https://example.com\\@127.0.0.1/",
    "https://example.com/" + "x" * 600,
    "",
)


def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Where a connection was opened to; nothing really leaves this machine."""
    opened: list[Any] = []

    def create_connection(address: Any, *_rest: Any, **_named: Any) -> Any:
        opened.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(outgoing.socket, "create_connection", create_connection)
    return opened


@pytest.mark.parametrize("host", INSIDE)
def test_an_inside_address_is_never_connected_to(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = connected(monkeypatch)
    with pytest.raises(outgoing.Unreachable):
        outgoing.post(f"https://{host}/hook", b"{}", {})
    assert opened == []


@pytest.mark.parametrize("url", MALFORMED)
def test_an_odd_address_is_refused_before_its_name_is_asked_for(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *given, **_named: asked.append(given) or [])
    with pytest.raises(Invalid):
        outgoing.check(url)
    with pytest.raises(outgoing.Unreachable):
        outgoing.post(url, b"{}", {})
    assert asked == []


def _named(*addresses: str) -> Any:
    """A name server that gives these addresses, one list for each question."""

    def getaddrinfo(_host: str, port: int, **_named: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return getaddrinfo


def test_a_name_with_one_inside_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = connected(monkeypatch)
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", _named("93.184.216.34", "10.0.0.5"))
    with pytest.raises(outgoing.Unreachable, match="inside the network"):
        outgoing.post("https://example.com/", b"{}", {})
    assert opened == []


def test_a_name_that_answers_differently_a_moment_later_gains_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: the name is asked once, and the connection goes to the address that was looked at."""
    opened = connected(monkeypatch)
    answers = iter([_named("93.184.216.34"), _named("127.0.0.1"), _named("127.0.0.1")])
    monkeypatch.setattr(
        outgoing.socket, "getaddrinfo", lambda host, port, **named: next(answers)(host, port, **named)
    )
    with pytest.raises(outgoing.Unreachable):
        outgoing.post("https://rebind.example/", b"{}", {})
    assert opened == [("93.184.216.34", 443)]


@pytest.mark.parametrize(
    "address",
    [
        "json://127.0.0.1/",
        "jsons://10.0.0.5/",
        "xml://localhost/",
        "form://192.168.1.1/",
        "mailto://user:pass@127.0.0.1",
        "ntfy://127.0.0.1/topic",
        "gotify://10.0.0.5/token",
        "syslog://127.0.0.1",
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "signal://127.0.0.1/",
    ],
)
def test_a_push_address_cannot_name_a_host_of_its_own(address: str) -> None:
    assert not delivering.allowed(address)


@pytest.mark.parametrize("host", ["93.184.216.34", "[2606:4700::1111]", "[64:ff9b::5db8:d822]"])
def test_a_public_address_is_connected_to(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = connected(monkeypatch)
    with pytest.raises(outgoing.Unreachable):
        outgoing.post(f"https://{host}/hook", b"{}", {})
    assert len(opened) == 1

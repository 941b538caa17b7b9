"""Where a request comes from: the address behind trusted proxies, the network it stands for, the browser."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

NOWHERE = "0.0.0.0"  # noqa: S104 - stands for "unknown", nothing listens on it


def address(request: HttpRequest) -> str:
    """The client's address. X-Forwarded-For is believed only as far as the configured proxies vouch for it."""
    found = _parse(request.META.get("REMOTE_ADDR", ""))
    if found is None:
        return NOWHERE
    proxies = _proxies(settings.CONFIG.trusted_proxies)
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while hops and any(found in network for network in proxies):
        before = _parse(hops.pop())
        if before is None:
            break
        found = before
    return str(found)


def network(text: str) -> str:
    """What counts as one place for throttling: an IPv4 address, or the /64 of an IPv6 one."""
    found = _parse(text)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return text


def browser(request: HttpRequest) -> str:
    """A few words for the browser and system of a request."""
    return words(request.headers.get("User-Agent", ""))


def words(agent: str) -> str:
    """A User-Agent in a few words, for the list of sessions. Nothing relies on it."""
    systems = {
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Android": "Android",
        "Windows": "Windows",
        "Mac OS": "macOS",
        "Linux": "Linux",
    }
    # Order matters: every one of them also names those after it.
    names = {
        "MicroMessenger": "微信",
        "Edg/": "Edge",
        "Firefox": "Firefox",
        "Chrome": "Chrome",
        "Safari": "Safari",
    }
    system = next((name for sign, name in systems.items() if sign in agent), "")
    name = next((name for sign, name in names.items() if sign in agent), agent[:40])
    return " · ".join(part for part in (name, system) if part)[:200]


def _parse(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


@lru_cache(maxsize=8)
def _proxies(configured: str) -> tuple[Network, ...]:
    return tuple(
        ipaddress.ip_network(part.strip(), strict=False) for part in configured.split(",") if part.strip()
    )

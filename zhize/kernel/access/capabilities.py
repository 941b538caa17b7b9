"""The register of capabilities: verbs that a position may be granted. Packs grant them, only Python declares them."""

from __future__ import annotations

from dataclasses import dataclass

from zhize.lib.text import Text


@dataclass(frozen=True)
class Capability:
    """Something a position may be allowed to do. `code` is noun.verb, e.g. case.dispatch."""

    code: str
    text: Text

    @property
    def area(self) -> str:
        return self.code.partition(".")[0]


_registry: dict[str, Capability] = {}


class UnknownCapability(LookupError):
    """Code asks for a capability that nobody declared."""


def capability(code: str, *, zh: str, en: str) -> str:
    """Declare a capability and return its code. A code declared twice is an error."""
    if code in _registry:
        raise ValueError(f"capability {code} is declared twice")
    _registry[code] = Capability(code, Text(zh, en))
    return code


def known(code: str) -> Capability:
    """The declared capability. Raises UnknownCapability: a misspelling must never mean "nobody may" silently."""
    try:
        return _registry[code]
    except KeyError:
        raise UnknownCapability(code) from None


def all_capabilities() -> list[Capability]:
    """Every declared capability, by code."""
    return [_registry[code] for code in sorted(_registry)]


capability("access.explain", zh="查看权限说明", en="See why somebody can or cannot do something")

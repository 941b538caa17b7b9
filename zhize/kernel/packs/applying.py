"""What a section's `plan` and `apply` get to see, and what they answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from zhize.kernel.access import Actor

if TYPE_CHECKING:
    from zhize.kernel.org.models import Unit

ChangeKind = Literal["add", "change", "drop", "keep", "refuse"]


@dataclass(frozen=True)
class Change:
    """One line of a plan. `keep` means the site changed it and keeps its own; `refuse` stops the apply."""

    kind: ChangeKind
    section: str
    code: str
    detail: str = ""

    def __str__(self) -> str:
        sign = {"add": "+", "change": "~", "drop": "-", "keep": "=", "refuse": "!"}[self.kind]
        return f"{sign} {self.section}/{self.code}" + (f"  {self.detail}" if self.detail else "")


@dataclass(frozen=True)
class Applying:
    """A section's items now and as they were applied before, for one unit (None when only live parts are meant).

    `items` and `previous` map codes to models; `renames` maps old codes to new ones.
    """

    actor: Actor
    section: str
    unit: Unit | None
    items: dict[str, Any]
    previous: dict[str, Any] = field(default_factory=dict)
    renames: dict[str, str] = field(default_factory=dict)
    pack: str = ""

    def dropped(self) -> Iterator[str]:
        """Codes that were there before and are neither there now nor renamed."""
        for code in self.previous:
            if code not in self.items and self.renames.get(code) not in self.items:
                yield code

    def before(self, code: str) -> Any | None:
        """The item as it was applied last, also when it had another code then."""
        if code in self.previous:
            return self.previous[code]
        old = next((former for former, now in self.renames.items() if now == code), None)
        return self.previous.get(old) if old else None

    def change(self, kind: ChangeKind, code: str, detail: str = "") -> Change:
        return Change(kind, self.section, code, detail)

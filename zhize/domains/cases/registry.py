"""Where higher domains plug into cases: what they know of one for its page, and what must be so before one is taken in.
They register in their own `reactions`.

This domain never imports them; a source asks for what the actor may see, with its own policy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhize.domains.cases.models import Case
    from zhize.domains.cases.services.opening import Intake
    from zhize.kernel.access import Actor


@dataclass(frozen=True)
class PanelLine:
    """One row of another domain beside a case: a callback, a visit. `figure` is a short number, e.g. a score."""

    title: Any
    url: str
    state: Any
    category: str
    detail: Any = ""
    figure: str = ""


@dataclass(frozen=True)
class Panel:
    """What a domain shows beside a case."""

    title: Any
    lines: Sequence[PanelLine]


PanelSource = Callable[["Actor", "Case"], Panel | None]

_panels: dict[str, tuple[int, PanelSource]] = {}


def panel(code: str, *, order: int = 100) -> Callable[[PanelSource], PanelSource]:
    """Register fn(actor, case) -> Panel, or None where there is nothing to show. Declared twice is an error."""

    def register(source: PanelSource) -> PanelSource:
        if code in _panels:
            raise ValueError(f"panel {code} is declared twice")
        _panels[code] = (order, source)
        return source

    return register


def panels(actor: Actor, case: Case) -> list[Panel]:
    """What all registered domains show beside the case, in their declared order."""
    sources = sorted(_panels.items(), key=lambda item: (item[1][0], item[0]))
    found = (source(actor, case) for _code, (_order, source) in sources)
    return [one for one in found if one is not None]


Admitted = Callable[["Case"], None]
Gate = Callable[["Actor", "Intake"], Admitted | None]

_gates: list[Gate] = []


def gate(check: Gate) -> Gate:
    """Register fn(actor, intake), which raises where the matter may not be taken in now, by whatever door it comes.

    What it returns is called with the opened case, in the same transaction.
    """
    _gates.append(check)
    return check


def admit(actor: Actor, intake: Intake) -> list[Admitted]:
    """Ask all gates. Raises the first refusal."""
    found = (check(actor, intake) for check in _gates)
    return [one for one in found if one is not None]

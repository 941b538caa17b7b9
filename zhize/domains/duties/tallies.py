"""Duties whose number another domain counts (a visit plan counts its homes): nobody types how many were done.

The domain registers itself in a module its configuration imports, so that duties need not know of plans.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from zhize.domains.duties.models import Obligation
from zhize.kernel.access import Actor
from zhize.lib.text import Text


@dataclass(frozen=True)
class Tally:
    """`codes` gives the codes of the duties it counts now; `page` where the actor does the counted work.

    `label` names the way there on a button.
    """

    label: Text
    codes: Callable[[], Collection[str]]
    page: Callable[[Obligation, Actor], str]


_tallies: list[Tally] = []


def register(tally: Tally) -> Tally:
    """Let a domain count for the duties that it names."""
    _tallies.append(tally)
    return tally


def of(obligation: Obligation) -> Tally | None:
    """Who counts for this obligation; None: whoever does it says how many."""
    code = obligation.duty.code if obligation.duty is not None else None
    return next((one for one in _tallies if code is not None and code in one.codes()), None)


def missing(obligation: Obligation) -> Tally | None:
    """Who still has to count some of it; None where all is counted, and where whoever does it says how many."""
    return of(obligation) if obligation.progress < obligation.quota else None

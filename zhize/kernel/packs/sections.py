"""The sections a pack may have, each registered by the package that owns what it configures.

An app registers in its `pack.py` (imported when Django starts):

    packs.section("case_types", model=CaseTypeSpec, check=check_case_types)

`kind` says what happens to the items:

- `live`: stays in the release and is read from there at run time; there is never a row per item;
- `seed`: copied into rows of a unit when the pack is applied there, and the site's own from then on;
- `sample`: demonstration data and walks; checked with the rest, never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

if TYPE_CHECKING:
    from zhize.kernel.org.models import Unit
    from zhize.kernel.packs.applying import Applying, Change
    from zhize.kernel.packs.loader import Pack
    from zhize.kernel.packs.problems import Problem

Kind = Literal["live", "seed", "sample"]


@dataclass
class Exporting:
    """What a seed section's `export` gets to see: the unit, and the items of all sections as they were applied there.

    `items` maps section → code → item as data; `left_out` collects what cannot be said in a pack.
    """

    unit: Unit
    items: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """One section: the model of its items and what its owner contributes."""

    name: str
    model: type[BaseModel]
    kind: Kind = "live"
    check: Callable[[Pack], Iterable[Problem]] | None = None
    plan: Callable[[Applying], Iterable[Change]] | None = None
    apply: Callable[[Applying], Iterable[Change]] | None = None
    export: Callable[[Exporting], Iterable[dict[str, Any]]] | None = None


_sections: dict[str, Section] = {}


def section(
    name: str,
    *,
    model: type[BaseModel],
    kind: Kind = "live",
    check: Callable[[Pack], Iterable[Problem]] | None = None,
    plan: Callable[[Applying], Iterable[Change]] | None = None,
    apply: Callable[[Applying], Iterable[Change]] | None = None,
    export: Callable[[Exporting], Iterable[dict[str, Any]]] | None = None,
) -> Section:
    """Register a section. Its model is a strict pydantic model with a `code`, as a rule a subclass of specs.Item.

    `check(pack)` yields what the model alone cannot see: references, reachability, unknown capabilities.
    `plan(applying)` yields changes that need a word, above all `refuse` for dropping what is in use.
    `apply(applying)` writes the rows of a seed section for one unit and yields what it did.
    `export(exporting)` yields the items that say what those rows are now; without it they are as they were applied.
    """
    if name in _sections:
        raise ValueError(f"pack section {name!r} is registered twice")
    if kind == "seed" and apply is None:
        raise ValueError(f"seed section {name!r} needs an apply function")
    if kind != "seed" and apply is not None:
        raise ValueError(f"section {name!r} is {kind}: only seed sections write rows")
    _sections[name] = Section(name, model, kind, check, plan, apply, export)
    return _sections[name]


def get(name: str) -> Section:
    """The section of this name; LookupError when nobody registered it."""
    try:
        return _sections[name]
    except KeyError:
        raise LookupError(f"no pack section {name!r}") from None


def every() -> list[Section]:
    """All sections in the order of registration, which is the order of the floors."""
    return list(_sections.values())

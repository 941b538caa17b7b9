"""Where higher domains plug in: what they show on a customer's page, what they hold against closing one, and
which of their rows follow a customer through a merge and back, and which are a person's data.

Higher domains register in their own `reactions` module; this domain never imports them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from zhize.domains.customers.models import Customer
    from zhize.kernel.access import Actor


@dataclass(frozen=True)
class PanelLine:
    """One row of another domain on the customer's page: an open case, a visit, a contract.

    `tone` is calm, amber, red or grey, the product's one time scale.
    """

    number: str
    title: str
    url: str
    state: Any = ""
    detail: Any = ""
    tone: str = "calm"
    at: Any = None
    premises_id: int | None = None
    open: bool = True


@dataclass(frozen=True)
class Panel:
    """What a domain knows about a customer: its lines (newest first) and how many there are in all."""

    code: str
    title: Any
    lines: Sequence[PanelLine] = ()
    total: int = 0
    open_count: int = 0
    url: str = ""
    figures: Sequence[tuple[Any, str]] = field(default_factory=tuple)


class PanelSource(Protocol):
    """Answers with one panel about one or several customers (a household's members), in a fixed number of queries."""

    def __call__(self, *, actor: Actor, customer_ids: Sequence[int], limit: int) -> Panel | None: ...


@dataclass(frozen=True)
class Repointing:
    """How rows of one owner follow a merge. `move` returns the ids it moved; `undo` gets exactly those back."""

    name: str
    move: Callable[..., list[int]]
    undo: Callable[..., None]


_panels: dict[str, tuple[int, PanelSource]] = {}
_repointings: dict[str, Repointing] = {}
_closing: dict[str, tuple[Callable[[Customer], Any], str]] = {}


def panel(code: str, *, order: int = 100) -> Callable[[PanelSource], PanelSource]:
    """Register a panel source. Declared twice is an error."""

    def register(source: PanelSource) -> PanelSource:
        if code in _panels:
            raise ValueError(f"panel {code} is declared twice")
        _panels[code] = (order, source)
        return source

    return register


def panels(*, actor: Actor, customer_ids: Sequence[int], limit: int = 5) -> list[Panel]:
    """What all registered domains know about these customers, in their declared order."""
    sources = sorted(_panels.items(), key=lambda item: (item[1][0], item[0]))
    found = (
        source(actor=actor, customer_ids=customer_ids, limit=limit) for _code, (_order, source) in sources
    )
    return [one for one in found if one is not None]


@dataclass(frozen=True)
class Doing:
    """Something another domain lets one do from a customer's page (受理, 安排回访)."""

    label: Any
    url: str
    icon: str = ""
    drawer: bool = False
    primary: bool = False


_doings: dict[str, tuple[int, Callable[..., Doing | None]]] = {}


def doing(
    code: str, *, order: int = 100
) -> Callable[[Callable[..., Doing | None]], Callable[..., Doing | None]]:
    """Register a button of the customer's page: fn(actor=, customer=) -> Doing, or None where it is not for this actor."""

    def register(source: Callable[..., Doing | None]) -> Callable[..., Doing | None]:
        if code in _doings:
            raise ValueError(f"doing {code} is declared twice")
        _doings[code] = (order, source)
        return source

    return register


def doings(*, actor: Actor, customer: Customer) -> list[Doing]:
    """What other domains let this actor do from the customer's page, in their declared order."""
    sources = sorted(_doings.items(), key=lambda item: (item[1][0], item[0]))
    found = (source(actor=actor, customer=customer) for _code, (_order, source) in sources)
    return [one for one in found if one is not None]


def on_merge(name: str, *, move: Callable[..., list[int]], undo: Callable[..., None]) -> None:
    """Register rows that follow a customer through a merge.

    `move(actor=, loser=, winner=)` points the owner's rows from the loser to the winner and returns the ids it
    moved; `undo(actor=, ids=, loser=, winner=)` points those back. Both run in the merge's transaction.
    """
    if name in _repointings:
        raise ValueError(f"{name} follows a merge twice")
    _repointings[name] = Repointing(name, move, undo)


def repointings() -> list[Repointing]:
    return [_repointings[name] for name in sorted(_repointings)]


@dataclass(frozen=True)
class Personal:
    """What a model holds of a customer: `path` leads from its rows to the customer, or `find` knows them otherwise.

    Erasing writes a mark into `texts`, and into `named` where the person is who stands there; it empties `clear`, or
    deletes the rows.
    """

    model: type[Model]
    path: str = ""
    texts: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    clear: tuple[str, ...] = ()
    delete: bool = False
    find: Callable[[Collection[Customer]], QuerySet[Any]] | None = None

    def rows(self, customers: Collection[Customer]) -> QuerySet[Any]:
        if self.find is not None:
            return self.find(customers).order_by("pk")
        return self.model._default_manager.filter(**{f"{self.path}__in": customers}).distinct().order_by("pk")


_personal: list[Personal] = []


def personal(
    model: type[Model],
    path: str = "customer",
    *,
    texts: Sequence[str] = (),
    named: Sequence[str] = (),
    clear: Sequence[str] = (),
    delete: bool = False,
    find: Callable[[Collection[Customer]], QuerySet[Any]] | None = None,
) -> None:
    """Register rows that belong to a person's data: they go into the copy, and are erased as said here."""
    _personal.append(Personal(model, path, tuple(texts), tuple(named), tuple(clear), delete, find))


def all_personal() -> list[Personal]:
    """Everything registered: first what is found by numbers and addresses, then what hangs on other rows, these last."""
    return sorted(_personal, key=lambda each: (each.find is None, -each.path.count("__")))


def hinders_closing(
    name: str, *, panel: str = ""
) -> Callable[[Callable[[Customer], Any]], Callable[[Customer], Any]]:
    """Register a check that answers None or the reason why the customer cannot be closed now.

    `panel`: the code of the panel whose open lines are that reason.
    """

    def register(check: Callable[[Customer], Any]) -> Callable[[Customer], Any]:
        if name in _closing:
            raise ValueError(f"{name} hinders closing twice")
        _closing[name] = check, panel
        return check

    return register


def objection_to_closing(customer: Customer) -> Any:
    """The first registered reason against closing the customer, or None."""
    for check, _panel in _closing.values():
        reason = check(customer)
        if reason is not None:
            return reason
    return None


def in_the_way(*, actor: Actor, customer_ids: Sequence[int], limit: int = 20) -> list[Panel]:
    """The open matters against closing these customers that the actor may see, by the panels that show them."""
    named = [_panels[code][1] for _check, code in _closing.values() if code]
    found = (source(actor=actor, customer_ids=customer_ids, limit=limit) for source in named)
    return [
        replace(one, lines=[line for line in one.lines if line.open])
        for one in found
        if one is not None and one.open_count
    ]

"""What `zhize doctor` looks for in the product's own tables: each package says how its rows can be damaged.

A look reads and yields one sentence for each damage. It changes nothing, and finds nothing in a sound installation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from zhize.lib.text import Text

Find = Callable[[], Iterator[Text]]


@dataclass(frozen=True)
class Look:
    """One kind of damage. `deep`: reads so much that it is only done when asked for; `fatal`: data are not what they
    should be (the others only want somebody's attention); `remedy` says what to do."""

    code: str
    title: Text
    remedy: Text
    find: Find
    deep: bool = False
    fatal: bool = True


_looks: dict[str, Look] = {}


def look(
    code: str, *, title: Text, remedy: Text, deep: bool = False, fatal: bool = True
) -> Callable[[Find], Find]:
    """Declare a look. Raises ValueError for a code that is taken."""

    def register(find: Find) -> Find:
        if code in _looks:
            raise ValueError(f"look {code!r} is declared twice")
        _looks[code] = Look(code, title, remedy, find, deep, fatal)
        return find

    return register


def declared(*, deep: bool = True) -> list[Look]:
    """All looks in the order of their declaration; without `deep` only the quick ones."""
    return [found for found in _looks.values() if deep or not found.deep]

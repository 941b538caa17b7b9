"""A pytest plugin for `scripts/guards.py`: takes one guard of tests/contracts away for the run."""

from __future__ import annotations

from dataclasses import is_dataclass
from importlib import import_module
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--without", default="", help="the guard that is taken away")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    from tests.contracts.fault_guards import ALL

    name = session.config.getoption("--without")
    guard = next(each for each in ALL if each.name == name)
    owner, attribute = _owner(guard.place)
    before = getattr(owner, attribute)
    if is_dataclass(owner) and not isinstance(owner, type):
        object.__setattr__(owner, attribute, guard.gone)  # a frozen value
    else:
        setattr(owner, attribute, guard.gone)
    assert getattr(owner, attribute) is not before


def _owner(place: str) -> tuple[Any, str]:
    """What holds the last part of a dotted name: a module, a class or an object in it."""
    path, _dot, attribute = place.rpartition(".")
    parts = path.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: Any = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found, attribute
    raise LookupError(place)

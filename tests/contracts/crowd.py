"""A hundred threads that all want the same one thing at the same moment.

Real threads, each with a connection and a copy of the row of its own, all let go at the same moment.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from zhize.kernel.db import DomainError

CROWD = 100
Act = Callable[[], Any]


@dataclass
class Race:
    """`ready(i)` reads what the i-th needs and returns the act. `wins`: how many may get it."""

    name: str
    ready: Callable[[int], Act]
    wins: int = 1
    check: Callable[[list[Any]], bool] = lambda results: True


class Crowd:
    """A hundred threads that keep their connections from race to race."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(CROWD)
        self.barrier = threading.Barrier(CROWD, timeout=120)

    def run(self, race: Race) -> str:
        """What was wrong; empty when all went as it should."""

        def one(number: int) -> tuple[str, Any]:
            try:
                act = race.ready(number)
                self.barrier.wait()
            except Exception as error:
                self.barrier.abort()
                return "broken", error
            try:
                return "won", act()
            except DomainError as told:
                return "told", told.code
            except Exception as error:
                return "broken", error

        results = list(self.pool.map(one, range(CROWD)))
        counts = Counter(kind for kind, _value in results)
        won = [value for kind, value in results if kind == "won"]
        wrong = [repr(value)[:300] for kind, value in results if kind == "broken"][:2]
        if wrong or counts["won"] != race.wins or not race.check(won):
            told = Counter(str(value) for kind, value in results if kind == "told").most_common(3)
            return f"{race.name}: {dict(counts)} {wrong} {Counter(map(str, won)).most_common(3)} {told}"
        return ""

    def leave(self) -> None:
        def close(_number: int) -> None:
            connection.close()
            self.barrier.wait()

        if not self.barrier.broken:
            list(self.pool.map(close, range(CROWD)))
        self.pool.shutdown()


@contextmanager
def gathered() -> Iterator[Crowd]:
    made = Crowd()
    yield made
    made.leave()


def fresh(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)


def with_row(row: Any, act: Callable[[Any], Any]) -> Callable[[int], Act]:
    """Everybody has read the row before anybody acts."""

    def ready(_number: int) -> Act:
        mine = fresh(row)
        return lambda: act(mine)

    return ready


def at_once(act: Act) -> Callable[[int], Act]:
    return lambda _number: act


def in_turn(*acts: Callable[[], Act]) -> Callable[[int], Act]:
    """Different things that exclude each other: the first wants one, the second another."""
    return lambda number: acts[number % len(acts)]()


def faults_of(crowd: Crowd, races: Iterable[Race]) -> list[str]:
    return list(filter(None, map(crowd.run, races)))

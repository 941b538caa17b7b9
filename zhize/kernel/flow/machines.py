"""A state machine is data: states with a category, moves with verb, sources, target, capability, guards and needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from zhize.kernel.flow import guards
from zhize.lib.text import Text


class Category(StrEnum):
    """What a state means to clocks, reports and queues, whatever a pack calls it."""

    NEW = "new"
    WORKING = "working"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    VOID = "void"


ENDED = frozenset({Category.CLOSED, Category.VOID})
OPEN = frozenset(set(Category) - ENDED)


class BadMachine(ValueError):
    """A declared machine cannot work; the message lists everything that is wrong with it."""


@dataclass(frozen=True)
class State:
    code: str
    label: Text
    category: Category


@dataclass(frozen=True)
class Guard:
    """A named check of Python with the parameters a declaration gives it."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Move:
    """One way from some states to another. `needs` are inputs that must be given; `effects` are named extras that
    the machine's owner carries out with the move."""

    verb: str
    label: Text
    sources: frozenset[str]
    target: str
    capability: str
    guards: tuple[Guard, ...] = ()
    needs: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    reopens: bool = False
    primary: bool = False


@dataclass(frozen=True)
class Machine:
    """A checked state machine. Raises BadMachine on construction when it cannot work.

    `entries` are further states in which a row may begin, besides the initial one.
    """

    name: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    initial: str = ""
    entries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        problems = list(self._problems())
        if problems:
            raise BadMachine(f"{self.name}: " + "; ".join(problems))

    @cached_property
    def by_code(self) -> dict[str, State]:
        return {state.code: state for state in self.states}

    @property
    def start(self) -> State:
        """The state a new row begins in: the declared one, or the first."""
        return self.by_code[self.initial] if self.initial else self.states[0]

    def state(self, code: str) -> State:
        return self.by_code[code]

    def moves_from(self, code: str) -> list[Move]:
        return [move for move in self.moves if code in move.sources]

    def move(self, verb: str, source: str) -> Move | None:
        """The move with this verb out of this state, if there is one."""
        return next((move for move in self.moves if move.verb == verb and source in move.sources), None)

    def verbs(self) -> list[str]:
        return list(dict.fromkeys(move.verb for move in self.moves))

    def _problems(self) -> Iterable[str]:
        codes = [state.code for state in self.states]
        if not codes:
            yield "it has no state"
            return
        if len(set(codes)) != len(codes):
            yield "a state is declared twice"
        known = set(codes)
        if self.initial and self.initial not in known:
            yield f"the initial state {self.initial} is not declared"
            return
        seen: set[tuple[str, str]] = set()
        for move in self.moves:
            yield from self._move_problems(move, known, seen)
        yield from self._reach_problems(known)

    def _move_problems(self, move: Move, known: set[str], seen: set[tuple[str, str]]) -> Iterable[str]:
        for code in (*sorted(move.sources), move.target):
            if code not in known:
                yield f"{move.verb} names the unknown state {code}"
        for source in sorted(move.sources & known):
            if (move.verb, source) in seen:
                yield f"{move.verb} leaves {source} in two ways"
            seen.add((move.verb, source))
            if self.by_code[source].category in ENDED and not move.reopens:
                yield f"{move.verb} leaves the ended state {source} without being a reopening"
        for guard in move.guards:
            if not guards.is_known(guard.name):
                yield f"{move.verb} has the unknown guard {guard.name}"

    def _reach_problems(self, known: set[str]) -> Iterable[str]:
        begins = [self.start.code, *(code for code in self.entries if code in known)]
        reached, edge = set(begins), list(begins)
        while edge:
            for move in self.moves_from(edge.pop()):
                if move.target in known and move.target not in reached:
                    reached.add(move.target)
                    edge.append(move.target)
        for code in sorted(known - reached):
            yield f"the state {code} cannot be reached"
        for state in self.states:
            if state.category not in ENDED and not self.moves_from(state.code):
                yield f"the state {state.code} is a dead end"

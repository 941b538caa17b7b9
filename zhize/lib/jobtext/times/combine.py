"""A handful of parser combinators over tokens. A parser takes the tokens and a place, and gives what it read and the
place after it, or None. It knows which tokens it can begin with, so that most places are passed without trying."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from zhize.lib.jobtext.times.tokens import Token


class Tokens(list[Token]):
    """The tokens of one text, and what was read from them already."""

    __slots__ = ("read",)

    def __init__(self, tokens: Iterable[Token] = ()) -> None:
        super().__init__(tokens)
        self.read: dict[tuple[Parser, int], Result] = {}


Result = tuple[Any, int] | None
Run = Callable[[Tokens, int], Result]
LONGEST = 40
"""Members of a list that are read: nobody names more days or times in one breath, and reading stays quick."""


class Parser:
    """`run` reads; `starts` are the kinds of tokens it can begin with; `empty`: it may also read nothing."""

    __slots__ = ("empty", "run", "starts")

    def __init__(self, run: Run, starts: frozenset[str], *, empty: bool = False) -> None:
        self.run = run
        self.starts = starts
        self.empty = empty

    def __call__(self, tokens: Tokens, at: int) -> Result:
        return self.run(tokens, at)


def begins(*parsers: Parser) -> tuple[frozenset[str], bool]:
    """What all of them in order can begin with, and whether they may read nothing."""
    starts: frozenset[str] = frozenset()
    for parser in parsers:
        starts |= parser.starts
        if not parser.empty:
            return starts, False
    return starts, True


def tok(kind: str, *values: Any) -> Parser:
    """One token of this kind (and one of these values); reads its value."""

    def parse(tokens: Tokens, at: int) -> Result:
        if at < len(tokens) and tokens[at].kind == kind and (not values or tokens[at].value in values):
            return tokens[at].value, at + 1
        return None

    return Parser(parse, frozenset((kind,)))


def seq(*parsers: Parser) -> Parser:
    """All of them one after the other; reads a tuple."""
    starts, empty = begins(*parsers)
    runs = tuple(parser.run for parser in parsers)

    def parse(tokens: Tokens, at: int) -> Result:
        if not empty and (at >= len(tokens) or tokens[at].kind not in starts):
            return None
        read = []
        for run in runs:
            found = run(tokens, at)
            if found is None:
                return None
            value, at = found
            read.append(value)
        return tuple(read), at

    return Parser(parse, starts, empty=empty)


def alt(*parsers: Parser) -> Parser:
    """Whichever reads furthest; the first of equals."""
    starts: frozenset[str] = frozenset().union(*(parser.starts for parser in parsers))
    always = tuple(parser.run for parser in parsers if parser.empty)
    by_kind = {
        kind: tuple(parser.run for parser in parsers if parser.empty or kind in parser.starts)
        for kind in starts
    }

    def parse(tokens: Tokens, at: int) -> Result:
        best: Result = None
        for run in by_kind.get(tokens[at].kind, always) if at < len(tokens) else always:
            found = run(tokens, at)
            if found is not None and (best is None or found[1] > best[1]):
                best = found
        return best

    return Parser(parse, starts, empty=bool(always))


def opt(parser: Parser, default: Any = None) -> Parser:
    """It, or nothing."""
    run, starts, empty = parser.run, parser.starts, parser.empty

    def parse(tokens: Tokens, at: int) -> Result:
        if not empty and (at >= len(tokens) or tokens[at].kind not in starts):
            return default, at
        return run(tokens, at) or (default, at)

    return Parser(parse, starts, empty=True)


def many(parser: Parser) -> Parser:
    """It as often as it comes; reads a list."""
    run = parser.run

    def parse(tokens: Tokens, at: int) -> Result:
        read: list[Any] = []
        while len(read) < LONGEST and (found := run(tokens, at)) is not None and found[1] > at:
            value, at = found
            read.append(value)
        return read, at

    return Parser(parse, parser.starts, empty=True)


def apart(parser: Parser, separator: Parser) -> Parser:
    """One or more with a separator between; reads a list."""
    run, rest = parser.run, many(right(separator, parser)).run

    def parse(tokens: Tokens, at: int) -> Result:
        first = run(tokens, at)
        if first is None:
            return None
        others = rest(tokens, first[1])
        return ([first[0]], first[1]) if others is None else ([first[0], *others[0]], others[1])

    return Parser(parse, parser.starts, empty=parser.empty)


def read(function: Callable[..., Any], *parsers: Parser) -> Parser:
    """All in order, then the function of what they read; None from it means: this is not it."""
    inner = seq(*parsers)
    run = inner.run

    def parse(tokens: Tokens, at: int) -> Result:
        found = run(tokens, at)
        if found is None:
            return None
        value = function(*found[0])
        return None if value is None else (value, found[1])

    return Parser(parse, inner.starts, empty=inner.empty)


def right(first: Parser, second: Parser) -> Parser:
    """Both; reads the second."""
    return read(lambda _first, value: value, first, second)


def left(first: Parser, second: Parser) -> Parser:
    """Both; reads the first."""
    return read(lambda value, _second: value, first, second)


def once(parser: Parser) -> Parser:
    """The same, but read only once at each place: for pieces that many larger ones begin with."""
    run = parser.run

    def parse(tokens: Tokens, at: int) -> Result:
        key = (parser, at)
        if key not in tokens.read:
            tokens.read[key] = run(tokens, at)
        return tokens.read[key]

    return Parser(parse, parser.starts, empty=parser.empty)


def ahead_is_not(*kinds: str) -> Parser:
    """Reads nothing, where none of these tokens follows."""

    def parse(tokens: Tokens, at: int) -> Result:
        return None if at < len(tokens) and tokens[at].kind in kinds else (True, at)

    return Parser(parse, frozenset(), empty=True)

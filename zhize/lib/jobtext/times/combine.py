"""A handful of parser combinators over tokens. A parser takes the tokens and a place, and gives what it read and the
place after it, or None."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from zhize.lib.jobtext.times.tokens import Token

Tokens = Sequence[Token]
Result = tuple[Any, int] | None
Parser = Callable[[Tokens, int], Result]
LONGEST = 40
"""Members of a list that are read: nobody names more days or times in one breath, and reading stays quick."""


def tok(kind: str, *values: Any) -> Parser:
    """One token of this kind (and one of these values); reads its value."""

    def parse(tokens: Tokens, at: int) -> Result:
        if at < len(tokens) and tokens[at].kind == kind and (not values or tokens[at].value in values):
            return tokens[at].value, at + 1
        return None

    return parse


def seq(*parsers: Parser) -> Parser:
    """All of them one after the other; reads a tuple."""

    def parse(tokens: Tokens, at: int) -> Result:
        read = []
        for parser in parsers:
            found = parser(tokens, at)
            if found is None:
                return None
            value, at = found
            read.append(value)
        return tuple(read), at

    return parse


def alt(*parsers: Parser) -> Parser:
    """Whichever reads furthest; the first of equals."""

    def parse(tokens: Tokens, at: int) -> Result:
        best: Result = None
        for parser in parsers:
            found = parser(tokens, at)
            if found is not None and (best is None or found[1] > best[1]):
                best = found
        return best

    return parse


def opt(parser: Parser, default: Any = None) -> Parser:
    """It, or nothing."""

    def parse(tokens: Tokens, at: int) -> Result:
        return parser(tokens, at) or (default, at)

    return parse


def many(parser: Parser) -> Parser:
    """It as often as it comes; reads a list."""

    def parse(tokens: Tokens, at: int) -> Result:
        read: list[Any] = []
        while len(read) < LONGEST and (found := parser(tokens, at)) is not None and found[1] > at:
            value, at = found
            read.append(value)
        return read, at

    return parse


def apart(parser: Parser, separator: Parser) -> Parser:
    """One or more with a separator between; reads a list."""
    rest = many(right(separator, parser))

    def parse(tokens: Tokens, at: int) -> Result:
        first = parser(tokens, at)
        if first is None:
            return None
        others = rest(tokens, first[1])
        return ([first[0]], first[1]) if others is None else ([first[0], *others[0]], others[1])

    return parse


def read(function: Callable[..., Any], *parsers: Parser) -> Parser:
    """All in order, then the function of what they read; None from it means: this is not it."""
    inner = seq(*parsers)

    def parse(tokens: Tokens, at: int) -> Result:
        found = inner(tokens, at)
        if found is None:
            return None
        value = function(*found[0])
        return None if value is None else (value, found[1])

    return parse


def right(first: Parser, second: Parser) -> Parser:
    """Both; reads the second."""
    return read(lambda _first, value: value, first, second)


def left(first: Parser, second: Parser) -> Parser:
    """Both; reads the first."""
    return read(lambda value, _second: value, first, second)


def ahead_is_not(*kinds: str) -> Parser:
    """Reads nothing, where none of these tokens follows."""

    def parse(tokens: Tokens, at: int) -> Result:
        return None if at < len(tokens) and tokens[at].kind in kinds else (True, at)

    return parse

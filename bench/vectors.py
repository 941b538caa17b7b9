"""Search vectors of many like texts: words that come again and again are taken apart once.

What comes out is what `tokens.document_vector` makes of the same parts, as long as no room and no phone with gaps stands
across spaces or behind letters; `zhize doctor --deep` compares the index with it row by row.
"""

from __future__ import annotations

from functools import lru_cache

from zhize.lib import tokens

KEPT = 200_000
# Letters, digits and dashes: a number, a phone, the codes of a room as addresses write them.
NUMBER = frozenset("0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ")

Lexemes = tuple[tuple[str, int], ...]


def literal(*parts: tuple[tokens.Weight, str]) -> str:
    """A tsvector literal; PostgreSQL sorts the lexemes and puts equal ones together."""
    found: list[str] = []
    base = 0
    for weight, text in parts:
        mark = "" if weight == "D" else weight
        words = text.split()
        if not any(map(NUMBER.issuperset, words)):
            words = [text]
        last = 0
        for word in words:
            said = _number(word) if NUMBER.issuperset(word) else _words(word)
            if said:
                # Words apart leave a position free between them.
                before = last + 1 if last else 0
                found += [f"{lexeme}:{base + before + place}{mark}" for lexeme, place in said]
                last = before + said[-1][1]
        base += last + 1 if last else 0
    return " ".join(found)


@lru_cache(KEPT)
def _words(text: str) -> Lexemes:
    """Lexemes as literals with their positions from 1."""
    return tuple((tokens.quote(token), position) for token, position in tokens.document_tokens(text))


def _number(word: str) -> Lexemes:
    """The same for a number, which is another one in each copy."""
    found: list[tuple[str, int]] = []
    last = 0
    for piece in tokens.pieces(word.lower()):
        first = last + 2 if last else 1
        found += [(f"'{token}'", first + offset) for token, offset in tokens._stored(piece)]
        last = found[-1][1]
    return tuple(found)

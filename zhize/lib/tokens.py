"""Search tokens for Chinese: the same function splits what is stored and what is asked.

A text becomes lexemes with positions, written as literals of PostgreSQL's `tsvector` and `tsquery`:

- Chinese: every character and every pair of neighbours, at the position of the first character; two or more
  characters are asked as a phrase of pairs, exactly a substring test. Traditional folds to Simplified.
- Latin words: lower case, found by their beginning.
- Numbers of four and more digits: every three digits in a row, so that any four digits of a phone or case
  number find it. Shorter numbers are found as a whole (3 does not find 13).

- Rooms: 3栋2单元201, 三栋二单元201 and 3-2-201 are one; each is also kept and asked as the codes with dashes that
  addresses are recorded in.

Pieces that touch (3栋2单元) are asked as one phrase; pieces apart are asked together in any order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from zhize.lib import rooms
from zhize.lib.text import fold_script

# PostgreSQL keeps positions up to 16383, at most 255 for each lexeme.
MAX_POSITION = 16_000
MAX_QUERY = 200
MAX_WORD = 60

_HAN = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_PIECE = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<number>[0-9]+)|(?P<word>[^\W\d_{_HAN}]+)")
# Phones written with gaps are found by their digits too.
_GAPPED_PHONE = re.compile(
    r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-\d{7,8}|[48]00-\d{3,4}-\d{3,4})(?!\d)"
)
# Nothing but one phone, with gaps wherever people put them.
_PHONE = re.compile(
    r"^\s*(?:(?:\+|00)86[ -]?)?(?:1[3-9](?:[ .-]?[0-9]){9}|0[0-9]{2,3}[ -]?[0-9]{7,8}"
    r"|[48]00[ -]?[0-9]{3,4}[ -]?[0-9]{3,4})\s*$"
)
_COUNTRY = re.compile(r"^\s*(?:\+|00)86[ -]?")
_ONLY_DIGITS = re.compile(r"^[\d\s()+.-]{7,}$", re.ASCII)

Kind = Literal["han", "number", "word"]
Weight = Literal["A", "B", "C", "D"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of one kind; `joined` when it touches the piece before it."""

    kind: Kind
    text: str
    joined: bool


def fold(text: str) -> str:
    """The form in which texts are compared: half-width, lower case, Simplified."""
    return fold_script(unicodedata.normalize("NFKC", text).casefold().replace("\x00", " "))


def pieces(text: str) -> Iterator[Piece]:
    """The runs of Chinese, digits and letters in a text that is already folded."""
    end = -1
    before = ""
    for match in _PIECE.finditer(text):
        kind: Kind = match.lastgroup  # type: ignore[assignment]
        # TS20260302 and TS-20260302 are to find each other, so letters never join digits.
        joined = match.start() == end and {kind, before} != {"number", "word"}
        yield Piece(kind, match.group(), joined)
        end, before = match.end(), kind


def document_tokens(text: str) -> list[tuple[str, int]]:
    """The lexemes of a text with their positions from 1, for a tsvector."""
    folded = fold(text)
    found: list[tuple[str, int]] = []
    position = 1
    for piece in pieces(folded):
        if not piece.joined and position > 1:
            position += 1
        found.extend((token, position + offset) for token, offset in _stored(piece))
        position += _width(piece)
        if position > MAX_POSITION:
            break
    for match in _GAPPED_PHONE.finditer(folded):
        digits = "".join(character for character in match.group() if character.isdecimal())
        if digits != match.group() and position + len(digits) < MAX_POSITION:
            number = Piece("number", digits, joined=False)
            found.extend((token, position + 1 + offset) for token, offset in _stored(number))
            position += 1 + len(digits)
    for room in rooms.find(folded):
        if room.dashed or position > MAX_POSITION:
            continue
        for code in room.codes:
            position += 1
            piece = next(pieces(code))
            found.extend((token, position + offset) for token, offset in _stored(piece))
            position += _width(piece)
    return found


def document_vector(*parts: tuple[Weight, str]) -> str:
    """A tsvector literal for texts with weights, e.g. `document_vector(("A", title), ("D", body))`.

    Cast it with `::tsvector`. Phrases never reach from one part into the next.
    """
    lexemes: dict[str, list[str]] = {}
    base = 0
    for weight, text in parts:
        highest = base
        for token, position in document_tokens(text):
            if base + position > MAX_POSITION:
                continue
            highest = base + position
            places = lexemes.setdefault(token, [])
            if len(places) < 255:
                places.append(f"{base + position}{'' if weight == 'D' else weight}")
        base = highest + 1 if highest > base else base
    return " ".join(f"{quote(token)}:{','.join(places)}" for token, places in sorted(lexemes.items()))


def keys_text(keys: Iterable[str]) -> str:
    """Numbers, phones and codes as one text for `document_vector`."""
    return " \n ".join(key for key in keys if key)


def query_tokens(text: str) -> str:
    """A tsquery literal for what somebody typed; empty when there is nothing to look for.

    Cast it with `::tsquery`, never through to_tsquery, which would take it apart again.
    """
    folded = fold(text)[:MAX_QUERY]
    if _PHONE.match(folded):
        return _all_of(_digits(_COUNTRY.sub("", folded)))
    if found := list(rooms.find(folded)):
        return _with_rooms(folded, found)
    asked = _all_of(folded)
    joined = _all_of(_digits(folded)) if _ONLY_DIGITS.match(folded) else ""
    # 138 0013 is the beginning of a phone, 1123-0001 the end of a case's number.
    return f"{joined} | {asked}" if joined and joined != asked else asked


def _with_rooms(folded: str, found: list[rooms.Room]) -> str:
    """Rooms by their codes as addresses write them, and what was typed beside them; or the very words."""
    rest = folded
    asked: list[str] = []
    for room in reversed(found):
        rest = f"{rest[: room.start]} {rest[room.end :]}"
        asked.insert(0, _room(room))
    coded = " & ".join(dict.fromkeys([*asked, *filter(None, [_all_of(rest)])]))
    return coded if all(room.dashed for room in found) else f"({coded}) | ({_all_of(folded)})"


def _room(room: rooms.Room) -> str:
    """The codes one after the other; a building and a room also with the entrance between that nobody says."""
    codes = [next(pieces(code)) for code in room.codes]
    asked = _phrase(codes, gap=1)
    if room.building and not room.entrance:
        asked = f"({asked} | {_phrase(codes, gap=3)})"
    return asked


def _all_of(folded: str) -> str:
    groups: list[list[Piece]] = []
    for piece in pieces(folded):
        if piece.joined and groups:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    asked = [_phrase(group) for group in groups]
    return " & ".join(dict.fromkeys(phrase for phrase in asked if phrase))


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def quote(token: str) -> str:
    """A lexeme as a quoted literal; quotes and backslashes are doubled."""
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _stored(piece: Piece) -> Iterator[tuple[str, int]]:
    text = piece.text
    if piece.kind == "word":
        yield text[:MAX_WORD], 0
    elif piece.kind == "number":
        if len(text) < 4:
            yield _whole(text), 0
        else:
            yield from ((text[index : index + 3], index) for index in range(len(text) - 2))
    else:
        for index, character in enumerate(text):
            yield character, index
            if index + 1 < len(text):
                yield text[index : index + 2], index


def _asked(piece: Piece) -> list[tuple[str, int]]:
    """The fewest lexemes that pin the piece down: every second pair, and the last one."""
    text = piece.text
    if piece.kind == "word":
        return [(quote(text[:MAX_WORD]) + (":*" if len(text) > 1 else ""), 0)]
    if piece.kind == "number":
        if len(text) < 4:
            return [(quote(_whole(text)), 0)]
        return [(quote(text[index : index + 3]), index) for index in _steps(len(text), 3)]
    if len(text) == 1:
        return [(quote(text), 0)]
    return [(quote(text[index : index + 2]), index) for index in _steps(len(text), 2)]


def _steps(length: int, size: int) -> list[int]:
    starts = list(range(0, length - size + 1, size))
    if starts[-1] != length - size:
        starts.append(length - size)
    return starts


def _width(piece: Piece) -> int:
    """How many positions a piece takes."""
    if piece.kind == "han":
        return len(piece.text)
    return max(1, len(piece.text) - 2) if piece.kind == "number" else 1


def _whole(number: str) -> str:
    """The lexeme of a short number, unlike any three digits out of a long one."""
    return f"={number}"


def _phrase(group: list[Piece], gap: int = 0) -> str:
    lexemes: list[tuple[str, int]] = []
    base = 0
    for piece in group:
        lexemes.extend((lexeme, base + offset) for lexeme, offset in _asked(piece))
        base += _width(piece) + gap
    phrase = lexemes[0][0]
    for (_, before), (lexeme, position) in pairwise(lexemes):
        phrase += f" <{position - before}> {lexeme}"
    return phrase

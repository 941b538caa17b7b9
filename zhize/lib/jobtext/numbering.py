"""Printed numbers of clauses, in all styles, at the start of a line and inside it.

Inside a line a number is believed only when it goes on counting (5. after 4.) or begins a list that goes on: a text is
full of other numbers.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from zhize.lib.jobtext import numbers

_CIRCLED = {chr(0x2460 + index): index + 1 for index in range(20)} | {
    chr(0x2776 + index): index + 1 for index in range(10)
}
_WRAPPED = {chr(0x2474 + index): index + 1 for index in range(20)} | {
    chr(0x3220 + index): index + 1 for index in range(10)
}
_DOTTED = {chr(0x2488 + index): index + 1 for index in range(20)}
_ROMAN = {chr(0x2160 + index): index + 1 for index in range(12)}
_CN = "[一二三四五六七八九十百]{1,4}"

# Style → pattern with the group `n`; tried in this order. The unit after a number (3年以上) is no number of a list.
_STYLES: tuple[tuple[str, str], ...] = (
    ("article", rf"第\s*(?P<n>{_CN}|\d+)\s*条\s*[:：、.]?"),
    ("chapter", rf"第\s*(?P<n>{_CN}|\d+)\s*(?:章|篇|部分|节)\s*[:：、.]?"),
    ("han_paren", rf"[(（]\s*(?P<n>{_CN})\s*[)）]\s*[、.．]?"),
    (
        "han",
        rf"(?P<n>{_CN})(?:\s*[、.．,，:：](?=\D|$)|\s+(?=[\u3400-\u9fff《“])(?!\s+[般定切旦线致律些样]))",
    ),
    ("decimal", r"(?P<n>\d{1,2}(?:\.\d{1,2}){1,3})(?![\d%％])\s*[、.．)）]?(?=\s|[^\d\s%％])"),
    ("arabic_paren", r"[(（]\s*(?P<n>\d{1,2})\s*[)）]\s*[、.．]?"),
    ("arabic_half", r"(?P<n>\d{1,2})\s*[)）]\s*[、.．]?"),
    (
        "arabic",
        r"(?P<n>\d{1,2})\s*(?:[、．](?!\d+[、．.~至月])|[.,，:：](?!\d)|\.(?=\d{1,2}(?:年以上|周?岁)))",
    ),
    ("circled", f"(?P<n>[{''.join(_CIRCLED)}])[、.]?"),
    ("wrapped", f"(?P<n>[{''.join(_WRAPPED)}])[、.]?"),
    ("dotted", f"(?P<n>[{''.join(_DOTTED)}])[、]?"),
    ("roman", f"(?P<n>[{''.join(_ROMAN)}])[、.．]?"),
    ("latin_paren", r"[(（](?P<n>[A-Za-z])[)）]"),
    ("latin", r"(?P<n>[A-Za-z])(?:、(?=\s*\S)|[.．)）](?=\s*[\u3400-\u9fff\"“《]))"),
    ("bullet", r"(?P<n>[●○◆◇■▪▲△★☆►➢➤✓√※•·◎\u25cf\uf06c\uf0b7\uf0d8]|[-–—*](?=\s*[\u3400-\u9fff《“]))"),
    ("bare", r"(?P<n>\d{1,2})(?:\s+(?=[\u3400-\u9fff])|\t\s*(?=\D))|(?P<m>\d{1,2})(?=[在对按负])"),
)
# What a number can begin with; most lines begin with none.
_BEGINS = re.compile(
    rf"\s*[\dA-Za-z(（第一二三四五六七八九十百{''.join((*_CIRCLED, *_WRAPPED, *_DOTTED, *_ROMAN))}●○◆◇■▪▲△★☆►➢➤✓√※•·◎\u25cf\uf06c\uf0b7\uf0d8\-–—*]"
)
_PATTERNS = tuple((style, re.compile(rf"\s*{pattern}\s*")) for style, pattern in _STYLES)
# Before a number inside a line stands the end of a sentence or a gap.
_BOUNDARY = re.compile(r"[;；。.!！?？:：》)）]\s*|[ \t]+")
_UNIT_AFTER = re.compile(
    r"(?:年(?![度终底初检会末轻报])|月(?![度底初末报])|日(?![常报志])|天(?!然)|周(?![边转会报])|小时|分钟|点(?![检菜名])|次(?!序)|"
    r"个(?![人性])|元|%|万|号|人(?![员事力才民工际])|楼(?!宇)|层|栋|米|岁)"
)
# How far a number reaches, and how far behind it the next one of its list is looked for.
_NEAR, _FAR = 40, 1500
_INLINE = frozenset(
    ("article", "han_paren", "han", "decimal", "arabic_paren", "arabic_half", "arabic", "circled", "wrapped",
     "latin", "dotted")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number. `path` is its value, one entry for each dotted part; `length` what it takes of the text."""

    printed: str
    style: str
    path: tuple[int, ...]
    length: int

    def follows(self, before: Number) -> bool:
        """Whether this is the next number after `before` in the same list."""
        return (
            self.style == before.style
            and self.path[:-1] == before.path[:-1]
            and self.path[-1] == before.path[-1] + 1
        )

    @property
    def first(self) -> bool:
        """Whether a list begins with it."""
        return self.path[-1] == 1


def parse(text: str) -> Number | None:
    """The printed number a text begins with."""
    if not _BEGINS.match(text):
        return None
    for style, pattern in _PATTERNS:
        match = pattern.match(text)
        if match is None:
            continue
        printed = match.group().strip()
        shown = match.group("n") or match.group("m") if style == "bare" else match.group("n")
        path = _path(style, shown)
        if path is None or (style in ("arabic", "bare", "decimal") and _unit_follows(text, match)):
            continue
        return Number(printed, style, path, match.end())
    return None


def _unit_follows(text: str, match: re.Match[str]) -> bool:
    """3 年以上, 2.5 万元: a quantity begins the line, no number of a list."""
    return match.group().strip()[-1:].isdigit() and bool(_UNIT_AFTER.match(text, match.end()))


def _path(style: str, shown: str) -> tuple[int, ...] | None:
    if style == "bullet":
        return (0,)
    if style == "decimal":
        return tuple(int(part) for part in shown.split("."))
    for table in (_CIRCLED, _WRAPPED, _DOTTED, _ROMAN):
        if shown in table:
            return (table[shown],)
    if shown.isascii() and shown.isalpha():
        return (ord(shown.lower()) - ord("a") + 1,)
    found = numbers.value(shown)
    return (int(found),) if found is not None and found > 0 else None


def cuts(text: str, running: dict[str, Number], ahead: set[tuple[str, tuple[int, ...]]]) -> Iterator[int]:
    """Where inside the text further numbered pieces begin.

    `running` holds the last number of each style so far and is kept up to date; `ahead` says which numbers begin later
    lines, so that 1. inside a line is believed when a line with 2. follows.
    """
    start = parse(text)
    if start is not None:
        running[start.style] = start
    known = [
        (boundary, number)
        for boundary in _BOUNDARY.finditer(text)
        if (number := parse(text[boundary.end() : boundary.end() + _NEAR])) is not None
    ]
    places: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    for boundary, found in known:
        places.setdefault((found.style, found.path), []).append(boundary.end())
    for boundary, found in known:
        at = boundary.end()
        if start is not None and at <= start.length:
            continue
        if found.style not in _INLINE or not text[at + found.length :].strip():
            continue
        before = running.get(found.style)
        second = (found.style, (*found.path[:-1], found.path[-1] + 1))
        begins = found.first and (second in ahead or _later(places.get(second, []), at + found.length, at))
        if (before is not None and found.follows(before)) or begins or _sub(found, boundary):
            running[found.style] = found
            yield at


def _later(places: list[int], start: int, at: int) -> bool:
    """Whether one of the places, which are in order, lies behind `start` and not far from `at`."""
    following = bisect_left(places, start)
    return following < len(places) and places[following] < at + _FAR


def _sub(found: Number, boundary: re.Match[str]) -> bool:
    """(二)沟通职责, b.内部沟通 after a full stop: a heading's number, whatever went before."""
    sign = boundary.group().strip()[:1]
    strong = bool(sign) and sign in "。.;；:："
    return (strong and found.style in ("han_paren", "han", "latin")) or (
        found.style == "latin" and found.first
    )

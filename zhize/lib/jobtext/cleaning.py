"""What converters and web pages do to a text, undone line by line; every repair has a name."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from zhize.lib.digits import half_width
from zhize.lib.text import Text, fold_script, to_simplified

REPAIRS: dict[str, Text] = {
    "invisible": Text("去掉了不可见字符", "Invisible characters removed"),
    "markup": Text("去掉了网页标记", "Web markup removed"),
    "syllables": Text("去掉了转换时混入的拼音", "Syllables that a converter added removed"),
    "broken": Text("有转换时损坏的字符", "Has characters that a converter broke"),
    "width": Text("全角数字、字母改为半角", "Full-width digits and letters made half-width"),
    "spaces": Text("去掉了字间空格", "Spaces between characters removed"),
    "traditional": Text("繁体转为简体", "Traditional turned into Simplified"),
    "split": Text("一行里有几条，已拆开", "One line held several clauses"),
    "joined": Text("一条断成几行，已连上", "One clause was broken over lines"),
    "furniture": Text("页面内容，不是说明书", "Page furniture, not the job description"),
}

_HAN = "\u3400-\u9fff\uf900-\ufaff"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0e-\x1f\x7f]")
_TAG = re.compile(
    r"</?(?:p|br|div|span|td|tr|th|table|li|ul|ol|b|strong|font|h[1-6]|a)\b[^<>]*>", re.IGNORECASE
)
_MARK = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜḿńňǹ"
# 服務(wù)專: a converter that did not know the glyph wrote its reading behind it (seed 000).
_SYLLABLE = re.compile(rf"(?<=[{_HAN}])[(（][a-zü]{{0,5}}[{_MARK}][a-zü]{{0,5}}[)）]", re.IGNORECASE)
# What is left of a character that was cut in two: the replacement sign, or ? with the rest of a syllable (當?shù)).
_BROKEN = re.compile(rf"\ufffd|\?[a-zü]{{0,5}}[{_MARK}][a-zü]{{0,5}}\)", re.IGNORECASE)
_SPACE = re.compile(rf"(?<=[{_HAN}])[ \t\u3000]+(?=[{_HAN}])")
# The converter keeps 著 where Simplified writes the particle 着 (本著 → 本着, but 著名, 显著).
_ZHE = re.compile(r"(?<![显名原土专编论执卓昭巨译遗])著(?![名作称述录者])")
_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff05\uff0e]")
_PADDED = re.compile(rf"^[{_HAN}](?:[ \t\u3000]+[{_HAN}]){{1,5}}(?=\s*(?:[:：]|$))")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A source line as it is read, and what was repaired."""

    number: int
    text: str
    repairs: tuple[str, ...]


def working(text: str) -> str:
    """The form rules look at: half-width, Simplified, lower case; every character stays at its place."""
    folded = fold_script(half_width(text))
    return "".join(lower if len(lower := character.lower()) == 1 else character for character in folded)


def is_traditional(text: str) -> bool:
    """Whether a text is written in Traditional characters: a tenth of what could differ does."""
    han = [character for character in text if "\u3400" <= character <= "\u9fff"]
    return sum(fold_script(character) != character for character in han) * 10 > len(han)


# Headings and emphasis as Markdown writes them.
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+|(?<![*\w])\*\*(?=\S)|(?<=\S)\*\*(?![*\w])")


def clean(text: str) -> tuple[list[Cleaned], bool]:
    """The lines of a text that hold anything, cleaned, and whether the text was Traditional."""
    traditional = is_traditional(text)
    lines = (
        # A line of its own script in a document of the other is turned too.
        _line(number, raw, traditional or is_traditional(raw))
        for number, raw in enumerate(re.split(r"\r\n|\r|\n", text), start=1)
    )
    return [line for line in lines if line.text], traditional


def _line(number: int, raw: str, traditional: bool) -> Cleaned:
    repairs: list[str] = []

    def step(code: str, before: str, after: str) -> str:
        if before != after:
            repairs.append(code)
        return after

    text = step("invisible", raw, _INVISIBLE.sub("", raw))
    text = step("markup", text, html.unescape(_TAG.sub(" ", text)))
    text = step("markup", text, _HEADING.sub("", text))
    text = text.replace("\xa0", " ").replace("\u3000", " ").strip()
    text = step("syllables", text, _SYLLABLE.sub("", text))
    text = step("broken", text, _BROKEN.sub("", text).strip())
    text = step("width", text, _WIDE.sub(lambda match: half_width(match.group()), text))
    text = step("spaces", text, _PADDED.sub(lambda match: re.sub(r"\s+", "", match.group()), text))
    if traditional:
        text = step("traditional", text, _ZHE.sub("着", to_simplified(text)))
    return Cleaned(number, text, tuple(repairs))


def without_gaps(text: str) -> str:
    """A clause without the spaces that wrapping left between Chinese characters."""
    return _SPACE.sub("", re.sub(r"\s+", " ", text)).strip()

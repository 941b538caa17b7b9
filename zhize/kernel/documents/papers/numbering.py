"""The numbers that Word prints before paragraphs of lists; the file only says which list and which level."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_LONGEST = 60
"""Characters of a printed number: no list has longer ones."""
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def value(element: Element | None, name: str = "val") -> str | None:
    """The attribute of a Word element, None when there is no element."""
    return None if element is None else element.get(W + name)


def number(element: Element | None, default: int, name: str = "val") -> int:
    """The attribute as a whole number, `default` when there is none."""
    found = value(element, name)
    return int(found) if found is not None and re.fullmatch(r"-?\d{1,9}", found) else default


@dataclass
class Level:
    """How one level of a list counts and looks: `text` is e.g. "%1.%2)"."""

    form: str = "decimal"
    text: str = ""
    start: int = 1
    tail: str = "tab"


@dataclass
class Numbering:
    """All lists of a document and how far each has counted."""

    lists: dict[str, str] = field(default_factory=dict)
    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    own: dict[str, dict[int, Level]] = field(default_factory=dict)
    restarts: dict[tuple[str, int], int] = field(default_factory=dict)
    counted: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, list_id: str, level: int) -> str:
        """The printed number of the next paragraph of this list and level, with the gap behind it."""
        abstract = self.lists.get(list_id, "")
        shape = self._shape(list_id, level)
        if shape is None:
            return ""
        counts = self.counted.setdefault(abstract, {})
        begin = self.restarts.pop((list_id, level), None)
        counts[level] = begin if begin is not None else counts.get(level, shape.start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if shape.form in ("none", "bullet"):
            return "" if shape.form == "none" else "• "
        printed = re.sub(r"%(\d)", lambda found: self._count(list_id, int(found[1]) - 1, counts), shape.text)
        bare = printed[-1:].isascii() and (printed[-1:].isalnum() or printed.endswith("."))
        gap = " " if bare and shape.tail != "nothing" else ""
        return printed + gap

    def _shape(self, list_id: str, level: int) -> Level | None:
        changed = self.own.get(list_id, {}).get(level)
        return changed or self.levels.get(self.lists.get(list_id, ""), {}).get(level)

    def _count(self, list_id: str, level: int, counts: dict[int, int]) -> str:
        shape = self._shape(list_id, level) or Level()
        return written(counts.setdefault(level, shape.start), shape.form)


def read(root: Element | None) -> Numbering:
    """The lists as numbering.xml describes them; None for a document without lists."""
    found = Numbering()
    if root is None:
        return found
    styled: dict[str, str] = {}
    links: dict[str, str] = {}
    for abstract in root.findall(f"{W}abstractNum"):
        name = value(abstract, "abstractNumId") or ""
        found.levels[name] = dict(_levels(abstract))
        if style := value(abstract.find(f"{W}styleLink")):
            styled[style] = name
        if style := value(abstract.find(f"{W}numStyleLink")):
            links[name] = style
    for name, style in links.items():
        found.levels[name] = found.levels.get(styled.get(style, ""), found.levels[name])
    for one in root.findall(f"{W}num"):
        name = value(one, "numId") or ""
        found.lists[name] = value(one.find(f"{W}abstractNumId")) or ""
        for change in one.findall(f"{W}lvlOverride"):
            level = number(change, 0, "ilvl")
            begin = change.find(f"{W}startOverride")
            if begin is not None:
                found.restarts[(name, level)] = number(begin, 1)
            found.own.setdefault(name, {}).update(_levels(change))
    return found


def _levels(parent: Element) -> Iterator[tuple[int, Level]]:
    for each in parent.findall(f"{W}lvl"):
        yield (
            number(each, 0, "ilvl"),
            Level(
                form=value(each.find(f"{W}numFmt")) or "decimal",
                text=(value(each.find(f"{W}lvlText")) or "")[:_LONGEST],
                start=number(each.find(f"{W}start"), 1),
                tail=value(each.find(f"{W}suff")) or "tab",
            ),
        )


def written(count: int, form: str) -> str:
    """A count in the way a list writes it: 12, 十二, XII, l, ⑫, 乙; unknown ways are written in digits."""
    way = _WAYS.get(form)
    return way(count) if way is not None and count > 0 else str(count)


def _chinese(count: int) -> str:
    if count >= 100:
        return "".join(_DIGITS[int(each)] for each in str(count))
    tens, ones = divmod(count, 10)
    return ("" if not tens else ("" if tens == 1 else _DIGITS[tens]) + "十") + (_DIGITS[ones] if ones else "")


def _legal(count: int) -> str:
    tens, ones = divmod(count, 10)
    return (_LEGAL[tens] + "拾" if 0 < tens < 10 else "") + (_LEGAL[ones] if ones or not tens else "")


def _roman(count: int) -> str:
    pairs = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
             (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
    made = ""
    for size, sign in pairs:
        times, count = divmod(count, size)
        made += sign * min(times, 9)
    return made


def _letters(count: int) -> str:
    # Word repeats the letter after z: aa, bb, cc.
    return chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 9)


def _from(first: str, most: int) -> Callable[[int], str]:
    return lambda count: chr(ord(first) + count - 1) if count <= most else f"({count})"


def _row(signs: str) -> Callable[[int], str]:
    return lambda count: signs[(count - 1) % len(signs)]


def _wide(count: int) -> str:
    return "".join(chr(ord("０") + int(each)) for each in str(count))


_WAYS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
         "taiwaneseCountingThousand", "koreanCounting"), _chinese,
    ),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional"), _legal),
    **dict.fromkeys(("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"),
                    lambda count: "".join(_DIGITS[int(each)] for each in str(count))),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _from("①", 20)),
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "ideographEnclosedCircle": _from("㊀", 10),
    "ideographTraditional": _row(_STEMS),
    "ideographZodiac": _row(_BRANCHES),
    "decimalZero": lambda count: f"{count:02d}",
    **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"), _wide),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
}  # fmt: skip

"""Telephone numbers as people in China write them.

The canonical form is what is stored and compared: mobiles `13800138000`, land lines `0755-26661234` (with an
extension `0755-26661234-8`, without an area code `26661234`), service numbers `95588`, `12345`, `4008001234`,
foreign ones in E.164 (`+85291234567`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import phonenumbers

from zhize.lib.digits import half_width

Kind = Literal["mobile", "landline", "service", "foreign"]

_PLAIN = re.compile(r"1[3-9][0-9]{9}\Z")
_MOBILE = re.compile(r"^(?:(?:\+|00)?86|0)?(1[3-9]\d{9})$")
_LANDLINE = re.compile(r"^(?:(?:\+|00)?86)?0?(10|2\d|[3-9]\d{2})([1-9]\d{6,7})$")
# Eight digits that read as a date (20260302) are one.
_LOCAL = re.compile(r"^(?!(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$)([2-9]\d{6,7})$")
_SERVICE = re.compile(
    r"^(?:(?:\+|00)?86)?([48]00\d{7}|95\d{3,6}|96\d{3,4}|10[0-9]\d{2}|12\d{3}|11[0-9]|12[0-9]|116114|118\d{2})$"
)
_FOREIGN = re.compile(r"^(?:\+|00)(?!86)([1-9]\d{6,14})$")
_EXTENSION = r"(?:转|轉|分机|分機|内线|ext\.?|x|\#|\*)\s*:?\s*(?P<ext>\d{1,6})"
_WITH_EXTENSION = re.compile(rf"^(?P<body>.+?)\s*,?\s*{_EXTENSION}$", re.IGNORECASE)
_DASHED_EXTENSION = re.compile(r"^(?P<body>(?:\(?0\d{2,3}\)?[ -]?)?[2-9]\d{6,7})-(?P<ext>\d{1,6})$")
_SEPARATORS = str.maketrans("", "", " -()./\u00b7\u2013\u2014\u2010\u2011\u2012\u2212_")

# What a number looks like inside a longer text, the most particular first.
_IN_TEXT = re.compile(
    rf"""(?<![\d+])(?:
      (?:(?:\+|00)?86[ -]?|0)?1[ -]?[3-9](?:[ .-]?\d){{9}}(?!\d)
    | [48]00[ -]?\d{{3,4}}[ -]?\d{{3,4}}(?!\d)
    | (?:(?:\+|00)86[ -]?)?\(?0?(?:10|2\d|[3-9]\d{{2}})\)?[ -]?[2-9]\d{{3}}[ ]?\d{{3,4}}
      (?!\d)(?:-\d{{1,6}}(?!\d))?
    | (?:\+|00)[1-9]\d{{0,2}}[ -]?\d(?:[ -]?\d){{5,12}}(?!\d)
    | [2-9]\d{{6,7}}(?!\d)(?:-\d{{1,6}}(?!\d))?
    | (?:95\d{{3,6}}|96\d{{3,4}}|10[0-9]\d{{2}}|12\d{{3}}|11[0-9]|12[0-2])(?!\d)
    )(?:\s*,?\s*{_EXTENSION})?""",
    re.VERBOSE | re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:联系)?(?:电话|手机|座机|固话|热线|tel|phone|mobile|mob|cell)(?:号码?)?\s*[.:]?", re.IGNORECASE
)
_EDGES = " \t\r\n/,;:|\\&+()[]-.\u3001\u3002\uff1b\u00b7"
_BREAK = re.compile(r"^[\s]*[/,;|\n\u3001]")


@dataclass(frozen=True, slots=True)
class Phone:
    """One number, taken apart. `digits` has no separators and no extension."""

    kind: Kind
    digits: str
    area: str = ""
    extension: str = ""

    @property
    def number(self) -> str:
        """The canonical form."""
        body = f"+{self.digits}" if self.kind == "foreign" else self.digits
        if self.area:
            body = f"{self.area}-{self.digits[len(self.area) :]}"
        return f"{body}-{self.extension}" if self.extension else body

    @property
    def reachable(self) -> bool:
        """Whether somebody can be called back at it: short public numbers (110, 12345, 10086) are nobody's own; a
        company may well be reached at its 400 or 95 number."""
        return self.kind != "service" or not self.digits.startswith("1")

    def __str__(self) -> str:
        return self.number


@dataclass(frozen=True, slots=True)
class NamedPhone:
    """A number found in a longer text, with the name that stands beside it."""

    phone: Phone
    name: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell of an address list holds; `rest` is text that is neither a number nor a name beside one."""

    phones: tuple[NamedPhone, ...]
    rest: str = ""


def parse(text: str) -> Phone | None:
    """The one number that `text` is, or None."""
    text = half_width(text).strip().rstrip(".;,")
    text = _LABEL.sub("", text, count=1).strip() if _LABEL.match(text) else text
    extension = ""
    match = _WITH_EXTENSION.match(text) or _DASHED_EXTENSION.match(text)
    if match and _kind(match["body"]) is not None:
        text, extension = match["body"], match["ext"]
    phone = _kind(text)
    if phone is None or not extension:
        return phone
    return Phone(phone.kind, phone.digits, phone.area, extension)


def reachable(text: str) -> Phone | None:
    """The one number that `text` is, if somebody can be called back at it, or None."""
    phone = parse(text)
    return phone if phone is not None and phone.reachable else None


def to_call_back(text: str) -> str:
    """The canonical form of a number that was not typed but came along (a calling number), "" when it leads to nobody."""
    phone = reachable(text)
    return phone.number if phone else ""


def normalise(text: str) -> str | None:
    """The canonical form of the one number that `text` is, or None."""
    phone = parse(text)
    return phone.number if phone else None


def split_cell(text: str) -> Cell:
    """Every number in a text with the name before it (or after it, or in brackets), in order, none twice.

    `张先生13800001111/李女士 0755-26661234转8` gives two numbers with two names.
    """
    text = half_width(text)
    if _PLAIN.match(text):
        return Cell((NamedPhone(Phone("mobile", text)),))
    found: list[tuple[Phone, int, int]] = []
    for match in _IN_TEXT.finditer(text):
        phone = parse(match.group())
        if phone is not None:
            found.append((phone, match.start(), match.end()))
    if not found:
        return Cell((), _trimmed(text))
    gaps = [text[before:after] for before, after in _gaps(found, len(text))]
    names, rest = _names(gaps, len(found))
    unique: dict[str, NamedPhone] = {}
    for (phone, _, _), name in zip(found, names, strict=True):
        known = unique.get(phone.number)
        if known is None or not known.name:
            unique[phone.number] = NamedPhone(phone, name)
    return Cell(tuple(unique.values()), rest)


def mask(text: str) -> str:
    """A number for eyes that need not know it: 138****2277, 0755-****1234; service numbers stay."""
    phone = parse(text)
    if phone is None:
        return mask_middle(text.strip())
    if phone.kind == "service":
        return phone.number
    if phone.kind == "mobile":
        return f"{phone.digits[:3]}****{phone.digits[-4:]}"
    head = f"{phone.area}-" if phone.area else ""
    if phone.kind == "foreign":
        head = f"+{phone.digits[: max(1, len(phone.digits) - 8)]}"
    tail = f"-{phone.extension}" if phone.extension else ""
    return f"{head}****{phone.digits[-4:]}{tail}"


def mask_middle(text: str) -> str:
    """Anything else of a private kind: at most the first three and the last two characters remain."""
    if len(text) < 8:
        return "*" * max(0, len(text) - 1) + text[-1:]
    return f"{text[:3]}{'*' * (len(text) - 5)}{text[-2:]}"


def search_keys(text: str) -> list[str]:
    """What a search index should hold for this number: its digits, so that any run of four finds it."""
    phone = parse(text)
    digits = (
        phone.digits if phone else "".join(ch for ch in half_width(text) if ch.isdecimal() and ch.isascii())
    )
    return [digits] if digits else []


def _kind(text: str) -> Phone | None:
    body = text.translate(_SEPARATORS)
    if match := _MOBILE.match(body):
        return Phone("mobile", match[1])
    if match := _SERVICE.match(body):
        return Phone("service", match[1])
    if match := _FOREIGN.match(body):
        number = phonenumbers.PhoneNumber()
        try:
            number = phonenumbers.parse(f"+{match[1]}")
        except phonenumbers.NumberParseException:
            return None
        return Phone("foreign", match[1]) if phonenumbers.is_possible_number(number) else None
    if (match := _LANDLINE.match(body)) and _has_trunk(body, match[1], match[2]):
        return Phone("landline", f"0{match[1]}{match[2]}", f"0{match[1]}")
    if match := _LOCAL.match(body):
        return Phone("landline", match[1])
    return None


def _has_trunk(body: str, area: str, local: str) -> bool:
    """An area code counts only after its 0 or after the country code; two-digit areas have eight digits."""
    prefix = body[: len(body) - len(area) - len(local)]
    return prefix != "" and (len(area) == 3 or len(local) == 8)


def _gaps(found: list[tuple[Phone, int, int]], length: int) -> list[tuple[int, int]]:
    ends = [0, *(end for _, _, end in found)]
    starts = [*(start for _, start, _ in found), length]
    return list(zip(ends, starts, strict=True))


def _names(gaps: list[str], count: int) -> tuple[list[str], str]:
    """Which of the texts between numbers is the name of which number."""
    names = [""] * count
    for index in range(count):
        bracket = re.match(r"^\s*\(([^()]{1,20})\)", gaps[index + 1])
        if bracket:
            names[index] = _trimmed(bracket[1])
            gaps[index + 1] = gaps[index + 1][bracket.end() :]
    after = (
        not _trimmed(gaps[0])
        and all(not _BREAK.match(gap) for gap in gaps[1:-1])
        and bool(_trimmed(gaps[-1]))
    )
    rest = ""
    for index in range(count):
        gap = gaps[index + 1] if after else gaps[index]
        names[index] = names[index] or _trimmed(gap)
    if not after:
        rest = _trimmed(gaps[-1])
        if rest and count == 1 and not names[0]:
            names[0], rest = rest, ""
    return names, rest


def _trimmed(text: str) -> str:
    return " ".join(_LABEL.sub(" ", text).strip(_EDGES).split())

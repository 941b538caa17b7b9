"""Pieces put together: which position a clause belongs to, under which section, and clauses that lines broke apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from zhize.lib.jobtext import labels, numbers
from zhize.lib.jobtext.cleaning import without_gaps
from zhize.lib.jobtext.lines import Piece

_CLOSED = re.compile(r"[。;；.!！?？:：]\s*$")
# A line that ends like this goes on: a comma, or a word that needs another.
_OPEN = re.compile(r"(?:[,，、(（\"“]|和|及|与|或|的|对|在|为|把|将|从|向|由|于|并|之?内|之前|以前)$")
_NAMES = re.compile(r"[、,，;；/ ]+")
_NOBODY = re.compile(r"^(?:无|没有|none|-+|/|——)?$", re.IGNORECASE)
_ROLE = re.compile(r"(?:员|经理|主管|主任|长|师|助理|代表|总监|管家|士|工|人|督导|领班|顾问|店长)$")
# Rows of the table of requirements on a position sheet: the label in one cell, what is wanted in the next.
_CELLS = frozenset(
    ("性别", "年龄", "学历", "最低学历", "专业", "工作经历", "领导力", "应变力", "计划力", "创造力", "沟通力", "执行力", "语言",
     "体力", "脑力", "专业知识", "电脑操作", "所需硬件", "所需软件", "资格证书", "身高", "健康状况", "外语", "计算机", "职称", "性格",
     "婚姻状况", "户籍", "证书", "部门属性", "公司行业", "公司规模", "公司地区")
)  # fmt: skip
# A label nobody knows, above the clauses: 下属人数:12人.
_OTHER = re.compile(r"^(?P<label>[\u3400-\u9fff]{2,8})\s*[:：]\s*(?P<value>[^,，;；。]{1,30})$")
# Signs that a heading of this style stands below one of another: 三、 over (一) over 1.
_RANK = {"chapter": 0, "article": 1, "han": 2, "han_paren": 3, "latin": 4}


@dataclass
class Item:
    """A clause being put together."""

    section: str
    key: str
    number: str
    text: str
    first_line: int
    last_line: int


@dataclass
class Sheet:
    """A position being put together."""

    name: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    house: str = ""
    """The firm or department that a line above the first heading names."""

    @property
    def empty(self) -> bool:
        """Whether nothing but the title is known yet."""
        return not self.items and not self.fields


class Binder:
    """Goes through the pieces once and binds them into sheets."""

    def __init__(self, text: str) -> None:
        self.sheets: list[Sheet] = []
        self.joined: set[int] = set()
        # What stands together anywhere: four characters, as `_goes_on` asks for.
        self._together = {text[at : at + 4] for at in range(len(text) - 3)}
        self._sections: list[tuple[int, str, str]] = []
        self._label: str | None = None
        self._broken = False
        self._house = ""
        self._closes = False

    def bind(self, found: Sequence[Piece]) -> list[Sheet]:
        """All sheets; those that turned out to hold nothing are left out."""
        self._closes = _closes(found)
        for piece in found:
            getattr(self, f"_{piece.kind}")(piece)
        for sheet in self.sheets:
            if sheet.house:
                sheet.fields.setdefault("unit", sheet.house)
        return [sheet for sheet in self.sheets if not sheet.empty]

    def _sheet(self, line: int) -> Sheet:
        if not self.sheets:
            self.sheets.append(Sheet("", line, house=self._house))
        return self.sheets[-1]

    def _title(self, piece: Piece) -> None:
        last = self.sheets[-1] if self.sheets else None
        self._sections, self._label = [], None
        if last is not None and last.empty:
            # Headings one above the other (the chapter's, the page's, the sheet's own): the last one is meant.
            last.name, last.line = piece.name or last.name, piece.line
            return
        self.sheets.append(Sheet(piece.name, piece.line, house=self._house))

    def _section(self, piece: Piece) -> None:
        self._label = None
        if self._sections and piece.number is not None and piece.number.style not in _RANK and piece.name:
            # 1. 内部联系: inside a section a counted heading is a clause like those it counts with.
            self._clause(piece)
            return
        rank = _RANK.get(piece.number.style, 5) if piece.number is not None else (5 if piece.name else 6)
        if piece.name and piece.number is None:
            rank = 2
        while self._sections and self._sections[-1][0] >= rank:
            self._sections.pop()
        shown = f"{piece.number.printed if piece.number is not None else ''}{piece.text}"
        self._sections.append((rank, shown, piece.name))

    def _field(self, piece: Piece) -> None:
        self._label = piece.name
        if piece.value:
            self._value(piece.line, piece.name, piece.value)

    def _value(self, line: int, label: str, value: str) -> None:
        """What stands in a field. A name, or a unit after clauses, begins a sheet."""
        self._label = label if label == "purpose" else None
        sheet = self._sheet(line)
        if label == "name" and not labels.is_name(value, field=True):
            return
        begins = label in ("name", "unit") and any(item.number for item in sheet.items)
        if begins or (label == "name" and "name" in sheet.fields):
            sheet = Sheet("", line, house=self._house)
            self.sheets.append(sheet)
            self._sections = []
        if label == "name":
            sheet.name = value
        sheet.fields.setdefault(label, value)

    def _furniture(self, piece: Piece) -> None:
        """Nothing of the sheet."""

    def _clause(self, piece: Piece) -> None:
        opens = not self.sheets and self._label is None and not self._sections
        if opens and piece.number is None and labels.is_house(piece.text):
            self._house = piece.text
            return
        sheet = self._sheet(piece.line)
        if self._label is not None and piece.number is None:
            self._label_value(sheet, self._label, piece)
            return
        self._label = None
        other = _OTHER.match(piece.text)
        if other is not None and piece.number is None and not sheet.items and not self._sections:
            sheet.fields.setdefault(f"other:{other.group('label')}", other.group("value"))
            return
        if (
            piece.number is None
            and not sheet.items
            and _name_goes_on(sheet.fields.get("name", ""), piece.text)
        ):
            sheet.name = sheet.fields["name"] = sheet.fields["name"] + piece.text
            return
        text = re.sub(r"\s*[\t|]+\s*", "，", labels.without_tail(piece.text))
        last = sheet.items[-1] if sheet.items else None
        if last is not None and piece.number is None and last.text in _CELLS and text not in _CELLS:
            last.text, last.last_line = f"{last.text} {text}", piece.line
            return
        if last is not None and piece.number is None and self._goes_on(last, text):
            last.text = (
                without_gaps(last.text + text) if _han_ends(last.text, text) else f"{last.text} {text}"
            )
            last.last_line = piece.line
            self.joined.add(piece.line)
            self._broken = not _CLOSED.search(last.text)
            return
        self._broken = False
        section = " ".join(shown for _, shown, _ in self._sections)
        key = next((key for _, _, key in reversed(self._sections) if key), "")
        number = piece.number.printed if piece.number is not None else ""
        if text or number:
            sheet.items.append(Item(section, key, number, without_gaps(text), piece.line, piece.line))

    def _label_value(self, sheet: Sheet, label: str, piece: Piece) -> None:
        """The lines after a label alone are its value; only a purpose has more than one."""
        if label == "purpose" and sheet.fields.get("purpose"):
            if _CLOSED.search(sheet.fields["purpose"]):
                self._label = None
                self._clause(piece)
                return
            sheet.fields["purpose"] += piece.text
            return
        self._value(piece.line, label, piece.text)

    def _goes_on(self, last: Item, text: str) -> bool:
        """Whether an unnumbered line continues the clause before: a number alone, an open end, a word cut in two."""
        if not last.text or _OPEN.search(last.text) or self._broken:
            return True
        if _CLOSED.search(last.text):
            return False
        if self._closes and last.number and len(last.text) > _SHORT and _CLOSED.search(text):
            return True
        around = last.text[-3:] + text[:1]
        return around in self._together


_SHORT = 8
"""Characters; a line shorter than this may be a heading, and ends without a full stop for that reason."""


def _closes(found: Sequence[Piece]) -> bool:
    """Whether clauses end with a full stop here, so that one without it goes on in the next line."""
    ends = [
        _CLOSED.search(piece.text) is not None
        for piece, after in pairwise(piece for piece in found if piece.kind != "furniture")
        if piece.kind == "clause" and piece.number is not None and after.number is not None
    ]
    return len(ends) >= 2 and sum(ends) * 10 >= len(ends) * 7


def _han_ends(before: str, after: str) -> bool:
    return bool(re.search(r"[^\x00-\x7f]$|[,.;:]$", before)) or bool(re.match(r"[^\x00-\x7f]", after))


def _name_goes_on(name: str, text: str) -> bool:
    """客服 / 专员: a name that a narrow cell broke."""
    return 0 < len(name) <= 4 and len(text) <= 4 and not _ROLE.search(name) and bool(_ROLE.search(text))


def people(value: str) -> tuple[str, ...]:
    """The names in a field such as 直接下级: 主办、客服大使; nobody for 无."""
    names = (name.strip(" 。.") for name in _NAMES.split(value))
    return tuple(name for name in names if not _NOBODY.match(name))


def headcount(value: str) -> int | None:
    """The number in 编制: 5人, 三名; None when there is none."""
    match = numbers.PATTERN.search(value)
    found = numbers.value(match.group()) if match else None
    return int(found) if found is not None else None

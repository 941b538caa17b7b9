"""One line of an owners' list as plain values: who, where, numbers, and what could not be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import rules
from zhize.domains.customers.importing import addresses
from zhize.domains.customers.importing.addresses import Place
from zhize.domains.customers.importing.fields import FIELDS
from zhize.lib import digits, idnumbers, phones
from zhize.lib.phones import NamedPhone

HEADINGS = frozenset(name for one in FIELDS for name in one.names())
_FOOTING = re.compile(r"^(合计|总计|小计|共计|备注|注|说明|制表|审核|填表|编制|打印|本页|以上|截止|截至)")
_SUM = re.compile(r"^(本页|本栋|本小区)?(合计|总计|小计|共计)[:：]?")
_FACTS = ("gender", "floor_area", "from_on", "living", "arrears")
# Columns that a line of sums fills.
_FIGURES = {"floor_area", "arrears", "note"}
_SEVERAL = re.compile(r"[、/,;，；\n]|\s{2,}|\s和\s|&")
_COMPANY = re.compile(r"(公司|集团|商行|商店|超市|中心|事务所|银行|酒店|餐厅|学校|医院|部|厂|店|社|会)$")
_DATE = re.compile(r"^(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?)?")
_YES, _NO = (
    {"是", "自住", "已入住", "入住", "有", "yes", "y", "1"},
    {"否", "出租", "空置", "未入住", "未住", "no", "n", "0"},
)
_NOBODY = {"空置", "空房", "空", "未售", "无", "暂无", "-", "--", "/", "待定"}
_MALE, _FEMALE = {"男", "先生", "m", "male"}, {"女", "女士", "f", "female"}


@dataclass
class Line:
    """What a line says. `problems` stop it, `remarks` are only told (both by column)."""

    names: list[str] = field(default_factory=list)
    phones: list[NamedPhone] = field(default_factory=list)
    place: Place = field(default_factory=Place)
    id_number: str = ""
    gender: str = ""
    email: str = ""
    floor_area: Decimal | None = None
    from_on: date | None = None
    living: bool | None = None
    arrears: Decimal | None = None
    note: str = ""
    problems: dict[str, list[Any]] = field(default_factory=dict)
    remarks: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.names[0] if self.names else ""

    def phones_of(self, name: str) -> list[NamedPhone]:
        """The numbers of one of several names: those with his name beside them; the first also has the nameless ones."""
        if not any(one.name for one in self.phones):
            return self.phones if name == self.name else []
        mine = [one for one in self.phones if one.name and rules.names_agree(name, one.name)]
        others = [other for other in self.names if other != name]
        if name == self.name:
            mine += [
                one
                for one in self.phones
                if one not in mine and not any(rules.names_agree(o, one.name) for o in others)
            ]
        return mine


def is_footing(cells: Mapping[str, str]) -> bool:
    """Whether a line is no customer but a sum, a note or a signature below the list.

    A note in a merged cell stands in every column it covers, so all cells are the same text.
    """
    texts = {text for text in cells.values() if text}
    name = cells.get("name", "")
    if not name and (
        all(column in _FIGURES for column, text in cells.items() if text)
        or any(_SUM.match(digits.tidy_name(text)) for text in texts)
    ):
        return True
    if _FOOTING.match(name) and len(texts) <= 3:
        return True
    return len(texts) == 1 and len(cells) > 2 and len(name) > 6 and not _COMPANY.search(name)


def is_heading(cells: Mapping[str, str]) -> bool:
    """Whether a line is the second row of the heading (手机 | 座机 under a merged 联系方式)."""
    texts = [part for text in cells.values() for part in text.split("\n")]
    return (
        not cells.get("name", "")
        and bool(texts)
        and all(digits.tidy_name(text) in HEADINGS for text in texts)
    )


def read(cells: Mapping[str, str]) -> Line:
    """The line in these cells."""
    line = Line(note=cells.get("note", "").strip(), email=cells.get("email", "").strip())
    line.names = _names(cells.get("name", ""))
    _read_phones(line, cells.get("phone", ""))
    _read_place(line, cells)
    _read_id(line, cells.get("id_number", ""))
    _read_facts(line, cells)
    return line


def _names(text: str) -> list[str]:
    """The names in a cell: co-owners stand side by side; a company's name is one whatever is in it."""
    clean = digits.tidy_name(text.replace("\n", "、"))
    if not clean or clean in _NOBODY:
        return []
    if _COMPANY.search(clean):
        return [clean]
    parts = [digits.tidy_name(part) for part in _SEVERAL.split(clean)]
    # A latin name has spaces and commas of its own; only Chinese parts are taken for several people.
    found = [part for part in parts if part]
    if len(found) > 1 and not all(1 < len(part) <= 6 and not part.isascii() for part in found):
        return [clean]
    return list(dict.fromkeys(found))


def _read_phones(line: Line, text: str) -> None:
    if not text.strip() or text.strip() in _NOBODY:
        return
    cell = phones.split_cell(text)
    line.phones = list(cell.phones)
    wrong = [one for one in cell.phones if not one.phone.reachable]
    if wrong:
        number = wrong[0].phone.number
        line.problems["phone"] = [_("“{number}”不是能回拨的电话，请改正或留空。").format(number=number)]
    elif not cell.phones:
        line.problems["phone"] = [_("“{text}”读不出电话号码。").format(text=text.strip()[:40])]
    elif cell.rest:
        left = cell.rest[:60]
        line.remarks.append(("phone", _("“{text}”没有读成电话，写进了备注。").format(text=left)))
        line.note = "；".join(part for part in (line.note, left) if part)


def _read_place(line: Line, cells: Mapping[str, str]) -> None:
    written = addresses.parse(cells.get("address", ""))
    in_room = addresses.parse(cells.get("room", "")) if "-" in cells.get("room", "") else Place()
    base = written or in_room
    room = "" if in_room else addresses.room_code(cells.get("room", ""))
    line.place = Place(
        community=digits.tidy_name(cells.get("community", "")) or base.community,
        court=digits.tidy_name(cells.get("court", "")) or base.court,
        building=addresses.building_code(cells.get("building", "")) or base.building,
        entrance=addresses.entrance_code(cells.get("entrance", "")) or base.entrance,
        room=room or base.room,
    )
    if cells.get("address", "").strip() and not line.place:
        text = cells["address"].strip()[:60]
        line.problems["address"] = [_("“{text}”读不出房号。").format(text=text)]


def _read_id(line: Line, text: str) -> None:
    if not text:
        return
    number = idnumbers.clean(text)
    if not number or text.strip() in _NOBODY:
        return
    found = idnumbers.resident_id(number)
    if found is not None:
        line.gender = found.sex
    elif len(number) in {15, 18} and number[:14].isdigit() and len(number) == 18:
        line.problems["id_number"] = [_("身份证号码校验不通过，请核对。")]
    line.id_number = number


def _read_facts(line: Line, cells: Mapping[str, str]) -> None:
    if cells.keys().isdisjoint(_FACTS):
        return
    said = cells.get("gender", "").strip().casefold()
    line.gender = "male" if said in _MALE else "female" if said in _FEMALE else line.gender
    area = re.sub(r"(平方米|平米|㎡|m2|m²|平)$", "", cells.get("floor_area", "").strip().casefold())
    line.floor_area = digits.decimal_of(area) if area else None
    if area and (line.floor_area is None or line.floor_area <= 0):
        line.floor_area = None
        line.remarks.append(("floor_area", _("“{text}”不是面积，没有采用。").format(text=area[:20])))
    line.from_on = day(cells.get("from_on", ""))
    if cells.get("from_on", "").strip() and line.from_on is None:
        text = cells["from_on"].strip()[:20]
        line.remarks.append(("from_on", _("“{text}”不是日期，没有采用。").format(text=text)))
    lives = cells.get("living", "").strip().casefold()
    line.living = True if lives in _YES else False if lives in _NO else None
    owed = cells.get("arrears", "").strip().replace("￥", "¥")
    line.arrears = digits.decimal_of(owed) if owed and owed not in _NOBODY else None
    if owed and owed not in _NOBODY and (line.arrears is None or line.arrears < 0):
        line.arrears = None
        line.remarks.append(("arrears", _("“{text}”不是金额，没有采用。").format(text=owed[:20])))


def day(text: str) -> date | None:
    """A day as lists write it: 2019-3-1, 2019年3月1日, 2019.03, 2019/3/1; without a day the first of the month."""
    found = _DATE.match(digits.tidy(text).replace(" ", ""))
    if found is None:
        return None
    year, month, number = found.groups()
    try:
        return date(int(year), int(month), int(number or 1))
    except ValueError:
        return None

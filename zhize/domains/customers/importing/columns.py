"""Guessing which column of a list is what, and which row is the heading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.lib.digits import half_width
from zhize.lib.text import fold_script


@dataclass(frozen=True)
class Target:
    """Something a column can be. `names` are headings people use, the most telling first."""

    code: str
    label: Any
    names: tuple[str, ...]
    several: bool = False


TARGETS = (
    Target(
        "name",
        _("姓名或名称"),
        ("姓名", "业主姓名", "客户姓名", "户主姓名", "业主", "户主", "客户名称", "住户姓名", "租户", "租户名称", "商户名称",
         "企业名称", "公司名称", "单位名称", "客户", "名称", "name", "owner", "customer"),
    ),
    Target(
        "phone",
        _("电话"),
        ("联系电话", "电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "移动电话", "固定电话", "固话", "座机",
         "家庭电话", "办公电话", "备用电话", "紧急联系电话", "phone", "mobile", "tel", "telephone"),
        several=True,
    ),
    Target("id_number", _("证件号码"), ("身份证", "身份证号", "身份证号码", "证件号", "证件号码", "id number", "id no")),
    Target("kind", _("客户类别"), ("客户类别", "客户类型", "类别", "业主类型", "身份", "性质", "kind", "type")),
    Target("gender", _("性别"), ("性别", "gender", "sex")),
    Target("email", _("邮箱"), ("邮箱", "电子邮箱", "电子邮件", "email", "e-mail")),
    Target("address", _("房产地址"), ("房产", "房屋", "房产地址", "房屋地址", "地址", "物业地址", "房屋坐落", "门牌", "address")),
    Target("community", _("小区"), ("小区", "小区名称", "项目", "项目名称", "楼盘", "园区", "community", "project")),
    Target("court", _("苑落"), ("苑落", "苑", "组团", "分区", "期", "court")),
    Target("building", _("楼栋"), ("楼栋", "栋号", "楼号", "栋", "幢", "幢号", "楼栋号", "座", "楼", "building", "block")),
    Target("entrance", _("单元"), ("单元", "单元号", "门", "梯", "entrance")),
    Target("room", _("房号"), ("房号", "房间号", "室号", "房间", "室", "户号", "门牌号", "room", "flat", "apartment")),
    Target("floor_area", _("建筑面积（㎡）"), ("建筑面积", "面积", "房屋面积", "建面", "套内面积", "area")),
    Target("layout", _("户型"), ("户型", "房型", "layout")),
    Target("role", _("与房产的关系"), ("与房产关系", "住户身份", "关系", "产权关系", "role")),
    Target("from_on", _("入住日期"), ("入住日期", "入住时间", "入伙日期", "交房日期", "交付日期", "收楼日期", "moved in")),
    Target("arrears", _("欠费"), ("欠费", "欠费金额", "欠款", "应收", "arrears")),
    Target("grade", _("客户等级"), ("客户等级", "等级", "级别", "grade")),
    Target("licence_no", _("统一社会信用代码"), ("统一社会信用代码", "信用代码", "营业执照", "营业执照号", "执照号", "licence")),
    Target("parking", _("车位号"), ("车位", "车位号", "停车位", "parking")),
    Target("plates", _("车牌"), ("车牌", "车牌号", "车牌号码", "plate")),
    Target("tags", _("标签"), ("标签", "tags")),
    Target("external_ref", _("原系统编号"), ("客户编号", "业主编号", "编号", "客户代码", "档案号", "customer no")),
    Target("note", _("备注"), ("备注", "说明", "备注信息", "note", "remarks"), several=True),
)  # fmt: skip

BY_CODE = {target.code: target for target in TARGETS}
SERIAL = ("序号", "序", "no", "no.", "行号", "#")

_NOISE = re.compile(r"[\s\u3000:：*＊()（）\[\]【】/／、,，.。_\-]+")
_TRAILING = re.compile(r"[0-9一二三四五①②③④⑤]+$")


def folded(heading: Any) -> str:
    """A heading as it is compared: Simplified, half-width, without spaces, marks and trailing counters."""
    text = half_width(fold_script(str(heading or ""))).casefold()
    text = re.sub(r"[(\[【].*?[)\]】]", "", text)
    text = _NOISE.sub("", text)
    return _TRAILING.sub("", text) or text


_EXACT = {folded(name): target.code for target in TARGETS for name in reversed(target.names)}
_SERIAL = {folded(name) for name in SERIAL}


def guess(heading: Any) -> str:
    """The target a heading means, or "" when nobody can tell.

    An exact name wins; otherwise the longest known name inside the heading ("业主（产权人）联系电话1" is a phone).
    """
    text = folded(heading)
    if not text or text in _SERIAL:
        return ""
    if text in _EXACT:
        return _EXACT[text]
    inside = [(len(name), code) for name, code in _EXACT.items() if len(name) >= 2 and name in text]
    # Of two names inside one heading the later one says what it is: 业主电话 is a phone, not an owner.
    inside.sort(key=lambda item: (-_ends(text, item), -item[0]))
    return inside[0][1] if inside else ""


def _ends(text: str, item: tuple[int, str]) -> int:
    names = (name for name, code in _EXACT.items() if code == item[1] and name in text)
    return max(text.rfind(name) + len(name) for name in names)


@dataclass(frozen=True)
class Heading:
    """Where the heading of a list is: its row, how many rows it has, and the text of each column."""

    row: int
    height: int
    titles: tuple[str, ...]


def find_heading(rows: Sequence[Sequence[Any]], look_at: int = 30) -> Heading | None:
    """The heading among the first rows: the row in which most cells are known column names (at least two).

    Title and date rows above it are passed over. A second row that still names columns (a merged 联系方式 over
    手机 and 固话) belongs to the heading, and its words win.
    """
    best: tuple[int, int] | None = None
    for index, row in enumerate(rows[:look_at]):
        known = len({guess(cell) for cell in row if isinstance(cell, str)} - {""})
        if known >= 2 and (best is None or known > best[0]):
            best = (known, index)
    if best is None:
        return None
    row_index = best[1]
    titles = [str(cell or "").strip() for cell in rows[row_index]]
    height = 1
    below = rows[row_index + 1] if row_index + 1 < len(rows) else ()
    named = [bool(isinstance(cell, str) and guess(cell)) for cell in below]
    filled = sum(1 for cell in below if cell not in (None, ""))
    if sum(named) >= 1 and sum(named) == filled:
        height = 2
        for position, cell in enumerate(below):
            if position < len(titles) and cell not in (None, ""):
                titles[position] = str(cell).strip()
    return Heading(row_index, height, tuple(titles))


@dataclass(frozen=True)
class Mapping_:
    """Which column feeds which target; several columns may feed the phones."""

    columns: Mapping[int, str] = field(default_factory=dict)

    def of(self, code: str) -> list[int]:
        """The columns of a target, left to right."""
        return [column for column, target in sorted(self.columns.items()) if target == code]

    def as_json(self) -> dict[str, str]:
        return {str(column): target for column, target in sorted(self.columns.items())}

    @classmethod
    def of_json(cls, stored: Mapping[str, str]) -> Mapping_:
        return cls({int(column): target for column, target in stored.items() if target})


def guess_mapping(titles: Sequence[str]) -> Mapping_:
    """The most likely mapping of a heading; a target that takes one column gets the first that fits best."""
    chosen: dict[int, str] = {}
    taken: set[str] = set()
    exact_first = sorted(range(len(titles)), key=lambda index: (folded(titles[index]) not in _EXACT, index))
    for index in exact_first:
        code = guess(titles[index])
        if not code or (code in taken and not BY_CODE[code].several):
            continue
        chosen[index] = code
        taken.add(code)
    return Mapping_(dict(sorted(chosen.items())))


def mapping_problems(mapping: Mapping_) -> list[Any]:
    """Why a mapping cannot be used: nothing names the customers, or one target has two columns."""
    problems: list[Any] = []
    if not mapping.of("name"):
        problems.append(_("请指定哪一列是姓名或名称。"))
    for target in TARGETS:
        if not target.several and len(mapping.of(target.code)) > 1:
            problems.append(_("“{target}”只能对应一列。").format(target=target.label))
    return problems

"""The columns of a position sheet 职位说明书 beside its clauses, as they are kept in `Position.sheet`, and the layouts
in which such sheets are printed (ORG-05).

A layout says which fields stand where and under which heading. What is filled in and has no place in the chosen
layout is printed at its end, so that changing the layout never loses a field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SHORT = (
    ("pay", _("薪金标准")),
    ("headcount_note", _("编制说明")),
    ("place", _("工作场所")),
    ("environment", _("环境状况")),
    ("hazard", _("危险性")),
    ("promotion", _("晋升方向")),
    ("rotation", _("轮转岗位")),
)
LONG = (
    ("authority", _("工作权限")),
    ("kpi", _("考核指标")),
    ("supervised_by", _("所受监督")),
    ("supervises", _("所施监督")),
    ("cooperates", _("合作关系")),
    ("contacts_inside", _("内部联系")),
    ("contacts_outside", _("外部联系")),
    ("qualification", _("任职资格")),
    ("remarks", _("备注")),
)
KEYS = ("layout", *(key for key, _label in (*SHORT, *LONG)))
HEAD = (
    ("name", _("职位名称")),
    ("code", _("职位代码")),
    ("unit", _("所属部门")),
    ("reports_to", _("直接上级")),
    ("family", _("职系")),
    ("grade", _("职等职级")),
    ("headcount", pgettext_lazy("position", "编制")),
    ("direct", _("直接下属")),
    ("indirect", _("间接下属")),
    ("purpose", _("岗位概述")),
)
CONTROL = (
    ("effective_from", _("有效日期")),
    ("prepared_by", _("编制部门")),
    ("written_on", _("编写日期")),
    ("reviewer", _("审核人")),
    ("approver", _("批准人")),
    ("signed_off_on", _("签批日期")),
)
LABELS: dict[str, Any] = dict((*HEAD, *SHORT, *LONG, *CONTROL))


@dataclass(frozen=True)
class Block:
    """A part of a layout: fields two to a row, fields as wide as the sheet, a heading, or the clauses.

    `fields` are keys, or pairs of a key and what the field is called in this layout.
    """

    kind: Literal["pairs", "wide", "heading", "clauses"]
    fields: tuple[str | tuple[str, Any], ...] = ()
    title: Any = ""


@dataclass(frozen=True)
class Layout:
    code: str
    name: Any
    blocks: tuple[Block, ...]


FULL = Layout(
    "full",
    _("通用（全部栏目）"),
    (
        Block(
            "pairs",
            (
                *("name", "code", "unit", "reports_to", "family", "grade", "pay", "headcount"),
                *("direct", "indirect", "promotion", "rotation"),
            ),
        ),
        Block("wide", ("purpose",)),
        Block("clauses"),
        Block("pairs", ("place", "environment", "hazard", "prepared_by", "written_on", "reviewer", "approver")),
        Block("pairs", ("signed_off_on",)),
    ),
)  # fmt: skip
PURPOSE = Layout(
    "purpose",
    _("目的、职责、联系、任职要求"),
    (
        Block("pairs", ("name", "unit", "reports_to", "direct", "written_on", "reviewer")),
        Block("wide", (("purpose", _("工作目的")),)),
        Block("clauses", title=_("工作职责")),
        Block("heading", title=_("重要工作联系")),
        Block("wide", ("contacts_inside", "contacts_outside")),
        Block("wide", (("qualification", _("任职要求")),)),
    ),
)
SUMMARY = Layout(
    "summary",
    _("概要、内容、资格、工作条件"),
    (
        Block(
            "pairs",
            (
                *("name", "code", "unit", "family", "grade", ("reports_to", _("直属上级")), "pay"),
                *(("written_on", _("填写日期")), ("approver", _("核准人"))),
            ),
        ),
        Block("wide", (("purpose", _("职位概要")),)),
        Block("clauses", title=_("工作内容")),
        Block("wide", ("qualification",)),
        Block("heading", title=_("工作条件")),
        Block("wide", ("place", "environment", "hazard")),
        Block("pairs", ("direct", "indirect", "promotion", "rotation")),
    ),
)
AUTHORITY = Layout(
    "authority",
    _("概述、权限、职责、考核、工作关系"),
    (
        Block(
            "pairs",
            (
                *("name", "unit", ("headcount", _("人员编制")), ("reports_to", _("直属上级"))),
                *(("direct", _("直属下级")), "effective_from"),
            ),
        ),
        Block("wide", ("purpose", ("authority", _("职位权限")))),
        Block("clauses", title=_("主要工作职责及工作流程")),
        Block("wide", (("kpi", _("关键考核指标（KPI）")),)),
        Block("heading", title=_("职位工作关系")),
        Block("wide", ("supervised_by", "supervises", "cooperates", ("contacts_outside", _("外部关系")))),
        Block("wide", (("qualification", _("应具备之基本资格及条件")),)),
        Block("pairs", ("prepared_by", ("approver", _("审批")), ("signed_off_on", _("批准日期")))),
    ),
)
LAYOUTS = {layout.code: layout for layout in (FULL, PURPOSE, SUMMARY, AUTHORITY)}


@dataclass(frozen=True)
class Part:
    """A block with its values: rows of labels with what stands beside them."""

    kind: str
    title: Any
    rows: Sequence[Sequence[tuple[Any, str]]]


def printed(content: Mapping[str, Any], control: Mapping[str, Any], comma: str) -> list[Part]:
    """The sheet's parts in its own layout, what the layout has no place for last; `control` is of the version."""
    values = _values(content, control, comma)
    layout = LAYOUTS.get(content.get("sheet", {}).get("layout", ""), FULL)
    parts, placed = [], {"headcount_note"}
    for block in layout.blocks:
        fields = [field if isinstance(field, tuple) else (field, LABELS[field]) for field in block.fields]
        placed |= {key for key, _label in fields}
        parts.append(_part(block.kind, block.title, [(label, values.get(key, "")) for key, label in fields]))
    rest = [(label, values[key]) for key, label in LABELS.items() if key not in placed and values.get(key)]
    if layout is FULL:  # has a place for everything, the long ones after the clauses
        at = next(at for at, part in enumerate(parts) if part.kind == "clauses") + 1
        return [*parts[:at], _part("wide", "", rest), *parts[at:]]
    heading = [_part("heading", _("其他"), [])] if rest else []
    return [*parts, *heading, _part("wide", "", rest)]


def _part(kind: str, title: Any, fields: list[tuple[Any, str]]) -> Part:
    size = 2 if kind == "pairs" else 1
    return Part(kind, title, [fields[at : at + size] for at in range(0, len(fields), size)])


def _values(content: Mapping[str, Any], control: Mapping[str, Any], comma: str) -> dict[str, str]:
    own = {key: value for key, value in content.get("sheet", {}).items() if key in KEYS}
    found = {**own, **{key: content.get(key, "") for key, _label in HEAD}, **control}
    found["headcount"] = f"{found['headcount']} {found.get('headcount_note', '')}".strip()
    return {key: _said(value, comma) for key, value in found.items()}


def _said(value: Any, comma: str) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return comma.join(value) if isinstance(value, list) else str(value or "")

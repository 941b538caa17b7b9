"""The columns of a position sheet 职位说明书 beside its clauses, as they are kept in `Position.sheet`, and the layouts
in which such sheets are printed (ORG-05).

A layout says which fields stand where and under which heading. What is filled in and has no place in the chosen
layout is printed at its end, so that changing the layout never loses a field. Clauses of a section that is a part of
the sheet (职位权限, 重要工作联系, …) are printed where the layout has that part; of requirements and working
conditions the filled-in fields go before such clauses, because they are the data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.organisation import requirements as wanted

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
    ("contacts", _("重要工作联系")),
    ("contacts_inside", _("内部联系")),
    ("contacts_outside", _("外部联系")),
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
    ("signed_off_by", _("签批")),
    ("signed_off_on", _("签批日期")),
)
DEMANDS = tuple((f"q_{key}", label) for key, label in (*wanted.FIELDS, *wanted.ABILITIES))
LABELS: dict[str, Any] = dict((*HEAD, *SHORT, *LONG, *DEMANDS, *CONTROL))

# Parts of a sheet that sections of clauses may stand for.
PARTS = (
    *("authority", "kpi", "supervised_by", "supervises", "cooperates"),
    *("contacts", "contacts_inside", "contacts_outside", "requirements", "conditions"),
)
CONDITIONS = ("place", "environment", "hazard")


@dataclass(frozen=True)
class Block:
    """A part of a layout: fields two to a row, fields as wide as the sheet, a heading, or clauses (of a part).

    `fields` are keys, or pairs of a key and what the field is called in this layout; keys joined by + share a field.
    `filled`: fields without a value are left out, because another one may say the same.
    """

    kind: Literal["pairs", "wide", "heading", "clauses"]
    fields: tuple[str | tuple[str, Any], ...] = ()
    title: Any = ""
    part: str = ""
    filled: bool = False


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
        Block("wide", tuple(key for key, _label in LONG if key != "remarks"), filled=True),
        Block("pairs", ("place", "environment", "hazard"), filled=True),
        Block("clauses", title=_("任职要求"), part="requirements"),
        Block("pairs", tuple(f"q_{key}" for key, _label in wanted.SHORT), filled=True),
        Block("wide", tuple(f"q_{key}" for key, _label in wanted.LONG), filled=True),
        Block("pairs", tuple(f"q_{key}" for key, _label in wanted.ABILITIES), filled=True),
        Block("wide", ("remarks",), filled=True),
        Block("pairs", ("prepared_by", "written_on", "reviewer", "approver", "signed_off_by", "signed_off_on")),
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
        Block("wide", (("contacts", ""), "contacts_inside", "contacts_outside"), filled=True),
        Block("clauses", title=_("任职要求"), part="requirements"),
        Block(
            "wide",
            (
                ("q_education+q_major", _("教育背景")),
                (
                    "q_knowledge+q_skills+q_languages+q_computer+q_certificates+q_attitude",
                    _("知识技能、专业证书"),
                ),
                ("q_experience", _("工作经验")),
                ("q_other", _("其他要求")),
            ),
        ),
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
        Block("clauses", title=_("任职资格"), part="requirements"),
        Block(
            "wide",
            (
                ("q_education+q_major", _("教育背景")),
                "q_training",
                ("q_experience", pgettext_lazy("requirement", "经验")),
                ("q_knowledge+q_skills+q_computer", _("技能技巧")),
                "q_attitude",
            ),
        ),
        Block("clauses", title=_("工作条件"), part="conditions"),
        Block("wide", CONDITIONS),
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
        Block("clauses", title=_("应具备之基本资格及条件"), part="requirements"),
        Block(
            "pairs",
            (
                *("q_sex", "q_leadership", "q_age", "q_adaptability", ("q_education", _("最低学历")), "q_planning"),
                *(("q_experience", _("工作经历")), "q_creativity", "q_languages", "q_mental", "q_knowledge"),
                *("q_physical", "q_computer", "q_equipment", "q_certificates", "q_software"),
            ),
        ),
        Block("wide", (("q_attitude+q_other", pgettext_lazy("requirement", "其他")),)),
        Block("pairs", ("prepared_by", ("approver", _("审批")), ("signed_off_on", _("批准日期")))),
    ),
)  # fmt: skip
LAYOUTS = {layout.code: layout for layout in (FULL, PURPOSE, SUMMARY, AUTHORITY)}


@dataclass(frozen=True)
class Part:
    """A block with its values: rows of labels with what stands beside them, or sections of clauses."""

    kind: str
    title: Any
    rows: Sequence[Sequence[tuple[Any, str]]] = ()
    sections: Sequence[tuple[str, Sequence[Mapping[str, Any]]]] = ()


def sections_of(content: Mapping[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The clauses of a sheet in their printed sections."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in content.get("clauses", []):
        found.setdefault(row.get("section", ""), []).append(row)
    return list(found.items())


def part_of(content: Mapping[str, Any], title: str) -> str:
    """Which part of the sheet the clauses under this heading are; empty: duties."""
    named = {row.get("title"): row.get("part") or "" for row in content.get("sheet", {}).get("sections", ())}
    return str(named.get(title, ""))


def printed(content: Mapping[str, Any], control: Mapping[str, Any], comma: str) -> list[Part]:
    """The sheet's parts in its own layout, what the layout has no place for last; `control` is of the version."""
    layout = LAYOUTS.get(content.get("sheet", {}).get("layout", ""), FULL)
    values = _values(content, control, comma, boxes=layout is AUTHORITY)
    sections = _by_part(content, values)
    parts: list[Part] = []
    # The code stands at the head of every sheet, in the full one the day it came into force too.
    placed = {"headcount_note", "code", *(["effective_from"] if layout is FULL else [])}
    by_clauses = ""  # the part that clauses have just said, so that its empty fields are left out
    for block in layout.blocks:
        fields = [field if isinstance(field, tuple) else (field, LABELS[field]) for field in block.fields]
        placed |= {key for joined, _label in fields for key in joined.split("+")}
        if block.kind == "clauses":
            shown = sorted(sections.pop(block.part, []), key=lambda found: found[0] != str(block.title))
            by_clauses = block.part if shown else ""
            if shown or not block.part or layout is not FULL or _filled(values, block.part):
                parts.append(Part("clauses", block.title, sections=shown))
        elif not (by_clauses and fields and fields[0][0].split("+")[0] in _KEYS_OF[by_clauses]):
            said = [(label, _joined(values, joined)) for joined, label in fields]
            said = [pair for pair in said if pair[1] or not block.filled]
            if said or block.kind == "heading":
                parts.append(_part(block.kind, block.title, said))
    rest = [(label, values[key]) for key, label in LABELS.items() if key not in placed and values.get(key)]
    left = [section for part in _KEYS_OF for section in sections.get(part, ())]
    return [*parts, *_rest(rest, left)]


def _rest(rest: list[tuple[Any, str]], left: list[tuple[str, list[dict[str, Any]]]]) -> list[Part]:
    if not rest and not left:
        return []
    more = [_part("wide", "", rest)] if rest else []
    return [_part("heading", _("其他"), []), *more, *([Part("clauses", "", sections=left)] if left else [])]


_KEYS_OF = {"requirements": tuple(key for key, _label in DEMANDS), "conditions": CONDITIONS}


def _filled(values: Mapping[str, str], part: str) -> bool:
    return any(values.get(key) for key in _KEYS_OF[part])


def _by_part(
    content: Mapping[str, Any], values: dict[str, str]
) -> dict[str, list[tuple[str, list[dict[str, Any]]]]]:
    """The clauses to print as clauses, by part; those of a part that is a field become its value."""
    found: dict[str, list[tuple[str, list[dict[str, Any]]]]] = {}
    for title, rows in sections_of(content):
        part = part_of(content, title)
        if part in _LONG:
            lines = [f"{row['number']} {row['text']}".strip() for row in rows]
            values[part] = "\n".join([values.get(part, ""), *lines]).strip()
        elif part in _KEYS_OF and _has_data(content, part):
            # What stands under that heading and is a duty all the same is not said by the fields.
            owed = [row for row in rows if not row.get("standing")]
            if owed:
                found.setdefault("", []).append((title, owed))
        else:
            found.setdefault(part, []).append((title, rows))
    return found


_LONG = dict(LONG)


def _has_data(content: Mapping[str, Any], part: str) -> bool:
    sheet = content.get("sheet", {})
    return (
        bool(sheet.get("requirements"))
        if part == "requirements"
        else any(sheet.get(key) for key in CONDITIONS)
    )


def _joined(values: Mapping[str, str], joined: str) -> str:
    return "\n".join(values[key] for key in joined.split("+") if values.get(key))


def _part(kind: str, title: Any, fields: list[tuple[Any, str]]) -> Part:
    size = 2 if kind == "pairs" else 1
    return Part(kind, title, [fields[at : at + size] for at in range(0, len(fields), size)])


def _values(
    content: Mapping[str, Any], control: Mapping[str, Any], comma: str, *, boxes: bool
) -> dict[str, str]:
    sheet = content.get("sheet", {})
    own = {key: value for key, value in sheet.items() if key in KEYS}
    asked = sheet.get("requirements") or {}
    rated = asked.get("abilities") or {}
    said = dict(sheet.get("control") or {})
    found = {
        **own,
        "authority": "\n".join(row["text"] for row in wanted.powers(own.get("authority") or "")),
        **{f"q_{key}": asked.get(key, "") for key, _label in wanted.FIELDS},
        **{
            f"q_{key}": wanted.boxes(rated.get(key))
            for key, _label in wanted.ABILITIES
            if boxes or rated.get(key)
        },
        **{key: content.get(key, "") for key, _label in HEAD},
        **said,
        **{key: value for key, value in control.items() if value},
    }
    found["headcount"] = f"{found['headcount']} {found.get('headcount_note', '')}".strip()
    return {key: _said(value, comma) for key, value in found.items()}


def _said(value: Any, comma: str) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return comma.join(value) if isinstance(value, list) else str(value or "")

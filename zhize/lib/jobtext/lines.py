"""Source lines cut into pieces: each is a title, a section heading, a field, a clause or part of the page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from zhize.lib.jobtext import labels, numbering
from zhize.lib.jobtext.cleaning import Cleaned, working
from zhize.lib.jobtext.model import LineKind
from zhize.lib.jobtext.numbering import Number

_END = re.compile(r"[。;；.!！?？]$")
_LABEL = re.compile(r"(?P<label>[\u3400-\u9fff、（）()]{2,12}?)\s*[:：]\s*")
_BRACKETED = re.compile(r"[【\[](?P<label>[\u3400-\u9fff]{2,8})[】\]]\s*[:：]?\s*")
# Two fields on one line: 直接上级:客户服务主管 直接下级:无; the cells of a table.
_GAP = re.compile(
    r"[\t|｜]+|\s{2,}|\s+(?=[\u3400-\u9fff]{2,8}[:：])|(?<=[^\s:：])(?=(?:直接下[级属]|所属部门|岗位名称|工作概述)[:：])"
)
# What a position asks for, behind its name on the same line.
_CONDITIONS = re.compile(r"[\s,，;；、。(（]*(?=(?:任职|应聘|上岗)(?:条件|资格|要求))")
_RUNNING = re.compile(r"公司|集团|医院|酒店|制度|手册|文件|汇编|版本|机密|内部资料")
_COLLECTION = re.compile(r"(?:汇编|手册|文件|机密|内部资料)$")
_PAGE_NUMBER = re.compile(r"(?:\s+|[-–—|·]+)\d{1,4}\s*$")
_BROKEN_LABEL = re.compile(r"^[\u3400-\u9fff]{1,2}\s?[\u3400-\u9fff]{0,2}$")
_SECTION_INSIDE = re.compile(
    r"(?<=[;；。.!])\s*(?=(?:岗位职责|任职要求|任职资格|工作职责|岗位要求|职位要求|福利待遇|工作内容)\s*[:：]?\s*$)"
)
# A part of one sheet that holds the line of command: 二、组织关系.
_PART = re.compile(r"(?:信息|资料|情况|概况|概述|关系|架构|结构|设置|汇报|上下级|说明|标识|简介|[图表])$")
_HEADING_STYLES = ("han", "han_paren", "chapter", "roman")
_HEADS = 14
"""Characters; nothing longer heads a list by itself."""
_TITLE_INSIDE = re.compile(r"(?<=[;；。.!])\s*(?=[\u3400-\u9fff]{2,12}岗位职责$)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line (or all of it). `name` is the position of a title, the key of a section, the field's name."""

    line: int
    kind: LineKind
    text: str
    number: Number | None = None
    name: str = ""
    value: str = ""
    repairs: tuple[str, ...] = ()


def pieces(lines: Sequence[Cleaned]) -> list[Piece]:
    """All lines, cut and told apart."""
    repeated = _repeated(lines)
    found: list[Piece] = []
    running: dict[str, Number] = {}
    ahead = {(number.style, number.path) for line in lines if (number := numbering.parse(line.text))}
    for line in _whole_labels(lines):
        if (title := _title_beside_a_page(line.text)) is not None:
            line = replace(line, text=title, repairs=(*line.repairs, "furniture"))
        if (
            labels.is_furniture(working(line.text))
            or labels.is_table_head(line.text)
            or line.text in repeated
        ):
            found.append(Piece(line.number, "furniture", line.text, repairs=(*line.repairs, "furniture")))
            continue
        parts = list(_parts(line.text, running, ahead))
        repairs = (*line.repairs, "split") if len(parts) > 1 else line.repairs
        found.extend(replace(_piece(line.number, part), repairs=repairs) for part in parts)
    return _headings(found)


def _title_beside_a_page(text: str) -> str | None:
    """管理员岗位职责      员工手册 - 31 -: the title of a line that a running head shares."""
    parts = re.split(r"\s{3,}|\t", text)
    rest = " ".join(parts[1:])
    if len(parts) < 2 or not labels.is_furniture(working(rest)) or labels.title_name(parts[0]) is None:
        return None
    return parts[0]


def _repeated(lines: Sequence[Cleaned]) -> set[str]:
    """Running heads and feet: a company's or document's name on three or more lines, never the value of a field.

    The page's number beside it does not tell two of them apart; the name of a collection is one from the second on.
    """
    values = {after.text for before, after in pairwise(lines) if before.text.strip(" :：") in labels.FIELDS}
    shown = {line.text: _PAGE_NUMBER.sub("", line.text) for line in lines if line.text not in values}
    counted = Counter(shown[line.text] for line in lines if line.text in shown)
    return {
        text
        for text, bare in shown.items()
        if counted[bare] >= (2 if _COLLECTION.search(bare) else 3)
        and _RUNNING.search(bare)
        and numbering.parse(text) is None
        and not _END.search(text)
        and not labels.is_sheet_word(text)
        and labels.section_key(text) is None
        and _field_of(text) is None
    }


def _whole_labels(lines: Sequence[Cleaned]) -> Iterator[Cleaned]:
    """Labels that a narrow cell broke (职 位 / 名 称) put together again."""
    index = 0
    while index < len(lines):
        line = lines[index]
        if _BROKEN_LABEL.match(line.text) and index + 1 < len(lines):
            whole = re.sub(r"\s", "", line.text + lines[index + 1].text)
            alone = [re.sub(r"\s", "", part.text) in labels.FIELDS for part in lines[index : index + 2]]
            if whole in labels.FIELDS and not all(alone):
                yield replace(line, text=whole, repairs=(*line.repairs, "joined"))
                index += 2
                continue
        yield line
        index += 1


def _parts(text: str, running: dict[str, Number], ahead: set[tuple[str, tuple[int, ...]]]) -> Iterator[str]:
    """The numbered pieces of a line, and in them the headings glued to the end of a clause."""
    ends = [*numbering.cuts(text, running, ahead), len(text)]
    start = 0
    for end in ends:
        for part in _SECTION_INSIDE.split(text[start:end]):
            for piece in (
                piece for page in labels.PAGE_INSIDE.split(part) for piece in _TITLE_INSIDE.split(page)
            ):
                yield from (shown for shown in _fields(piece) if shown.strip())
        start = end


def _fields(text: str) -> Iterator[str]:
    """Several fields on one line, apart; anything else as it is."""
    cells = [cell for cell in _GAP.split(text) if cell.strip()]
    known = [cell for cell in cells if _field_of(cell) is not None]
    parts = _cells(cells) if known and known[0] == cells[0] else (text,)
    for part in parts:
        yield from _name_alone(part)


def _name_alone(text: str) -> Iterator[str]:
    """A name ends before the conditions behind it: 岗位名称:水质管理员(任职条件:大专以上)."""
    behind = _CONDITIONS.search(text)
    name = text[: behind.start()].strip() if behind is not None else ""
    field = _field_of(name)
    named = field[1] == "name" and field[2] if field is not None else len(name) <= 12 and _ROLE.search(name)
    if behind is None or not named or (field is None and not re.match(r".{4}\s*[:：]", text[behind.end() :])):
        yield text
        return
    yield name
    rest = text[behind.end() :]
    yield rest.rstrip(")）") if re.search(r"[(（]", behind.group()) else rest


def _cells(cells: Sequence[str]) -> Iterator[str]:
    """Cells of a table row: a label without colon takes the cell after it."""
    index = 0
    while index < len(cells):
        cell = cells[index].strip()
        bare = cell.strip(" :：")
        if bare in labels.FIELDS and index + 1 < len(cells) and _field_of(cells[index + 1]) is None:
            yield f"{bare}:{cells[index + 1].strip()}"
            index += 2
            continue
        yield cell
        index += 1


def _field_of(text: str) -> tuple[str, str, str] | None:
    """Label, field and value of a line that is one, e.g. 直接上级:部门经理."""
    number = numbering.parse(text)
    plain = text[number.length :] if number is not None else text
    bare = plain.strip(" :：").replace(" ", "")
    if bare in labels.FIELDS:
        return bare, labels.FIELDS[bare], ""
    match = _LABEL.match(plain) or _BRACKETED.match(plain)
    if match is None:
        return None
    label = match.group("label").replace(" ", "")
    return (label, labels.FIELDS[label], plain[match.end() :].strip()) if label in labels.FIELDS else None


def _piece(line: int, text: str) -> Piece:
    text = text.strip()
    number = numbering.parse(text)
    rest = text[number.length :].strip() if number is not None else text
    if (name := labels.title_name(text)) is not None and not _END.search(rest):
        return Piece(line, "title", text, number, name)
    if (procedure := labels.procedure_name(text)) is not None:
        return Piece(line, "title", text, number, procedure)
    if labels.is_sheet_word(rest):
        return Piece(line, "title", text, number)
    section = labels.section_key(rest)
    if section is not None:
        return Piece(line, "section", rest.rstrip(" :："), number, section)
    field = _field_of(text)
    heading = number is None or number.style in _HEADING_STYLES
    if field is not None and (heading or field[2]):
        return Piece(line, "field", text, number, field[1], field[2])
    if labels.is_furniture(working(rest)):
        return Piece(line, "furniture", text, number, repairs=("furniture",))
    return Piece(line, "clause", rest, number)


def _headings(found: Sequence[Piece]) -> list[Piece]:
    """Clauses that only head the list that follows become sections: 一、基本要求, (一)工作流程, a.外部沟通."""
    result = list(found)
    for index, piece in enumerate(result):
        if piece.kind == "clause" and piece.number is None and _names(piece, result[index + 1 : index + 5]):
            result[index] = replace(piece, kind="title", name=piece.text)
            continue
        if _is_role(piece, result[index - 1] if index else None, result[index + 1 : index + 2]):
            result[index] = replace(piece, kind="title", name=piece.text)
            continue
        if _opens(piece, result[index - 1] if index else None, result[index + 1 : index + 6]):
            result[index] = replace(piece, kind="title", name=piece.text.rstrip(" :："))
            continue
        if piece.kind != "clause" or len(piece.text) > _HEADS:
            continue
        after = (result[place] for place in range(index + 1, len(result)))
        following = next((other for other in after if other.kind != "furniture"), None)
        if following is not None and _heads(piece, following):
            result[index] = replace(piece, kind="section", text=piece.text.rstrip(" :："))
    return result


def _names(piece: Piece, following: Sequence[Piece]) -> bool:
    """A name above its own sheet: the first field repeats it."""
    if not following or following[0].kind not in ("field", "title"):
        return False
    return any(
        piece.text in (other.value, other.text if other.kind == "clause" else "") for other in following
    )


_ROLE = re.compile(
    r"(?:员|经理|主管|主任|师|助理|代表|总监|管家|工|领班|督导|顾问|护士|组长|班长|站长|店长|队长|护士长|园长)$"
)


def _is_role(piece: Piece, before: Piece | None, following: Sequence[Piece]) -> bool:
    """水电维修工 above 岗位职责, or on top above 直接上级:前厅经理: the name of a position on a line of its own."""
    if piece.kind != "clause" or piece.number is not None or not 2 <= len(piece.text) <= 12 or not following:
        return False
    after = following[0]
    told = (after.name == "reports_to" and after.value) or _CONDITIONS.match(after.text)
    on_top = before is None and bool(told)
    if not on_top and (after.kind != "section" or labels.section_key(after.text) is None):
        return False
    label = before is not None and before.kind == "field" and not before.value
    return not label and bool(_ROLE.search(piece.text)) and labels.is_name(piece.text)


def _opens(piece: Piece, before: Piece | None, following: Sequence[Piece]) -> bool:
    """二、前台接待, 第三章 回访专员 or a bare name, above the fields of a sheet among which it is said to whom it reports."""
    name = piece.text.rstrip(" :：")
    if (
        piece.kind != "clause"
        or not 2 <= len(name) <= _HEADS
        or not labels.is_name(name)
        or _PART.search(name)
    ):
        return False
    if piece.number is None:
        # The value of a label, the rest of a broken name, or the firm is no heading.
        if (before is not None and before.kind == "field") or labels.is_house(name):
            return False
    elif piece.number.style not in _HEADING_STYLES:
        return False
    told = [each.name for each in takewhile(lambda each: each.kind in ("field", "furniture"), following)]
    return "reports_to" in told and "name" not in told


def _heads(piece: Piece, following: Piece) -> bool:
    short = len(piece.text) <= _HEADS and not _END.search(piece.text) and "," not in piece.text
    if not short or not piece.text or following.number is None:
        return False
    if piece.number is None:
        return following.number.first and bool(
            re.search(r"[:：]$|(?:职责|工作|要求|业务线|流程|标准)$", piece.text)
        )
    if piece.number.style in ("han", "han_paren", "chapter", "latin"):
        return following.number.style != piece.number.style
    return False

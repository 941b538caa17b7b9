"""The files of a draft pack: positions, duties, forms; what is unsure is said in a remark beside it."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhize.desk.drafting.packing import papers, rights, rules
from zhize.desk.drafting.packing.rules import both
from zhize.desk.drafting.packing.yamltext import flow, item, remark
from zhize.kernel.packs.loader import LINES
from zhize.lib.jobtext import Clause, Doubt, Draft, DraftDuty, Position

CODE = 30
VERSION = "0.1"
NAME = 60
SECTION = 80
_HEAD = "# 由岗位说明书起草，请逐条核对；英文暂用原文，可改写。"
_PLACE = both("本岗位工作地点", "The position's place of work")


@dataclass
class Made:
    """The files by their path, how many of what they hold, and where each clause and duty went.

    `positions` are the codes in order, `forms` code → title, `duties` code → what was read, `grants` position → what its holder may do; `refused` names (position, clause, duty) by their indexes with the reason why a
    pack cannot say that duty: the clause stands without it.
    """

    code: str
    files: dict[str, str] = field(default_factory=dict)
    positions: list[str] = field(default_factory=list)
    forms: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    duties: dict[str, DraftDuty] = field(default_factory=dict)
    grants: dict[str, rights.Grants] = field(default_factory=dict)
    refused: dict[tuple[int, int, int], list[str]] = field(default_factory=dict)


def code_from(name: str, text: str) -> str:
    """A code for the pack: the file's name where it is written in Latin letters, else a mark of the text itself."""
    plain = re.sub(r"[^a-z0-9]+", "-", Path(name).stem.lower()).strip("-")
    plain = re.sub(r"^[^a-z]+", "", plain)[:CODE].strip("-")
    return plain if len(plain) > 2 else f"draft-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def make(draft: Draft, *, code: str, label: str = "") -> Made:
    """The pack of a draft. The same draft gives the same files. A clause without a duty is standing."""
    made = Made(code)
    prefix = code.replace("-", "_")
    made.positions = _codes(draft.positions, prefix)
    by_name = _by_name(draft.positions, made.positions)
    above = _lines(draft.positions, made.positions, by_name)
    forms: dict[str, str] = {}
    asked: dict[str, tuple[dict[str, Any], ...]] = {}
    for index, position in enumerate(draft.positions):
        own = made.positions[index]
        papers = _Papers(index, position, own, by_name, above, forms, asked, prefix, made)
        duties = list(papers.duties())
        _chunked(made, f"duties/{_short(own, prefix)}", duties)
        made.files[f"positions/{_short(own, prefix)}.yaml"] = papers.sheet()
    if forms:
        _chunked(made, "forms/forms", [_form(code, title, asked[title]) for title, code in forms.items()])
    made.forms = {code: title for title, code in forms.items()}
    made.counts.update(positions=len(draft.positions), forms=len(forms))
    made.files["pack.yaml"] = _manifest(draft, code, label, made)
    made.files = dict(sorted(made.files.items()))
    return made


def write(made: Made, folder: Path) -> None:
    """Write the files. FileExistsError when the folder already holds anything."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(folder)
    for name, text in made.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def zipped(made: Made) -> bytes:
    """The pack as one archive with a folder of its name; the same pack gives the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in made.files.items():
            archive.writestr(zipfile.ZipInfo(f"{made.code}/{name}"), text)
    return content.getvalue()


@dataclass
class _Papers:
    """The sheet and the duties of one position."""

    index: int
    position: Position
    code: str
    by_name: Mapping[str, str]
    above: Mapping[str, str]
    forms: dict[str, str]
    fields: dict[str, tuple[dict[str, Any], ...]]
    prefix: str
    made: Made
    carried: set[int] = field(default_factory=set)

    def duties(self) -> Iterator[str]:
        for at, clause in enumerate(self.position.clauses):
            for number, duty in enumerate(clause.duties):
                problems = rules.faults(duty)
                if problems:
                    self.made.refused[(self.index, at, number)] = [said for _field, said in problems]
                    continue
                self.carried.add(at)
                self.made.counts[duty.kind] += 1
                self.made.counts["doubts"] += len(duty.doubts)
                yield self._duty(at, clause, duty, f"_{number + 1}" if len(clause.duties) > 1 else "")

    def _duty(self, at: int, clause: Clause, duty: DraftDuty, which: str) -> str:
        title = (duty.title.strip() or clause.text or "—")[: rules.TITLE]
        evidence = rules.evidence(duty)
        if evidence["kind"] == "form" and "label" in evidence:
            named = evidence["label"]["zh"]
            evidence["form"] = self.forms.setdefault(named, f"{self.prefix}_form{len(self.forms) + 1}")
            self.fields.setdefault(named, papers.sort_of(duty.evidence).fields)
        proven = evidence.get("label", {}).get("zh", "")
        fields: dict[str, Any] = {
            "code": f"{self.code}_c{at + 1}{which}",
            "position": self.code,
            "clauses": [f"c{at + 1}"],
            "title": both(title),
            **rules.rule(duty),
            "place": both(duty.place) if duty.place else self._place(),
            "object": both(duty.object or proven or title),
            "method": both(duty.method or clause.text or title),
            "evidence": evidence,
        }
        self.made.duties[fields["code"]] = duty
        remarks = [_read_from(clause, duty), *_unsure(duty.doubts)]
        if why := rules.why(duty).zh:
            remarks.append(remark("凭证：", why))
        acceptor = self.by_name.get(duty.acceptor) if not duty.acceptor_code else None
        if acceptor and acceptor != self.code:
            fields["acceptor"] = acceptor
        elif duty.acceptor:
            remarks.append(remark("由谁确认：", duty.acceptor, "（说明书里没有这个岗位）"))
        receiver = self.by_name.get(duty.receiver) if not duty.receiver_code else None
        if receiver and receiver != self.code:
            fields["receivers"] = [receiver]
        elif duty.receiver:
            remarks.append(remark("交给：", duty.receiver, "（说明书里没有这个岗位）"))
        if duty.threshold:
            remarks.append(remark("条件：", duty.threshold))
        if duty.kind == "triggered" and fields["trigger"]["target"]["kind"] != "none":
            fields["ladder"] = [dict(rung) for rung in rules.LADDER]
        return item(fields, dash=True, remarks={"code": remarks})

    def _place(self) -> dict[str, str]:
        found = self.position.fields.get("location") or self.position.unit
        return both(found[: rules.TITLE]) if found else _PLACE

    def sheet(self) -> str:
        """The position with its clauses, each that no duty carries out marked as standing."""
        position = self.position
        sections = list(dict.fromkeys(clause.section.strip() or "岗位职责" for clause in position.clauses))
        fields: dict[str, Any] = {
            "code": self.code,
            "name": both(_name(position, self.index), _english(position)),
        }
        remarks: dict[str, list[str]] = {"code": []}
        if not position.name:
            remarks["code"].append("说明书没有写岗位名称。")
        if position.is_unit:
            remarks["code"].append("这是部门的职责，暂列为一个岗位。")
        if self.code in self.above:
            fields["reports_to"] = self.above[self.code]
        elif position.reports_to:
            remarks["code"].append(remark("直接上级：", position.reports_to, "（说明书里没有这个岗位）"))
        fields["headcount"] = max(position.headcount or 1, 1)
        if purpose := position.fields.get("purpose", "").strip():
            fields["purpose"] = purpose
        granted = rights.grants(leads=self.code in self.above.values())
        self.made.grants[self.code] = granted
        fields["grants"] = {scope: list(listed) for scope, listed in granted.items()}
        fields["sections"] = [
            {"code": f"s{at}", "title": title[:SECTION]} for at, title in enumerate(sections, 1)
        ]
        fields["clauses"] = [self._clause(at, clause, sections) for at, clause in enumerate(position.clauses)]
        for at, clause in enumerate(position.clauses):
            remarks[f"clauses[{at}]"] = self._unsaid(at, clause)
        full = f"{_HEAD}\n{item(fields, remarks=remarks)}\n"
        # A sheet cannot be divided over files; without its remarks the longest one still fits.
        return full if full.count("\n") <= LINES else f"{_HEAD}\n{item(fields)}\n"

    def _clause(self, at: int, clause: Clause, sections: list[str]) -> dict[str, Any]:
        known = clause.section.strip() or "岗位职责"
        standing = {} if at in self.carried else {"standing": True}
        self.made.counts.update(clauses=1, standing=1 if standing else 0, doubts=len(clause.doubts))
        return {
            "code": f"c{at + 1}",
            "section": f"s{sections.index(known) + 1}",
            "number": clause.number[:20],
            **standing,
            "text": clause.text or clause.number or "—",
        }

    def _unsaid(self, at: int, clause: Clause) -> list[str]:
        """What was read of the clause and is not in its duties."""
        said = _unsure(clause.doubts)
        for number, duty in enumerate(clause.duties):
            for problem in self.made.refused.get((self.index, at, number), ()):
                found = duty.recurring if duty.recurring is not None else duty.trigger
                said.append(remark("没有写成职责：", flow(dict(found or {})), problem))
        return said


def _read_from(clause: Clause, duty: DraftDuty) -> str:
    lines = (
        f"{clause.first_line}"
        if clause.first_line == clause.last_line
        else f"{clause.first_line}–{clause.last_line}"
    )
    words = [mark.words for mark in duty.marks]
    return remark(f"原文第 {lines} 行" + (f"，读自：{'、'.join(words)}" if words else ""))


def _unsure(doubts: tuple[Doubt, ...]) -> list[str]:
    return [remark("不确定：", doubt.text.zh, f"({doubt.code})") for doubt in doubts]


def _by_name(positions: tuple[Position, ...], codes: list[str]) -> dict[str, str]:
    """Name → code; of two positions with the same name the first."""
    found: dict[str, str] = {}
    for position, code in zip(positions, codes, strict=True):
        if position.name.strip():
            found.setdefault(position.name.strip(), code)
    return found


def _lines(positions: tuple[Position, ...], codes: list[str], by_name: Mapping[str, str]) -> dict[str, str]:
    """Who reports to whom within the draft, without the line that would close a circle."""
    above: dict[str, str] = {}
    for position, code in zip(positions, codes, strict=True):
        superior = by_name.get(position.reports_to.strip())
        upper = superior
        while upper is not None and upper != code:
            upper = above.get(upper)
        if superior is not None and upper is None:
            above[code] = superior
    return above


def _name(position: Position, index: int) -> str:
    return (position.name.strip() or f"未命名岗位{index + 1}")[:NAME]


def _english(position: Position) -> str:
    return position.fields.get("name_en", "").strip()[:NAME]


def _codes(positions: tuple[Position, ...], prefix: str) -> list[str]:
    """One code each: after the English name where there is one, else by its place in the document."""
    found: list[str] = []
    for index, position in enumerate(positions, 1):
        slug = re.sub(r"[^a-z0-9]+", "_", _english(position).lower()).strip("_")[:20].strip("_")
        code = f"{prefix}_{slug}" if slug else f"{prefix}_p{index}"
        found.append(code if code not in found else f"{prefix}_p{index}")
    return found


def _short(code: str, prefix: str) -> str:
    return code.removeprefix(f"{prefix}_")


def _chunked(made: Made, stem: str, parts: list[str]) -> None:
    """Write items into as many files as their length asks for."""
    number, lines, held = 1, 1, [_HEAD]
    for part in parts:
        length = part.count("\n") + 1
        if lines + length > LINES:
            made.files[f"{stem}{'' if number == 1 else f'_{number}'}.yaml"] = "\n".join(held) + "\n"
            number, lines, held = number + 1, 1, [_HEAD]
        held.append(part)
        lines += length
    if len(held) > 1:
        made.files[f"{stem}{'' if number == 1 else f'_{number}'}.yaml"] = "\n".join(held) + "\n"


def _form(code: str, title: str, fields: Sequence[Mapping[str, Any]]) -> str:
    made = {"code": code, "version": 1, "label": both(title), "fields": [dict(field) for field in fields]}
    return item(made, dash=True)


def _manifest(draft: Draft, code: str, label: str, made: Made) -> str:
    name = (label or Path(draft.name).stem or code)[:NAME]
    counts = made.counts
    told = both(
        f"由“{name}”起草：{counts['positions']} 个岗位、{counts['clauses']} 条说明，定期职责 {counts['recurring']} 项、"
        f"触发职责 {counts['triggered']} 项、常设 {counts['standing']} 条。",
        f"Drafted from “{name}”: {counts['positions']} positions, {counts['clauses']} clauses, {counts['recurring']} "
        f"recurring and {counts['triggered']} triggered duties, {counts['standing']} standing.",
    )
    fields = {"code": code, "version": VERSION, "label": both(name), "summary": told}
    return f"{_HEAD}\n{item(fields)}\n"

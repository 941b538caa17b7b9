"""A reading as rows keep it, and back: the one place that knows how a duty is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from zhize.desk.drafting import packing
from zhize.desk.drafting.models import DraftLine, DraftPosition, JobDraft
from zhize.lib import jobtext
from zhize.lib.jobtext import Clause, Doubt, DraftDuty, Evidence, Mark, Position
from zhize.lib.text import Text

NUMBER, SECTION, NAME = 20, 80, 60


def of_lines(draft: jobtext.Draft) -> list[dict[str, Any]]:
    """The source line by line."""
    return [
        {"number": line.number, "text": line.text, "kind": line.kind, "repairs": list(line.repairs)}
        for line in draft.lines
    ]


def position_row(draft: JobDraft, order: int, position: Position, name: str) -> DraftPosition:
    """An unsaved row of a position; `name` stands for one that has none."""
    return DraftPosition(
        draft=draft,
        order=order,
        name=(position.name.strip() or name)[:NAME],
        reports_to=position.reports_to.strip()[:NAME],
        headcount=min(max(position.headcount or 1, 1), 999),
        is_unit=position.is_unit,
        fields={**position.fields, **({"unit": position.unit} if position.unit else {})},
        line=position.line,
    )


def line_rows(position: DraftPosition, at: int, clause: Clause) -> Iterable[DraftLine]:
    """Unsaved rows of a clause, one for each duty, one for a clause without any."""
    for part, duty in enumerate(clause.duties or (None,)):
        yield DraftLine(
            position=position,
            clause=at,
            part=part,
            section=clause.section.strip()[:SECTION],
            number=clause.number[:NUMBER],
            text=clause.text or clause.number or "—",
            first_line=clause.first_line,
            last_line=max(clause.last_line, clause.first_line),
            duty=of_duty(duty) if duty is not None else None,
            marks=[asdict(mark) for mark in clause.marks],
            doubts=[_of_doubt(doubt) for doubt in clause.doubts],
            unsure=is_unsure(clause.doubts, duty),
        )


def is_unsure(doubts: Iterable[Doubt], duty: DraftDuty | None) -> bool:
    """Whether a person should look twice: something was doubtful, has no number, or cannot be said in a pack."""
    if duty is None:
        return any(doubts)
    return any(doubts) or bool(duty.doubts) or duty.assumed or bool(packing.faults(duty))


def of_duty(duty: DraftDuty) -> dict[str, Any]:
    return {
        "kind": duty.kind,
        "title": duty.title,
        "recurring": dict(duty.recurring) if duty.recurring is not None else None,
        "trigger": dict(duty.trigger) if duty.trigger is not None else None,
        "evidence": asdict(duty.evidence) if duty.evidence is not None else None,
        "receiver": duty.receiver,
        "acceptor": duty.acceptor,
        "count": duty.count,
        "share_percent": duty.share_percent,
        "threshold": duty.threshold,
        "place": duty.place,
        "object": duty.object,
        "method": duty.method,
        "receiver_code": duty.receiver_code,
        "acceptor_code": duty.acceptor_code,
        "marks": [asdict(mark) for mark in duty.marks],
        "doubts": [_of_doubt(doubt) for doubt in duty.doubts],
        "assumed": duty.assumed,
    }


def duty_of(stored: Mapping[str, Any]) -> DraftDuty:
    evidence = stored.get("evidence")
    return DraftDuty(
        kind=stored["kind"],
        title=stored["title"],
        recurring=stored.get("recurring"),
        trigger=stored.get("trigger"),
        evidence=Evidence(**evidence) if evidence else None,
        receiver=stored.get("receiver", ""),
        acceptor=stored.get("acceptor", ""),
        count=stored.get("count"),
        share_percent=stored.get("share_percent"),
        threshold=stored.get("threshold", ""),
        place=stored.get("place", ""),
        object=stored.get("object", ""),
        method=stored.get("method", ""),
        receiver_code=stored.get("receiver_code", ""),
        acceptor_code=stored.get("acceptor_code", ""),
        marks=tuple(Mark(**mark) for mark in stored.get("marks", ())),
        doubts=doubts_of(stored.get("doubts", ())),
        assumed=bool(stored.get("assumed")),
    )


def doubts_of(stored: Iterable[Mapping[str, str]]) -> tuple[Doubt, ...]:
    return tuple(Doubt(doubt["code"], Text(doubt["zh"], doubt["en"])) for doubt in stored)


def _of_doubt(doubt: Doubt) -> dict[str, str]:
    return {"code": doubt.code, "zh": doubt.text.zh, "en": doubt.text.en}


def assembled(
    draft: JobDraft, positions: Iterable[DraftPosition], lines: Iterable[DraftLine]
) -> jobtext.Draft:
    """The reading again, with what was corrected; `lines` are those that are to be in it."""
    kept: dict[int, list[DraftLine]] = {}
    for line in lines:
        kept.setdefault(line.position_id, []).append(line)
    return jobtext.Draft(
        name=draft.name,
        traditional=draft.traditional,
        lines=(),
        positions=tuple(_position(row, kept[row.pk]) for row in positions if row.pk in kept),
    )


def _position(row: DraftPosition, lines: list[DraftLine]) -> Position:
    clauses: dict[int, list[DraftLine]] = {}
    for line in lines:
        clauses.setdefault(line.clause, []).append(line)
    return Position(
        name=row.name,
        line=row.line,
        reports_to="" if row.superior_id else row.reports_to,
        headcount=row.headcount,
        unit=row.fields.get("unit", ""),
        is_unit=row.is_unit,
        fields={**row.fields, "name_en": row.name_en},
        clauses=tuple(_clause(parts) for _at, parts in sorted(clauses.items())),
    )


def _clause(parts: list[DraftLine]) -> Clause:
    first = parts[0]
    return Clause(
        section=first.section,
        number=first.number,
        text=first.text,
        first_line=first.first_line,
        last_line=first.last_line,
        duties=tuple(duty_of(part.duty) for part in parts if part.duty is not None),
        doubts=() if first.corrected else doubts_of(first.doubts),
    )

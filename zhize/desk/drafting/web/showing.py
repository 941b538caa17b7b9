"""What the bench shows: the source line by line with the words that were read, and each proposal in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from zhize.desk.drafting import packing, storing
from zhize.desk.drafting.models import DraftLine, DraftPosition, JobDraft
from zhize.desk.drafting.packing.rights import Grants
from zhize.desk.drafting.selectors import Generated
from zhize.domains.duties import wording
from zhize.kernel import access
from zhize.lib.jobtext import DraftDuty, cleaning
from zhize.lib.text import Text

ICONS = {"recurring": "repeat", "triggered": "bolt", "standing": "square"}
Pieces = list[tuple[str, bool]]


@dataclass(frozen=True)
class Shown:
    """A proposal in words, in the reader's language."""

    line: DraftLine
    pieces: Pieces
    kind: str
    icon: str
    rule: str = ""
    title: str = ""
    evidence: str = ""
    why: str = ""
    acceptor: str = ""
    receiver: str = ""
    threshold: str = ""
    assumed: bool = False
    doubts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """A line of the document with the words read from it, and the proposals that came from it."""

    number: int
    kind: str
    pieces: Pieces
    repairs: str
    lines: str


def proposal(line: DraftLine) -> Shown:
    """One line of a draft as the bench shows it. No query."""
    doubts = [] if line.corrected else [_said(Text(one["zh"], one["en"])) for one in line.doubts]
    if line.duty is None:
        return Shown(line, marked(line.text, line.marks), "standing", ICONS["standing"], doubts=doubts)
    duty = storing.duty_of(line.duty)
    return Shown(
        line=line,
        pieces=marked(line.text, [*line.duty["marks"], *line.marks]),
        kind=duty.kind,
        icon=ICONS[duty.kind],
        rule=rule_of(duty),
        title="" if duty.title == line.text else duty.title,
        evidence=evidence_of(duty),
        why=_said(packing.why(duty)),
        acceptor=duty.acceptor,
        receiver=duty.receiver,
        threshold=duty.threshold,
        assumed=duty.assumed,
        doubts=doubts + ([] if line.corrected else [_said(doubt.text) for doubt in duty.doubts]),
        problems=[said for _field, said in packing.faults(duty)],
    )


def rule_of(duty: DraftDuty) -> str:
    """When it is owed, in words."""
    made = packing.as_pack(duty)
    return _said(wording.rule_text(duty.kind, made["recurring" if duty.kind == "recurring" else "trigger"]))


def evidence_of(duty: DraftDuty) -> str:
    """What proves it, by its name or its kind."""
    return _said(wording.evidence_text(packing.evidence(duty)))


def rights_of(found: Generated) -> list[tuple[list[str], list[tuple[Any, list[Text]]]]]:
    """What the positions may do and how far, in words; those with the same rights together."""
    alike: dict[str, tuple[list[str], Grants]] = {}
    for row, code in zip(found.positions, found.made.positions, strict=True):
        granted = found.made.grants[code]
        alike.setdefault(str(granted), ([], granted))[0].append(row.name or code)
    return [
        (
            names,
            [
                (access.Scope(scope).label, [access.known(each).text for each in listed])
                for scope, listed in granted.items()
            ],
        )
        for names, granted in alike.values()
    ]


def sources(
    draft: JobDraft, positions: list[DraftPosition], chosen: DraftPosition, lines: Iterable[DraftLine]
) -> list[Source]:
    """The lines of the document where the chosen position stands, from its heading to the next one's."""
    own = list(lines)
    begins = {row.pk: row.line for row in positions}
    later = [begin for begin in begins.values() if begin > begins[chosen.pk]]
    first = begins[chosen.pk] if chosen.order > 1 else 1
    last = min(later) - 1 if later else 10**9
    # What stands above the title (a table's head) still belongs to its clauses.
    first = min([first, *(line.first_line for line in own)])
    last = max([last if later else 0, *(line.last_line for line in own)]) if later else last
    words: dict[int, list[str]] = {}
    from_here: dict[int, list[str]] = {}
    for line in own:
        read = [mark["words"] for mark in (*(line.duty or {}).get("marks", ()), *line.marks)]
        for number in range(line.first_line, min(line.last_line, line.first_line + 200) + 1):
            words.setdefault(number, []).extend(read)
            from_here.setdefault(number, []).append(str(line.pk))
    return [
        Source(
            number=row["number"],
            kind=row["kind"],
            pieces=found(row["text"], words.get(row["number"], ())),
            repairs="；".join(
                _said(cleaning.REPAIRS[code]) for code in row["repairs"] if code in cleaning.REPAIRS
            ),
            lines=" ".join(from_here.get(row["number"], ())),
        )
        for row in draft.lines
        if first <= row["number"] <= last
    ]


def marked(text: str, marks: Iterable[Mapping[str, Any]]) -> Pieces:
    """The text cut at its marks; marks that a correction left behind are passed over."""
    spans = sorted(
        (mark["start"], mark["end"]) for mark in marks if text[mark["start"] : mark["end"]] == mark["words"]
    )
    return _cut(text, spans)


def found(text: str, words: Iterable[str]) -> Pieces:
    """The text cut where these words stand in it."""
    spans = []
    for word in sorted(set(words), key=lambda each: (-len(each), each)):
        start = text.find(word) if word else -1
        if start >= 0:
            spans.append((start, start + len(word)))
    return _cut(text, sorted(spans))


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> Pieces:
    pieces: Pieces = []
    at = 0
    for start, end in spans:
        if start < at:
            continue
        if start > at:
            pieces.append((text[at:start], False))
        pieces.append((text[start:end], True))
        at = end
    return [*pieces, (text[at:], False)] if at < len(text) else pieces


def _said(text: Text) -> str:
    return text.in_language(get_language() or "zh-hans")

"""Reads of drafts: the list, one with its lines, how far it is, the pack it makes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from zhize.desk.drafting import packing, storing
from zhize.desk.drafting.capabilities import WORK
from zhize.desk.drafting.models import Decision, DraftLine, DraftPosition, JobDraft
from zhize.domains.duties import recurring
from zhize.domains.duties.recurring import Calendars
from zhize.domains.duties.selectors import occurrences
from zhize.domains.duties.selectors.occurrences import Occurrence
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, Position, Unit
from zhize.lib import clock
from zhize.lib.jobtext import DraftDuty

SOON = 3
"""Times of a planned duty that are shown."""
_SHIFT = re.compile(r"(?:[大小]夜|[早中晚夜白])班(?!组|长|车)")


def drafts(actor: Actor) -> QuerySet[JobDraft]:
    """The drafts one may work on, with how many lines they have and how many are decided."""
    rows = JobDraft.objects.visible_to(actor).select_related("unit", "author").defer("text", "lines")
    return rows.annotate(
        line_count=Count("positions__lines"),
        decided_count=Count("positions__lines", filter=~Q(positions__lines__decision=Decision.OPEN)),
    )


def units(actor: Actor) -> QuerySet[Unit]:
    """Units one may draft for."""
    return access.visible(actor, Unit, WORK).filter(active=True).order_by("path")


def superiors(actor: Actor, draft: JobDraft) -> QuerySet[Position]:
    """Positions that exist and may be the superior of one of the draft: of its unit, above and below it."""
    line = [int(step) for step in (draft.unit.path or "").strip("/").split("/") if step]
    near = Q(unit_id__in=line) | Q(unit__path__startswith=draft.unit.path or "/")
    rows = access.visible(actor, Position).filter(near, active=True).select_related("unit")
    return rows.order_by("unit__path", "pk")


def takers(actor: Actor, draft: JobDraft) -> dict[str, Position]:
    """Positions that exist and may accept or get what the draft's duties make, by code: of a code the nearest one."""
    rows = list(superiors(actor, draft))
    alike: dict[str, list[Position]] = {}
    for row in rows:
        alike.setdefault(row.code, []).append(row)
    nearest = {code: org.nearest_position(same, draft.unit) for code, same in alike.items()}
    return {code: row for code, row in nearest.items() if row is not None}


@dataclass(frozen=True)
class Progress:
    """How many lines there are, by what was decided; `unsure` of the open ones."""

    open: int
    confirmed: int
    dropped: int
    unsure: int

    @property
    def total(self) -> int:
        return self.open + self.confirmed + self.dropped

    @property
    def decided(self) -> int:
        return self.confirmed + self.dropped

    @property
    def sure(self) -> int:
        return self.open - self.unsure


def progress(lines: list[DraftLine]) -> Progress:
    """Of lines that were read already; no query."""
    found = Counter(line.decision for line in lines)
    unsure = sum(line.unsure for line in lines if line.decision == Decision.OPEN)
    return Progress(found[Decision.OPEN], found[Decision.CONFIRMED], found[Decision.DROPPED], unsure)


def lines_of(draft: JobDraft) -> list[DraftLine]:
    """All lines in the order of the document. One query."""
    return list(DraftLine.objects.filter(position__draft=draft).select_related("position__superior"))


def positions_of(draft: JobDraft) -> list[DraftPosition]:
    return list(draft.positions.select_related("superior__unit").order_by("order"))


def says_nothing(draft: JobDraft, lines: Iterable[DraftLine]) -> bool:
    """Whether nothing of a job description was recognised: no name, no heading, no field, and nothing that is owed."""
    known = any(row["kind"] in ("title", "section", "field") for row in draft.lines)
    return not known and not any(line.duty for line in lines)


def names_nobody(position: DraftPosition, positions: Iterable[DraftPosition]) -> bool:
    """Whether the superior that the text names is neither in the document nor chosen among those that exist."""
    named = position.reports_to if position.superior_id is None else ""
    return bool(named) and named not in {row.name for row in positions}


def vacant(draft: JobDraft, day: date) -> list[Position]:
    """The positions made from the draft, in its order, to which nobody is appointed on this day or later."""
    codes = list(generated(draft).made.positions)
    held = Appointment.objects.exclude(to_on__lt=day).values("position")
    rows = Position.objects.filter(unit=draft.unit_id, code__in=codes, active=True).exclude(pk__in=held)
    return sorted(rows, key=lambda row: codes.index(row.code))


@dataclass(frozen=True)
class Generated:
    """The pack of a draft, with the positions that are in it (those with a line that was not dropped), in order."""

    made: packing.Made
    positions: list[DraftPosition]


def generated(draft: JobDraft) -> Generated:
    """The pack of what was not dropped. Two queries."""
    kept = [line for line in lines_of(draft) if line.decision != Decision.DROPPED]
    used = {line.position_id for line in kept}
    positions = [position for position in positions_of(draft) if position.pk in used]
    reading = storing.assembled(draft, positions, kept)
    return Generated(packing.make(reading, code=draft.code, label=draft.name), positions)


def namesakes(draft: JobDraft, positions: list[DraftPosition]) -> list[Position]:
    """Positions of the unit that already bear the name of one of the draft. One query."""
    names = [position.name for position in positions]
    rows = Position.objects.filter(unit=draft.unit, name__in=names, active=True).order_by("pk")
    return list(rows.exclude(code__startswith=draft.code.replace("-", "_") + "_"))


@dataclass(frozen=True)
class Foreseen:
    """The next times of a planned duty, and what of the words about shifts its rule cannot know yet."""

    times: list[Occurrence]
    unrostered: bool = False
    shift: str = ""
    """A shift that the words name; the rule holds for every one."""


def foreseen(draft: JobDraft, read: Mapping[str, DraftDuty]) -> dict[str, Foreseen]:
    """By the code of the duty. A position that is only drafted has no roster: office hours stand for its shifts."""
    moment = clock.now()
    here = Calendars(moment)
    return {code: _foreseen(duty, draft.unit, here, moment) for code, duty in read.items()}


def _foreseen(duty: DraftDuty, unit: Unit, here: Calendars, moment: datetime) -> Foreseen:
    made = packing.as_pack(duty)
    said = _SHIFT.search(" ".join([duty.title, *(mark.words for mark in duty.marks)]))
    shift = said.group() if said else ""
    rule = made.get("recurring")
    if rule is None:
        return Foreseen([], made["trigger"]["target"]["kind"] == "shift_end", shift)
    times = occurrences.of_rule(rule, unit, here, moment, SOON)
    return Foreseen(times, recurring.rule_of(rule).by_shift, shift)

"""What the time words of a clause ask for, before it becomes duties: one slot for each thing that is owed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zhize.lib.jobtext import segments
from zhize.lib.jobtext.model import FieldName
from zhize.lib.jobtext.segments import Segment
from zhize.lib.jobtext.times.scan import Phrase, scan

DATED = frozenset(
    ("weekdays", "month_days", "nth", "nth_weekday", "marks", "months", "month_of", "quarter_of", "offset")
)
TIMED = frozenset(("clocks", "window", "shift"))


@dataclass
class Slot:
    """One thing owed. A recurring one has a `reading` (or a `rule` already), a triggered one a `target`."""

    kind: str
    segment: int
    place: int
    reading: dict[str, Any] = field(default_factory=dict)
    rule: dict[str, Any] | None = None
    target: dict[str, Any] | None = None
    notes: list[str] = field(default_factory=list)
    marks: list[tuple[FieldName, int, int]] = field(default_factory=list)
    assumed: bool = False
    event: tuple[str, int, int] | None = None

    @property
    def open(self) -> bool:
        """Whether only the period is named so far, so that a later word may name the day."""
        return self.rule is None and not DATED & set(self.reading)


class Slots:
    """The phrases of one clause, its segments, and the slots found so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.phrases = scan(text)
        limits = [phrase.start for phrase in self.phrases if phrase.kind in ("limit", "ahead", "day")]
        self.segments: list[Segment] = segments.cut(text, segments.between(text, limits))
        self.slots: list[Slot] = []
        self.refused: list[tuple[str, Phrase]] = []
        self.free_day: Phrase | None = None

    def opening(self, segment: Segment) -> int:
        return next(part.start for part in self.segments if part.sentence == segment.sentence)

    def where(self, phrase: Phrase) -> int:
        """The index of the segment a phrase begins in."""
        return segments.at(self.segments, phrase.start)

    def context(self, index: int) -> Slot | None:
        """The last recurring slot of the sentence so far."""
        sentence = self.segments[index].sentence
        found = [
            slot for slot in self.slots
            if slot.kind == "recurring" and self.segments[slot.segment].sentence == sentence and slot.segment <= index
        ]  # fmt: skip
        return found[-1] if found else None

    def after(self, phrase: Phrase) -> str:
        """The rest of the segment behind a phrase."""
        return self.text[phrase.end : self.segments[self.where(phrase)].end]

    def add(self, kind: str, phrase: Phrase, mark: FieldName, **more: Any) -> Slot:
        """A new slot that was read from this phrase."""
        slot = Slot(kind, self.where(phrase), phrase.start, marks=[(mark, phrase.start, phrase.end)], **more)
        self.slots.append(slot)
        return slot

"""Words of time that were read and that no duty of the clause uses: a person should look at them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from zhize.lib.jobtext import segments
from zhize.lib.jobtext.model import DraftDuty
from zhize.lib.jobtext.slots import Slots
from zhize.lib.jobtext.times.scan import Phrase

Place = tuple[int, int]
_TIMES = re.compile(r"[次遍回趟轮]$")
_DAYPART = re.compile(r"[上下中]午|[早晚]上|凌晨|傍晚|清晨|morning|afternoon|evening|noon|night")
_HOUR = ("at", "times", "not_before", "before_minutes", "after_minutes")
_WHICH = frozenset(("every", "interval", "next"))
_BARE = frozenset(("kind", "days", "of", "bare"))


def of(text: str, slots: Slots, duties: Sequence[DraftDuty]) -> list[Place]:
    """Where they stand, in order; not what says which (当月的单据) or how much (一式三份), nor what was refused."""
    used = {(mark.start, mark.end) for duty in duties for mark in duty.marks}
    taken = {*used, *((phrase.start, phrase.end) for _why, phrase in slots.refused)}
    found = []
    for phrase in slots.phrases:
        place = (phrase.start, phrase.end)
        if not _overlaps(place, taken) and phrase != slots.free_day:
            if _says_when(text, slots, phrase, used):
                found.append(place)
        elif not phrase.data.get("shift") and (part := _DAYPART.search(text, *place)):
            found += [] if _has_hour(place, duties) else [part.span()]
    return found


def _says_when(text: str, slots: Slots, phrase: Phrase, used: Collection[Place]) -> bool:
    words, said = text[phrase.start : phrase.end], {key for key, value in phrase.data.items() if value}
    if phrase.kind == "adverb" or said <= {"share"}:
        return False
    if said <= {"count"}:
        # How many times, where anything is owed at all.
        return bool(used) and phrase.data.get("count", 1) > 1 and _TIMES.search(words) is not None
    if said <= _WHICH and phrase.kind == "period":
        return words.startswith("每")
    if said <= _BARE and phrase.kind in ("day", "span", "own_shift"):
        # 每日核对当日房态: what its part owes is said beside it, so that it says which.
        part = slots.segments[segments.at(slots.segments, phrase.start)]
        return phrase.kind != "own_shift" and not _overlaps((part.start, part.end), used)
    return True


def _has_hour(place: Place, duties: Sequence[DraftDuty]) -> bool:
    """Whether each duty that is read from there knows the time of day, or nothing recurs there."""
    read = [
        duty.recurring
        for duty in duties
        if duty.recurring is not None and _overlaps(place, {(mark.start, mark.end) for mark in duty.marks})
    ]
    return all(any(rule.get(key) for key in _HOUR) for rule in read)


def _overlaps(place: Place, others: Collection[Place]) -> bool:
    return any(start < place[1] and place[0] < end for start, end in others)

"""From the time words of a clause to the duties it demands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from zhize.lib.jobtext import events, evidence, numbering, people, segments, unused, words
from zhize.lib.jobtext.cleaning import working
from zhize.lib.jobtext.doubts import doubt
from zhize.lib.jobtext.model import Doubt, DraftDuty, FieldName, Mark
from zhize.lib.jobtext.slots import Slot
from zhize.lib.jobtext.soon import Taker
from zhize.lib.jobtext.times import rules
from zhize.lib.jobtext.times.scan import Phrase, opening, scan

_TITLE = 40
_LONGEST = 1200
"""Characters of a clause that are looked at: no sentence of a job description is longer, and reading stays quick."""
# 对, 将 and 把 stay: a title without them is no sentence (对设备进行保养).
_JOINTS = re.compile(
    rf"^(?:(?![对将把](?!的)){events.JOINT}|要(?!求|点|素|闻|害)|每年(?![度初末底中])(?=[\u3400-\u9fff]{{2}}|\d)|每(?![人位个间户件单次])|,|，|的(?!士)|地(?![面毯板库下铁点漏])|\s)+|[,，:：;；。.、\s]+$"
)
_MEASURE = (
    r"(?:不(?:得|能|可|应)?重复|(?:每[次回个人家]|数量|总数|总量|比例)?[应须要]?(?:均|为)?"
    r"(?:不(?:得|能|可|应)?(?:少于|低于|小于|超过|多于|高于|大于)|不下于?|至少|最少|最多)\s*"
    r"(?:\d+(?:\.\d+)?|百分之)[一二三四五六七八九十%]{0,3}(?!内)[\u3400-\u9fff]{0,3}|如|若|则|的|可|应|须|时|日|[如若]?逢|"
    r"(?:遇|如遇|法定)?(?:节假日|周末|公休日|双休日)(?:及(?:节假日|周末))?(?:除外|不计|顺延|提前|照常))"
)
_CONDITION = re.compile(rf"(?:[且并但]?{_MEASURE})+")
"""A part that only says under which condition or how much: no part of a title."""
_ASIDE = re.compile(rf"[(（](?:{_MEASURE}|\s)*[)）]|^(?:事后|事发后|其后|此后|之后|随后)(?=.)")
_BARE, _LEAD = 10, 24
"""Characters: no longer title says too little by itself; so much of what stands before it is enough."""
_HANDED_ON = re.compile(r"(?:上?报|交|送|提交|答复|回复|反馈|汇报|通知|存档|归档|登记|录入|完成)")
_NO_REPEAT = re.compile(r"不(?:能|得|可|应)?重复")
_FIELD_OF: dict[str, FieldName] = {
    "period": "period", "detail": "due", "limit": "limit", "ahead": "limit", "delay": "limit", "day": "limit",
    "span": "limit", "nth_day": "limit", "own_shift": "limit", "adverb": "limit", "free_day": "free_day", "length": "limit", "date": "limit",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """What a clause holds."""

    duties: tuple[DraftDuty, ...] = ()
    marks: tuple[Mark, ...] = ()
    doubts: tuple[Doubt, ...] = ()


_SENTENCE = re.compile(r"[,，。;；《》！!]")
_HEADING = re.compile(
    r"(?:的)?(?:例行|常规|重点|主要|日常|必做|固定|应做)?(?:工作|任务|事项|职责|内容|项目|检查)*(?:内容|任务|事项)?[:：]?"
)


@lru_cache(maxsize=512)
def heading(text: str) -> str:
    """The words that say how often in a heading that says nothing else (每日工作:, 二、每周例行工作), or nothing."""
    if len(text) > _TITLE or _SENTENCE.search(text):
        return ""
    number = numbering.parse(text)
    plain = working(text[number.length :] if number is not None else text).strip()
    found = opening(plain)
    if found is None or found.kind != "period" or not _HEADING.fullmatch(plain[found.end :]):
        return ""
    return plain[: found.end]


def of(text: str, *, standing: bool = False, above: str = "") -> Found:
    """The duties of a clause.

    `standing`: it stands in a section where nothing is owed (任职要求). `above`: how often a heading above it says.
    """
    plain = working(text[:_LONGEST])
    taker = Taker(plain)
    slots = words.complete(taker)
    if above and not slots and len(plain) >= 4:
        slots = [_from_heading(taker, above)]
    duties = [] if standing else [_duty(text, taker, slots, index) for index in range(len(slots))]
    owed = [duty for duty in duties if duty is not None]
    left = [] if standing else [text[start:end] for start, end in unused.of(plain, taker, owed)]
    marks = {
        (phrase.start, phrase.end): _mark(text, _FIELD_OF[phrase.kind], phrase) for phrase in taker.phrases
    }
    doubts = {why: doubt(why) for why, _phrase in taker.refused}
    return Found(
        tuple(owed),
        tuple(sorted(marks.values(), key=lambda mark: mark.start)),
        (*doubts.values(), *([doubt("unused", words="、".join(dict.fromkeys(left)))] if left else [])),
    )


def _from_heading(taker: Taker, above: str) -> Slot:
    """A slot for what only the heading says how often; how many times may stand in the clause."""
    slot = Slot("recurring", 0, 0, reading=dict(scan(above)[0].data), notes=["from_heading"])
    for phrase in taker.phrases:
        if set(phrase.data) == {"count"} and phrase.data["count"] > 1:
            slot.reading |= phrase.data
            slot.marks.append(("count", phrase.start, phrase.end))
    return slot


def _moved(taker: Taker, slots: Sequence[Slot], slot: Slot) -> bool:
    """每月20日统计,遇节假日顺延,月底前上报: what stands before the word moves, or all where it begins."""
    place = taker.free_day.start if taker.free_day is not None else 0
    return slot.place < place or all(other.place > place for other in slots)


def _mark(text: str, name: FieldName, found: Phrase) -> Mark:
    return Mark(name, found.start, found.end, text[found.start : found.end])


def _duty(text: str, taker: Taker, slots: Sequence[Slot], index: int) -> DraftDuty | None:
    slot, plain = slots[index], taker.text
    start, end = _reach(taker, slots, index)
    marks = [Mark(name, first, last, text[first:last]) for name, first, last in slot.marks]
    made = _rule(slot, taker) if slot.kind == "recurring" else None
    if slot.kind == "recurring" and made is None:
        return None
    notes = [*slot.notes, *(made.notes if made else ())]
    event = slot.event
    if slot.kind == "triggered":
        event = event or events.before(
            plain,
            taker.segments,
            slot.segment,
            slot.place,
            ahead=(slot.target or {}).get("kind") == "before",
            inherited=_inherited(taker, slots, index),
        )
        slot.event = event
        if event is not None:
            marks.append(Mark("event", event[1], event[2], text[event[1] : event[2]]))
        else:
            notes.append("no_event")
    paper = evidence.of(plain, start, end)
    who, judge = people.receiver(plain, start, end), people.acceptor(plain, start, end)
    limit = people.threshold(plain, taker.segments[slot.segment].start, end)
    for name, found in (("receiver", who), ("acceptor", judge), ("threshold", limit)):
        if found is not None:
            marks.append(Mark(name, found[1], found[2], text[found[1] : found[2]]))  # type: ignore[arg-type]
    if paper is not None:
        marks.append(Mark("evidence", paper[1], paper[2], text[paper[1] : paper[2]]))
    if taker.free_day is not None and made is not None and _moved(taker, slots, slot):
        notes += rules.on_free_day(made.rule, taker.free_day.data["move"])
        marks.append(_mark(text, "free_day", taker.free_day))
    assumed = slot.assumed or bool(made and made.assumed)
    if assumed:
        notes.append("assumed")
        if made is not None:
            made.rule["assumed"] = True
    return DraftDuty(
        kind="recurring" if slot.kind == "recurring" else "triggered",
        title=_full_title(text, taker, slots, index),
        recurring=made.rule if made else None,
        trigger=None
        if made
        else {"event": text[event[1] : event[2]] if event else "", "target": slot.target},
        evidence=paper[0] if paper else None,
        receiver=text[who[1] : who[2]] if who else "",
        acceptor=text[judge[1] : judge[2]] if judge else "",
        count=made.count if made else None,
        share_percent=made.share if made else None,
        threshold=text[limit[1] : limit[2]] if limit else "",
        marks=tuple(sorted(marks, key=lambda mark: (mark.start, mark.end))),
        doubts=tuple(doubt(code) for code in dict.fromkeys(notes)),
        assumed=assumed,
    )


def _inherited(taker: Taker, slots: Sequence[Slot], index: int) -> tuple[str, int, int] | None:
    """The event of the triggered duty before, in the same sentence; 事后 refers to one before it too."""
    if index == 0 or slots[index - 1].kind != "triggered":
        return None
    before, slot = slots[index - 1], slots[index]
    part = taker.segments[slot.segment]
    same = taker.segments[before.segment].sentence == part.sentence
    return before.event if same or events.refers_back(taker.text, part) else None


def _rule(slot: Slot, taker: Taker) -> rules.Made | None:
    if slot.rule is not None:
        return rules.Made(dict(slot.rule))
    made = rules.make(slot.reading)
    if made is not None and made.share is not None:
        made.rule["share_percent"] = made.share
        if _NO_REPEAT.search(taker.text):
            made.rule["no_repeat"] = True
    return made


def _reach(taker: Taker, slots: Sequence[Slot], index: int) -> tuple[int, int]:
    """The part of the clause that is about this duty: from its segment to the next duty's."""
    slot = slots[index]
    start = taker.segments[_first(taker, slots, index)].start
    following = [other.segment for other in slots[index + 1 :] if other.segment > slot.segment]
    if following:
        return start, taker.segments[min(following)].start
    return start, len(taker.text)


def _first(taker: Taker, slots: Sequence[Slot], index: int) -> int:
    """The segment it begins in. 组织盘点,编制《盘点报告》,每月一次: a time word alone belongs to what stands before."""
    slot = slots[index]
    part = taker.segments[slot.segment]
    time = {place for _name, first, last in slot.marks for place in range(first, last)}
    rest = [taker.text[place] for place in range(part.start, part.end) if place not in time]
    if any("\u3400" <= character <= "\u9fff" for character in rest):
        return slot.segment
    taken = max((other.segment for other in slots[:index]), default=-1)
    first = slot.segment
    while first - 1 > taken and taker.segments[first - 1].sentence == part.sentence:
        first -= 1
    return first


def _with_joint(text: str, first: int, last: int) -> tuple[int, int]:
    """A time word with the 于, 在 or 逢 that ties it to what stands before."""
    return first - 1 if first and text[first - 1] in "于在逢" else first, last


def _full_title(text: str, taker: Taker, slots: Sequence[Slot], index: int) -> str:
    """The title; 处置完毕书面答复 and 报馆长, which say little alone, bear what they follow in the sentence."""
    slot = slots[index]
    title = _title(text, taker, slot, *_reach(taker, slots, index))
    before = slots[index - 1] if index else None
    if before is None or len(title) > _BARE or "《" in title:
        return title
    same = taker.segments[before.segment].sentence == taker.segments[slot.segment].sentence
    follows = before.kind == "triggered" if slot.kind == "triggered" else _HANDED_ON.match(title)
    if not same or not follows:
        return title
    lead = _title(text, taker, before, *_reach(taker, slots, index - 1))
    return f"{title}（{lead[:_LEAD]}）" if lead != title else title


def _title(text: str, taker: Taker, slot: Slot, start: int, end: int) -> str:
    """The words of the duty without its time words, cut at a comma where they are long."""
    time = [(first, last) for name, first, last in slot.marks if name in ("period", "due", "time", "limit")]
    time = [] if "from_name" in slot.notes else [_with_joint(taker.text, *place) for place in time]
    time += [(taker.free_day.start, taker.free_day.end)] if taker.free_day is not None else []
    sentence = taker.segments[slot.segment].sentence
    shown = ""
    for part in taker.segments[segments.at(taker.segments, start) :]:
        if (
            part.sentence != sentence
            or part.start >= end
            or (len(shown) > 6 and len(shown) + part.end - part.start > _TITLE)
        ):
            break
        words = "".join(
            text[place] for place in range(part.start, part.end)
            if not any(first <= place < last for first, last in time)
        )  # fmt: skip
        words = _JOINTS.sub("", _ASIDE.sub("", words.strip()))
        if shown and (_CONDITION.fullmatch(words) or people.is_mark(words, 0, 0)):
            continue
        shown = f"{shown}，{words}" if shown and words else shown or words
    return _JOINTS.sub("", shown.replace(",", "，"))[: _TITLE * 2] or text[start:end].strip(" ,;。")[:_TITLE]

"""Slots from words without a number: names of reports, 及时 and 定期, 签定合同之前."""

from __future__ import annotations

import re
from typing import Any

from zhize.lib.jobtext import names, segments
from zhize.lib.jobtext.slots import Slot, Taker
from zhize.lib.jobtext.times import rules, targets
from zhize.lib.jobtext.times.scan import Phrase

_ANSWERED = re.compile(r"答复|回答|报告|汇报|响应|解答|上报|处理|接受|提供|回复|反映|通报|掌握")
_DELIVERED = re.compile(r"上报|报送|提交|领取|缴纳|发放|上交|汇报|报|收取|支付|结算|申报|交")
_BEFORE_EVENT = re.compile(
    r"(?:^|在|于|[,，])(?P<event>[\u3400-\u9fff]{2,10}?)(?:之前|以前|前)[,，]?(?:[\u3400-\u9fff]{0,4}?)(?:必须|须|应|要|需|先)"
)
_NO_EVENT = re.compile(r"提$|目$|以$|此$|面$|当$|售$|跟$|空$|日$|生$|年$|月$|天$|上$|下班$|上班$|交班$|\d")


def complete(taker: Taker) -> list[Slot]:
    """All slots of the clause in the order of the text: numbers first, then names, then words without a number."""
    adverbs = taker.numbers()
    _names(taker)
    for phrase in adverbs:
        _adverb(taker, phrase)
    _before_events(taker)
    return sorted(taker.slots, key=lambda slot: slot.place)


def _names(taker: Taker) -> None:
    """Periods in the names of what is made, where nothing else says how often."""
    for index, part in enumerate(taker.segments):
        for named in names.find(taker.text, part.start, part.end):
            context = taker.context(index)
            if context is not None and "every" in context.reading:
                continue
            if any(slot.segment == index and _says(slot, named.rule) for slot in taker.slots):
                continue
            if any(named.start < slot.place < named.end for slot in taker.slots):
                continue  # 学年开学后两周内体检: another time stands between, so it is no name.
            slot = Slot("recurring", index, named.start, rule=named.rule, notes=["from_name"])
            slot.marks.append(("period", named.start, named.end))
            taker.slots.append(slot)


def _adverb(taker: Taker, phrase: Phrase) -> None:
    """及时, 定期, 随时: a default, where no number stands beside it."""
    kind, index = phrase.data["adverb"], taker.where(phrase)
    here = [slot for slot in taker.slots if slot.segment == index]
    context, after = taker.context(index), taker.after(phrase)
    if kind in ("regular", "irregular", "random") or (kind == "on_time" and _DELIVERED.search(after)):
        if context is not None or here:
            (context or here[-1]).marks.append(("period", phrase.start, phrase.end))
            if (
                kind in ("irregular", "random")
                and context is not None
                and context.reading.get("every") == "day"
            ):
                context.reading["adverb"] = kind
            return
        # 不定时 is a time that nobody knows ahead (DUT-09), by default once a week (CAL-023).
        reading = {"every": "week", "adverb": kind} if kind == "random" else {"every": "month"}
        taker.add("recurring", phrase, "period", assumed=True, reading=reading)
        return
    if kind == "on_time":
        taker.refused.append(("on_time", phrase))
        return
    if here and any(slot.place != phrase.start for slot in here):
        here[-1].marks.append(("limit", phrase.start, phrase.end))
        return
    if kind == "any_time" and not _ANSWERED.search(after):
        return
    taker.add("triggered", phrase, "limit", target=dict(targets.ASSUMED[kind]), assumed=True)


def _before_events(taker: Taker) -> None:
    """签定合同之前,必须…: not later than what is named, where nothing else says when."""
    for match in _BEFORE_EVENT.finditer(taker.text):
        index = segments.at(taker.segments, match.start("event"))
        following = {slot.segment for slot in taker.slots}
        if {index, index + 1} & following or _NO_EVENT.search(match.group("event")):
            continue
        event = (match.group("event"), match.start("event"), match.end("event"))
        slot = Slot("triggered", index, match.start("event"), target={"kind": "before"}, event=event)
        taker.slots.append(slot)


def _says(slot: Slot, rule: dict[str, Any]) -> bool:
    """Whether a slot already says what a name would: the same period, or a day that the named paper is due."""
    if slot.rule is not None:
        return slot.rule == rule
    made = rules.make(slot.reading) if slot.kind == "recurring" else None
    return made is not None and (
        made.rule["every"] == rule["every"] or bool({"bound", "month_days"} & set(slot.reading))
    )

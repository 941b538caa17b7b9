"""Slots from words without a number: names of reports, 及时 and 定期, 签定合同之前."""

from __future__ import annotations

import re
from typing import Any

from zhize.lib.jobtext import lookalikes, names, segments
from zhize.lib.jobtext.slots import TIMED, Slot
from zhize.lib.jobtext.soon import Taker
from zhize.lib.jobtext.times import rules, targets
from zhize.lib.jobtext.times.scan import Phrase

_ANSWERED = re.compile(r"答复|回答|报告|汇报|响应|解答|上报|处理|接受|提供|回复|反映|通报|掌握|告知|通知")
_DELIVERED = re.compile(r"上报|报送|提交|领取|缴纳|发放|上交|汇报|报|收取|支付|结算|申报|交")
_BEFORE_EVENT = re.compile(
    r"(?:^|在|于|[,，])(?P<event>[\u3400-\u9fff]{2,10}?)(?:之前|以前|前)[,，]?(?:[\u3400-\u9fff]{0,4}?)(?:必须|须|应|要|需|先|将|把|清点|核对|抽检|确认)"
)
_NO_EVENT = re.compile(r"提$|目$|以$|此$|面$|当$|售$|跟$|空$|日$|生$|年$|月$|天$|上$|下班$|上班$|交班$|\d")


def complete(taker: Taker) -> list[Slot]:
    """All slots of the clause in the order of the text: numbers first, then names, then words without a number."""
    adverbs = taker.numbers()
    _names(taker)
    _occasions(taker)
    _settled(taker)
    for phrase in adverbs:
        _adverb(taker, phrase)
    _before_events(taker)
    return sorted(taker.slots, key=lambda slot: slot.place)


_OCCASION = re.compile(
    r"(?:(?:每?逢|遇|在)?(?:重大|法定|传统|重要|各类|各大|大型)(?:节假日|节日|假日|节庆)|每?逢(?:节假日|节日|佳节|年过节)|逢年过节|"
    rf"(?:{lookalikes.FESTIVAL.pattern}[、和及与]?)+(?:等)?(?:重大|法定|传统|重要)?(?:节假日|节日)?(?=之?前|前夕)|(?<![季环细情时])节(?:假日|日)?(?=之?前|前夕))"
    r"(?P<before>之?前夕?)?"
)
_GREETED = re.compile(
    r"[\u3400-\u9fff,，、]{0,10}?(?:发送|发放|派送|赠送|送|慰问|走访|拜访|问候|祝福|祝贺|庆祝|致电|短信|布置|装饰|检查|排查|组织|开展|策划|制作|联系|回访|完成|进行|做好|上报|提交|拟定|制定)"
)
_NO_OCCASION = re.compile(
    r"(?:期间|当天|当日)?(?:照常|顺延|提前|值班|加班|除外|休|不|放假|无休|轮|安排值|正常|服务|营业|的)"
)
# 罚款从当月工资中扣除: with the month's wages, so by the end of it.
_SETTLED = re.compile(
    r"(?:从|在|于|离职|退休|调离)(?P<span>[当本](?P<of>月|季度?|年度?))(?:[\u3400-\u9fff]{0,6}?[中里内])?(?:予以|直接|全额|一次性)?"
    r"(?:扣除|扣减|抵扣|扣|兑现|发放|补发|返还|支付|列支|结清)"
)
_SPANS = {"月": "month", "季": "quarter", "季度": "quarter", "年": "year", "年度": "year"}


def _occasions(taker: Taker) -> None:
    """重大节假日发送短信, 节前检查消防: not later than the holiday; how long before is not said."""
    for match in _OCCASION.finditer(taker.text):
        index = segments.at(taker.segments, match.start())
        rest = taker.text[match.end() :]
        if _NO_OCCASION.match(rest) or not _GREETED.match(rest):
            continue
        _unless_yearly(taker, match)
        if _taken(taker, index):
            continue
        starts = match.start() + len(match.group()) - len(match.group().lstrip("每逢遇在"))
        ends = match.start("before") if match.group("before") else match.end()
        event = (taker.text[starts:ends], starts, ends)
        target = {"kind": "before", "assumed": True}
        slot = Slot("triggered", index, match.start(), target=target, event=event, assumed=True)
        slot.marks.append(("limit", match.start(), match.end()))
        taker.slots.append(slot)


def _unless_yearly(taker: Taker, match: re.Match[str]) -> None:
    """每年春节前: as often as the holiday comes, and not until the year ends."""
    for slot in taker.slots:
        ends = {end for _name, _start, end in slot.marks}
        if slot.open and slot.reading.get("every") == "year" and ends == {match.start()}:
            taker.slots.remove(slot)
            return


def _taken(taker: Taker, index: int) -> bool:
    """Whether something with a number stands in this segment or the next one of its sentence."""
    same = taker.segments[index].sentence
    near = [
        place
        for place in (index, index + 1)
        if place < len(taker.segments) and taker.segments[place].sentence == same
    ]
    return any(slot.segment in near for slot in taker.slots)


def _settled(taker: Taker) -> None:
    for match in _SETTLED.finditer(taker.text):
        index = segments.at(taker.segments, match.start())
        if not any(slot.segment == index for slot in taker.slots):
            target = {"kind": "period_end", "of": _SPANS[match.group("of")]}
            slot = Slot("triggered", index, match.start(), target=target, notes=["attribute"])
            slot.marks.append(("limit", *match.span("span")))
            taker.slots.append(slot)


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
    sentence = taker.segments[index].sentence
    occasion = [
        slot for slot in taker.slots
        if slot.assumed and slot.event is not None and taker.segments[slot.segment].sentence == sentence
    ]  # fmt: skip
    if kind == "regular" and occasion:
        occasion[-1].marks.append(("period", phrase.start, phrase.end))
        return
    if kind in ("regular", "irregular", "random") or (kind == "on_time" and _DELIVERED.search(after)):
        if context is not None and kind != "regular" and _apart(taker, context, phrase):
            return
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


def _apart(taker: Taker, context: Slot, phrase: Phrase) -> bool:
    """每天闭馆前清场,不定时巡视3次: what is done at a time and what at random are two things of the same days."""
    index = taker.where(phrase)
    if context.rule is not None or context.segment == index or not TIMED & set(context.reading):
        return False
    if len(taker.after(phrase)) < 2:
        return False
    slot = taker.add("recurring", phrase, "period", reading={"every": context.reading.get("every", "day")})
    slot.reading["adverb"] = phrase.data["adverb"]
    for other in taker.phrases:
        if taker.where(other) == index and other.data.get("count", 1) > 1 and "count" not in slot.reading:
            slot.reading["count"] = other.data["count"]
            slot.marks.append(("count", other.start, other.end))
    return True


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

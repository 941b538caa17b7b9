"""What the time words of a clause ask for, before it becomes duties: one slot for each thing that is owed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from zhize.lib.jobtext import lookalikes, segments
from zhize.lib.jobtext.model import FieldName
from zhize.lib.jobtext.segments import Segment
from zhize.lib.jobtext.times import rules, targets
from zhize.lib.jobtext.times.scan import Phrase, scan

_DATED = {
    "weekdays",
    "month_days",
    "nth",
    "nth_weekday",
    "marks",
    "months",
    "month_of",
    "quarter_of",
    "offset",
}
_TIMED = {"clocks", "window", "shift"}
_SIZES = ("shift", "day", "week", "ten_days", "half_month", "month", "quarter", "half_year", "year")
_SAMPLED = re.compile(r"抽查|抽检|回访|走访|抽取|巡查|检查|拜访|覆盖|抽样|随访|调查|访问|盘点|抽测|复查|抽盘")
_DONE = (
    r"上报|报|提交|上交|交|移交|完成|办结|处理|回复|答复|反馈|汇报|通知|录入|登记|归档|存档|清|整改|解决|送|发|开具|入账|入库|缴|结|"
    r"核对|填写|上传|告知|回访|跟进|安排|转|派|更新|汇总|总结|复盘|发布|公布|清洗|消毒|审核|审批|做|整理|关闭|联系|补|记录|召开|检查|盘点|还|退|存|书面|填|办|签|验收|确认|落实|领|换|拨|购|排|拍|修复|修好|恢复|上缴|到场|入|出"
)
_ACT = re.compile(rf"(?:前|内|须|应|必须|需|要|将|由|再|就|予以|给予|进行|及时|统一|,|，|:)*(?:{_DONE})")


_SIZE = re.compile(r"(?:有效)?(?:样本|问卷|抽样|抽查|数量|总量)(?:数|量|数量)?(?:应|须|均|要)?")
_DAILY = re.compile(r"日报|日结|日清|前一[日天]|上一[日天]|昨[日天]|每[日天]|当[日天]")


def _single(phrases: list[Phrase]) -> Iterator[Phrase]:
    """The phrases, one for each date of those that name several with different days."""
    for phrase in phrases:
        shared = {key: value for key, value in phrase.data.items() if key != "dates"}
        for month, day in phrase.data.get("dates", ()):
            yield replace(phrase, data={**shared, "months": [month], "month_days": [day]})
        if "dates" not in phrase.data:
            yield phrase


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
        return self.rule is None and not _DATED & set(self.reading)


class Taker:
    """Goes through the phrases of one clause: numbers first, then names of reports, then words without a number."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.phrases = scan(text)
        limits = [phrase.start for phrase in self.phrases if phrase.kind in ("limit", "ahead", "day")]
        self.segments: list[Segment] = segments.cut(text, segments.between(text, limits))
        self.slots: list[Slot] = []
        self.refused: list[tuple[str, Phrase]] = []
        self.free_day: Phrase | None = None

    def numbers(self) -> list[Phrase]:
        """Take every phrase with a number or a named period; gives back the words without one."""
        adverbs = []
        for phrase in _single(self.phrases):
            segment = self.segments[segments.at(self.segments, phrase.start)]
            why = lookalikes.reason(phrase, self.text, segment.start, segment.end, self._opening(segment))
            if why is not None:
                self.refused.append((why, phrase))
            elif phrase.kind == "adverb":
                adverbs.append(phrase)
            elif phrase.kind == "free_day":
                self.free_day = phrase
            else:
                getattr(self, f"_{phrase.kind}")(phrase)
        return adverbs

    def _opening(self, segment: Segment) -> int:
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

    def _period(self, phrase: Phrase) -> None:
        data, context = phrase.data, self.context(self.where(phrase))
        if self._before_term(phrase):
            return
        dated = bool((_DATED | _TIMED) & set(data))
        if "next" in data and not dated:
            return  # 下月工作计划, 当月记录: it says which, not when.
        if context is not None and "next" in data and context.open:
            context.reading |= {key: value for key, value in data.items() if key != "every"}
            context.marks.append(("due", phrase.start, phrase.end))
            return
        if (
            context is not None
            and context.open
            and context.segment == self.where(phrase)
            and (data["every"] in ("hour", "minute") and context.reading.get("every") == "day")
        ):
            context.reading = dict(data)  # 每天…每2小时一次: the shorter one says how often.
            context.marks.append(("period", phrase.start, phrase.end))
            return
        same = context is not None and context.rule is None and all(
            context.reading.get(key, 1) == data.get(key, 1) for key in ("every", "interval")
        )  # fmt: skip
        if context is not None and same and not (dated and not context.open) and "count" not in data:
            context.reading |= data
            context.marks.append(("due" if dated else "period", phrase.start, phrase.end))
            return
        slot = self.add("recurring", phrase, "due" if dated else "period", reading=dict(data))
        before = self.text[self.segments[slot.segment].start : phrase.start]
        after = self.after(phrase)
        if (after.startswith("的") and "count" not in data) or re.search(r"(?:依据|根据|按照|结合)$", before):
            slot.notes.append("attribute")

    def _detail(self, phrase: Phrase) -> None:
        data, index = phrase.data, self.where(phrase)
        keys, context = set(data) - {"notes"}, self.context(index)
        if self._before_term(phrase) or (context is not None and self.text[: phrase.end].endswith("班前会")):
            return  # 班前会 is what is held, not when.
        if keys <= {"count", "share", "daypart", "adverb"}:
            self._amount(phrase, context, index)
            return
        if keys <= {"nth", "bound"} and self.text[: phrase.start].endswith("后"):
            # 结案后第3个工作日: counted from the event.
            self.add("triggered", phrase, "limit", target={"kind": "working_days", "days": data["nth"]})
            return
        if keys == {"month_days", "bound"} and lookalikes.COMES.search(self.text[: phrase.start]):
            # 合同到期30日前: counted from the event, no day of the month.
            self.add("triggered", phrase, "limit", target={"kind": "before", "days": max(data["month_days"])})
            return
        implied = rules.make(data)
        every = implied.rule["every"] if implied is not None else ""
        near = context is not None and (
            index - context.segment <= 1 or bool({"bound", "clock_bound"} & set(data))
        )
        if context is not None and "shift" in keys and "shift" in context.reading:
            if not self.text[: phrase.end].endswith("会"):  # 班前会 is what is held, not when.
                context.marks.append(("time", phrase.start, phrase.end))
        elif context is not None and near and self._fits(context, data, every):
            context.reading |= {key: value for key, value in data.items() if key != "notes"}
            context.notes += data.get("notes", [])
            context.marks.append(("time" if _TIMED & keys else "due", phrase.start, phrase.end))
        elif context is not None and "month_days" in data and not context.open:
            kept: dict[str, Any] = {
                key: context.reading[key] for key in ("months", "month_of") if key in context.reading
            }
            reading = {"every": context.reading.get("every", "month"), **kept, **data}
            self.add("recurring", phrase, "due", reading=reading)
        elif self._stands_alone(phrase):
            slot = self.add("recurring", phrase, "time" if _TIMED & keys else "due", reading=dict(data))
            if not {"marks", "months", "shift"} & keys:
                slot.notes.append("no_period")

    def _before_term(self, phrase: Phrase) -> bool:
        """学期结束前两周: when a term ends is not known, so it is counted from an event that somebody reports."""
        marks, early = phrase.data.get("marks"), phrase.data.get("early")
        target = targets.before(early) if early is not None and marks and marks[0][0] == "term" else None
        if target is None:
            return False
        begins = phrase.start + (self.text[phrase.start] == "每")
        ends = self.text.rindex("前", begins, phrase.end)
        event = (self.text[begins:ends], begins, ends)
        self.add("triggered", phrase, "limit", target=target, event=event)
        return True

    def _amount(self, phrase: Phrase, context: Slot | None, index: int) -> None:
        if context is None or abs(index - context.segment) > 1:
            return
        sentence = [part for part in self.segments if part.sentence == self.segments[index].sentence]
        sampled = _SAMPLED.search(self.text, sentence[0].start, sentence[-1].end)
        if "share" in phrase.data and sampled and "share" not in context.reading:
            context.reading["share"] = phrase.data["share"]
            context.marks.append(("share", phrase.start, phrase.end))
        elif "count" in phrase.data and (
            ("count" not in context.reading and index == context.segment)
            or (
                context.reading.get("count", 1) == 1
                and _SIZE.fullmatch(self.text, self.segments[index].start, phrase.start)
            )
        ):
            context.reading["count"] = phrase.data["count"]
            context.marks.append(("count", phrase.start, phrase.end))

    @staticmethod
    def _fits(context: Slot, data: dict[str, Any], every: str) -> bool:
        """Whether a detail (5日前, 9:00前) completes a period that is still open (每月, 每天)."""
        own = str(context.reading.get("every", ""))
        if context.rule is not None or own not in _SIZES or every not in _SIZES:
            return False
        if _DATED & set(data):
            return context.open and _SIZES.index(every) <= _SIZES.index(own)
        return not _TIMED & set(context.reading) and not ("shift" in data and own not in ("day", "shift"))

    def _stands_alone(self, phrase: Phrase) -> bool:
        data, after = phrase.data, self.after(phrase)
        if "marks" in data:
            return not re.match(r"奖|红包|分红|假|旺季|淡季", after)
        if "shift" in data:
            return not re.match(r"(?:管理|工作|准备工作?|培训|教育|制度|要求|流程|环节)$", after)
        edge = "bound" in data or data.get("clock_bound") is not None
        if "nth" in data or "nth_weekday" in data:
            return True
        if "month_days" in data and data.get("bound") not in ("before", "within"):
            return False
        if "weekdays" in data and not edge:
            return bool(
                re.match(
                    r"(?:的)?(?:召开|例会|进行|提交|上报|开展|组织|参加|检查|盘点|上午|下午|早会|汇报|交)",
                    after,
                )
            )
        return edge

    def _limit(self, phrase: Phrase) -> None:
        index = self.where(phrase)
        span, context = phrase.data["span"], self.context(index)
        if (
            context is not None
            and context.open
            and context.segment == index
            and context.reading.get("every") != "day"
        ):
            key = {"day": "month_days", "working_day": "nth"}.get(span.unit)
            if key and context.reading.get("every") in ("month", "quarter", "year") and span.number <= 31:
                value = int(span.number)
                context.reading |= {key: [value] if key == "month_days" else value, "bound": "before"}
                context.marks.append(("due", phrase.start, phrase.end))
                return
        self._unless_event(context, phrase)
        target = targets.within(span)
        if target is None:
            return
        slot = self.add("triggered", phrase, "limit", target=target)
        slot.notes += ["either_limit"] * (span.other is not None) + ["range"] * span.ranged
        slot.notes += ["bare_limit"] * bool(phrase.data.get("bare"))

    def _unless_event(self, context: Slot | None, phrase: Phrase) -> Slot | None:
        """每周例会后次日, 年终结账后一个月内: the period belongs to the event, not to a duty of its own."""
        if (
            context is None
            or (not context.open and "marks" not in context.reading)
            or len(context.marks) != 1
        ):
            return context
        between = self.text[context.marks[0][2] : phrase.start]
        own = self.text[context.marks[0][1] : phrase.start] if "shift" in context.reading else ""
        if phrase.kind == "ahead":
            # 每学期开学前一周: as often as the event comes.
            if not lookalikes.COMES.fullmatch(between):
                return context
            self.slots.remove(context)
            return None
        moment = re.fullmatch(
            r"[\u3400-\u9fff]{2,4}(?:时|后)(?:应|须|必须|要|需|在|于)*", own
        )  # 交接班时应在10分钟内
        if not moment and not re.fullmatch(r"[\u3400-\u9fff]{0,8}(?:后|前|结束|之日起)的?", between):
            return context
        self.slots.remove(context)
        return None

    def _ahead(self, phrase: Phrase) -> None:
        inside = phrase.data.get("window")
        self._unless_event(self.context(self.where(phrase)), phrase)
        for span in (phrase.data["span"], *phrase.data.get("more", ())):
            target = targets.before(None if inside else span)
            if target is not None:
                slot = self.add("triggered", phrase, "limit", target=target)
                slot.notes += ["window"] * bool(inside)

    def _delay(self, phrase: Phrase) -> None:
        target = targets.within(phrase.data["span"])
        if target is not None:
            self.add("triggered", phrase, "limit", target=target, notes=["delayed"])

    def _day(self, phrase: Phrase) -> None:
        data, context = phrase.data, self.context(self.where(phrase))
        follows = re.search(r"[后时]$|(?:须|应|应当|需|要)(?:在|于)?$", self.text[: phrase.start])
        named = data["bound"] or data["at"] is not None or data["shift"]
        if not (named or follows or _ACT.match(self.after(phrase))):
            return  # 当日的单据, 当天收入: it says which.
        context = self._unless_event(context, phrase)
        alone = not self.text[: phrase.start].strip(" ,，。;；") and data["at"] is not None
        alone = alone and (data["days"] == 0 or _DAILY.search(self.text, phrase.end) is not None)
        if context is None and alone:
            # 次日10:00前提交日报: what is made each day is owed for each day.
            reading = {"every": "day", "clocks": [data["at"]], "clock_bound": "before"}
            self.add(
                "recurring",
                phrase,
                "due",
                reading=reading,
                notes=["no_period"] + ["previous_day"] * data["days"],
            )
            return
        if context is not None and context.reading.get("every") in ("day", "working_day", "shift"):
            if data["at"] is not None and not _TIMED & set(context.reading):
                context.reading |= {"clocks": [data["at"]], "clock_bound": "before"}
                context.notes += ["previous_day"] * (data["days"] == 1)
            elif data["at"] is not None and self.where(phrase) != context.segment:
                # 每日营业结束后存款,次日9点前报财务: a second thing for the same days.
                reading = {"every": "day", "clocks": [data["at"]], "clock_bound": "before"}
                notes = ["previous_day"] * (data["days"] == 1)
                self.add("recurring", phrase, "due", reading=reading, notes=notes)
                return
            context.marks.append(("due", phrase.start, phrase.end))
            return
        self.add("triggered", phrase, "limit", target=targets.day(data))

    def _span(self, phrase: Phrase) -> None:
        context = self.context(self.where(phrase))
        if context is None or context.reading.get("every") != phrase.data["of"]:
            self.add("triggered", phrase, "limit", target={"kind": "period_end", "of": phrase.data["of"]})

    def _own_shift(self, phrase: Phrase) -> None:
        if self.context(self.where(phrase)) is None and not self.after(phrase).startswith("的"):
            self.add("triggered", phrase, "limit", target={"kind": "shift_end"})

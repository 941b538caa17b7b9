"""Slots of what recurs: the words that say how often, and those that say when in the period."""

from __future__ import annotations

import re
from typing import Any

from zhize.lib.jobtext import lookalikes, people
from zhize.lib.jobtext.slots import DATED, TIMED, Slot, Slots
from zhize.lib.jobtext.times import rules, targets
from zhize.lib.jobtext.times.scan import Phrase

_CLOCKED = ("clocks", "clock_bound", "window", "shift", "before_minutes", "after_minutes", "notes", "daypart")
_SIZES = ("shift", "day", "week", "ten_days", "half_month", "month", "quarter", "half_year", "year")
_SAMPLED = re.compile(r"抽查|抽检|回访|走访|抽取|巡查|检查|拜访|覆盖|抽样|随访|调查|访问|盘点|抽测|复查|抽盘")
_SIZE = re.compile(r"(?:有效)?(?:样本|问卷|抽样|抽查|数量|总量)(?:数|量|数量)?(?:应|须|均|要)?")
_NEXT_DAY = re.compile(
    r"(?:再|即|须|应|要)?(?:上缴|上交|交|缴|送|报|提交|汇|存入|回复|答复|反馈|通知|发出|退|回访|到账|入账|归还)"
)
_SAME_THING = re.compile(
    r"[\u3400-\u9fff]{0,4}?(?:盘点|结账|结算|总结|考核|检查|清查|关账|决算|核算|工作|报表|评比|聚会|会议)"
)


class Often(Slots):
    """Takes phrases that say how often (每月5日前), and those that only name a day or a time of what recurs."""

    def _period(self, phrase: Phrase) -> None:
        data, context = phrase.data, self.context(self.where(phrase))
        if self._before_term(phrase):
            return
        dated = bool((DATED | TIMED) & set(data))
        if set(data) <= {"every", "interval", "notes"} and self._next_day(phrase):
            return
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

    def _next_day(self, phrase: Phrase) -> bool:
        """隔日上缴: the day after, where something is handed in; else every second day."""
        said = self.text.startswith(("隔日", "隔天"), phrase.start)
        if not said or not _NEXT_DAY.match(self.after(phrase)):
            return False
        self.add("triggered", phrase, "limit", target={"kind": "day_end", "days": 1}, notes=["next_day"])
        return True

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
        if keys == {"marks"} and self._named_after(phrase, context):
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
            context.marks.append(("time" if TIMED & keys else "due", phrase.start, phrase.end))
        elif context is not None and "clocks" in data and self._second_time(context, phrase):
            kept = {key: value for key, value in context.reading.items() if key not in (*_CLOCKED, "count")}
            self.add("recurring", phrase, "time", reading={**kept, **data})
        elif context is not None and "month_days" in data and not context.open:
            kept = {key: context.reading[key] for key in ("months", "month_of") if key in context.reading}
            reading = {"every": context.reading.get("every", "month"), **kept, **data}
            self.add("recurring", phrase, "due", reading=reading)
        elif self._stands_alone(phrase):
            slot = self.add("recurring", phrase, "time" if TIMED & keys else "due", reading=dict(data))
            if not {"marks", "months", "shift"} & keys:
                slot.notes.append("no_period")

    def _named_after(self, phrase: Phrase, context: Slot | None) -> bool:
        """每月最后一天配合月末盘点: the second one is the name of what is done then."""
        if context is None or context.open or context.segment == self.where(phrase):
            return False
        same = context.reading.get("every") == phrase.data["marks"][0][0]
        return same and _SAME_THING.match(self.after(phrase)) is not None

    def _second_time(self, context: Slot, phrase: Phrase) -> bool:
        """每晚22:30查寝,23:00再次巡楼: another time, in another part, of the same days."""
        if context.rule is not None or context.segment == self.where(phrase):
            return False
        return bool({"clocks", "window"} & set(context.reading))

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
        rate = people.rate(self.text, phrase.start, phrase.end)
        if "share" in phrase.data and rate == "mark":
            return  # 合格率不低于95%: how good it must be, not how many are looked at.
        if "share" in phrase.data and sampled and "share" not in context.reading:
            context.reading["share"] = phrase.data["share"]
            context.notes += ["sampling_rate"] * (rate == "sample")
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
        if DATED & set(data):
            return context.open and _SIZES.index(every) <= _SIZES.index(own)
        return not TIMED & set(context.reading) and not ("shift" in data and own not in ("day", "shift"))

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

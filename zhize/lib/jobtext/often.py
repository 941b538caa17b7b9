"""Slots of what recurs: the words that say how often, and those that say when in the period."""

from __future__ import annotations

import re
from typing import Any

from zhize.lib.jobtext import lookalikes, people
from zhize.lib.jobtext.slots import DATED, TIMED, Slot, Slots
from zhize.lib.jobtext.times import rules, targets
from zhize.lib.jobtext.times.scan import Phrase

_CLOCKED = ("clocks", "clock_bound", "window", "shift", *rules.AROUND, "notes", "daypart")
_SIZES = ("shift", "day", "week", "ten_days", "half_month", "month", "quarter", "half_year", "year")
_SAMPLED = re.compile(r"抽查|抽检|回访|走访|抽取|巡查|检查|拜访|覆盖|抽样|随访|调查|访问|盘点|抽测|复查|抽盘")
_SIZE = re.compile(r"(?:有效)?(?:样本|问卷|抽样|抽查|数量|总量)(?:数|量|数量)?(?:应|须|均|要)?")
_FLOOR = re.compile(r"不(?:得|能|可|应)?(?:少|低|小)于|不下于?|至少|最少|≥")
_PEOPLE = re.compile(r"\d+[人名位]")
_ASKED = re.compile(rf"{_SAMPLED.pattern}|问询|慰问|面谈|谈话|约谈|家访")
_NEXT_DAY = re.compile(
    r"(?:再|即|须|应|要)?(?:上缴|上交|交|缴|送|报|提交|汇|存入|回复|答复|反馈|通知|发出|退|回访|到账|入账|归还)"
)
_SAME_THING = re.compile(
    r"[\u3400-\u9fff]{0,4}?(?:盘点|结账|结算|总结|考核|检查|清查|关账|决算|核算|工作|报表|评比|聚会|会议)"
)


# What another thing of the same days does not take over: its own time, its amounts.
_OF_ONE = (*_CLOCKED, "count", "share", "adverb", "bound", "latest")
_JOINT = re.compile(r"(?:并且?|同时|另外?|且|再|还|须|应当?|必须|需要?|要|于|在|每[日天晚班周月]|,|\s)*")
_FINISHED = re.compile(
    r"[须应必要需于在并再均都]*(?:全部|及时|按时|予以)*(?:完成|做完|结束|办结|完毕|做好|到位|进行|执行|各|分别|$)"
)
_THING = re.compile(rf"(?!{_FINISHED.pattern})[并须应将对把要再]*[\u3400-\u9fff《]{{2}}")
_HANDED = re.compile(
    r"[并须应将要再]*(?:汇总|统一|书面)?(?:上?报|交|提交|上交|报送|送|发|汇报|反馈|上传|通报|录入|登记|填写|填报|公布|公示)"
)
_WHILE = re.compile(r"[)）,，\s]*(?:期间|之间|内|间)?[)）,，\s]*")
"""What stands between the months and how often in them."""
_LONG = ("quarter", "half_year", "year")
_STAFF = re.compile(r"[人名位]$")
_NO_THING = re.compile(r"[^\u3400-\u9fff]|[须应的在于次个]")


def _several(slot: Slot) -> bool:
    return slot.reading.get("count", 1) > 1 or slot.reading.get("adverb") in ("irregular", "random")


def _listed(slot: Slot, data: dict[str, Any]) -> bool:
    """每天巡检两次,9点、16点…: the times are those of what is counted, whichever is said first."""
    for counted, named in ((slot.reading, data), (data, slot.reading)):
        sizes = [len(named[key]) for key in ("clocks", "month_days", "weekdays") if key in named]
        if counted.get("count", 1) in sizes:
            return True
    return False


class Often(Slots):
    """Takes phrases that say how often (每月5日前), and those that only name a day or a time of what recurs."""

    def _period(self, phrase: Phrase) -> None:
        data, context = phrase.data, self.context(self.where(phrase))
        if self._before_term(phrase):
            return
        dated = bool((DATED | TIMED) & set(data))
        if set(data) <= {"every", "interval", "notes"} and self._next_day(phrase):
            return
        if set(data) <= {"every", "interval", "months"} and "months" in data and self._which_months(phrase):
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
            and (context.segment == self.where(phrase) or self._alone(phrase))
            and (data["every"] in ("hour", "minute") and context.reading.get("every") == "day")
        ):
            context.reading = dict(data)  # 每天…每2小时一次: the shorter one says how often.
            context.marks.append(("period", phrase.start, phrase.end))
            return
        if (
            context is not None
            and {*data} <= {"every", "interval", "count"}
            and "count" in data
            and _listed(context, data)
        ):
            context.marks.append(("period", phrase.start, phrase.end))
            return  # 每天8:30、13:30各核对一次,每天两次
        same = context is not None and context.rule is None and all(
            context.reading.get(key, 1) == data.get(key, 1) for key in ("every", "interval")
        )  # fmt: skip
        another = context is not None and same and dated and self._is_another(context, phrase)
        if (
            context is not None
            and same
            and not another
            and not (dated and not context.open)
            and "count" not in data
        ):
            context.reading |= data
            context.marks.append(("due" if dated else "period", phrase.start, phrase.end))
            return
        slot = self.add("recurring", phrase, "due" if dated else "period", reading=dict(data))
        if data["every"] == "shift" and "count" in data and _STAFF.search(self.text[: phrase.end]):
            del slot.reading["count"]  # 每班2人巡查: who does it, not how often.
            slot.notes.append("staffing")
        before = self.text[self.segments[slot.segment].start : phrase.start]
        after = self.after(phrase)
        if (after.startswith("的") and "count" not in data) or re.search(r"(?:依据|根据|按照|结合)$", before):
            slot.notes.append("attribute")

    def _alone(self, phrase: Phrase) -> bool:
        """每天巡查,每2小时一次: nothing else stands in its part, so that it is about what stands before."""
        part = self.segments[self.where(phrase)]
        lead = self.text[part.start : phrase.start].strip(" ,，")
        return not lead and not self.after(phrase).strip(" ,，。;；")

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
        if self._before_term(phrase) or (context is not None and "meeting" in keys):
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
        if keys == {"count", "bound"} or ("quarter_of" in keys and self.text.startswith("两", phrase.start)):
            return  # 三公里内 is where, 春秋两季 not the second quarter.
        if keys == {"months"} and self._which_months(phrase):
            return
        implied = rules.make(data)
        every = implied.rule["every"] if implied is not None else ""
        near = context is not None and (
            index - context.segment <= 1 or bool({"bound", "clock_bound"} & set(data))
        )
        if context is not None and self._is_another(context, phrase):
            kept = {key: value for key, value in context.reading.items() if key not in _OF_ONE}
            slot = self.add("recurring", phrase, "time" if TIMED & keys else "due", reading={**kept, **data})
            slot.notes += [] if self._sure_another(context, phrase) else ["two_things"]
        elif context is not None and "shift" in keys and "shift" in context.reading:
            same = all(data.get(key) == context.reading.get(key) for key in ("shift", "afterwards"))
            context.notes += [] if same else ["two_moments"]
            joined = self.text[phrase.start - 1] in "和及与、"  # 下班前和交班后
            context.marks.append(("time", phrase.start - joined, phrase.end))
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
        elif context is not None and "afterwards" in keys:
            context.notes.append("after_shift")
        elif self._stands_alone(phrase):
            slot = self.add("recurring", phrase, "time" if TIMED & keys else "due", reading=dict(data))
            if not {"marks", "months", "shift"} & keys:
                slot.notes.append("no_period")

    def _which_months(self, phrase: Phrase) -> bool:
        """冬季(11月至次年2月)每月检查: which months, said before how often; kept for the period that follows."""
        follows = next((other for other in self.phrases if other.start >= phrase.end), None)
        if (
            follows is None
            or follows.kind != "period"
            or not _WHILE.fullmatch(self.text, phrase.end, follows.start)
            or (phrase.kind == "period" and follows.data["every"] in _LONG)
        ):
            return phrase.kind != "period" and self.text[: phrase.start].endswith("(")
        follows.data["only_months"] = sorted(phrase.data["months"])
        return True

    def _is_another(self, context: Slot, phrase: Phrase) -> bool:
        """每天巡视3次,闭馆前15分钟清场: a day or time in another part, with a thing of its own to do then.

        How many times, or at random, cannot hold for what is done at one time; where nothing is counted, a time of the
        day with a thing that is not only handing in (上报) or finishing is another too.
        """
        index, data = self.where(phrase), phrase.data
        part, first = self.segments[index], self.segments[context.segment]
        after = self.after(phrase)
        if context.rule is not None or index == context.segment or "meeting" in data:
            return False
        if not (DATED | TIMED) & set(data) or {"clocks", "window"} & set(context.reading) & set(data):
            return False
        marked = {place for _name, start, end in context.marks for place in range(start, end)}
        own = "".join(self.text[place] for place in range(first.start, first.end) if place not in marked)
        lead = self.text[part.start : phrase.start]
        opposite = {context.reading.get("shift"), data.get("shift")} == {"start", "end"}
        thing = opposite or _THING.match(after)
        if not _JOINT.fullmatch(lead) or not thing or len(_NO_THING.sub("", own)) < 2:
            if _several(context) and not _FINISHED.match(after) and not _listed(context, data):
                context.notes.append("merged")
            return False
        if _several(context):
            return not _listed(context, data)
        other_edge = "shift" in context.reading and context.reading["shift"] != data.get("shift")
        return bool(TIMED & set(data)) and (other_edge or not _HANDED.match(after))

    @staticmethod
    def _sure_another(context: Slot, phrase: Phrase) -> bool:
        """Whether the one is counted or at the other end of the shift, so that it cannot be one thing."""
        edges = {context.reading.get("shift"), phrase.data.get("shift")}
        return _several(context) or edges == {"start", "end"}

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
        limit = people.threshold(self.text, sentence[0].start, sentence[-1].end)
        if limit is not None and limit[1] <= phrase.start < limit[2]:
            return  # 误差超过5%: said beside the rule.
        if "share" in phrase.data and not sampled:
            context.notes.append("amount_left")
        elif "share" in phrase.data and "share" not in context.reading:
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
        elif "count" in phrase.data and phrase.data["count"] not in (1, context.reading.get("count")):
            self._floor(phrase, context, _ASKED.search(self.text, sentence[0].start, sentence[-1].end))

    def _floor(self, phrase: Phrase, context: Slot, asked: re.Match[str] | None) -> None:
        """保养一次,不少于3台: how many of them at least. 演练一次,不少于10人 says how many people take part."""
        words = self.text[phrase.start : phrase.end]
        alone = not self.text[self.segments[self.where(phrase)].start : phrase.start].strip()
        things = asked is not None or not _PEOPLE.search(words)
        if alone and things and _FLOOR.match(words) and context.reading.get("count", 1) == 1:
            context.reading["count"] = phrase.data["count"]
            context.marks.append(("count", phrase.start, phrase.end))
        else:
            context.notes.append("amount_left")

    @staticmethod
    def _fits(context: Slot, data: dict[str, Any], every: str) -> bool:
        """Whether a detail (5日前, 9:00前) completes a period that is still open (每月, 每天)."""
        own = str(context.reading.get("every", ""))
        if context.rule is not None or own not in _SIZES or every not in _SIZES:
            return False
        if DATED & set(data):
            in_ten = own == "ten_days" and "month_days" in data  # 每旬逢5、10日
            return context.open and (in_ten or _SIZES.index(every) <= _SIZES.index(own))
        if "shift" in data and own not in ("day", "shift"):
            return bool(rules.AROUND & set(data)) and not context.open
        return not TIMED & set(context.reading)

    def _stands_alone(self, phrase: Phrase) -> bool:
        data, after = phrase.data, self.after(phrase)
        if "marks" in data:
            return not re.match(r"奖|红包|分红|假|旺季|淡季", after)
        if "shift" in data:
            return not re.match(r"(?:管理|工作|准备工作?|培训|教育|制度|要求|流程|环节)$", after)
        edge = "bound" in data or "window" in data or data.get("clock_bound") is not None
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
            yearly = context.reading.get("every") == "year" and lookalikes.FESTIVAL.fullmatch(between)
            if not yearly and not lookalikes.COMES.fullmatch(between):
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

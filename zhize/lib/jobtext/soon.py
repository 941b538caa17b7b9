"""Slots of what is owed once something has happened, and the order in which phrases are taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from zhize.lib.jobtext import lookalikes, segments
from zhize.lib.jobtext.often import Often
from zhize.lib.jobtext.slots import TIMED
from zhize.lib.jobtext.times import targets
from zhize.lib.jobtext.times.scan import Phrase

_DONE = (
    r"上报|报|提交|上交|交|移交|完成|办结|处理|回复|答复|反馈|汇报|通知|录入|登记|归档|存档|清|整改|解决|送|发|开具|入账|入库|缴|结|"
    r"核对|填写|上传|告知|回访|跟进|安排|转|派|更新|汇总|总结|复盘|发布|公布|清洗|消毒|审核|审批|做|整理|关闭|联系|补|记录|召开|检查|盘点|还|退|存|书面|填|办|签|验收|确认|落实|核查|核实|封存|查|跟进|分送|分发|分办|领|换|拨|购|排|拍|修复|修好|恢复|上缴|到场|入|出"
)
_ACT = re.compile(
    rf"(?:前|内|须|应|必须|需|要|将|由|再|就|予以|给予|进行|及时|统一|主动|逐一|电话|书面|短信|当面|,|，|:)*(?:{_DONE})"
)
_IN_SHIFT = re.compile(
    r"(?:必须|须|应|要|即|就)?(?:完成|处理|办结|解决|上报|报告|登记|交接|填写|移交|录入|清理|记录|整改|修复|恢复|清点|回复|答复|解缴|交清|缴清|结清|上缴)(?!人|员|率)"
)
_ARRIVE = re.compile(r"(?:就|必须|须|应|要)?(?:到|上|接|换|交)(?:岗|班)|到位(?:做|进行|接|$)")
_HAPPENED = re.compile(
    r"[后时]$|(?:须|应|应当|需|要)(?:在|于)?$|(?:发布|下达|结束|到货|收到|签收|出院|出库|入库|发生|成交|送达|变更|交付|开业|撤场)$"
)
_TROUBLE = re.compile(r"(?:异常|问题|故障|不合格|差错|差异|投诉|隐患|缺陷|不符)[\u3400-\u9fff]{0,4}$")
_LATER = re.compile(
    r"(?:再次?|进行)?(?:加强|复查|复诊|复种|复检|复测|回访|随访|复核|补种|查|检|驱虫|免疫|注射)"
)
_AT_ONCE = re.compile(
    r"(?:出(?:样|具|报告|结果|货|餐|证|库)|送达|发货|发出|到货|办结|答复|回复|响应|到达|到场|上门|修复|交付|交货)(?!率|的|时|后|前)"
)
_NOT_SHORT = re.compile(r"每|[超不]|满|达|近|最|约|提前|累计|连续|工作$|上班$|保|存|经验|[隔前]$")
# 24小时内回复,疑难工单不超过5日: the same for cases of another kind.
_KIND_OF_CASE = re.compile(rf"(?!.*(?:特殊|例外|困难|延长|{lookalikes.DURATION}))[\u3400-\u9fff]{{2,10}}")
_LATEST = re.compile(r"(?:但|且|并)?(?:最迟|至迟|最晚|最长|最多)")
_DAILY = re.compile(r"日报|日结|日清|前一[日天]|上一[日天]|昨[日天]|每[日天]|当[日天]")


def _single(phrases: list[Phrase]) -> Iterator[Phrase]:
    """The phrases, one for each date of those that name several with different days."""
    for phrase in phrases:
        shared = {key: value for key, value in phrase.data.items() if key != "dates"}
        for month, day in phrase.data.get("dates", ()):
            yield replace(phrase, data={**shared, "months": [month], "month_days": [day]})
        if "dates" not in phrase.data:
            yield phrase


class Taker(Often):
    """Goes through the phrases of one clause: numbers first, then names of reports, then words without a number."""

    def numbers(self) -> list[Phrase]:
        """Take every phrase with a number or a named period; gives back the words without one."""
        adverbs = []
        for phrase in _single(self.phrases):
            segment = self.segments[segments.at(self.segments, phrase.start)]
            if phrase.kind == "length" and self._said_short(phrase):
                continue
            why = lookalikes.reason(phrase, self.text, segment.start, segment.end, self.opening(segment))
            if why is not None and not self._goes_on(phrase, why):
                self.refused.append((why, phrase))
            elif phrase.kind == "adverb":
                adverbs.append(phrase)
            elif phrase.kind == "free_day":
                self.free_day = phrase
            else:
                getattr(self, f"_{phrase.kind}")(phrase)
        return adverbs

    def _goes_on(self, phrase: Phrase, why: str) -> bool:
        """Whether what looks like a length or the past is another limit of what was just limited.

        15日内办结,最长不超过30日; 开席前3天确认菜单,前1天确认桌数.
        """
        index, last = self.where(phrase), self.slots[-1] if self.slots else None
        part, context = self.segments[index], self.context(index)
        if why == "hours" and phrase.data.get("every") == "working_day" and context is not None:
            # 每天工作日上午8:45前开门: how often is said, so that it says when.
            return context.open and context.segment == index and context.reading.get("every") == "day"
        if last is None or last.kind != "triggered" or self.segments[last.segment].sentence != part.sentence:
            return False
        lead = self.text[part.start : phrase.start].strip()
        if why == "past":
            return not lead and (last.target or {}).get("kind") == "before"
        if why != "duration" or not phrase.data.get("bare"):
            return False
        beside = last.segment == index - 1 and not self.after(phrase) and _KIND_OF_CASE.fullmatch(lead)
        return beside is not None or _LATEST.match(self.text, part.start) is not None

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
        target = targets.within(span)
        if target is None or self._at_the_latest(phrase, target):
            return
        self._unless_event(context, phrase)
        slot = self.add("triggered", phrase, "limit", target=target)
        slot.notes += ["either_limit"] * (span.other is not None) + ["range"] * span.ranged
        slot.notes += ["bare_limit"] * bool(phrase.data.get("bare"))

    def _ahead(self, phrase: Phrase) -> None:
        inside = phrase.data.get("window")
        if self._before_shift(phrase):
            return
        self._unless_event(self.context(self.where(phrase)), phrase)
        for span in (phrase.data["span"], *phrase.data.get("more", ())):
            target = targets.before(None if inside else span)
            if target is not None:
                slot = self.add("triggered", phrase, "limit", target=target)
                slot.notes += ["window"] * bool(inside) + ["time_left"] * ("at" in phrase.data)

    def _before_shift(self, phrase: Phrase) -> bool:
        """提前15分钟到岗: so long before one's own shift begins."""
        span, context = phrase.data["span"], self.context(self.where(phrase))
        minutes = {"minute": 1, "hour": 60}.get(span.unit)
        ahead = self.text.startswith("提", phrase.start)
        if minutes is None or not ahead or not _ARRIVE.match(self.after(phrase)):
            return False
        reading = {"every": "shift", "shift": "start", "before_minutes": int(span.number * minutes)}
        if context is not None and context.open and context.reading.get("every") in ("day", "shift"):
            context.reading |= {**reading, "every": context.reading["every"]}
            context.marks.append(("due", phrase.start, phrase.end))
        else:
            self.add("recurring", phrase, "due", reading=reading)
        return True

    def _delay(self, phrase: Phrase) -> None:
        target = targets.within(phrase.data["span"])
        if target is not None:
            self.add("triggered", phrase, "limit", target=target, notes=["delayed"])

    def _day(self, phrase: Phrase) -> None:
        data, context = phrase.data, self.context(self.where(phrase))
        follows = _HAPPENED.search(self.text[: phrase.start])
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
        trouble = data["at"] is None and _TROUBLE.search(self.text[: phrase.start]) is not None
        if (
            context is not None
            and not trouble
            and context.reading.get("every") in ("day", "working_day", "shift")
        ):
            done = self.text[context.marks[-1][2] : self.segments[context.segment].end]
            again = data["days"] == 1 and context.segment != self.where(phrase) and len(done) > 1
            if data["at"] is not None and not TIMED & set(context.reading) and not again:
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
        if data["days"] == 2 and data["at"] is None and self.text[: phrase.start].endswith("后"):
            self.add("triggered", phrase, "limit", target={"kind": "days", "days": 3})
            return  # 术后第三天 is counted from the day after.
        target = targets.day({**data, "working": "工作日" in self.text[phrase.start : phrase.end]})
        if not self._at_the_latest(phrase, target):
            self.add("triggered", phrase, "limit", target=target)

    def _at_the_latest(self, phrase: Phrase, target: dict[str, Any]) -> bool:
        """当日录入,最迟不晚于次日10点: the outer limit of what has just been said is the limit."""
        index = self.where(phrase)
        part, last = self.segments[index], self.slots[-1] if self.slots else None
        if last is None or last.kind != "triggered" or last.segment != index - 1:
            return False
        said = self.text[part.start : phrase.end]
        same = self.segments[last.segment].sentence == part.sentence
        if not same or self.after(phrase).strip() or not _LATEST.match(said):
            return False
        last.target = target
        last.marks.append(("limit", phrase.start, phrase.end))
        return True

    def _nth_day(self, phrase: Phrase) -> None:
        if self.text[: phrase.start].endswith("后"):
            self.add("triggered", phrase, "limit", target=targets.nth_day(phrase.data["days"]))

    def _said_short(self, phrase: Phrase) -> bool:
        """急件2小时出样, 首免后21天加强免疫: so long, and what is done then, with nothing between."""
        part, after = self.segments[self.where(phrase)], self.after(phrase)
        before, later = self.text[part.start : phrase.start], _LATER.match(after)
        if (
            (later and not before.endswith("后"))
            or not (later or _AT_ONCE.match(after))
            or _NOT_SHORT.search(before)
        ):
            return False
        target = targets.within(phrase.data["span"])
        if target is None:
            return False
        self.add("triggered", phrase, "limit", target=target, notes=["delayed" if later else "bare_limit"])
        return True

    def _span(self, phrase: Phrase) -> None:
        context = self.context(self.where(phrase))
        if context is None or context.reading.get("every") != phrase.data["of"]:
            self.add("triggered", phrase, "limit", target={"kind": "period_end", "of": phrase.data["of"]})

    def _own_shift(self, phrase: Phrase) -> None:
        if phrase.data.get("bare") and not _IN_SHIFT.match(self.after(phrase)):
            return  # 当班人员: whose, not when.
        if self.context(self.where(phrase)) is None and not self.after(phrase).startswith("的"):
            self.add("triggered", phrase, "limit", target={"kind": "shift_end"})

"""What starts a triggered duty: the words before the limit that name a thing that happens."""

from __future__ import annotations

import re

from zhize.lib.jobtext.segments import Segment

# Words that a clause of cause begins with, in work rules.
_CAUSE = re.compile(
    r"^(?:如果|如遇|如有|如|若|当(?![事班日天场月年地值])|遇到?有?|发现|出现|发生|接到|收到|接|凡|一旦|自|从|对于?|因|在|每次|有|得知|涉及|拿到|得到|"
    r"完成|经|客户|顾客|业主|患者|学生|员工)"
)
_ENDS = re.compile(r"(?:后|时|的|起|之日|者|情况|问题|完毕|前|结束|以后|之后|日)$")
_DATE = re.compile(
    r"到期|届满|期满|生日|节|会议|活动|开始|截止|有效期|纪念日|考试|检查|验收|上线|开业|出发|手术|入住|离店"
)
JOINT = (
    r"(?:并(?![网购联轨发])且?|且|同时|其中|负责(?!人)|要求|必须|应(?![急届收付聘用答战]|对措)当?|须(?!知)|需(?!求|方)要?|于|"
    r"在(?![职岗建线校编册途院读押库场用])|将(?![军来近])|把(?![关手握柄])|对(?![账帐公外讲手接方象口比联焦标]|应)于?)"
)
"""What only joins a part to the rest; never the beginning of another word (应急, 在职, 对账)."""
# 事后2日内: after what was named before in the clause.
_BACK = re.compile(r"事后|事发后|其后|此后|之后|随后|而后|然后")
_LEAD = re.compile(
    rf"^(?:{JOINT}|确保|保证(?!金)|做到|如(?![厕约期])果?|若(?!干)|当(?![事班日天场月年地值])|凡|"
    r"每年(?![度初末底中])(?=[\u3400-\u9fff]{2})|自(?![行助主动查检用有然身学驾营己])|从(?![业事属]|句)|,|\s)+"
)
_TAIL = re.compile(
    r"(?:,|(?<!合)并|且|必须|(?<![供反响相效回对])应|应当|(?<!必)须|(?<![急供所必])需|需要|(?<![需主重必摘纪概])要|于|(?<![存所现])在|"
    r"(?<!目)的|之|(?<![功性职技节智产])能|(?<!平)均|(?<!首)都|(?<![许认])可|(?<![室院店馆站国境校场市省])内|将|把|(?<![理事])由|"
    r"(?<![申邀聘])请|(?<![优领])先|最迟|之日起|之时起|(?<!发)起|\s)+$"
)


def before(
    text: str,
    segments: list[Segment],
    index: int,
    place: int,
    *,
    ahead: bool = False,
    inherited: tuple[str, int, int] | None = None,
) -> tuple[str, int, int] | None:
    """The event named before `place` (where the limit's words begin) in segment `index`, and where it stands.

    In the segment itself first (接到投诉后2小时内), then in those before it in the sentence, nearest first, where they
    name a cause; else the subject of the sentence. `ahead`: the limit runs before the event, so that it is a date.
    `inherited`: the event of the limit before in the sentence (10分钟内到场,1小时内上报 both run from one event).
    """
    own = _bare(text, segments[index].start, place)
    back = refers_back(text, segments[index])
    if own is not None and _tells(own[0]) and not back:
        return own
    if inherited is not None:
        return inherited
    same = segments[index].sentence
    earlier = [part for part in range(index - 1, -1, -1) if back or segments[part].sentence == same]
    shown = [_bare(text, segments[part].start, segments[part].end) for part in earlier]
    if ahead:
        dates = [found for found in shown if found is not None and _DATE.search(found[0])]
        if dates:
            return dates[0]
    for part, found in zip(earlier, shown, strict=True):
        words = text[segments[part].start : segments[part].end].strip()
        if found is not None and (_CAUSE.match(words) or _ENDS.search(words)):
            return found
    if back:
        return None  # What 事后 refers to is no event that could be read.
    return own or next((found for found in shown if found is not None), None)


def refers_back(text: str, segment: Segment) -> bool:
    """Whether a segment runs from an event that stands before it (事后2日内, 随后10分钟内)."""
    return _BACK.match(text[segment.start : segment.end].strip()) is not None


def _tells(words: str) -> bool:
    return bool(_ENDS.search(words) or len(words) >= 4 or _CAUSE.match(words))


def _bare(text: str, start: int, end: int) -> tuple[str, int, int] | None:
    """The words without what only joins them to the rest."""
    words = text[start:end]
    lead = _LEAD.match(words)
    start += lead.end() if lead else 0
    words = text[start:end]
    tail = _TAIL.search(words)
    end = start + tail.start() if tail and tail.start() > 0 else end
    words = text[start:end]
    return (words, start, end) if len(words.strip()) >= 2 else None

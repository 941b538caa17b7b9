"""Who gets what a duty produces, and who decides on it, as the clause names them."""

from __future__ import annotations

import re

# Words that people and units end with.
_END = (
    r"(?:经理|主管|主任|专员|管理员|员|领导|负责人|财务|会计|出纳|总监|院长|校长|园长|店长|站长|馆长|所长|机长|船长|领班|队长|班长|组长|部长|处长|科长|厂长|"
    r"护士长|厨师长|行长|局长|上级|总经理|总裁|董事会|董事长|部门|部(?!门|分|署|件)|室(?!内|外)|处(?!理|置|罚|方)|科(?!学)|"
    r"组(?!织)|中心|公司|集团|总部|局(?!限)|所(?!有|属|需)|客户|业主|"
    r"人力资源|人事|仓库|品质(?!量)|采购|技术|副总|老板|家长|医生|医师|值班人员|责任人|相关人员|用户|顾客|患者|客人|副理|代表|助理|秘书|主办|干事|老师)"
    r"(?![\u3400-\u9fff]{0,2}(?:经理|主管|主任|副总|长(?!期)|负责人|领导|人员|管理员|员(?!工)))"
)
_NO_PAPER = r"(?![\u3400-\u9fff]{0,4}(?:表|单|报告|记录|计划|档案|资料|制度|意见|汇总|情况|信息|需求|反馈))"


def _who(end: str) -> str:
    return (
        rf"(?P<who>(?:[\u3400-\u9fffa-z/]{{0,10}}?){end}(?:(?:及|和|、|或|与)[\u3400-\u9fff]{{1,10}}?{end})*)"
    )


WHO = _who(_END + _NO_PAPER)
_TOLD = r"(?:及时)?(?:提交|上报|报告|汇报|反馈|通报|报送|请示|反映|报备|说明)"
_GIVEN = (
    r"(?:报送给?|上报给?|报告给?|提交给?|上交给?|移交给?|转交给?|传递给|汇报给|反馈给|反馈到|通报给?|发送给|告知|知会|通知|"
    r"抄送|呈报|送达|转发|报给?|交给?|送给?|发给|转|至)(?:到|至|给)?"
)
_RECEIVERS = (
    # 向馆长提交月度报告: who is told stands right before the word for telling, whatever follows it.
    re.compile(rf"向(?:本部门|所属)?{_who(_END)}{_TOLD}(?!的)"),
    re.compile(rf"对(?:本部门|所属)?{WHO}{_TOLD}"),
    re.compile(rf"{_GIVEN}(?!报|告|呈|交给|送给|及|与|并){WHO}"),
)
_ACCEPTORS = (
    re.compile(
        rf"(?:报|交|送|呈|经|由|请|须经|需经){WHO}(?:负责)?(?:审核|审批|批准|核准|签字|审定|稽核|验收|审阅|复核|确认|同意|签批|审查)"
    ),
)
_THRESHOLD = re.compile(
    r"(?:(?:单笔|单次|单价|一次性)?(?:金额|费用|单价|数量|差异|误差|库存|余额|温度|湿度|损失|采购额|差额|货值|价值|亏损|延误|逾期|缺勤)"
    r"[\u3400-\u9fff]{0,3}(?:超过|大于|高于|低于|不足|小于|达到?|满|超出|少于)\s*(?:人民币)?\d+(?:\.\d+)?\s*"
    r"(?:万元|元|%|℃|度|件|吨|人|箱|天|小时|分钟|万)?(?:以上|以下)?)"
    r"|(?:\d+(?:\.\d+)?(?:万元|元|万)(?:及)?(?:以上|以下|以内))"
)
# 合格率不低于95%: a mark to reach or not to pass.
_RATE_NAME = (
    r"(?:一次|首次|平均|综合|整体|客户|顾客|用户|员工|宾客|患者|家长|服务|处理|办结|考核|考试|检查|抽查|抽检|盘点|水质|设备|投诉)*"
    r"(?:[\u3400-\u9fff]{2}率|[\u3400-\u9fff]{2}(?:比例|占比|比率)|满意度|完好度|准确度|知晓度|合格比)"
)
_REACHED = (
    r"(?:[应须需要均都也在为至到达]|必须|应当|保持|维持|稳定|控制|力争|确保|不[得能应可]?(?:低于|少于|小于|超过|高于|大于)|"
    r"高于|大于|超过|低于|小于|[≥≤><=:,\s])*"
)
_PERCENT = r"(?:\d+(?:\.\d+)?\s*%|百分之[\d一二三四五六七八九十百点]+)"
_RATE = re.compile(
    rf"{_RATE_NAME}{_REACHED}{_PERCENT}(?:及?以[上下内])?|{_PERCENT}(?:及?以[上下内])?的?{_RATE_NAME}"
)
_RATE_BEFORE = re.compile(rf"{_RATE_NAME}{_REACHED}$")
_RATE_AFTER = re.compile(rf"(?:及?以[上下内])?的?{_RATE_NAME}")
_MARK = re.compile(
    rf"[,、和及与且\s]*(?:确保|保证|保持|力争|做到|实现|使)?(?P<of>[\u3400-\u9fffa-z、]{{0,16}}?){_RATE_NAME}(?:指标)?{_REACHED}{_PERCENT}(?:及?以[上下内])?"
)
_DOES = re.compile(
    r"组织|进行|开展|统计|检查|抽查|检测|核对|考核(?=.*考核)|分析|上报|提交|编制|填写|汇总|召开|完成|测评|评估|公布|对"
)
# 抽查比例不低于25%: how many of them are looked at.
_SAMPLING = re.compile(
    r"(?:抽查|抽检|抽取|抽样|抽测|抽盘|抽审|回访|走访|拜访|随访|访问|家访|巡查|检查|巡检|复查|复检|调查|覆盖|盘点|取样|采样)(?:率|比例|占比|比率)"
)
Span = tuple[str, int, int]


def rate(text: str, start: int, end: int) -> str | None:
    """What a percentage between two places is, where the name of a rate stands beside it: "mark" (合格率不低于95%) or
    "sample" (抽查率不低于25%); None without one."""
    beside = _RATE_BEFORE.search(text[max(0, start - 40) : start]) or _RATE_AFTER.match(text, end)
    if beside is None:
        return None
    return "sample" if _SAMPLING.match(_name_of(beside.group())) else "mark"


def is_mark(part: str, start: int, end: int) -> bool:
    """Whether a part of a sentence says only what a rate must be, whatever stands between two places of it (每年)."""
    words = part[start:end]
    share = re.search(rf"(?:[≥≤><=]|不[应得]?[低少小超高大]|达到?|为|至少)*[于过]?\s*{_PERCENT}", words)
    plain = f"{part[:start]}{share.group() if share else ''}{part[end:]}".strip()
    found = _MARK.fullmatch(plain)
    return found is not None and not _DOES.search(found.group("of")) and not _SAMPLING.search(plain)


def does_more(rest: str) -> bool:
    """Whether what follows the mark of a rate in its sentence is something to do, not the mark of another rate."""
    return _DOES.search(_RATE.sub("", rest)) is not None


def _name_of(words: str) -> str:
    """The rate's own name without what it is about: 抽查合格率 is 合格率."""
    found = re.search(r"[\u3400-\u9fff]{2}(?:率|比例|占比|比率)", words)
    return found.group() if found else ""


def receiver(text: str, start: int, end: int) -> Span | None:
    """Who gets it, and where that stands."""
    return _first(_RECEIVERS, text, start, end)


def acceptor(text: str, start: int, end: int) -> Span | None:
    """Who approves or checks it, and where that stands."""
    return _first(_ACCEPTORS, text, start, end)


def threshold(text: str, start: int, end: int) -> Span | None:
    """The condition with a number under which it holds (金额超过5000元), else the mark to reach (合格率不低于95%), and
    where it stands."""
    marks = (found for found in _RATE.finditer(text, start, end) if not _SAMPLING.search(found.group()))
    match = _THRESHOLD.search(text, start, end) or next(marks, None)
    return (match.group(), match.start(), match.end()) if match else None


def _first(patterns: tuple[re.Pattern[str], ...], text: str, start: int, end: int) -> Span | None:
    for pattern in patterns:
        match = pattern.search(text, start, end)
        if match is not None:
            return match.group("who"), match.start("who"), match.end("who")
    return None

"""Who gets what a duty produces, and who decides on it, as the clause names them."""

from __future__ import annotations

import re

# Words that people and units end with.
_END = (
    r"(?:经理|主管|主任|专员|管理员|员|领导|负责人|财务|会计|出纳|总监|院长|校长|园长|店长|站长|队长|班长|组长|部长|处长|科长|厂长|"
    r"护士长|厨师长|行长|局长|上级|总经理|总裁|董事会|董事长|部门|部(?!门|分|署|件)|室(?!内|外)|处(?!理|置|罚|方)|科(?!学)|"
    r"组(?!织)|中心|公司|集团|总部|局(?!限)|所(?!有|属|需)|客户|业主|"
    r"人力资源|人事|仓库|品质|采购|技术|副总|老板|家长|医生|医师|值班人员|责任人|相关人员|用户|顾客|患者|客人|副理|代表|助理|秘书|主办|干事|老师)"
    r"(?![\u3400-\u9fff]{0,2}(?:经理|主管|主任|副总|长(?!期)|负责人|领导|人员|管理员|员(?!工)))"
    r"(?![\u3400-\u9fff]{0,4}(?:表|单|报告|记录|计划|档案|资料|制度|意见|汇总|情况|信息|需求|反馈))"
)
_WHO = (
    rf"(?P<who>(?:[\u3400-\u9fffa-z/]{{0,10}}?){_END}(?:(?:及|和|、|或|与)[\u3400-\u9fff]{{1,10}}?{_END})*)"
)
_GIVEN = (
    r"(?:报送给?|上报给?|报告给?|提交给?|上交给?|移交给?|转交给?|传递给|汇报给|反馈给|反馈到|通报给?|发送给|告知|知会|通知|"
    r"抄送|呈报|送达|转发|报给?|交给?|送给?|发给|转|至)(?:到|至|给)?"
)
_RECEIVERS = (
    re.compile(
        rf"(?:向|对)(?P<to>本部门|所属)?{_WHO}(?:及时)?(?:提交|上报|报告|汇报|反馈|通报|报送|请示|反映|报备|说明)"
    ),
    re.compile(rf"{_GIVEN}{_WHO}"),
)
_ACCEPTORS = (
    re.compile(
        rf"(?:报|交|送|呈|经|由|请|须经|需经){_WHO}(?:负责)?(?:审核|审批|批准|核准|签字|审定|稽核|验收|审阅|复核|确认|同意|签批|审查)"
    ),
)
_THRESHOLD = re.compile(
    r"(?:(?:单笔|单次|单价|一次性)?(?:金额|费用|单价|数量|差异|误差|库存|余额|温度|湿度|损失|采购额|差额|货值|价值|亏损|延误|逾期|缺勤)"
    r"[\u3400-\u9fff]{0,3}(?:超过|大于|高于|低于|不足|小于|达到?|满|超出|少于)\s*(?:人民币)?\d+(?:\.\d+)?\s*"
    r"(?:万元|元|%|℃|度|件|吨|人|箱|天|小时|分钟|万)?(?:以上|以下)?)"
    r"|(?:\d+(?:\.\d+)?(?:万元|元|万)(?:及)?(?:以上|以下|以内))"
)
Span = tuple[str, int, int]


def receiver(text: str, start: int, end: int) -> Span | None:
    """Who gets it, and where that stands."""
    return _first(_RECEIVERS, text, start, end)


def acceptor(text: str, start: int, end: int) -> Span | None:
    """Who approves or checks it, and where that stands."""
    return _first(_ACCEPTORS, text, start, end)


def threshold(text: str, start: int, end: int) -> Span | None:
    """The condition with a number under which it holds (金额超过5000元), and where it stands."""
    match = _THRESHOLD.search(text, start, end)
    return (match.group(), match.start(), match.end()) if match else None


def _first(patterns: tuple[re.Pattern[str], ...], text: str, start: int, end: int) -> Span | None:
    for pattern in patterns:
        match = pattern.search(text, start, end)
        if match is not None:
            return match.group("who"), match.start("who"), match.end("who")
    return None

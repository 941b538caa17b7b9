"""What looks like a deadline and is none: the reason, or None where the words stand for what they say.

From issue 3 D: durations, retention, entitlements, thresholds and authority, experience, names of indicators, warranty
periods, working hours, service hotlines, dates of papers. The reasons are codes of `doubts`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhize.lib.jobtext import people
from zhize.lib.jobtext.times.scan import Phrase

_NUMBER = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十半]+)"
_RETENTION = re.compile(r"保存|保管|留存|保留|存放|存档|归档|备查|存储|封存|留样|存期")
_EXPERIENCE = re.compile(r"经验|经历|从业|工龄|任职|学历|工作满|驾龄|从事|执业|党龄|教龄|资历")
_ENTITLED = re.compile(
    r"年假|产假|婚假|丧假|带薪|休假|享受|享有|底薪|月薪|年薪|薪资|补贴|津贴|补助|福利|社保|五险|双休|轮休|月休|休息|调休|工资\d|提供食宿"
)
_WARRANTY = re.compile(
    r"保修|质保|包修|有效期|合同期|租期|试用期|保质期|期限为|任期|聘期|服务期|免费期|账期|合同期限|无理由|理赔期|犹豫期|冷静期"
)
_HOURS = re.compile(
    r"工作制|上班时间|营业时间|热线|工作时间|值班|待命|在线|不间断|全天候|轮班|倒班|开机|作息|小时制|小时服务|监控|运转|运行|供[水电暖]|值守"
)
_AUTHORITY = re.compile(r"有权|权限|假|请休|核准")
_DECIDES = re.compile(r"权|审批|批准")
DURATION = (
    r"培训|时长|历时|持续|连续|停留|逗留|通话|会议|课程|学习|煮|蒸|浸泡|消毒|加热|冷藏|静置|晾|保温|休息|站立|工作\d|演练|用餐|午休|茶歇|"
    r"洗手|冲洗|照射|开窗|通风|预热|烘|醒发|腌制|驾驶|巡视时间|会客|探视|探访|会谈|面谈|停放|停车|停机|中断|占用|借用|外出|离岗|发言|播放|训练|加班"
)
"""Words of what lasts: so long is how long it takes."""
_DURATION = re.compile(DURATION)
# 2个月内不再消费: a state that lasts, no thing to do (seed 003:169).
_STATE = re.compile(
    r"^仍?(?:未|没|无法|不能)|不再|未再|没有|未发生|未消费|未出现|均未|无任何|无交易|累计|连续|内发生|无事故|无投诉"
)
# 7日内可申请退款: what somebody may do, and nobody owes.
_MAY = re.compile(
    r"(?:凭[\u3400-\u9fff]{1,6})?(?:均|都|仍)?可以?(?:申请|无理由|享受|退|换|续|凭|免费|领取|兑换|提出|选择|取消|改签|预约)"
)
_LASTING = re.compile(
    r"(?:近|最近|过去|工作|满|累计|连续|每次|达到?|超过|长达|历时|为期|试用期|有效期|保质期|期限|保修期|质保期|合同期)(?:为|的)?$"
)
_INDICATOR = re.compile(r"^(?:之?内)?[\u3400-\u9fff]{0,8}?(?:(?<![利汇税费频])率|达标|比例|占比|指数)")
# 平均办理时间控制在2分钟以内: a figure to reach.
_MEAN = re.compile(r"平均[\u3400-\u9fff]{1,10}(?:为|在|于|应|须)*$")
# 18:00前收半日房费, 逾期每天每册0.1元: what is charged.
_CHARGED = re.compile(
    r"(?:[加只]?收(?:取|费)|计费|按)?[\u3400-\u9fff]{0,4}?(?:[半全][日天价额][\u3400-\u9fff]{0,3}费|\d+(?:\.\d+)?元)"
)
_STAFF = re.compile(r"每(?:班|班次|岗|台|组)\d+[人名]$")
_STATISTIC = re.compile(r"(?:达到?|约|超过|逾|近)\d+(?:\.\d+)?(?:万|亿|余)|用户.{0,6}\d+万|日均|月均")
_ANSWERED = re.compile(
    r"到|达|响应|答复|回复|完成|处理|解决|时限|办理|办结|接听|接通|恢复|修复|出餐|上菜|退房|结账|送|反馈|整改|周期|上报|等待|等候|滞留|时间$|用时$|耗时$"
)
_LEAVE = re.compile(
    r"^(?:的)?(?:请|休|年|病|事)?(?:请休)?假|^的.{0,4}(?:权限|审批)|^的?(?:小额|费用|采购|支出)"
)
_DEPOSIT = re.compile(r"^(?:存款|储蓄|存单|保险|合同|贷款|理财|航班|班车|刊物)")
FESTIVAL = re.compile(
    r"(?:元旦|春节|新春|清明|劳动节|五一|端午|中秋|国庆|圣诞|新年|妇女节|儿童节|教师节|重阳|元宵)节?"
)
COMES = re.compile(
    r"(?:开始|到期|届满|期满|活动|会议|节|日|考试|手术|出发|入住|离店|到店|抵达|签约|验收|开业|上线|结束|生日|检查|搬迁|施工|上岗|交付|发货|开庭|演出|"
    r"[到抵离返出入][店院港站境校馆场职]|起飞|降落|会|开课|开播|直播|续约|召开|培训|报到|面试|出院|入院|毕业|开学|放假|体检|检修|停水|停电|截止|航班|行程|出行|开航|开船|发车|登机|开映|开场|放映|比赛|赛事|仪式|典礼|开幕|开标|值机|团队|旅行|接待)$"
)
"""Words of what is known to come: a number of days before it is counted from it."""
_CHECKED_LATER = re.compile(
    r"[,，]?(?:应|须|需|要|再|由)?(?:进行|做|电话|上门)?"
    r"(?:回访|回复|跟踪|复查|复核|检查|随访|通知|联系|复检|复测|评估|验收|确认)"
)
_HOURS_AFTER = re.compile(
    rf"(?:的)?(?:工作|上班|营业|服务|休息|休|值班|运行|开放|不少于|不超过|最多|不得超过)*{_NUMBER}个?(?:小时|天|日)"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A phrase in the part of the clause between commas; `sentence` is what stands before it in the whole
    sentence, `rest` what follows that part in it."""

    phrase: Phrase
    part: str
    before: str
    after: str
    sentence: str
    rest: str


def reason(phrase: Phrase, text: str, start: int, end: int, opening: int) -> str | None:
    """Why a phrase is no deadline. It stands between `start` and `end`; its sentence begins at `opening`."""
    place = Place(
        phrase,
        text[start:end],
        text[start : phrase.start],
        text[phrase.end : end],
        text[opening : phrase.start],
        re.split(r"[。;!?]", text[end:])[0],
    )
    if phrase.kind == "date":
        return "date"
    if re.search(r"享受|享有", place.sentence):
        return "entitlement"
    if phrase.kind == "length":
        return _length(place.part)
    if phrase.kind == "adverb":
        return _adverb(place)
    if text[phrase.end - 1] == "的" and phrase.kind != "period":
        return "definition"  # 16点前的订单, 24小时内的投诉: which ones, not until when.
    if phrase.kind in ("period", "detail"):
        return _period(place)
    return _limit(place) if phrase.kind in ("limit", "ahead", "day", "span", "delay") else None


def _length(part: str) -> str:
    """An amount of time without 内, 前 or 后 is never a deadline; why, is for the reader."""
    for code, pattern in (
        ("authority", _DECIDES), ("retention", _RETENTION), ("experience", _EXPERIENCE), ("entitlement", _ENTITLED),
        ("warranty", _WARRANTY), ("hours", _HOURS), ("authority", _AUTHORITY), ("indicator", re.compile("率|指标")),
    ):  # fmt: skip
        if pattern.search(part):
            return code
    return "duration"


def _adverb(place: Place) -> str | None:
    """准确、及时 as a quality (信息传递的及时), 及时率 as an indicator, 定期存款 as a thing."""
    if re.match(r"性|率|度|与否", place.after) or re.search(r"是否$|不$", place.before):
        return "indicator"
    if place.before.endswith("的") and re.match(
        r"(?:[、和与](?:准确|有效|完整|安全|到位|高效)|$)", place.after
    ):
        return "indicator"
    return "definition" if _DEPOSIT.match(place.after) or re.match("生效|失效|到账", place.after) else None


def _limit(place: Place) -> str | None:
    phrase, before, after = place.phrase, place.before, place.after
    if _INDICATOR.match(after) or _MEAN.search(before):
        return "indicator"
    if _LEAVE.match(after) or (phrase.kind == "limit" and before.endswith("假")):
        return "authority"
    lasting = phrase.kind in ("limit", "span", "delay") and _LASTING.search(before)
    if lasting or re.match(r"以上|工作经验|毕业|有过|无重大|的经验", after):
        return "definition"
    if phrase.kind == "limit" and _MAY.match(after):
        return "entitlement"
    if _others(place):
        return "others"
    if phrase.kind == "limit" and re.match(r"(?:有|无)效|(?:食用|饮用|使用|用)(?:完|尽)", after):
        return "warranty"
    if re.match(r"(?:起|开始)[,，]?(?:禁止|停止|不得|暂停|不再|限制)", after):
        return "duration"
    if phrase.kind == "limit" and _STATE.search(after):
        return "definition"
    if phrase.kind == "limit" and re.search(r"有效|保修|质保|试用|保质", before):
        return "warranty"
    if phrase.data.get("bare"):
        return _bare(before, after)
    if (
        phrase.kind == "ahead"
        and "window" in phrase.data
        and phrase.data["span"].unit == "day"
        and phrase.data["span"].number == 1
        and not COMES.search(before)
        and ("1" not in _words(place) or after.startswith("的") or _LOOKS_BACK.search(before))
    ):
        return "past"  # 统计前一天的营业额 looks back, 开业前一天 ahead.
    if phrase.data.get("loose") and phrase.data["span"].unit in ("month", "year", "quarter"):
        return "past"
    return "duration" if phrase.kind == "delay" and not _CHECKED_LATER.match(after) else None


# Customers and goods, what they do, and what is done to them: 旅客须在起飞前40分钟办妥手续, 退货商品须在7天内完好退回.
_OTHERS = re.compile(
    r"(?:^|[,，(（。;；])(?:如|若|凡|要求|提醒|请)?(?:[\u3400-\u9fff]{0,6}(?:旅客|乘客|客户|顾客|客人|宾客|来宾|访客|患者|病人|学员|考生|业主|住户|"
    r"租户|会员|读者|观众|儿童|[游泳食住租乘旅]客|车主|家长|当事人|申请人|买家|买方|用户|收件人|寄件人|借阅者|商品|货物|物品|产品|图书|样机|票据?))"
    r"(?:本人|自己)?(?:均|都|也)?(?:应当?|须|需|必须|要|得|可|请)(?:于|在)?(?:(?!由|安排|组织|通知)[\u3400-\u9fff]){0,8}$"
)
# 复核申请应于成绩公布后3日内提出: whoever applies.
_ASKED = re.compile(r"(?:申请|异议)(?:应当?|须|需|必须)(?:于|在)?[\u3400-\u9fff]{0,8}$")
_THEIRS = re.compile(
    r"(?:[\u3400-\u9fff]{0,6}?)(?:办妥|退货|退回|退换|换货|寄回|归还|取回|取走|提取|提走|领取|自提|缴纳|缴费|付款|支付|付清|食用|饮用|使用|提出|申请|"
    r"预约|预订|报名|到场|到达|抵达|到店|签到|入住|退房|离店|携带|提供|离开|退场|离场|撤离|出示|购票|补票|取票|凭|补交|补缴|投诉|反馈意见|登机|安检)"
)


def _others(place: Place) -> bool:
    """Whether customers or goods are what the limit holds for, and not somebody who works here."""
    joint = re.match("[须应必要需在于]*", _words(place))
    lead = place.before + (joint.group() if joint else "")
    asked = place.phrase.kind == "limit" and _ASKED.search(lead) is not None
    return bool((asked or _OTHERS.search(lead)) and _THEIRS.match(place.after))


# 统计前1天营业额 and 前1天预约的客人 look back; 抵店前1天 does not.
_LOOKS_BACK = re.compile(
    r"(?:^|[、和及与对将把]|统计|核对|汇总|检查|查看|分析|上报|整理|登记|复核|处理|完成|提交|核算|结算|清点)$"
)


def _words(place: Place) -> str:
    """The words of the phrase itself."""
    return place.part[len(place.before) : len(place.part) - len(place.after)]


def _bare(before: str, after: str) -> str | None:
    """不得超过5分钟 after an arrival or an answer is a limit (seed 001:231), after a talk or a stop a length."""
    if _RETENTION.search(before):
        return "retention"
    if _LEAVE.match(after) or re.search(r"(?<!节)假(?!日)|金额|权限", before):
        return "authority"
    if _DURATION.search(before) and not re.search(r"等候|等待", before):
        return "duration"
    return None if _ANSWERED.search(before) or _ANSWERED.match(after) else "duration"


def _period(place: Place) -> str | None:
    part, data = place.part, place.phrase.data
    if "clocks" in data and re.fullmatch(
        r"(?:上|下)班|(?:开|关)门|营业|打烊|(?:开|闭)(?:店|馆)", place.after
    ):
        return "hours"
    if _STATISTIC.search(part) or _CHARGED.match(place.after):
        return "statistic"
    if _STAFF.fullmatch(part.strip()):
        return "hours"
    if _HOURS_AFTER.match(place.after):
        return "hours" if re.search(r"工作|上班|营业|服务|开放|值班|运行", part) else "entitlement"
    if re.search(r"带薪|年假|补贴|底薪|可休|休假|双休|福利", part) or re.match(
        r"(?:\d|人)?.{0,3}薪", place.after
    ):
        return "entitlement"
    if _MAY.match(place.after):
        return "entitlement"
    if _INDICATOR.match(place.after) and not re.search(r"统计|汇总|分析|计算|上报|检查|考核|编制", part):
        return "indicator"
    if place.phrase.kind == "period":
        mark = people.is_mark(part, len(place.before), len(part) - len(place.after))
        return "indicator" if mark and not people.does_more(place.rest) else None
    if re.search(r"每[天日周班晚早个]", place.sentence):
        return None
    if (
        "window" in data
        and not place.sentence
        and re.match(r"(?:在[\u3400-\u9fff]{2,8})?(?:接待|检查|巡|组织|接送|值守|清点)", place.after)
    ):
        return None  # 7:50-8:20在门口接待幼儿
    if "window" in data or ("weekdays" in data and len(data["weekdays"]) > 3 and "bound" not in data):
        return None if re.search(r"检查|巡|召开|提交|收|发", place.after) else "hours"
    return "date" if "months" in data and "month_days" in data and "bound" not in data else None

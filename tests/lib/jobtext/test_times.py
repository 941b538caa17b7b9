"""The grammar of time words, form by form: how often, when in the period, how soon, and the defaults (requirements §0)."""

from __future__ import annotations

from typing import Any

import pytest

from zhize.lib.jobtext import duties
from zhize.lib.jobtext.cleaning import working
from zhize.lib.jobtext.times import rules
from zhize.lib.jobtext.times.scan import scan

PERIODS: list[tuple[str, dict[str, Any]]] = [
    # Periods.
    ("每日", {"every": "day", "due": "shift_end"}),
    ("每天", {"every": "day", "due": "shift_end"}),
    ("每個工作日", {"every": "day", "workdays_only": True, "due": "shift_end"}),
    ("隔日", {"every": "day", "interval": 2, "due": "shift_end"}),
    ("每隔一天", {"every": "day", "interval": 2, "due": "shift_end"}),
    ("每三天", {"every": "day", "interval": 3, "due": "shift_end"}),
    ("3天一次", {"every": "day", "interval": 3, "due": "shift_end"}),
    ("逐日", {"every": "day", "due": "shift_end"}),
    ("每班", {"every": "shift", "due": "shift_end"}),
    ("每周", {"every": "week", "due": "period_end"}),
    ("每星期", {"every": "week", "due": "period_end"}),
    ("每两周", {"every": "week", "interval": 2, "due": "period_end"}),
    ("隔周", {"every": "week", "interval": 2, "due": "period_end"}),
    ("每旬", {"every": "ten_days", "due": "period_end"}),
    ("每半月", {"every": "half_month", "due": "period_end"}),
    ("每半个月", {"every": "half_month", "due": "period_end"}),
    ("每月", {"every": "month", "due": "period_end"}),
    ("按月", {"every": "month", "due": "period_end"}),
    ("两月一次", {"every": "month", "interval": 2, "due": "period_end"}),
    ("每三个月", {"every": "month", "interval": 3, "due": "period_end"}),
    ("每季", {"every": "quarter", "due": "period_end"}),
    ("每季度", {"every": "quarter", "due": "period_end"}),
    ("每半年", {"every": "half_year", "due": "period_end"}),
    ("半年一次", {"every": "half_year", "due": "period_end"}),
    ("每年", {"every": "year", "due": "period_end"}),
    ("每两年", {"every": "year", "interval": 2, "due": "period_end"}),
    # Days of the week.
    ("每周五", {"every": "week", "due": "on", "weekdays": ["fri"]}),
    ("每周五前", {"every": "week", "due": "by", "weekdays": ["fri"]}),
    ("每週一、三、五", {"every": "week", "due": "on", "weekdays": ["mon", "wed", "fri"]}),
    ("每周二和周四", {"every": "week", "due": "on", "weekdays": ["tue", "thu"]}),
    ("每星期天", {"every": "week", "due": "on", "weekdays": ["sun"]}),
    ("每周一至周五", {"every": "week", "due": "on", "weekdays": ["mon", "tue", "wed", "thu", "fri"]}),
    ("逢周三", {"every": "week", "due": "on", "weekdays": ["wed"]}),
    # Days of the month.
    ("每月5日前", {"every": "month", "due": "by", "month_days": [5]}),
    ("每月5號之前", {"every": "month", "due": "by", "month_days": [5]}),
    ("每月十五日前", {"every": "month", "due": "by", "month_days": [15]}),
    ("每月廿五日", {"every": "month", "due": "on", "month_days": [25]}),
    ("每月26日", {"every": "month", "due": "on", "month_days": [26]}),
    ("每月10日、20日", {"every": "month", "due": "on", "month_days": [10, 20]}),
    ("每月10、20、30日", {"every": "month", "due": "on", "month_days": [10, 20, 30]}),
    ("每月1日至5日", {"every": "month", "due": "by", "month_days": [5]}),
    ("每月1-5日", {"every": "month", "due": "by", "month_days": [5]}),
    ("每月前5日", {"every": "month", "due": "by", "month_days": [5]}),
    ("最迟每月8日", {"every": "month", "due": "by", "month_days": [8]}),
    ("每月不迟于8日", {"every": "month", "due": "by", "month_days": [8]}),
    ("每月最后一天", {"every": "month", "due": "on", "month_days": [-1]}),
    ("次月5日前", {"every": "month", "due": "by", "month_days": [5]}),
    ("每月末", {"every": "month", "due": "period_end"}),
    ("每月底前", {"every": "month", "due": "period_end"}),
    ("当月末", {"every": "month", "due": "period_end"}),
    ("每月初", {"every": "month", "due": "by", "month_days": [5]}),
    ("每月上旬", {"every": "month", "due": "by", "month_days": [10]}),
    ("每月中旬", {"every": "month", "due": "by", "month_days": [20]}),
    ("每月下旬", {"every": "month", "due": "by", "month_days": [-1]}),
    ("每月上半月", {"every": "month", "due": "by", "month_days": [15]}),
    # Working days.
    ("每月第3个工作日", {"every": "month", "due": "on", "nth_working_day": 3}),
    ("每月前5个工作日内", {"every": "month", "due": "by", "nth_working_day": 5}),
    ("每月最后一个工作日", {"every": "month", "due": "on", "nth_working_day": -1}),
    ("每月倒数第2个工作日前", {"every": "month", "due": "by", "nth_working_day": -2}),
    ("每月首个工作日", {"every": "month", "due": "on", "nth_working_day": 1}),
    ("每月第二个星期三", {"every": "month", "due": "on", "nth_weekday": 2, "weekdays": ["wed"]}),
    ("每月第一周的周一", {"every": "month", "due": "on", "nth_weekday": 1, "weekdays": ["mon"]}),
    ("次月3个工作日内", {"every": "month", "due": "period_end", "offset_working_days": 3}),
    # Quarters and years.
    ("每季末", {"every": "quarter", "due": "period_end"}),
    ("每季度首月10日前", {"every": "quarter", "due": "by", "month_days": [10], "months": [1, 4, 7, 10]}),
    ("每季度最后一个月25日", {"every": "quarter", "due": "on", "month_days": [25], "months": [3, 6, 9, 12]}),
    ("季度结束后10日内", {"every": "quarter", "due": "period_end", "offset_days": 10}),
    ("每季度结束后5个工作日内", {"every": "quarter", "due": "period_end", "offset_working_days": 5}),
    ("1、4、7、10月15日前", {"every": "year", "due": "by", "month_days": [15], "months": [1, 4, 7, 10]}),
    ("每年1月", {"every": "year", "due": "by", "month_days": [-1], "months": [1]}),
    ("每年3月15日前", {"every": "year", "due": "by", "month_days": [15], "months": [3]}),
    ("每年6月、12月底前", {"every": "year", "due": "by", "month_days": [-1], "months": [6, 12]}),
    ("每年3至5月", {"every": "year", "due": "by", "month_days": [-1], "months": [5]}),
    ("每年底", {"every": "year", "due": "period_end"}),
    ("每年初", {"every": "year", "due": "by", "months": [1], "month_days": [-1]}),
    ("年中", {"every": "year", "due": "by", "months": [6], "month_days": [-1]}),
    ("上半年", {"every": "year", "due": "by", "months": [6], "month_days": [-1]}),
    ("每年第一季度", {"every": "year", "due": "by", "months": [3], "month_days": [-1]}),
    # Times of day and shifts.
    ("每日9:00前", {"every": "day", "due": "by", "at": "09:00"}),
    ("每日9：00前", {"every": "day", "due": "by", "at": "09:00"}),
    ("每天上午9点半前", {"every": "day", "due": "by", "at": "09:30"}),
    ("每天下午3点", {"every": "day", "due": "on", "at": "15:00"}),
    ("每晚8点", {"every": "day", "due": "on", "at": "20:00"}),
    ("每日15:30后", {"every": "day", "due": "shift_end", "not_before": "15:30"}),
    ("每日14:00-16:00", {"every": "day", "due": "by", "not_before": "14:00", "at": "16:00"}),
    ("每日9点、15点、21点", {"every": "day", "due": "on", "times": ["09:00", "15:00", "21:00"]}),
    ("每日下班前", {"every": "day", "due": "shift_end"}),
    ("每日下班前半小时", {"every": "day", "due": "shift_end", "before_minutes": 30}),
    ("每周五下班前半小时", {"every": "week", "due": "shift_end", "weekdays": ["fri"], "before_minutes": 30}),
    ("每月3个工作日内", {"every": "month", "due": "by", "nth_working_day": 3}),
    ("每周一闭馆后", {"every": "week", "due": "shift_end", "weekdays": ["mon"], "after_minutes": 60}),
    ("每月最后一天闭店后", {"every": "month", "due": "shift_end", "month_days": [-1], "after_minutes": 60}),
    ("每日营业结束后", {"every": "day", "due": "shift_end", "after_minutes": 60}),
    ("每班接班后", {"every": "shift", "due": "shift_start", "after_minutes": 30}),
    ("每班交接班前15分钟", {"every": "shift", "due": "shift_end", "before_minutes": 15}),
    ("每天开门前30分钟", {"every": "day", "due": "shift_start", "before_minutes": 30}),
    ("上班后30分钟内", {"every": "shift", "due": "shift_start", "after_minutes": 30}),
    ("每周一上午10:00前", {"every": "week", "due": "on", "weekdays": ["mon"], "at": "10:00"}),
    ("每月25日17时前", {"every": "month", "due": "on", "month_days": [25], "at": "17:00"}),
    # Amounts.
    ("每天5个", {"every": "day", "due": "shift_end", "count": 5}),
    ("每月不少于2次", {"every": "month", "due": "period_end", "count": 2}),
    ("每月2-3次", {"every": "month", "due": "period_end", "count": 3}),
    ("每周至少一次", {"every": "week", "due": "period_end"}),
    ("一年四次", {"every": "year", "due": "period_end", "count": 4}),
    ("20个/月", {"every": "month", "due": "period_end", "count": 20}),
    ("每2小时", {"every": "shift", "due": "shift_end", "count": 4}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "rule"), PERIODS)
def test_words_of_a_period_give_its_rule(words: str, rule: dict[str, Any]) -> None:
    text = working(words)
    (phrase,) = scan(text)
    made = rules.make(phrase.data)
    assert made is not None
    assert made.rule == rule
    assert (phrase.start, phrase.end) == (0, len(text))


LIMITS: list[tuple[str, dict[str, Any]]] = [
    ("接到投诉后30秒内答复", {"kind": "elapsed", "seconds": 30}),
    ("接到投诉后5分钟内答复", {"kind": "elapsed", "minutes": 5}),
    ("到达现场不得超过5分钟", {"kind": "elapsed", "minutes": 5}),
    ("接到投诉后半小时内答复", {"kind": "elapsed", "minutes": 30}),
    ("接到投诉后半个小时内答复", {"kind": "elapsed", "minutes": 30}),
    ("接到投诉后一个半小时内答复", {"kind": "elapsed", "minutes": 90}),
    ("接到投诉后24小时之内答复", {"kind": "elapsed", "minutes": 1440}),
    ("接到投诉后廿四小時內答覆", {"kind": "elapsed", "minutes": 1440}),
    ("接到投诉后3天内答复", {"kind": "days", "days": 3}),
    ("接到投诉后十天内答复", {"kind": "days", "days": 10}),
    ("接到投诉后一周内答复", {"kind": "days", "days": 7}),
    ("接到投诉后两个星期内答复", {"kind": "days", "days": 14}),
    ("接到投诉后5个自然日内答复", {"kind": "days", "days": 5}),
    ("接到投诉后3个工作日内答复", {"kind": "working_days", "days": 3}),
    ("接到投诉后三日内答复", {"kind": "days", "days": 3}),
    ("入职后一个月内签订合同", {"kind": "months", "months": 1}),
    ("验收后3个月内回访", {"kind": "months", "months": 3}),
    ("验收后半年内回访", {"kind": "months", "months": 6}),
    ("验收后一年内回访", {"kind": "months", "months": 12}),
    ("收到通知后3天或5个工作日内答复", {"kind": "days", "days": 3}),
    ("收到通知后24-48小时内答复", {"kind": "elapsed", "minutes": 2880}),
    ("收到货款后当日上交", {"kind": "day_end"}),
    ("收到货款后当天下午下班前上交", {"kind": "shift_end"}),
    ("收到货款后次日上交", {"kind": "day_end", "days": 1}),
    ("收到货款后次日10点前上交", {"kind": "days", "days": 1, "at": "10:00"}),
    ("收到订单后下一个工作日12点前发货", {"kind": "by", "days": 1, "at": "12:00"}),
    ("收到的投诉当班内处理", {"kind": "shift_end"}),
    ("收到的投诉本月内处理", {"kind": "period_end", "of": "month"}),
    ("续网需提前一个月续签", {"kind": "before", "months": 1}),
    ("合同到期前15天续签", {"kind": "before", "days": 15}),
    ("合同到期30日前通知", {"kind": "before", "days": 30}),
    ("合同到期提前30日通知", {"kind": "before", "days": 30}),
    ("会议开始前30分钟布置会场", {"kind": "before", "minutes": 30}),
    ("停水至少提前3个工作日公告", {"kind": "before", "working_days": 3}),
    ("合同到期前30天内续签", {"kind": "before"}),
    ("签订合同之前必须检查执照", {"kind": "before"}),
    ("发现火情第一时间报告", {"kind": "elapsed", "minutes": 15, "assumed": True}),
    ("发现火情立即报告", {"kind": "elapsed", "minutes": 30, "assumed": True}),
    ("发现问题及时上报", {"kind": "day_end", "assumed": True}),
    ("發現問題盡快上報", {"kind": "day_end", "assumed": True}),
    ("随时答复领导的质询", {"kind": "elapsed", "minutes": 60, "assumed": True}),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "target"), LIMITS)
def test_words_of_a_limit_give_its_target(clause: str, target: dict[str, Any]) -> None:
    (duty,) = duties.of(clause).duties
    assert duty.trigger is not None
    assert duty.trigger["target"] == target
    assert duty.assumed == bool(target.get("assumed"))


NOTHING = [
    ("培训时间2小时", "duration"), ("连续驾驶不得超过4小时", "duration"), ("档案保存3年", "retention"),
    ("录像保存期限不少于30天", "retention"), ("年假5天", "entitlement"), ("享受每年15天带薪年假", "entitlement"),
    ("对2天以下的请休假有审批权", "authority"), ("3天以内的假由班长审批", "authority"),
    ("2年以上工作经验", "experience"), ("三年以上专利相关工作经验", "experience"), ("24小时回复率不低于95%", "indicator"),
    ("24小时内回复率达到95%", "indicator"), ("投诉处理及时率100%", "indicator"), ("质保期一年", "warranty"),
    ("实行8小时工作制", "hours"), ("每天工作8小时", "hours"), ("24小时服务热线", "hours"), ("2016年3月5日发布", "date"),
    ("2个月内不再消费的算流失", "definition"), ("每天访问用户达到1600万", "statistic"),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "why"), NOTHING)
def test_what_looks_like_a_deadline_is_none_and_the_reader_is_told_why(clause: str, why: str) -> None:
    found = duties.of(clause)
    assert found.duties == ()
    assert why in [doubt.code for doubt in found.doubts]


@pytest.mark.parametrize(
    "clause",
    ["拨打10050咨询", "熟悉ISO9001标准", "编制200人", "20-45周岁", "金额超过5000元的须经批准", "负责日常工作", "注意生日和节日",
     "按照科学的方法进行分类编码", "内部审核与后勤保障", "制定月饼和年货方案", "保证信息传递的及时、准确"],
)  # fmt: skip
def test_numbers_and_words_of_other_things_are_no_time(clause: str) -> None:
    assert duties.of(clause).duties == ()


@pytest.mark.parametrize(
    ("clause", "move"),
    [("每月25日盘点，遇节假日顺延。", "later"), ("每月15日发放工资，如遇法定节假日提前。", "earlier"),
     ("每日巡查，节假日照常。", "keep"), ("每周一清洗滤网，遇节假日不停。", "keep"), ("每周五换水，节假日不间断。", "keep"),
     ("全年无休，每月10日抄表。", "keep"), ("每月15日上报，如遇休息日顺延至下一工作日上报。", "later")],
)  # fmt: skip
def test_a_clause_may_say_where_a_free_day_moves_its_due_date(clause: str, move: str) -> None:
    (duty,) = duties.of(clause).duties
    assert duty.recurring is not None
    assert duty.recurring["on_free_day"] == move


@pytest.mark.parametrize(
    ("clause", "code"),
    [("每隔两天检查一次", "gap"), ("每周或每月检查一次", "either"), ("收到后3天或5个工作日内答复", "either_limit"),
     ("每月1日至5日盘点", "range"), ("每2小时巡视一次", "hourly"), ("每学期家访一次", "term"), ("每月初对账", "early"),
     ("每季度走访用户，覆盖率不低于30%", "sampling_rate"), ("每周一闭馆后清洗滤网", "afterwards"),
     ("每月底闭店后盘点", "after_shift"),
     ("9点前上报库存", "no_period"), ("编制季度报告", "from_name"), ("根据每天的记录汇总", "attribute"),
     ("发货3天后回访客户", "delayed"), ("到期前30天内续签", "window"), ("及时上报", "assumed")],
)  # fmt: skip
def test_what_is_unsure_is_said(clause: str, code: str) -> None:
    found = [doubt for duty in duties.of(clause).duties for doubt in duty.doubts]
    assert code in [doubt.code for doubt in found]
    assert all(doubt.text.zh and doubt.text.en for doubt in found)


ENGLISH: list[tuple[str, dict[str, Any]]] = [
    ("Answer a complaint within 24 hours.", {"kind": "elapsed", "minutes": 1440}),
    ("Reply within three working days.", {"kind": "working_days", "days": 3}),
    ("Reply within half an hour.", {"kind": "elapsed", "minutes": 30}),
    ("Report an accident immediately.", {"kind": "elapsed", "minutes": 30, "assumed": True}),
    ("Renew the contract at least one month before it expires.", {"kind": "before", "months": 1}),
    ("Hand in the cash the same day.", {"kind": "day_end"}),
    ("Send the report by the 5th of each month.", {"every": "month", "due": "by", "month_days": [5]}),
    ("Check the stock every other week.", {"every": "week", "interval": 2, "due": "period_end"}),
    ("Meet every Monday.", {"every": "week", "due": "on", "weekdays": ["mon"]}),
    ("Send the plan by Friday.", {"every": "week", "due": "by", "weekdays": ["fri"]}),
    ("Make the quarterly survey.", {"every": "quarter", "due": "period_end"}),
    ("Clean the hall every working day.", {"every": "day", "workdays_only": True, "due": "shift_end"}),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "wanted"), ENGLISH)
def test_english_words_mean_the_same(clause: str, wanted: dict[str, Any]) -> None:
    (duty,) = duties.of(clause).duties
    assert (duty.recurring or (duty.trigger or {})["target"]) == wanted


@pytest.mark.parametrize(
    ("clause", "count", "share", "mark"),
    [("每月至少抽查10名学员的操作，合格率不低于95%。", 10, None, "合格率不低于95%"),
     ("每月检查设备，完好率≥98%。", None, None, "完好率≥98%"),
     ("每月抽查工单，及时率须达到95%，差错率控制在1%以内。", None, None, "及时率须达到95%"),
     ("每月抽检产品，要求达到98%的合格率。", None, None, "98%的合格率"),
     ("每月至少检查20%的客房，合格率达到95%以上。", None, 20, "合格率达到95%以上"),
     ("每月检查消防器材完好率，须100%。", None, None, "完好率，须100%"),
     ("每月抽查员工，抽查合格率不低于95%。", None, None, "抽查合格率不低于95%"),
     ("每季度抽查客户资料，抽查比例不低于25%。", None, 25, ""),
     ("每月检查不少于10%的台账。", None, 10, "")],
)  # fmt: skip
def test_a_rate_to_reach_is_a_mark_and_no_share_of_what_is_looked_at(
    clause: str, count: int | None, share: int | None, mark: str
) -> None:
    (duty,) = duties.of(clause).duties
    assert (duty.count, duty.share_percent, duty.threshold) == (count, share, mark)
    assert ("share_percent" in (duty.recurring or {})) == (share is not None)


END, SHIFT = {"every": "day", "due": "shift_end"}, {"every": "shift", "due": "shift_end"}
TWO: list[tuple[str, list[dict[str, Any]], bool]] = [
    ("每天不定时巡视池岸3次，闭馆前15分钟清场。", [END | {"at_random": True, "count": 3}, END | {"before_minutes": 15}], False),
    ("每天闭馆前15分钟清场，不定时巡视池岸3次。", [END | {"before_minutes": 15}, END | {"at_random": True, "count": 3}], False),
    ("每班巡检4次，交班前30分钟打扫机房。", [SHIFT | {"count": 4}, SHIFT | {"before_minutes": 30}], False),
    ("每天巡视3次，18:00前关闭水泵。", [END | {"count": 3}, {"every": "day", "due": "by", "at": "18:00"}], False),
    ("每天上班前检查锅炉，下班前15分钟封炉。",
     [{"every": "day", "due": "shift_start"}, END | {"before_minutes": 15}], False),
    ("每周检查5家门店，周五前提交检查报告。",
     [{"every": "week", "due": "period_end", "count": 5}, {"every": "week", "due": "by", "weekdays": ["fri"]}], False),
    ("每天巡视池岸，闭馆前15分钟清场。", [END, END | {"before_minutes": 15}], True),
    ("每天打扫卫生，上午9点前完成。", [{"every": "day", "due": "by", "at": "09:00"}], False),
    ("每日清点现金，下班前交财务。", [END], False),
    ("每月抽查3次，月底前完成。", [{"every": "month", "due": "period_end", "count": 3}], False),
    ("每天巡检两次，分别在上午9点和下午4点进行。", [{"every": "day", "due": "on", "times": ["09:00", "16:00"]}], False),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "wanted", "unsure"), TWO)
def test_what_is_done_at_another_time_of_the_same_days_is_another_thing(
    clause: str, wanted: list[dict[str, Any]], unsure: bool
) -> None:
    found = duties.of(clause).duties
    assert [duty.recurring for duty in found] == wanted
    assert any(doubt.code == "two_things" for duty in found for doubt in duty.doubts) == unsure


def test_a_time_that_cannot_hold_for_each_of_several_is_unsure_where_it_stays_with_them() -> None:
    (duty,) = duties.of("每天巡视3次，水泵于18:00前关闭。").duties
    assert [doubt.code for doubt in duty.doubts] == ["merged"]


def test_a_working_day_that_is_said_is_sure() -> None:
    (duty,) = duties.of("收到样品后次工作日10点前出具结果").duties
    assert duty.trigger == {"event": "收到样品后", "target": {"kind": "by", "days": 1, "at": "10:00"}}
    assert duty.doubts == ()


@pytest.mark.parametrize(
    ("clause", "event"),
    [("从业人员健康证到期前30日提醒本人换证", "从业人员健康证到期"), ("从接到通知之日起3日内答复", "接到通知"),
     ("在职员工合同到期前30天续签", "在职员工合同到期"), ("供应商申请当日处理", "供应商申请"),
     ("自查发现问题3日内整改", "自查发现问题"), ("对账单寄出后5日内电话确认", "对账单寄出后")],
)  # fmt: skip
def test_an_event_loses_what_only_joins_it_and_never_half_a_word(clause: str, event: str) -> None:
    (duty,) = duties.of(clause).duties
    assert duty.trigger is not None
    assert duty.trigger["event"] == event


@pytest.mark.parametrize(
    ("clause", "titles"),
    [("接到泳客投诉后30分钟内到场处置，处置完毕当日书面答复。", ["接到泳客投诉后到场处置", "处置完毕书面答复（接到泳客投诉后到场处置）"]),
     ("每日填写水质记录，次日上午10点前报馆长。", ["填写水质记录", "报馆长（填写水质记录）"]),
     ("每班填写交接班记录，发现异常立即上报。", ["填写交接班记录", "发现异常上报"]),
     ("每月应急演练一次。", ["应急演练一次"]), ("每班巡检4次，交班前30分钟打扫机房。", ["巡检4次", "打扫机房"])],
)  # fmt: skip
def test_a_title_says_enough_without_the_rest_of_its_sentence(clause: str, titles: list[str]) -> None:
    assert [duty.title for duty in duties.of(clause).duties] == titles


@pytest.mark.parametrize(
    ("clause", "kind"),
    [("每月填报《能耗报表》。", "form"), ("每月提交《值班登记》。", "form"), ("每月更新《隐患台账》。", "form"),
     ("每日填写《巡查记录》。", "form"), ("每月提交《工作计划》。", "report"), ("每年提交《年度总结》。", "report"),
     ("每季度提交《安全报告》。", "report")],
)  # fmt: skip
def test_tables_and_records_are_forms_and_what_is_written_freely_a_report(clause: str, kind: str) -> None:
    (duty,) = duties.of(clause).duties
    assert duty.evidence is not None
    assert duty.evidence.kind == kind


@pytest.mark.parametrize(
    ("clause", "wanted", "doubts"),
    [("每天22:00-6:00巡查", {"every": "day", "due": "by", "not_before": "22:00", "at": "23:59"}, ["overnight"]),
     ("每天22:00至次日6:00巡查", {"every": "day", "due": "by", "not_before": "22:00", "at": "23:59"}, ["overnight"]),
     ("每天18:00至0:00巡查", {"every": "day", "due": "by", "not_before": "18:00", "at": "23:59"}, []),
     ("3月开展普查，每月上报情况", {"every": "month", "due": "period_end"}, []),
     ("11月至次年2月每月检查消防", {"every": "month", "due": "period_end", "months": [1, 2, 11, 12]}, []),
     ("11月至次年2月每周检查消防", {"every": "week", "due": "period_end", "months": [1, 2, 11, 12]}, []),
     ("每年11月至次年2月，每月检查消防", {"every": "month", "due": "period_end", "months": [1, 2, 11, 12]}, []),
     ("11月至2月每月检查消防", {"every": "month", "due": "period_end", "months": [1, 2, 11, 12]}, []),
     ("11月、12月、次年1月每月检查消防", {"every": "month", "due": "period_end", "months": [1, 11, 12]}, []),
     ("每年12月至次年2月检查消防", {"every": "year", "due": "by", "months": [2], "month_days": [-1]}, []),
     ("每周一至9检查消防", {"every": "week", "due": "on", "weekdays": ["mon"]}, []),
     ("11月至次年2月每季度检查消防", {"every": "quarter", "due": "period_end"}, ["months_left"]),
     ("每日下班前和交班后清点", {"every": "day", "due": "shift_end"}, ["two_moments"]),
     ("每班上班前、下班前清点", {"every": "shift", "due": "shift_start"}, ["two_moments"]),
     ("每天工作日上午8:45前开门", {"every": "day", "due": "by", "at": "08:45", "workdays_only": True}, []),
     ("每班2人巡查", {"every": "shift", "due": "shift_end"}, ["staffing"]),
     ("每班巡查2次", {"every": "shift", "due": "shift_end", "count": 2}, []),
     ("每天巡查，法定节假日除外", {"every": "day", "due": "shift_end", "workdays_only": True}, ["workdays"]),
     ("每月巡查，法定节假日除外", {"every": "month", "due": "period_end"}, ["free_days"]),
     ("每旬逢5、10日上报", {"every": "month", "due": "on", "month_days": [5, 10, 15, 20, 25, 30]}, []),
     ("每旬5日前上报", {"every": "month", "due": "by", "month_days": [5, 15, 25]}, []),
     ("每天巡查，每2小时一次", {"every": "shift", "due": "shift_end", "count": 4, "assumed": True}, ["hourly", "assumed"])],
)  # fmt: skip
def test_what_a_rule_cannot_hold_is_doubted_and_the_rest_kept(
    clause: str, wanted: dict[str, Any], doubts: list[str]
) -> None:
    (duty,) = duties.of(clause).duties
    assert duty.recurring == wanted
    assert [doubt.code for doubt in duty.doubts] == doubts


def test_so_long_before_a_festival_of_every_year_is_one_triggered_duty() -> None:
    (duty,) = duties.of("每年春节前3天走访客户").duties
    assert duty.trigger == {"event": "春节", "target": {"kind": "before", "days": 3}}
    assert duty.title == "春节走访客户"

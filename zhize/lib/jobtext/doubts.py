"""What is said about readings that are unsure, and about what looks like a deadline and is none."""

from __future__ import annotations

from zhize.lib.jobtext.model import Doubt
from zhize.lib.text import Text

_TEXTS: dict[str, Text] = {
    # Of a rule or target that was read.
    "assumed": Text("原文没有数字，这是默认值", "The text gives no number; this is a default"),
    "gap": Text("“每隔N”按隔N次取一次理解", "“Every N apart” is read as: N left out between two"),
    "either": Text("原文给了两个周期，取短的一个", "The text allows two periods; the shorter one is taken"),
    "either_limit": Text("原文给了两个时限，取前一个", "The text allows two limits; the first one is taken"),
    "two_moments": Text(
        "原文写了两个时刻，规则只取前一个", "The text names two moments; the rule takes the first"
    ),
    "range": Text("原文是一段时间，以最后一天（时）为准", "The text gives a range; its end counts"),
    "overnight": Text(
        "原文的时间跨过午夜，规则只记到当天 24 时",
        "The time runs past midnight; the rule ends at midnight",
    ),
    "workdays": Text("“节假日除外”按只在工作日理解", "“Except holidays” is read as working days only"),
    "free_days": Text(
        "原文说节假日除外，这条规则不是按天的，遇休息日仍按默认顺延或提前",
        "Holidays are excepted; this rule is not daily, so a day off moves it as usual",
    ),
    "months_left": Text(
        "原文还写了月份，规则没有记下", "The text names months too, which the rule does not hold"
    ),
    "staffing": Text("按每班的人数理解，不是次数", "Read as how many people are on the shift, not how often"),
    "hourly": Text(
        "间隔不足一班，按每班8小时折算次数", "Shorter than a shift: counted for a shift of eight hours"
    ),
    "term": Text("按学期：暂定为每半年", "By school term: taken as half-yearly"),
    "which_month": Text(
        "没有写明周期的第几个月，取第一个月", "Which month of the period is not said; the first is taken"
    ),
    "early": Text("“初”没有写明几日，取默认日", "“Beginning of” names no day; the default day is taken"),
    "before_end": Text(
        "期末前若干天，按工作日倒数", "So many days before the end are counted in working days"
    ),
    "no_period": Text(
        "没有写明多久一次，按字面推断", "How often is not said; it follows from the words only"
    ),
    "from_name": Text("周期取自报表或计划的名称", "The period is taken from the name of a report or plan"),
    "from_heading": Text("周期取自上面的标题", "The period is taken from the heading above"),
    "attribute": Text(
        "时间词修饰名词，请核对是不是周期", "The time word belongs to a noun; check whether it is a period"
    ),
    "delayed": Text("原文是过若干时间之后，不是之内", "The text says after so long, not within"),
    "window": Text(
        "原文是到期前的一段时间，以到期日为准",
        "The text gives the time before a date; the date itself counts",
    ),
    "sampling_rate": Text(
        "按抽取的比例理解；也可能是要达到的指标", "Read as how many are looked at; it may be a mark to reach"
    ),
    "amount_left": Text(
        "句里还有一个数量没有放进规则，请核对",
        "The clause gives another amount that is not in the rule; check it",
    ),
    "merged": Text("一句里可能是两件事，读成了一件", "These may be two things; they were read as one"),
    "afterwards": Text(
        "原文是上班（开店）或收工（闭店）以后，没有写多久，按默认的时间",
        "The text says after opening or closing, not how long after; a default is taken",
    ),
    "after_shift": Text(
        "原文是收工（闭店）以后，规则只到当天或当班",
        "The text says after closing; the rule only knows the day or the shift",
    ),
    "two_things": Text("前后按两件事读，请核对", "Read as two things to do; check whether it is one"),
    "no_event": Text("没有读出由什么事触发", "What starts it was not read"),
    "bare_limit": Text("“不超过”可能是时限，也可能是时长", "“Not over” may be a limit or a length"),
    "next_day": Text("“隔日”按第二天理解", "“隔日” is read as the day after"),
    "time_left": Text(
        "提前的那一天还写了几点，时限只到当天", "A time of that day is named too; the limit is the day only"
    ),
    "previous_day": Text(
        "次日完成，按每日规则在当日时刻前", "Due the day after; as a daily rule it falls to the same time"
    ),
    # Of words that are no deadline.
    "retention": Text("这是保存期限，不是时限", "A time to keep, no deadline"),
    "experience": Text("这是年限要求，不是时限", "A requirement of experience, no deadline"),
    "entitlement": Text("这是待遇，不是时限", "An entitlement, no deadline"),
    "duration": Text("这是时长，不是时限", "A length, no deadline"),
    "authority": Text("这是权限的界限，不是时限", "A limit of authority, no deadline"),
    "indicator": Text("这是指标名称，不是时限", "The name of an indicator, no deadline"),
    "warranty": Text(
        "这是保修、有效或合同期限，不是时限", "A warranty, validity or contract term, no deadline"
    ),
    "hours": Text("这是工作或服务时间，不是时限", "Working or service hours, no deadline"),
    "date": Text("这是文件或事件的日期，不是时限", "The date of a paper or event, no deadline"),
    "statistic": Text("这是统计数字，不是时限", "A figure, no deadline"),
    "definition": Text("这是定义或条件，不是时限", "A definition or condition, no deadline"),
    "others": Text(
        "这是对客户或物品的要求，不是本岗位的时限", "Asked of customers or goods, no deadline of one's own"
    ),
    "on_time": Text("“按时”没有写明何时", "“On time” does not say when"),
    "unused": Text("读到的时间没有用上：{words}", "Words of time that were not used: {words}"),
    "past": Text("说的是过去，不是时限", "It speaks of the past, no deadline"),
}


def doubt(code: str, **values: str) -> Doubt:
    """The doubt with this code; `values` are what its sentence names."""
    return Doubt(code, _TEXTS[code].format(**values) if values else _TEXTS[code])

"""The words of time, and a text cut into them. What is no word of time is a token of the kind `x`.

The longest word at a place wins. Sources: requirements §0 (every seed wording), the seeds' clauses, and the ordinary
vocabulary of Chinese work rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from zhize.lib.jobtext import numbers


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text. `kind` names its class, `value` its meaning; it covers `start` to `end`."""

    kind: str
    value: Any
    start: int
    end: int


UNITS = ("second", "minute", "hour", "day", "working_day", "week", "ten_days", "half_month", "month", "quarter",
         "half_year", "year", "shift", "term")  # fmt: skip
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _words(kind: str, table: dict[Any, str]) -> Iterable[tuple[str, tuple[str, Any]]]:
    for value, words in table.items():
        for word in words.split():
            yield word, (kind, value)


_LEXICON: dict[str, tuple[str, Any]] = dict(
    [
        *_words("each", {True: "每 每个 每一 每一个 每逢 每到"}),
        *_words(
            "by_unit",
            {"day": "按日 按天 逐日 天天 日日", "week": "按周 逐周", "month": "按月 逐月 月月", "quarter": "按季 逐季 按季度",
             "year": "按年 逐年", "ten_days": "按旬", "shift": "按班次 逐班"},
        ),
        *_words("apart", {True: "隔 间隔 每隔 每间隔"}),
        *_words(
            "unit",
            {
                "second": "秒 秒钟",
                "minute": "分钟 分",
                "hour": "小时 钟头",
                "day": "天 自然日 日历天 日历日",
                "working_day": "工作日 工作天",
                "week": "周 星期 礼拜",
                "ten_days": "旬",
                "month": "月 月份 月度",
                "quarter": "季 季度",
                "year": "年 年度 周年",
                "shift": "班 班次",
                "term": "学期",
            },
        ),
        # 5日 is a day of the month or so many days, 5天 never the day of the month.
        *_words("date_sign", {"day": "日 号"}),
        # 每半年 and 每半月 are periods of their own; 半小时 is a half of a unit.
        *_words("half", {True: "半 半个"}),
        *_words("whole", {True: "个 個"}),
        *_words("before", {"before": "前 之前 以前 前的 止", "latest": "截止 为止"}),
        *_words("within", {True: "内 之内 以内 里 时间内 的时间内 期限内 内的 之内的"}),
        *_words("unit_over", {"month": "月终了 月度终了", "quarter": "季终了 季度终了", "year": "年终了 年度终了"}),
        *_words("over", {True: "结束 终了 届满 完结"}),
        *_words("after", {True: "后 之后 以后 起 后的"}),
        *_words(
            "at_most",
            {True: "不超过 不得超过 不能超过 不可超过 不应超过 不大于 不得晚于 不晚于 不得迟于 不迟于 最迟 最晚 至迟 最迟不超过 "
                   "最晚不超过 最长不超过 最多不超过 最长 限 限时 控制在 不多于 不得多于 必须在 须在 应在 需在 要在"},
        ),
        *_words("at_least", {True: "至少 不少于 不得少于 不低于 不得低于 最少 不能少于 不应少于 起码 保证 达到 完成 完成不少于"}),
        *_words("ahead", {True: "提前 提早 前置"}),
        *_words("filler", {True: "的 于 在 应 须 需 要 必须 应当 应于 须于 需于 务必 均 都 固定 分别 大约 约 左右 为 准时 按时 "
                                 "内须 前须 则 进行 开展"}),
        *_words("ordinal", {True: "第"}),
        *_words("last", {True: "最后 最后一 最后一个 倒数 末 末个 最末"}),
        *_words("range", {True: "至 到 - ~ — – －"}),
        *_words("comma", {True: "、 , 和 及 与 以及"}),
        *_words("or", {True: "或 或者 / 和/或"}),
        *_words("weekend", {True: "周末 双休日 星期天 礼拜天 星期日 礼拜日 周日 周天"}),
        *_words(
            "shift",
            {
                "end": "下班 收班 交班 下岗 收工 打烊 闭店 关店 闭馆 闭园 闭餐 闭市 关门 收市 收档 歇业 营业结束 营业终了 班末 交接班 日终 下课 结束营业 本班结束 班次结束 早班结束 中班结束 晚班结束 夜班结束 白班结束",
                "start": "上班 接班 开班 到岗 开门 营业 营业开始 开始营业 早班开始 中班开始 晚班开始 夜班开始 白班开始 开店 开市 开馆 开园 开档 开诊 开餐 当班开始 班次开始 上岗 开工 上课",
            },
        ),
        *_words("own_shift", {"part": "当班 本班 本班次 当值", "whole": "班内 当班期间 当班内 本班内 值班期间 当班结束前 本班结束前"}),
        *_words("shift_edge", {"start": "班前 岗前 早班前", "end": "班后 交班前 下班时 交接班时 交接班前"}),
        # What is held then, not when something is due.
        *_words("shift_meeting", {"start": "班前会 班前例会", "end": "班后会 班后例会"}),
        *_words(
            "relative",
            {0: "当日 当天 即日 同日 本日 今日 今天 当晚 当日内 当天内 同一天",
             1: "次日 翌日 第二天 第二日 隔天 明日 次晨 次日内 次工作日 次一工作日 次个工作日 下一工作日 下一个工作日 下个工作日 第二个工作日",
             2: "第三天 第三日"},
        ),
        *_words(
            "span",
            {
                ("week", 0): "本周 当周 本星期", ("week", 1): "下周 次周 下星期 下一周",
                ("month", 0): "本月 当月 同月", ("month", 1): "次月 下月 下个月 翌月 下一月 隔月初",
                ("quarter", 0): "本季 当季 本季度 当季度", ("quarter", 1): "下季度 次季 下季 次季度 下一季度",
                ("year", 0): "本年 当年 本年度 当年度 全年", ("year", 1): "次年 翌年 下年 下一年 下年度 次年度",
            },
        ),
        *_words(
            "past",
            {True: "上月 上个月 上周 上季度 上季 上年 上年度 去年 上一天 上日 上一周 上一月 近期 最近"},
        ),
        *_words(
            "mark",
            {
                ("week", "start"): "周初", ("week", "end"): "周末前 周底",
                ("month", "start"): "月初 月份初", ("month", "middle"): "月中 月半", ("month", "end"): "月末 月底 月终 月份末 当月末 当月底 本月末 本月底 当月月底 本月月底 当月月末",
                ("quarter", "start"): "季初 季度初", ("quarter", "end"): "季末 季底 季度末 季度底 本季末 当季末 本季度末",
                ("year", "start"): "年初 岁初", ("year", "middle"): "年中", ("year", "middle_end"): "年中/终 年中年终 年中、终", ("year", "end"): "年末 年底 年终 岁末 本年末 当年末 当年底",
                ("half_year", "end"): "半年末 半年底",
                ("year", "first_half"): "上半年", ("year", "second_half"): "下半年",
                ("month", "first_ten"): "上旬 月上旬", ("month", "second_ten"): "中旬 月中旬", ("month", "third_ten"): "下旬 月下旬",
                ("month", "first_half"): "上半月", ("month", "second_half"): "下半月",
                ("ten_days", "end"): "旬末 旬底",
                ("term", "start"): "学期初 学期开始 开学初", ("term", "end"): "学期末 学期结束 期末",
            },
        ),
        *_words("first_of", {True: "首 首个"}),
        *_words(
            "daypart",
            {"morning": "早上 上午 早晨 清晨 早间 凌晨 晨间 早", "noon": "中午 午间", "afternoon": "下午 傍晚 午后",
             "night": "晚上 晚 夜间 夜里 晚间 夜晚 夜"},
        ),
        *_words("dayparts", {2: "早晚 早、晚 上下午", 3: "早中晚 早、中、晚"}),
        *_words("odd_week", {True: "单周 双周 隔周"}),
        *_words("odd_month", {"odd": "单月 单数月 奇数月", "even": "双月 双数月 偶数月"}),
        *_words("o_clock", {True: "点 点钟 时 時"}),
        *_words("quarter_hour", {True: "一刻"}),
        *_words("times", {True: "次 回 遍 轮 趟"}),
        *_words(
            "thing",
            {True: "家 份 户 人 名 件 篇 场 条 例 间 台 组 批 张 项 单 幅 通 位 套 期 节 课时 学时 人次 单位 客户 个单位 "
                   "户次 家次 车 箱 包 页 字 万元 元 万 斤 公斤 吨 米 公里 桌 道 款 盘 辆 头 只 支"},
        ),
        *_words("percent", {True: "% ％"}),
        *_words("percent_of", {True: "百分之"}),
        *_words("slash", {True: "/ ／"}),
        *_words(
            "free_day",
            {True: "节假日 法定节假日 法定假日 公休日 休息日 公休 假日 双休 放假 非工作日 周末或节假日 节日 周末"},
        ),
        *_words("no_rest", {"keep": "全年无休 全年不休 全年不停 全年不间断 全年不放假 年中无休 终年无休 天天无休 节假日全年无休"}),
        *_words("if_falls", {True: "遇 如遇 若遇 逢 恰逢 遇到 适逢 碰到 遇有"}),
        *_words("free_move", {"later": "顺延 延后 推迟 往后顺延 后延 顺推", "earlier": "提前 提早 前移 往前提",
                              "keep": "照常 不休 不顺延 无休 不例外 不停 不停止 不间断 不中断 不停歇 不放假 不受影响 如常 正常进行 正常开展 正常执行",
                              "skip": "除外"}),
        *_words(
            "adverb",
            {
                "at_once": "立即 立刻 马上 即刻 即时 随即 迅速 火速 当即 实时",
                "first": "第一时间",
                "soon": "及时 尽快 尽早 从速 迅即 不得延误 不得拖延",
                "regular": "定期 定时 经常 经常性 经常性地 周期性",
                "on_time": "按期 按时 准时 如期 规定时间 规定时间内 在规定时间 规定的时间 规定的时间内 规定时限内 规定期限内 规定时间前",
                "irregular": "不定期 随机 不定期地 定期或不定期",
                "random": "不定时 不定时地",
                "any_time": "随时",
            },
        ),
        *_words("both_halves", {"half_month": "上下半月 上、下半月 上半月下半月 上半月、下半月 上半月和下半月",
                                "half_year": "上下半年 上、下半年"}),
        *_words("half_period", {"half_year": "半年 半年度", "half_month": "半月 半个月"}),
        # Words that hold a word of time and are none.
        *_words(
            "x",
            {None: "日常 日期 日志 日用 日后 月饼 月台 年轻 年龄 年级 年份 周到 周边 周密 周围 周转 随时间 定期存款 定期储蓄 定期存单 "
                   "不定期合同 目前 前台 前厅 前期 前提下 前提是 前提条件 前后 前往 前来 前端 面前 当前 跟前 后期 后台 后续 后勤 后厨 售后 售前 售中 今后 然后 "
                   "此后 背后 内部 内容 内科 内勤 室内 国内 店内 院内 校内 站内 境内 内外 内训 范围内 时代 时常 时刻 时间 时效 时段 时期 "
                   "同时 有时 临时 平时 按照 按摩 按键 按钮 按规 按要求 按标准 按规定 按月度 按年度 按年龄 按季度计划 按季节 按日程 按日期 按月份 按年份 逐项 逐一 逐步 逐级 逐层 逐户 逐条 到位 到达 到期 "
                   "到场 到访 到账 限制 限额 限度 限于 半成品 一般 一定 一致 统一 一切 一线 一旦 一起 一体 唯一 之一 万一 单一 "
                   "一样 一律 一些 一系列 专一 十分 百分 千万 万能 三方 第三方 两者 双方 四害 二维 周岁 及其 及格 期末考 期末考试 期末考核 期末成绩 期末测试 以及时 涉及 普及 应急 应届 "
                   "应收 应付 应用 应对 应酬 反应 供应 响应 需求 需要 主要 重要 要求 要点 要素 必要 摘要 只要 需方 的确 目的 各类 各项 各种 "
                   "各部门 各级 为主 因为 作为 行为 认为 成为 在线 在职 在岗 现在 存在 在册 所在 完成率 分配 分析 分类 分级 分管 分工 分发 "
                   "分公司 分店 部分 充分 身份 积分 评分 得分 分支 分布 分解 扣分 加分 打分 满分 分享 分数 分值 天然 天气 聊天 分部 分区 "
                   "春天 夏天 年会 周刊 月刊 季刊 年报 年假 年检 年审 周报 月报 季报 日报 晨报 早会 晚会 班组 班长 班车 夜班 早班 晚班 "
                   "中班 白班 值班 排班 换班 轮班 代班 加班 班务 班主任 培训班 星级 月经 前十 时限 逢迎 "
                   "召开 展开 打开 离开 公开 分开 避开 打开 个人 个性 个别 各个 整个 单个 人员 人事 人力 件数 名称 名单 著名 场所 现场 市场 条件 条款 台账 后台 项目 事项 "
                   "单据 单证 订单 工单 菜单 账单 名额 期间 期限 位置 岗位 单位名 下一班 下一班次 上一班 到店 到货 后方 后方可 末端 末位 末班 末次 末页 始末 航班 班机 班列 班轮"},
        ),
    ]
)  # fmt: skip
_LONGEST = max(map(len, _LEXICON))
_SIZES = {
    first: sorted({len(word) for word in _LEXICON if word[0] == first}, reverse=True)
    for first in {word[0] for word in _LEXICON}
}
"""The first character of a word → how long the words are that begin with it, the longest first."""
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)(?P<day>[一二三四五六日天])(?![次回遍个轮趟年])")
# 每年中秋 is no 年中, 每月月底 no 月月.
_NOT_BEFORE = {"年中": ("秋",), "月月": ("底", "末", "初", "中")}
# 次周二, 下周一 name a day of the week; which week follows from the period.
_NAMED_WEEK = re.compile(r"[次下](?=(?:周|星期|礼拜)[一二三四五六日天](?![次回遍个轮趟年]))")
_WEEKDAY_VALUE = {name: index for index, name in enumerate("一二三四五六日")} | {"天": 6}
_CLOCK = re.compile(r"(?<![\d:])(?P<h>[01]?\d|2[0-4])[:：](?P<m>[0-5]\d)(?![\d])(?::[0-5]\d)?")
_SPACE = re.compile(r"\s+")


def tokenize(text: str) -> list[Token]:
    """The tokens of a text in working form (`cleaning.working`); spaces make none."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        space = _SPACE.match(text, at)
        if space:
            at = space.end()
            continue
        counted = (
            bool(found)
            and found[-1].end == at
            and found[-1].kind in ("each", "apart", "num", "whole", "half")
        )
        counted = counted or (text[at] in "前后内" and _measured(found, at))
        token = (_clock(text, at) if text[at].isdigit() else None) or (
            _weekday(text, at) if text[at] in "周星礼" else None
        )
        token = token or _word(text, at, counted)
        found.append(token)
        at = token.end
    return found


def _measured(found: list[Token], at: int) -> bool:
    """Whether a time has just been named: in 5日前提交 stands 前, not 前提; in 每月内部审核 stands 内部."""
    if not found or found[-1].end != at:
        return False
    if found[-1].kind in ("mark", "weekday", "shift", "clock", "o_clock", "relative", "half_period"):
        return True
    return (
        found[-1].kind in ("unit", "date_sign")
        and len(found) > 1
        and found[-2].kind in ("num", "whole", "half")
    )


def _clock(text: str, at: int) -> Token | None:
    match = _CLOCK.match(text, at)
    if match is None:
        return None
    return Token("clock", int(match.group("h")) * 60 + int(match.group("m")), at, match.end())


def _weekday(text: str, at: int) -> Token | None:
    match = _WEEKDAY.match(text, at)
    if match is None:
        return None
    return Token("weekday", _WEEKDAY_VALUE[match.group("day")], at, match.end())


def _word(text: str, at: int, counted: bool) -> Token:
    """The longest word here. After 每 or a number a unit stands: 每月报送 is no 月报."""
    if _NAMED_WEEK.match(text, at):
        return Token("filler", text[at], at, at + 1)
    for size in _SIZES.get(text[at], ()):
        found = _LEXICON.get(text[at : at + size]) if at + size <= len(text) else None
        if found is not None and text.startswith(_NOT_BEFORE.get(text[at : at + size], ()), at + size):
            continue
        if found is not None and found[0] == "x" and (counted or _unit_over(text, at, at + size)):
            continue
        if found is not None and (size > 1 or numbers.PATTERN.match(text, at) is None):
            return Token(*found, at, at + size)
    number = numbers.PATTERN.match(text, at)
    if number is not None and (value := numbers.value(number.group())) is not None:
        return Token("num", value, at, number.end())
    return Token("x", text[at], at, at + 1)


def _unit_over(text: str, at: int, end: int) -> bool:
    """Whether a number and its unit stand here and reach further than a word: 十分钟 is a time, 十分 (very) is none."""
    number = numbers.PATTERN.match(text, at)
    if number is None or number.end() >= end:
        return False
    longest = range(end - number.end() + 1, _LONGEST + 1)
    return any(_LEXICON.get(text[number.end() : number.end() + size], ("",))[0] == "unit" for size in longest)

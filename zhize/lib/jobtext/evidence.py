"""What proves a duty, as the clause names it: 《》 first, then quotation marks, then words of records and reports."""

from __future__ import annotations

import re
from typing import Literal

from zhize.lib.jobtext import people
from zhize.lib.jobtext.model import Evidence

Kind = Literal["form", "report", "file", "signature", "note"]

_BOOK = re.compile(r"《([^《》]{2,30})》")
_QUOTED = re.compile(r"[\"“”‘']([^\"“”‘']{2,20}(?:表|单|卡|册|簿|本|报告|记录|日志|台账))[\"“”’']")
# Papers in 《》 that are rules to keep, not records to make.
_RULES = re.compile(
    r"(?:制度|办法|规定|规程|规范|章程|条例|标准|手册|法|细则|守则|流程|须知|协议|合同|指南|准则|预案)(?:书)?$"
)
_REPORT = re.compile(
    r"(?:报告|报表|[日周月季年]报|总结|小结|简报|分析|汇报材料|通报|报道|计划|方案|预算|汇报表|统计表|汇总表)(?:表|书)?$"
)
# 《能耗报表》, 《值班登记》: rows to fill in, whatever they are called; a plan, a summary and a report are written.
_TABLE = re.compile(r"(?:表|登记|台账|统计|汇总)$")
_FORM = re.compile(r"(?:表|单|记录|台账|日志|登记簿|簿|本|册|卡|日记账|证明|凭证|清单|病历|教案|处方)$")
_FILE = re.compile(r"(?:资料|档案|照片|文件|图纸|票据|样本|备份|函|通知|通知书|告知书|公告)$")
_SIGNED = re.compile(r"签字|签名|盖章|签章")
_VERB = (
    r"(?:填写|填报|填制|登记|编制|编写|撰写|提交|上交|上报|报送|做好|形成|出具|制作|记录|发布|拟定|制定|制订|整理|填(?![写报制])|"
    r"(?<![填编撰])写|交(?![接班])|做(?!好)|建立|完成|汇总|输出|更新|记入|录入)"
)
_FILLER = r"(?:相关|有关|好|成|当日|当天|当月|本月|本周|每日|及时|详细)"
_LEAD = re.compile(rf"(?:{_VERB}|及时|详细|并|的|相关|有关|好|成|各类|各项)+(?=.{{2}})")
# What is looked at (抽查值岗记录) is not made: no such word between the verb and the paper's name.
_LOOKED = (
    r"(?:抽查|抽检|审核|审阅|查阅|翻阅|核对|查看|复核|核查|批阅)"
    r"(?!记录|登记|[报日周月]?表|单|报告|情况|结果|问题|清单|台账|日志|明细|总结)|并"
)
_NAMED = re.compile(
    rf"{_VERB}(?:并?{_VERB}){{0,2}}{_FILLER}{{0,3}}(?!的)(?:(?:(?!{_LOOKED})[\u3400-\u9fff]){{2,14}}的)??(?P<name>(?:(?!{_LOOKED})[\u3400-\u9fffa-z/]){{0,12}}?"
    r"(?:记录表|登记表|统计表|汇总表|日报表|周报表|月报表|明细表|检查表|盘点表|考核表|计划表|总结表|调查表|报表|报告|台账|"
    r"日志|清单|登记簿|日记账|记录本|记录单|交接本|工作单|通知单|申请单|工作总结|工作计划|工作小结|日报|周报|月报|季报|年报|"
    r"教案|病历|护理记录|访问表|走访表|记录|总结|计划|简报))"
)
# 登记报告主管: the word is what is done, and who is told follows.
_TOLD = re.compile(rf"报告[给至]?(?![报交送呈提经由]){people.WHO}")


def of(text: str, start: int, end: int) -> tuple[Evidence, int, int] | None:
    """The evidence named between two places of the clause, with where it stands."""
    for match in _BOOK.finditer(text, start, end):
        if not _RULES.search(match.group(1)):
            return Evidence(_kind(match.group(1)), match.group(1), quoted=True), match.start(), match.end()
    for match in _QUOTED.finditer(text, start, end):
        return Evidence(_kind(match.group(1)), match.group(1), quoted=True), match.start(), match.end()
    for named in _NAMED.finditer(text, start, end):
        lead = _LEAD.match(named.group("name"))
        first = named.start("name") + (lead.end() if lead else 0)
        name = text[first : named.end("name")]
        if not _TOLD.match(text, first):
            return Evidence(_kind(name), name), first, named.end("name")
    signed = _SIGNED.search(text, start, end)
    if signed is not None:
        return Evidence("signature", signed.group()), signed.start(), signed.end()
    return None


def _kind(name: str) -> Kind:
    if _TABLE.search(name):
        return "form"
    if _REPORT.search(name):
        return "report"
    if _FILE.search(name):
        return "file"
    return "form" if _FORM.search(name) else "note"

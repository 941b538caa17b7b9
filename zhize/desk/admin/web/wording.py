"""Codes of rules in words: facts of conditions, guards and inputs of moves, columns of rows, values of the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import Channel, Nature, Severity
from zhize.domains.cases.pack import FACTS
from zhize.domains.cases.selectors import types
from zhize.domains.organisation import sheets
from zhize.kernel import packs
from zhize.lib.conditions import Name, Vocabulary
from zhize.lib.text import Text
from zhize.ui import words

_LABELS = {
    "type": Text("类型", "type"),
    "nature": Text("性质", "nature"),
    "subtype": Text("分类", "subtype"),
    "severity": Text("严重程度", "severity"),
    "channel": Text("来源", "channel"),
    "is_major": Text("重大", "major"),
    "customer_kind": Text("客户类别", "kind of customer"),
    "customer_grade": Text("客户等级", "customer grade"),
    "has_area": Text("地点有责任区域", "the place has an area of responsibility"),
    "area": Text("责任区域", "area of responsibility"),
    "product": Text("产品", "product"),
    "object": Text("反映的对象", "what it is about"),
}
_JOBS = {
    "accounts.send_reset": Text("发送重设密码的邮件", "Mail a link to reset a password"),
    "accounts.tidy": Text("清理过期的登录", "Clear expired logins"),
    "calendars.refresh": Text("更新放假安排", "Refresh the holidays"),
    "cases.resume": Text("恢复暂停到期的工单", "Resume paused cases that are due"),
    "channels.fetch_mail": Text("收取邮件", "Fetch mail"),
    "channels.release_paused": Text("处理暂停期间的来件", "Take in what came while a channel was paused"),
    "shifts.move_due": Text("岗位交接：到交接日移交", "Handover lists: rows move on their day"),
    "shifts.begin_due": Text("请假：当天告诉代班人", "Leave: deputies are told on the first day"),
    "duties.schedule": Text("定期职责：生成应办事项", "Recurring duties: what is owed is made"),
    "duties.readers": Text("阅读签署：请新任职的人签署", "Reading and signing: people who joined are asked"),
    "duties.miss": Text("定期职责：记录漏办", "Recurring duties: what was missed is recorded"),
    "clocks.tick": Text("计时：到期提醒与升级", "Clocks: reminders and escalation"),
    "customers.find_duplicates": Text("查找疑似重复的客户", "Look for duplicate customers"),
    "customers.index": Text("更新客户搜索", "Index customers"),
    "customers.plan_visits": Text("安排等级走访", "Plan the visits by grade"),
    "channels.forget": Text("清理过期的渠道消息原文", "Let go of old messages from outside"),
    "customers.retention": Text(
        "客户保存期满：告诉管理档案的人", "Retention that is over: who keeps the archive is told"
    ),
    "customers.reindex_premises": Text("更新房产搜索", "Index premises"),
    "files.scan": Text("检查附件", "Scan attachments"),
    "files.sweep": Text("清理无主附件", "Clear attachments of nothing"),
    "history.deliver": Text("办理后续动作", "Carry out what follows from a fact"),
    "imports.forget": Text("清理过期的导入文件", "Let go of old imported files"),
    "history.seal": Text("封存操作记录", "Seal the log"),
    "history.sweep": Text("补办后续动作", "Carry out what was left over"),
    "imports.carry_out": Text("执行导入", "Carry out an import"),
    "imports.try": Text("试导入", "Try an import"),
    "jobs.tidy": Text("清理旧任务", "Clear old jobs"),
    "notices.mail": Text("发送邮件", "Send mail"),
    "notices.push": Text("发送推送", "Send a push message"),
    "notices.sweep": Text("补发消息", "Send messages that were left"),
    "reports.open_due": Text("开出到期的报表", "Open the reports that are due"),
    "shifts.reroute": Text("请假：审批人不在岗时转给下一位", "Leave: passed on when whoever decides is away"),
    "rest.deliver_webhook": Text("发送事件推送", "Deliver a webhook"),
    "rest.sweep": Text("补发事件推送", "Deliver webhooks that were left"),
    "rest.tidy": Text("清理接口记录", "Clear records of the API"),
    "search.again": Text("更新搜索索引", "Bring the search index up to date"),
    "ui.tidy": Text("清理旧草稿", "Clear old drafts"),
}
_NATURES = {
    "complaint": "complaint", "suggestion": "suggestion", "consultation": "question", "fault": "fault", "business": "request",
    "incident": "incident", "fire": "fire",
}  # fmt: skip


def _options(choices: Any, english: dict[str, str]) -> dict[str, Text]:
    from django.utils import translation

    with translation.override("zh-hans"):
        return {code: Text(str(label), english.get(code, code)) for code, label in choices.choices}


def vocabulary() -> Vocabulary:
    """The facts of cases' conditions with what they are called, and their values as the packs in force name them."""
    specs = types.case_types()
    options = {
        "type": {spec.code: spec.label for spec in specs},
        "subtype": {code: item.label for spec in specs for code, item in spec.subtype_codes().items()},
        "object": types.object_labels(),
        "customer_kind": {item.code: item.label for item in packs.listing("customer_kinds")},
        "customer_grade": {item.code: item.label for item in packs.listing("customer_grades")},
        "nature": _options(Nature, _NATURES),
        "severity": _options(Severity, {}),
        "channel": _options(Channel, {}),
    }
    return {
        code: Name(name.kind, _LABELS.get(code, Text(code, code)), options.get(code))
        for code, name in FACTS.items()
    }


COMMA = Text("、", ", ")
GUARDS = {
    "has_owner": _("有负责人"),
    "is_owner": _("是负责人本人"),
    "no_open_actions": _("没有未办结的工作单和承诺"),
    "customer_informed": _("已告知客户"),
    "audited": _("答复已审核"),
    "auditor_is_not_handler": _("审核人不是处理人"),
    "checklist_done": _("检查清单已完成"),
    "within_reopen_window": _("在可重开的期限内"),
    "customer_consents": _("客户同意"),
    "was_major_decided": _("重大投诉已批示"),
    "alarm_over": _("警报已解除"),
    "not_merged": _("没有并入另一件"),
    "callback_done": _("回访已完成"),
    "apology_done": _("已上门致歉"),
}
NEEDS = {
    "note": _("说明"), "reason": _("原因"), "solution": _("处理结果"), "outcome": _("结论"), "cause": _("原因分类"),
    "until": _("到什么时候"), "analysis": _("原因分析"), "plan": _("措施"), "proposal": _("处理建议"),
}  # fmt: skip


def column(label: str, name: str) -> Any:
    """What a column of a model is called; its code when nobody named it."""
    try:
        field = apps.get_model(label)._meta.get_field(name)
    except (LookupError, FieldDoesNotExist, ValueError):
        return sheets.LABELS.get(name, name) if label == "org.position" else name
    said = getattr(field, "verbose_name", name)
    return name if str(said) == name.replace("_", " ") else said


def value(given: Any) -> str:
    """A value of the log as people read it."""
    if given is None or given == "":
        return "–"
    if isinstance(given, bool):
        return str(_("是") if given else _("否"))
    if isinstance(given, dict):
        if "label" in given:
            return str(given["label"])
        if {"zh", "en"} <= set(given):
            return words.in_language(given)
    if isinstance(given, list):
        return words.in_language(COMMA).join(value(each) for each in given) or "–"
    moment = _moment(given)
    return words.when(moment, "full") if moment is not None else str(given)


def _moment(given: Any) -> datetime | None:
    if not isinstance(given, str) or "T" not in given:
        return None
    try:
        found = parse_datetime(given)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def job(code: str) -> str:
    """What a background job does; one that has no words here keeps its code."""
    return words.in_language(_JOBS.get(code, Text(code, code)))


# What the places of messages stand for, where the message itself says it in one language only or not at all.
PLACES = {
    "accepted": Text("受理时间", "when accepted"),
    "actor": Text("经手人", "who did it"),
    "agenda": Text("议题", "agenda"),
    "answer": Text("答复内容", "the answer"),
    "body": Text("正文", "the text"),
    "case": Text("工单", "the case"),
    "channel": Text("渠道", "channel"),
    "content": Text("内容", "content"),
    "customer": Text("客户", "customer"),
    "deputy": Text("代理人", "who stands in"),
    "description": Text("内容", "what it is about"),
    "due": Text("到期时间", "when it is due"),
    "finding": Text("查到的情况", "what was found"),
    "holder": Text("办理人", "who owes it"),
    "kind": Text("种类", "kind"),
    "label": Text("哪份报表", "which report"),
    "link": Text("链接", "link"),
    "login": Text("登录名", "login"),
    "minutes": Text("有效分钟数", "minutes it is valid"),
    "name": Text("名称", "name"),
    "note": Text("附言", "remark"),
    "number": Text("编号", "number"),
    "period": Text("期间", "period"),
    "phone": Text("电话", "phone"),
    "place": Text("地点", "place"),
    "position": Text("岗位", "position"),
    "reason": Text("原因", "reason"),
    "rung": Text("提醒阶段", "which reminder"),
    "sender": Text("发件人", "sender"),
    "span": Text("起止时间", "from when to when"),
    "subject": Text("主题", "subject"),
    "tag": Text("编号与回信标记", "number and reply tag"),
    "task": Text("任务", "task"),
    "text": Text("内容", "content"),
    "title": Text("标题", "title"),
    "to": Text("收件人", "receiver"),
    "type": Text("类型", "type"),
    "unit": Text("单位", "unit"),
    "what": Text("种类和天数", "kind and days"),
    "when": Text("时间", "when"),
    "who": Text("当事人", "who"),
    "why": Text("原因", "why"),
}


def place(name: str, meaning: str) -> Text:
    """What a place stands for: as the message says it in its language, else as PLACES does, else its name."""
    known = PLACES.get(name, Text(meaning, meaning))
    if meaning == name:
        return known
    return Text(known.zh, meaning) if meaning.isascii() else Text(meaning, known.en)

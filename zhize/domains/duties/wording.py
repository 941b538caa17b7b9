"""What a duty says, in words and in both languages: its rule, evidence, ladder. One place for pages, API and documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from zhize.domains.duties import recurring_words
from zhize.domains.duties.services import proving
from zhize.kernel import history
from zhize.kernel.clocks import limits
from zhize.kernel.db import Invalid
from zhize.lib import businesstime
from zhize.lib.businesstime import duration_text
from zhize.lib.text import Text

STANDING = Text("常设标准（不计时）", "standing (no clock)")
BY_TABLE = Text("时限见时限表", "the limit stands in the policy table")
OPENED_AS = {
    "worksheet": Text("发出工作单", "a work sheet is sent"),
    "task": Text("交办任务", "a task is given"),
    "promise": Text("作出承诺", "a promise is made"),
    "callback": Text("安排回访", "a callback is planned"),
    "reading": Text("要求签阅新版本", "a new version is to be read and signed"),
    "triggered": Text("系统产生这件事", "the product opens it"),
}
TELL = {
    "holder": Text("办理人", "the holder"),
    "deputy": Text("代理人", "the deputy"),
    "owner": Text("负责人", "the owner"),
    "superior": Text("直接上级", "the superior"),
    "second_superior": Text("再上一级", "the next level"),
    "present_on_shift": Text("当班人员", "whoever is on shift"),
}
_PLACE = re.compile(r"\{\w+\}")
_TAIL = re.compile(r"[（(：:].*$")


def rule_text(kind: str, rule: Mapping[str, Any]) -> Text:
    """When a duty of this kind is owed: 每月 5 日前; “派给…”后 24 小时; “收集”办结后 3 天内; 常设标准."""
    if kind == "standing":
        return _standing(rule)
    if rule.get("after"):
        return Text("前一项职责办结后：{t}", "once the duty before it is done: {t}").format(
            t=target_text(rule.get("target"))
        )
    if kind == "recurring":
        return recurring_words.text(rule)
    return _triggered(rule)


def _standing(rule: Mapping[str, Any]) -> Text:
    declared = rule.get("declare")
    if not declared:
        return STANDING
    every = recurring_words.PERIODS.get(declared, Text(declared, declared))
    return Text("常设标准，{every}自我声明一次", "standing, self-declared {every}").format(every=every)


def event_text(rule: Mapping[str, Any]) -> Text:
    """What begins a triggered duty."""
    if rule.get("after"):
        return Text("前一项职责办结", "the duty before it is done")
    if rule.get("by_hand"):
        return Text.of(rule["by_hand"])
    if rule.get("opened_as"):
        return OPENED_AS.get(rule["opened_as"], Text(rule["opened_as"], rule["opened_as"]))
    starts = [fact_text(code) for code in rule.get("starts") or ()]
    return Text("、".join(each.zh for each in starts), " or ".join(each.en for each in starts))


def _triggered(rule: Mapping[str, Any]) -> Text:
    event = event_text(rule)
    limit = BY_TABLE if rule.get("deadline") else target_text(rule.get("target"))
    if rule.get("opened_as") and not rule.get("target"):
        return Text("{event}时，按其期限", "{event}: by the time given there").format(event=event)
    return Text("“{event}”后：{t}", "after “{event}”: {t}").format(event=event, t=limit)


def target_text(target: Mapping[str, Any] | None) -> Text:
    """A time limit in words; what cannot be read is said as it stands."""
    if not target:
        return businesstime.target_text(businesstime.NoTarget())
    plain = {key: value for key, value in target.items() if key != "assumed"}
    if plain.get("kind") in ("by", "days") and not plain.get("days") and not plain.get("at"):
        plain = {"kind": "day_end"}  # within no days at all is today
    try:
        limit = limits.parse(plain)
    except Invalid:
        return Text(str(plain), str(plain))
    if isinstance(limit, limits.Moment):
        return Text.of(str(plain))
    return businesstime.target_text(limit)


def fact_text(code: str) -> Text:
    """What happened, without who and what: the sentence of the fact's verb cut to its core."""
    try:
        sentence = history.verbs.known(code).text
    except LookupError:
        return Text(code, code)
    zh, en = _core(sentence.zh, "…"), _core(sentence.en, "…")
    return Text(zh or code, en or code)


def _core(sentence: str, gap: str) -> str:
    bare = _TAIL.sub("", sentence.removeprefix("{actor}").strip())
    return re.sub(rf"(?:\s*{gap})+\s*$", gap, _PLACE.sub(gap, bare)).strip().lstrip(gap).strip()


def evidence_text(spec: Mapping[str, Any], titles: Mapping[str, Text] | None = None) -> Text:
    """What proves the duty, with the form's number and, where `titles` has it, its title."""
    named = Text.of(spec["label"]) if spec.get("label") else proving.KIND_TEXTS[proving.wanted(spec)]
    code = spec.get("form") or spec.get("report")
    # The kinds of proof are named as part of a sentence; here they stand alone.
    named = Text(named.zh, named.en[:1].upper() + named.en[1:])
    if titles and code and code in titles:
        each = "{named} · {title} {code}"
        return Text(each, each).format(named=named, title=titles[code], code=code)
    return Text(f"{named.zh}（{code}）", f"{named.en} ({code})") if code else named


def ladder_text(rungs: Iterable[Mapping[str, Any]], positions: Mapping[str, Text]) -> list[Text]:
    """Each rung: when, and who is told. `positions` names the positions by their code."""
    return [_rung(rung, positions) for rung in rungs]


def _rung(rung: Mapping[str, Any], positions: Mapping[str, Text]) -> Text:
    told = [TELL[word] for word in rung.get("tell") or () if word in TELL]
    told += [positions.get(code, Text(code, code)) for code in rung.get("positions") or ()]
    zh, en = "、".join(each.zh for each in told), ", ".join(each.en for each in told)
    return Text("{when}：{zh}", "{when}: {en}").format(when=_moment(rung), zh=zh, en=en)


def _moment(rung: Mapping[str, Any]) -> Text:
    if rung.get("percent"):
        return Text("时限过去 {n}%", "{n} % of the time gone").format(n=rung["percent"])
    if rung.get("before_minutes"):
        return Text("到期前 {d}", "{d} before due").format(d=_minutes(rung["before_minutes"]))
    if rung.get("after_minutes"):
        return Text("超时 {d}", "{d} after due").format(d=_minutes(rung["after_minutes"]))
    return Text("到期时", "when due")


def _minutes(count: int) -> Text:
    return duration_text(timedelta(minutes=count))

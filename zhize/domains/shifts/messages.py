"""What people are told about leave."""

from __future__ import annotations

from zhize.kernel import notices

NAMES = {
    "who": "who asks for leave",
    "what": "kind and days",
    "span": "from when to when",
    "reason": "why",
    "note": "the remark",
    "actor": "who decided",
    "deputy": "who stands in",
}
ASKED = notices.template(
    "leave.asked",
    zh=("请审批：{who}请假 {what}", "{who}申请{what}，{span}。事由：{reason}"),
    en=("To decide: leave of {who}, {what}", "{who} asks for {what}, {span}. Reason: {reason}"),
    names=NAMES,
)
APPROVED = notices.template(
    "leave.approved",
    zh=("请假已批准：{span}", "{actor}批准了您的请假（{what}，{span}）。代办人：{deputy}。{note}"),
    en=(
        "Leave approved: {span}",
        "{actor} approved your leave ({what}, {span}). Standing in: {deputy}. {note}",
    ),
    names=NAMES,
)
REFUSED = notices.template(
    "leave.refused",
    zh=("请假未批准：{span}", "{actor}没有批准您的请假（{what}，{span}）：{note}"),
    en=("Leave not approved: {span}", "{actor} did not approve your leave ({what}, {span}): {note}"),
    names=NAMES,
)
STAND_IN = notices.template(
    "leave.stand_in",
    zh=("请代办：{who} {span}", "{who} {span} 请假，由您代办。其间到期的事项会列在您的工作台上。"),
    en=(
        "Please stand in for {who}: {span}",
        "{who} is away {span}. What falls due meanwhile is on your day.",
    ),
    names=NAMES,
)
CALLED_OFF = notices.template(
    "leave.called_off",
    zh=("不用再代办：{who} {span}", "{who}取消了休假或已提前回来，不用再代办。"),
    en=("No need to stand in for {who}: {span}", "{who} cancelled the leave or is back early."),
    names=NAMES,
)

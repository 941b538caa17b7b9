"""What people are told about leave and about handing over."""

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
BEGINS = notices.template(
    "leave.begins",
    zh=("今天起代办：{who}", "{who} {span} 休假，由您代办。其间到期的事项列在您的工作台上。"),
    en=("You stand in from today: {who}", "{who} is away {span}. What falls due meanwhile is on your day."),
    names=NAMES,
)
CALLED_OFF = notices.template(
    "leave.called_off",
    zh=("不用再代办：{who} {span}", "{who}取消了休假或已提前回来，不用再代办。"),
    en=("No need to stand in for {who}: {span}", "{who} cancelled the leave or is back early."),
    names=NAMES,
)

LOG_TAKEN = notices.template(
    "shiftlog.taken",
    zh=("已接班：{name}", "{actor}已签收{name}的交接班日志。{note}"),
    en=("Taken over: {name}", "{actor} signed for the handover log of {name}. {note}"),
    names={"name": "the shift", "note": "the remark", "actor": "who took over"},
)
LOG_RETURNED = notices.template(
    "shiftlog.returned",
    zh=("交接班日志被退回：{name}", "{actor}退回{name}的交接班日志，请补充：{note}"),
    en=("Handover log returned: {name}", "{actor} returned the handover log of {name}: {note}"),
    names={"name": "the shift", "note": "the remark", "actor": "who returned it"},
)
TO_SIGN = notices.template(
    "takeover.to_sign",
    zh=("请签交接清单：{who}（{position}）", "{who}的{position}岗位交接清单请您核对签字。{reason}"),
    en=(
        "To sign: handover of {who} ({position})",
        "Please check and sign the handover list of {who}, {position}. {reason}",
    ),
    names={"who": "who leaves", "position": "the position", "reason": "why"},
)

"""What people are told about cases. Packs and sites may word it differently."""

from __future__ import annotations

from zhize.kernel import notices

notices.template(
    "case.assigned",
    zh=(
        "派给您：{number} {title}",
        "{actor}派给您 {number} {title}（{type}，{channel}）。{why}\n{description}\n请在 {due} 前答复。\n{link}",
    ),
    en=(
        "Assigned to you: {number} {title}",
        "{actor} assigned {number} {title} ({type}, {channel}) to you. {why}\n{description}\nPlease answer by {due}.\n{link}",
    ),
    names=("number", "title", "actor", "type", "channel", "why", "description", "due", "link"),
)
notices.template(
    "case.forwarded",
    zh=(
        "【{type}】{number} {title}，请于 {due} 前答复",
        "{number} {title}\n客户：{customer}　地点：{place}\n{description}\n\n受理时间：{accepted}\n请在 {due} 前答复，并跟踪到关闭为止。\n{link}",
    ),
    en=(
        "[{type}] {number} {title}, please answer by {due}",
        "{number} {title}\nCustomer: {customer}   Place: {place}\n{description}\n\nAccepted: {accepted}\nPlease answer by {due} and follow it until it is closed.\n{link}",
    ),
    names=("number", "title", "type", "customer", "place", "description", "accepted", "due", "link"),
)
notices.template(
    "case.urged",
    zh=("催办：{number} {title}", "{actor}催办 {number}：{note}"),
    en=("Chased: {number} {title}", "{actor} chases {number}: {note}"),
    names=("number", "title", "actor", "note"),
)
notices.template(
    "case.customer_wrote",
    zh=("客户来信：{number} {title}", "{customer}就 {number} 写道：\n{body}"),
    en=("The customer wrote: {number} {title}", "{customer} wrote about {number}:\n{body}"),
    names=("number", "title", "customer", "body"),
)
notices.template(
    "case.unassignable",
    zh=("没有可派的人：{number} {title}", "{number} {title} 派不出去：{finding}。请手工派单。"),
    en=(
        "Nobody eligible: {number} {title}",
        "{number} {title} cannot be dispatched: {finding}. Please assign it by hand.",
    ),
    names=("number", "title", "finding"),
)
notices.template(
    "case.major",
    zh=("重大投诉：{number} {title}", "{actor}登记为重大：{reason}。请关注并按时限提交处理建议。"),
    en=(
        "Major case: {number} {title}",
        "{actor} registered it as major: {reason}. Please follow it and propose what to do in time.",
    ),
    names=("number", "title", "reason", "actor"),
)
notices.template(
    "case.alarm",
    zh=(
        "警报：{title}（{place}）",
        "{actor}报告：{title}，地点 {place}。\n您的任务：{task}\n请立即行动，并点“已收到”。",
    ),
    en=(
        "Alarm: {title} ({place})",
        "{actor} reports: {title} at {place}.\nYour task: {task}\nAct at once and press “Acknowledge”.",
    ),
    names=("number", "title", "place", "actor", "task"),
)
notices.template(
    "case.consulted",
    zh=("请示：{number} {title}", "{actor}就 {number} {title} 请示：\n{body}\n{link}"),
    en=("Asked for a decision: {number} {title}", "{actor} asks about {number} {title}:\n{body}\n{link}"),
    names=("number", "title", "actor", "body", "link"),
)
notices.template(
    "case.paper",
    zh=("{kind} {number}", "工单 {case} 的{kind} {number} 已分发给贵部门，请查阅。"),
    en=("{kind} {number}", "{kind} {number} of case {case} was distributed to your unit. Please read it."),
    names=("number", "kind", "case"),
)
notices.template(
    "case.transfer",
    zh=("转办意见：{number}", "{actor}转来意见（{number}）：{text}"),
    en=("Opinion passed on: {number}", "{actor} passes on an opinion ({number}): {text}"),
    names=("number", "text", "actor"),
)
notices.template(
    "worksheet.sent",
    zh=("工作单 {number}，限 {due}", "{actor}请{unit}协办（工单 {case}）：{task}\n请在 {due} 前答复。"),
    en=(
        "Work sheet {number}, due {due}",
        "{actor} asks {unit} to help with case {case}: {task}\nPlease answer by {due}.",
    ),
    names=("number", "due", "actor", "unit", "case", "task"),
)
notices.template(
    "worksheet.urged",
    zh=("催办工作单 {number}", "{actor}催办工作单 {number}：{note}"),
    en=("Work sheet {number} chased", "{actor} chases work sheet {number}: {note}"),
    names=("number", "actor", "note"),
)
notices.template(
    "case.reply",
    zh=("关于您反映的“{title}”（{number}）", "{body}"),
    en=("About “{title}” ({number})", "{body}"),
    names=("number", "title", "body"),
)

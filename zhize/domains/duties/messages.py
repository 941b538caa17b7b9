"""What people are told about what they owe, in words that a pack or the site may change."""

from __future__ import annotations

from zhize.kernel import notices

NAMES = {
    "title": "what is owed",
    "due": "when it is due",
    "holder": "who owes it",
    "unit": "the unit",
    "rung": "which rung of the ladder",
    "note": "the remark",
    "actor": "who did it",
}

REMINDER = notices.template(
    "obligation.reminder",
    zh=("{rung}：{title}", "“{title}”{rung}，到期 {due}。办理人：{holder}，{unit}。"),
    en=("{rung}: {title}", "{title}: {rung}, due {due}. Owed by {holder}, {unit}."),
    names=NAMES,
)
ESCALATION = notices.template(
    "obligation.escalation",
    zh=("{rung}：{title}（{holder}）", "“{title}”{rung}，到期 {due}，由 {holder}（{unit}）办理，请督办。"),
    en=(
        "{rung}: {title} ({holder})",
        "{title}: {rung}, due {due}, owed by {holder} ({unit}). Please follow up.",
    ),
    names=NAMES,
)
ASSIGNED = notices.template(
    "obligation.assigned",
    zh=("交给您：{title}", "{actor}把“{title}”交给您办理，到期 {due}。{note}"),
    en=("For you: {title}", "{actor} gave you {title}, due {due}. {note}"),
    names=NAMES,
)
SUBMITTED = notices.template(
    "obligation.submitted",
    zh=("待您确认：{title}", "{holder}已办“{title}”，请确认或退回。{note}"),
    en=("To accept: {title}", "{holder} did {title}. Please accept or return it. {note}"),
    names=NAMES,
)
RETURNED = notices.template(
    "obligation.returned",
    zh=("被退回：{title}", "{actor}退回“{title}”：{note}。请在 {due} 前重办。"),
    en=("Returned: {title}", "{actor} returned {title}: {note}. Please do it again by {due}."),
    names=NAMES,
)
URGED = notices.template(
    "obligation.urged",
    zh=("催办：{title}", "{actor}提醒您办理“{title}”，到期 {due}。{note}"),
    en=("Reminder: {title}", "{actor} reminds you of {title}, due {due}. {note}"),
    names=NAMES,
)

"""What people are told of meetings and talks. The content of a talk never leaves its page."""

from __future__ import annotations

from zhize.kernel import notices

notices.template(
    "meeting.called",
    zh=("会议通知：{title}", "请参加“{title}”。\n时间：{when}\n地点：{place}\n议题：{agenda}"),
    en=(
        "Meeting: {title}",
        "You are asked to come to {title}.\nWhen: {when}\nWhere: {place}\nAgenda: {agenda}",
    ),
    names={"title": "主题", "when": "时间", "place": "地点", "agenda": "议题"},
)
notices.template(
    "meeting.moved",
    zh=("会议改期：{title}", "“{title}”的时间或地点有变。\n时间：{when}\n地点：{place}\n议题：{agenda}"),
    en=(
        "Meeting moved: {title}",
        "{title} has another time or place.\nWhen: {when}\nWhere: {place}\nAgenda: {agenda}",
    ),
    names={"title": "主题", "when": "时间", "place": "地点", "agenda": "议题"},
)
notices.template(
    "meeting.cancelled",
    zh=("会议取消：{title}", "{when} 的“{title}”不开了。原因：{reason}"),
    en=("Meeting cancelled: {title}", "{title} at {when} does not take place. Reason: {reason}"),
    names={"title": "主题", "when": "时间", "place": "地点", "agenda": "议题", "reason": "原因"},
)
notices.template(
    "talk.recorded",
    zh=("{actor}有一条沟通记录给您", "{actor}登记了“{kind}”，请查阅。"),
    en=("{actor} has put a talk on record for you", "{actor} recorded: {kind}. Please read it."),
    names={"actor": "登记人", "kind": "种类"},
)
notices.template(
    "talk.answered",
    zh=("您的“{kind}”已有答复", "{actor}答复了您登记的“{kind}”。"),
    en=("Your record was answered: {kind}", "{actor} answered what you recorded ({kind})."),
    names={"actor": "答复人", "kind": "种类"},
)

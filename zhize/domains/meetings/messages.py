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

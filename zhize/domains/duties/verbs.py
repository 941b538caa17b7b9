"""What can happen to duties and obligations."""

from __future__ import annotations

from zhize.kernel import history

OPENED = history.verb(
    "obligation.opened",
    zh="产生应办事项“{title}”，由 {holder_text} 办理，到期 {due_text}",
    en="{title} is owed by {holder_text}, due {due_text}",
    privacy="mask",
)
DONE = history.verb(
    "obligation.done",
    zh="{actor}办结“{title}”（{late_text}）",
    en="{actor} did {title} ({late_text})",
    privacy="mask",
)
SUBMITTED = history.verb(
    "obligation.submitted",
    zh="{actor}交出“{title}”，待 {acceptor_text} 确认（{late_text}）",
    en="{actor} handed in {title} to {acceptor_text} ({late_text})",
    privacy="mask",
)
ACCEPTED = history.verb(
    "obligation.accepted",
    zh="{actor}确认了“{title}” {note}",
    en="{actor} accepted {title} {note}",
    privacy="mask",
)
RETURNED = history.verb(
    "obligation.returned",
    zh="{actor}退回“{title}”，{due_text} 前重办：{note}",
    en="{actor} returned {title}, to be done again by {due_text}: {note}",
    privacy="mask",
)
EXCUSED = history.verb(
    "obligation.excused",
    zh="{actor}批准免办“{title}”：{note}",
    en="{actor} excused {title}: {note}",
    privacy="mask",
)
MISSED = history.verb(
    "obligation.missed", zh="“{title}”漏办 {note}", en="{title} was missed {note}", privacy="mask"
)
CANCELLED = history.verb(
    "obligation.cancelled",
    zh="{actor}撤销“{title}”：{note}",
    en="{actor} cancelled {title}: {note}",
    privacy="mask",
)
REASSIGNED = history.verb(
    "obligation.reassigned",
    zh="{actor}把“{title}”从 {from_text} 改派给 {holder_text}：{note}",
    en="{actor} gave {title} from {from_text} to {holder_text}: {note}",
    privacy="mask",
)
MOVED = history.verb(
    "obligation.moved",
    zh="{actor}把“{title}”的到期从 {before_text} 调整到 {due_text}：{note}",
    en="{actor} moved {title} from {before_text} to {due_text}: {note}",
    privacy="mask",
)
PROGRESSED = history.verb(
    "obligation.progressed",
    zh="{actor}登记“{title}”进度 {progress}/{quota}",
    en="{actor} recorded {progress} of {quota} for {title}",
    privacy="mask",
)
SIZED = history.verb(
    "obligation.sized",
    zh="“{title}”本期应做 {quota}",
    en="{quota} are owed of {title} this period",
    privacy="mask",
)
REMINDED = history.verb(
    "obligation.reminded",
    zh="已提醒 {told_text}：“{title}”{rung}，到期 {due_text}",
    en="{told_text} reminded: {title}, {rung}, due {due_text}",
    privacy="mask",
)
ESCALATED = history.verb(
    "obligation.escalated",
    zh="已上报 {told_text}：“{title}”{rung}，到期 {due_text}",
    en="Escalated to {told_text}: {title}, {rung}, due {due_text}",
    privacy="mask",
)
NOBODY = history.verb(
    "obligation.nobody_there",
    zh="“{title}”{rung}，但没有可通知的人：{finding}",
    en="{title}, {rung}, but nobody could be told: {finding}",
    privacy="mask",
)
EXPLAINED = history.verb(
    "obligation.explained",
    zh="{actor}说明“{title}”没有按时做到的原因：{note}",
    en="{actor} said why {title} was not done in time: {note}",
    privacy="mask",
)
URGED = history.verb(
    "obligation.urged",
    zh="{actor}催办“{title}”，已提醒 {told_text} {note}",
    en="{actor} reminded {told_text} of {title} {note}",
    privacy="mask",
)
FEED_OPENED = history.verb(
    "calendar.opened", zh="{actor}开通了日历订阅地址", en="{actor} opened a calendar feed", privacy="keep"
)
FEED_CLOSED = history.verb(
    "calendar.closed", zh="{actor}停用了日历订阅地址", en="{actor} closed the calendar feed", privacy="keep"
)
SCHEDULED = history.verb(
    "duty.scheduled",
    zh="按“{title}”排出 {count} 件定期应办事项，{first_text} 至 {last_text} 到期",
    en="{count} obligations of {title} scheduled, due from {first_text} to {last_text}",
    privacy="keep",
)
FOLLOWED = history.verb(
    "duty.followed",
    zh="{count} 件尚未开始的“{title}”随岗位换人",
    en="{count} obligations of {title} that had not begun follow the position to its new holder",
    privacy="keep",
)
TAKEN_BACK = history.verb(
    "duty.taken_back",
    zh="{count} 件尚未开始的“{title}”由计划收回：{note}",
    en="{count} obligations of {title} that had not begun were taken back by the plan: {note}",
    privacy="keep",
)
DUTY_ADDED = history.verb(
    "duty.added", zh="{actor}建立职责“{title}”", en="{actor} added the duty {title}", privacy="keep"
)
DUTY_CHANGED = history.verb(
    "duty.changed",
    zh="{actor}修改职责“{title}”，第 {number} 版 {note}",
    en="{actor} changed the duty {title}, version {number} {note}",
    privacy="keep",
)
DUTY_CONFIRMED = history.verb(
    "duty.confirmed",
    zh="{actor}复核：条款 {number} 修改后，职责“{title}”仍然适用 {note}",
    en="{actor} reviewed {title}: still right for clause {number} as it reads now {note}",
    privacy="keep",
)
DUTY_RELEASED = history.verb(
    "duty.released",
    zh="{actor}复核：条款 {number} 已删去，职责“{title}”照常执行 {note}",
    en="{actor} reviewed {title}: it stays without clause {number}, which was taken out {note}",
    privacy="keep",
)
DUTY_LINKED = history.verb(
    "duty.linked",
    zh="{actor}设定职责“{title}”落实 {count} 条条款",
    en="{actor} linked the duty {title} to {count} clauses",
    privacy="keep",
)
DUTY_ENDED = history.verb(
    "duty.ended",
    zh="{actor}停用职责“{title}” {note}",
    en="{actor} ended the duty {title} {note}",
    privacy="keep",
)

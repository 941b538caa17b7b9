"""What can happen to leave and when things are handed over."""

from __future__ import annotations

from zhize.kernel.history import verb

verb(
    "leave.asked",
    zh="{actor}申请{kind_text} {days} 天（{span}），由{to}审批",
    en="{actor} asked for {days} days of leave, {kind_text} ({span}); {to} decides",
    privacy="mask",
)
verb(
    "leave.nobody",
    zh="没有人能审批{who}的请假：{finding}",
    en="Nobody can decide on {who}'s leave: {finding}",
    privacy="keep",
)
verb("leave.routed", zh="请假改由{to}审批", en="The leave is now decided by {to}", privacy="keep")
verb("leave.approve", zh="{actor}批准请假 {note}", en="{actor} approved the leave {note}", privacy="keep")
verb(
    "leave.covered",
    zh="{who}{span}请假，其间由{to}代办",
    en="{who} is away {span}; {to} stands in meanwhile",
    privacy="keep",
)
verb(
    "leave.uncovered",
    zh="{who}{span}请假，没有人代办",
    en="{who} is away {span}, and nobody stands in",
    privacy="keep",
)
verb("leave.refuse", zh="{actor}没有批准请假：{note}", en="{actor} refused the leave: {note}", privacy="keep")
verb("leave.withdraw", zh="{actor}撤回请假申请", en="{actor} withdrew the request for leave", privacy="keep")
verb("leave.begun", zh="休假开始：{span}", en="The leave begins: {span}", privacy="keep")
verb("leave.cancel", zh="{actor}取消休假 {note}", en="{actor} cancelled the leave {note}", privacy="keep")
verb("leave.back", zh="{actor}提前销假 {note}", en="{actor} is back early {note}", privacy="keep")
verb(
    "leave.rule_set",
    zh="{actor}设定{unit}的请假审批：{days} 天",
    en="{actor} set the leave rule of {unit}: {days} days",
    privacy="keep",
)

verb(
    "shiftlog.begun",
    zh="{actor}开始填写{name}的交接班日志",
    en="{actor} began the handover log of {name}",
    privacy="keep",
)
verb("shiftlog.written", zh="{actor}填写交接班日志", en="{actor} wrote the handover log", privacy="keep")
verb(
    "shiftlog.hand",
    zh="{actor}签字交班，未结 {count} 件，交给{to}",
    en="{actor} signed and handed over {count} open items to {to}",
    privacy="keep",
)
verb("shiftlog.take", zh="{actor}签字接班 {note}", en="{actor} signed and took over {note}", privacy="keep")
verb(
    "shiftlog.give_back",
    zh="{actor}退回交接班日志：{note}",
    en="{actor} returned the handover log: {note}",
    privacy="keep",
)
verb(
    "shiftlog.drop",
    zh="{actor}作废交接班日志：{note}",
    en="{actor} dropped the handover log: {note}",
    privacy="keep",
)
verb(
    "takeover.made",
    zh="{actor}编制{who}的交接清单，{count} 件：{note}",
    en="{actor} made the handover list of {who}, {count} items: {note}",
    privacy="keep",
)
verb("takeover.assign", zh="{actor}指定接手人：{to}", en="{actor} named the takers: {to}", privacy="keep")
verb("takeover.give", zh="{actor}签字交出", en="{actor} signed as giver", privacy="keep")
verb("takeover.take", zh="{actor}签字接手 {count} 件", en="{actor} signed for {count} items", privacy="keep")
verb(
    "takeover.move",
    zh="{actor}立即移交 {count} 件：{note}",
    en="{actor} moved {count} items at once: {note}",
    privacy="keep",
)
verb(
    "takeover.waive",
    zh="{actor}免签办结：{note}",
    en="{actor} closed it without signature: {note}",
    privacy="keep",
)
verb(
    "takeover.wait",
    zh="交接双方都已签字，{on} 移交",
    en="Both sides have signed; it moves on {on}",
    privacy="keep",
)
verb(
    "takeover.moved",
    zh="交接日到，已签字的 {count} 件移交",
    en="The day came; {count} signed items moved",
    privacy="keep",
)
verb("takeover.close", zh="交接双方都已签字", en="Both sides have signed", privacy="keep")

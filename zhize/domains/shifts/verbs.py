"""What can happen to leave."""

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
verb("leave.cancel", zh="{actor}取消休假 {note}", en="{actor} cancelled the leave {note}", privacy="keep")
verb("leave.back", zh="{actor}提前销假 {note}", en="{actor} is back early {note}", privacy="keep")
verb(
    "leave.rule_set",
    zh="{actor}设定{unit}的请假审批：{days} 天",
    en="{actor} set the leave rule of {unit}: {days} days",
    privacy="keep",
)

"""What can happen to meetings, talks and proposals. Sentences say that something was told, never what."""

from __future__ import annotations

from zhize.kernel.history import verb

verb("meeting.called", zh="{actor}召集会议", en="{actor} called the meeting", privacy="keep")
verb("meeting.changed", zh="{actor}修改会议", en="{actor} changed the meeting", privacy="keep")
verb("meeting.written", zh="{actor}写会议记录", en="{actor} wrote the minutes", privacy="keep")
verb(
    "meeting.decided",
    zh="{actor}记下决议：{text}",
    en="{actor} wrote down a decision: {text}",
    privacy="keep",
)
verb("meeting.struck", zh="{actor}删去决议：{text}", en="{actor} struck a decision: {text}", privacy="keep")
verb(
    "meeting.close",
    zh="{actor}将会议记录定稿，{actions} 项任务已交办",
    en="{actor} closed the minutes; {actions} tasks were given out",
    privacy="keep",
)
verb(
    "meeting.cancel", zh="{actor}取消会议：{note}", en="{actor} cancelled the meeting: {note}", privacy="keep"
)
verb(
    "talk.recorded",
    zh="{actor}登记“{kind_label}”，给{receiver}",
    en="{actor} put a talk on record for {receiver}",
    privacy="drop",
)
verb("talk.read", zh="{actor}已阅", en="{actor} read it", privacy="drop")
verb("talk.answered", zh="{actor}作了答复", en="{actor} answered", privacy="drop")
verb(
    "proposal.filed",
    zh="{actor}提出建议，由{decider}决定",
    en="{actor} filed a proposal for {decider} to decide",
    privacy="drop",
)
verb("proposal.adopt", zh="{actor}采纳建议", en="{actor} adopted the proposal", privacy="drop")
verb("proposal.decline", zh="{actor}未采纳建议", en="{actor} declined the proposal", privacy="drop")
verb("proposal.carry_out", zh="建议已落实", en="The proposal was carried out", privacy="drop")
verb("proposal.withdraw", zh="{actor}撤回建议", en="{actor} withdrew the proposal", privacy="drop")

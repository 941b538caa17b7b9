"""What happens to approvals; every entry also stands in the history of the row in question."""

from __future__ import annotations

from zhize.kernel import history

history.verb(
    "approval.requested",
    zh="{actor}提交审批《{subject}》",
    en="{actor} asked for approval of “{subject}”",
    privacy="mask",
)
history.verb(
    "approval.step_approved",
    zh="{actor}同意《{subject}》（{step}）",
    en="{actor} approved “{subject}” ({step})",
    privacy="mask",
)
history.verb(
    "approval.passed",
    zh="{actor}同意《{subject}》，审批通过",
    en="{actor} gave the last approval of “{subject}”",
    privacy="mask",
)
history.verb(
    "approval.returned",
    zh="{actor}退回《{subject}》：{note}",
    en="{actor} returned “{subject}”: {note}",
    privacy="mask",
)
history.verb(
    "approval.rejected",
    zh="{actor}否决《{subject}》：{note}",
    en="{actor} rejected “{subject}”: {note}",
    privacy="mask",
)
history.verb(
    "approval.resubmitted",
    zh="{actor}再次提交《{subject}》",
    en="{actor} handed “{subject}” in again",
    privacy="mask",
)
history.verb(
    "approval.withdrawn", zh="{actor}撤回《{subject}》", en="{actor} withdrew “{subject}”", privacy="mask"
)
history.verb(
    "approval.own_refused",
    zh="{actor}试图审批自己提交的《{subject}》，系统已拒绝",
    en="{actor} tried to decide on “{subject}”, which is {actor}'s own; this was refused",
    privacy="mask",
)

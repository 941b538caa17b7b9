"""What positions may be granted on meetings, talks and proposals."""

from __future__ import annotations

from zhize.kernel import access

VIEW = access.capability("meeting.view", zh="查看会议", en="See meetings")
HOLD = access.capability("meeting.hold", zh="召集会议并写记录", en="Call meetings and keep the minutes")
TALK_VIEW = access.capability("talk.view", zh="查看沟通记录", en="See talks on record")
TALK_RECORD = access.capability("talk.record", zh="登记沟通与上报", en="Record talks and reports upwards")
PROPOSAL_VIEW = access.capability("proposal.view", zh="查看建议", en="See proposals")
PROPOSAL_FILE = access.capability("proposal.file", zh="提出建议", en="File a proposal")
PROPOSAL_DECIDE = access.capability(
    "proposal.decide", zh="决定流程、制度建议", en="Decide proposals on rules and flows"
)
STAFF_DECIDE = access.capability(
    "proposal.decide_staff", zh="决定人事建议", en="Decide proposals on appointments, pay and dismissal"
)

FOLLOW = access.system_actor("meetings.follow", caps={PROPOSAL_VIEW, PROPOSAL_FILE, PROPOSAL_DECIDE})

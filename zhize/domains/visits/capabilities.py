"""What positions may be granted on callbacks, surveys and opinions."""

from __future__ import annotations

from zhize.kernel import access

VIEW = access.capability("callback.view", zh="查看回访", en="See callbacks")
MAKE = access.capability("callback.make", zh="回访客户", en="Call customers back")
ASSIGN = access.capability("callback.assign", zh="分派回访", en="Assign callbacks")
SURVEY = access.capability("callback.survey", zh="发送满意度链接", en="Send survey links")
OPINION_VIEW = access.capability("opinion.view", zh="查看意见登记", en="See opinions")
OPINION_RECORD = access.capability("opinion.record", zh="登记意见", en="Register opinions")
OPINION_RECEIVE = access.capability(
    "opinion.receive", zh="接收并答复转办意见", en="Receive and answer opinions"
)
SAMPLE_VIEW = access.capability("sample.view", zh="查看回访计划", en="See visit plans")
SAMPLE_DRAW = access.capability("sample.draw", zh="抽取回访计划", en="Draw visit plans")
SAMPLE_VISIT = access.capability("sample.visit", zh="登记计划回访", en="Record planned visits")

FOLLOW = access.system_actor(
    "visits.follow",
    caps={VIEW, MAKE, ASSIGN, "case.view", "case.reopen", "case.reply", "case.open", "case.note"},
)
access.customer_capability(MAKE)
access.customer_capability("case.reopen")

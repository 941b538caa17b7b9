"""What can happen to callbacks and opinions."""

from __future__ import annotations

from zhize.kernel.history import verb

verb(
    "callback.asked",
    zh="应回访客户（第 {round} 轮），由 {to} 致电",
    en="The customer is to be called back (round {round}) by {to}",
    privacy="keep",
)
verb("callback.assigned", zh="{actor}把回访交给{to}", en="{actor} gave the callback to {to}", privacy="keep")
verb(
    "callback.tried",
    zh="{actor}第 {number} 次致电：{outcome_label} {note}",
    en="{actor} tried for the {number}. time: {outcome_label} {note}",
    privacy="mask",
)
verb("callback.done", zh="{actor}完成回访：{result}", en="{actor} did the callback: {result}", privacy="mask")
verb(
    "callback.unreached",
    zh="{actor}多次致电未接通，回访结束",
    en="{actor} could not reach the customer",
    privacy="keep",
)
verb("callback.cancelled", zh="回访取消：{note}", en="The callback fell away: {note}", privacy="keep")
verb(
    "callback.dissatisfied",
    zh="客户不满意（{score} 分），工单重开",
    en="The customer is not satisfied ({score}), the case is reopened",
    privacy="keep",
)
verb(
    "callback.followed_up",
    zh="回访发现问题，已建工单 {number} 跟进",
    en="The callback found a problem; case {number} follows it up",
    privacy="keep",
)
verb("callback.link_sent", zh="{actor}发出满意度链接", en="{actor} sent the survey link", privacy="keep")
verb(
    "opinion.recorded",
    zh="{actor}登记意见（{topic}）",
    en="{actor} registered an opinion ({topic})",
    privacy="drop",
)
verb("opinion.transfer", zh="{actor}把意见转给{to}", en="{actor} passed the opinion to {to}", privacy="keep")
verb("opinion.receive", zh="{actor}签收意见", en="{actor} received the opinion", privacy="keep")
verb("opinion.answer", zh="{actor}答复意见", en="{actor} answered the opinion", privacy="drop")
verb(
    "sample.drawn",
    zh="{actor}抽取了回访计划：总户数 {population}，应回访 {quota}",
    en="{actor} drew the visit plan: {quota} of {population} homes",
    privacy="keep",
)
verb("sample.visited", zh="{actor}回访了 {home}", en="{actor} visited {home}", privacy="mask")
verb(
    "sample.corrected",
    zh="{actor}更正了 {home} 的回访：原为“{was}”，现为“{now}”（{note}）",
    en="{actor} corrected the visit of {home}: it was “{was}”, it is “{now}” ({note})",
    privacy="mask",
)
verb(
    "sample.replaced",
    zh="{actor}把 {home} 换成 {other}：{note}",
    en="{actor} took {other} instead of {home}: {note}",
    privacy="mask",
)
verb(
    "sample.measure_decided",
    zh="{actor}写明“{stratum}”的整改措施：{note}",
    en="{actor} wrote the measure for {stratum}: {note}",
    privacy="mask",
)

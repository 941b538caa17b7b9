"""What can happen to a case, as it reads in its history."""

from __future__ import annotations

from zhize.kernel.history import verb

verb(
    "case.opened",
    zh="{actor}受理（{channel_label}）",
    en="{actor} took the case in ({channel_label})",
    privacy="mask",
)
verb("case.verified", zh="{actor}核实后转为正式工单", en="{actor} verified the submission", privacy="keep")
verb("case.edited", zh="{actor}修改了工单内容", en="{actor} edited the case", privacy="mask")
verb("case.assigned", zh="{actor}派给{to}{why}", en="{actor} assigned the case to {to}{why}", privacy="keep")
verb("case.unassignable", zh="没有可派的人：{finding}", en="Nobody eligible: {finding}", privacy="keep")
verb(
    "case.forwarded",
    zh="{actor}以邮件转发给{to}",
    en="{actor} forwarded the case by e-mail to {to}",
    privacy="mask",
)
verb("case.moved", zh="{actor}：{label}", en="{actor}: {label}", privacy="mask")
verb("case.answered", zh="{actor}办结答复：{solution}", en="{actor} answered: {solution}", privacy="mask")
verb("case.paused", zh="{actor}暂停计时：{reason}", en="{actor} paused the clock: {reason}", privacy="keep")
verb("case.resumed", zh="{actor}恢复计时", en="{actor} resumed the clock", privacy="keep")
verb(
    "case.audited",
    zh="{actor}审核答复：{verdict}",
    en="{actor} audited the answer: {verdict}",
    privacy="keep",
)
verb(
    "case.faulty",
    zh="{actor}退回答复，再次派单：{note}",
    en="{actor} returned the answer for another round: {note}",
    privacy="keep",
)
verb(
    "case.closed",
    zh="{actor}关闭工单（{outcome_label}）",
    en="{actor} closed the case ({outcome_label})",
    privacy="keep",
)
verb("case.reopened", zh="{actor}重开工单：{note}", en="{actor} reopened the case: {note}", privacy="mask")
verb("case.voided", zh="{actor}作废工单：{note}", en="{actor} voided the case: {note}", privacy="keep")
verb(
    "case.replied",
    zh="{actor}答复客户（{channel_label}）",
    en="{actor} replied to the customer ({channel_label})",
    privacy="drop",
)
verb(
    "case.customer_wrote",
    zh="客户来信（{channel_label}）",
    en="The customer wrote ({channel_label})",
    privacy="drop",
)
verb(
    "case.informed",
    zh="{actor}已把结果告知客户（{channel_label}）",
    en="{actor} told the customer the result ({channel_label})",
    privacy="keep",
)
verb("case.noted", zh="{actor}写了{kind_label}", en="{actor} wrote: {kind_label}", privacy="drop")
verb("case.consulted", zh="{actor}向{to}请示", en="{actor} asked {to} for a decision", privacy="drop")
verb(
    "case.promised",
    zh="{actor}向客户承诺：{text}",
    en="{actor} promised the customer: {text}",
    privacy="mask",
)
verb("case.promise_kept", zh="{actor}兑现承诺：{text}", en="{actor} kept the promise: {text}", privacy="mask")
verb("case.urged", zh="{actor}催办：{note}", en="{actor} chased: {note}", privacy="keep")
verb("case.ticked", zh="{actor}完成“{step}”", en="{actor} did “{step}”", privacy="keep")
verb("case.unticked", zh="{actor}撤销“{step}”", en="{actor} undid “{step}”", privacy="keep")
verb("case.merged", zh="{actor}并入 {into}", en="{actor} merged it into {into}", privacy="keep")
verb(
    "case.absorbed",
    zh="{actor}把 {other} 并入本单",
    en="{actor} merged {other} into this case",
    privacy="keep",
)
verb("case.split", zh="{actor}拆分出 {other}", en="{actor} split off {other}", privacy="keep")
verb(
    "case.linked",
    zh="{actor}关联 {other}（{kind_label}）",
    en="{actor} linked {other} ({kind_label})",
    privacy="keep",
)
verb("case.parented", zh="{actor}归入上级工单 {other}", en="{actor} put it under {other}", privacy="keep")
verb("case.tagged", zh="{actor}调整了标签", en="{actor} changed the tags", privacy="keep")
verb("case.repeat_found", zh="与 {other} 重复", en="Repeats {other}", privacy="keep")
verb(
    "case.class_repeated",
    zh="周五通报后 30 天内同类再次发生",
    en="The class came again within 30 days of a Friday report",
    privacy="keep",
)
verb(
    "case.made_major",
    zh="{actor}升级为重大：{note}",
    en="{actor} reported it as major: {note}",
    privacy="mask",
)
verb("case.major_proposed", zh="{actor}提交处理建议", en="{actor} proposed what to do", privacy="mask")
verb("case.major_decided", zh="{actor}批示", en="{actor} decided", privacy="mask")
verb(
    "case.alarm_raised",
    zh="{actor}发出警报：{place}，通知 {count} 人",
    en="{actor} raised the alarm: {place}, {count} people told",
    privacy="keep",
)
verb("case.alarm_acknowledged", zh="{actor}已收到警报", en="{actor} acknowledged the alarm", privacy="keep")
verb(
    "case.alarm_ended",
    zh="{actor}结束警报，善后：{aftermath}",
    en="{actor} ended the alarm, aftermath: {aftermath}",
    privacy="mask",
)
verb("case.delayed", zh="超过时限：{what}", en="Over the limit: {what}", privacy="keep")
verb(
    "case.delay_explained",
    zh="{actor}说明延时原因：{note}",
    en="{actor} explained the delay: {note}",
    privacy="keep",
)
verb("case.delay_audited", zh="{actor}审核延时", en="{actor} audited the delay", privacy="keep")
verb("case.transferred", zh="{actor}把意见转给{to}", en="{actor} passed the opinion to {to}", privacy="mask")
verb("case.transfer_received", zh="{actor}签收转办意见", en="{actor} received the opinion", privacy="keep")
verb("case.rated", zh="客户评价 {score} 分", en="The customer rated it {score}", privacy="keep")
verb(
    "case.contact_unmasked",
    zh="{actor}查看完整联系电话：{note}",
    en="{actor} viewed the full contact number: {note}",
    privacy="keep",
)
verb("case.exported", zh="{actor}导出 {count} 条工单", en="{actor} exported {count} cases", privacy="keep")
verb(
    "worksheet.sent",
    zh="{actor}发工作单 {number} 给{to}，限 {due}",
    en="{actor} sent work sheet {number} to {to}, due {due}",
    privacy="keep",
)
verb("worksheet.receive", zh="{actor}签收工作单", en="{actor} received the work sheet", privacy="keep")
verb("worksheet.answer", zh="{actor}答复工作单", en="{actor} answered the work sheet", privacy="mask")
verb("worksheet.accept", zh="{actor}验收工作单", en="{actor} accepted the work sheet", privacy="keep")
verb(
    "worksheet.give_back",
    zh="{actor}退回工作单重办：{note}",
    en="{actor} sent the work sheet back: {note}",
    privacy="keep",
)
verb(
    "worksheet.cancel",
    zh="{actor}撤回工作单：{note}",
    en="{actor} withdrew the work sheet: {note}",
    privacy="keep",
)
verb("worksheet.urged", zh="{actor}催办工作单", en="{actor} chased the work sheet", privacy="keep")
verb(
    "worksheet.moved_due",
    zh="{actor}调整工作单时限：{note}",
    en="{actor} moved the work sheet's limit: {note}",
    privacy="keep",
)
verb("paper.written", zh="{actor}编写{kind}", en="{actor} wrote the {kind}", privacy="keep")
verb("paper.rewritten", zh="{actor}修改了草稿", en="{actor} mended the draft", privacy="keep")
verb("paper.submit", zh="{actor}提交审核", en="{actor} submitted it for audit", privacy="keep")
verb("paper.give_back", zh="{actor}退回修改：{note}", en="{actor} returned it: {note}", privacy="keep")
verb("paper.issue", zh="{actor}审核并分发", en="{actor} audited and distributed it", privacy="keep")
verb("paper.read", zh="{actor}已阅", en="{actor} read it", privacy="keep")

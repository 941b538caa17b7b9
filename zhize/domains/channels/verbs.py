"""What can happen at the desks, as it reads in history. Numbers and addresses enter masked or not at all."""

from __future__ import annotations

from zhize.kernel.history import verb

verb(
    "channel.opened",
    zh="{actor}开通了渠道{subject}",
    en="{actor} opened the channel {subject}",
    privacy="keep",
)
verb(
    "channel.changed",
    zh="{actor}修改了渠道{subject}",
    en="{actor} changed the channel {subject}",
    privacy="keep",
)
verb(
    "channel.paused",
    zh="{actor}暂停渠道{subject}：{note}",
    en="{actor} paused {subject}: {note}",
    privacy="keep",
)
verb("channel.resumed", zh="{actor}恢复渠道{subject}", en="{actor} resumed {subject}", privacy="keep")
verb(
    "channel.secret_renewed",
    zh="{actor}更换了渠道{subject}的签名密钥",
    en="{actor} renewed the signing secret of {subject}",
    privacy="keep",
)
verb(
    "call.registered",
    zh="{actor}登记来电 {number}",
    en="{actor} registered a call from {number}",
    privacy="drop",
)
verb(
    "call.transferred",
    zh="{actor}把来电转给{to}：{note}",
    en="{actor} transferred the call to {to}: {note}",
    privacy="mask",
)
verb("call.linked", zh="{actor}把来电记到 {case}", en="{actor} put the call to {case}", privacy="keep")
verb("call.identified", zh="{actor}认出来电客户", en="{actor} identified the caller", privacy="keep")
verb(
    "call.demand_recorded",
    zh="{actor}登记了来电需求（{product}）",
    en="{actor} recorded the caller's demand ({product})",
    privacy="drop",
)
verb(
    "call.finished", zh="{actor}结束来电：{result}", en="{actor} finished the call: {result}", privacy="drop"
)
verb(
    "visitor.received",
    zh="{actor}接待{name}，{purpose}，排队号 {number}",
    en="{actor} received {name} ({purpose}), number {number}",
    privacy="mask",
)
verb(
    "visitor.call", zh="{actor}叫号，窗口{window}", en="{actor} called the number to {window}", privacy="keep"
)
verb("visitor.serve", zh="{actor}办结：{result}", en="{actor} served the visitor: {result}", privacy="mask")
verb("visitor.leave", zh="访客未办离开", en="The visitor left unserved", privacy="keep")
verb("visitor.sent", zh="{actor}把访客引到{to}", en="{actor} sent the visitor to {to}", privacy="keep")
verb("worklog.recorded", zh="{actor}登记工作信息", en="{actor} added to the work register", privacy="drop")
verb("worklog.informed", zh="{actor}通知{to}", en="{actor} informed {to}", privacy="keep")
verb(
    "worklog.closed", zh="{actor}记录跟踪结果：{note}", en="{actor} noted the result: {note}", privacy="mask"
)
verb(
    "relay.sent",
    zh="{actor}转告{to}：客户{name}来话",
    en="{actor} relayed a message of {name} to {to}",
    privacy="drop",
)
verb("relay.read", zh="{actor}已阅转告", en="{actor} read the relayed message", privacy="keep")
verb(
    "relay.handled",
    zh="{actor}处理了转告：{note}",
    en="{actor} handled the relayed message: {note}",
    privacy="drop",
)
verb(
    "identity.password_set",
    zh="{actor}设置了客户服务密码",
    en="{actor} set the customer's service password",
    privacy="keep",
)
verb(
    "identity.passed",
    zh="{actor}核实了客户身份（{evidence}）",
    en="{actor} checked the customer's identity ({evidence})",
    privacy="keep",
)
verb(
    "identity.failed",
    zh="{actor}核实客户身份未通过",
    en="{actor} could not confirm the customer's identity",
    privacy="keep",
)
verb(
    "identity.told",
    zh="{actor}告知客户不能办理：{note}",
    en="{actor} told the customer why it cannot be done: {note}",
    privacy="mask",
)
verb(
    "correspondence.recorded",
    zh="{actor}登记{medium} {number}",
    en="{actor} registered {medium} {number}",
    privacy="mask",
)
verb("web.submitted", zh="客户在网上填写了工单", en="The customer filled in a form", privacy="keep")
verb(
    "mail.opened",
    zh="来信 {subject} 新开工单 {case}",
    en="The mail {subject} opened case {case}",
    privacy="mask",
)
verb(
    "mail.joined", zh="来信 {subject} 并入 {case}", en="The mail {subject} joined case {case}", privacy="mask"
)
verb("mail.ignored", zh="来信不处理：{reason}", en="The mail was ignored: {reason}", privacy="keep")
verb("mail.quarantined", zh="来信隔离：{reason}", en="The mail was quarantined: {reason}", privacy="keep")
verb(
    "mail.released",
    zh="{actor}放行来信，归入 {case}",
    en="{actor} released the mail to {case}",
    privacy="keep",
)
verb("mail.discarded", zh="{actor}弃置来信：{note}", en="{actor} discarded the mail: {note}", privacy="keep")
verb("mail.sent", zh="邮件 {number} 发往{to}", en="Mail {number} was sent to {to}", privacy="drop")
verb(
    "mail.forwarded",
    zh="{actor}以邮件把工单转发给{to}：{note}",
    en="{actor} forwarded the case by mail to {to}: {note}",
    privacy="drop",
)
verb(
    "mail.bounced",
    zh="发往{to}的邮件被退回：{reason}",
    en="The mail to {to} bounced: {reason}",
    privacy="drop",
)
verb("progress.told", zh="{actor}告知客户进度", en="{actor} told the customer how it stands", privacy="keep")

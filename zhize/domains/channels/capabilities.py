"""What positions may be granted at the desks where contacts come in, and the jobs that take in by themselves."""

from __future__ import annotations

from zhize.kernel import access

VIEW = access.capability("channel.view", zh="查看渠道", en="See channels")
MANAGE = access.capability("channel.manage", zh="设置、暂停渠道", en="Set up and pause channels")
CALL_VIEW = access.capability("call.view", zh="查看来电记录", en="See calls")
CALL_RECORD = access.capability("call.record", zh="登记来电", en="Register calls")
CALL_TRANSFER = access.capability("call.transfer", zh="转接来电", en="Transfer calls")
VISITOR_VIEW = access.capability("visitor.view", zh="查看来访登记", en="See visitors")
VISITOR_RECEIVE = access.capability(
    "visitor.receive", zh="接待来访、叫号", en="Receive visitors and call the queue"
)
WORKLOG_VIEW = access.capability("worklog.view", zh="查看工作信息记录表", en="See the work register")
WORKLOG_RECORD = access.capability(
    "worklog.record", zh="登记并跟踪工作信息记录表", en="Keep the work register"
)
RELAY_VIEW = access.capability("relay.view", zh="查看转告", en="See relayed messages")
RELAY_SEND = access.capability("relay.send", zh="转告客户信息", en="Relay customers' messages")
IDENTITY_CHECK = access.capability("identity.check", zh="核实客户身份", en="Check customers' identity")
IDENTITY_VIEW = access.capability("identity.view", zh="查看身份核实记录", en="See identity checks")
IDENTITY_SET = access.capability(
    "identity.set_password", zh="设置客户服务密码", en="Set customers' service passwords"
)
DOCUMENT_VIEW = access.capability("correspondence.view", zh="查看收发文", en="See letters, faxes and mail")
DOCUMENT_RECORD = access.capability(
    "correspondence.record", zh="登记收发文", en="Register letters, faxes and mail"
)
MAIL_VIEW = access.capability("mail.view", zh="查看邮件收件", en="See incoming mail")
MAIL_HANDLE = access.capability(
    "mail.handle", zh="处理隔离与忽略的邮件", en="Decide on quarantined and ignored mail"
)
MAIL_SEND = access.capability("mail.send", zh="以邮件转发工单", en="Forward cases by mail")
PROGRESS_TELL = access.capability("progress.tell", zh="查询并告知进度", en="Look up and tell progress")

_CASES = {"case.view", "case.open", "case.reply", "case.note", "case.merge"}
_KNOWS = {"customer.view", "premises.view", VIEW, DOCUMENT_VIEW, DOCUMENT_RECORD}

MAIL = access.system_actor(
    "channels.mail", caps={*_CASES, *_KNOWS, MAIL_VIEW, MAIL_HANDLE, MAIL_SEND, MANAGE}
)
WEB = access.system_actor("channels.web", caps={*_CASES, *_KNOWS, "customer.create"})
HOOK = access.system_actor("channels.hook", caps={*_CASES, *_KNOWS, CALL_VIEW, CALL_RECORD})

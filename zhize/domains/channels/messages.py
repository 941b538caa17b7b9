"""What goes out by mail to customers and others, and what the desks' people are told."""

from __future__ import annotations

from zhize.kernel import notices
from zhize.lib.mailparse import REPLY_LINE

_TAIL_ZH = "\n\n{unit}\n编号：{number}\n查询进度：{link}"
_TAIL_EN = "\n\n{unit}\nNumber: {number}\nHow it stands: {link}"

notices.template(
    "channels.reply",
    zh=("{tag} {title}", f"{REPLY_LINE}\n\n{{body}}{_TAIL_ZH}"),
    en=("{tag} {title}", f"{REPLY_LINE}\n\n{{body}}{_TAIL_EN}"),
    names={
        "tag": "编号与回信标记",
        "title": "事由",
        "body": "答复内容",
        "unit": "部门",
        "number": "编号",
        "link": "进度查询链接",
    },
    to_customer=True,
)
notices.template(
    "channels.receipt",
    zh=(
        "{tag} 已受理：{title}",
        f"{REPLY_LINE}\n\n您好，您的来信已受理，编号 {{number}}。我们会尽快答复，请直接回复本邮件补充情况。{_TAIL_ZH}",
    ),
    en=(
        "{tag} Received: {title}",
        f"{REPLY_LINE}\n\nWe have received your message under number {{number}} and will answer soon. To add"
        f" something, simply reply to this mail.{_TAIL_EN}",
    ),
    names={
        "tag": "编号与回信标记",
        "title": "事由",
        "unit": "部门",
        "number": "编号",
        "link": "进度查询链接",
    },
    to_customer=True,
)
notices.template(
    "channels.progress",
    zh=(
        "{tag} 处理进度：{title}",
        f"{REPLY_LINE}\n\n您好，您反映的“{{title}}”编号 {{number}}。打开下面的链接可以随时查看处理进度、补充情况。{_TAIL_ZH}",
    ),
    en=(
        "{tag} How it stands: {title}",
        f"{REPLY_LINE}\n\nYour matter “{{title}}” has the number {{number}}. Open the link below to see how it stands"
        f" and to add something at any time.{_TAIL_EN}",
    ),
    names={
        "tag": "编号与回信标记",
        "title": "事由",
        "unit": "部门",
        "number": "编号",
        "link": "进度查询链接",
    },
    to_customer=True,
)
notices.template(
    "channels.forward",
    zh=(
        "{tag} 转发：{title}",
        f"{REPLY_LINE}\n\n{{note}}\n\n工单 {{number}}（{{type}}）\n客户：{{customer}}　地点：{{place}}\n受理：{{accepted}}"
        "\n\n{description}\n\n{actor}，{unit}",
    ),
    en=(
        "{tag} Forwarded: {title}",
        f"{REPLY_LINE}\n\n{{note}}\n\nCase {{number}} ({{type}})\nCustomer: {{customer}}   Place: {{place}}"
        "\nTaken in: {accepted}\n\n{description}\n\n{actor}, {unit}",
    ),
    names={
        "tag": "编号与回信标记",
        "title": "事由",
        "note": "转发说明",
        "number": "编号",
        "type": "类型",
        "customer": "客户",
        "place": "地点",
        "accepted": "受理时间",
        "description": "内容",
        "actor": "转发人",
        "unit": "部门",
    },
)
notices.template(
    "relay.sent",
    zh=("{name}来话，请回复", "{actor}转告：{name}（{phone}）\n{content}"),
    en=("{name} called for you", "{actor} passes on: {name} ({phone})\n{content}"),
    names={"name": "来话人", "phone": "电话", "content": "内容", "actor": "转告人"},
)
notices.template(
    "worklog.informed",
    zh=("请处理：{content}", "{actor}在《工作信息记录表》登记并通知您：\n{content}\n{who} {phone}"),
    en=(
        "Please handle: {content}",
        "{actor} entered this in the work register and informs you:\n{content}\n{who} {phone}",
    ),
    names={"content": "内容", "who": "来人或来电人", "phone": "电话", "actor": "登记人"},
)
notices.template(
    "mail.quarantined",
    zh=("邮件待定：{subject}", "来自 {sender} 的邮件没有自动受理（{reason}），请决定如何处理。"),
    en=(
        "Mail to decide on: {subject}",
        "Mail from {sender} was not taken in ({reason}). Please decide what to do.",
    ),
    names={"subject": "主题", "sender": "发件人", "reason": "原因"},
)
notices.template(
    "mail.bounced",
    zh=("邮件被退回：{number}", "发往 {to} 的邮件被退回：{reason}\n请用其他方式联系客户。{number} {title}"),
    en=(
        "Mail came back: {number}",
        "The mail to {to} came back: {reason}\nPlease reach the customer otherwise. {number} {title}",
    ),
    names={"number": "编号", "title": "事由", "to": "收件人", "reason": "退信原因"},
)

"""The closed lists that the code of this domain knows. Packs choose from them and name them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Nature(models.TextChoices):
    """What a case is for statistics and rules, whatever a pack calls its type (CAS-01, CAS-47)."""

    COMPLAINT = "complaint", _("投诉")
    SUGGESTION = "suggestion", _("建议")
    CONSULTATION = "consultation", _("咨询")
    FAULT = "fault", _("故障报修")
    BUSINESS = "business", _("业务受理")
    INCIDENT = "incident", _("突发事件")
    FIRE = "fire", _("火情")


class Severity(models.TextChoices):
    """How heavy a case weighs. A pack labels the levels."""

    NORMAL = "normal", _("一般")
    URGENT = "urgent", _("紧急")
    SERIOUS = "serious", _("严重")
    MAJOR = "major", _("重大")


class Channel(models.TextChoices):
    """The way a contact came in (CHN-03)."""

    PHONE = "phone", _("来电")
    COUNTER = "counter", _("来访")
    LETTER = "letter", _("来信")
    EMAIL = "email", _("邮件")
    WEB = "web", _("网上填写")
    VOICEMAIL = "voicemail", _("语音留言")
    IM = "im", _("即时消息")
    FAX = "fax", _("传真")
    REGULATOR = "regulator", _("监管与媒体")
    VISIT = "visit", _("回访发现")
    STAFF = "staff", _("员工发现")
    API = "api", _("外部系统")


# The same ways the other round: how the customer is answered or told something. One calls him; he does not call.
OUTWARD = {
    Channel.PHONE: _("电话"),
    Channel.EMAIL: _("邮件"),
    Channel.COUNTER: _("当面"),
    Channel.WEB: _("网上"),
    Channel.IM: _("即时消息"),
    Channel.LETTER: _("信函"),
}


class Outcome(models.TextChoices):
    """How a case ended."""

    SOLVED = "solved", _("已解决")
    EXPLAINED = "explained", _("已解释")
    ADOPTED = "adopted", _("已采纳")
    NOT_ADOPTED = "not_adopted", _("未采纳")
    DECLINED = "declined", _("客户放弃")
    UNFOUNDED = "unfounded", _("不属实")
    MERGED = "merged", _("已并入其他工单")
    VOID = "void", _("作废")


class MessageKind(models.TextChoices):
    """Who a message in a case is between. Only the first two are seen by the customer."""

    FROM_CUSTOMER = "from_customer", _("客户来信")
    TO_CUSTOMER = "to_customer", _("答复客户")
    NOTE = "note", _("内部备注")
    OPINION = "opinion", _("处理意见")
    REQUEST = "request", _("请示汇报")


class LinkKind(models.TextChoices):
    """How two cases belong together."""

    RELATED = "related", _("相关")
    REPEAT = "repeat", _("重复投诉")
    SPLIT = "split", _("拆分自")
    MERGED = "merged", _("并入")


# The moment of the policy table 时限 by which the customer is answered (CAS-05).
ANSWER = "answer"
# The moment by which a case is closed once its customer knows the answer: housekeeping, no delay of the case.
CLOSE = "close"

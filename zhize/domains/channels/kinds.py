"""The closed lists that the code of this domain knows."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LineKind(models.TextChoices):
    """What kind of way in a line is. The values are those of `cases.kinds.Channel`."""

    PHONE = "phone", _("热线电话")
    EMAIL = "email", _("邮箱")
    WEB = "web", _("网上填写")
    VOICEMAIL = "voicemail", _("语音留言")
    IM = "im", _("即时消息")
    FAX = "fax", _("传真")
    COUNTER = "counter", _("柜台")


class Direction(models.TextChoices):
    IN = "in", _("来")
    OUT = "out", _("去")


class CallResult(models.TextChoices):
    """What became of a call (CHN-01)."""

    ANSWERED = "answered", _("当场解答")
    CASE = "case", _("转为工单")
    FOLLOW_UP = "follow_up", _("补充到已有工单")
    PROGRESS = "progress", _("告知进度")
    RELAYED = "relayed", _("转告他人")
    TRANSFERRED = "transferred", _("转接到外部")
    DECLINED = "declined", _("未予受理")
    MISSED = "missed", _("未接")
    SILENT = "silent", _("无人应答或骚扰")


class Purpose(models.TextChoices):
    """What a visitor came for (CHN-20)."""

    BUSINESS = "business", _("办理业务")
    DOCUMENTS = "documents", _("查阅资料")
    COPIES = "copies", _("复印资料")
    PAYMENT = "payment", _("交费")
    CONSULTATION = "consultation", _("咨询")
    COMPLAINT = "complaint", _("投诉建议")
    REPAIR = "repair", _("报修")
    MEETING = "meeting", _("访客会面")
    OTHER = "other", _("其他")


class Evidence(models.TextChoices):
    """What of a person was checked at the desk or on the phone (CHN-11, CHN-20)."""

    ID_CARD = "id_card", _("身份证")
    NAME = "name", _("姓名")
    PHONE = "phone", _("登记电话")
    PREMISES = "premises", _("房号")
    ID_TAIL = "id_tail", _("证件号码后四位")
    AUTHORITY = "authority", _("委托书")
    LICENCE = "licence", _("营业执照")
    PASSWORD = "password", _("服务密码")


class WorkKind(models.TextChoices):
    """Columns of the 《工作信息记录表》 (CHN-08)."""

    CONSULTATION = "consultation", _("咨询")
    COMPLAINT = "complaint", _("投诉")
    CALL = "call", _("来电")
    VISIT = "visit", _("来访")
    OTHER = "other", _("其他")


class Medium(models.TextChoices):
    """How a numbered document came or went (CHN-03, CHN-06)."""

    LETTER = "letter", _("信件")
    FAX = "fax", _("传真")
    EMAIL = "email", _("邮件")


class MailOutcome(models.TextChoices):
    """What became of an incoming message. Nothing that arrived is without one of these."""

    OPENED = "opened", _("新开工单")
    JOINED = "joined", _("并入工单")
    IGNORED = "ignored", _("不处理")
    QUARANTINED = "quarantined", _("隔离待定")
    DISCARDED = "discarded", _("人工弃置")


class OutKind(models.TextChoices):
    """What a message to the outside is."""

    REPLY = "reply", _("答复客户")
    FORWARD = "forward", _("转发")
    RECEIPT = "receipt", _("受理回执")
    PROGRESS = "progress", _("进度链接")
    SURVEY = "survey", _("满意度问卷")


class EventOutcome(models.TextChoices):
    """What became of a message of a webhook."""

    DONE = "done", _("已处理")
    REFUSED = "refused", _("未能处理")

"""Who may look at messages and change their texts. Everybody reads and acknowledges his own notices."""

from __future__ import annotations

from zhize.kernel import access

NOTICE_VIEW = access.capability("notice.view", zh="查看他人的通知", en="See notices of others")
DELIVERY_VIEW = access.capability("delivery.view", zh="查看消息发送记录", en="See the log of messages sent")
DELIVERY_RETRY = access.capability("delivery.retry", zh="重新发送消息", en="Send messages again")
TEXT_EDIT = access.capability("message.edit", zh="修改消息文字", en="Change the texts of messages")

DELIVERER = access.system_actor("notices.deliverer", caps=())

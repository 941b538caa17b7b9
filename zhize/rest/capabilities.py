"""Who may look after webhooks."""

from __future__ import annotations

from zhize.kernel import access

VIEW = access.capability("webhook.view", zh="查看事件推送", en="See webhooks")
MANAGE = access.capability("webhook.manage", zh="管理事件推送", en="Set up webhooks and send again")

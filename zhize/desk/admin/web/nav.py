"""Where administration stands in the navigation, and the links to logins and positions."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.desk.admin import capabilities as caps
from zhize.ui import links, nav

nav.item("admin", pgettext_lazy("list", "登录账号"), "admin:logins", "key", "account.view", 10)
nav.item("admin", _("工作日历"), "admin:calendars", "calendar", "calendar.view", 20)
nav.item("admin", _("工单类型"), "admin:case_types", "git-branch", caps.CASE_TYPES, 30)
nav.item("admin", pgettext_lazy("policy", "时限"), "admin:deadlines", "hourglass", caps.CASE_TYPES, 40)
nav.item("admin", _("消息模板"), "admin:texts", "message", "message.edit", 50)
nav.item("admin", _("发送记录"), "admin:deliveries", "send", "delivery.view", 60)
nav.item("admin", _("事件推送"), "admin:webhooks", "plug", "webhook.view", 65)
nav.item("admin", _("后台任务"), "admin:jobs", "activity", "job.view", 70)
nav.item("admin", _("审计查询"), "admin:audit", "history", caps.AUDIT_VIEW, 80)
nav.item("admin", _("权限说明"), "admin:why", "shield-check", "access.explain", 90)
nav.item("admin", _("行业包"), "admin:packs", "package", "pack.view", 95)


def _new_login(person_id: Any) -> str:
    return reverse("admin:new_login") + f"?person={person_id}"


def _deadlines(code: Any) -> str:
    return reverse("admin:deadlines") + (f"#{code}" if code != "all" else "")


links.register("packs.deadlines", _deadlines, icon="hourglass")
links.register("org.position", "admin:position", icon="briefcase")
links.register("rest.webhookendpoint", "admin:webhook", icon="plug")
links.register("accounts.user", "admin:login", icon="key")
links.register("accounts.new", _new_login, icon="key")

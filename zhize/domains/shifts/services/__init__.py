"""The verbs of leave and of handing over."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhize.domains.shifts.services import logs, takeovers
from zhize.domains.shifts.services.leave import approve, ask, begin_due, cancel, come_back, refuse, withdraw
from zhize.domains.shifts.services.routing import reroute
from zhize.domains.shifts.services.rules import set_rule

__all__ = [
    "approve",
    "ask",
    "begin_due",
    "cancel",
    "come_back",
    "logs",
    "refuse",
    "reroute",
    "set_rule",
    "takeovers",
    "withdraw",
]

NO_SUCH_PERSON = _("请选择本部门在岗的人。")

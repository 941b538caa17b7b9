"""Where the domain's pages stand in the navigation."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.cases.selectors import alarms
from zhize.kernel.access import Actor
from zhize.ui import alerts, commands, links, nav

nav.item("work", _("工单"), "cases:list", "ticket", "case.view", 20, bottom=2, key="g")
nav.item("work", pgettext_lazy("list", "工作单"), "cases:worksheets", "clipboard-list", "worksheet.view", 30)
nav.item("reports", _("延时工单"), "cases:delays", "clock-exclamation", "delay.view", 30)
commands.register(
    "cases.alarm",
    _("报告火情"),
    "cases:fire",
    icon="flame",
    capability="case.alarm",
    keywords="huoqing fire alarm",
    drawer=True,
)
links.register("cases.case", "cases:by_id", icon="ticket")
links.register("cases.worksheet", "cases:worksheet_by_id", icon="clipboard-list")


@alerts.register
def calls(actor: Actor) -> Iterator[alerts.Alert]:
    """An alarm interrupts everybody it calls, with the place and the own task, until confirmed (CAS-23)."""
    may_open = actor.may("case.view")
    for call in alarms.unanswered(actor):
        case = call.alarm.case
        yield alerts.Alert(
            str(call.pk),
            f"{_('警报')}：{case.title} · {call.alarm.place}",
            call.task,
            reverse("cases:acknowledge", args=[case.number]),
            reverse("cases:detail", args=[case.number]) if may_open else "",
            ("cases.case", case.pk),
        )

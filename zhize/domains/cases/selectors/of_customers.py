"""What the customer's page and the caller's pop-up show of cases, and what they hold against closing an entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import lists
from zhize.domains.customers.models import Customer
from zhize.domains.customers.registry import Panel, PanelLine
from zhize.kernel.access import Actor
from zhize.kernel.flow import OPEN
from zhize.lib import clock

SOON = timedelta(hours=4)


def panel(*, actor: Actor, customer_ids: Sequence[int], limit: int) -> Panel | None:
    """The latest cases of these customers, open ones first. Two queries however many there are."""
    if not actor.may("case.view"):
        return None
    rows = lists.visible(actor).filter(customer_id__in=customer_ids)
    found = rows.order_by().aggregate(total=Count("pk"), open=Count("pk", filter=Q(category__in=OPEN)))
    is_open = ExpressionWrapper(Q(category__in=OPEN), output_field=BooleanField())
    latest = list(rows.order_by(is_open.desc(), "-pk")[:limit]) if found["total"] else []
    url = f"{reverse('cases:list')}?customer={customer_ids[0]}" if len(customer_ids) == 1 else ""
    return Panel(
        code="cases",
        title=_("工单"),
        lines=[_line(row) for row in latest],
        total=found["total"],
        open_count=found["open"],
        url=url,
    )


def _line(case: Case) -> PanelLine:
    return PanelLine(
        number=case.number,
        title=case.title,
        url=reverse("cases:detail", args=[case.number]),
        state=case.state_label,
        detail=str(case.owner) if case.owner else "",
        tone=_tone(case),
        at=case.accepted_at,
        premises_id=case.premises_id,
        open=case.is_open,
    )


def _tone(case: Case) -> str:
    if case.is_ended:
        return "grey"
    now = clock.now()
    if case.is_late or (case.next_due_at is not None and case.next_due_at < now):
        return "red"
    return "amber" if case.next_due_at is not None and case.next_due_at < now + SOON else "calm"


def objection(customer: Customer) -> Any:
    """An entry with open cases is not closed."""
    count = Case.objects.filter(customer=customer, category__in=OPEN).count()
    return _("还有 %(count)d 件工单没有结束。") % {"count": count} if count else None

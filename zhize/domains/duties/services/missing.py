"""What recurs and was not done until its grace had passed is missed: a fact of its own beside late and excused."""

from __future__ import annotations

from datetime import datetime

from zhize.domains.duties.models import Obligation
from zhize.domains.duties.recurring import Calendars, rule_of
from zhize.domains.duties.services import finishing
from zhize.kernel import calendars, flow
from zhize.kernel.access import Actor
from zhize.kernel.db import Outrun
from zhize.lib import clock, recurrence

GRACE_WORKING_DAYS = 1
"""A recurring duty may be made good until its unit's next working day ends; then it counts as missed. The due moment
itself is too strict, since who sees in the morning what he forgot may still hand it in late; later than that, the
next one of a daily duty is due already, and the superior who reads the board would see open what nobody will do."""


def miss_due(*, actor: Actor, now: datetime | None = None) -> int:
    """Record as missed what nobody did until its grace had passed, each by itself; returns how many.

    Grace ends with the unit's next working day after due, for count duties not before their period has ended. What
    was handed in waits for its receiver and is not missed; what has no slot (standing, triggered) never is.
    """
    moment = now or clock.now()
    rows = Obligation.objects.filter(
        slot__isnull=False, ended_at__isnull=True, state="open", due_at__lt=moment
    )
    here, missed = Calendars(moment), 0
    related = (
        "unit",
        "duty",
        "duty_version",
        "holder",
        "position",
        "clock__calendar_version__calendar",
        "clock__unit",
    )
    # After a standstill there may be tens of thousands.
    for row in rows.select_related(*related).order_by("due_at", "pk").iterator(chunk_size=500):
        if _grace_ends(row, here) > moment:
            continue
        try:
            finishing.miss(actor=actor, obligation=row)
        except (Outrun, flow.NotNow):
            continue  # Somebody did it just now.
        missed += 1
    return missed


def _grace_ends(row: Obligation, here: Calendars) -> datetime:
    calendar = calendars.of_version(here.version(row.unit))
    day = calendar.local_date(row.due_at or row.opened_at)
    if row.quota > 1 and row.duty_version is not None and row.slot is not None:
        named = row.slot.astimezone(clock.zone(row.unit.timezone)).date()
        day = max(day, recurrence.period(rule_of(row.duty_version.rule), named)[1])
    return calendar.day_end(calendar.nth_working_day_after(day, GRACE_WORKING_DAYS))

"""The clocks of slots: implied by opening and due time while nothing can have happened, written when the slot opens.

A slot that lies ahead has nothing to tell before it opens, so its clock would only be planned, moved and cancelled with
it. The ticker writes what has opened before it tells anything, however long it stood still; whoever acts on a slot
earlier than that gets its clock at once.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, models

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import ladders
from zhize.domains.duties.models import Obligation, SlotPlan
from zhize.kernel import access, clocks
from zhize.kernel.clocks.models import Clock
from zhize.kernel.db import atomic
from zhize.kernel.org.models import Unit

BATCH = 1000
_IMPLIED = models.Q(slot__isnull=False, ended_at__isnull=True, clock__isnull=True, plan__isnull=False)


@clocks.before_ticking
def arm_due(until: datetime) -> int:
    """Write the clocks of all slots that have opened by then; returns how many. Safe to run at the same time."""
    armed = 0
    while True:
        found = _arm(Obligation.objects.filter(opened_at__lte=until))
        armed += found
        if found < BATCH:
            return armed


def clock_of(obligation: Obligation, *, make: bool = True) -> Clock | None:
    """The clock of an obligation that somebody acts on, in the caller's transaction; a slot's is written now if `make`.

    The row is locked where the clock is still implied, so that the ticker does not write it meanwhile.
    """
    if obligation.clock_id is None and obligation.plan_id is not None:
        mine = Obligation.objects.filter(pk=obligation.pk)
        found = mine.select_for_update().values_list("clock_id", flat=True).get()
        if found is None and make:
            _arm(mine)
            found = mine.values_list("clock_id", flat=True).get()
        obligation.clock_id = found
    return obligation.clock


@atomic
def _arm(rows: models.QuerySet[Obligation]) -> int:
    picked = (
        rows.filter(_IMPLIED).select_for_update(skip_locked=True, of=("self",)).order_by("opened_at", "pk")
    )
    listed = list(picked.values_list("pk", "plan_id", "unit_id", "opened_at", "due_at")[:BATCH])
    if not listed:
        return 0
    plans = SlotPlan.objects.select_related("calendar_version__calendar").in_bulk({row[1] for row in listed})
    units = Unit.objects.in_bulk({row[2] for row in listed})
    # What was planned together has the same ladder and name: read once for each plan.
    first = {plan: pk for pk, plan, *_rest in reversed(listed)}
    alike = {row.plan_id: row for row in Obligation.objects.filter(pk__in=first.values())}
    rungs = {plan: tuple(ladders.thresholds(row.ladder)) for plan, row in alike.items()}
    written = clocks.plan(
        (
            clocks.Planned(
                Obligation(pk=pk),
                units[unit],
                plans[plan].calendar_version,
                opened_at,
                due_at,
                rungs[plan],
                alike[plan].name,
                plans[plan].made_at,
            )
            for pk, plan, unit, opened_at, due_at in listed
            if due_at is not None
        ),
        actor=access.system(caps.SCHEDULE),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE duties_obligation SET clock_id = made.clock"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS made(obligation, clock)"
            " WHERE duties_obligation.id = made.obligation",
            [[clock.subject_id for clock in written], [clock.pk for clock in written]],
        )
    return len(written)

"""A unit lives by another time zone: its slots keep the day and time they are named by."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models import DateTimeField, F, Func, Value

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic

# Out of the way of all others of the unit, so that none meets one that has not moved yet.
_FAR = timedelta(days=365_000)


@atomic
def keep_the_wall(*, actor: Actor, unit: int, before: str, after: str) -> int:
    """Let the slots of a unit's positions bear the same day and time on its wall as before; returns how many.

    A slot is a name, kept as a moment of the unit's zone: left as it is, the day would be owed again under its new
    name. What is due when is not touched; what has not begun is planned anew with the calendar.
    The record of it is the unit's change. Raises Refused.
    """
    access.require(actor, caps.DUTY_EDIT)
    rows = Obligation.objects.filter(position__unit=unit, slot__isnull=False)
    wall = Func(Value(before), F("slot"), function="timezone")
    slot = Func(Value(after), wall, function="timezone", output_field=DateTimeField())
    with connection.cursor() as cursor:
        # What called for an obligation never changes; this is what it yields to.
        cursor.execute("SET LOCAL zhize.maintenance = 'on'")
        moved = rows.update(slot=slot + _FAR)
        rows.update(slot=F("slot") - _FAR)
        cursor.execute("SET LOCAL zhize.maintenance = 'off'")
    return moved

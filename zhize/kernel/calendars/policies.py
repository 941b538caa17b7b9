"""Who may see and change calendars: by unit; the standard calendar is seen by everybody who sees any."""

from __future__ import annotations

from django.db.models import Q

from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.calendars.capabilities import VIEW
from zhize.kernel.calendars.models import Calendar, OfficialDay


@access.policy
class CalendarPolicy(access.Policy[Calendar]):
    model = Calendar
    view = VIEW
    unit = "unit"

    def also(self, actor: Actor, capability: str) -> Q:
        return Q(unit__isnull=True) if capability == VIEW else Q(pk__in=[])


@access.policy
class OfficialDayPolicy(access.Policy[OfficialDay]):
    model = OfficialDay
    view = VIEW

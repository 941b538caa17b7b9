"""Standing duties that their unit wants declared now and then: kept to the standard, yes, and what was not (DUT-16).

A declaration is an obligation without a due time, so it is never late and never missed; one that nobody made when the
next period begins falls away.
"""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils.translation import gettext as _

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties.models import Duty, DutyVersion, Kind, Obligation, ObligationKind
from zhize.domains.duties.people import Holding
from zhize.domains.duties.services import finishing
from zhize.domains.duties.services.opening import open_obligation
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic
from zhize.kernel.org.models import Position
from zhize.lib import clock
from zhize.lib.text import Text

_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def open_declarations(*, actor: Actor, now: datetime | None = None) -> int:
    """Ask for the declarations of the present period; returns how many are new. Safe to run any number of times."""
    access.require(actor, caps.DUTY_EDIT)
    moment = now or clock.now()
    duties = Duty.objects.filter(kind=Kind.STANDING, current__rule__declare__isnull=False)
    asked = 0
    for duty in duties.select_related("current", "unit").order_by("pk"):
        asked += _ask(duty, actor, moment)
    return asked


@atomic
def _ask(duty: Duty, actor: Actor, now: datetime) -> int:
    """The declarations of one duty: what belongs to an earlier period falls away, the present one is asked for once."""
    version = duty.current
    if version is None:
        return 0
    zone = clock.zone(duty.unit.timezone)
    slot = datetime.combine(_first_day(version, now.astimezone(zone).date()), time(), zone)
    for row in Obligation.objects.filter(duty=duty, ended_at__isnull=True, state="open").select_related(
        "unit", "duty"
    ):
        if not duty.active or row.slot != slot:
            finishing.cancel(actor=actor, obligation=row, reason=_("这一期的自我声明已经过去。"))
    if not duty.active:
        return 0
    places = Position.objects.filter(
        code=duty.position_code, active=True, unit__path__startswith=duty.unit.path or ""
    ).select_related("unit")
    there = set(Obligation.objects.filter(duty=duty, slot=slot).values_list("position_id", flat=True))
    fresh = [place for place in places if place.pk not in there]
    holding = Holding.of(fresh)
    for place in fresh:
        open_obligation(
            actor=actor,
            unit=place.unit,
            title=Text("自我声明：{t}", "Self-declaration: {t}").format(t=version.name),
            kind=ObligationKind.RECURRING,
            holder=holding.only(place, now.astimezone(zone).date()),
            position=place,
            evidence={
                "kind": "note",
                "label": {"zh": "做到了什么、没做到什么", "en": "what was kept and what was not"},
            },
            duty_version=version,
            weight=version.weight,
            at=now,
            slot=slot,
        )
    return len(fresh)


def _first_day(version: DutyVersion, today: date) -> date:
    size = _MONTHS.get(str(version.rule["declare"]), 1)
    return date(today.year, (today.month - 1) // size * size + 1, 1)

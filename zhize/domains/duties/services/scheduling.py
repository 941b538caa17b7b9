"""Recurring duties become dated obligations: ahead of time, without gaps, each slot once (DUT-01, DUT-02).

A slot is the named day of the rule (with its time where a day has several), for one duty and one position, or for each
of its holders where each owes his own. What exists is never made again, whichever version of the duty it stands under; what a stopped worker did not make is made from
where it stopped. A version owes the slots that opened before the next version came and were not due yet when it came
itself, so that a change leaves no gap and touches nothing that has begun.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

import structlog
from django.db.models import Count, Q

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties.models import Duty, Kind, Obligation
from zhize.domains.duties.places import Places
from zhize.domains.duties.recurring import Calendars
from zhize.domains.duties.services import arming, extending, making, planning, replanning
from zhize.domains.duties.services.planning import Block
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic
from zhize.kernel.org.models import Position, Unit
from zhize.lib import clock

AHEAD_DAYS = 31
"""A month is what people look ahead; what is planned further away would only have to be planned again."""

log = structlog.get_logger(__name__)


class Run(Calendars):
    """What one run has looked up: calendars, and the positions that owe, which duties of one position share."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self._now = now
        self._places: dict[tuple[int, str], Places] = {}

    def places(self, duty: Duty) -> Places:
        key = (duty.unit_id, duty.position_code)
        if key not in self._places:
            self._places[key] = Places.of(duty, self)
        return self._places[key]

    def places_of_locked(self, duty: Duty) -> Places:
        """The same, but all is looked up anew when one of the units lives by another time zone meanwhile.

        Whoever changes it moves the slots there are while he holds the duty: the old zone would name them all again.
        """
        zones = {place.unit_id: place.unit.timezone for place in self.places(duty).listed}
        if dict(Unit.objects.filter(pk__in=zones).values_list("pk", "timezone")) != zones:
            super().__init__(self._now)
            self._places = {}
        return self.places(duty)


def schedule(
    *,
    actor: Actor,
    now: datetime | None = None,
    ahead_days: int = AHEAD_DAYS,
    through: date | None = None,
    only: Collection[int] | None = None,
) -> int:
    """Make the slots of all recurring duties that open within `ahead_days`; returns how many obligations are new.

    `through` is a last day instead, `only` the ids of some duties. Safe to run any number of times: one transaction for each
    duty, what is there is left alone. Raises Refused.
    """
    access.require(actor, caps.DUTY_EDIT)
    moment = now or clock.now()
    until = moment + timedelta(days=ahead_days)
    if through is not None:
        until = datetime.combine(through + timedelta(days=1), time(), clock.zone())
    made, here = 0, Run(moment)
    owing = Q(kind=Kind.RECURRING, active=True, current__isnull=False)
    # What was planned and is owed no more is taken back.
    duties = Duty.objects.filter(owing | Q(planned_until__isnull=False)).select_related("unit", "current")
    if only is not None:
        duties = duties.filter(pk__in=only)
    for row in list(duties.order_by("pk")):
        try:
            if extending.further(row, here.places(row), moment, until, here) == []:
                continue
            with atomic():
                made += _schedule_duty(row.pk, actor, moment, until, here)
        except Invalid:
            # A rule nobody can read must not keep all other duties from being owed.
            log.exception("duty_not_scheduled", duty=row.pk)
            # A calendar version made on the way was undone with it.
            here = Run(moment)
    arming.arm_due(moment)
    return made


@atomic
def plan_anew(*, actor: Actor) -> int:
    """Let the next run look at every slot again, also where nothing has changed since it was planned."""
    access.require(actor, caps.DUTY_EDIT)
    return Duty.objects.exclude(planned_for="").update(planned_until=None, planned_for="")


def begin_position(*, actor: Actor, position: int) -> int:
    """Owe the recurring duties of a position that has just got its first holder; nothing new for any other (DUT-02)."""
    row = Position.objects.filter(pk=position).annotate(held=Count("appointments")).first()
    if row is None or row.held != 1:
        return 0
    duties = Duty.objects.filter(kind=Kind.RECURRING, active=True, position_code=row.code)
    return schedule(actor=actor, only=list(duties.values_list("pk", flat=True)))


def follow_person(*, actor: Actor, person: int | None) -> int:
    """Plan the recurring duties that each holder owes, of all positions the person has been given."""
    codes = Position.objects.filter(appointments__person=person).values("code")
    duties = Duty.objects.filter(
        kind=Kind.RECURRING, active=True, position_code__in=codes, versions__rule__each_holder=True
    )
    return schedule(actor=actor, only=set(duties.values_list("pk", flat=True)))


@atomic
def begin_now(*, actor: Actor, now: datetime | None = None, unit: Unit | None = None) -> int:
    """Owe recurring duties (of one unit) from this moment on, whenever their library was set up; returns how many.

    For what is set up with a past of its own (the demonstration): nobody missed what nobody was asked for.
    """
    access.require(actor, caps.DUTY_EDIT)
    rows = Duty.objects.filter(kind=Kind.RECURRING)
    if unit is not None:
        rows = rows.filter(unit=unit)
    return rows.update(owed_from=now or clock.now())


@atomic
def _schedule_duty(pk: int, actor: Actor, now: datetime, until: datetime, here: Run) -> int:
    # Whoever changes the duty, and a second scheduler, waits until this one is through.
    duty = Duty.objects.select_for_update(of=("self",)).select_related("unit", "current").get(pk=pk)
    places = here.places_of_locked(duty)
    found = extending.further(duty, places, now, until, here)
    if found is None:
        found = _in_full(duty, places, actor, now, until, here)
        extending.remember(duty, places, now, until, here)
    else:
        Duty.objects.filter(pk=pk).update(planned_until=until)
    return making.create(duty, found, actor)


def _in_full(
    duty: Duty, places: Places, actor: Actor, now: datetime, until: datetime, here: Run
) -> list[Block]:
    """Let what is planned follow the duty, its positions, calendars and rosters; returns what is missing then."""
    # By the order of an index: else the whole table may be read for a duty that has none yet.
    planned = Obligation.objects.filter(duty=duty).order_by("due_at").values("pk").first() is not None
    if planned:
        replanning.withdraw(duty, places, actor, now)
    if not duty.active or duty.current is None or duty.kind != Kind.RECURRING or not places.listed:
        return []
    redone = replanning.follow(duty, places, actor, now, here) if planned else None
    planner = planning.Planner(duty, places, now, until, here, redone)
    return list(planner.wanted())

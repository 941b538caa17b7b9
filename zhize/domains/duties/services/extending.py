"""A duty that nothing has happened to since it was planned only needs what opens further ahead: no slot is looked up.

What its plan depends on is told by a digest: the version, since when it is owed, the positions with their calendars, and
who holds them. Where it differs, where a roster decides, and where an earlier version still reaches into the days ahead,
the duty is planned in full.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time, timedelta

from zhize.domains.duties.models import Duty, Kind, Obligation
from zhize.domains.duties.places import Places
from zhize.domains.duties.recurring import Calendars, rule_of
from zhize.domains.duties.services.planning import Block, each_owes, own_slots
from zhize.lib import clock, recurrence
from zhize.lib.recurrence import Rule


def digest(duty: Duty, places: Places) -> str:
    """What the plan of the duty depends on."""
    told = (duty.current_id, duty.owed_from, places.digest)
    return hashlib.sha256(repr(told).encode()).hexdigest()


def rostered(duty: Duty, rule: Rule, places: Places, now: datetime, until: datetime, here: Calendars) -> bool:
    """Whether shifts decide about slots of the duty."""
    if not rule.by_shift:
        return False
    rosters = here.rosters(places.listed, min(now, duty.planned_until or now), until)
    return any(rosters.of(place) is not None for place in places.listed)


def further(
    duty: Duty, places: Places, now: datetime, until: datetime, here: Calendars
) -> list[Block] | None:
    """What opens between the moment it was planned until and `until`; None where it must be planned in full."""
    planned, version = duty.planned_until, duty.current
    if planned is None or version is None or not duty.active or duty.kind != Kind.RECURRING:
        return None
    if duty.planned_for != digest(duty, places):
        return None
    rule = rule_of(version.rule)
    if rostered(duty, rule, places, now, until, here):
        return None
    begin = max(duty.owed_from or version.made_at, version.made_at) if version.number > 1 else duty.owed_from
    if any(begun > planned for begun in places.held_from.values()):
        return None
    found = []
    for calendar, listed in places.alike(here):
        zone = clock.zone(listed[0].unit.timezone)
        first = (planned - recurrence.reach(rule)).astimezone(zone).date()
        ahead = [slot for slot in here.slots(rule, calendar, first, until) if slot.opens_at >= planned]
        if begin is not None:
            if version.number > 1 and any(slot.first <= begin.astimezone(zone).date() for slot in ahead):
                return None
            ahead = [slot for slot in ahead if slot.due_at > begin]
        if not ahead:
            continue
        each = each_owes(version)
        owers = [ower for place in listed for ower in places.owers(place, each=each)]
        if not rule.at_random and not each:
            found.append(Block(version, calendar, tuple(owers), tuple(ahead)))
            continue
        for ower in owers:
            own = ahead
            if rule.at_random:
                drawn = own_slots(duty, rule, ower, min(slot.day for slot in ahead), until, calendar, here)
                own = [slot for slot in drawn if slot.opens_at >= planned]
            owed = tuple(slot for slot in own if ower.owes(slot.due_at))
            found += [Block(version, calendar, (ower,), owed)] if owed else []
    return found


def remember(duty: Duty, places: Places, now: datetime, until: datetime, here: Calendars) -> None:
    """Note until when and for what the duty was planned in full, or that it must be planned in full again."""
    if duty.current is None or not duty.active or duty.kind != Kind.RECURRING:
        Duty.objects.filter(pk=duty.pk).update(planned_until=None, planned_for="")
        return
    rule, furthest = rule_of(duty.current.rule), max(until, duty.planned_until or until)
    again = (
        # What was planned further ahead before may have been taken back, and was not looked for now.
        furthest > until
        or rostered(duty, rule, places, now, until, here)
        or _earlier_reaches(duty, rule, until)
    )
    told = "" if again else digest(duty, places)
    Duty.objects.filter(pk=duty.pk).update(planned_until=furthest, planned_for=told)


def _earlier_reaches(duty: Duty, rule: Rule, until: datetime) -> bool:
    """Whether slots of an earlier version lie in the periods ahead: they may stand for some of this version's."""
    if duty.current is None or duty.current.number == 1:
        return False
    earlier = duty.versions.filter(number__lt=duty.current.number).values_list("pk", flat=True)
    begun = recurrence.period(rule, (until - recurrence.reach(rule)).date() - timedelta(days=1))[0]
    since = datetime.combine(begun, time(), UTC) - timedelta(days=1)
    rows = Obligation.objects.filter(duty_version_id__in=list(earlier), slot__gte=since, withdrawn=False)
    return rows.exists()

"""What is planned ahead follows its duty, its position and the calendar as long as nobody could begin it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Case, Exists, F, Func, Max, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from zhize.domains.duties import verbs
from zhize.domains.duties.machine import OBLIGATION
from zhize.domains.duties.models import Duty, Obligation
from zhize.domains.duties.places import Places
from zhize.domains.duties.recurring import Calendars, rule_of
from zhize.domains.duties.rosters import Rosters
from zhize.domains.duties.services import changing, finishing
from zhize.domains.duties.services.planning import key_of, seed_of
from zhize.kernel import calendars, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import guarded_update
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Appointment, AppointmentKind, Position
from zhize.lib import clock, recurrence
from zhize.lib.recurrence import Rule, Slot


def not_begun(now: datetime) -> Q:
    """Slots nobody can have done anything about; one that somebody moved is somebody's word and stays."""
    return Q(opened_at__gt=now) & _UNTOUCHED


_UNTOUCHED = Q(slot__isnull=False, ended_at__isnull=True, state="open", progress=0, due_at=F("first_due_at"))
_RELATED = (
    "unit",
    "holder",
    "position__unit",
    "duty",
    "duty_version",
    "clock__calendar_version__calendar",
    "clock__unit",
    "plan",
)


def given_by_hand() -> models.QuerySet[Entry, Any]:
    """That somebody gave the obligation to somebody else by hand."""
    label = Obligation._meta.label_lower
    return Entry.objects.filter(verb=verbs.REASSIGNED, subject_type=label, subject_id=OuterRef("pk"))


def withdraw(duty: Duty, places: Places, actor: Actor, now: datetime) -> None:
    """Take back what is owed no more: slots of positions that are gone and of versions that were replaced, or of a
    duty that was ended, before the slot opened. Where the worker stood still since, that may lie in the past.

    Open or not: what is due before anybody has ever held the position, unless somebody was given it by hand."""
    gone = Q(position__active=False, opened_at__gt=now)
    if duty.active:
        later = duty.versions.filter(number__gt=OuterRef("duty_version__number")).order_by("number")
        gone |= ~Q(duty_version_id=duty.current_id) & Q(opened_at__gte=Subquery(later.values("made_at")[:1]))
        why = _("职责或岗位已变更，尚未开始的这一期由新的安排接替。")
    else:
        ended = Entry.objects.filter(
            verb=verbs.DUTY_ENDED, subject_type=Duty._meta.label_lower, subject_id=duty.pk
        )
        gone = Q(opened_at__gt=ended.aggregate(at=Max("at"))["at"] or now)
        why = _("职责已停用，尚未开始的这一期不再办理。")
    _take_back(duty, Obligation.objects.filter(_UNTOUCHED, gone), actor, why)
    holders = Appointment.objects.filter(position=OuterRef("position"), from_on__lte=OuterRef("due_on"))
    # The day of the row's own unit, as it was planned.
    local = Func(F("unit__timezone"), F("due_at"), function="timezone", output_field=models.DateTimeField())
    dated = Obligation.objects.annotate(due_on=Cast(local, models.DateField()))
    unheld = dated.filter(_UNTOUCHED, ~Exists(holders), ~Exists(given_by_hand()), position__isnull=False)
    _take_back(duty, unheld, actor, _("这个岗位到那时还没有人担任过，这一期不再应办。"))
    _take_back(
        duty,
        _not_his(duty, places, dated),
        actor,
        _("担任这个岗位的人有变动，这一期由那时担任的人各自办理。"),
    )


def _not_his(duty: Duty, places: Places, dated: models.QuerySet[Obligation]) -> models.QuerySet[Obligation]:
    """Where each holder owes his own: what is due when he holds the position no more, and what the position owes
    together when somebody holds it then. Begun or not, as long as nobody did anything about it or drew a plan for it.

    By the days of the appointments alone: who leaves is not active any more at once, but has owed until his last day."""
    rules = dict(duty.versions.filter(rule__each_holder=True).values_list("pk", "rule"))
    if not rules:
        return dated.none()
    apart = Q(pk__in=[])
    for pk, rule in rules.items():
        apart |= Q(duty_version_id=pk, quota=rule.get("count") or 1)
    then = Q(to_on__isnull=True) | Q(to_on__gte=OuterRef("due_on"))
    held = Appointment.objects.filter(
        then,
        position=OuterRef("position"),
        from_on__lte=OuterRef("due_on"),
        kind=AppointmentKind.PRIMARY,
    )
    his = held.filter(person=OuterRef("slot_holder"))
    # What was due before anybody was said to hold it stays with the position: he does not owe it.
    late = [When(pk=pk, then=Value(at)) for pk, at in places.holding.entered.items()]
    never = Value(datetime.min.replace(tzinfo=UTC))
    entered = Case(*late, default=never, output_field=models.DateTimeField())
    known = held.annotate(entered=entered).filter(entered__lt=OuterRef("due_at"))
    gone = Q(~Exists(his), slot_holder__isnull=False) | Q(Exists(known), slot_holder__isnull=True)
    return dated.filter(_UNTOUCHED, apart, gone, ~Exists(given_by_hand()), position__isnull=False)


def _take_back(duty: Duty, rows: models.QuerySet[Obligation], actor: Actor, reason: str) -> None:
    """Cancel what the plan has no more, so that it may plan it again: one entry for all that had no clock yet."""
    rows = rows.filter(duty=duty)
    for row in rows.filter(clock__isnull=False).select_related("unit", "holder", "position", "duty", "clock"):
        finishing.cancel(actor=actor, obligation=row, reason=reason, withdrawn=True)
    flow.perform_all(
        rows.filter(clock__isnull=True, ended_at__isnull=True),
        "cancel",
        machine=OBLIGATION,
        actor=actor,
        on=duty,
        recorded_as=verbs.TAKEN_BACK,
        note=reason,
        data={"title": str(duty)},
        changes={"ended_at": clock.now(), "withdrawn": True},
    )


def follow(duty: Duty, places: Places, actor: Actor, now: datetime, here: Calendars) -> date | None:
    """Let what has not begun follow holders, calendar and rosters; the first day whose slots must be looked at again."""
    follow_holders(duty, places, actor, now)
    again = [
        follow_calendar(duty, places.listed, actor, now, here),
        follow_rosters(duty, places.listed, actor, now, here),
    ]
    return min((day for day in again if day is not None), default=None)


def follow_holders(duty: Duty, places: Places, actor: Actor, now: datetime) -> None:
    """What has not begun falls to who holds the position then, when the one it was made for does not any more.

    What somebody gave to somebody else by hand stays there.
    """
    planned = Obligation.objects.filter(
        not_begun(now), duty=duty, holder__isnull=False, slot_holder__isnull=True
    )
    spans = (
        planned.order_by()
        .values("position_id", "holder_id")
        .annotate(first=Min("due_at"), last=Max("due_at"))
    )
    by_id = {place.pk: place for place in places.listed}
    moved: dict[int | None, list[int]] = {}
    for span in spans:
        position = by_id.get(span["position_id"])
        if position is None or _holds(span["holder_id"], position, places, span["first"], span["last"]):
            continue
        rows = planned.filter(~Exists(given_by_hand()), position=position, holder_id=span["holder_id"])
        for pk, due_at in rows.values_list("pk", "due_at"):
            day = _day(due_at or now, position)
            if span["holder_id"] not in places.holding.on(position, day):
                to = places.holding.only(position, day)
                moved.setdefault(to.pk if to is not None else None, []).append(pk)
    for holder_id, changed in moved.items():
        Obligation.objects.filter(pk__in=changed).update(holder_id=holder_id)
        told = {"title": str(duty), "count": len(changed), "holder": holder_id}
        also = [Obligation(pk=pk) for pk in changed]
        history.record(actor=actor, verb=verbs.FOLLOWED, subject=duty, unit=duty.unit, data=told, also=also)


def _holds(person_id: int, position: Position, places: Places, first: datetime, last: datetime) -> bool:
    """Whether the person holds the position without a break on all these days."""
    begin, end = _day(first, position), _day(last, position)
    return any(
        row.person_id == person_id and row.from_on <= begin and (row.to_on is None or row.to_on >= end)
        for row in places.holding.rows.get(position.pk, ())
    )


def follow_calendar(
    duty: Duty, places: list[Position], actor: Actor, now: datetime, here: Calendars
) -> date | None:
    """The calendar has changed: the holidays of a year are known now, or the unit set days or hours of its own.

    What has not begun is taken back where it falls otherwise now, to be made again. What has begun keeps its due time,
    unless that was computed without the holidays of its year; so does what somebody gave away or moved. Returns the
    first day whose slots must be looked for again, because days off may have become workdays.
    """
    known = {here.version(place.unit).pk for place in places}
    planned = Q(slot__isnull=False, state="open", due_at__gt=now, due_at=F("first_due_at"))
    rows = Obligation.objects.filter(planned, Q(provisional=True) | Q(opened_at__gt=now), duty=duty)
    computed = Coalesce("clock__calendar_version_id", "plan__calendar_version_id")
    stale = rows.alias(computed=computed).exclude(computed__in=known)
    last = stale.aggregate(last=Max("opened_at"))["last"]
    if last is None:
        return None
    rosters = here.rosters(places, now, last)
    again, settled, gone = min(_day(now, place) for place in places) + timedelta(days=1), [], list[int]()
    listed = stale.select_related(*_RELATED).annotate(given=Exists(given_by_hand())).order_by("slot", "pk")
    for row in listed.iterator(chunk_size=500):  # a department's whole month may be among them
        slot = _as_computed_now(row, here, rosters)
        if row.opened_at > now and not row.given:
            if slot is not None and (slot.due_at <= now or _is_same(row, slot)):
                settled += [row.pk] if not slot.provisional else []
                continue
            again = min(again, _day(row.slot or row.opened_at, row.position or places[0]))
            gone.append(row.pk)
        elif slot is not None:
            if slot.due_at != row.due_at and slot.due_at > max(now, row.opened_at):
                why = _("放假安排公布后重新计算。")
                guarded_update(row, not_before_at=slot.not_before_at)
                changing.move_due(actor=actor, obligation=row, due_at=slot.due_at, reason=why, planned=True)
            settled += [row.pk] if not slot.provisional else []
    why = _("工作日历有变动，尚未开始的这一期按新的日历重新安排。")
    _take_back(duty, Obligation.objects.filter(pk__in=gone), actor, why)
    Obligation.objects.filter(pk__in=settled).update(provisional=False)
    return again


def _as_computed_now(row: Obligation, here: Calendars, rosters: Rosters) -> Slot | None:
    """The slot of this obligation under its unit's present calendar; None when it names that day no more."""
    if row.slot is None or row.duty_version is None or row.position is None:
        return None
    day, version = _day(row.slot, row.position), here.version(row.unit)
    found = recurrence.slots(
        rule_of(row.duty_version.rule),
        day,
        day,
        calendars.of_version(version),
        unpublished=here.unpublished(version),
        seed=seed_of(row.duty_id or 0, row.position.pk, row.slot_holder_id),
        roster=rosters.of(row.position, row.slot_holder_id),
    )
    return next((slot for slot in found if key_of(slot, row.unit) == row.slot), None)


def _is_same(row: Obligation, slot: Slot) -> bool:
    planned = (row.due_at, row.opened_at, row.not_before_at)
    return planned == (slot.due_at, slot.opens_at, slot.not_before_at)


class _Planned(NamedTuple):
    """What of a planned slot is compared with the roster."""

    pk: int
    position_id: int | None
    slot_holder_id: int | None
    slot: datetime | None
    due_at: datetime | None
    opened_at: datetime
    holder_id: int | None


def follow_rosters(
    duty: Duty, places: list[Position], actor: Actor, now: datetime, here: Calendars
) -> date | None:
    """Take back what has not begun and the roster says otherwise now: other hours, another holder, no shift.

    Returns the first day whose slots must be made again. What somebody gave away or moved by hand stays.
    """
    rule = rule_of(duty.current.rule) if duty.current is not None else None
    if rule is None or not rule.by_shift:
        return None
    rows = Obligation.objects.filter(not_begun(now), ~Exists(given_by_hand()), duty=duty).order_by(
        "slot", "pk"
    )
    # Of a thousand people's month there are tens of thousands: what is compared is read, nothing else.
    planned: dict[tuple[int, int | None], list[_Planned]] = {}
    for row in map(_Planned._make, rows.values_list(*_Planned._fields)):
        planned.setdefault((row.position_id or 0, row.slot_holder_id), []).append(row)
    if not planned:
        return None
    last = max(row.opened_at for listed in planned.values() for row in listed)
    rosters = here.rosters(places, now, last)
    again: date | None = None
    gone: list[int] = []
    by_id = {place.pk: place for place in places}
    for (place_id, person_id), listed in planned.items():
        place = by_id.get(place_id)
        roster = rosters.of(place, person_id) if place is not None else None
        if place is None or roster is None:
            continue
        fitting = _fitting(duty, rule, place, listed, here, rosters)
        for row in listed:
            if (row.slot, row.due_at, row.opened_at) not in fitting or (
                rule.every == "shift" and fitting[row.slot, row.due_at, row.opened_at] != row.holder_id
            ):
                day = _day(row.slot or row.opened_at, place)
                again = min(again or day, day)
                gone.append(row.pk)
        days = {_day(row.slot or row.opened_at, place) for row in listed}
        # A shift on a day that had no slot yet, within what is planned already.
        fresh = [day for key, _due, opens in fitting if (day := _day(key or opens, place)) not in days]
        again = min([*fresh, *([again] if again else [])], default=None)
    why = _("排班有变动，尚未开始的这一期按新的排班重新安排。")
    _take_back(duty, Obligation.objects.filter(pk__in=gone), actor, why)
    return again


def _fitting(
    duty: Duty, rule: Rule, place: Position, listed: list[_Planned], here: Calendars, rosters: Rosters
) -> dict[tuple[datetime | None, datetime | None, datetime], int | None]:
    """What the plan has for the days of these slots now: key, due and opening, and who is on the shift."""
    version = here.version(place.unit)
    days = [_day(row.slot or row.opened_at, place) for row in listed]
    found: dict[tuple[datetime | None, datetime | None, datetime], int | None] = {}
    for slot in recurrence.slots(
        rule,
        min(days),
        max(days),
        calendars.of_version(version),
        unpublished=here.unpublished(version),
        seed=seed_of(duty.pk, place.pk, listed[0].slot_holder_id),
        roster=rosters.of(place, listed[0].slot_holder_id),
    ):
        key = key_of(slot, place.unit)
        person = rosters.only(place, slot.day, key)
        found[key, slot.due_at, slot.opens_at] = person.pk if person is not None else None
    return found


def _day(moment: datetime, place: Position) -> date:
    return moment.astimezone(clock.zone(place.unit.timezone)).date()

"""Recurring duties become dated obligations: ahead of time, without gaps, each slot once (DUT-01, DUT-02).

A slot is the named day of the rule (with its time where a day has several), for one duty and one position. What exists is never made again, whichever version
of the duty it stands under; what a stopped worker did not make is made from where it stopped. A version owes the
slots that opened before the next version came and were not due yet when it came itself, so that a change leaves no
gap and touches nothing that has begun.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import structlog
from django.db.models import Max, Min, OuterRef, Q, Subquery

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import ladders, people, verbs
from zhize.domains.duties.machine import OBLIGATION
from zhize.domains.duties.models import Duty, DutyVersion, Kind, Obligation, ObligationKind
from zhize.domains.duties.recurring import Calendars, rule_of
from zhize.domains.duties.services import replanning
from zhize.kernel import access, calendars, clocks, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.calendars.models import CalendarVersion
from zhize.kernel.clocks import limits
from zhize.kernel.clocks.limits import Moment
from zhize.kernel.clocks.models import Clock
from zhize.kernel.db import Invalid, atomic
from zhize.kernel.history.models import Entry
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Position, Unit
from zhize.lib import clock, recurrence
from zhize.lib.businesstime import moment_text
from zhize.lib.recurrence import Rule, Slot

AHEAD_DAYS = 31
"""A month is what people look ahead; what is planned further away would only have to be planned again."""
BATCH = 1000
# No rule's slot opens more than a year and its offset before its named day.
LONGEST = timedelta(days=460)

log = structlog.get_logger(__name__)


def schedule(
    *,
    actor: Actor,
    now: datetime | None = None,
    ahead_days: int = AHEAD_DAYS,
    through: date | None = None,
    duty: int | None = None,
) -> int:
    """Make the slots of all recurring duties that open within `ahead_days`; returns how many obligations are new.

    `through` is a last day instead, `duty` a single one. Safe to run any number of times: one transaction for each
    duty, what is there is left alone. Raises Refused.
    """
    access.require(actor, caps.DUTY_EDIT)
    moment = now or clock.now()
    until = moment + timedelta(days=ahead_days)
    if through is not None:
        until = datetime.combine(through + timedelta(days=1), time(), clock.zone())
    made, here = 0, Calendars(moment)
    active = Q(kind=Kind.RECURRING, active=True, current__isnull=False)
    duties = Duty.objects.filter(active | Q(pk__in=replanning.left_over(moment))).order_by("pk")
    if duty is not None:
        duties = duties.filter(pk=duty)
    for pk in list(duties.values_list("pk", flat=True)):
        try:
            made += _schedule_duty(pk, actor, moment, until, here)
        except Invalid:
            # A rule nobody can read must not keep all other duties from being owed.
            log.exception("duty_not_scheduled", duty=pk)
            # A calendar version made on the way was undone with it.
            here = Calendars(moment)
    return made


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


@dataclass(frozen=True)
class _Span:
    """A version of a duty with the time in which it was the one in force."""

    version: DutyVersion
    rule: Rule
    begin: datetime
    end: datetime | None


@dataclass
class _Books:
    """What is known of one duty before its slots are made."""

    last: dict[tuple[int | None, int | None], datetime] = field(default_factory=dict)
    taken: set[tuple[int, datetime]] = field(default_factory=set)
    # By position and day: the version that owes it. A named day is owed once, whatever the version.
    days: dict[tuple[int, date], int | None] = field(default_factory=dict)
    since: dict[int, datetime] = field(default_factory=dict)

    def note(self, position_id: int, named: datetime, day: date, version_id: int | None) -> None:
        self.taken.add((position_id, named))
        self.days[position_id, day] = version_id

    def take(self, position: Position, slot: Slot, version_id: int) -> bool:
        """Whether the slot is still to be made; from then on it is taken."""
        named = key_of(slot, position.unit)
        if (position.pk, named) in self.taken:
            return False
        if self.days.get((position.pk, slot.day), version_id) != version_id:
            return False
        self.note(position.pk, named, slot.day, version_id)
        return True


@dataclass(frozen=True)
class _New:
    """A slot to be made."""

    version: DutyVersion
    position: Position
    slot: Slot
    key: datetime


@atomic
def _schedule_duty(pk: int, actor: Actor, now: datetime, until: datetime, here: Calendars) -> int:
    # Whoever changes the duty, and a second scheduler, waits until this one is through.
    duty = Duty.objects.select_for_update(of=("self",)).select_related("unit", "current").get(pk=pk)
    replanning.withdraw(duty, actor, now)
    if not duty.active or duty.current is None:
        return 0
    positions = Position.objects.filter(
        code=duty.position_code, active=True, unit__active=True, unit__path__startswith=duty.unit.path or "?"
    )
    places = list(positions.select_related("unit").order_by("pk"))
    if not places:
        return 0
    replanning.follow_holders(duty, places, actor, now)
    redone = replanning.settle_provisional(duty, places, actor, now, here)
    found = list(_wanted(duty, places, now, until, here, redone))
    for start in range(0, len(found), BATCH):
        _create(duty, found[start : start + BATCH], actor, here)
    return len(found)


def _wanted(
    duty: Duty,
    places: list[Position],
    now: datetime,
    until: datetime,
    here: Calendars,
    redone: date | None,
) -> Iterator[_New]:
    """The slots that are owed and not there yet, in order of version, position and day."""
    spans = list(_spans(duty))
    books = _books(duty, places, spans, redone)
    computed: dict[tuple[int, int, date], list[Slot]] = {}
    for span in spans:
        for position in places:
            first = _first_day(span, position, books, redone)
            version = here.version(position.unit)
            seed = f"{duty.pk}:{position.pk}" if span.rule.at_random else ""
            # People of one unit owe the same days: computed once, unless the time is drawn for each.
            key = (span.version.pk, position.pk if seed else -version.pk, first)
            if key not in computed:
                computed[key] = _slots(span, first, version, until, here, seed)
            begin = max(span.begin, books.since.get(position.pk, span.begin))
            for slot in computed[key]:
                if slot.due_at > begin and books.take(position, slot, span.version.pk):
                    yield _New(span.version, position, slot, key_of(slot, position.unit))


def _spans(duty: Duty) -> Iterator[_Span]:
    """The versions from the beginning of what is owed on, each with its time."""
    versions = list(duty.versions.order_by("number"))
    owed_from = duty.owed_from or versions[0].made_at
    for index, version in enumerate(versions):
        end = versions[index + 1].made_at if index + 1 < len(versions) else None
        if end is not None and end <= owed_from:
            continue
        begin = owed_from if index == 0 else max(owed_from, version.made_at)
        yield _Span(version, rule_of(version.rule), begin, end)


def _books(duty: Duty, places: list[Position], spans: list[_Span], redone: date | None) -> _Books:
    """Where each position's slots end, what must not be made twice, and since when positions exist. Three queries."""
    rows = Obligation.objects.filter(duty=duty, slot__isnull=False).order_by()
    ends = rows.values("duty_version_id", "position_id").annotate(last=Max("slot"))
    books = _Books({(row["duty_version_id"], row["position_id"]): row["last"] for row in ends})
    known = {position for _version, position in books.last}
    fresh = [place.pk for place in places if place.pk not in known]
    if fresh:
        made = Entry.objects.filter(subject_type="org.position", subject_id__in=fresh).order_by()
        books.since = dict(made.values("subject_id").annotate(at=Min("at")).values_list("subject_id", "at"))
    firsts = [_first_day(span, place, books, redone) for span in spans for place in places]
    since = datetime.combine(min(firsts), time(), UTC) - timedelta(days=1)
    current = Q(duty_version_id=duty.current_id)
    # A cancelled slot of the version in force was cancelled by somebody; one of an older version was replaced.
    there = rows.filter(current | ~Q(state="cancelled"), slot__gte=since)
    zones = {place.pk: clock.zone(place.unit.timezone) for place in places}
    for position_id, slot, version_id in there.values_list("position_id", "slot", "duty_version_id"):
        if slot is not None and position_id in zones:
            books.note(position_id, slot, slot.astimezone(zones[position_id]).date(), version_id)
    return books


def _first_day(span: _Span, position: Position, books: _Books, redone: date | None) -> date:
    """The first named day to look at: that of the last slot that was made, else where the version began."""
    zone = clock.zone(position.unit.timezone)
    last = books.last.get((span.version.pk, position.pk))
    if last is None:
        begin = max(span.begin, books.since.get(position.pk, span.begin))
        return (begin - recurrence.reach(span.rule)).astimezone(zone).date()
    # The same day again: it may have several slots, of which some had not opened then.
    following = last.astimezone(zone).date()
    return min(following, redone) if redone is not None else following


def _slots(
    span: _Span, first: date, version: CalendarVersion, until: datetime, here: Calendars, seed: str
) -> list[Slot]:
    end = min(until, span.end) if span.end is not None else until
    last = (end + LONGEST).date()
    unpublished = here.unpublished(version)
    found = []
    for slot in recurrence.slots(
        span.rule, first, last, calendars.of_version(version), unpublished=unpublished, seed=seed
    ):
        if slot.opens_at >= end:
            break
        found.append(slot)
    return found


def key_of(slot: Slot, unit: Unit) -> datetime:
    """What the obligation keeps as its slot: the named day and time in the unit's wall time."""
    return slot.named.replace(tzinfo=clock.zone(unit.timezone)).astimezone(UTC)


def _create(duty: Duty, listed: list[_New], actor: Actor, here: Calendars) -> None:
    """The obligations with their clocks and the entry that stands in the timeline of each. Nine statements."""
    holding = people.Holding.of(new.position for new in listed)
    accepting = _acceptors(listed)
    rows = [_obligation(duty, new, holding, accepting) for new in listed]
    Obligation.objects.bulk_create(rows)
    running = clocks.plan(
        (
            clocks.Planned(
                row,
                new.position.unit,
                here.version(new.position.unit),
                new.slot.opens_at,
                new.slot.due_at,
                tuple(ladders.thresholds(row.ladder)),
                new.version.name,
            )
            for new, row in zip(listed, rows, strict=True)
        ),
        actor=actor,
    )
    of_row = Clock.objects.filter(pk__in=[each.pk for each in running], subject_id=OuterRef("pk"))
    Obligation.objects.filter(pk__in=[row.pk for row in rows]).update(
        clock_id=Subquery(of_row.values("pk")[:1])
    )
    zone = clock.zone(duty.unit.timezone)
    dues = [new.slot.due_at.astimezone(zone) for new in listed]
    told = {
        "title": listed[0].version.name,
        "count": len(rows),
        "first_text": moment_text(min(dues)),
        "last_text": moment_text(max(dues)),
    }
    history.record(
        actor=actor, verb=verbs.SCHEDULED, subject=duty, unit=duty.unit, data=told, also=rows, marks=running
    )


def _obligation(
    duty: Duty, new: _New, holding: people.Holding, accepting: dict[tuple[str, int], Position | None]
) -> Obligation:
    version, slot, position = new.version, new.slot, new.position
    limit = Moment(slot.due_at)
    day = slot.due_at.astimezone(clock.zone(position.unit.timezone)).date()
    return Obligation(
        **flow.begin(OBLIGATION),
        kind=ObligationKind.RECURRING,
        duty=duty,
        duty_version=version,
        unit=position.unit,
        position=position,
        holder=holding.only(position, day),
        acceptor_position=accepting.get((version.acceptor_code, position.unit_id)),
        title=version.title,
        slot=new.key,
        provisional=slot.provisional,
        opened_at=slot.opens_at,
        not_before_at=slot.not_before_at,
        due_at=slot.due_at,
        first_due_at=slot.due_at,
        target=limits.as_json(limit),
        ladder=version.ladder or ladders.usual(limit),
        evidence_spec=version.evidence,
        quota=version.rule.get("count") or 1,
        weight=version.weight,
    )


def _acceptors(listed: list[_New]) -> dict[tuple[str, int], Position | None]:
    """Who accepts, by code and unit; a fact that the system saw needs nobody's acceptance. One query."""
    wanted = {
        (new.version.acceptor_code, new.position.unit_id): new.position.unit
        for new in listed
        if new.version.acceptor_code and new.version.evidence.get("kind") != "fact"
    }
    if not wanted:
        return {}
    codes = {code for code, _unit in wanted}
    rows = list(Position.objects.filter(code__in=codes, active=True).select_related("unit"))
    by_code = {code: [row for row in rows if row.code == code] for code in codes}
    return {(code, pk): org.nearest_position(by_code[code], unit) for (code, pk), unit in wanted.items()}

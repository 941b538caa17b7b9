"""Shift logs and handover lists: what is open now, what the last shift left, who has not signed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhize.domains.cases.models import Case
from zhize.domains.duties import subjects
from zhize.domains.duties.models import Obligation, ObligationKind
from zhize.domains.duties.services.replanning import given_by_hand, not_begun
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts.models import ShiftLog, Takeover, TakeoverLine
from zhize.kernel import access, files
from zhize.kernel.access import Actor, Scope
from zhize.kernel.flow import OPEN
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, AppointmentKind, Person, Position, Shift, Unit
from zhize.lib import clock
from zhize.lib.text import Text

# What falls due within the next shift belongs on its log.
AHEAD = timedelta(hours=24)
NOTED_FOR = timedelta(hours=24)
# A log begun after the shift ended is still about that shift.
LATE_LOG = timedelta(hours=4)


def logs(actor: Actor) -> QuerySet[ShiftLog]:
    """Shift logs the actor may see, with what a list row shows."""
    return ShiftLog.objects.visible_to(actor).select_related("unit", "outgoing", "incoming", "obligation")


def log_chips(actor: Actor) -> dict[str, Q]:
    """The standing views of the list of logs."""
    return {
        "mine": Q(outgoing_id=actor.person_id) | Q(incoming_id=actor.person_id),
        "waiting": Q(state="handed"),
        "draft": Q(state="draft"),
    }


def still_open(log: ShiftLog, at: datetime | None = None) -> list[dict[str, Any]]:
    """Open cases of the unit, and what else is overdue or due within a day there, soonest first: all of it, whoever
    asks, because the shift hands over all of it. Readers get `items_for`. What is owed about a listed case stands with
    the case. Two queries.
    """
    now, path = at or clock.now(), log.unit.path or "?"
    cases = Case.objects.filter(unit__path__startswith=path, category__in=OPEN)
    owed = Obligation.objects.filter(
        unit__path__startswith=path,
        state="open",
        ended_at__isnull=True,
        opened_at__lte=now,
        due_at__lte=now + AHEAD,
    )
    about = {"subject_type": "cases.case"}, {"about_type": "cases.case"}
    rows = [
        _of_case(row)
        for row in cases.select_related("owner", "owner_position", "release").defer("release__spec")
    ]
    rows += [
        _of_obligation(row)
        for row in owed.exclude(**about[0]).exclude(**about[1]).select_related("holder", "position")
    ]
    return sorted(rows, key=lambda row: (row["due"] or "9", row["label"], row["id"]))


@dataclass(frozen=True)
class Items:
    """What a log lists, as one reader may know it: the rows he may see, and how many more there are."""

    rows: list[dict[str, Any]]
    hidden: int

    @property
    def count(self) -> int:
        """How many the log lists, whoever reads it."""
        return len(self.rows) + self.hidden


def items_for(actor: Actor, log: ShiftLog) -> Items:
    """The items of a log: frozen ones once it was handed over, the live ones until then. Two queries more."""
    listed = log.items if log.handed_at is not None else still_open(log)
    models = {model._meta.label_lower: model for model in (Case, Obligation)}
    seen: set[tuple[str, int]] = set()
    for label, model in models.items():
        ids = [row["id"] for row in listed if row["label"] == label]
        found = access.visible(actor, model).filter(pk__in=ids).values_list("pk", flat=True) if ids else ()
        seen.update((label, pk) for pk in found)
    rows = [row for row in listed if (row["label"], row["id"]) in seen]
    return Items(rows, len(listed) - len(rows))


def _of_case(row: Case) -> dict[str, Any]:
    return {
        "label": "cases.case",
        "id": row.pk,
        "number": row.number,
        "title": Text(row.title, row.title).as_dict(),
        "who": str(row.owner or row.owner_position or ""),
        "due": row.next_due_at.isoformat() if row.next_due_at else None,
    }


def _of_obligation(row: Obligation) -> dict[str, Any]:
    return {
        "label": "duties.obligation",
        "id": row.pk,
        "number": "",
        "title": row.name.as_dict(),
        "who": str(row.holder or row.position or ""),
        "due": row.due_at.isoformat() if row.due_at else None,
    }


def shift_began(actor: Actor, unit: Unit) -> datetime | None:
    """When the running shift of the unit began: the actor's turn of duty there, else the end of the last log."""
    now = clock.now()
    running = Q(from_at__lte=now) & (Q(to_at__isnull=True) | Q(to_at__gt=now))
    mine = (
        Shift.objects.filter(running, person_id=actor.person_id or 0, unit=unit).order_by("from_at").first()
    )
    if mine is not None:
        return mine.from_at
    last = last_taken(unit)
    return last.taken_at if last is not None else None


def last_taken(unit: Unit) -> ShiftLog | None:
    """The log with which the shift of the unit was last taken over: whoever signed it has the shift until the next."""
    return ShiftLog.objects.filter(unit=unit, taken_at__isnull=False).order_by("-taken_at").first()


def shift_name(actor: Actor, unit: Unit) -> str:
    """What the actor's running turn of duty in the unit is called, or the one he has just ended; empty without one."""
    since = clock.now() - LATE_LOG
    begun = Q(from_at__lte=clock.now()) & (Q(to_at__isnull=True) | Q(to_at__gt=since))
    found = (
        Shift.objects.filter(begun, person_id=actor.person_id or 0, unit=unit).order_by("-from_at").first()
    )
    return found.name if found is not None else ""


def position_of(person: Person, unit: Unit) -> Position | None:
    """The position in which somebody works in the unit, else anywhere."""
    rows = person.appointments.filter(org.in_force(org.local_day(unit))).select_related("position__unit")
    found = sorted((row.position for row in rows), key=lambda row: (row.unit_id != unit.pk, row.pk))
    return next(iter(found), None)


def left_by_last_shift(actor: Actor, at: datetime | None = None) -> ShiftLog | None:
    """The log that the running shift of the actor's unit took over within the last day; none for who wrote it himself."""
    if actor.home_unit_id is None or not actor.may("handover.view"):
        return None
    since = (at or clock.now()) - NOTED_FOR
    newest = logs(actor).filter(unit_id=actor.home_unit_id, taken_at__gte=since).order_by("-taken_at").first()
    return None if newest is not None and newest.outgoing_id == actor.person_id else newest


def running_log(actor: Actor) -> ShiftLog | None:
    """The log of the actor's unit that is being written or waits to be taken over."""
    if actor.home_unit_id is None or not actor.may("handover.view"):
        return None
    return logs(actor).filter(unit_id=actor.home_unit_id, category__in=OPEN).first()


def signatures(row: ShiftLog | Takeover) -> dict[int | None, str]:
    """The last signature of each signer, by person: the address of its picture."""
    found: dict[int | None, str] = {}
    for attached in files.for_subject(row, kind="signature"):
        found[attached.created_by_id] = files.url(attached)
    return found


# Lists between holders


def takeovers(actor: Actor) -> QuerySet[Takeover]:
    """Handover lists the actor may see, with what a list row shows."""
    missing = TakeoverLine.objects.filter(takeover=OuterRef("pk"), taker__isnull=True, moved_at__isnull=True)
    return (
        Takeover.objects.visible_to(actor)
        .select_related("unit", "position", "giver", "made_by")
        .annotate(without_taker=Exists(missing))
    )


def takeover_chips(actor: Actor) -> dict[str, Q]:
    """The standing views of the lists. To sign: one's own signature is still missing."""
    mine = TakeoverLine.objects.filter(taker_id=actor.person_id, signed_at__isnull=True)
    to_sign = Q(giver_id=actor.person_id, given_at__isnull=True) | Q(pk__in=mine.values("takeover"))
    return {
        "sign": Q(state="open") & to_sign,
        "open": Q(state="open"),
        "without": Q(state="open", without_taker=True),
    }


def lines(takeover: Takeover) -> list[TakeoverLine]:
    """The rows of a list with what is owed and who takes it."""
    return list(
        takeover.lines.select_related(
            "taker", "obligation__unit", "obligation__holder", "obligation__position", "obligation__duty"
        )
    )


def lines_for(actor: Actor, takeover: Takeover) -> list[TakeoverLine]:
    """The rows of a list, each with its `matter`: the case or customer it is about, as far as the actor may see it."""
    found = lines(takeover)
    about = subjects.about(
        actor, ((line.obligation.subject_type, line.obligation.subject_id) for line in found)
    )
    for line in found:
        owed = line.obligation
        line.matter = about.get((owed.subject_type, owed.subject_id), subjects.NOTHING).title
    return found


def owed_in(giver: Person, position: Position, on: date) -> QuerySet[Obligation]:
    """What somebody hands over in a position on a day; what names no position is owed in the only one he holds.

    What has not begun follows the holders by planning, unless it was given to him by hand; and what each holder owes for
    himself stays his own as long as he holds the position after that day.
    """
    held = giver.appointments.filter(org.in_force(org.local_day(position.unit)))
    others = held.exclude(position=position)
    where = Q(position=position) if others.exists() else Q(position=position) | Q(position__isnull=True)
    rows = Obligation.objects.filter(where, holder=giver, ended_at__isnull=True)
    rows = rows.exclude(not_begun(clock.now()) & ~Exists(given_by_hand()))
    if giver.appointments.filter(org.in_force(on + timedelta(days=1)), position=position).exists():
        rows = rows.exclude(slot_holder=giver)
    # What somebody is to read and sign himself, a handover list too, nobody signs for him.
    rows = rows.exclude(kind=ObligationKind.READING).exclude(subject_type=Takeover._meta.label_lower)
    return rows.order_by("due_at", "pk")


def their_own(
    people: Collection[Person], position: Position, owed: Iterable[Obligation]
) -> set[tuple[int, int]]:
    """Person and obligation, where each holder owes it for himself and that person has his own of it."""
    owed = list(owed)
    return _own_slots(people, position, owed) | _own_of_facts(people, owed)


def _own_of_facts(people: Collection[Person], owed: Collection[Obligation]) -> set[tuple[int, int]]:
    """What one fact made several people owe, each his own."""
    told: dict[tuple[int | None, int | None], int] = {
        (row.duty_version_id, row.trigger_entry): row.pk for row in owed if row.trigger_entry is not None
    }
    if not told or not people:
        return set()
    theirs = Obligation.objects.filter(
        holder__in=people, trigger_entry__in={entry for _version, entry in told}, duty_version__isnull=False
    ).values_list("pk", "holder_id", "duty_version_id", "trigger_entry")
    return {
        (holder, told[version, entry])
        for pk, holder, version, entry in theirs
        if told.get((version, entry), pk) != pk
    }


def _own_slots(
    people: Collection[Person], position: Position, owed: Collection[Obligation]
) -> set[tuple[int, int]]:
    each = [row for row in owed if row.slot_holder_id is not None and row.due_at is not None]
    if not each or not people:
        return set()
    held = Appointment.objects.filter(position=position, person__in=people, kind=AppointmentKind.PRIMARY)
    return {
        (place.person_id, row.pk)
        for place in held
        for row in each
        if place.person_id != row.slot_holder_id
        and place.from_on <= org.local_day(position.unit, row.due_at) <= (place.to_on or date.max)
    }


def handed_by(actor: Actor) -> QuerySet[Appointment]:
    """Who holds which position today, where the actor may make handover lists."""
    reached = access.units_within(actor, caps.TAKEOVER_MAKE, "position__unit")
    scopes = {reach.scope for reach in actor.scopes(caps.TAKEOVER_MAKE)}
    if Scope.TEAM in scopes:
        reached |= Q(person_id__in=actor.team_ids)
    if Scope.OWN in scopes:
        reached |= Q(person_id=actor.person_id)
    held = org.in_force(clock.now().astimezone(clock.zone()).date())
    rows = Appointment.objects.filter(held, reached, person__active=True, position__active=True)
    rows = rows.exclude(kind=AppointmentKind.ACTING).select_related("person", "position__unit")
    return rows.filter(
        person__in=access.visible(actor, Person), position__in=access.visible(actor, Position)
    ).order_by("person__name", "pk")


def is_ahead(takeover: Takeover) -> bool:
    """Whether the day on which the list moves has not begun in its unit's zone. Who has gone can wait for no day."""
    return takeover.giver.active and takeover.on > org.local_day(takeover.unit)


def unsigned(takeover: Takeover) -> dict[int, Person]:
    """Who is there and still has to sign the open list, by id."""
    if takeover.state != "open":
        return {}
    waiting = [takeover.giver] if takeover.given_at is None else []
    waiting += [line.taker for line in lines(takeover) if line.taker is not None and line.signed_at is None]
    return {person.pk: person for person in waiting if person.active}


@dataclass(frozen=True)
class Party:
    """One side of a list: who, for how many rows, and when he signed."""

    person: Person
    role: str
    count: int
    at: datetime | None


def parties(takeover: Takeover, rows: list[TakeoverLine]) -> list[Party]:
    """The giver, then every taker."""
    found = [Party(takeover.giver, "giver", len(rows), takeover.given_at)]
    by_taker: dict[int, list[TakeoverLine]] = {}
    for row in rows:
        if row.taker_id is not None:
            by_taker.setdefault(row.taker_id, []).append(row)
    for mine in by_taker.values():
        signed = [row.signed_at for row in mine]
        at = max(moment for moment in signed if moment) if all(signed) else None
        assert mine[0].taker is not None  # noqa: S101 - grouped by it
        found.append(Party(mine[0].taker, "taker", len(mine), at))
    return found

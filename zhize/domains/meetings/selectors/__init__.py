"""Reads of meetings, talks and proposals, and what their forms offer."""

from __future__ import annotations

from django.db.models import Count, Prefetch, Q, QuerySet

from zhize.domains.duties.models import Duty, DutyVersion
from zhize.domains.meetings import capabilities as caps
from zhize.domains.meetings.models import Attendance, Decision, Meeting, Proposal, Talk
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position, SheetVersion, Unit
from zhize.lib import clock


def meetings(actor: Actor) -> QuerySet[Meeting]:
    """Meetings the actor may see, with how many of their actions are still open."""
    still = Count(
        "decisions", filter=Q(decisions__obligation__ended_at__isnull=True, decisions__owner__isnull=False)
    )
    return (
        Meeting.objects.visible_to(actor)
        .select_related("unit", "chair", "keeper")
        .annotate(open_actions=still)
    )


def with_people(meeting: Meeting) -> Meeting:
    """The same row with everything its page shows, in three queries."""
    came: QuerySet[Attendance] = Attendance.objects.select_related("person")
    decisions: QuerySet[Decision] = Decision.objects.select_related(
        "owner", "obligation__clock", "obligation__unit"
    )
    return (
        Meeting.objects.select_related("unit", "chair", "keeper", "proves")
        .prefetch_related(Prefetch("attendances", came), Prefetch("decisions", decisions))
        .get(pk=meeting.pk)
    )


def carried_over(meeting: Meeting) -> QuerySet[Decision]:
    """Open actions of earlier meetings of the same kind in the unit, which are gone through first (ORG-22)."""
    return (
        Decision.objects.filter(
            meeting__unit=meeting.unit_id,
            meeting__kind=meeting.kind,
            meeting__starts_at__lt=meeting.starts_at,
            obligation__isnull=False,
            obligation__ended_at__isnull=True,
        )
        .exclude(meeting=meeting)
        .select_related("meeting", "owner", "obligation__clock", "obligation__unit")
        .order_by("due_at", "pk")
    )


def units_to_meet(actor: Actor) -> QuerySet[Unit]:
    """Units in which the actor may call a meeting."""
    return Unit.objects.filter(access.units_within(actor, caps.HOLD), active=True).order_by("path")


def colleagues(unit: Unit | None) -> QuerySet[Person]:
    """Who meets and talks with each other: people of the unit and of those around it."""
    return org.people_of(org.surroundings(unit)).order_by("name", "pk") if unit else Person.objects.none()


def departments(unit: Unit | None) -> QuerySet[Unit]:
    """Units one exchanges views with: those beside and below."""
    around = (
        Unit.objects.filter(path__startswith=org.surroundings(unit).path or "?")
        if unit
        else Unit.objects.none()
    )
    return around.filter(active=True).order_by("path")


def superior_of(actor: Actor) -> Position | None:
    """The position that reports of the actor go to: the one above that he signs with."""
    row = Position.objects.filter(pk=actor.position_id or 0).select_related("reports_to").first()
    return row.reports_to if row is not None else None


def talks(actor: Actor) -> QuerySet[Talk]:
    return Talk.objects.visible_to(actor).select_related(
        "unit", "author", "author_position", "to", "to_position", "to_unit", "about", "answered_by"
    )


def told_to(actor: Actor) -> Q:
    """Talks that were told to the actor."""
    held = [holding.position_id for holding in actor.positions]
    return Q(to_position__in=held) | Q(to=actor.person_id) if actor.person_id else Q(pk__in=[])


def proposals(actor: Actor) -> QuerySet[Proposal]:
    return Proposal.objects.visible_to(actor).select_related(
        "unit", "author", "author_position", "suggested_by", "decider", "decided_by", "duty__current", "about",
        "about_position", "source", "duty_version", "sheet_version__position",
    )  # fmt: skip


def to_decide(actor: Actor) -> Q:
    held = [holding.position_id for holding in actor.positions]
    return Q(state="filed", decider__in=held) & ~Q(author=actor.person_id)


def duties_to_change(actor: Actor) -> QuerySet[Duty]:
    """Duties a proposal may be about: those in force where the actor works."""
    unit = access.unit_of(actor)
    above = [int(part) for part in (unit.path or "").strip("/").split("/") if part] if unit else []
    return (
        Duty.objects.filter(active=True, unit__in=above)
        .select_related("current")
        .order_by("position_code", "code")
    )


def versions_since(proposal: Proposal) -> QuerySet[DutyVersion]:
    """Versions of the duty made after the decision: the candidates for what carries the proposal out."""
    if proposal.duty_id is None or proposal.decided_at is None:
        return DutyVersion.objects.none()
    return DutyVersion.objects.filter(duty=proposal.duty_id, made_at__gte=proposal.decided_at).select_related(
        "duty"
    )


def sheets_since(proposal: Proposal) -> QuerySet[SheetVersion]:
    """Versions of position sheets of the unit that came into force after the decision."""
    if proposal.decided_at is None:
        return SheetVersion.objects.none()
    since = proposal.decided_at.astimezone(clock.zone(proposal.unit.timezone)).date()
    rows = SheetVersion.objects.filter(
        position__unit__path__startswith=proposal.unit.path or "?", effective_from__gte=since
    )
    return rows.select_related("position")


def positions_near(unit: Unit | None) -> QuerySet[Position]:
    """Positions of the unit and of those around it."""
    return Position.objects.filter(unit__in=departments(unit), active=True).select_related("unit")

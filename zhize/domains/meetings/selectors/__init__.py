"""Reads of meetings, talks and proposals, and what their forms offer."""

from __future__ import annotations

from django.db.models import Count, Prefetch, Q, QuerySet

from zhize.domains.duties.models import Duty, DutyVersion, Obligation
from zhize.domains.meetings import capabilities as caps
from zhize.domains.meetings.models import Attendance, Decision, Meeting, Proposal, Talk
from zhize.kernel.access import Actor, Scope
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


def provable(actor: Actor, meeting: Meeting) -> QuerySet[Obligation]:
    """The actor's own open duties that minutes may be the record of: begun, not proven by the system itself."""
    held = [holding.position_id for holding in actor.positions]
    mine = Q(holder_id=actor.person_id) | Q(holder__isnull=True, position_id__in=held)
    return (
        Obligation.objects.filter(
            mine,
            ended_at__isnull=True,
            state="open",
            opened_at__lte=clock.now(),
            evidence_spec__kind__in=["form", "file", "note"],
            duty__isnull=False,
        )
        .select_related("duty__current")
        .order_by("due_at", "pk")
    )


def units_to_meet(actor: Actor) -> QuerySet[Unit]:
    """Units in which the actor may call a meeting."""
    where = Q(pk__in=[])
    for reach in actor.scopes(caps.HOLD):
        if reach.scope == Scope.ALL:
            where |= Q()
            return Unit.objects.filter(active=True).order_by("path")
        if reach.scope == Scope.SUBTREE:
            where |= Q(path__startswith=reach.unit_path)
        elif reach.scope == Scope.UNIT:
            where |= Q(pk=reach.unit_id)
    return Unit.objects.filter(where, active=True).order_by("path")


def colleagues(unit: Unit | None) -> QuerySet[Person]:
    """People of the unit's tree, its upper unit's where it has one: who meets and talks with each other."""
    if unit is None:
        return Person.objects.none()
    return org.people_of(unit.parent or unit).order_by("name", "pk")


def departments(unit: Unit | None) -> QuerySet[Unit]:
    """Units one exchanges views with: those beside and below."""
    top = unit.parent or unit if unit is not None else None
    return (
        Unit.objects.filter(path__startswith=top.path or "?", active=True).order_by("path")
        if top
        else Unit.objects.none()
    )


def home(actor: Actor) -> Unit | None:
    return Unit.objects.filter(pk=actor.home_unit_id or 0).select_related("parent").first()


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
    unit = home(actor)
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
    top = unit.parent or unit if unit is not None else None
    rows = (
        Position.objects.filter(unit__path__startswith=top.path or "?", active=True)
        if top
        else Position.objects.none()
    )
    return rows.select_related("unit")

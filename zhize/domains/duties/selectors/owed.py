"""Obligations of units and of rows, their evidence and how their due time came about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import standing, subjects, verbs
from zhize.domains.duties.models import Duty, Escalation, Evidence, Obligation
from zhize.domains.duties.subjects import About
from zhize.kernel import access, clocks
from zhize.kernel.access import Actor, Scope
from zhize.kernel.clocks import limits
from zhize.kernel.clocks.limits import Moment
from zhize.kernel.clocks.models import Clock
from zhize.kernel.db import Invalid, Refused, known, statements
from zhize.kernel.history.models import Entry
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, Person, Unit
from zhize.lib import clock
from zhize.lib.text import Text


def with_everything(rows: models.QuerySet[Obligation]) -> models.QuerySet[Obligation]:
    """With what a list row shows, so that showing it asks nothing more."""
    return rows.select_related(
        "unit", "position", "holder", "done_by", "acceptor", "acceptor_position", "duty", "clock"
    )


def visible(actor: Actor) -> models.QuerySet[Obligation]:
    """Every obligation the actor may see, for lists and their filters."""
    return with_everything(Obligation.objects.visible_to(actor))


def with_people(obligation: Obligation) -> Obligation:
    """The same row with everybody named on it read at once."""
    rows = with_everything(Obligation.objects.filter(pk=obligation.pk))
    return rows.select_related(
        "unit", "position", "holder", "acceptor", "acceptor_position", "duty", "duty_version", "creator", "done_by",
        "clock__calendar_version__calendar",
    ).get()  # fmt: skip


def people_to_task(actor: Actor, words: str = "") -> models.QuerySet[Person]:
    """People the actor may give a task to: of the units his right to assign reaches, matching the words."""
    where = Q(pk__in=[])
    for reach in actor.scopes(caps.ASSIGN):
        where |= {
            Scope.ALL: Q(),
            Scope.SUBTREE: Q(position__unit__path__startswith=reach.unit_path),
            Scope.UNIT: Q(position__unit_id=reach.unit_id),
            Scope.TEAM: Q(person_id__in=actor.team_ids),
            Scope.OWN: Q(person_id=actor.person_id),
        }[reach.scope]
    held = Appointment.objects.filter(where, org.in_force(clock.today()))
    rows = Person.objects.filter(active=True, appointments__in=held).distinct()
    for word in words.split():
        rows = rows.filter(
            Q(name__icontains=word) | Q(name_en__icontains=word) | Q(employee_no__icontains=word)
        )
    return rows.order_by("name", "pk")


def everybody() -> models.QuerySet[Person]:
    """Everybody who is there to be given something; whom it may be given to is decided for each obligation."""
    return Person.objects.filter(active=True)


def unit_of_task(actor: Actor, holder: Person) -> Unit:
    """The unit a task belongs to: that in which its holder works, the actor's own first."""
    rows = [
        row.position.unit
        for row in holder.appointments.filter(org.in_force(clock.today())).select_related("position__unit")
    ]
    rows.sort(key=lambda unit: unit.pk != actor.home_unit_id)
    if not rows:
        raise Invalid({"holder": _("这个人没有岗位。")})
    return rows[0]


def unit_of_event(actor: Actor) -> Unit:
    """The unit in which an event that somebody reports took place: where he works. Raises Refused for nobody's unit."""
    unit = access.unit_of(actor)
    if unit is None:
        raise Refused(code=f"refused.{caps.REPORT}")
    return unit


def filtered(
    actor: Actor,
    *,
    state: str | None = None,
    holder: int | None = None,
    unit: int | None = None,
    subject_type: str | None = None,
    subject_id: int | None = None,
    open: bool | None = None,
) -> models.QuerySet[Obligation]:
    """The obligations the actor may see, narrowed by what the API offers as filters."""
    rows = visible(actor)
    wanted = {"state": state, "holder_id": holder, "unit_id": unit, "subject_type": subject_type}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    if subject_id is not None:
        rows = rows.filter(subject_id=subject_id)
    return rows if open is None else rows.filter(ended_at__isnull=open)


def reportable(actor: Actor) -> models.QuerySet[Duty]:
    """Duties whose event the actor may report by hand where he works, because the product does not see it."""
    unit = access.unit_of(actor)
    reaches = {reach.scope for reach in actor.scopes(caps.REPORT)}
    if unit is None or not reaches:
        return Duty.objects.none()
    above = [int(part) for part in (unit.path or f"/{unit.pk}/").strip("/").split("/")]
    rows = Duty.objects.filter(
        active=True, unit_id__in=above, current__rule__by_hand__zh__isnull=False
    ).select_related("current")
    if not reaches - {Scope.OWN, Scope.TEAM}:
        rows = rows.filter(position_code__in=[holding.position_code for holding in actor.positions])
    return rows.order_by("position_code", "code")


def person_to_task(actor: Actor, pk: int) -> Person:
    """The person, if the actor may give him a task. Raises Invalid."""
    found = people_to_task(actor).filter(pk=pk).first()
    if found is None:
        raise Invalid({"holder": _("没有这个人，或者不在您交办的范围内。")})
    return found


def candidate(obligation: Obligation, pk: int) -> Person:
    """The person, if he could take the obligation over. Raises Invalid."""
    found = candidates(obligation).filter(pk=pk).first()
    if found is None:
        raise Invalid({"to": _("这个人不在这个部门。")})
    return found


def provable(actor: Actor, record: str) -> models.QuerySet[Obligation]:
    """The actor's own begun duties whose evidence is such a record (`record` of the pack: shift_log, minutes)."""
    held = [holding.position_id for holding in actor.positions]
    mine = Q(holder_id=actor.person_id) | Q(holder__isnull=True, position_id__in=held)
    rows = Obligation.objects.filter(
        mine, ended_at__isnull=True, state="open", opened_at__lte=clock.now(),
        evidence_spec__record=record,
    )  # fmt: skip
    return rows.select_related("duty__current").order_by("due_at", "pk")


def owed_by_unit(actor: Actor, unit: Unit, *, below: bool = True) -> models.QuerySet[Obligation]:
    """What a unit (and the units below) owes and the actor may see; open ones, in due order."""
    where = Q(unit__path__startswith=unit.path) if below else Q(unit=unit)
    return visible(actor).filter(where, ended_at__isnull=True)


def about(actor: Actor, row: models.Model) -> list[Obligation]:
    """Everything owed about a row that the actor was shown (a case), open ones first.

    Who may see the case may tell its customer in whose hands it is and until when, also where the obligation itself
    is not his to open (`may_open`).
    """
    label, place = row._meta.label_lower, standing.of(actor)

    def owed(pk: Any) -> models.QuerySet[Obligation]:
        rows = Obligation.objects.filter(
            Q(subject_type=label, subject_id=pk) | Q(about_type=label, about_id=pk)
        )
        with standing.held(place):
            seen = Obligation.objects.visible_to(actor)
        mine = seen.order_by().filter(pk=models.OuterRef("pk"))
        rows = known.beside(rows, "unit", "position", "holder", "acceptor", "acceptor_position")
        return (
            rows.select_related("duty", "clock")
            .annotate(may_open=models.Exists(mine))
            .order_by(
                models.F("ended_at").desc(nulls_first=True), models.F("due_at").asc(nulls_last=True), "pk"
            )
        )

    return statements.rows(
        ("duties.about", label), (actor.key, place) if actor.key is not None else None, owed, pk=row.pk
    )


def open_about(row: models.Model) -> list[Obligation]:
    """What is still owed about a row that the actor was shown, with who owes it, in due order."""
    label = row._meta.label_lower

    def make(pk: Any) -> models.QuerySet[Obligation]:
        mine = Q(subject_type=label, subject_id=pk) | Q(about_type=label, about_id=pk)
        rows = Obligation.objects.filter(mine, ended_at__isnull=True).select_related("holder")
        return rows.order_by(models.F("due_at").asc(nulls_last=True), "pk")

    return statements.rows(("duties.open_about", label), statements.ANYBODY, make, pk=row.pk)


def owed_until(row: models.Model, *, deadline: str) -> datetime | None:
    """When what a duty owes about the row by the moment `deadline` of its policy table is due; None: nothing such."""
    label = row._meta.label_lower

    def make(pk: Any) -> models.QuerySet[Any]:
        owed = Obligation.objects.filter(subject_type=label, subject_id=pk, ended_at__isnull=True)
        owed = owed.filter(duty_version__rule__deadline=deadline)
        return owed.order_by("due_at").values_list("due_at")[:1]

    found = statements.first(("duties.owed_until", label, deadline), statements.ANYBODY, make, pk=row.pk)
    return found[0] if found else None


def returned(rows: Iterable[Obligation]) -> dict[int, Entry]:
    """What the receiver said when he last returned each (DUT-06). One query; none when nothing was returned."""
    back = [row.pk for row in rows if row.returned_count]
    if not back:
        return {}
    said = Entry.objects.filter(subject_type="duties.obligation", subject_id__in=back, verb=verbs.RETURNED)
    return {entry.subject_id: entry for entry in said.select_related("person").order_by("pk")}


def evidence(obligation: Obligation) -> models.QuerySet[Evidence]:
    return obligation.evidence.select_related("given_by", "obligation__unit")


def escalations(obligation: Obligation) -> models.QuerySet[Escalation]:
    return obligation.escalations.prefetch_related("told")


def candidates(obligation: Obligation) -> models.QuerySet[Person]:
    """Who could take an obligation over: people of its unit and the units around it, present or not."""
    return org.people_of(obligation.unit).order_by("name")


def subject_of(actor: Actor, obligation: Obligation) -> About:
    """What the obligation is about, as far as the actor may see that."""
    key = (obligation.subject_type, obligation.subject_id)
    return subjects.about(actor, [key]).get(key, subjects.NOTHING)


def explain(obligation: Obligation) -> list[Text]:
    """How the due time was computed, line by line in both languages; empty without a clock."""
    if obligation.clock_id is None:
        running = _implied(obligation)
    else:
        rows = Clock.objects.select_related("calendar_version__calendar", "unit")
        running = rows.get(pk=obligation.clock_id)
    return clocks.explain(running) if running is not None else []


def _implied(obligation: Obligation) -> Clock | None:
    """The clock that a slot will have, not written."""
    if obligation.plan is None or obligation.first_due_at is None:
        return None
    return Clock(
        unit=obligation.unit,
        calendar_version=obligation.plan.calendar_version,
        target=limits.as_json(Moment(obligation.first_due_at)),
        started_at=obligation.opened_at,
        due_at=obligation.due_at,
    )

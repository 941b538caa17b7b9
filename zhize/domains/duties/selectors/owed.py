"""Obligations of units and of rows, their evidence and how their due time came about."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.domains.duties.models import Escalation, Evidence, Obligation
from zhize.kernel import clocks
from zhize.kernel.access import Actor
from zhize.kernel.clocks.models import Clock
from zhize.kernel.org.models import Unit
from zhize.lib.text import Text


def with_everything(rows: models.QuerySet[Obligation]) -> models.QuerySet[Obligation]:
    """With what a list row shows, so that showing it asks nothing more."""
    return rows.select_related("unit", "position", "holder", "acceptor", "acceptor_position", "duty", "clock")


def visible(actor: Actor) -> models.QuerySet[Obligation]:
    """Every obligation the actor may see, for lists and their filters."""
    return with_everything(Obligation.objects.visible_to(actor))


def owed_by_unit(actor: Actor, unit: Unit, *, below: bool = True) -> models.QuerySet[Obligation]:
    """What a unit (and the units below) owes and the actor may see; open ones, in due order."""
    where = Q(unit__path__startswith=unit.path) if below else Q(unit=unit)
    return visible(actor).filter(where, ended_at__isnull=True)


def about(actor: Actor, row: models.Model) -> models.QuerySet[Obligation]:
    """Everything owed about a row (a case), open ones first."""
    label = row._meta.label_lower
    rows = visible(actor).filter(
        Q(subject_type=label, subject_id=row.pk) | Q(about_type=label, about_id=row.pk)
    )
    return rows.order_by(
        models.F("ended_at").desc(nulls_first=True), models.F("due_at").asc(nulls_last=True), "pk"
    )


def evidence(obligation: Obligation) -> models.QuerySet[Evidence]:
    return obligation.evidence.select_related("given_by")


def escalations(obligation: Obligation) -> models.QuerySet[Escalation]:
    return obligation.escalations.prefetch_related("told")


def explain(obligation: Obligation) -> list[Text]:
    """How the due time was computed, line by line in both languages; empty without a clock."""
    running = (
        Clock.objects.select_related("calendar_version__calendar", "unit")
        .filter(pk=obligation.clock_id)
        .first()
        if obligation.clock_id
        else None
    )
    return clocks.explain(running) if running is not None else []

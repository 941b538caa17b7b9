"""The list of obligations behind every figure: its rows, its ready-made filters, what its filters offer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from zhize.domains.duties import standing
from zhize.domains.duties.models import Duty, Escalation, Evidence, Obligation
from zhize.domains.duties.selectors import coverage
from zhize.domains.duties.selectors.day import on_my_day
from zhize.domains.duties.selectors.owed import with_everything
from zhize.kernel.access import Actor
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position

REPORTS = ("report", "form")
"""The kinds of evidence that are handed to somebody on paper."""


def with_proofs(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """With what a list row shows and the number of its proofs."""
    proofs = Evidence.objects.filter(obligation=OuterRef("pk")).order_by().values("obligation")
    number = Coalesce(Subquery(proofs.annotate(n=Count("pk")).values("n")), 0)
    return with_everything(rows).select_related("position__unit").annotate(proofs=number)


def listed(actor: Actor) -> QuerySet[Obligation]:
    """Every obligation the actor may see."""
    return with_proofs(Obligation.objects.visible_to(actor))


def reports_of(actor: Actor) -> QuerySet[Obligation]:
    """What falls to the actor himself and is proven by a report or a form, planned and done ones too (REP-47)."""
    rows = Obligation.objects.filter(standing.of(actor).query(), evidence_spec__kind__in=REPORTS)
    return with_everything(rows.filter(coverage.COUNTED)).select_related("duty_version")


def name_receivers(rows: Iterable[Obligation]) -> None:
    """Put on each row as `receivers` the positions that get the report beside its acceptor. One query."""
    listed = list(rows)
    codes = {code for row in listed for code in _receivers(row)}
    known: dict[str, list[Position]] = {}
    for position in Position.objects.filter(code__in=codes, active=True).select_related("unit"):
        known.setdefault(position.code, []).append(position)
    for row in listed:
        found = (org.nearest_position(known.get(code, ()), row.unit) for code in _receivers(row))
        row.receivers = [position for position in found if position is not None]  # type: ignore[attr-defined]


def _receivers(row: Obligation) -> list[str]:
    return list(row.duty_version.spec.get("receivers") or ()) if row.duty_version is not None else []


CHIPS: tuple[str, ...] = (
    "all", "mine", "open", "later", "overdue", "submitted", "in_time", "late", "missed", "excused", "nobody",
)  # fmt: skip


def chips(actor: Actor, at: datetime) -> dict[str, Q]:
    """The ready-made filters of the list."""
    nobody = Escalation.objects.filter(nobody=True, settled_at__isnull=True).values("obligation")
    return {
        "all": Q(),
        "mine": on_my_day(actor, at),
        "open": Q(state="open", opened_at__lte=at),
        "later": to_come(at),
        "overdue": coverage.overdue(at),
        "submitted": Q(state="submitted"),
        "in_time": coverage.IN_TIME,
        "late": coverage.DONE_LATE,
        "missed": coverage.MISSED,
        "excused": coverage.EXCUSED,
        "nobody": Q(pk__in=nobody, ended_at__isnull=True),
    }


def to_come(at: datetime) -> Q:
    """Planned, and its time has not come: nobody can do it yet."""
    return Q(state="open", opened_at__gt=at)


def chip_counts(actor: Actor, found: QuerySet[Obligation], at: datetime) -> dict[str, int]:
    """How many of the rows each chip would show. One query."""
    conditions = chips(actor, at)
    counts = {f"c_{code}": Count("pk", filter=conditions[code]) for code in CHIPS}
    bare = Obligation.objects.filter(pk__in=found.order_by().values("pk"))
    return {code.removeprefix("c_"): number for code, number in bare.aggregate(**counts).items()}


def concerned(actor: Actor, name: str) -> QuerySet[Any]:
    """The people, positions, units or duties (`holder`, `answers`, `position`, `unit`, `duty`) that what the actor may see is about.

    Also those who left and what ended: what they owed stays in the figures.
    """
    rows: QuerySet[Any] = Obligation.objects.visible_to(actor).order_by()
    if name == "answers":
        return Person.objects.filter(pk__in=rows.annotate(answers=coverage.ANSWERS).values(name))
    model: Any = Obligation._meta.get_field(name).related_model
    return model.objects.filter(pk__in=rows.values(name))


def duties(actor: Actor, words: str) -> QuerySet[Duty]:
    """Duties of which something is owed that the actor may see, matching the words."""
    rows = concerned(actor, "duty").select_related("current")
    for word in words.split():
        rows = rows.filter(
            Q(current__title__zh__icontains=word)
            | Q(current__title__en__icontains=word)
            | Q(refs__icontains=word)
        )
    return rows.order_by("position_code", "code")

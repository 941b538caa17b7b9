"""The list of obligations behind every figure: its rows, its ready-made filters, what its filters offer."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from zhize.domains.duties.models import Duty, Escalation, Evidence, Obligation
from zhize.domains.duties.selectors import coverage
from zhize.domains.duties.selectors.owed import with_everything
from zhize.kernel.access import Actor
from zhize.kernel.org.models import Person


def listed(actor: Actor) -> QuerySet[Obligation]:
    """Every obligation the actor may see, with what a list row shows and the number of its proofs."""
    proofs = Evidence.objects.filter(obligation=OuterRef("pk")).order_by().values("obligation")
    number = Coalesce(Subquery(proofs.annotate(n=Count("pk")).values("n")), 0)
    seen = with_everything(Obligation.objects.visible_to(actor))
    return seen.select_related("position__unit").annotate(proofs=number)


CHIPS: tuple[str, ...] = ("mine", "open", "overdue", "submitted", "late", "missed", "excused", "nobody")


def chips(actor: Actor, at: datetime) -> dict[str, Q]:
    """The ready-made filters of the list."""
    nobody = Escalation.objects.filter(nobody=True, settled_at__isnull=True).values("obligation")
    return {
        "mine": Q(holder_id=actor.person_id, state="open"),
        "open": Q(state="open", opened_at__lte=at),
        "overdue": coverage.overdue(at),
        "submitted": Q(state="submitted"),
        "late": coverage.DONE_LATE,
        "missed": coverage.MISSED,
        "excused": coverage.EXCUSED,
        "nobody": Q(pk__in=nobody, ended_at__isnull=True),
    }


def chip_counts(actor: Actor, found: QuerySet[Obligation], at: datetime) -> dict[str, int]:
    """How many of the rows each chip would show. One query."""
    conditions = chips(actor, at)
    counts = {f"c_{code}": Count("pk", filter=conditions[code]) for code in CHIPS}
    bare = Obligation.objects.filter(pk__in=found.order_by().values("pk"))
    return {code.removeprefix("c_"): number for code, number in bare.aggregate(**counts).items()}


def people(actor: Actor, words: str) -> QuerySet[Person]:
    """People who owe something that the actor may see, matching the words."""
    seen = Obligation.objects.visible_to(actor).order_by().values("holder")
    rows = Person.objects.filter(pk__in=seen)
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(name_en__icontains=word))
    return rows.order_by("name", "pk")


def duties(actor: Actor, words: str) -> QuerySet[Duty]:
    """Duties of which something is owed that the actor may see, matching the words."""
    seen = Obligation.objects.visible_to(actor).order_by().values("duty")
    rows = Duty.objects.filter(pk__in=seen).select_related("current")
    for word in words.split():
        rows = rows.filter(
            Q(current__title__zh__icontains=word)
            | Q(current__title__en__icontains=word)
            | Q(refs__icontains=word)
        )
    return rows.order_by("position_code", "code")

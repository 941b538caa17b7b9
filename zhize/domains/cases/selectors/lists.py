"""Lists of cases as an actor sees them, with the counts that stand on the filter chips."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Value

from zhize.domains.cases.models import Case, DelayAudit, WorkSheet
from zhize.domains.customers.models import Customer, Premises
from zhize.kernel import search
from zhize.kernel.access import Actor
from zhize.kernel.db import known, statements
from zhize.kernel.flow import OPEN, Category
from zhize.lib import clock, phones

# Everything a row of a list shows, so that a page makes the same number of queries however long it is.
ROW = ("customer", "premises", "repeat_of")
MOST_NEARBY = 100
KNOWN = ("owner", "owner_position", "unit", "area", "release")


def visible(actor: Actor) -> QuerySet[Case]:
    """Cases the actor may see, with what a list row shows. The big JSON of the release is left out."""
    rows = Case.objects.visible_to(actor).select_related(*ROW).defer("description", "answers")
    return known.beside(rows, *KNOWN)


def moments(at: datetime | None = None) -> dict[str, datetime]:
    """What the conditions of `chips` ask for: now, and the end of the day."""
    moment = at or clock.now()
    local = moment.astimezone(clock.zone())
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return {"moment": moment, "end_of_day": midnight + timedelta(days=1)}


def chips(actor: Actor, moment: Any, end_of_day: Any, **_others: Any) -> dict[str, Q]:
    """The standing views of the case list: code → condition. Their counts come from `chip_counts`."""
    is_open = Q(category__in=OPEN)
    return {
        "mine": is_open & Q(owner_id=actor.person_id),
        "open": is_open,
        "unassigned": is_open & Q(owner__isnull=True),
        "late": is_open & (Q(is_late=True) | Q(next_due_at__lt=moment)),
        "today": is_open & Q(next_due_at__gte=moment, next_due_at__lt=end_of_day),
        "waiting": Q(category=Category.WAITING),
        "resolved": Q(category=Category.RESOLVED),
        "major": is_open & Q(is_major=True),
        "repeat": is_open & Q(repeat_of__isnull=False),
    }


# In which order the rows behind a chip are counted, so that its index is followed. PostgreSQL takes for independent what
# is not: whoever owns thousands of closed cases seems to own thousands of open ones, too, soon met in any order.
_COUNTED_BY = {"mine": ("category", "-id"), "today": ("next_due_at",)}


def chip_counts(actor: Actor, cap: int, rows: QuerySet[Case] | None = None) -> dict[str, int]:
    """How many of these rows (of all visible ones) stand behind each chip, none counted further than `cap`."""
    given = moments()

    def counted(**given: Any) -> list[QuerySet[Case]]:
        among = Case.objects.visible_to(actor) if rows is None else rows
        conditions = chips(actor, **given)
        conditions.pop("late")
        found = [
            among.filter(condition).order_by(*_COUNTED_BY.get(code, ()))
            for code, condition in conditions.items()
        ]
        # Late are those told late and those whose moment passed since: each has its index.
        told = among.filter(category__in=OPEN, is_late=True).order_by("category", "-id")
        passed = among.filter(category__in=OPEN, is_late=False, next_due_at__lt=given["moment"])
        return [*found, told, passed.order_by("next_due_at")]

    whose = actor.key if rows is None else None
    *found, told, passed = statements.counts("cases.chips", whose, counted, cap, **given)
    codes = [code for code in chips(actor, **given) if code != "late"]
    return {**dict(zip(codes, found, strict=True)), "late": min(told + passed, cap)}


def hits(text: str) -> tuple[list[int], list[int]]:
    """Keys of cases that have this number or phone themselves, and, where there are none, of the newest with these words.

    The latter are at most `search.FEW` + 1; who may see them is not asked.
    """
    number, written = phones.normalise(text) or "", text.strip()

    def exact(written: Any, upper: Any, number: Any) -> QuerySet[Any]:
        same = Q(number=written) | Q(number=upper)
        if phone:
            same |= Q(contact_phone=number)
        return Case.objects.filter(same).values_list("pk")[: search.FEW]

    phone = bool(number)
    given = {"written": written, "upper": written.upper(), "number": number}
    known = statements.rows(("cases.exact", phone), statements.ANYBODY, exact, **given)
    return [key for (key,) in known], [] if known else search.newest(Case, text)


def searched(actor: Actor, keys: Any) -> QuerySet[Case]:
    """Those of so many cases that the actor may see."""
    return visible(actor).filter(statements.among("pk", keys))


def counts_among(actor: Actor, keys: list[int], rows: QuerySet[Case] | None = None) -> dict[str, int]:
    """How many of a few cases stand behind each chip, and under "" how many the actor sees; each is read once."""
    given = moments()
    codes = list(chips(actor, **given))

    def counted(keys: Any, **given: Any) -> QuerySet[Any]:
        among = Case.objects.visible_to(actor) if rows is None else rows
        found = among.filter(statements.among("pk", keys)).order_by().annotate(_all=Value(1)).values("_all")
        numbers = {f"n_{code}": Count("pk", filter=each) for code, each in chips(actor, **given).items()}
        return found.annotate(n_=Count("pk"), **numbers).values_list("n_", *numbers)

    whose = actor.key if rows is None else None
    numbers = statements.first("cases.among", whose, counted, keys=keys, **given)
    return dict(zip(["", *codes], numbers or [0] * (len(codes) + 1), strict=True))


def similar_open(
    actor: Actor,
    *,
    customer: Customer | None = None,
    premises: Premises | None = None,
    phone: str = "",
    limit: int = 8,
) -> list[Case]:
    """Open cases of the same customer, phone or room: what the intake warns of before a second one is opened."""
    same = Q(pk__in=[])
    if customer is not None:
        same |= Q(customer=customer)
    if premises is not None:
        same |= Q(premises=premises)
    if phone:
        same |= Q(contact_phone=phone)
    return list(visible(actor).filter(same, category__in=OPEN).order_by("-pk")[:limit])


def of_customer(actor: Actor, customer: Customer, limit: int = 20) -> list[Case]:
    """The customer's latest cases, open ones and ended ones."""
    return statements.rows(
        ("cases.of_customer", limit),
        actor.key,
        lambda customer: visible(actor).filter(customer=customer).order_by("-pk")[:limit],
        customer=customer.pk,
    )


def others(
    actor: Actor, case: Case, text: str = "", *, mergeable: bool = False, limit: int = 20
) -> list[Case]:
    """Cases `case` can be put together with: without words its customer's, else those the words find.

    `mergeable`: only open cases of the same customer, the ones a merge accepts.
    """
    rows = visible(actor).exclude(pk=case.pk)
    if mergeable:
        rows = rows.filter(category__in=OPEN)
    if mergeable or not text.strip():
        rows = rows.filter(customer_id=case.customer_id) if case.customer_id else rows.filter(customer=None)
    words = text.strip()
    if words:
        found = search.narrow(Case.objects.order_by(), words).values("pk")
        rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words) | Q(pk__in=found))
    elif case.customer_id is None:
        return []  # Whose case it is nobody knows; every other such case would be offered.
    return list(rows.order_by("-pk")[:limit])


def worksheets(actor: Actor) -> QuerySet[WorkSheet]:
    """Work sheets the actor may see, with what a list row shows."""
    return WorkSheet.objects.visible_to(actor).select_related("case__customer", "unit", "person", "sent_by")


def nearby(actor: Actor, case: Case, days: int = 30) -> int:
    """How many other cases of the same class came from the same building lately, none counted beyond MOST_NEARBY."""
    if case.premises is None or not case.premises.path:
        return 0
    building = "/".join(case.premises.path.split("/")[:4]) + "/"

    def rows(building: Any, type_code: Any, subtype: Any, since: Any, pk: Any) -> list[QuerySet[Case]]:
        near = Q(premises__path__startswith=building, type_code=type_code, subtype=subtype)
        found = Case.objects.visible_to(actor).filter(near, accepted_at__gte=since).exclude(pk=pk)
        return [found.order_by()]

    (number,) = statements.counts(
        "cases.nearby", actor.key, rows, MOST_NEARBY, building=building, type_code=str(case.type_code),
        subtype=str(case.subtype), since=clock.now() - timedelta(days=days), pk=case.pk,
    )  # fmt: skip
    return number


def delays(actor: Actor) -> QuerySet[DelayAudit]:
    """Passed limits the actor may see, with what a list row shows."""
    rows = DelayAudit.objects.visible_to(actor)
    return rows.select_related("case", "unit", "person", "audited_by", "obligation__duty")

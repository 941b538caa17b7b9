"""Whose personal data the retention periods no longer ask to keep (ARC-26, D20)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from zhize.domains.customers import machine
from zhize.domains.customers.models import Customer, Erasing, ErasureRequest, Occupancy, WatchListEntry
from zhize.kernel import packs
from zhize.kernel.history.models import Entry
from zhize.lib import clock

# Classes of documents that are about somebody: they are kept from the end of the contract, or of the matter.
_OF_CUSTOMERS = ("contract_end", "closed")
_SUBJECT = {"subject_type": Customer._meta.label_lower, "subject_id": OuterRef("pk")}


def years() -> int | None:
    """How long a customer's data are kept after the end: the longest period of a class about customers.

    None, nothing is ever due: without such a class, or with one that is kept for good. The periods are settings of
    the classes (文件类别), none below one year.
    """
    periods = [
        one.keep_years for one in packs.listing("document_classes") if one.counted_from in _OF_CUSTOMERS
    ]
    kept = [period for period in periods if period is not None]
    return max(kept) if kept and len(kept) == len(periods) else None


def due(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those of the customers that are closed and whose period is over, with `ended_at` (closing or last contact) and `asked`.

    Left out is who lives or owns here or did within the period, owes money, is watched, was erased already, and whose
    erasing was refused (somebody has written down why the data are needed). What is open of a customer in another
    domain stands against erasing itself (`registry.hinders_closing`).
    """
    period = years()
    if period is None:
        return rows.none()
    today = clock.today()
    day = min(today.day, 28) if today.month == 2 else today.day
    limit = today.replace(year=today.year - period, day=day)
    happened = Entry.objects.filter(**_SUBJECT)
    here = Occupancy.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=limit), customer=OuterRef("pk"))
    watched = WatchListEntry.objects.filter(ended_on__isnull=True, customer=OuterRef("pk"))
    needed = ErasureRequest.objects.filter(outcome=Erasing.REFUSED, customer=OuterRef("pk"))
    asked = ErasureRequest.objects.filter(outcome=Erasing.OPEN, customer=OuterRef("pk"))
    closed_at = Subquery(happened.filter(verb="customer.closed").order_by("-pk").values("at")[:1])
    found = rows.filter(state=machine.CLOSED, arrears_amount__lte=0).annotate(
        ended_at=Greatest(closed_at, "last_touch_at"), asked=Exists(asked)
    )
    return found.filter(ended_at__date__lt=limit).exclude(
        Exists(here) | Exists(watched) | Exists(needed) | Exists(happened.filter(verb="customer.erased"))
    )

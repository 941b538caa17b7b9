"""What came to the desks from a customer without standing under his name, for his copy and for erasing him."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from zhize.domains.channels.models import Call, InboundEvent, InboundMail
from zhize.domains.customers.models import Customer, EmailAddress


def mail_of(customers: Collection[Customer]) -> QuerySet[InboundMail]:
    """Mail of their cases, and mail from an address of theirs alone that no case was made of."""
    theirs = set(EmailAddress.objects.filter(customer__in=customers).values_list("address", flat=True))
    others = EmailAddress.objects.exclude(customer__in=customers)
    shared = set(others.filter(address__in=theirs).values_list("address", flat=True))
    sent = Q(pk__in=[])
    for address in theirs - shared:
        sent |= Q(case__isnull=True, sender__iexact=address)
    return InboundMail.objects.filter(Q(case__customer__in=customers) | sent)


def events_of(customers: Collection[Customer]) -> QuerySet[InboundEvent]:
    """Messages of webhooks that became their cases and calls, as they came in."""
    calls = list(Call.objects.filter(customer__in=customers).values_list("pk", flat=True))
    return InboundEvent.objects.filter(Q(case__customer__in=customers) | Q(answer__call__in=calls))

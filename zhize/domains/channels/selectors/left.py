"""What came to the desks from a customer without standing under his name, for his copy and for erasing him."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Model, Q, QuerySet

from zhize.domains.channels.kinds import EventOutcome
from zhize.domains.channels.models import Call, InboundEvent, InboundMail
from zhize.domains.customers.models import Customer, EmailAddress, Phone
from zhize.kernel.history import redaction


def mail_of(customers: Collection[Customer]) -> QuerySet[InboundMail]:
    """Mail of their cases, and mail from an address of theirs alone that no case was made of."""
    sent = Q(pk__in=[])
    for address in _theirs_alone(EmailAddress, "address", customers):
        sent |= Q(case__isnull=True, sender__iexact=address)
    return InboundMail.objects.filter(Q(case__customer__in=customers) | sent)


def events_of(customers: Collection[Customer]) -> QuerySet[InboundEvent]:
    """Messages of webhooks that became their cases and calls, and refused ones from a number or address of theirs alone."""
    calls = list(Call.objects.filter(customer__in=customers).values_list("pk", flat=True))
    refused = Q(pk__in=[])
    if numbers := _theirs_alone(Phone, "number", customers):
        called = "|".join(redaction.alone(number) for number in numbers)
        refused |= Q(body__sender__phone__iregex=called) | Q(body__number__iregex=called)
    if addresses := _theirs_alone(EmailAddress, "address", customers):
        refused |= Q(body__sender__email__iregex="|".join(redaction.alone(one) for one in addresses))
    found = Q(case__customer__in=customers) | Q(answer__call__in=calls)
    return InboundEvent.objects.filter(found | Q(refused, outcome=EventOutcome.REFUSED))


def _theirs_alone(model: type[Model], name: str, customers: Collection[Customer]) -> list[str]:
    """Their numbers or addresses that nobody else has too."""
    theirs = set(model._default_manager.filter(customer__in=customers).values_list(name, flat=True))
    others = model._default_manager.exclude(customer__in=customers)
    return sorted(theirs - set(others.filter(**{f"{name}__in": theirs}).values_list(name, flat=True)))

"""What customers filled in or recorded by themselves and nobody has verified yet (CHN-05)."""

from __future__ import annotations

from django.db.models import QuerySet

from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import lists, types
from zhize.kernel.access import Actor


def to_verify(actor: Actor) -> QuerySet[Case]:
    """Submitted cases the actor may see that wait to be verified, whatever their type calls that state."""
    waiting = {spec.unverified for spec in types.case_types() if spec.unverified is not None}
    return lists.visible(actor).filter(state__in=waiting, verified_at__isnull=True)

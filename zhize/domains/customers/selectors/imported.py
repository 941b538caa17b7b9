"""Rows of imported tables in which a person stands, for his copy and for erasing him."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.db import models
from django.db.models import F, Func, Q, TextField

from zhize.domains.customers import sealing
from zhize.domains.customers.models import Customer, Phone
from zhize.kernel.documents.models import ImportRow
from zhize.kernel.history import redaction

_WORDS = Func(
    F("cells"),
    template="(SELECT string_agg(value, chr(10)) FROM jsonb_each_text(%(expressions)s))",
    output_field=TextField(),
)


def rows_of(heads: Collection[Customer]) -> models.QuerySet[ImportRow]:
    """Rows that made them, and those where one of their numbers or names stands: a line of two owners bears the first.

    Looked for in the tables of their units and in those that brought them. A name alone is no sign on the row of a
    namesake.
    """
    mine = Q(subject_type=Customer._meta.label_lower, subject_id__in=[one.pk for one in heads])
    phones = Phone.objects.filter(customer__in=heads).values_list("number", flat=True)
    numbers = {*phones, *(sealing.opened(one.id_number_sealed) for one in heads)} - {""}
    names = {one.name for one in heads if len(one.name) > 1}
    namesakes = Customer.objects.filter(name__in=names).exclude(pk__in=[one.pk for one in heads])
    found = mine
    if numbers:
        found |= Q(words__iregex="|".join(redaction.alone(number) for number in sorted(numbers)))
    if names:
        others = Q(subject_type=Customer._meta.label_lower, subject_id__in=namesakes.values("pk"))
        found |= Q(words__iregex="|".join(map(_whole, sorted(names)))) & ~others
    near = Q(run__unit__in=[one.unit_id for one in heads]) | Q(
        run__in=ImportRow.objects.filter(mine).values("run")
    )
    return ImportRow.objects.alias(words=_WORDS).filter(near, found)


def _whole(name: str) -> str:
    """A pattern of a name that is not part of a longer one, also spaced out (王  伟)."""
    spaced = r"\s*".join(re.escape(sign) for sign in name if not sign.isspace())
    return rf"(?<![A-Za-z一-鿿]){spaced}(?:先生|女士|小姐)?(?![A-Za-z一-鿿])"

"""The customer list and what it can be narrowed by. Screen, export, statistics and API share it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import catalogue, machine
from zhize.domains.customers.models import Customer, Occupancy, Premises, WatchListEntry
from zhize.domains.customers.selectors import care
from zhize.domains.customers.selectors.premises import in_force
from zhize.kernel.access import Actor
from zhize.kernel.org.models import Area
from zhize.lib import clock, tokens

# How long ago somebody was in touch: (code, label, from days, to days); the last has no end.
ACTIVITIES = (
    ("days30", _("30 天内有联系"), 0, 30),
    ("days90", _("31–90 天"), 30, 90),
    ("days180", _("91–180 天"), 90, 180),
    ("quiet", _("超过 180 天未联系"), 180, None),
)
_MATCHING = "SELECT object_id FROM search_searchdoc WHERE subject_type = %s AND tokens @@ %s::tsquery"


def customers(actor: Actor) -> QuerySet[Customer]:
    """Visible customers with what a list shows: numbers, places, keeper and whether they are on the watch list.

    Entries that were merged away are left out; the survivor carries their history.
    """
    watched = WatchListEntry.objects.filter(customer=OuterRef("pk"), ended_on__isnull=True)
    found = Customer.objects.visible_to(actor).exclude(state=machine.MERGED)
    rows: QuerySet[Any] = found.annotate(is_watched=Exists(watched)).select_related("unit", "keeper")
    return care.with_reach(labelled(rows))


def labelled(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """With `kind_label` and `grade_label` in the reader's language: the pack is asked once, not for every row."""
    return rows.annotate(
        kind_label=_in_words("kind_code", catalogue.kind_labels()),
        grade_label=_in_words("grade_code", catalogue.grade_labels()),
    )


def _in_words(column: str, labels: dict[str, str]) -> Case:
    known = [When(**{column: code}, then=Value(label)) for code, label in labels.items()]
    return Case(*known, default=F(column), output_field=CharField())


def found_by(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The rows that have all words of `text`, by the search index: names, addresses, phone fragments, numbers."""
    query = tokens.query_tokens(text)
    if not query:
        return rows.none()
    label = rows.model._meta.label_lower
    return rows.filter(pk__in=RawSQL(_MATCHING, [label, query]))  # noqa: S611 - the values are parameters


def at_premises(rows: QuerySet[Customer], where: Q) -> QuerySet[Customer]:
    """Customers who own or use premises matching `where` today."""
    ties = Occupancy.objects.filter(in_force(), where, customer=OuterRef("pk"))
    return rows.filter(Exists(ties))


def in_area(rows: QuerySet[Customer], area: Area) -> QuerySet[Customer]:
    return at_premises(rows, Q(premises__area=area))


def without_area(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """Customers with no place today for which somebody answers."""
    ties = Occupancy.objects.filter(in_force(), customer=OuterRef("pk"), premises__area__isnull=False)
    return rows.filter(~Exists(ties))


def below(rows: QuerySet[Customer], node: Premises) -> QuerySet[Customer]:
    """Customers who own or use something in this node of the premises tree."""
    return at_premises(rows, Q(premises__path__startswith=node.prefix))


def by_activity(rows: QuerySet[Customer], code: str) -> QuerySet[Customer]:
    """Customers whose last touch (or, without one, whose recording) lies in the span of this code."""
    for known, _label, start, end in ACTIVITIES:
        if known == code:
            now = clock.now()
            rows = rows.annotate(active_at=Coalesce(F("last_touch_at"), F("created_at")))
            rows = rows.filter(active_at__lte=now - timedelta(days=start)) if start else rows
            return rows.filter(active_at__gt=now - timedelta(days=end)) if end is not None else rows
    return rows


def communities(actor: Actor) -> QuerySet[Premises]:
    """Visible communities, for choosing one."""
    return Premises.objects.visible_to(actor).filter(parent__isnull=True).order_by("sort_key")


def areas(actor: Actor) -> QuerySet[Area]:
    """Areas of responsibility that visible premises lie in."""
    used = Premises.objects.visible_to(actor).filter(area__isnull=False).values("area_id")
    return Area.objects.filter(pk__in=used).order_by("unit", "code")


def tags(actor: Actor) -> list[str]:
    """Tags that visible customers bear."""
    rows = Customer.objects.visible_to(actor).exclude(tags=[]).annotate(tag=RawSQL("unnest(tags)", []))
    return sorted(set(rows.values_list("tag", flat=True)[:2000]))

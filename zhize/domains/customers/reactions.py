"""What this domain tells the duties about its rows, and how the search index follows its facts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from zhize.domains.customers import services
from zhize.domains.customers.models import (
    SPOKEN_BY_NAME,
    Customer,
    Occupancy,
    Premises,
    WatchListEntry,
    WatchMeasure,
)
from zhize.domains.customers.selectors import imports
from zhize.domains.duties import subjects as duties
from zhize.kernel import access, history, jobs, search
from zhize.kernel.org.models import Area, Person, Unit
from zhize.lib.text import Text


class CustomerSubject(duties.Subject):
    """Duties about a customer: owed by the customer's keeper, in the area of the place he lives in."""

    def rows(self, ids: Iterable[int]) -> dict[int, Customer]:
        return {
            row.pk: row for row in Customer.objects.filter(pk__in=list(ids)).select_related("unit", "keeper")
        }

    def owner(self, row: Customer) -> Person | None:
        return row.keeper

    def area(self, row: Customer) -> Area | None:
        home = (
            Occupancy.objects.filter(customer=row, to_on__isnull=True, premises__area__isnull=False)
            .select_related("premises__area")
            .order_by("-living", "pk")
            .first()
        )
        return home.premises.area if home is not None else None

    def title(self, row: Customer) -> Text:
        return Text.of(row.name)

    def url(self, row: Customer) -> str:
        return reverse("customers:detail", args=[row.pk])


class _OfWatchedCustomer(duties.Subject, ABC):
    """Duties about a row that belongs to a customer under attention."""

    @abstractmethod
    def entry(self, row: Any) -> WatchListEntry:
        """The entry of the watch list that the row belongs to."""

    def unit(self, row: Any) -> Unit:
        return self.entry(row).customer.unit

    def owner(self, row: Any) -> Person | None:
        return self.entry(row).owner

    def url(self, row: Any) -> str:
        return reverse("customers:detail", args=[self.entry(row).customer_id]) + "#watch"


class WatchSubject(_OfWatchedCustomer):
    def rows(self, ids: Iterable[int]) -> dict[int, WatchListEntry]:
        rows = WatchListEntry.objects.filter(pk__in=list(ids)).select_related("customer__unit", "owner")
        return {row.pk: row for row in rows}

    def entry(self, row: Any) -> WatchListEntry:
        return row

    def title(self, row: WatchListEntry) -> Text:
        return Text.of(row.customer.name)


class MeasureSubject(_OfWatchedCustomer):
    def rows(self, ids: Iterable[int]) -> dict[int, WatchMeasure]:
        rows = WatchMeasure.objects.filter(pk__in=list(ids)).select_related(
            "entry__customer__unit", "entry__owner"
        )
        return {row.pk: row for row in rows}

    def entry(self, row: Any) -> WatchListEntry:
        return row.entry

    def title(self, row: WatchMeasure) -> Text:
        return Text.of(row.entry.customer.name)


duties.register_subject("customers.customer", CustomerSubject())
duties.register_subject("customers.watchlistentry", WatchSubject())
duties.register_subject("customers.watchmeasure", MeasureSubject())


FOUND_BY = (
    "customer.created", "customer.updated", "customer.company_updated", "customer.phone_added",
    "customer.phone_removed", "customer.phone_preferred", "customer.email_added", "customer.email_removed", "customer.contact_added",
    "customer.contact_changed", "customer.occupied", "customer.vacated", "customer.merged_away", "customer.parted",
    "customer.merged", "customer.unmerged",
)  # fmt: skip


@history.on(*FOUND_BY)
def refresh_customer(entry: history.Entry) -> None:
    """What a customer is found by changed: whoever searches next finds it."""
    search.refresh(Customer.objects.select_related("company").get(pk=entry.subject_id))


@history.on("premises.created", "premises.updated")
def refresh_premises(entry: history.Entry) -> None:
    """An address is new or changed; a renamed community changes those of its rooms and their customers as well."""
    changed = Premises.objects.get(pk=entry.subject_id)
    if changed.is_occupiable:
        search.refresh(changed)
    elif "name" in entry.changes and changed.kind in SPOKEN_BY_NAME:
        jobs.defer("customers.reindex_premises", premises_id=changed.pk)


@history.on("premises.parking_recorded")
def refresh_parkers(entry: history.Entry) -> None:
    """Whoever uses a parking space is found by its plates, and whoever used it until now is not."""
    for customer in Customer.objects.filter(pk__in=entry.data["users"]).select_related("company"):
        search.refresh(customer)


@history.after("import.finished", only=lambda entry: entry.data.get("created", 0) > 0)
def look_for_duplicates(entry: history.Entry) -> None:
    """A list brings people who are on record already; their pairs are proposed when it is done."""
    run = imports.run_of(entry.subject_id)
    if run is not None:
        services.find_duplicates(actor=access.system("customers.housekeeping"))

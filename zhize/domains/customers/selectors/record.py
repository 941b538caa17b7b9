"""One customer on one page (CUS-01): everything the archive and the registered domains know, in fixed queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import registry
from zhize.domains.customers.models import (
    Asset,
    CompanyFacts,
    Contact,
    ContactRole,
    Customer,
    DuplicateProposal,
    EmailAddress,
    HouseholdMember,
    ImportantMatter,
    MergeRecord,
    Need,
    Note,
    Occupancy,
    ParkingSpace,
    Phone,
    Premises,
    QualityEvent,
    SignedConfirmation,
    Touch,
    WatchListEntry,
)
from zhize.domains.customers.registry import Panel
from zhize.domains.customers.selectors import care, identity
from zhize.kernel import access, files, history
from zhize.kernel.access import Actor
from zhize.kernel.files import Attachment
from zhize.kernel.history import Entry
from zhize.lib import clock

TIMELINE = 40
# The other side of a merge says the same; clocks repeat what their obligation says.
TOLD_TWICE = ("customer.merged_away", "customer.parted")


@dataclass(frozen=True)
class Page:
    """The customer's page."""

    customer: Customer
    company: CompanyFacts | None
    phones: Sequence[Phone]
    emails: Sequence[EmailAddress]
    contacts: Sequence[Contact]
    places: Sequence[Occupancy]
    past_places: Sequence[Occupancy]
    members: Sequence[HouseholdMember]
    households: Sequence[HouseholdMember]
    parking: Sequence[ParkingSpace]
    matters: Sequence[ImportantMatter]
    assets: Sequence[Asset]
    needs: Sequence[Need]
    watch: WatchListEntry | None
    past_watches: Sequence[WatchListEntry]
    notes: Sequence[Note]
    touches: Sequence[Touch]
    confirmations: Sequence[SignedConfirmation]
    merges: Sequence[MergeRecord]
    duplicates: Sequence[DuplicateProposal]
    attachments: Sequence[Attachment]
    panels: Sequence[Panel]
    timeline: Sequence[Entry]


@dataclass(frozen=True)
class Reach:
    """The numbers of a customer and of its contacts."""

    phones: Sequence[Phone]
    contacts: Sequence[Contact]


def reach(customer: Customer) -> Reach:
    """The rows whose full numbers were opened, for showing them beside their labels."""
    return Reach(list(Phone.objects.filter(customer=customer)), _contacts(customer))


def company(customer: Customer) -> CompanyFacts | None:
    """The licence data of a company."""
    return CompanyFacts.objects.filter(customer=customer).first()


def contacts(customer: Customer) -> QuerySet[Contact]:
    """Contacts to choose from."""
    return Contact.objects.filter(customer=customer, active=True)


def rooms(customer: Customer) -> QuerySet[Premises]:
    """The customer's places today, to choose from."""
    held = Occupancy.objects.filter(customer=customer, to_on__isnull=True).values("premises_id")
    return Premises.objects.filter(pk__in=held)


def matters(customer: Customer) -> QuerySet[ImportantMatter]:
    """Matters that can be supplemented."""
    return ImportantMatter.objects.filter(customer=customer, supplements__isnull=True)


def needs(customer: Customer) -> QuerySet[Need]:
    """Needs that a further one can be part of."""
    return Need.objects.filter(customer=customer, category__in=["new", "working"])


def page(actor: Actor, customer: Customer) -> Page:
    """Everything for the page of a customer the actor may see."""
    family = identity.family(customer)
    today = clock.today()
    ties = list(
        Occupancy.objects.filter(customer=customer)
        .select_related("premises__area")
        .order_by("-to_on", "-living", "pk")
    )
    current = [row for row in ties if row.to_on is None or row.to_on >= today]
    relations = list(
        HouseholdMember.objects.filter(Q(household=customer) | Q(member=customer))
        .select_related("household", "member")
        .prefetch_related(Prefetch("member__phones", queryset=Phone.objects.order_by("-primary", "pk")))
    )
    watches = list(care.watch_list(actor).filter(customer=customer)) + list(
        care.watch_list(actor, ended=True).filter(customer=customer)
    )
    return Page(
        customer=customer,
        company=CompanyFacts.objects.filter(customer=customer).first(),
        phones=list(Phone.objects.filter(customer=customer)),
        emails=list(EmailAddress.objects.filter(customer=customer)),
        contacts=_contacts(customer),
        places=current,
        past_places=[row for row in ties if row not in current],
        members=[row for row in relations if row.household_id == customer.pk],
        households=[row for row in relations if row.member_id == customer.pk],
        parking=list(ParkingSpace.objects.filter(customer=customer).select_related("community", "room")),
        matters=list(
            ImportantMatter.objects.filter(customer=customer).select_related(
                "recorded_by", "premises", "supplements"
            )
        ),
        assets=_assets(customer, [row.premises_id for row in current]),
        needs=list(Need.objects.filter(customer=customer).select_related("owner", "parent")),
        watch=next((row for row in watches if row.ended_on is None), None),
        past_watches=[row for row in watches if row.ended_on is not None],
        notes=list(Note.objects.filter(customer=customer).select_related("author")[:50]),
        touches=list(Touch.objects.filter(customer=customer).select_related("person", "contact")[:20]),
        confirmations=list(
            SignedConfirmation.objects.filter(customer=customer).select_related("contact", "recorded_by")[:50]
        ),
        merges=list(
            MergeRecord.objects.filter(winner=customer, undone_at__isnull=True).select_related(
                "loser", "merged_by"
            )
        ),
        duplicates=_duplicates(actor, customer),
        attachments=list(files.for_subject(customer)),
        panels=registry.panels(actor=actor, customer_ids=family),
        timeline=list(timeline(customer, family)[:TIMELINE]),
    )


def _contacts(customer: Customer) -> list[Contact]:
    roles = Prefetch("roles", queryset=ContactRole.objects.order_by("purpose", "-from_on"))
    return list(Contact.objects.filter(customer=customer).prefetch_related(roles).order_by("-active", "pk"))


def _assets(customer: Customer, premises_ids: Sequence[int]) -> list[Asset]:
    """The customer's products and the facilities of the rooms he is in, each with its quality events."""
    events = Prefetch("events", queryset=QualityEvent.objects.select_related("recorded_by"))
    rows = Asset.objects.filter(Q(customer=customer) | Q(customer__isnull=True, premises__in=premises_ids))
    return list(
        rows.select_related("premises").prefetch_related(events).order_by("removed_on", "product", "pk")
    )


def _duplicates(actor: Actor, customer: Customer) -> list[DuplicateProposal]:
    if not access.allowed(actor, caps.MERGE):
        return []
    rows = DuplicateProposal.objects.visible_to(actor).filter(Q(first=customer) | Q(second=customer))
    return list(rows.filter(settled_at__isnull=True).select_related("first", "second"))


def timeline(customer: Customer, family: Sequence[int] | None = None) -> QuerySet[Entry]:
    """The history of the customer and of every entry merged into it, newest first."""
    ids = family if family is not None else identity.family(customer)
    entries = history.timeline(*(Customer(pk=pk) for pk in ids))
    return entries.exclude(verb__startswith="clock.").exclude(verb__in=TOLD_TWICE)


def access_log(actor: Actor) -> QuerySet[Entry]:
    """Who opened confidential fields of visible customers, when and why (CUS-10), newest first.

    Raises Refused without the right to see it.
    """
    access.require(actor, caps.ACCESS_LOG)
    visible = Customer.objects.visible_to(actor, caps.ACCESS_LOG).values("pk")
    return (
        Entry.objects.filter(
            subject_type=Customer._meta.label_lower,
            verb__in=["customer.unmasked", "customer.read_in_full"],
            subject_id__in=visible,
        )
        .select_related("person", "position")
        .order_by("-pk")
    )

"""Which rows of the customer archive an actor reaches: those of the units his grants reach (ORG-31)."""

from __future__ import annotations

from typing import ClassVar

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers.models import (
    Asset,
    CompanyFacts,
    Contact,
    ContactRole,
    Customer,
    DuplicateProposal,
    EmailAddress,
    ErasureRequest,
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
    WatchMeasure,
    WatchReview,
)
from zhize.kernel import access


@access.policy
class CustomerPolicy(access.Policy[Customer]):
    model = Customer
    view = caps.VIEW
    unit = "unit"
    people = ("keeper",)
    customer = "pk"


class _OfCustomer:
    """A row that belongs to a customer is reached as the customer is."""

    view = caps.VIEW
    unit: ClassVar[str | None] = "customer__unit"
    people: ClassVar[tuple[str, ...]] = ("customer__keeper",)
    customer: ClassVar[str | None] = "customer"


@access.policy
class CompanyFactsPolicy(_OfCustomer, access.Policy[CompanyFacts]):
    model = CompanyFacts


@access.policy
class PhonePolicy(_OfCustomer, access.Policy[Phone]):
    model = Phone


@access.policy
class EmailAddressPolicy(_OfCustomer, access.Policy[EmailAddress]):
    model = EmailAddress


@access.policy
class ErasureRequestPolicy(_OfCustomer, access.Policy[ErasureRequest]):
    model = ErasureRequest


@access.policy
class ContactPolicy(_OfCustomer, access.Policy[Contact]):
    model = Contact


@access.policy
class ContactRolePolicy(access.Policy[ContactRole]):
    model = ContactRole
    view = caps.VIEW
    unit = "contact__customer__unit"
    people = ("contact__customer__keeper",)
    customer = "contact__customer"


@access.policy
class SignedConfirmationPolicy(_OfCustomer, access.Policy[SignedConfirmation]):
    model = SignedConfirmation


@access.policy
class HouseholdMemberPolicy(access.Policy[HouseholdMember]):
    model = HouseholdMember
    view = caps.VIEW
    unit = "household__unit"
    people = ("household__keeper",)
    customer = "household"


@access.policy
class ImportantMatterPolicy(_OfCustomer, access.Policy[ImportantMatter]):
    model = ImportantMatter


@access.policy
class WatchListEntryPolicy(access.Policy[WatchListEntry]):
    model = WatchListEntry
    view = caps.VIEW
    unit = "customer__unit"
    people = ("owner", "customer__keeper")


@access.policy
class WatchMeasurePolicy(access.Policy[WatchMeasure]):
    model = WatchMeasure
    view = caps.VIEW
    unit = "entry__customer__unit"
    people = ("entry__owner", "entry__customer__keeper")


@access.policy
class WatchReviewPolicy(access.Policy[WatchReview]):
    model = WatchReview
    view = caps.VIEW
    unit = "entry__customer__unit"
    people = ("entry__owner", "entry__customer__keeper")


@access.policy
class NeedPolicy(access.Policy[Need]):
    model = Need
    view = caps.VIEW
    unit = "customer__unit"
    people = ("owner", "customer__keeper", "recorded_by")


@access.policy
class TouchPolicy(_OfCustomer, access.Policy[Touch]):
    model = Touch


@access.policy
class NotePolicy(access.Policy[Note]):
    """Internal notes are for staff: a customer never reaches them."""

    model = Note
    view = caps.VIEW
    unit = "customer__unit"
    people = ("customer__keeper",)


@access.policy
class AssetPolicy(access.Policy[Asset]):
    model = Asset
    view = caps.VIEW
    unit = "unit"
    people = ("customer__keeper",)
    customer = "customer"


@access.policy
class QualityEventPolicy(access.Policy[QualityEvent]):
    model = QualityEvent
    view = caps.VIEW
    unit = "asset__unit"
    people = ("asset__customer__keeper",)


@access.policy
class DuplicateProposalPolicy(access.Policy[DuplicateProposal]):
    model = DuplicateProposal
    view = caps.MERGE
    unit = "first__unit"


@access.policy
class MergeRecordPolicy(access.Policy[MergeRecord]):
    model = MergeRecord
    view = caps.MERGE
    unit = "winner__unit"


@access.policy
class PremisesPolicy(access.Policy[Premises]):
    model = Premises
    view = caps.PREMISES_VIEW
    unit = "unit"


@access.policy
class OccupancyPolicy(access.Policy[Occupancy]):
    model = Occupancy
    view = caps.PREMISES_VIEW
    unit = "premises__unit"
    customer = "customer"


@access.policy
class ParkingSpacePolicy(access.Policy[ParkingSpace]):
    model = ParkingSpace
    view = caps.PREMISES_VIEW
    unit = "unit"

"""Tables of the customer archive."""

from __future__ import annotations

from zhize.domains.customers.models.assets import Asset, QualityEvent, QualityKind
from zhize.domains.customers.models.care import (
    ImportantMatter,
    MatterKind,
    Need,
    Note,
    Touch,
    Verdict,
    WatchListEntry,
    WatchMeasure,
    WatchReview,
)
from zhize.domains.customers.models.contacts import Contact, ContactRole, Purpose, SignedConfirmation
from zhize.domains.customers.models.customer import (
    Channel,
    CompanyFacts,
    Customer,
    EmailAddress,
    Gender,
    HouseholdMember,
    Nature,
    Phone,
    PhoneLabel,
    Relation,
)
from zhize.domains.customers.models.erasure import Erasing, ErasureRequest
from zhize.domains.customers.models.merging import DuplicateProposal, Likeness, MergeRecord
from zhize.domains.customers.models.premises import (
    OCCUPIABLE,
    SPOKEN_BY_NAME,
    Condition,
    Occupancy,
    OccupancyRole,
    ParkingKind,
    ParkingSpace,
    Premises,
    PremisesKind,
)

__all__ = [
    "OCCUPIABLE",
    "SPOKEN_BY_NAME",
    "Asset",
    "Channel",
    "CompanyFacts",
    "Condition",
    "Contact",
    "ContactRole",
    "Customer",
    "DuplicateProposal",
    "EmailAddress",
    "Erasing",
    "ErasureRequest",
    "Gender",
    "HouseholdMember",
    "ImportantMatter",
    "Likeness",
    "MatterKind",
    "MergeRecord",
    "Nature",
    "Need",
    "Note",
    "Occupancy",
    "OccupancyRole",
    "ParkingKind",
    "ParkingSpace",
    "Phone",
    "PhoneLabel",
    "Premises",
    "PremisesKind",
    "Purpose",
    "QualityEvent",
    "QualityKind",
    "Relation",
    "SignedConfirmation",
    "Touch",
    "Verdict",
    "WatchListEntry",
    "WatchMeasure",
    "WatchReview",
]

"""Shapes of customers in the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from zhize.rest.schema import Id, Line, PageQuery, PersonRef, Prose, Schema, UnitRef, When

Few = Annotated[list[Line], Field(max_length=20)]


class PhoneOut(Schema):
    id: Id
    number: str
    label: str
    owner_note: str
    primary: bool


class PlaceOut(Schema):
    id: Id
    premises: Id
    address: str
    role: str
    living: bool
    from_on: date | None
    area: str | None


class CustomerOut(Schema):
    id: Id
    number: str
    unit: UnitRef
    kind: str
    nature: str
    name: str
    gender: str
    language: str
    id_number: str
    grade: str
    credit_grade: str
    tags: list[str]
    vip: bool
    keeper: PersonRef | None
    arrears_amount: Decimal
    arrears_currency: str
    arrears_as_of: date | None
    confirmed_at: When | None
    last_touch_at: When | None
    answers: dict[str, Any]
    external_ref: str
    state: str
    merged_into: Id | None
    version: int
    created_at: When
    phones: list[PhoneOut]
    emails: list[str] | None = None
    places: list[PlaceOut]


class CompanyIn(Schema):
    licence_no: Line = ""
    legal_representative: Line = ""
    licence_until: date | None = None
    industry: Line = ""
    registered_address: Line = ""
    staff_count: Annotated[int, Field(ge=0, le=10_000_000)] | None = None


class PlaceIn(Schema):
    premises: Id
    role: Line = ""
    living: bool = True
    from_on: date | None = None


class CustomerIn(Schema):
    """What `kind` asks for must be given: premises of an owner, licence data of a company."""

    unit: Id | None = None
    kind: Line
    name: Line
    phones: Few = []
    emails: Few = []
    places: Annotated[list[PlaceIn], Field(max_length=20)] = []
    gender: Line = ""
    language: Line = "zh-hans"
    id_number: Line = ""
    grade: Line = ""
    tags: Few = []
    vip: bool = False
    keeper: Id | None = None
    company: CompanyIn | None = None
    contact_name: Line = ""
    contact_phone: Line = ""
    answers: dict[Line, Any] = {}
    external_ref: Line = ""
    note: Prose = ""


class CustomerChange(Schema):
    """Only what is given changes. `version` as it was read refuses an outdated change."""

    version: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    kind: Line | None = None
    name: Line | None = None
    gender: Line | None = None
    id_number: Line | None = None
    credit_grade: Line | None = None
    tags: Few | None = None
    vip: bool | None = None
    keeper: Id | None = None
    preferred_channel: Line | None = None
    external_ref: Line | None = None
    company: CompanyIn | None = None
    answers: dict[Line, Any] | None = None


class FindIn(Schema):
    """Found by number (or mail address) and name, or made."""

    unit: Id | None = None
    name: Line
    phone: Line = ""
    email: Line = ""
    kind: Line | None = None


class CustomerQuery(PageQuery):
    """The filters of the customer list; `phone` finds by a whole number, own or a contact's."""

    q: Line | None = None
    phone: Line | None = None
    kind: Line | None = None
    grade: Line | None = None
    area: Line | None = None
    community: Id | None = None
    premises: Id | None = None
    nature: Line | None = None
    state: Line | None = None
    activity: Line | None = None
    keeper: Id | None = None
    tag: Line | None = None
    vip: bool | None = None
    owing: bool | None = None
    watched: bool | None = None
    created_at_after: date | None = None
    created_at_before: date | None = None


class ReadQuery(Schema):
    """`full=true` shows full phone numbers to who may see them; the reading is recorded."""

    full: bool = False


class CustomerVerbIn(Schema):
    note: Prose = ""
    grade: Line = ""
    channel: Line = "phone"
    contact: Id | None = None
    inbound: bool = False
    title: Line = ""
    happened_on: date | None = None
    amount: Decimal | None = None
    as_of: date | None = None
    phone: Line = ""
    email: Line = ""
    premises: Id | None = None
    role: Line = ""
    living: bool = True


class EntryOut(Schema):
    at: When
    verb: str
    text: str
    who: str
    note: str | None

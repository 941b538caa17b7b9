"""Customers through the API. Numbers are masked unless full ones are asked for and allowed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize import rest
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import machine, services
from zhize.domains.customers.api.schemas import (
    CustomerChange,
    CustomerIn,
    CustomerOut,
    CustomerQuery,
    CustomerVerbIn,
    EntryOut,
    FindIn,
    ReadQuery,
)
from zhize.domains.customers.filters import CustomerFilter
from zhize.domains.customers.models import Contact, Customer, Occupancy, Premises
from zhize.domains.customers.selectors import identity, listing, record
from zhize.kernel import access, flow
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Person, Unit
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page

router = rest.Router("customers")


@router.get("/customers", response=Page[CustomerOut])
@rest.operation(capability=caps.VIEW)
def list_customers(request: Request, query: rest.Query[CustomerQuery]) -> Any:
    """Customers the caller may see, newest first, with the same filters as the screen"""
    given: dict[str, Any] = query.model_dump(exclude={"limit", "cursor", "phone"}, exclude_none=True)
    rows = listing.customers(request.actor)
    if query.phone:
        rows = rows.filter(pk__in=[row.pk for row in identity.by_number(request.actor, query.phone)])
    found = CustomerFilter(given, queryset=rows, request=request)
    if not found.form.is_valid():
        raise Invalid({name: list(texts) for name, texts in found.form.errors.items()})
    part = page(found.qs.order_by("-pk"), query)
    return part.answer(_out(row, row.places, full=False) for row in part.rows)


@router.post("/customers", response={201: CustomerOut})
@rest.operation(capability=caps.CREATE)
def create_customer(request: Request, body: CustomerIn) -> Any:
    """Record a customer"""
    actor = request.actor
    places = [
        services.OccupancyInput(
            access.fetch(actor, Premises, one.premises), one.role, one.living, one.from_on
        )
        for one in body.places
    ]
    taken = {"unit", "kind", "name", "phones", "emails", "places", "company", "keeper"}
    details = services.Details(
        **body.model_dump(exclude=taken),
        keeper=access.fetch(actor, Person, body.keeper) if body.keeper else None,
        company=services.CompanyInput(**body.company.model_dump()) if body.company else None,
    )
    customer = services.create_customer(
        actor=actor,
        unit=_unit(actor, body.unit, places[0].premises.unit if places else None),
        kind=body.kind,
        name=body.name,
        phone_numbers=body.phones,
        emails=body.emails,
        at=places,
        details=details,
    )
    return created(_shown(customer), location=f"/api/v1/customers/{customer.pk}")


@router.post("/customers/find", response={200: CustomerOut, 201: CustomerOut})
@rest.operation(capability=caps.CREATE)
def find_or_create(request: Request, body: FindIn) -> Any:
    """The customer with this number and name, or a new one (201)"""
    customer, new = services.find_or_create(
        actor=request.actor,
        unit=_unit(request.actor, body.unit, None),
        name=body.name,
        phone=body.phone,
        email=body.email,
        kind=body.kind,
    )
    if new:
        return created(_shown(customer), location=f"/api/v1/customers/{customer.pk}")
    # Who may create need not see everybody: the search runs over the whole unit, the answer does not.
    return _shown(access.fetch(request.actor, Customer, customer.pk))


@router.get("/customers/{customer_id}", response=CustomerOut)
@rest.operation(capability=caps.VIEW)
def read_customer(request: Request, customer_id: Id, query: rest.Query[ReadQuery]) -> Any:
    """One customer; a merged one says which entry took it over"""
    customer = access.fetch(request.actor, Customer, customer_id)
    if query.full:
        services.note_full_read(actor=request.actor, customer=customer)
    return _shown(customer, full=query.full)


@router.patch("/customers/{customer_id}", response=CustomerOut)
@rest.operation(capability=caps.EDIT)
def change_customer(request: Request, customer_id: Id, body: CustomerChange) -> Any:
    """Change what is known about a customer"""
    customer = access.fetch(request.actor, Customer, customer_id, caps.EDIT)
    given: dict[str, Any] = body.model_dump(exclude_unset=True, exclude={"company"})
    if given.get("keeper"):
        given["keeper"] = access.fetch(request.actor, Person, given["keeper"])
    if body.company is not None:
        given["company"] = services.CompanyInput(**body.company.model_dump())
    return _shown(services.update_customer(actor=request.actor, customer=customer, **given))


@router.post("/customers/{customer_id}/verbs/{verb}", response=CustomerOut)
@rest.operation(capability=caps.VIEW)
def do(request: Request, customer_id: Id, verb: Line, body: CustomerVerbIn) -> Any:
    """confirm, grade, touch, note, matter, arrears, add_phone, add_email, occupy, close, reopen"""
    customer = access.fetch(request.actor, Customer, customer_id)
    _do(request.actor, customer, verb, body)
    return _shown(access.fetch(request.actor, Customer, customer_id))


def _do(actor: Actor, customer: Customer, verb: str, body: CustomerVerbIn) -> None:
    who: dict[str, Any] = {"actor": actor, "customer": customer}
    match verb:
        case "confirm":
            services.confirm_data(**who, note=body.note)
        case "grade":
            services.grade_customer(**who, grade=body.grade, reason=body.note)
        case "touch":
            contact = access.fetch(actor, Contact, body.contact) if body.contact else None
            services.record_touch(
                **who, channel=body.channel, summary=body.note, contact=contact, inbound=body.inbound
            )
        case "note":
            services.write_note(**who, text=body.note)
        case "matter":
            services.record_matter(**who, title=body.title, text=body.note, happened_on=body.happened_on)
        case "arrears":
            if body.amount is None or body.as_of is None:
                raise Invalid({"amount": [_("请填写金额和截至日期。")]})
            services.report_arrears(**who, amount=body.amount, as_of=body.as_of)
        case "add_phone":
            services.add_phone(**who, number=body.phone, owner_note=body.note)
        case "add_email":
            services.add_email(**who, address=body.email)
        case "occupy":
            premises = access.fetch(actor, Premises, body.premises)
            services.occupy(**who, premises=premises, role=body.role, living=body.living)
        case "close":
            services.close_customer(**who, note=body.note)
        case "reopen":
            services.reopen_customer(**who, note=body.note)
        case _:
            raise flow.NotNow


@router.get("/customers/{customer_id}/timeline", response=list[EntryOut])
@rest.operation(capability=caps.VIEW)
def timeline(request: Request, customer_id: Id) -> Any:
    """The latest 200 entries of the customer's history, newest first, with those of merged entries"""
    customer = access.fetch(request.actor, Customer, customer_id)
    return [
        {
            "at": one.at,
            "verb": one.verb,
            "text": one.sentence(),
            "who": one.actor_label,
            "note": one.note or None,
        }
        for one in record.timeline(customer)[:200]
    ]


def _unit(actor: Actor, asked: int | None, near: Unit | None) -> Unit:
    unit = access.fetch(actor, Unit, asked) if asked else near or access.unit_of(actor)
    if unit is None:
        raise Invalid({"unit": [_("请选择所属单位。")]})
    return unit


def _shown(customer: Customer, *, full: bool = False) -> dict[str, Any]:
    (caller,) = identity.describe([customer])
    answer = _out(customer, caller.places, full=full)
    return {**answer, "emails": [email.address for email in customer.emails.all()]}


def _out(row: Customer, places: list[Occupancy] | Any, *, full: bool) -> dict[str, Any]:
    plain = (
        "nature", "name", "gender", "language", "credit_grade", "tags", "vip", "arrears_amount", "arrears_currency",
        "arrears_as_of", "confirmed_at", "last_touch_at", "external_ref", "state", "version", "created_at", "number",
    )  # fmt: skip
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in plain},
        "unit": {"id": row.unit_id, "name": str(row.unit)},
        "kind": row.kind_code,
        "grade": row.grade_code,
        "id_number": row.id_number_masked,
        "keeper": {"id": row.keeper_id, "name": str(row.keeper)} if row.keeper else None,
        "answers": row.answers.get("answers", {}),
        "merged_into": row.merged_into_id if row.state == machine.MERGED else None,
        "phones": [
            {
                "id": phone.pk,
                "number": phone.number if full else phone.masked,
                "label": phone.label,
                "owner_note": phone.owner_note,
                "primary": phone.primary,
            }
            for phone in row.phones.all()
        ],
        "places": [
            {
                "id": one.pk,
                "premises": one.premises_id,
                "address": one.premises.address,
                "role": one.role,
                "living": one.living,
                "from_on": one.from_on,
                "area": str(one.premises.area) if one.premises.area else None,
            }
            for one in places
        ],
    }

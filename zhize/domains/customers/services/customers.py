"""Recording customers and changing what is known about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import catalogue, machine, rules, sealing
from zhize.domains.customers.models import CompanyFacts, Contact, Customer, EmailAddress, Nature, Phone
from zhize.domains.customers.selectors import identity
from zhize.domains.customers.services import duplicates, grading, inputs, occupancy
from zhize.domains.customers.services.inputs import CompanyInput, Details, OccupancyInput, PhoneInput
from zhize.domains.customers.services.standing import only_own, require_active, require_unit
from zhize.kernel import access, flow, forms, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Outrun, atomic, guarded_update, one_at_a_time
from zhize.kernel.org.models import Person, Unit
from zhize.lib import clock, idnumbers, phones


@atomic
def create_customer(
    *,
    actor: Actor,
    unit: Unit,
    kind: str,
    name: str,
    phone_numbers: Iterable[PhoneInput | str] = (),
    emails: Iterable[str] = (),
    at: Iterable[OccupancyInput] = (),
    details: Details | None = None,
) -> Customer:
    """Record a customer of this kind in the unit.

    Refused without the right to create there; Invalid when the kind asks for something that is not given
    (CUS-02) or a value is malformed. Proposes duplicates it finds. Announces customer.created.
    """
    require_unit(actor, caps.CREATE, unit)
    said, spec = details or Details(), catalogue.kind(kind)
    if said.keeper is None and actor.person_id and only_own(actor, caps.CREATE):
        said = replace(said, keeper=Person.objects.get(pk=actor.person_id))
    numbers, addresses = (
        inputs.phone_inputs(phone_numbers),
        [inputs.email(one) for one in emails if one.strip()],
    )
    places = list(at)
    company = said.company or CompanyInput()
    given = rules.Given(
        premises=bool(places),
        licence=bool(company.licence_no),
        phone=bool(numbers),
        id_number=bool(said.id_number),
        contact=bool(said.contact_name),
    )
    problems = rules.missing(spec.asks, given)
    if problems:
        raise Invalid(problems, code="customer.kind_asks_for_more")
    customer = Customer(
        unit=unit,
        kind_code=spec.code,
        nature=spec.nature,
        name=inputs.name(name),
        answers=_answers(spec, said.answers, {}),
        created_at=clock.now(),
        created_by_id=actor.person_id,
        **_plain(said),
        **_sealed(said.id_number),
        **flow.begin(machine.CUSTOMER),
    )
    customer.save()
    marks = [*_add_numbers(customer, numbers), *_add_addresses(customer, addresses)]
    marks += _add_company(customer, company) + _add_contact(customer, said)
    data = {"phones": [phones.mask(number.number) for number, _label, _note in numbers]}
    history.record(
        actor=actor, verb="customer.created", subject=customer, data=data, note=said.note, marks=marks
    )
    for place in places:
        role = place.role or spec.occupancy or "occupier"
        occupancy.place(actor=actor, customer=customer, at=replace(place, role=role))
    if said.grade:
        grading.apply(actor=actor, customer=customer, grade=said.grade)
    duplicates.propose_for(actor=actor, customer=customer)
    return customer


def _plain(said: Details) -> dict[str, Any]:
    inputs.quiet_hours(said.quiet_from, said.quiet_to)
    return {
        "gender": said.gender,
        "language": said.language,
        "credit_grade": said.credit_grade,
        "tags": inputs.tags(said.tags),
        "vip": said.vip,
        "keeper": said.keeper,
        "preferred_channel": said.preferred_channel,
        "quiet_from": said.quiet_from,
        "quiet_to": said.quiet_to,
        "external_ref": said.external_ref.strip(),
        "arrears_amount": said.arrears_amount or 0,
    }


def _sealed(text: str) -> dict[str, str]:
    number = inputs.id_number(text)
    return {
        "id_number_sealed": sealing.seal(number),
        "id_number_digest": sealing.digest(number),
        "id_number_masked": idnumbers.mask(number) if number else "",
    }


def _answers(spec: Any, given: Any, before: dict[str, Any]) -> dict[str, Any]:
    if spec.form is None:
        if given:
            raise Invalid({next(iter(given)): [_("这一类客户没有这一栏。")]})
        return {}
    answers = forms.clean(spec.form, given, before=before.get("answers") or None)
    return dict(spec.form.document(answers))


def _add_numbers(customer: Customer, numbers: list[tuple[phones.Phone, str, str]]) -> list[Model]:
    now = clock.now()
    return list(
        Phone.objects.bulk_create(
            Phone(
                customer=customer,
                number=number.number,
                digits=number.digits,
                label=label,
                owner_note=note,
                primary=index == 0,
                created_at=now,
            )
            for index, (number, label, note) in enumerate(numbers)
        )
    )


def _add_addresses(customer: Customer, addresses: list[str]) -> list[Model]:
    now = clock.now()
    return list(
        EmailAddress.objects.bulk_create(
            EmailAddress(customer=customer, address=address, primary=index == 0, created_at=now)
            for index, address in enumerate(dict.fromkeys(addresses))
        )
    )


def _add_company(customer: Customer, company: CompanyInput) -> list[Model]:
    values = {item.name: getattr(company, item.name) for item in fields(CompanyInput)}
    if not any(values.values()):
        return []
    facts = CompanyFacts(customer=customer, **{**values, "licence_no": inputs.licence(company.licence_no)})
    facts.save()
    return [facts]


def _add_contact(customer: Customer, said: Details) -> list[Model]:
    if not said.contact_name:
        return []
    number = inputs.parsed_phone(said.contact_phone, "contact_phone") if said.contact_phone else None
    contact = Contact(
        customer=customer,
        name=inputs.name(said.contact_name),
        phone=number.number if number else "",
        phone_digits=number.digits if number else "",
        created_at=clock.now(),
    )
    contact.save()
    return [contact]


CHANGEABLE = frozenset(
    {
        "name", "gender", "language", "credit_grade", "tags", "vip", "keeper", "preferred_channel", "quiet_from",
        "quiet_to", "external_ref",
    }
)  # fmt: skip


@atomic
def update_customer(
    *,
    actor: Actor,
    customer: Customer,
    version: int | None = None,
    kind: str | None = None,
    id_number: str | None = None,
    company: CompanyInput | None = None,
    answers: dict[str, Any] | None = None,
    **changes: Any,
) -> Customer:
    """Change what is known about a customer; only what is named changes.

    `version` is the version the person saw: another one raises Outrun. Changing the kind asks for what the new
    kind demands. Raises Refused, NotActive, Invalid. Announces customer.updated.
    """
    access.require(actor, caps.EDIT, customer)
    require_active(customer)
    if version is not None and version != customer.version:
        raise Outrun
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise TypeError(f"not changeable: {sorted(unknown)}")
    values = _tidied(customer, changes)
    spec = catalogue.kind(kind or customer.kind_code)
    if id_number is not None:
        values |= _sealed(id_number)
    if kind is not None and kind != customer.kind_code:
        _check_asks(customer, spec, bool(values.get("id_number_digest", customer.id_number_digest)), company)
        values |= {"kind_code": spec.code, "nature": spec.nature}
    if answers is not None or "kind_code" in values:
        same = spec.form is not None and customer.answers.get("form") == spec.form.code
        values["answers"] = _answers(spec, answers or {}, customer.answers if same else {})
    values = {name: value for name, value in values.items() if getattr(customer, name) != value}
    if values:
        with history.change(customer, actor=actor, verb="customer.updated"):
            guarded_update(customer, **values)
    if company is not None:
        _set_company(actor, customer, company)
    access.require(actor, caps.EDIT, customer)
    if {"name", "id_number_digest"} & set(values):
        duplicates.propose_for(actor=actor, customer=customer)
    return customer


def _tidied(customer: Customer, changes: dict[str, Any]) -> dict[str, Any]:
    values = dict(changes)
    if "name" in values:
        values["name"] = inputs.name(values["name"])
    if "tags" in values:
        values["tags"] = inputs.tags(values["tags"])
    if "external_ref" in values:
        values["external_ref"] = values["external_ref"].strip()
    start = values.get("quiet_from", customer.quiet_from)
    inputs.quiet_hours(start, values.get("quiet_to", customer.quiet_to))
    return values


def _check_asks(customer: Customer, spec: Any, has_id: bool, company: CompanyInput | None) -> None:
    known = identity.given(customer)
    licence = bool(company.licence_no) if company is not None else known.licence
    problems = rules.missing(spec.asks, replace(known, id_number=has_id, licence=licence))
    if problems:
        raise Invalid(problems, code="customer.kind_asks_for_more")


def _set_company(actor: Actor, customer: Customer, company: CompanyInput) -> None:
    values = {item.name: getattr(company, item.name) for item in fields(CompanyInput)}
    values["licence_no"] = inputs.licence(company.licence_no)
    found = CompanyFacts.objects.filter(customer=customer).first()
    facts = found or CompanyFacts(customer=customer)
    changes = {
        name: [getattr(facts, name), value] for name, value in values.items() if getattr(facts, name) != value
    }
    if not changes:
        return
    guarded_update(
        customer, nature=customer.nature
    )  # the facts are part of the row that its readers have seen
    for name, value in values.items():
        setattr(facts, name, value)
    facts.save()
    history.record(
        actor=actor, verb="customer.company_updated", subject=customer, changes=changes, marks=[facts]
    )


@atomic
def close_customer(*, actor: Actor, customer: Customer, note: str) -> Customer:
    """Close a customer 销户 with a reason. Refused while money is owed or another domain objects."""
    flow.perform(customer, "close", actor=actor, note=note, recorded_as="customer.closed")
    return customer


@atomic
def reopen_customer(*, actor: Actor, customer: Customer, note: str) -> Customer:
    """Take a closed customer back into the archive, with a reason."""
    flow.perform(customer, "reopen", actor=actor, note=note, recorded_as="customer.reopened")
    return customer


@atomic
def find_or_create(
    *,
    actor: Actor,
    unit: Unit,
    name: str,
    phone: str = "",
    email: str = "",
    kind: str | None = None,
) -> tuple[Customer, bool]:
    """The customer who has this phone (or mail address) and name in the unit or below it, or a new one.

    Names agree when one is the other's surname with a title (张先生, 张建国). Without a name the only customer
    with that number is meant. A known number under another name makes a new customer and a duplicate proposal,
    since a number may be a family's. Two callers at once with the same number get one customer. True when new.
    """
    require_unit(actor, caps.CREATE, unit)
    number = inputs.parsed_phone(phone, "phone") if phone.strip() else None
    address = inputs.email(email) if email.strip() else ""
    if number is None and not address:
        raise Invalid({"phone": [_("请填写电话或邮箱，才能找到或建立客户。")]})
    one_at_a_time("customers.find", unit.pk, number.digits if number else address)
    known = identity.with_number_or_address(unit, number.digits if number else "", address)
    for candidate in known:
        if rules.names_agree(candidate.name, name) or (not name.strip() and len(known) == 1):
            return candidate, False
    spec = catalogue.kind(kind) if kind else catalogue.fallback_kind()
    shown = name if name.strip() else (phones.mask(number.number) if number else address)
    created = create_customer(
        actor=actor,
        unit=unit,
        kind=spec.code,
        name=shown,
        phone_numbers=[number.number] if number else [],
        emails=[address] if address else [],
    )
    return created, True


def nature_of(kind: str) -> Nature:
    """Whether customers of this kind are persons, households or companies."""
    return Nature(catalogue.kind(kind).nature)

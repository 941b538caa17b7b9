"""What the services take and how it is tidied: names, numbers and addresses as people type them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers.models import PhoneLabel, Premises
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Person
from zhize.lib import digits, idnumbers, phones


@dataclass(frozen=True)
class PhoneInput:
    """A number to record, as typed; `owner_note` says who answers it (儿子, 前台)."""

    number: str
    label: str = ""
    owner_note: str = ""


@dataclass(frozen=True)
class CompanyInput:
    """Licence data of a company."""

    licence_no: str = ""
    legal_representative: str = ""
    licence_until: date | None = None
    industry: str = ""
    registered_address: str = ""
    staff_count: int | None = None


@dataclass(frozen=True)
class OccupancyInput:
    """Where a new customer is: the room, in which role (the kind's by default), since when."""

    premises: Premises
    role: str = ""
    living: bool = True
    from_on: date | None = None
    share: str = ""


@dataclass(frozen=True)
class Details:
    """The rest of what may be said when a customer is recorded."""

    gender: str = ""
    language: str = "zh-hans"
    id_number: str = ""
    grade: str = ""
    credit_grade: str = ""
    tags: Sequence[str] = ()
    vip: bool = False
    keeper: Person | None = None
    preferred_channel: str = ""
    quiet_from: time | None = None
    quiet_to: time | None = None
    external_ref: str = ""
    company: CompanyInput | None = None
    contact_name: str = ""
    contact_phone: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    arrears_amount: Decimal | None = None
    note: str = ""


def name(text: str) -> str:
    """A clean name. Raises Invalid when nothing is left of it."""
    clean = digits.tidy_name(text or "")
    if not clean:
        raise Invalid({"name": [_("请填写姓名或名称。")]})
    return clean[:120]


def parsed_phone(text: str, field_name: str = "phones") -> phones.Phone:
    """The number that was typed. Raises Invalid when nobody can be called back at it."""
    found = phones.reachable(text or "")
    if found is None:
        said = _(
            "“{number}”不是能回拨的电话。请写手机号、座机（外地带区号）、400 电话，或以 + 开头的境外号码。"
        )
        raise Invalid({field_name: [said.format(number=digits.tidy(text or "")[:40])]})
    return found


def phone_errors(text: str, field_name: str) -> dict[str, list[Any]]:
    """What is wrong with a number, for services that collect their refusals."""
    try:
        parsed_phone(text, field_name)
    except Invalid as refusal:
        return dict(refusal.errors)
    return {}


def phone_inputs(given: Iterable[PhoneInput | str]) -> list[tuple[phones.Phone, str, str]]:
    """(number, label, owner note) of every distinct number; a text may hold several numbers with names."""
    found: dict[str, tuple[phones.Phone, str, str]] = {}
    for one in given:
        item = PhoneInput(one) if isinstance(one, str) else one
        if not item.number.strip():
            continue
        cell = phones.split_cell(item.number)
        if not cell.phones:
            parsed_phone(item.number)
        for named in cell.phones:
            number = parsed_phone(named.phone.number)
            note = item.owner_note or named.name[:40]
            found.setdefault(number.number, (number, item.label or phone_label(number), note))
    return list(found.values())


def phone_label(number: phones.Phone) -> str:
    return PhoneLabel.MOBILE if number.kind in {"mobile", "foreign"} else PhoneLabel.HOME


def email(text: str) -> str:
    """The address in lower case. Raises Invalid when it is none."""
    clean = digits.tidy(text or "").lower()
    try:
        validate_email(clean)
    except ValidationError:
        raise Invalid({"emails": [_("“{email}”不是有效的邮箱地址。").format(email=clean)]}) from None
    return clean


def id_number(text: str) -> str:
    """The document number without spaces. An 18-digit one must have a right date and check digit."""
    clean = idnumbers.clean(text or "")
    looks_resident = len(clean) == 18 and clean[:17].isdigit()
    if looks_resident and not idnumbers.is_resident_id(clean):
        raise Invalid({"id_number": [_("身份证号码校验不通过，请核对。")]})
    if clean and not 5 <= len(clean) <= 30:
        raise Invalid({"id_number": [_("证件号码的长度不对。")]})
    return clean


def licence(text: str) -> str:
    """The credit code; a shorter old licence number passes, an 18-character code must check."""
    clean = idnumbers.clean(text or "")
    if len(clean) == 18 and not idnumbers.is_credit_code(clean):
        raise Invalid({"licence_no": [_("统一社会信用代码校验不通过，请核对。")]})
    return clean[:40]


def tags(given: Iterable[str]) -> list[str]:
    """Clean tags, each once, in the order given."""
    clean = [digits.tidy(tag)[:30] for tag in given]
    return list(dict.fromkeys(tag for tag in clean if tag))


def quiet_hours(start: time | None, end: time | None) -> None:
    """Raises Invalid unless both or neither end is given."""
    if (start is None) != (end is None):
        raise Invalid({"quiet_from": [_("免打扰时间要写开始和结束。")]})

"""A person's data: the copy of all of it, and taking it out for good while the business record stays.

What belongs to a person is registered in `registry.personal`, here and by the domains above. Numbers, days, states
and amounts stay; names, numbers to call, words and files go, in the rows, in search, in sent messages and in history.
"""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import registry, sealing
from zhize.domains.customers.models import (
    Asset,
    CompanyFacts,
    Contact,
    Customer,
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
    SignedConfirmation,
    Touch,
    WatchListEntry,
)
from zhize.kernel import access, files, history, search
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, Refused, atomic
from zhize.kernel.files.models import Attachment
from zhize.kernel.history import redaction
from zhize.kernel.history.models import Entry
from zhize.kernel.notices.models import Delivery
from zhize.kernel.org.models import Person
from zhize.lib import clock

ERASED = "已抹去"
NAMED_BY = (
    ("customers.phone", "number"),
    ("customers.phone", "digits"),
    ("customers.emailaddress", "address"),
    ("customers.contact", "name"),
    ("customers.contact", "phone"),
    ("customers.contact", "email"),
)

registry.personal(Phone, delete=True)
registry.personal(EmailAddress, delete=True)
registry.personal(CompanyFacts, delete=True)
registry.personal(HouseholdMember, "household", delete=True)
registry.personal(HouseholdMember, "member", delete=True)
registry.personal(Note, delete=True)
registry.personal(Occupancy)
registry.personal(Asset, clear=("note",))
registry.personal(ParkingSpace, clear=("plates",))
registry.personal(Contact, texts=("name",), clear=("title", "phone", "phone_digits", "email"))
registry.personal(SignedConfirmation, texts=("title",))
registry.personal(ImportantMatter, texts=("title",), clear=("text",))
registry.personal(WatchListEntry, texts=("reason",), clear=("goal", "ended_note"))
registry.personal(Need, texts=("text",))
registry.personal(Touch, texts=("summary",))
registry.personal(ErasureRequest)
registry.personal(MergeRecord, "winner", texts=("reason",), clear=("moved", "changed"))
registry.personal(MergeRecord, "loser", texts=("reason",), clear=("moved", "changed"))


class StillInUse(DomainError):
    """Something open forbids it: it has to be closed first."""

    code = "customer.still_in_use"


@atomic
def copy_of(*, actor: Actor, customer: Customer) -> bytes:
    """Everything kept about a person as a zip: `data.json` with every row and what happened, and all files.

    Refused without `customer.copy` on the customer. The copy is on the record.
    """
    access.require(actor, caps.COPY, customer)
    rows = _rows(customer)
    said: dict[str, Any] = {
        "customer": {**_plain(customer), "id_number": sealing.opened(customer.id_number_sealed)},
        "rows": {label: [_plain(row) for row in found] for label, found in rows.items()},
        "history": [
            {"at": entry.at, "what": entry.sentence(), "note": entry.remark}
            for entry in _entries(customer, rows).order_by("pk")
        ],
        "messages": [_plain(row) for row in _sent(customer)],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
        for attachment in _attachments(customer, rows):
            if attachment.blob is not None:
                archive.writestr(f"files/{attachment.pk}-{attachment.name}", files.content(attachment.blob))
    history.record(actor=actor, verb="customer.copied", subject=customer)
    return out.getvalue()


@atomic
def erase(*, actor: Actor, customer: Customer, reason: str) -> int:
    """Take a person out for good, by the command line. Returns how many rows lost something.

    Refused without `customer.erase`, and for a person: people ask and decide by two (`erasing`). Invalid without a
    reason; StillInUse while something of the customer is open.
    """
    access.require(actor, caps.ERASE, customer)
    if actor.kind != "system":
        raise Refused
    if not reason.strip():
        raise Invalid({"reason": _("请写明依据，例如本人申请的日期。")})
    return take_out(actor=actor, customer=customer, reason=reason.strip())


def take_out(*, actor: Actor, customer: Customer, reason: str) -> int:
    """As `erase`, for a caller that has asked for the right. Raises StillInUse."""
    objection = registry.objection_to_closing(customer)
    if objection is not None:
        raise StillInUse(objection)
    decided = ErasureRequest.objects.filter(customer=customer)
    rows = _rows(customer)
    gone = _gone(customer, rows)
    entries = _entries(customer, rows)
    attached = list(_attachments(customer, rows))
    with connection.cursor() as cursor:
        # Some of the rows only grow (matters, confirmations); this is what they yield to.
        cursor.execute("SET LOCAL zhize.maintenance = 'on'")
        touched = _sent(customer).update(address="", title=ERASED, body="", headers={}, attachments=[])
        touched += _erase_rows(customer)
        cursor.execute("SET LOCAL zhize.maintenance = 'off'")
    Attachment.objects.filter(pk__in=[one.pk for one in attached]).update(
        name=ERASED, removed_at=clock.now(), blob=None
    )
    _erase_head(customer)
    for found in rows.values():
        _forget(found)
    _forget([customer])
    redaction.redact(actor=actor, entries=entries, subject=customer, gone=gone, note=reason)
    history.record(actor=actor, verb="customer.erased", subject=customer, note=reason, marks=decided)
    return touched + len(attached) + 1


def _rows(customer: Customer) -> dict[str, list[models.Model]]:
    found: dict[str, list[models.Model]] = {}
    for each in registry.all_personal():
        found.setdefault(each.model._meta.label_lower, []).extend(each.rows(customer))
    return found


def _plain(row: models.Model) -> dict[str, Any]:
    hidden = ("sealed", "digest", "hash", "secret")
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not any(word in field.name for word in hidden)
    }


def _of_rows(customer: Customer, rows: dict[str, list[models.Model]]) -> Q:
    named = Q(subject_type=customer._meta.label_lower, subject_id=customer.pk)
    for label, found in rows.items():
        named |= Q(subject_type=label, subject_id__in=[row.pk for row in found])
    return named


def _entries(customer: Customer, rows: dict[str, list[models.Model]]) -> models.QuerySet[Entry]:
    about = _of_rows(customer, rows)
    beside = history.models.EntrySubject.objects.filter(about).values("entry_id")
    return Entry.objects.filter(about | Q(pk__in=beside) | Q(customer_ref=customer.pk))


def _attachments(customer: Customer, rows: dict[str, list[models.Model]]) -> models.QuerySet[Attachment]:
    return Attachment.objects.filter(_of_rows(customer, rows)).select_related("blob").order_by("pk")


def _sent(customer: Customer) -> models.QuerySet[Delivery]:
    addresses = [*EmailAddress.objects.filter(customer=customer).values_list("address", flat=True)]
    return Delivery.objects.filter(address__in=addresses)


def _gone(customer: Customer, rows: dict[str, list[models.Model]]) -> redaction.Gone:
    """By what the person is called in other entries: whole names and numbers, and the rows that are the person's."""
    said = {customer.name, customer.id_number_masked}
    for label, field in NAMED_BY:
        said |= {str(getattr(row, field)) for row in rows.get(label, ())}
    labels = frozenset(name for name in said if len(name) > 1)
    mine = [row.pk for row in rows.get("customers.contact", ())]
    others = {
        *_longer(Customer.objects.exclude(pk=customer.pk), customer.name),
        *_longer(Contact.objects.exclude(pk__in=mine), customer.name),
        *_longer(Person.objects.all(), customer.name),
    }
    ids = frozenset([customer.pk, *(row.pk for found in rows.values() for row in found)])
    return redaction.Gone(labels, ids, customer.pk, frozenset(others))


def _longer(rows: models.QuerySet[Any], name: str) -> Iterable[str]:
    """The recorded names of other people that hold this one: 王伟民 is not 王伟."""
    return rows.filter(name__contains=name).exclude(name=name).values_list("name", flat=True).distinct()


def _erase_rows(customer: Customer) -> int:
    touched = 0
    for each in registry.all_personal():
        rows = each.rows(customer)
        if each.delete:
            touched += rows.delete()[0]
        elif each.texts or each.clear:
            ids = list(rows.values_list("pk", flat=True))
            values = dict.fromkeys(each.texts, ERASED) | {
                name: _empty(each.model, name) for name in each.clear
            }
            touched += each.model._default_manager.filter(pk__in=ids).update(**values)
    return touched


def _empty(model: type[models.Model], name: str) -> Any:
    field: Any = model._meta.get_field(name)
    if field.null:
        return None
    default = field.get_default()
    return default if default is not None else ""


def _erase_head(customer: Customer) -> None:
    """The customer itself. The number KH… and what the business needs (unit, kind, days, arrears) stay."""
    Customer.objects.filter(pk=customer.pk).update(
        name=ERASED,
        gender="",
        id_number_sealed="",
        id_number_digest="",
        id_number_masked="",
        tags=[],
        preferred_channel="",
        answers={},
        external_ref="",
        vip=False,
        credit_grade="",
    )
    customer.refresh_from_db()


def _forget(rows: Iterable[models.Model]) -> None:
    """Search finds nothing by what is gone."""
    for row in rows:
        left = type(row)._default_manager.filter(pk=row.pk).first()
        if left is None:
            search.remove(row)
            continue
        with contextlib.suppress(LookupError):  # most models are not searched
            search.refresh(left)


@dataclass(frozen=True)
class Holding:
    """How much is kept of a person: rows, files, sent messages, entries of the history."""

    rows: int
    files: int
    messages: int
    entries: int


def holding(customer: Customer) -> Holding:
    """What the copy would hold and erasing reach, in numbers."""
    rows = _rows(customer)
    kept = sum(len(found) for found in rows.values())
    return Holding(
        kept, _attachments(customer, rows).count(), _sent(customer).count(), _entries(customer, rows).count()
    )


def personal_models() -> Iterator[type[models.Model]]:
    """What is registered, for the test that nothing of a customer was forgotten."""
    return (each.model for each in registry.all_personal())

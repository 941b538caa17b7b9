"""A person's data: the copy of all of it, and taking it out for good while the business record stays.

What belongs to a person is registered in `registry.personal`, here and by the domains above. Numbers, days, states
and amounts stay; names, numbers to call, words and files go, in the rows, in search, in sent messages and in history.
"""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.fields import ArrayField
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
from zhize.domains.customers.selectors import identity, imported
from zhize.kernel import access, files, history, search
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, Refused, atomic
from zhize.kernel.documents import imports
from zhize.kernel.documents.models import ImportRow
from zhize.kernel.files.models import Attachment
from zhize.kernel.history import redaction
from zhize.kernel.history.models import Entry
from zhize.kernel.notices import services as notices
from zhize.kernel.notices.models import DeadAddress, Delivery, Notice
from zhize.kernel.org.models import Person
from zhize.lib import clock

ERASED = "已抹去"
EMPTY = {"title": ERASED, "body": ""}
HEAD, IMPORTED = "customers.customer", "documents.importrow"
NAMED_BY = (
    (HEAD, "name"),
    (HEAD, "id_number_masked"),
    ("customers.phone", "number"),
    ("customers.phone", "digits"),
    ("customers.emailaddress", "address"),
    ("customers.contact", "name"),
    ("customers.contact", "phone"),
    ("customers.contact", "phone_digits"),
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


class MergedAway(DomainError):
    """An entry that another one took over: a person is erased as a whole, from the entry that was kept."""

    code = "customer.merged_away"
    message = _("这份档案已并入客户 {number}，请在那一份上办理。")


class StillInUse(DomainError):
    """Something open forbids it: it has to be closed first."""

    code = "customer.still_in_use"


@atomic
def copy_of(*, actor: Actor, customer: Customer) -> bytes:
    """Everything kept about a person as a zip: `data.json` with every row and what happened, and all files.

    With what was merged into the entry. Refused without `customer.copy` on the customer. The copy is on the record.
    """
    access.require(actor, caps.COPY, customer)
    rows = _rows(customer)
    # Others stand on the lines where only a name or number of his is.
    own = {row.pk for row in rows[HEAD]}
    rows[IMPORTED] = [row for row in rows[IMPORTED] if row.subject_type == HEAD and row.subject_id in own]
    said: dict[str, Any] = {
        "customer": _head(customer),
        "merged": [_head(one) for one in rows[HEAD] if one.pk != customer.pk],
        "rows": {label: [_plain(row) for row in found] for label, found in rows.items() if label != HEAD},
        "history": [
            {"at": entry.at, "what": entry.sentence(), "note": entry.remark}
            for entry in _entries(rows).order_by("pk")
        ],
        "messages": [_plain(row) for row in _sent(rows[HEAD])],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
        for attachment in _attachments(rows):
            if attachment.blob is not None:
                archive.writestr(f"files/{attachment.pk}-{attachment.name}", files.content(attachment.blob))
    history.record(actor=actor, verb="customer.copied", subject=customer)
    return out.getvalue()


@atomic
def erase(*, actor: Actor, customer: Customer, reason: str) -> int:
    """Take a person out for good, by the command line. Returns how many rows lost something.

    With every entry merged into it. Refused without `customer.erase`, and for a person: people ask and decide by two
    (`erasing`). Invalid without a reason; MergedAway for an entry that another took over; StillInUse while something
    is open.
    """
    access.require(actor, caps.ERASE, customer)
    if actor.kind != "system":
        raise Refused
    if not reason.strip():
        raise Invalid({"reason": _("请写明依据，例如本人申请的日期。")})
    return take_out(actor=actor, customer=customer, reason=reason.strip())


def take_out(*, actor: Actor, customer: Customer, reason: str) -> int:
    """As `erase`, for a caller that has asked for the right. Raises MergedAway and StillInUse."""
    require_erasable(customer)
    decided = ErasureRequest.objects.filter(customer=customer)
    rows = _rows(customer)
    gone = _gone(rows)
    entries = _entries(rows)
    attached = list(_attachments(rows))
    with connection.cursor() as cursor:
        # Some of the rows only grow (matters, confirmations); this is what they yield to.
        cursor.execute("SET LOCAL zhize.maintenance = 'on'")
        told = Q(address__in=_addresses(rows[HEAD])) | _of_rows(rows)
        notices.withhold(Delivery.objects.filter(told), why="erased")
        touched = _sent(rows[HEAD]).update(address="", **EMPTY, headers={}, attachments=[])
        touched += Delivery.objects.filter(_of_rows(rows)).update(**EMPTY, attachments=[])
        touched += Notice.objects.filter(_of_rows(rows)).update(**EMPTY)
        imports.forget_files(rows[IMPORTED])
        touched += _erase_rows(rows[HEAD], gone.labels)
        cursor.execute("SET LOCAL zhize.maintenance = 'off'")
    Attachment.objects.filter(pk__in=[one.pk for one in attached]).update(
        name=ERASED, removed_at=clock.now(), blob=None
    )
    touched += _erase_heads(rows[HEAD])
    customer.refresh_from_db()
    for found in rows.values():
        _forget(found)
    redaction.redact(actor=actor, entries=entries, subject=customer, gone=gone, note=reason)
    history.record(actor=actor, verb="customer.erased", subject=customer, note=reason, marks=decided)
    return touched + len(attached)


def against_erasing(customer: Customer) -> DomainError | None:
    """Why a customer cannot be erased now: another entry took it over, or something of the whole person is open."""
    if customer.merged_into_id is not None:
        return MergedAway(MergedAway.message.format(number=identity.survivor(customer).number))
    for one in _heads(customer):
        objection = registry.objection_to_closing(one)
        if objection is not None:
            return StillInUse(objection)
    return None


def require_erasable(customer: Customer) -> None:
    """Raises what is `against_erasing`. The entry stays locked, so that no merge comes in between."""
    refusal = against_erasing(Customer.objects.select_for_update().get(pk=customer.pk))
    if refusal is not None:
        raise refusal


def _heads(customer: Customer) -> list[Customer]:
    """The entry and all that were merged into it: one person."""
    return list(Customer.objects.filter(pk__in=identity.family(customer)).order_by("pk"))


def _rows(customer: Customer) -> dict[str, list[Any]]:
    """By label of the model; under HEAD the entries of the archive themselves."""
    heads = _heads(customer)
    found: dict[str, list[Any]] = {HEAD: [*heads]}
    for each in registry.all_personal():
        found.setdefault(each.model._meta.label_lower, []).extend(each.rows(heads))
    return found


def _head(customer: Customer) -> dict[str, Any]:
    return {**_plain(customer), "id_number": sealing.opened(customer.id_number_sealed)}


def _plain(row: models.Model) -> dict[str, Any]:
    hidden = ("sealed", "digest", "hash", "secret")
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not any(word in field.name for word in hidden)
    }


def _of_rows(rows: dict[str, list[Any]]) -> Q:
    named = Q(pk__in=[])
    for label, found in rows.items():
        named |= Q(subject_type=label, subject_id__in=[row.pk for row in found])
    return named


def _entries(rows: dict[str, list[Any]]) -> models.QuerySet[Entry]:
    about = _of_rows(rows)
    beside = history.models.EntrySubject.objects.filter(about).values("entry_id")
    return Entry.objects.filter(about | Q(pk__in=beside) | Q(customer_ref__in=[row.pk for row in rows[HEAD]]))


def _attachments(rows: dict[str, list[Any]]) -> models.QuerySet[Attachment]:
    return Attachment.objects.filter(_of_rows(rows)).select_related("blob").order_by("pk")


def _sent(heads: list[Customer]) -> models.QuerySet[Delivery]:
    return Delivery.objects.filter(address__in=_addresses(heads))


def _addresses(heads: Collection[Customer]) -> list[str]:
    return [*EmailAddress.objects.filter(customer__in=heads).values_list("address", flat=True)]


def _dead(heads: Collection[Customer]) -> models.QuerySet[DeadAddress]:
    return DeadAddress.objects.filter(address__in=[one.lower() for one in _addresses(heads)])


registry.personal(ImportRow, find=imported.rows_of, clear=("cells", "messages"))
registry.personal(DeadAddress, find=_dead, delete=True)


def _gone(rows: dict[str, list[Any]]) -> redaction.Gone:
    """By what the person is called in other entries: whole names and numbers, and the rows that bear them."""
    said = {str(getattr(row, field)) for label, field in NAMED_BY for row in rows.get(label, ())}
    labels = frozenset(name for name in said if len(name) > 1)
    heads = frozenset(row.pk for row in rows[HEAD])
    names = {row.name for row in rows[HEAD]}
    mine = [row.pk for row in rows.get("customers.contact", ())]
    others = {
        *_longer(Customer.objects.exclude(pk__in=heads), names),
        *_longer(Contact.objects.exclude(pk__in=mine), names),
        *_longer(Person.objects.all(), names),
    }
    bearing = frozenset((label, row.pk) for label, found in rows.items() for row in found)
    own = {(row.pk, value) for found in rows.values() for row in found for value in _texts(row) & labels}
    own |= {(pk, label) for pk in heads for label in labels}  # whatever it was called before
    return redaction.Gone(labels, bearing, frozenset(own), heads, frozenset(others))


def _texts(row: models.Model) -> set[str]:
    return {value for value in vars(row).values() if isinstance(value, str)}


def _longer(rows: models.QuerySet[Any], names: Collection[str]) -> Iterable[str]:
    """The recorded names of other people that hold one of these: 王伟民 is not 王伟."""
    holds = reduce(or_, (Q(name__contains=name) for name in names))
    return rows.filter(holds).exclude(name__in=names).values_list("name", flat=True).distinct()


def _erase_rows(heads: list[Customer], labels: Collection[str]) -> int:
    touched = 0
    for each in registry.all_personal():
        rows = each.rows(heads)
        if each.delete:
            touched += rows.delete()[0]
        elif each.texts or each.clear or each.named:
            ids = list(rows.values_list("pk", flat=True))
            for name in each.named:
                bearing = each.model._default_manager.filter(pk__in=ids, **{f"{name}__in": labels})
                touched += bearing.update(**{name: ERASED})
            values = dict.fromkeys(each.texts, ERASED) | {
                name: _empty(each.model, name) for name in each.clear
            }
            touched += each.model._default_manager.filter(pk__in=ids).update(**values)
    return touched


def _empty(model: type[models.Model], name: str) -> Any:
    field: Any = model._meta.get_field(name)
    if field.null:
        return None
    if isinstance(field, ArrayField):
        return []
    default = field.get_default()
    return default if default is not None else ""


def _erase_heads(heads: list[Customer]) -> int:
    """The entries themselves. The numbers KH… and what the business needs (unit, kind, days, arrears) stay."""
    return Customer.objects.filter(pk__in=[one.pk for one in heads]).update(
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
    return Holding(kept, _attachments(rows).count(), _sent(rows[HEAD]).count(), _entries(rows).count())


def personal_models() -> Iterator[type[models.Model]]:
    """What is registered, for the test that nothing of a customer was forgotten."""
    return (each.model for each in registry.all_personal())

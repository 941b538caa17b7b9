"""Outside bodies 重要工作联系: directory, contact persons, recorded exchanges (ORG-12)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.organisation import capabilities as caps
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.org.models import ExternalBody, ExternalContact, ExternalExchange, Unit

EDITABLE = ("name", "kind", "phone", "address", "note", "active")


@atomic
def create_body(*, actor: Actor, unit: Unit, name: str, **more: Any) -> ExternalBody:
    """Add an outside body to the unit's directory."""
    access.require(actor, caps.CONTACT_EDIT)
    if not name.strip():
        raise Invalid({"name": _("请填写名称。")})
    body = ExternalBody.objects.create(
        unit=unit, name=name.strip(), **{key: value for key, value in more.items() if key in EDITABLE}
    )
    access.require(actor, caps.CONTACT_EDIT, body)
    history.record(actor=actor, verb="external.created", subject=body, unit=unit)
    return body


@atomic
def update_body(*, actor: Actor, body: ExternalBody, **changes: Any) -> ExternalBody:
    """Change a body's data."""
    access.require(actor, caps.CONTACT_EDIT, body)
    with history.change(body, actor=actor, verb="external.changed"):
        guarded_update(body, **{name: value for name, value in changes.items() if name in EDITABLE})
    return body


@atomic
def add_contact(
    *, actor: Actor, body: ExternalBody, name: str, role: str = "", phone: str = "", email: str = ""
) -> ExternalContact:
    """Add a person at the body."""
    access.require(actor, caps.CONTACT_EDIT, body)
    if not name.strip():
        raise Invalid({"name": _("请填写姓名。")})
    row = ExternalContact.objects.create(body=body, name=name.strip(), role=role, phone=phone, email=email)
    history.record(
        actor=actor, verb="external.contact_added", subject=body, data={"who": row.name}, marks=[row]
    )
    return row


@atomic
def record_exchange(
    *, actor: Actor, body: ExternalBody, on: date, summary: str, contact: ExternalContact | None = None
) -> ExternalExchange:
    """Record a contact with the body: picked body, person, date and summary."""
    access.require(actor, caps.CONTACT_RECORD, body)
    errors: dict[str, Any] = {}
    if not summary.strip():
        errors["summary"] = _("请写内容摘要。")
    if contact is not None and contact.body_id != body.pk:
        errors["contact"] = _("联系人不属于这个单位。")
    if actor.person_id is None:
        errors[""] = _("只有员工可以登记。")
    if errors or actor.person_id is None:
        raise Invalid(errors)
    row = ExternalExchange.objects.create(
        body=body, contact=contact, person_id=actor.person_id, on=on, summary=summary.strip()
    )
    history.record(
        actor=actor,
        verb="external.exchanged",
        subject=body,
        data={"body": body.name},
        note=summary,
        marks=[row],
    )
    return row

"""Documents on a customer's record: contracts, letters of authority, copies of papers."""

from __future__ import annotations

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers.models import Customer
from zhize.domains.customers.services.standing import may_change
from zhize.kernel import files
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic
from zhize.kernel.files import Attachment
from zhize.kernel.files.services import Readable


@atomic
def add_document(*, actor: Actor, customer: Customer, upload: Readable, name: str = "") -> Attachment:
    """Keep a file on the customer's record; who sees the customer may open it."""
    may_change(actor, caps.RECORD, customer)
    shown = name.strip() or getattr(upload, "name", "") or "file"
    blob = files.store(actor=actor, content=upload, name=shown)
    return files.attach(actor=actor, blob=blob, subject=customer, name=shown)

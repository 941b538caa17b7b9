"""What a case carries besides its columns: attachments, the answers of its form, the contact's full number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zhize.domains.cases.models import Case
from zhize.kernel import access, files, forms, history, packs
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic


@atomic
def stored_files(*, actor: Actor, uploads: Iterable[Any]) -> tuple[Any, ...]:
    """Store uploads and return (blob, name) pairs for a message. Raises Invalid for what may not be uploaded."""
    return tuple(
        (files.store(actor=actor, content=upload, name=upload.name), upload.name) for upload in uploads
    )


@atomic
def attach(*, actor: Actor, case: Case, upload: Any, visible_to_customer: bool = False) -> Any:
    """Attach a file to the case itself. Raises Invalid for what may not be uploaded."""
    access.require(actor, "case.note", case)
    blob = files.store(actor=actor, content=upload, name=upload.name)
    return files.attach(
        actor=actor, blob=blob, subject=case, name=upload.name, visible_to_customer=visible_to_customer
    )


def shown_answers(case: Case) -> list[tuple[Any, str]]:
    """The answers to the form of the case's type, as label and shown value."""
    if not case.answers or case.spec.form is None:
        return []
    form = packs.find("forms", case.spec.form, release=case.release_id)
    return list(forms.display(form, case.answers)) if form is not None else []


@atomic
def unmask_contact(*, actor: Actor, case: Case, note: str = "") -> str:
    """The contact's full number; who looked and when is on record (CUS-10)."""
    access.require(actor, "case.view_contact", case)
    history.record(actor=actor, verb="case.contact_unmasked", subject=case, note=note)
    return case.contact_phone

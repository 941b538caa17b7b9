"""Whoever sees a row sees its attachments; there is no other right on them.

Rows of many models have attachments, so lists are made per subject (`files.for_subject`) and a single one is
reached through `fetch`, which asks the subject's policy.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import NotFound
from zhize.kernel.files.models import Attachment


def subject_model(label: str) -> type[models.Model]:
    """The model of a subject type. Raises NotFound for one this release no longer has."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        raise NotFound from None


def fetch(actor: Actor, pk: Any, *, capability: str | None = None) -> tuple[Attachment, models.Model]:
    """An attachment and its subject, if `actor` sees the subject (and has `capability` on it).

    Raises NotFound, or Refused where the subject is visible but the capability is not granted on it. Customers
    get only what is marked visible to them.
    """
    try:
        found = Attachment.objects.select_related("blob").filter(pk=pk, removed_at__isnull=True).first()
    except (ValueError, OverflowError, TypeError):
        found = None
    if found is None or (actor.kind == "customer" and not found.visible_to_customer):
        raise NotFound
    try:
        subject = access.fetch(actor, subject_model(found.subject_type), found.subject_id, capability)
    except LookupError:
        raise NotFound from None
    return found, subject

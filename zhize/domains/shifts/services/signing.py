"""Signatures on logs and lists: a drawn picture, kept as an attachment of the row."""

from __future__ import annotations

from django.db import models

from zhize.domains.duties.services.handing import drawn
from zhize.kernel import files
from zhize.kernel.access import Actor

KIND = "signature"


def sign(*, actor: Actor, row: models.Model, signature: str, capability: str) -> None:
    """Keep the drawn signature (PNG data address) under the signer's name. Raises Invalid when nothing was drawn."""
    name = f"{actor.label}.png"
    blob = files.store(actor=actor, content=drawn(signature), name=name)
    files.attach(actor=actor, blob=blob, subject=row, name=name, kind=KIND, capability=capability)

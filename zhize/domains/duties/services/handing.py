"""Fulfilling by hand: what a person typed, counted, uploaded or signed becomes the evidence, in one transaction."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import papers, tallies
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.services import proving
from zhize.domains.duties.services.finishing import fulfil, record_progress
from zhize.domains.duties.services.proving import Proof
from zhize.kernel import access, files
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic

_PNG = "data:image/png;base64,"


@atomic
def hand_in(
    *,
    actor: Actor,
    obligation: Obligation,
    note: str = "",
    count: int | None = None,
    file: Any = None,
    signature: str = "",
    answers: Mapping[str, Mapping[str, Any]] | None = None,
) -> Obligation:
    """Fulfil with what was given: a note, a count (adding up to the quota), a file, a drawn signature (PNG data address).

    `answers` are filled-in forms of the pack: form code → answers. A file (the paper, photographed) proves a form or
    report as well as a file. Raises Refused, EvidenceMissing, Invalid (also for a count that a plan keeps).
    """
    access.require(actor, caps.FULFIL, obligation)
    kind = proving.wanted(obligation.evidence_spec)
    if tallies.missing(obligation) or (count and tallies.of(obligation)):
        raise Invalid({"count": _("数量由回访计划统计，请到计划上逐户登记，不能手工填报。")})
    proofs: list[Proof] = []
    if file is not None:
        kept = _attach(actor, obligation, file, file.name, "evidence")
        proofs.append(Proof(kind if kind in {"form", "report", "file"} else "file", row=kept))
    proofs.extend(_filled(actor, obligation, answers or {}))
    if signature:
        name = str(_("签名")) + ".png"
        proofs.append(Proof("signature", row=_attach(actor, obligation, drawn(signature), name, "signature")))
    if count:
        proofs.append(Proof("count", count=count, text=note.strip()))
    if note.strip():
        proofs.append(Proof("note", text=note.strip()))
    if kind == "count" and count and obligation.progress + count < obligation.quota:
        return record_progress(
            actor=actor, obligation=obligation, proof=Proof("count", count=count, text=note.strip())
        )
    return fulfil(actor=actor, obligation=obligation, evidence=proofs, note=note.strip())


def _filled(actor: Actor, obligation: Obligation, answers: Mapping[str, Mapping[str, Any]]) -> list[Proof]:
    """The filled-in forms as proofs; the files among their answers stand with the obligation's own."""
    documents = papers.filled(obligation, answers)
    given = [item for document in documents for item in papers.files_in(document)]
    blobs = files.Blob.objects.in_bulk([item["blob"] for item in given])
    for item in given:
        files.attach(
            actor=actor,
            blob=blobs[item["blob"]],
            subject=obligation,
            name=item["name"],
            kind="evidence",
            capability=caps.FULFIL,
        )
    return [Proof("form", data=document) for document in documents]


def _attach(actor: Actor, obligation: Obligation, content: Any, name: str, kind: str) -> Any:
    blob = files.store(actor=actor, content=content, name=name)
    return files.attach(
        actor=actor, blob=blob, subject=obligation, name=name, kind=kind, capability=caps.FULFIL
    )


def drawn(signature: str) -> bytes:
    """The picture of a signature drawn on screen (PNG data address). Raises Invalid."""
    try:
        if not signature.startswith(_PNG):
            raise ValueError(signature[:30])
        return base64.b64decode(signature.removeprefix(_PNG), validate=True)
    except (ValueError, binascii.Error):
        raise Invalid({"signature": _("签名没有画好，请重签一次。")}) from None

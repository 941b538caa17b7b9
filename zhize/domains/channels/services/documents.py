"""Letters, faxes and other numbered documents in and out, and the one intake form behind them (CHN-03, CHN-06)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.kinds import Direction, Medium
from zhize.domains.channels.models import Correspondence
from zhize.kernel import access, files, history, numbering
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.files.models import Blob
from zhize.kernel.org.models import Unit
from zhize.lib import clock

# A page as it was scanned or received: its content and its name.
Page = tuple[Any, str]


@atomic
def record_document(
    *,
    actor: Actor,
    medium: str,
    direction: str,
    sender: str,
    subject: str,
    receiver: str = "",
    at: datetime | None = None,
    pages: int | None = None,
    scans: Iterable[Page] = (),
    unit: Unit | None = None,
    case: Case | None = None,
    visible_to_customer: bool = False,
) -> Correspondence:
    """Register a letter, fax or mail under a number, with its pages attached (CHN-06).

    `scans` are (content, name) pairs; letters and faxes need at least one. Raises Invalid naming the field.
    """
    home = unit or (case.unit if case is not None else access.unit_of(actor))
    contents = list(scans)
    errors = _missing(medium, direction, sender, receiver, subject, bool(contents))
    if home is None:
        errors["unit"] = [_("请选择部门。")]
    if errors or home is None:
        raise Invalid(errors)
    moment = at or clock.now()
    document = Correspondence(
        unit=home,
        number=numbering.next_number("correspondence", at=moment, unit=home),
        direction=direction,
        medium=medium,
        at=moment,
        sender=sender.strip()[:200],
        receiver=receiver.strip()[:400],
        subject=subject.strip()[:200],
        pages=pages,
        case=case,
        recorded_by_id=actor.person_id,
    )
    document.save()
    access.require(actor, caps.DOCUMENT_RECORD, document)
    label = history.both(Medium(medium).label).as_dict()
    history.record(
        actor=actor,
        verb="correspondence.recorded",
        subject=document,
        data={"number": document.number, "medium": label, "direction": direction},
        also=[case] if case is not None else [],
    )
    for content, name in contents:
        blob = files.store(actor=actor, content=content, name=name)
        files.attach(
            actor=actor,
            blob=blob,
            subject=document,
            name=name,
            kind="page",
            visible_to_customer=visible_to_customer,
        )
    return document


def _missing(
    medium: str, direction: str, sender: str, receiver: str, subject: str, has_pages: bool
) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    if medium not in Medium.values:
        errors["medium"] = [_("请选择方式。")]
    if direction not in Direction.values:
        errors["direction"] = [_("请选择来或去。")]
    if not subject.strip():
        errors["subject"] = [_("请填写事由。")]
    if not sender.strip():
        errors["sender"] = [_("请填写发件方。")]
    if direction == Direction.OUT and not receiver.strip():
        errors["receiver"] = [_("请填写收件方。")]
    if medium in {Medium.LETTER, Medium.FAX} and not has_pages:
        errors["scans"] = [_("请附上扫描件。")]
    return errors


@atomic
def take_in(
    *,
    actor: Actor,
    intake: cases.Intake,
    scans: Iterable[Page] = (),
    sender: str = "",
    solution: str = "",
) -> Case:
    """The one intake form behind letters, calls and visits 来信来电来访 (CHN-03).

    A letter or fax is registered as a numbered document with its scan; whatever the channel, the files are
    attached to the case.
    """
    pages = list(scans)
    if intake.channel in {Medium.LETTER, Medium.FAX} and not pages:
        raise Invalid({"scans": [_("请附上扫描件。")]})
    case = cases.open_case(actor=actor, intake=intake, solution=solution)
    contents = attach_pages(actor=actor, case=case, scans=pages)
    if intake.channel in {Medium.LETTER, Medium.FAX}:
        record_document(
            actor=actor,
            medium=intake.channel,
            direction=Direction.IN,
            sender=sender or intake.contact_name or (intake.customer.name if intake.customer else "—"),
            subject=intake.title,
            at=case.accepted_at,
            scans=[(files.content(blob), name) for blob, name in contents],
            case=case,
        )
    return case


@atomic
def attach_pages(*, actor: Actor, case: Case, scans: Iterable[Page]) -> list[tuple[Blob, str]]:
    """Put what a contact brought along to its new case. Returns the stored files with their names."""
    contents = [(files.store(actor=actor, content=content, name=name), name) for content, name in scans]
    for blob, name in contents:
        files.attach(actor=actor, blob=blob, subject=case, name=name, kind="intake")
    return contents


@atomic
def put_to_case(*, actor: Actor, document: Correspondence, case: Case) -> Correspondence:
    """A document that came before its case was known."""
    access.require(actor, caps.DOCUMENT_RECORD, document)
    access.require(actor, "case.view", case)
    with history.change(document, actor=actor, verb="correspondence.recorded", also=[case], data={
        "number": document.number, "medium": history.both(Medium(document.medium).label).as_dict(),
    }):  # fmt: skip
        guarded_update(document, expect={"case": document.case}, case=case)
    return document

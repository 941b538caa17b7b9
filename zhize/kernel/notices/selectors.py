"""Readings of notices, of the delivery log, and of the texts in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet

from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import NotFound, known, marks, statements
from zhize.kernel.notices import capabilities, texts
from zhize.kernel.notices.models import (
    DeadAddress,
    Delivery,
    Notice,
    NoticeTemplate,
    NotificationPreference,
    State,
)
from zhize.kernel.org.models import Person
from zhize.lib.text import Text

DEFAULT_CHANNELS = ("in_app", "email")


def for_person(actor: Actor, *, unread: bool = False) -> QuerySet[Notice]:
    """The actor's own notices, newest first."""
    rows = Notice.objects.filter(person_id=actor.person_id or 0)
    return (rows.filter(read_at=None) if unread else rows).order_by("-pk")


def unread_count(actor: Actor) -> int:
    """How many of the actor's notices are unread."""
    return statements.count(
        "notices.unread",
        statements.ANYBODY,
        lambda person: Notice.objects.filter(person_id=person, read_at=None),
        person=actor.person_id or 0,
    )


def to_acknowledge(actor: Actor) -> QuerySet[Notice]:
    """The actor's notices that ask for an acknowledgement he has not given."""
    return for_person(actor).filter(needs_ack=True, ack_at=None)


def acknowledgements(row: models.Model, template: str | None = None) -> QuerySet[Notice]:
    """Who was asked to acknowledge something about a row, and who did (`ack_at`), in order of asking."""
    rows = about(row).filter(needs_ack=True)
    return (rows.filter(template=template) if template else rows).select_related("person").order_by("pk")


def about(row: models.Model) -> QuerySet[Notice]:
    """All notices about a row."""
    return Notice.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk)


def deliveries(
    actor: Actor, *, state: str = "", channel: str = "", about: models.Model | None = None
) -> QuerySet[Delivery]:
    """The delivery log as the actor may see it, newest first."""
    rows: QuerySet[Delivery] = Delivery.objects.visible_to(actor)
    if state:
        rows = rows.filter(state=state)
    if channel:
        rows = rows.filter(channel=channel)
    if about is not None:
        rows = rows.filter(subject_type=about._meta.label_lower, subject_id=about.pk)
    return rows.select_related("person").order_by("-pk")


def dead_addresses(actor: Actor, capability: str = capabilities.DELIVERY_VIEW) -> QuerySet[DeadAddress]:
    """Addresses nothing is sent to, newest first: those that a message came back from, or stayed here for, that one sees.

    Whoever sees all deliveries sees all of them: erasing may have blanked the address in the messages.
    """
    if any(reach.scope == access.Scope.ALL for reach in actor.scopes(capability)):
        return DeadAddress.objects.order_by("-since")
    stopped = access.visible(actor, Delivery, capability).filter(
        channel=OuterRef("channel"),
        address__iexact=OuterRef("address"),
        state__in=(State.BOUNCED, State.SUPPRESSED),
    )
    return DeadAddress.objects.filter(Exists(stopped)).order_by("-since")


@dataclass(frozen=True)
class InForce:
    """A message as it would be sent now. `origin`: site, pack or default; `names` None: only the pack knows it."""

    code: str
    message: texts.Message
    origin: str
    names: dict[str, str] | None
    needs_ack: bool
    version: int | None = None


def text_of(code: str) -> InForce:
    """The texts in force for a code: the site's, else the pack's, else the declared. Raises UnknownTemplate."""
    return marks.kept(("notices.text", code), lambda: texts_in_force([code])[0])


def texts_in_force(codes: Sequence[str]) -> list[InForce]:
    """The same for many codes, in their order, in two queries."""
    packed = texts.from_packs(codes)
    own = {row.code: row for row in NoticeTemplate.objects.filter(code__in=codes, current=True)}
    return [_in_force(code, own.get(code), packed.get(code)) for code in codes]


def _in_force(code: str, own: NoticeTemplate | None, packed: tuple[texts.Message, bool] | None) -> InForce:
    declared = texts.declared(code)
    if declared is None and packed is None:
        raise texts.UnknownTemplate(code)
    names = dict(declared.names) if declared else None
    needs_ack = (declared.needs_ack if declared else False) or (packed[1] if packed else False)
    if own is not None:
        return InForce(code, message_of(own), "site", names, needs_ack, own.version)
    if packed is not None and (declared is None or not texts.strangers(packed[0], declared.names)):
        return InForce(code, packed[0], "pack", names, needs_ack)
    if declared is None:
        raise texts.UnknownTemplate(code)
    return InForce(code, declared.default, "default", names, needs_ack)


def message_of(row: NoticeTemplate) -> texts.Message:
    return texts.Message(
        Text(row.title_zh, row.title_en), Text(row.body_zh, row.body_en), Text(row.short_zh, row.short_en)
    )


def versions(code: str) -> QuerySet[NoticeTemplate]:
    """Every text the site ever had for a message, newest first."""
    return NoticeTemplate.objects.filter(code=code).order_by("-version")


def preferences(people: list[Person]) -> dict[int, NotificationPreference]:
    """How these people want to be told; whoever never said gets notices and e-mail at any hour."""
    everybody = NotificationPreference.objects.all()
    if marks.keeping():
        said = marks.kept("notices.wishes", lambda: _by_person(everybody))
    else:
        said = _by_person(everybody.filter(person__in=people))
    return {
        person.pk: known.twin(said[person.pk])
        if person.pk in said
        else NotificationPreference(person=person, channels=list(DEFAULT_CHANNELS))
        for person in people
    }


def _by_person(rows: QuerySet[NotificationPreference]) -> dict[int, NotificationPreference]:
    return {row.person_id: row for row in rows}


def wishes(actor: Actor) -> NotificationPreference:
    """How the actor wants to be told."""
    row = NotificationPreference.objects.filter(person_id=actor.person_id or 0).first()
    return row or NotificationPreference(channels=list(DEFAULT_CHANNELS))


def subject_of(row: Notice | Delivery) -> Any | None:
    """The row a notice or delivery is about, or None when there is none any more."""
    from django.apps import apps

    if not row.subject_type:
        return None
    try:
        model = apps.get_model(row.subject_type)
    except LookupError:
        return None
    return model._default_manager.filter(pk=row.subject_id).first()


def dead_address(actor: Actor, pk: int) -> DeadAddress:
    """One of `dead_addresses`. NotFound."""
    row = dead_addresses(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row

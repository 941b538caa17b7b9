"""Telling people: notices for the product and deliveries for the way out, in the caller's transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import models

from zhize.kernel import jobs
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic, prepared, writing
from zhize.kernel.files.models import Attachment
from zhize.kernel.notices import mailing, quiet, selectors, texts
from zhize.kernel.notices.models import Channel, Delivery, Notice, NotificationPreference, State
from zhize.kernel.org.models import Person
from zhize.lib import clock

ALLOWED_HEADERS = frozenset((*mailing.HEADERS, "From-Name"))
CUSTOMER_CHANNELS = (Channel.EMAIL.value,)


@dataclass(frozen=True)
class Sent:
    """What a `send` made. Mails to the outside are found by their `message_id`."""

    notices: list[Notice] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)


@dataclass
class _Letter:
    """What all messages of one `send` have in common, rendered once per language."""

    message: texts.Message
    context: Mapping[str, Any]
    values: dict[str, Any]
    headers: dict[str, Any]
    attachments: list[dict[str, Any]]
    rendered: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def in_language(self, language: str) -> tuple[str, str, str]:
        if language not in self.rendered:
            title = " ".join(texts.fill(self.message.title, self.context, language).split())[:300]
            body = texts.fill(self.message.body, self.context, language)
            short = texts.fill(self.message.short, self.context, language) or title
            self.rendered[language] = (title, body, short)
        return self.rendered[language]


@atomic
def send(
    *,
    template: str,
    context: Mapping[str, Any],
    actor: Actor,
    to: Iterable[Person] = (),
    addresses: Iterable[str] = (),
    subject: models.Model | None = None,
    urgent: bool = False,
    channels: Sequence[str] | None = None,
    needs_ack: bool | None = None,
    headers: Mapping[str, str] | None = None,
    attachments: Sequence[Attachment] = (),
    language: str = "",
) -> Sent:
    """Tell people (`to`) and outside addresses (e-mail) something about `subject`.

    People get it in their language and by the channels they chose, unless `channels` says otherwise; what is not
    `urgent` leaves the product after their quiet hours. Somebody named twice is told once. `needs_ack`: the notice
    asks to be acknowledged (default: as the template says). `headers` of mails: Reply-To, References, In-Reply-To,
    Auto-Submitted, Cc, From-Name. Outside addresses are written to in `language` (default: the installation's).
    Nothing is sent in here: the worker does, and tries again as long as the mail server is down.

    Raises UnknownTemplate, and ValueError for a name in `context` that the template does not declare.
    """
    text = selectors.text_of(template)
    _check(template, text, context, headers, channels)
    letter = _Letter(
        text.message,
        context,
        values={
            "template": template,
            "subject_type": subject._meta.label_lower if subject is not None else "",
            "subject_id": subject.pk if subject is not None else None,
            "urgent": urgent,
            "created_at": clock.now(),
        },
        headers=dict(headers or {}),
        attachments=[{"blob": item.blob_id, "name": item.name} for item in attachments],
    )
    people = list({person.pk: person for person in to}.values())
    preferences = selectors.preferences(people)
    ask = text.needs_ack if needs_ack is None else needs_ack
    told = _notices(letter, people, preferences, channels, actor, ask)
    rows = _to_people(letter, people, preferences, channels, told)
    for address in dict.fromkeys(address.strip() for address in addresses if address.strip()):
        rows += _to_address(letter, address, channels, language or settings.CONFIG.language)
    _suppress_dead(rows)
    for row in rows:
        row.unit_id = getattr(subject, "unit_id", None) or actor.home_unit_id
    writing.insert(rows)
    start(rows)
    return Sent(list(told.values()), rows)


def start(rows: Iterable[Delivery]) -> None:
    """Wake the worker for deliveries that may leave now; the rest is found by the sweep when its time comes."""
    now = clock.now()
    due = [
        row for row in rows if row.state == State.QUEUED and row.next_at is not None and row.next_at <= now
    ]
    if mailing.mail_is_configured() and any(row.channel == Channel.EMAIL for row in due):
        jobs.defer("notices.mail", unique="notices.mail", lock="notices.mail")
    for row in due:
        if row.channel != Channel.EMAIL:
            jobs.defer("notices.push", unique=f"notices.push:{row.pk}", delivery_id=row.pk)


def _check(
    template: str,
    text: selectors.InForce,
    context: Mapping[str, Any],
    headers: Mapping[str, str] | None,
    channels: Sequence[str] | None,
) -> None:
    if text.names is not None and not set(context) <= set(text.names):
        raise ValueError(f"message {template} has no names {sorted(set(context) - set(text.names))}")
    if not set(headers or ()) <= ALLOWED_HEADERS:
        raise ValueError(f"mails take no such headers: {sorted(set(headers or ()) - ALLOWED_HEADERS)}")
    if not set(channels or ()) <= set(Channel.values):
        raise ValueError(f"no such channels: {sorted(set(channels or ()) - set(Channel.values))}")


def _notices(
    letter: _Letter,
    people: list[Person],
    preferences: Mapping[int, NotificationPreference],
    channels: Sequence[str] | None,
    actor: Actor,
    needs_ack: bool,
) -> dict[int, Notice]:
    """The notices inside the product, by person. What must be acknowledged always has one."""
    rows = {}
    for person in people:
        wanted = channels if channels is not None else (*preferences[person.pk].channels, Channel.IN_APP)
        if Channel.IN_APP in wanted or needs_ack:
            title, body, _short = letter.in_language(person.language)
            rows[person.pk] = Notice(
                person=person,
                title=title,
                body=body,
                actor_label=actor.label[:120],
                needs_ack=needs_ack,
                **letter.values,
            )
    writing.insert(list(rows.values()))
    return rows


def _to_people(
    letter: _Letter,
    people: list[Person],
    preferences: Mapping[int, NotificationPreference],
    channels: Sequence[str] | None,
    told: Mapping[int, Notice],
) -> list[Delivery]:
    rows = []
    for person in people:
        wish = preferences[person.pk]
        leave = letter.values["created_at"]
        if not letter.values["urgent"]:
            leave = quiet.leave_at(leave, wish.quiet_from, wish.quiet_to, settings.CONFIG.timezone)
        places = {Channel.EMAIL: person.email, Channel.PUSH: wish.push_address, Channel.SMS: person.phone}
        for channel in dict.fromkeys(channels if channels is not None else wish.channels):
            if channel == Channel.IN_APP or (channels is None and not places.get(Channel(channel))):
                continue
            row = _delivery(letter, channel, places[Channel(channel)], person.language)
            row.person, row.notice, row.next_at = person, told.get(person.pk), leave
            rows.append(row)
    return rows


def _to_address(
    letter: _Letter, address: str, channels: Sequence[str] | None, language: str
) -> list[Delivery]:
    """A message to somebody outside: by e-mail, or by the given ways that go to an address."""
    wanted = [channel for channel in channels or CUSTOMER_CHANNELS if channel != Channel.IN_APP]
    return [_delivery(letter, channel, address, language) for channel in wanted]


def _delivery(letter: _Letter, channel: str, address: str, language: str) -> Delivery:
    title, body, short = letter.in_language(language)
    mail = channel == Channel.EMAIL
    row = Delivery(
        channel=channel,
        address=address[:500],
        title=short[:300] if channel == Channel.SMS else title,
        body="" if channel == Channel.SMS else body,
        headers=letter.headers if mail else {},
        attachments=letter.attachments if mail else [],
        next_at=letter.values["created_at"],
        message_id=new_message_id(),
        **letter.values,
    )
    if not address or (mail and "@" not in parseaddr(address)[1]):
        row.state, row.next_at, row.error = State.SUPPRESSED, None, "no address"
    return row


def _suppress_dead(rows: list[Delivery]) -> None:
    queued = [row for row in rows if row.state == State.QUEUED]
    if not queued:
        return
    addresses = sorted({row.address.lower() for row in queued})
    with prepared.cursor() as cursor:
        cursor.execute(
            "SELECT channel, address FROM notices_deadaddress WHERE address = ANY(%s)", [addresses]
        )
        dead = set(cursor.fetchall())
    for row in queued:
        if (row.channel, row.address.lower()) in dead:
            row.state, row.next_at, row.error = State.SUPPRESSED, None, "the address bounced before"


def new_message_id() -> str:
    """A Message-ID in the domain of the sender."""
    domain = parseaddr(str(settings.CONFIG.email_from))[1].partition("@")[2] or "localhost"
    return f"<{uuid.uuid4().hex}@{domain}>"

"""Reading and signing as obligations (ORG-14, TRG-67): each reader of a published text owes a signature.

The organisation stands below and says only what was published, signed and replaced. Who holds the position changes
meanwhile: who joins is asked then, who left owes nothing any more.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties.models import Obligation, ObligationKind
from zhize.domains.duties.services import finishing, opening, triggering
from zhize.domains.duties.services.rights import vouched
from zhize.domains.organisation.models import Reading
from zhize.domains.organisation.selectors import reading as reads
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic
from zhize.kernel.history.models import Entry
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Position
from zhize.lib.text import Text

LABEL = "organisation.reading"
LEFT = Text("不再担任相应岗位", "no longer holds the position")


def ask(entry: Entry) -> None:
    """A text was published: every reader owes a signature from now on."""
    _follow(_system(entry), Reading.objects.select_related("unit", "position").get(pk=entry.subject_id))


def signed(entry: Entry) -> None:
    """Somebody signed: his obligation is done, and the signature is the evidence."""
    row = Reading.objects.get(pk=entry.subject_id)
    for owed in _open(row).filter(holder_id=entry.person_id):
        doer = vouched(triggering.doer(entry), caps.FULFIL)
        finishing.fulfil(actor=doer, obligation=owed, subject_fact=row, entry_id=entry.pk, at=entry.at)


def replaced(entry: Entry) -> None:
    """A newer version came: nobody owes a signature for this one."""
    for owed in _open(Reading(pk=entry.subject_id)):
        _withdraw(_system(entry), owed, entry.declared.in_both(entry))


def people_changed(entry: Entry) -> None:
    """Somebody joined or left a position: who is asked for its texts changes with it."""
    position = Position.objects.select_related("unit").filter(pk=entry.data.get("position_id") or 0).first()
    if position is not None:
        for row in reads.open_readings(position):
            _follow(_system(entry), row)


@atomic
def follow_readers(*, actor: Actor) -> int:
    """Ask those whose appointment has begun since, let go those whose has ended. Returns how many changed. Safe twice."""
    access.require(actor, caps.ASSIGN)
    return sum(_follow(actor, row) for row in reads.open_readings())


def _follow(actor: Actor, row: Reading) -> int:
    """Obligations of exactly those readers who have not signed. Returns how many were opened or withdrawn.

    Nobody is asked twice while he stays in his position: one who was let off is let off.
    """
    wanted = {reader.person.pk: reader for reader in reads.readers(row) if reader.signature is None}
    left = [owed for owed in _open(row) if owed.holder_id not in wanted]
    for owed in left:
        _withdraw(actor, owed, LEFT)
    asked = Obligation.objects.filter(subject_type=LABEL, subject_id=row.pk)
    last: dict[int | None, datetime] = dict(asked.order_by("opened_at").values_list("holder_id", "opened_at"))
    fresh = [
        reader
        for pk, reader in wanted.items()
        if pk not in last or org.local_day(reader.position.unit, last[pk]) < reader.since
    ]
    for reader in fresh:
        opening.open_obligation(
            actor=actor,
            unit=reader.position.unit,
            title=Text(
                f"阅读并签署《{row.title}》第 {row.number} 版",
                f"Read and sign “{row.title}”, version {row.number}",
            ),
            kind=ObligationKind.READING,
            holder=reader.person,
            position=reader.position,
            subject=row,
            target=row.target,
        )
    return len(left) + len(fresh)


def _open(row: Reading) -> QuerySet[Obligation]:
    rows = Obligation.objects.filter(subject_type=LABEL, subject_id=row.pk, ended_at__isnull=True)
    return rows.select_related("unit", "holder", "position", "duty", "duty_version", "clock__unit")


def _withdraw(actor: Actor, owed: Obligation, reason: Text) -> None:
    finishing.cancel(actor=vouched(actor, caps.CANCEL), obligation=owed, reason=reason)


def _system(entry: Entry) -> Actor:
    return access.system(caps.TRIGGER, channel=entry.channel, request_id=entry.request_id)

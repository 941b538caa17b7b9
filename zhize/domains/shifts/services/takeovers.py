"""Handover lists between holders of a position 岗位交接清单: made, assigned, signed by both, moved (DUT-17)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import services as duties
from zhize.domains.duties.services.rights import in_unit
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts import selectors
from zhize.domains.shifts.machine import TAKEOVER
from zhize.domains.shifts.models import Takeover, TakeoverLine
from zhize.domains.shifts.services import signing
from zhize.kernel import access, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic, guarded_update, one_at_a_time
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position
from zhize.lib import clock
from zhize.lib.text import Text

HANDED_OVER = Text("岗位交接", "the position was handed over")


class ListedAlready(DomainError):
    code = "takeover.listed_already"
    message = _("这个人在这个岗位上已有一份未签完的交接清单。")


@atomic
def make_list(
    *,
    actor: Actor,
    giver: Person,
    position: Position,
    reason: str,
    on: date | None = None,
    to: Person | None = None,
) -> Takeover:
    """List what somebody still owes in a position, all of it for `to` at first (row by row another taker: `name_takers`).

    Raises Refused, Invalid when nothing is owed or `to` is the giver himself, ListedAlready.
    """
    in_unit(actor, caps.TAKEOVER_MAKE, position.unit, giver)
    if not reason.strip():
        raise Invalid({"reason": _("请写明交接的原因。")})
    if to is not None and (to.pk == giver.pk or not to.active):
        raise Invalid({"to": _("请选择另一位在岗的同事。")})
    one_at_a_time("shifts.takeover", giver.pk, position.pk)
    if Takeover.objects.filter(giver=giver, position=position, category__in=flow.OPEN).exists():
        raise ListedAlready
    owed = list(selectors.owed_in(giver, position))
    if not owed:
        raise Invalid({"giver": _("没有未办结的事项，不需要交接清单。")})
    row = Takeover.objects.create(
        unit=position.unit,
        position=position,
        giver=giver,
        reason=reason.strip()[:300],
        on=on or org.local_day(position.unit),
        made_at=clock.now(),
        made_by_id=actor.person_id,
        **flow.begin(TAKEOVER),
    )
    lines = TakeoverLine.objects.bulk_create(
        TakeoverLine(takeover=row, obligation=each, taker=to) for each in owed
    )
    history.record(
        actor=actor,
        verb="takeover.made",
        subject=row,
        data={"who": giver.name, "count": len(owed)},
        note=reason,
        unit=row.unit,
        also=[giver, position],
        marks=lines,
    )
    return row


@atomic
def name_takers(*, actor: Actor, takeover: Takeover, takers: Mapping[int, Person | None]) -> Takeover:
    """Say who takes which row (ids of lines); rows that were signed for or moved stay. Raises Refused, Invalid."""
    if any(person is not None and person.pk == takeover.giver_id for person in takers.values()):
        raise Invalid({"": _("交出人不能自己接手。")})
    changed = []
    for line in takeover.lines.filter(pk__in=takers, moved_at__isnull=True).select_related("taker"):
        if line.taker != takers[line.pk]:
            guarded_update(line, expect={"moved_at": None}, taker=takers[line.pk])
            changed.append(line)
    names = sorted({str(line.taker) for line in changed if line.taker is not None})
    flow.perform(takeover, "assign", actor=actor, data={"to": "、".join(names) or "—"}, marks=tuple(changed))
    return takeover


@atomic
def give(*, actor: Actor, takeover: Takeover, signature: str) -> Takeover:
    """The one who leaves signs the list. Every row must have a taker. Raises Refused, NotNow, Invalid."""
    _every_row_has_a_taker(takeover)
    signing.sign(actor=actor, row=takeover, signature=signature, capability=caps.TAKEOVER_SIGN)
    flow.perform(takeover, "give", actor=actor, changes={"given_at": clock.now()})
    _close_when_signed(actor, takeover)
    return takeover


@atomic
def take(*, actor: Actor, takeover: Takeover, signature: str) -> Takeover:
    """A taker signs for his rows: from now on he owes them. Raises Refused, NotNow, Invalid."""
    signing.sign(actor=actor, row=takeover, signature=signature, capability=caps.TAKEOVER_SIGN)
    mine = [
        line
        for line in selectors.lines(takeover)
        if line.taker_id == actor.person_id and line.signed_at is None
    ]
    _move(actor, takeover, mine, reason=HANDED_OVER, signed=True)
    flow.perform(takeover, "take", actor=actor, data={"count": len(mine)}, marks=tuple(mine))
    _close_when_signed(actor, takeover)
    return takeover


@atomic
def move_now(*, actor: Actor, takeover: Takeover, note: str) -> Takeover:
    """A manager moves every row that has a taker at once; the signatures are still awaited. Needs a reason."""
    waiting = [
        line for line in selectors.lines(takeover) if line.taker_id is not None and line.moved_at is None
    ]
    _move(actor, takeover, waiting, reason=note.strip(), signed=False)
    flow.perform(
        takeover, "move", actor=actor, note=note.strip(), data={"count": len(waiting)}, marks=tuple(waiting)
    )
    return takeover


@atomic
def waive(*, actor: Actor, takeover: Takeover, note: str) -> Takeover:
    """Close a list that somebody cannot sign any more, with the reason, and move every row to its taker.

    Raises Refused, NotNow, Invalid (a row without taker would stay with somebody who has gone).
    """
    _every_row_has_a_taker(takeover)
    waiting = [
        line for line in selectors.lines(takeover) if line.taker_id is not None and line.moved_at is None
    ]
    _move(actor, takeover, waiting, reason=note.strip(), signed=False)
    flow.perform(
        takeover,
        "waive",
        actor=actor,
        note=note.strip(),
        changes={"ended_at": clock.now()},
        marks=tuple(waiting),
    )
    return takeover


def _every_row_has_a_taker(takeover: Takeover) -> None:
    if takeover.lines.filter(taker__isnull=True, obligation__ended_at__isnull=True).exists():
        raise Invalid({"": _("还有事项没有指定接手人。")})


def _move(
    actor: Actor, takeover: Takeover, lines: list[TakeoverLine], *, reason: str | Text, signed: bool
) -> None:
    """Give each row that its giver still owes to its taker; the list itself is the right to it.

    What was given to somebody else meanwhile stays with him.
    """
    if actor.person_id is None or not reason:
        raise Invalid({"note": _("请写明原因。")})
    now = clock.now()
    for line in lines:
        owed = line.obligation
        if line.elsewhere is not None:
            guarded_update(line, signed_at=now if signed else line.signed_at)
            continue
        if owed.is_open and line.moved_at is None and owed.holder_id != line.taker_id:
            duties.reassign(
                actor=actor.vouched("obligation.reassign"), obligation=owed, to=line.taker, reason=reason
            )
        guarded_update(line, moved_at=line.moved_at or now, signed_at=now if signed else line.signed_at)


def _close_when_signed(actor: Actor, takeover: Takeover) -> None:
    """With the last signature the list is done."""
    unsigned = takeover.lines.filter(signed_at__isnull=True, obligation__ended_at__isnull=True)
    if takeover.given_at is not None and not unsigned.exists():
        flow.perform(takeover, "close", actor=actor, changes={"ended_at": clock.now()})


def list_of_leaver(*, giver: Person, position: Position, on: date, reason: str) -> Takeover | None:
    """The list that an end of appointment calls for: for the position's other holder, else for nobody yet.

    None when nothing is owed there, or a list is open already.
    """
    open_lists = Takeover.objects.filter(giver=giver, position=position, category__in=flow.OPEN)
    if open_lists.exists() or not selectors.owed_in(giver, position).exists():
        return None
    others = [person for person in org.holders(position) if person.pk != giver.pk]
    return make_list(
        actor=access.system(caps.FOLLOW),
        giver=giver,
        position=position,
        reason=reason,
        on=on,
        to=next(iter(org.present(others, clock.now())), None),
    )

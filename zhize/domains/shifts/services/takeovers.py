"""Handover lists between holders of a position 岗位交接清单: made, assigned, signed by both, moved (DUT-17)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.services.rights import in_unit
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts import selectors
from zhize.domains.shifts.machine import TAKEOVER
from zhize.domains.shifts.models import Takeover, TakeoverLine
from zhize.domains.shifts.services import signing
from zhize.kernel import access, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, Outrun, atomic, guarded_update, one_at_a_time
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position
from zhize.lib import clock
from zhize.lib.text import Text

logger = logging.getLogger(__name__)

HANDED_OVER = Text("岗位交接", "the position was handed over")
NO_SIGNATURE = Text("不用再签字", "no signature is needed any more")
SIGN_WITHIN = {"kind": "working_days", "days": 1}
HIS_OWN = _("“%(what)s”由每个人各自办理，%(who)s自己也有这一期，请指定别人。")


class ListedAlready(DomainError):
    code = "takeover.listed_already"
    message = _("这个人在这个岗位上已有一份没有办完的交接清单。")


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
    """List what somebody still owes in a position, all of it for `to` at first (row by row another taker: `name_takers`)
    but what `to` has his own of. It moves on the day `on` (today) of the unit's zone.

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
    on = on or org.local_day(position.unit)
    owed = list(selectors.owed_in(giver, position, on))
    if not owed:
        raise Invalid({"giver": _("没有已经开始、需要移交的事项，不需要交接清单。")})
    own = selectors.their_own([to] if to is not None else [], position, owed)
    row = Takeover.objects.create(
        unit=position.unit,
        position=position,
        giver=giver,
        reason=reason.strip()[:300],
        on=on,
        made_at=clock.now(),
        made_by_id=actor.person_id,
        **flow.begin(TAKEOVER),
    )
    lines = TakeoverLine.objects.bulk_create(
        TakeoverLine(takeover=row, obligation=each, taker=None if to and (to.pk, each.pk) in own else to)
        for each in owed
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
    _ask_to_sign(actor, row)
    return row


@atomic
def name_takers(*, actor: Actor, takeover: Takeover, takers: Mapping[int, Person | None]) -> Takeover:
    """Say who takes which row (ids of lines); rows that were moved stay, a new taker signs anew. Raises Refused, Invalid."""
    if any(person is not None and person.pk == takeover.giver_id for person in takers.values()):
        raise Invalid({"": _("交出人不能自己接手。")})
    listed = takeover.lines.filter(pk__in=takers, moved_at__isnull=True)
    changed = [
        line for line in listed.select_related("taker", "obligation__unit") if line.taker != takers[line.pk]
    ]
    _nobody_has_his_own(takeover, changed, takers)
    for line in changed:
        guarded_update(line, expect={"moved_at": None}, taker=takers[line.pk], signed_at=None)
    names = sorted({str(line.taker) for line in changed if line.taker is not None})
    flow.perform(takeover, "assign", actor=actor, data={"to": "、".join(names) or "—"}, marks=tuple(changed))
    _close_when_signed(actor.vouched(caps.TAKEOVER_SIGN), takeover)
    _ask_to_sign(actor, takeover)
    return takeover


@atomic
def give(*, actor: Actor, takeover: Takeover, signature: str) -> Takeover:
    """The one who leaves signs the list. Every row must have a taker. Raises Refused, NotNow, Invalid."""
    _every_row_has_a_taker(takeover)
    signing.sign(actor=actor, row=takeover, signature=signature, capability=caps.TAKEOVER_SIGN)
    flow.perform(takeover, "give", actor=actor, changes={"given_at": clock.now()})
    _close_when_signed(actor, takeover)
    _ask_to_sign(actor, takeover, signed=True)
    return takeover


@atomic
def take(*, actor: Actor, takeover: Takeover, signature: str) -> Takeover:
    """A taker signs for his rows: from now on, or from the list's day on, he owes them. Raises Refused, NotNow, Invalid."""
    signing.sign(actor=actor, row=takeover, signature=signature, capability=caps.TAKEOVER_SIGN)
    mine = [
        line
        for line in selectors.lines(takeover)
        if line.taker_id == actor.person_id and line.signed_at is None
    ]
    for line in mine:
        guarded_update(line, signed_at=clock.now())
    if not selectors.is_ahead(takeover):
        _move(actor, mine, reason=HANDED_OVER)
    flow.perform(takeover, "take", actor=actor, data={"count": len(mine)}, marks=tuple(mine))
    _close_when_signed(actor, takeover)
    _ask_to_sign(actor, takeover, signed=True)
    return takeover


@atomic
def move_now(*, actor: Actor, takeover: Takeover, note: str) -> Takeover:
    """A manager moves every row that has a taker at once; the signatures are still awaited. Needs a reason."""
    waiting = [
        line for line in selectors.lines(takeover) if line.taker_id is not None and line.moved_at is None
    ]
    _move(actor, waiting, reason=note.strip())
    flow.perform(
        takeover, "move", actor=actor, note=note.strip(), data={"count": len(waiting)}, marks=tuple(waiting)
    )
    _close_when_signed(actor.vouched(caps.TAKEOVER_SIGN), takeover)
    _ask_to_sign(actor, takeover)
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
    _move(actor, waiting, reason=note.strip())
    flow.perform(
        takeover,
        "waive",
        actor=actor,
        note=note.strip(),
        changes={"ended_at": clock.now()},
        marks=tuple(waiting),
    )
    _ask_to_sign(actor, takeover)
    return takeover


def move_due(*, actor: Actor) -> list[Takeover]:
    """What was signed for ahead of the list's day moves when that day begins in its unit's zone; a list whose rows were all
    done before they were signed for is closed. Safe to run twice."""
    still = TakeoverLine.objects.filter(takeover=OuterRef("pk"), obligation__ended_at__isnull=True)
    signed = still.filter(
        Q(obligation__holder=F("takeover__giver")) | Q(obligation__holder__isnull=True),
        signed_at__isnull=False,
        moved_at__isnull=True,
    )
    due = Q(on__lte=clock.now().date() + timedelta(days=1)) & (Q(state="waiting") | Exists(signed))
    idle = Q(state="open", given_at__isnull=False) & ~Exists(still.filter(signed_at__isnull=True))
    moved = []
    listed = Takeover.objects.filter(due | idle, category__in=flow.OPEN)
    for row in listed.select_related("unit", "giver").order_by("pk"):
        try:
            with atomic():
                if not selectors.is_ahead(row):
                    _move_signed(actor, row)
                    moved.append(row)
                elif row.state == "open":
                    _close_when_signed(actor.vouched(caps.TAKEOVER_SIGN), row)
                    _ask_to_sign(actor, row)
        except (Outrun, Invalid):
            # Waived in this very moment, or a taker has gone: it stays on the list for another one to be named.
            continue
        except DomainError:
            logger.warning("handover list %s does not move", row.pk, exc_info=True)
    return moved


def _move_signed(actor: Actor, takeover: Takeover) -> None:
    lines = [line for line in selectors.lines(takeover) if line.signed_at and not line.moved_at]
    if lines:
        _move(actor, lines, reason=HANDED_OVER)
        data = {"count": len(lines)}
        history.record(actor=actor, verb="takeover.moved", subject=takeover, data=data, marks=lines)
    _close_when_signed(actor.vouched(caps.TAKEOVER_SIGN), takeover)
    _ask_to_sign(actor, takeover)


def _nobody_has_his_own(
    takeover: Takeover, lines: list[TakeoverLine], takers: Mapping[int, Person | None]
) -> None:
    people = [person for person in takers.values() if person is not None]
    if takeover.position is None:
        return
    own = selectors.their_own(people, takeover.position, [line.obligation for line in lines])
    for line in lines:
        taker = takers[line.pk]
        if taker is not None and (taker.pk, line.obligation_id) in own:
            raise Invalid({"": HIS_OWN % {"what": line.obligation.name, "who": taker}})


def _every_row_has_a_taker(takeover: Takeover) -> None:
    if takeover.lines.filter(taker__isnull=True, obligation__ended_at__isnull=True).exists():
        raise Invalid({"": _("还有事项没有指定接手人。")})


def _move(actor: Actor, lines: list[TakeoverLine], *, reason: str | Text) -> None:
    """Give each row that its giver still owes to its taker; the list itself is the right to it.

    What was given to somebody else meanwhile stays with him.
    """
    if not reason:
        raise Invalid({"note": _("请写明原因。")})
    now = clock.now()
    for line in lines:
        owed = line.obligation
        if line.elsewhere is not None or line.moved_at is not None:
            continue
        if owed.is_open and owed.holder_id != line.taker_id:
            duties.reassign(
                actor=actor.vouched("obligation.reassign"), obligation=owed, to=line.taker, reason=reason
            )
        guarded_update(line, moved_at=now)


def _close_when_signed(actor: Actor, takeover: Takeover) -> None:
    """With the last signature the list is done, or waits for its day."""
    unsigned = takeover.lines.filter(signed_at__isnull=True, obligation__ended_at__isnull=True)
    if takeover.given_at is None or unsigned.exists():
        return
    still = takeover.lines.filter(moved_at__isnull=True, obligation__ended_at__isnull=True)
    if selectors.is_ahead(takeover) and still.exists():
        flow.perform(takeover, "wait", actor=actor, data={"on": takeover.on.isoformat()})
    else:
        flow.perform(takeover, "close", actor=actor, changes={"ended_at": clock.now()})


def _ask_to_sign(actor: Actor, takeover: Takeover, *, signed: bool = False) -> None:
    """Whoever has not signed owes his signature, as for a shift log; nobody else does. `signed`: the actor just has."""
    waiting = selectors.unsigned(takeover)
    known = Obligation.objects.filter(subject_type=takeover._meta.label_lower, subject_id=takeover.pk)
    for row in known.filter(Q(ended_at__isnull=True) | Q(state="excused")).select_related("unit", "duty"):
        if waiting.pop(row.holder_id or 0, None) is not None or not row.is_open:
            continue
        if signed and row.holder_id == actor.person_id:
            duties.fulfil(actor=actor, obligation=row, subject_fact=takeover)
        else:
            duties.cancel(actor=actor, obligation=row, reason=NO_SIGNATURE, subject_fact=takeover)
    giver = takeover.giver
    title = Text(f"签{giver.name}的岗位交接清单", f"Sign the handover list of {giver.name_en or giver.name}")
    for person in waiting.values():
        duties.open_obligation(
            actor=actor,
            unit=takeover.unit,
            title=title,
            kind="triggered",
            holder=person,
            position=selectors.position_of(person, takeover.unit),
            subject=takeover,
            target=SIGN_WITHIN,
        )


def list_of_leaver(*, giver: Person, position: Position, on: date, reason: str) -> Takeover | None:
    """The list that an end of appointment calls for: for the position's other holder, else for nobody yet.

    None when nothing is owed there, or a list is open already.
    """
    open_lists = Takeover.objects.filter(giver=giver, position=position, category__in=flow.OPEN)
    if open_lists.exists() or not selectors.owed_in(giver, position, on).exists():
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

"""Changing who owes something and until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import verbs
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.services import arming, telling
from zhize.domains.duties.services.rights import acting
from zhize.kernel import calendars, clocks, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.clocks.models import Clock, Outcome
from zhize.kernel.db import Invalid, Refused, atomic, guarded_update
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib import clock
from zhize.lib.text import Text

MOST_DAYS = 366
"""The most days by which something is put off at once."""
PAST = _("已经超过时限，改期会把超时抹掉，不能再改。请办结并说明原因，或者改派。")
OWN = _("不能给自己改期，请由上级办理。")


def no_move(obligation: Obligation, actor: Actor) -> Any:
    """Why a person may not give the obligation another due moment; None when nothing but his right decides.

    What was not done in time stays so, and nobody puts off what he owes himself,
    as nobody lets himself off (ORG-30). What a fact, a plan or a case moves is not asked here.
    """
    if obligation.is_late(clock.now()):
        return PAST
    return OWN if actor.person_id is not None and actor.person_id == obligation.holder_id else None


@atomic
def reassign(
    *,
    actor: Actor,
    obligation: Obligation,
    to: Person | None,
    reason: str | Text,
    position: Position | None = None,
    subject_fact: models.Model | None = None,
) -> Obligation:
    """Somebody else owes it from now on (deputy, change of holder); None leaves it to the position. The clock runs on, and what
    was not done in time by now stays the failure of who held it.

    Needs a reason. Raises Refused, NotNow when it has ended, Invalid for somebody who has left.
    """
    acting(actor, caps.REASSIGN, obligation, subject_fact)
    if not obligation.is_open:
        raise flow.NotNow
    if not str(reason).strip():
        raise Invalid({"reason": _("请写明改派的原因。")})
    if to is not None and not to.active:
        raise Invalid({"to": _("这个人已经不在岗。")})
    if to is None and (position or obligation.position) is None:
        raise Invalid({"to": _("请指定由谁办理。")})
    before = telling.who(obligation.holder, obligation.position)
    old = [str(obligation.holder) if obligation.holder else None, str(to) if to else None]
    failed = obligation.holder if obligation.is_late(clock.now()) else None
    guarded_update(
        obligation,
        expect={"ended_at": None},
        holder=to,
        position=position or obligation.position,
        failed_by=obligation.failed_by or failed,
    )
    history.record(
        actor=actor,
        verb=verbs.REASSIGNED,
        subject=obligation,
        changes={"holder": old},
        data=telling.data(obligation, from_text=before),
        note=reason,
        also=telling.rows(obligation),
    )
    return obligation


@atomic
def hand_over(
    *, actor: Actor, of: Person, to: Person, reason: str, unit: Unit | None = None
) -> list[Obligation]:
    """Give everything open that one person owes to another, each recorded (DUT-17). Returns the list for signing."""
    rows = Obligation.objects.filter(holder=of, ended_at__isnull=True).select_related(
        "unit", "holder", "position", "duty"
    )
    if unit is not None:
        rows = rows.filter(unit=unit)
    return [reassign(actor=actor, obligation=row, to=to, reason=reason) for row in rows]


@atomic
def move_due(
    *,
    actor: Actor,
    obligation: Obligation,
    due_at: datetime,
    reason: str,
    subject_fact: models.Model | None = None,
    planned: bool = False,
) -> Obligation:
    """Another due moment, with a reason; the first one stays on record and the ladder is armed anew.

    Raises Refused (also to its holder), NotNow when it has ended or its limit has passed. `planned`: the slot follows its duty.
    """
    acting(actor, caps.MOVE, obligation, subject_fact)
    by_hand = actor.person_id is not None and subject_fact is None and not planned
    why_not = no_move(obligation, actor) if by_hand else None
    if why_not is not None:
        raise flow.NotNow(why_not) if why_not is PAST else Refused(why_not, code="refused.own_limit")
    running = arming.clock_of(obligation) if obligation.is_open else None
    if running is None:
        raise flow.NotNow
    before = obligation.due_at
    clocks.move_due(running, due_at, reason=reason, actor=actor)
    guarded_update(obligation, expect={"ended_at": None}, due_at=running.due_at)
    history.record(
        actor=actor,
        verb=verbs.MOVED,
        subject=obligation,
        changes={"due_at": [before, obligation.due_at]},
        data=telling.data(obligation, before=before, before_text=telling.moment(obligation, before)),
        note=reason,
        also=telling.rows(obligation),
    )
    return obligation


@atomic
def postpone(
    *, actor: Actor, obligation: Obligation, days: int, reason: str, working: bool = True
) -> Obligation:
    """Due so many days later at the same time of day: working days of its unit, else calendar days (1 to 366).

    Raises what `move_due` raises, and Invalid for what has no due moment now.
    """
    if not 1 <= days <= MOST_DAYS:
        raise Invalid({"days": _("请填写 1 到 366 天。")})
    if obligation.due_at is None:
        raise Invalid({"days": _("这件事现在没有到期时间，不能按天顺延。")})
    due = obligation.due_at.astimezone(clock.zone(obligation.unit.timezone))
    day = due.date() + timedelta(days=days)
    if working:
        day = calendars.for_unit(obligation.unit).nth_working_day_after(due.date(), days)
    later = datetime.combine(day, due.timetz().replace(tzinfo=None), due.tzinfo)
    return move_due(actor=actor, obligation=obligation, due_at=later, reason=reason)


def follow_clock(entry: Entry) -> None:
    """The obligation is due when its clock is; `entry` on the obligation is the record of the change."""
    due = Clock.objects.filter(pk=entry.data["clock"]).values_list("due_at", flat=True).first()
    Obligation.objects.filter(pk=entry.subject_id, clock_id=entry.data["clock"]).update(due_at=due)


@atomic
def pause_about(*, actor: Actor, row: models.Model, reason: str) -> int:
    """Stop the time of everything owed about a row while it waits (for the customer, for parts). Promises run on.

    The right was decided for that row by the calling service. Returns how many clocks were paused.
    """
    paused = 0
    for obligation in _running_about(row):
        running = obligation.clock
        if (
            running is not None
            and running.outcome == Outcome.RUNNING
            and running.target.get("kind") != "moment"
        ):
            clocks.pause(running, reason=reason, actor=actor)
            paused += 1
    return paused


@atomic
def resume_about(*, actor: Actor, row: models.Model, reason: str = "") -> int:
    """Let the time run again that `pause_about` stopped. Returns how many clocks run again."""
    resumed = 0
    for obligation in _running_about(row):
        running = obligation.clock
        if running is not None and running.outcome == Outcome.PAUSED:
            clocks.resume(running, actor=actor, reason=reason)
            resumed += 1
    return resumed


def _running_about(row: models.Model) -> models.QuerySet[Obligation]:
    label = row._meta.label_lower
    return Obligation.objects.filter(
        models.Q(subject_type=label, subject_id=row.pk) | models.Q(about_type=label, about_id=row.pk),
        ended_at__isnull=True,
        state="open",
    ).select_related("clock__calendar_version__calendar", "clock__unit")

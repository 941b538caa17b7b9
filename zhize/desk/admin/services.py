"""Steering what runs by itself."""

from __future__ import annotations

from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Outrun, atomic, guarded_update
from zhize.kernel.history.models import Reaction
from zhize.kernel.jobs import capabilities as jobs
from zhize.kernel.jobs import selectors as reads
from zhize.lib import clock


@atomic
def retry_reaction(*, actor: Actor, reaction: Reaction) -> Reaction:
    """Have a reaction that was given up run again. Refused without `job.manage`; Outrun when it is not given up."""
    access.require(actor, jobs.MANAGE)
    if reaction.state != Reaction.FAILED:
        raise Outrun
    guarded_update(
        reaction, expect={"state": Reaction.FAILED}, state=Reaction.QUEUED, attempts=0, next_at=clock.now()
    )
    history.record(
        actor=actor,
        verb="reaction.retried",
        subject=reaction.entry,
        data={"reaction": reaction.name, "error": reaction.error[:300]},
    )
    return reaction


@atomic
def retry_reactions(*, actor: Actor) -> int:
    """Have all reactions that were given up run again, be they thousands: one entry, in the timelines of all their facts.

    Returns how many. Refused without `job.manage`.
    """
    access.require(actor, jobs.MANAGE)
    given_up = list(reads.failed_reactions().filter(state=Reaction.FAILED).select_for_update(of=("self",)))
    if not given_up:
        return 0
    Reaction.objects.filter(pk__in=[row.pk for row in given_up]).update(
        state=Reaction.QUEUED, attempts=0, next_at=clock.now()
    )
    facts = {row.entry_id: row.entry for row in given_up}
    first, *others = facts.values()
    names = sorted({row.name for row in given_up})
    history.record(
        actor=actor,
        verb="reaction.all_retried",
        subject=first,
        also=others,
        data={"count": len(given_up), "reactions": names},
    )
    return len(given_up)

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
    """Have all reactions that were given up run again. Returns how many. Refused without `job.manage`."""
    access.require(actor, jobs.MANAGE)
    given_up = list(reads.failed_reactions().select_for_update(of=("self",)))
    for reaction in given_up:
        retry_reaction(actor=actor, reaction=reaction)
    return len(given_up)

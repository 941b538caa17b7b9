"""The queue's own jobs, and those of `history`, which stands below it."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from zhize.kernel import history
from zhize.kernel.history import chain
from zhize.kernel.history.models import Reaction
from zhize.kernel.jobs import deferring, running
from zhize.kernel.jobs.models import JobFailure
from zhize.kernel.jobs.registry import periodic, task
from zhize.lib import clock

SUCCEEDED_KEPT_DAYS = 3
OTHERS_KEPT_DAYS = 90


@task("history.deliver", retries=0)
def deliver_reaction(reaction_id: int) -> None:
    """Run one @after reaction. History counts its attempts and says when to come back."""
    if history.deliver(reaction_id):
        return
    reaction = Reaction.objects.get(pk=reaction_id)
    if reaction.state == Reaction.FAILED:
        raise running.GiveUp(f"{reaction.name}: {reaction.error}")
    raise running.Postpone(reaction.next_at, f"{reaction.name}: {reaction.error}")


def send_reactions(reaction_ids: list[int]) -> None:
    """Queue reactions, in the transaction that recorded their entry. Queued twice, they wait once."""
    if reaction_ids:
        wanted = {f"history.deliver:{pk}": {"reaction_id": pk} for pk in reaction_ids}
        deferring.defer_each("history.deliver", wanted)


@periodic("history.sweep", every_minutes=1)
def sweep_reactions() -> None:
    """Queue reactions whose time has come and that no waiting job stands for."""
    send_reactions(history.due_reactions())


@periodic("history.seal", every_minutes=1)
def seal_history() -> None:
    """Chain what was recorded since."""
    while chain.seal() > 0:
        pass


@periodic("jobs.tidy", cron="40 3 * * *")
def tidy() -> None:
    """Forget succeeded jobs after a few days, others and their errors after three months."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM procrastinate_jobs job
             WHERE job.status NOT IN ('todo', 'doing')
               AND (SELECT max(event.at) FROM procrastinate_events event WHERE event.job_id = job.id)
                   < now() - make_interval(days => CASE WHEN job.status = 'succeeded' THEN %s ELSE %s END)
            """,
            [SUCCEEDED_KEPT_DAYS, OTHERS_KEPT_DAYS],
        )
    JobFailure.objects.filter(at__lt=clock.now() - timedelta(days=OTHERS_KEPT_DAYS)).delete()

"""Reminding those who owe something, and saying why something was not done in time."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import messages, people, verbs
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors.coverage import fact_of
from zhize.domains.duties.services import informing, telling
from zhize.kernel import access, flow, history, notices
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic
from zhize.lib import clock


class NobodyToRemind(DomainError):
    """Neither the holder nor a deputy is there."""

    code = "obligation.nobody_to_remind"
    message = _("办理人和代办人现在都不在岗，没有提醒到人。请改派。")


@atomic
def remind(*, actor: Actor, obligation: Obligation, note: str = "") -> Obligation:
    """Remind whoever owes it and is there (a deputy, when the holder is away).

    By whoever gave it (a task), or could give it to others.
    Raises Refused, NotNow when it waits for nobody's doing any more, NobodyToRemind.
    """
    given = actor.person_id is not None and obligation.creator_id == actor.person_id
    access.require(actor, caps.ASSIGN if given else caps.REASSIGN, obligation)
    if obligation.state != "open":
        raise flow.NotNow
    found = [each for each in people.told(obligation, ["holder"], (), None) if each.pk != actor.person_id]
    if not found:
        raise NobodyToRemind
    told = telling.data(obligation, told_text=telling.names(found), told=[person.pk for person in found])
    history.record(
        actor=actor, verb=verbs.URGED, subject=obligation, unit=obligation.unit, data=told, note=note.strip(),
        also=telling.rows(obligation),
    )  # fmt: skip
    notices.send(
        to=found,
        template=messages.URGED,
        context=informing.context(obligation, note=note.strip(), actor=actor.label),
        subject=obligation,
        actor=actor,
        urgent=obligation.urgent,
    )
    return obligation


def may_explain(actor: Actor, obligation: Obligation) -> bool:
    """Whether it is the actor's to say why it was not done in time: who answers for it, or who may excuse it."""
    mine = actor.person_id is not None and actor.person_id == obligation.answers_id
    return mine or access.allowed(actor, caps.EXCUSE, obligation)


def explainable(actor: Actor, listed: Collection[Obligation]) -> set[int]:
    """The ids of those listed that `may_explain` holds for, in one query for any number."""
    found = {row.pk for row in listed if actor.person_id is not None and row.answers_id == actor.person_id}
    theirs = {row.pk for row in listed} - found
    if theirs and actor.may(caps.EXCUSE):
        leading = Obligation.objects.visible_to(actor, caps.EXCUSE).filter(pk__in=theirs)
        found.update(leading.values_list("pk", flat=True))
    return found


@atomic
def explain_failure(*, actor: Actor, obligation: Obligation, reason: str) -> Obligation:
    """Say why it was not done in time: whose it is to say (`may_explain`), or who may do it now. The fact stays as it is.

    Raises Refused, Invalid without a reason, NotNow where nothing was failed.
    """
    if not may_explain(actor, obligation):
        access.require(actor, caps.FULFIL, obligation)
    if not reason.strip():
        raise Invalid({"reason": _("请写明原因。")})
    if fact_of(obligation, clock.now()) not in {"late", "missed", "overdue"}:
        raise flow.NotNow
    history.record(
        actor=actor,
        verb=verbs.EXPLAINED,
        subject=obligation,
        unit=obligation.unit,
        data=telling.data(obligation),
        note=reason.strip(),
        also=telling.rows(obligation),
    )
    return obligation

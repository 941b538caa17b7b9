"""What may not be let go by hand: the limit of a matter that somebody still waits for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import subjects
from zhize.domains.duties.models import Obligation
from zhize.kernel import flow
from zhize.kernel.access import Actor
from zhize.kernel.db import one_at_a_time

LETS_GO = frozenset({"miss", "excuse", "cancel"})
MISSED = _(
    "所关于的事情还没有办完，这件事超时后照样要办，不能记为漏办。请办结，或者改派；超时已经算在履职率里。"
)
LAST = _("所关于的事情还没有办完，这是它最后一个时限。请先办完那件事，或者改期。")


def refuse(obligation: Obligation, verb: str) -> None:
    """Raise NotNow when the obligation may not be let go by this verb. Of two that let go limits of one row at once the
    second waits for the first, and so finds the last."""
    row = (obligation.subject_type, obligation.subject_id)
    if verb in LETS_GO and row in subjects.waiting([row]):
        one_at_a_time("duties.limit", *row)
    if (reason := objection(obligation, verb)) is not None:
        raise flow.NotNow(reason)


def objection(obligation: Obligation, verb: str) -> Any:
    """Why the obligation may not be missed, excused or cancelled by hand; None when it may.

    While somebody waits for the row it is about (an open case, a work sheet without an answer), what is overdue has to be
    done all the same and is not missed, and the last limit of that row, as its domain knows it, is neither excused nor
    cancelled: nobody would be reminded of it any more. What the row's own domain, a fact or the plan ends is not asked here.
    """
    row = (obligation.subject_type, obligation.subject_id)
    if verb not in LETS_GO or row not in subjects.waiting([row]):
        return None
    return MISSED if verb == "miss" else LAST if _is_last_limit(obligation) else None


def _is_last_limit(obligation: Obligation) -> bool:
    subject = subjects.known(obligation.subject_type)
    owed = Obligation.objects.filter(
        Q(state="open") | Q(pk=obligation.pk),
        due_at__isnull=False,
        subject_type=obligation.subject_type,
        subject_id=obligation.subject_id,
    )
    rows = list(owed.select_related("duty_version").only("kind", "duty_version__rule"))
    limits = subject.limits(rows) if subject is not None else []
    return [each.pk for each in limits] == [obligation.pk]


def offers(obligation: Obligation, actor: Actor) -> list[flow.Offer]:
    """The moves of the obligation as they can be offered, with what may not be let go."""
    return [
        replace(offer, enabled=False, reason=reason)
        if offer.enabled and (reason := objection(obligation, offer.verb)) is not None
        else offer
        for offer in flow.offers(obligation, actor)
    ]

"""How many of something are owed, once it is known: a share of a population, counted when the sample is drawn (VIS-05)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import verbs
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.services import telling
from zhize.kernel import flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update


@atomic
def size(*, actor: Actor, obligation: Obligation, quota: int) -> Obligation:
    """The obligation owes `quota` from now on. The domain that counted decided the right.

    Raises NotNow when it has ended, Invalid when more is done already.
    """
    if not obligation.is_open:
        raise flow.NotNow
    if quota < max(obligation.progress, 1):
        raise Invalid({"quota": _("应做数量不能少于已做数量。")})
    if quota == obligation.quota:
        return obligation
    guarded_update(obligation, expect={"ended_at": None}, quota=quota)
    told = telling.data(obligation, quota=quota)
    history.record(
        actor=actor, verb=verbs.SIZED, subject=obligation, data=told, also=telling.rows(obligation)
    )
    return obligation

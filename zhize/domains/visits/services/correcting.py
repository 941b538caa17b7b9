"""What is kept of a visit of a sampled home, and putting it right afterwards (VIS-05)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.visits import capabilities as caps
from zhize.domains.visits.models import HomeState, SampledHome, VisitMeans
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused, atomic, guarded_update
from zhize.kernel.org import selectors as org
from zhize.lib import clock
from zhize.lib.text import Text


def said(means: str, satisfaction: int | None, not_rated: str, remark: str) -> dict[str, Any]:
    """What is kept of a visit. Raises Invalid for what is missing or cannot be."""
    if means not in VisitMeans.values:
        raise Invalid({"means": _("请选择回访方式。")})
    if satisfaction is not None and not 1 <= satisfaction <= 5:
        raise Invalid({"satisfaction": _("满意度是 1 到 5 分。")})
    if satisfaction is None and not not_rated.strip():
        raise Invalid({"satisfaction": _("请选择满意度；没有问到的，请写明原因。")})
    return {
        "means": means,
        "satisfaction": satisfaction,
        "not_rated": "" if satisfaction is not None else not_rated.strip(),
        "remark": remark.strip(),
    }


def may_correct(actor: Actor, home: SampledHome) -> bool:
    """Whoever registered the visit, or somebody above him in the reporting line."""
    if home.stage != HomeState.VISITED or not access.allowed(actor, caps.SAMPLE_VIEW, home):
        return False
    if home.visited_by_id is None or home.visited_by_id == actor.person_id:
        return home.visited_by_id is not None
    held = org.positions_held(home.visited_by_id, clock.today(home.plan.unit.timezone))
    above = {place.pk for position in held for place in org.superiors(position)}
    return any(holding.position_id in above for holding in actor.positions)


@atomic
def correct(
    *,
    actor: Actor,
    home: SampledHome,
    reason: str,
    means: str,
    satisfaction: int | None = None,
    not_rated: str = "",
    remark: str = "",
) -> SampledHome:
    """Put right what was registered of a visit; what stood there before is told in the plan's history.

    Raises Invalid without a reason or when it was not visited, Refused for anybody but who registered it and his
    superiors.
    """
    access.require(actor, caps.SAMPLE_VIEW, home)
    if home.stage != HomeState.VISITED:
        raise Invalid({"": _("%(home)s 还没有回访，不能更正。") % {"home": home}})
    if not may_correct(actor, home):
        raise Refused
    if not reason.strip():
        raise Invalid({"reason": _("请写明更正的原因。")})
    given = said(means, satisfaction, not_rated, remark)
    before = _in_words(home)
    guarded_update(home, expect={"stage": HomeState.VISITED}, **given)
    told = {"home": str(home.premises), "was": before, "now": _in_words(home)}
    history.record(
        actor=actor, verb="sample.corrected", subject=home.plan, data=told, note=reason.strip(), marks=[home],
        also=[home.customer] if home.customer is not None else [],
    )  # fmt: skip
    return home


def _in_words(home: SampledHome) -> Text:
    """What stands of a visit, in one line."""
    by_door = home.means == VisitMeans.DOOR
    zh, en = ("上门", "visited") if by_door else ("电话", "telephoned")
    rated = home.satisfaction
    zh += f" · {rated} 分" if rated else f" · 没有评分：{home.not_rated or '–'}"
    en += f" · {rated} of 5" if rated else f" · not rated: {home.not_rated or '–'}"
    return Text(f"{zh} · {home.remark}", f"{en} · {home.remark}") if home.remark else Text(zh, en)

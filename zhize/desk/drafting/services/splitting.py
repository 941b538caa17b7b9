"""Several positions in one document that no heading told apart: a person says where the next one begins."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from zhize.desk.drafting import storing
from zhize.desk.drafting.capabilities import WORK
from zhize.desk.drafting.models import Decision, DraftLine, DraftPosition
from zhize.desk.drafting.services.deciding import touch
from zhize.desk.drafting.services.making import check_open
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic
from zhize.lib.jobtext import labels

# Further than any order, so that none is taken twice while they move.
_ASIDE = 10_000
_NAME = 14
"""Characters; no longer line is believed to be only a name."""


@atomic
def split(*, actor: Actor, line: DraftLine) -> DraftPosition:
    """Make this line and those after it another position of the draft, behind that of the line.

    A line that can only be its name gives it and is dropped; else the position waits for a name. Raises Invalid.
    """
    access.require(actor, WORK, line)
    draft = line.position.draft
    check_open(draft)
    # Held, so that two at once do not take the same place.
    rows = list(draft.positions.select_for_update().order_by("order"))
    former = next(row for row in rows if row.pk == line.position_id)
    if not former.lines.filter(clause__lt=line.clause).exists():
        raise Invalid({"": _("这个岗位就是从这一行开始的。")})
    called = {row.name for row in rows}
    heading = line.text.strip(" :：")[: storing.NAME]
    named = line.duty is None and heading not in called and len(heading) <= _NAME and labels.is_name(heading)
    draft.positions.filter(order__gt=former.order).update(order=F("order") + _ASIDE)
    made = DraftPosition.objects.create(
        draft=draft,
        order=former.order + 1,
        name=heading if named else _unnamed(called),
        line=line.first_line,
    )
    draft.positions.filter(order__gt=_ASIDE).update(order=F("order") - _ASIDE + 1)
    former.lines.filter(clause__gte=line.clause).update(position=made, version=F("version") + 1)
    if named:
        made.lines.filter(clause=line.clause).update(decision=Decision.DROPPED, version=F("version") + 1)
    touch(draft)
    data = {"number": line.number or line.text[:20], "position": made.name}
    history.record(actor=actor, verb="jobdraft.position_split", subject=draft, unit=draft.unit, data=data)
    return made


def _unnamed(called: set[str]) -> str:
    names = (str(_("未命名岗位 {n}").format(n=at)) for at in range(1, len(called) + 2))
    return next(name for name in names if name not in called)

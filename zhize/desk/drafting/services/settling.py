"""From a decided draft to positions and duties: the plan, and applying it as a pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext_lazy as _

from zhize.desk.drafting import packing, selectors
from zhize.desk.drafting.capabilities import APPLY, WORK
from zhize.desk.drafting.models import Decision, DraftLine, DraftPosition, JobDraft
from zhize.desk.drafting.services.making import check_open, is_taken
from zhize.domains.duties import capabilities as duty_caps
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, Kind
from zhize.domains.organisation import capabilities as org_caps
from zhize.domains.organisation import services as organisation
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.org.models import Position
from zhize.kernel.packs import services as packs
from zhize.kernel.packs.applying import Change
from zhize.lib import clock
from zhize.lib.jobtext import DraftDuty


def plan(*, actor: Actor, draft: JobDraft) -> list[Change]:
    """What applying the draft as it is would make in its unit; nothing is written. Raises Refused, PackRefused.

    Who may draft may look at it, also where somebody else applies packs.
    """
    access.require(actor, WORK, draft)
    with TemporaryDirectory() as folder:
        root = Path(folder) / draft.code
        packing.write(selectors.generated(draft).made, root)
        return packs.plan(root=root, actor=actor.vouched(APPLY), unit=draft.unit)


@atomic
def apply(*, actor: Actor, draft: JobDraft) -> JobDraft:
    """Make the positions, clauses and duties of the draft in its unit. Every line must have been decided.

    Raises Invalid, Refused, PackRefused; then nothing has changed.
    """
    access.require(actor, WORK, draft)
    access.require(actor, APPLY, draft.unit)
    # Whoever decides on a line of it meanwhile waits, and is then told that it has been set up.
    draft = JobDraft.objects.select_for_update(of=("self",)).select_related("unit").get(pk=draft.pk)
    check_open(draft)
    _check(draft)
    found = selectors.generated(draft)
    with TemporaryDirectory() as folder:
        root = Path(folder) / draft.code
        packing.write(found.made, root)
        release, _changes = packs.apply(root=root, actor=actor, unit=draft.unit)
    _superiors(actor, draft, found.positions, found.made.positions)
    _takers(actor, draft, found.made.duties)
    guarded_update(draft, expect={"applied_at": None}, applied_at=clock.now(), release=release)
    history.record(
        actor=actor,
        verb="jobdraft.applied",
        subject=draft,
        unit=draft.unit,
        data={"unit": str(draft.unit), "duties": _recurring(draft, found.made.positions)},
    )
    return draft


def _check(draft: JobDraft) -> None:
    open_lines = DraftLine.objects.filter(position__draft=draft, decision=Decision.OPEN).count()
    if open_lines:
        raise Invalid({"": _("还有 {n} 条没有确认。").format(n=open_lines)})
    if not DraftLine.objects.filter(position__draft=draft, decision=Decision.CONFIRMED).exists():
        raise Invalid({"": _("所有条款都删去了，没有什么可建的。")})
    if is_taken(draft.code, but=draft):
        raise Invalid({"": _("包的代码“{code}”已被占用，请先改代码。").format(code=draft.code)})


def _superiors(
    actor: Actor, draft: JobDraft, positions: Sequence[DraftPosition], codes: Sequence[str]
) -> None:
    """Put the new positions under those that existed before; a pack knows only its own."""
    wanted = {
        code: row.superior for row, code in zip(positions, codes, strict=True) if row.superior is not None
    }
    rows = Position.objects.filter(unit=draft.unit, code__in=wanted).select_related("unit")
    doer = actor.vouched(org_caps.SHEET)
    for row in rows:
        organisation.update_position(actor=doer, position=row, reports_to=wanted[row.code])


def _takers(actor: Actor, draft: JobDraft, read: Mapping[str, DraftDuty]) -> None:
    """Let positions that existed before accept or get what the new duties make; a pack knows only its own."""
    wanted = {code: duty for code, duty in read.items() if duty.acceptor_code or duty.receiver_code}
    for row in Duty.objects.filter(unit=draft.unit, code__in=wanted).select_related("current", "unit"):
        duty = wanted[row.code]
        duties.name_takers(
            actor=actor.vouched(duty_caps.DUTY_EDIT), duty=row, acceptor_code=duty.acceptor_code,
            receiver_codes=[duty.receiver_code] if duty.receiver_code else [],
        )  # fmt: skip


def _recurring(draft: JobDraft, codes: Sequence[str]) -> list[int]:
    rows = Duty.objects.filter(unit=draft.unit, position_code__in=codes, kind=Kind.RECURRING)
    return list(rows.order_by("pk").values_list("pk", flat=True))

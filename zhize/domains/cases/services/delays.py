"""Over the limit: each late case needs a reason and an audit (CAS-18, TRG-34)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case, DelayAudit
from zhize.domains.cases.services.writing import write
from zhize.domains.duties.models import Obligation
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.lib import clock


@atomic
def note_delay(*, actor: Actor, case: Case, obligation: Obligation, since: datetime) -> DelayAudit | None:
    """An obligation of the case ran over: mark the case late and open the line of the delay list. Once each."""
    made, fresh = DelayAudit.objects.get_or_create(
        obligation=obligation,
        defaults={
            "case": case,
            "unit_id": obligation.unit_id,
            "person_id": obligation.holder_id,
            "late_since": since,
        },
    )
    if not fresh:
        return None
    write(case, is_late=True)
    history.record(
        actor=actor,
        verb="case.delayed",
        subject=case,
        data={"what": obligation.name.as_dict(), "obligation": obligation.pk, "type": case.type_code},
        marks=[made],
    )
    return made


@atomic
def explain_delay(*, actor: Actor, delay: DelayAudit, reason: str) -> DelayAudit:
    """Why it ran over, from who was late."""
    access.require(actor, "delay.explain", delay)
    if not reason.strip():
        raise Invalid({"reason": _("请写明延时原因。")})
    if delay.audited_at is not None:
        raise Invalid({"reason": _("已经审核，原因不能再改。")})
    guarded_update(delay, expect={"audited_at": None}, reason=reason.strip(), reason_by_id=actor.person_id)
    history.record(actor=actor, verb="case.delay_explained", subject=delay.case, note=reason, marks=[delay])
    return delay


@atomic
def audit_delay(*, actor: Actor, delay: DelayAudit) -> DelayAudit:
    """The leader has looked at the delay. Needs a reason; nobody audits the own delay (ORG-30)."""
    access.require(actor, "delay.audit", delay)
    if not delay.reason:
        raise Invalid({"": _("还没有说明延时原因。")})
    if actor.person_id is not None and actor.person_id == delay.person_id:
        reason = _("不能审核自己的延时。")
        history.refused(actor=actor, subject=delay.case, reason=reason)
        raise Invalid({"": reason})
    guarded_update(delay, expect={"audited_at": None}, audited_by_id=actor.person_id, audited_at=clock.now())
    history.record(actor=actor, verb="case.delay_audited", subject=delay.case, marks=[delay])
    return delay

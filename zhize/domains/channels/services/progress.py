"""Telling a customer how his matter stands (CHN-12)."""

from __future__ import annotations

from zhize.domains.cases.models import Case
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.kinds import CallResult
from zhize.domains.channels.models import Call
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic, guarded_update


@atomic
def tell_progress(*, actor: Actor, case: Case, call: Call | None = None, note: str = "") -> None:
    """Record that the customer was told how the case stands; with `call`, that this was what he called for."""
    access.require(actor, caps.PROGRESS_TELL)
    access.require(actor, "case.view", case)
    marks = []
    if call is not None:
        access.require(actor, caps.CALL_RECORD, call)
        guarded_update(
            call, result=call.result or CallResult.PROGRESS, customer=call.customer or case.customer
        )
        marks.append(call)
    history.record(actor=actor, verb="progress.told", subject=case, note=note, marks=marks)

"""Promises to the customer 承诺: each has a clock of its own."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case, Promise
from zhize.domains.duties import services as duties
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.org.models import Person
from zhize.lib import clock
from zhize.lib.text import Text


@atomic
def promise(*, actor: Actor, case: Case, text: str, due_at: datetime) -> Promise:
    """Promise the customer something by `due_at` (UTC). The holder of the case owes it."""
    access.require(actor, "case.reply", case)
    if case.is_ended:
        raise Invalid({"": _("工单已经结束。")})
    if not text.strip():
        raise Invalid({"text": _("请写明承诺的内容。")})
    if due_at <= clock.now():
        raise Invalid({"due_at": _("承诺时间要在现在以后。")})
    said, me = text.strip()[:200], Person.objects.filter(pk=actor.person_id or 0).first()
    obligation = duties.open_obligation(
        actor=actor,
        unit=case.unit,
        title=Text(f"兑现承诺：{said}", f"Keep the promise: {said}"),
        holder=case.owner or me,
        position=case.owner_position,
        subject=case,
        target={"kind": "moment", "at": due_at.isoformat()},
        kind="promise",
    )
    made = Promise.objects.create(
        case=case, text=said, due_at=due_at, person=me, made_at=clock.now(), obligation=obligation
    )
    history.record(actor=actor, verb="case.promised", subject=case, data={"text": made.text}, marks=[made])
    return made


@atomic
def keep(*, actor: Actor, promised: Promise) -> Promise:
    """The promise was kept."""
    access.require(actor, "case.reply", promised.case)
    if promised.kept_at is not None:
        raise Invalid({"": _("这项承诺已经兑现。")})
    guarded_update(promised, expect={"kept_at": None}, kept_at=clock.now())
    if promised.obligation is not None and promised.obligation.is_open:
        duties.fulfil(actor=actor, obligation=promised.obligation, subject_fact=promised.case)
    history.record(
        actor=actor,
        verb="case.promise_kept",
        subject=promised.case,
        data={"text": promised.text},
        marks=[promised],
    )
    return promised

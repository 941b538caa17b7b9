"""Talks on record: what is told upwards is read by the superior only, and answered (ORG-23, ORG-24)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.meetings import capabilities as caps
from zhize.domains.meetings.models import UPWARD, Talk, TalkKind
from zhize.kernel import access, history, notices
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused, atomic, guarded_update
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib import clock


@atomic
def record_talk(
    *,
    actor: Actor,
    kind: str,
    text: str,
    on: date | None = None,
    to: Person | None = None,
    to_unit: Unit | None = None,
    about: Person | None = None,
    measures: str = "",
) -> Talk:
    """Put a talk on record. Upward kinds go to the position above the author's own and its holder is told.

    A downward one names whom it was held with (`to`), an exchange the department (`to_unit`). `on` is today in the
    unit's zone by default. Raises Refused, Invalid.
    """
    access.require(actor, caps.TALK_RECORD)
    position = Position.objects.filter(pk=actor.position_id or 0).select_related("unit", "reports_to").first()
    if actor.person_id is None or position is None:
        raise Refused(code=f"refused.{caps.TALK_RECORD}")
    upward = kind in UPWARD
    above = position.reports_to if upward else None
    today = clock.today(position.unit.timezone)
    errors: dict[str, Any] = {}
    if kind not in TalkKind.values:
        errors["kind"] = _("没有这种沟通记录。")
    elif upward and above is None:
        errors["kind"] = _("您的岗位没有上级，不能上报。")
    elif kind == TalkKind.EXCHANGE and to_unit is None and to is None:
        errors["to_unit"] = _("请选择和哪个部门沟通。")
    elif not upward and kind != TalkKind.EXCHANGE and to is None:
        errors["to"] = _("请选择和谁沟通。")
    if not text.strip():
        errors["text"] = _("请写沟通内容。")
    if on is not None and on > today:
        errors["on"] = _("日期不能晚于今天。")
    if errors:
        raise Invalid(errors)
    row = Talk(
        unit=position.unit,
        kind=kind,
        author_id=actor.person_id,
        author_position=position,
        to_position=above,
        to=None if upward else to,
        to_unit=None if upward else to_unit,
        about=about,
        on=on or today,
        text=text.strip(),
        measures=measures.strip(),
        made_at=clock.now(),
    )
    row.save()
    history.record(
        actor=actor,
        verb="talk.recorded",
        subject=row,
        data={"kind_label": str(row.get_kind_display()), "receiver": str(row.receiver)},
    )
    told = org.holders(above) if above is not None else [to] if to is not None else []
    _tell(row, [person for person in told if person.pk != actor.person_id], "talk.recorded", actor)
    return row


@atomic
def read(*, actor: Actor, talk: Talk) -> Talk:
    """Whoever it was told to has read it; the first reading counts."""
    access.require(actor, caps.TALK_VIEW, talk)
    if talk.read_at is None and is_receiver(actor, talk):
        guarded_update(talk, expect={"read_at": None}, read_at=clock.now())
        history.record(actor=actor, verb="talk.read", subject=talk)
    return talk


@atomic
def answer(*, actor: Actor, talk: Talk, text: str) -> Talk:
    """The receiver answers; the author is told. One answer, which stays. Raises Refused, Invalid, Outrun."""
    access.require(actor, caps.TALK_VIEW, talk)
    if not is_receiver(actor, talk):
        raise Refused(code="refused.talk.answer")
    if not text.strip():
        raise Invalid({"text": _("请写答复。")})
    now = clock.now()
    guarded_update(
        talk,
        expect={"answered_at": None},
        answer=text.strip(),
        answered_at=now,
        answered_by_id=actor.person_id,
        read_at=talk.read_at or now,
    )
    history.record(actor=actor, verb="talk.answered", subject=talk)
    _tell(talk, [talk.author], "talk.answered", actor)
    return talk


def is_receiver(actor: Actor, talk: Talk) -> bool:
    """Whether it was told to the actor: himself, or a position he holds."""
    if actor.person_id is None or actor.person_id == talk.author_id:
        return False
    held = {holding.position_id for holding in actor.positions}
    return talk.to_id == actor.person_id or talk.to_position_id in held


def _tell(talk: Talk, people: list[Person], template: str, actor: Actor) -> None:
    values = {"kind": str(talk.get_kind_display()), "actor": actor.label}
    notices.send(to=people, template=template, context=values, subject=talk, actor=actor)

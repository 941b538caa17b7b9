"""Opening obligations: by other domains, by a superior's task, by a reported event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Required, TypedDict, Unpack

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import ladders, people, verbs
from zhize.domains.duties.machine import OBLIGATION
from zhize.domains.duties.models import Duty, DutyVersion, Obligation, ObligationKind
from zhize.domains.duties.services import library, naming, proving, telling
from zhize.domains.duties.services.rights import in_unit
from zhize.kernel import clocks, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.clocks import limits
from zhize.kernel.clocks.limits import Limit
from zhize.kernel.db import Invalid, atomic, copying
from zhize.kernel.history.models import Entry
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib import clock
from zhize.lib.text import Text

NOBODY_OWES = _("现在没有人办理这项职责，没有登记。请告诉主管。")
NO_LIMIT = {"kind": "none"}


class Opening(TypedDict, total=False):
    """What one who opens an obligation says of it."""

    unit: Required[Unit]
    title: Required[Text]
    kind: str
    holder: Person | None
    position: Position | None
    subject: models.Model | None
    also: Iterable[models.Model | None]
    target: Mapping[str, Any] | Limit | None
    ladder: Iterable[Mapping[str, Any]] | None
    evidence: Mapping[str, Any] | None
    duty_version: DutyVersion | None
    acceptor: Person | None
    acceptor_position: Position | None
    detail: str
    quota: int
    weight: int
    urgent: bool
    at: datetime | None
    not_before: datetime | None
    slot: datetime | None
    trigger_entry: int | None
    named: naming.Named


def open_obligation(*, actor: Actor, **said: Unpack[Opening]) -> Obligation:
    """Somebody owes something from `at` (now) on. Starts its clock; announces obligation.opened.

    The right to cause it was decided by the calling service (sending a work sheet, promising); people themselves
    use `assign_task` and `report_event`. Without a ladder the usual one holds: reminder, line manager at due, next
    level after. `named` is the date (or moment) that a target `before` counts back from. Raises Invalid when neither
    holder nor position is named, or the target cannot be read.
    """
    return open_each(actor=actor, wanted=[said])[0]


@atomic
def open_each(*, actor: Actor, wanted: Sequence[Opening]) -> list[Obligation]:
    """`open_obligation` for several at once: their ids are reserved by one statement and all is written by another."""
    if not wanted:
        return []
    count = len(wanted)
    ids = copying.reserve_each({Obligation: count, clocks.Clock: count, Entry: 2 * count})
    opened, rows, told = [], [], []
    for pk, clock_pk, said in zip(ids[0], ids[1], wanted, strict=True):
        row, belonging, happenings = _new(actor, said, pk, clock_pk)
        opened.append(row)
        rows += [row, *belonging]
        told += happenings
    history.record_each(actor=actor, happenings=told, rows=rows, ids=ids[2])
    return opened


def _new(
    actor: Actor, said: Opening, pk: int, clock_pk: int
) -> tuple[Obligation, list[models.Model], list[history.Happening]]:
    """An obligation, what is written with it and what is told of it."""
    unit, title, subject = said["unit"], said["title"], said.get("subject")
    who: dict[str, Any] = {"unit": unit, "holder": said.get("holder"), "position": said.get("position")}
    kind, weight = said.get("kind", ObligationKind.TASK), said.get("weight", 1)
    ladder, duty_version = said.get("ladder"), said.get("duty_version")
    if who["holder"] is None and who["position"] is None and duty_version is None:
        raise Invalid({"holder": _("请指定由谁办理。")})
    further = [row for row in said.get("also", ()) if row is not None]
    if duty_version is None and subject is not None:
        duty_version = library.opened_as(kind, unit, who["position"], [subject, *further])
        if duty_version is not None:
            ladder = duty_version.ladder or None if ladder is None else ladder
            weight = duty_version.weight
    began = said.get("at") or clock.now()
    limit = naming.settled(said.get("target") or NO_LIMIT, **who, at=began, named=said.get("named"))
    rungs = list(ladder) if ladder is not None else ladders.usual(limit)
    about = further[0] if further else None
    running = clocks.draw(target=limit, unit=unit, at=began, label=title, pk=clock_pk)
    row = Obligation(
        pk=pk,
        **flow.begin(OBLIGATION),
        kind=kind,
        duty=duty_version.duty if duty_version is not None else None,
        duty_version=duty_version,
        **who,
        creator_id=actor.person_id,
        acceptor=said.get("acceptor"),
        acceptor_position=said.get("acceptor_position"),
        title=title.as_dict(),
        detail=said.get("detail", ""),
        **_reference("subject", subject),
        **_reference("about", about),
        trigger_entry=said.get("trigger_entry"),
        slot=said.get("slot"),
        opened_at=began,
        not_before_at=said.get("not_before"),
        clock=running,
        due_at=running.due_at,
        first_due_at=running.due_at,
        target=limits.as_json(limit),
        ladder=rungs,
        evidence_spec=dict(said.get("evidence") or (_FACT if subject is not None else proving.DEFAULT)),
        quota=said.get("quota", 1),
        weight=weight,
        urgent=said.get("urgent", False),
    )
    belonging, started = clocks.begin(
        running,
        row,
        actor=actor,
        thresholds=ladders.thresholds(rungs),
        about=about if about is not None else subject,
    )
    also = [subject, *further] if subject is not None else further
    opened = history.Happening(row, data=telling.data(row), unit=unit, also=tuple(also), verb=verbs.OPENED)
    return row, belonging, [started, opened]


_FACT = {"kind": "fact"}


def _reference(name: str, row: models.Model | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {f"{name}_type": row._meta.label_lower, f"{name}_id": row.pk}


@atomic
def assign_task(
    *,
    actor: Actor,
    unit: Unit,
    title: str,
    holder: Person,
    due_at: datetime | None = None,
    target: Mapping[str, Any] | None = None,
    detail: str = "",
    evidence: Mapping[str, Any] | None = None,
    report_back: bool = True,
    urgent: bool = False,
) -> Obligation:
    """A superior gives somebody a task 领导交办 (DUT-11). With `report_back` it returns to the assigner for acceptance.

    Raises Refused, and Invalid for an empty title, a due time that has passed, somebody who has left.
    """
    in_unit(actor, caps.ASSIGN, unit, holder)
    errors: dict[str, Any] = {}
    if not title.strip():
        errors["title"] = _("请写明要办的事。")
    if due_at is not None and due_at <= clock.now():
        errors["due_at"] = _("到期时间要在现在以后。")
    if not holder.active:
        errors["holder"] = _("这个人已经不在岗。")
    if errors:
        raise Invalid(errors)
    limit = {"kind": "moment", "at": due_at.isoformat()} if due_at is not None else target
    assigner = Person.objects.filter(pk=actor.person_id).first() if report_back and actor.person_id else None
    return open_obligation(
        actor=actor,
        unit=unit,
        title=Text(title.strip(), title.strip()),
        kind=ObligationKind.TASK,
        holder=holder,
        position=_position_of(holder, unit),
        target=limit,
        detail=detail.strip(),
        evidence=evidence or proving.DEFAULT,
        acceptor=assigner if assigner is not None and assigner.pk != holder.pk else None,
        urgent=urgent,
    )


def _position_of(holder: Person, unit: Unit) -> Position | None:
    """The position in which the holder works, in this unit first."""
    rows = [
        row.position
        for row in holder.appointments.filter(org.in_force(org.local_day(unit))).select_related(
            "position__unit"
        )
    ]
    rows.sort(key=lambda row: row.unit_id != unit.pk)
    return rows[0] if rows else None


@atomic
def report_event(
    *,
    actor: Actor,
    duty: Duty,
    unit: Unit,
    note: str,
    at: datetime | None = None,
    holder: Person | None = None,
    named: naming.Named = None,
) -> list[Obligation]:
    """Somebody reports the event of a duty that the product does not see itself (`by_hand` in the pack).

    Opens the duty's obligation as of `at`. `named` is the date that the event names (an expiry, a meeting), which a
    duty with a target `before` needs. Whoever holds the duty's own position may report its events with scope own.
    Raises Refused, and Invalid when the duty is not of that kind, the event lies ahead or no date was named.
    """
    mine = Person(pk=actor.person_id) if actor.holds(duty.position_code) else None
    in_unit(actor, caps.REPORT, unit, mine)
    version = duty.current
    rule = version.rule if version is not None else {}
    if version is None or not duty.active or not rule.get("by_hand"):
        raise Invalid({"duty": _("这项职责由系统自动触发，不能手工登记。")})
    if not note.strip():
        raise Invalid({"note": _("请写明发生了什么。")})
    if at is not None and at > clock.now():
        raise Invalid({"at": _("发生时间不能晚于现在。")})
    naming.required(rule.get("target"), named)
    opened = _open_event(actor, version, unit, holder, note, at, named)
    if not opened:
        raise Invalid({"duty": NOBODY_OWES})
    return opened


@atomic
def report_fact(
    *,
    actor: Actor,
    duty: Duty,
    unit: Unit,
    note: str,
    at: datetime | None = None,
    named: naming.Named = None,
) -> list[Obligation]:
    """Somebody reports a fact once: `duty` and all others of its position that begin with the same fact are owed.

    `named` goes to those that count back from a date. Those that nobody owes now are left out. Raises as
    `report_event` does, Invalid also when nobody owes any of them.
    """
    opened: list[Obligation] = []
    for each in beginning_with(duty, unit):
        target = each.current.rule.get("target") if each.current is not None else None
        date = named if naming.wants_date(target) else None
        try:
            with atomic():
                opened += report_event(actor=actor, duty=each, unit=unit, note=note, at=at, named=date)
        except Invalid as refused:
            if refused.errors.get("duty") != [NOBODY_OWES]:
                raise
    if not opened:
        raise Invalid({"duty": NOBODY_OWES})
    return opened


def fact_of(duty: Duty) -> tuple[str, str]:
    """What tells reported facts apart: the position that owes, and the words of the fact."""
    rule = duty.current.rule if duty.current is not None else {}
    return duty.position_code, Text.of(rule.get("by_hand") or "").zh.strip()


def beginning_with(duty: Duty, unit: Unit) -> list[Duty]:
    """The duties in force at a unit that begin with the same reported fact as `duty`, itself among them. One query."""
    above = [int(part) for part in (unit.path or f"/{unit.pk}/").strip("/").split("/")]
    rows = Duty.objects.filter(
        active=True,
        unit_id__in=above,
        position_code=duty.position_code,
        current__rule__by_hand__zh__isnull=False,
    ).select_related("current")
    same = [each for each in rows.order_by("code", "pk") if fact_of(each) == fact_of(duty)]
    return same or [duty]


def _open_event(
    actor: Actor,
    version: DutyVersion,
    unit: Unit,
    holder: Person | None,
    note: str,
    at: datetime | None,
    named: naming.Named,
) -> list[Obligation]:
    """What a reported event opens, for each who owes it, in the unit of his position; nothing when nobody does."""
    rule, code = version.rule, version.duty.position_code
    if holder is not None:
        found = [people.Owing(holder, org.position_in(unit, code))]
    else:
        found = people.owing(rule, code, unit=unit, subject=None, row=None, entry=None)
    wanted = []
    for owing in found:
        said = of_version(version, unit=owing.position.unit if owing.position else unit, owing=owing)
        said["target"], said["detail"], said["at"], said["named"] = (
            rule.get("target"),
            note.strip(),
            at,
            named,
        )
        wanted.append(said)
    return open_each(actor=actor, wanted=wanted)


def of_version(version: DutyVersion, *, unit: Unit, owing: people.Owing) -> Opening:
    """What an obligation takes from its duty's version."""
    acceptor = org.position_in(unit, version.acceptor_code) if version.acceptor_code else None
    # A fact that the system saw needs nobody's acceptance.
    by_fact = version.evidence.get("kind") == "fact"
    recurring = version.rule.get("count") or 1
    return {
        "unit": unit,
        "title": version.name,
        "kind": ObligationKind.TRIGGERED,
        "holder": owing.holder,
        "position": owing.position,
        "ladder": version.ladder or None,
        "evidence": version.evidence,
        "duty_version": version,
        "acceptor_position": None if by_fact else acceptor,
        "quota": recurring,
        "weight": version.weight,
    }

"""Meetings: called, minuted, closed; every action decided becomes its owner's task (ORG-22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation, ObligationKind
from zhize.domains.duties.services.proving import DEFAULT, of_record
from zhize.domains.duties.services.rights import in_unit
from zhize.domains.meetings import capabilities as caps
from zhize.domains.meetings.machine import MEETING
from zhize.domains.meetings.models import Attendance, Decision, Meeting, MeetingKind, Presence
from zhize.kernel import access, flow, history, notices, numbering
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.org.models import Person, Unit
from zhize.lib import clock
from zhize.lib.text import Text

RECORD = "minutes"
LONGEST = 20_000
# Who is asked to come is told of another one of these.
WHERE = ("starts_at", "place")
# What may be written about a meeting before its minutes are closed.
OPEN_POINTS = frozenset({"title", "starts_at", "place", "agenda", "chair", "keeper"})


@atomic
def call(
    *,
    actor: Actor,
    unit: Unit,
    kind: str,
    title: str,
    starts_at: datetime,
    chair: Person,
    keeper: Person | None = None,
    people: Iterable[Person] = (),
    place: str = "",
    agenda: str = "",
) -> Meeting:
    """Call a meeting of a unit; whoever is asked to come is told. `starts_at` is a moment (UTC), past ones too.

    The chair keeps the minutes where nobody else does. Raises Refused, Invalid.
    """
    in_unit(actor, caps.HOLD, unit)
    errors: dict[str, Any] = {}
    if kind not in MeetingKind.values:
        errors["kind"] = _("没有这种会议。")
    if not title.strip():
        errors["title"] = _("请写会议主题。")
    if errors:
        raise Invalid(errors)
    writer = keeper or chair
    row = Meeting(
        **flow.begin(MEETING),
        number=numbering.next_number("meeting", at=clock.now(), unit=unit),
        unit=unit,
        kind=kind,
        title=title.strip(),
        starts_at=starts_at,
        place=place.strip(),
        chair=chair,
        keeper=writer,
        agenda=agenda.strip(),
    )
    row.save()
    asked = list({person.pk: person for person in (chair, writer, *people)}.values())
    Attendance.objects.bulk_create(Attendance(meeting=row, person=person) for person in asked)
    history.record(actor=actor, verb="meeting.called", subject=row)
    if starts_at > clock.now():
        _tell(row, [person for person in asked if person.pk != actor.person_id], actor, "meeting.called")
    return row


def _asked(meeting: Meeting, actor: Actor) -> list[Person]:
    """Whoever was asked to come, but not who has just changed it."""
    rows = meeting.attendances.exclude(person=actor.person_id or 0).select_related("person")
    return [row.person for row in rows if row.person.active]


def _tell(meeting: Meeting, people: list[Person], actor: Actor, template: str, **more: str) -> None:
    begins = clock.zone(meeting.unit.timezone)
    values = {
        "title": meeting.title,
        "when": f"{meeting.starts_at.astimezone(begins):%Y-%m-%d %H:%M}",
        "place": meeting.place or "—",
        "agenda": meeting.agenda or "—",
        **more,
    }
    notices.send(to=people, template=template, context=values, subject=meeting, actor=actor)


@atomic
def change(*, actor: Actor, meeting: Meeting, **values: Any) -> Meeting:
    """Another time, place, agenda, chair or keeper, as long as the minutes are not closed.

    Whoever was asked to come is told of another time or place. Raises Invalid, NotNow.
    """
    access.require(actor, caps.HOLD, meeting)
    unknown = set(values) - OPEN_POINTS
    if unknown:
        raise Invalid({name: _("这一项不能修改。") for name in sorted(unknown)})
    if "title" in values and not str(values["title"]).strip():
        raise Invalid({"title": _("请写会议主题。")})
    _still_open(meeting)
    moved = any(values.get(name, getattr(meeting, name)) != getattr(meeting, name) for name in WHERE)
    with history.change(meeting, actor=actor, verb="meeting.changed"):
        guarded_update(meeting, expect={"state": "planned"}, **values)
    if moved and meeting.starts_at > clock.now():
        _tell(meeting, _asked(meeting, actor), actor, "meeting.moved")
    return meeting


@atomic
def write(*, actor: Actor, meeting: Meeting, minutes: str) -> Meeting:
    """Write the minutes 会议记录, any number of times until they are closed."""
    access.require(actor, caps.HOLD, meeting)
    if len(minutes) > LONGEST:
        raise Invalid({"minutes": _("会议记录最多 %(n)d 字。") % {"n": LONGEST}})
    _still_open(meeting)
    if minutes.strip() != meeting.minutes:
        with history.change(meeting, actor=actor, verb="meeting.written"):
            guarded_update(meeting, expect={"state": "planned"}, minutes=minutes.strip())
    return meeting


@atomic
def mark(*, actor: Actor, meeting: Meeting, presence: Mapping[int, str]) -> Meeting:
    """Who came: person id → present, leave or absent. Somebody who was not asked is added."""
    access.require(actor, caps.HOLD, meeting)
    _still_open(meeting)
    if set(presence.values()) - set(Presence.values):
        raise Invalid({"presence": _("到会情况只能是到会、请假、缺席。")})
    known = {row.person_id: row for row in meeting.attendances.all()}
    changed = [row for pk, row in known.items() if presence.get(pk, row.presence) != row.presence]
    for row in changed:
        row.presence = presence[row.person_id]
    Attendance.objects.bulk_update(changed, ["presence"])
    fresh = [
        Attendance(meeting=meeting, person_id=pk, presence=said)
        for pk, said in presence.items()
        if pk not in known
    ]
    Attendance.objects.bulk_create(fresh)
    if changed or fresh:
        history.record(actor=actor, verb="meeting.changed", subject=meeting, marks=[*changed, *fresh])
    return meeting


@atomic
def decide(
    *, actor: Actor, meeting: Meeting, text: str, owner: Person | None = None, due_at: datetime | None = None
) -> Decision:
    """Write down a decision; with an owner and a due moment (UTC) it will be his task. Raises Invalid."""
    access.require(actor, caps.HOLD, meeting)
    _still_open(meeting)
    errors: dict[str, Any] = {}
    if not text.strip():
        errors["text"] = _("请写决议内容。")
    if owner is not None and due_at is None:
        errors["due_at"] = _("有办理人的决议要写明到期时间。")
    if due_at is not None and owner is None:
        errors["owner"] = _("请选择由谁办理。")
    if errors:
        raise Invalid(errors)
    row = Decision.objects.create(meeting=meeting, text=text.strip(), owner=owner, due_at=due_at)
    told = {"text": row.text, "owner": str(owner) if owner else ""}
    history.record(actor=actor, verb="meeting.decided", subject=meeting, data=told, marks=[row])
    return row


@atomic
def strike(*, actor: Actor, decision: Decision) -> None:
    """Take a decision out again before the minutes are closed."""
    meeting = decision.meeting
    access.require(actor, caps.HOLD, meeting)
    _still_open(meeting)
    gone = Decision(pk=decision.pk)
    decision.delete()
    told = {"text": decision.text}
    history.record(actor=actor, verb="meeting.struck", subject=meeting, data=told, marks=[gone])


@atomic
def close(*, actor: Actor, meeting: Meeting, proves: Obligation | None = None) -> Meeting:
    """Close the minutes: every action becomes a task of its owner, to be accepted by the chair.

    `proves` is the actor's own obligation of which these minutes are the record (例会): it is done with them. Raises
    Refused, NotNow (not begun, no minutes), Invalid for an action whose due moment has passed or a duty that something
    else proves.
    """
    _still_open(meeting)
    actions = list(meeting.decisions.filter(owner__isnull=False).select_related("owner"))
    passed = [row for row in actions if row.due_at is not None and row.due_at <= clock.now()]
    if passed:
        raise Invalid(
            {"": _("“%(what)s”的到期时间已过，请删去后按新的时间再记。") % {"what": passed[0].text[:40]}}
        )
    for row in actions:
        row.obligation = duties.open_obligation(
            actor=actor,
            unit=meeting.unit,
            title=Text(row.text[:200], row.text[:200]),
            kind=ObligationKind.TASK,
            holder=row.owner,
            subject=meeting,
            target={"kind": "moment", "at": row.due_at.isoformat() if row.due_at else ""},
            evidence=DEFAULT,
            acceptor=meeting.chair if meeting.chair_id != row.owner_id else None,
            detail=str(meeting),
        )
    Decision.objects.bulk_update(actions, ["obligation"])
    flow.perform(
        meeting,
        "close",
        actor=actor,
        data={"actions": len(actions)},
        changes={"closed_at": clock.now(), "proves": proves},
        marks=tuple(actions),
    )
    if proves is not None:
        duties.fulfil(actor=actor, obligation=proves, evidence=of_record(proves, meeting, RECORD))
    return meeting


@atomic
def cancel(*, actor: Actor, meeting: Meeting, reason: str) -> Meeting:
    """The meeting does not take place; whoever was asked to come is told. Needs a reason."""
    flow.perform(meeting, "cancel", actor=actor, note=reason)
    if meeting.starts_at > clock.now():
        _tell(meeting, _asked(meeting, actor), actor, "meeting.cancelled", reason=reason)
    return meeting


def _still_open(meeting: Meeting) -> None:
    """Held until the end of the transaction, so that no decision slips in while the minutes are being closed."""
    now = Meeting.objects.select_for_update().values_list("state", flat=True).get(pk=meeting.pk)
    if now != "planned":
        raise flow.NotNow(_("会议记录已经定稿，不能再改。"))

"""The five things of every task: place, time, person, object, method and procedure 地点、时间、人、对象、方法与程序 (ORG-09)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zhize.domains.duties.models import Obligation
from zhize.lib import clock
from zhize.lib.businesstime import moment_text
from zhize.lib.text import Text

LABELS = {
    "place": Text("地点", "Place"),
    "time": Text("时间", "Time"),
    "person": Text("人", "Person"),
    "object": Text("对象", "Object"),
    "method": Text("方法与程序", "Method and procedure"),
}


@dataclass(frozen=True)
class Five:
    """What the duty says of each, filled from the obligation itself where it says nothing (a task, a promise)."""

    place: Text
    time: Text
    person: Text
    object: Text
    method: Text

    def items(self) -> list[tuple[Text, Text]]:
        """Each with its label, in the order of the position sheet."""
        return [(label, getattr(self, code)) for code, label in LABELS.items()]


def five(row: Obligation, subject: Text | None = None) -> Five:
    """The five things of an obligation; `subject` is the title of the row it is about. Read with its duty version."""
    spec: dict[str, Any] = row.duty_version.spec if row.duty_version is not None else {}
    about = subject if subject is not None and subject.zh else None
    return Five(
        place=_said(spec, "place") or _named(row.unit),
        time=_time(row),
        person=_person(row),
        object=_both(_said(spec, "object"), about) or row.name,
        method=_both(_said(spec, "method"), Text(row.detail, row.detail) if row.detail else None) or row.name,
    )


def _said(spec: dict[str, Any], name: str) -> Text | None:
    return Text.of(spec[name]) if spec.get(name) else None


def _both(first: Text | None, second: Text | None) -> Text | None:
    if first is None or second is None:
        return first or second
    return Text(f"{first.zh}（{second.zh}）", f"{first.en} ({second.en})")


def _named(row: Any) -> Text:
    return Text(row.name, row.name_en or row.name)


def _time(row: Obligation) -> Text:
    zone = clock.zone(row.unit.timezone)
    if row.due_at is None:
        return Text("不限时", "no limit")
    due = moment_text(row.due_at.astimezone(zone))
    if row.not_before_at is None:
        return Text("{due} 前", "by {due}").format(due=due)
    begin = moment_text(row.not_before_at.astimezone(zone))
    return Text("{begin} 起，{due} 前", "from {begin}, by {due}").format(begin=begin, due=due)


def _person(row: Obligation) -> Text:
    who = row.holder or row.position
    found = _named(who) if who is not None else Text("（无人）", "nobody")
    receiver = row.acceptor or row.acceptor_position
    if receiver is None:
        return found
    to = _named(receiver)
    return Text(f"{found.zh}，交 {to.zh}", f"{found.en}, to {to.en}")

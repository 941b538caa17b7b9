"""The only writer of a state, and the answer to which verbs are possible now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic, guarded_update
from zhize.kernel.flow import guards
from zhize.kernel.flow.machines import Machine, Move
from zhize.kernel.flow.models import StatefulModel
from zhize.lib.text import Text


class NotNow(DomainError):
    """The move does not leave the row's present state, or a guard objects; the message says why."""

    code = "flow.not_now"
    message = _("这条记录现在的状态不能做这一步。")


@dataclass(frozen=True)
class Offer:
    """A verb as it can be offered to an actor: enabled, or disabled with the reason."""

    verb: str
    label: Any
    enabled: bool
    reason: Any
    needs: tuple[str, ...]
    target: str
    primary: bool


def begin(machine: Machine) -> dict[str, str]:
    """The columns a new row starts with."""
    return {"state": machine.start.code, "category": str(machine.start.category)}


def objection(subject: StatefulModel, move: Move, actor: Actor, data: Mapping[str, Any] | None) -> Any:
    """The first guard's reason against the move, or None. `data` is None while only asking.

    An attempt on what one's own hands may not do stays in the history (ORG-30).
    """
    for guard in move.guards:
        reason = guards.refusal(guard.name, guard.parameters, subject, actor, data)
        if reason is not None:
            if data is not None and guards.is_separating(guard.name):
                history.refused(actor=actor, subject=subject, reason=reason)
            return reason
    return None


@atomic
def perform(
    subject: StatefulModel,
    verb: str,
    *,
    actor: Actor,
    data: Mapping[str, Any] | None = None,
    note: str | Text = "",
    changes: Mapping[str, Any] | None = None,
    recorded_as: str | None = None,
    also: tuple[Any, ...] = (),
    marks: tuple[Any, ...] = (),
    secret: tuple[str, ...] = (),
) -> Move:
    """Make the move `verb` on the row: right, guards, needed inputs, guarded write, history entry.

    `changes` are further columns written with the state. The entry's verb is `recorded_as`, by default
    "<model>.<verb>"; `also` and `marks` are passed to it. Columns and inputs named in `secret` are written and checked as
    all others, and their text is not repeated in the log. Raises NotNow, Refused, Invalid (an input that is needed is missing) or Outrun.
    """
    move = subject.machine.move(verb, subject.state)
    if move is None:
        raise NotNow
    access.require(actor, move.capability, subject)
    given: dict[str, Any] = {**(data or {}), **({"note": str(note)} if note else {})}
    missing = {name: [_("请填写这一项。")] for name in move.needs if given.get(name) in (None, "", [], {})}
    if missing:
        raise Invalid(missing, code="flow.missing")
    reason = objection(subject, move, actor, given)
    if reason is not None:
        raise NotNow(reason)
    before, target = subject.state, subject.machine.state(move.target)
    written = {"state": target.code, "category": str(target.category), **(changes or {})}
    snapshot = {name: getattr(subject, name) for name in written}
    guarded_update(subject, expect={"state": before}, **written)
    told = {name: value for name, value in given.items() if name not in secret}
    difference = {
        name: [snapshot[name], value]
        for name, value in written.items()
        if snapshot[name] != value and name not in secret
    }
    history.record(
        actor=actor,
        verb=recorded_as or f"{subject._meta.model_name}.{verb}",
        subject=subject,
        changes=difference,
        data={"from": before, "to": target.code, "category": str(target.category), **told},
        note=note,
        also=also,
        marks=marks,
    )
    return move


@atomic
def perform_all(
    rows: models.QuerySet[Any],
    verb: str,
    *,
    machine: Machine,
    actor: Actor,
    on: models.Model,
    recorded_as: str,
    note: str | Text,
    data: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> int:
    """Make the same move on all rows in a state that has it, in one update and with one entry; returns how many.

    For what nobody decides row by row. The entry's subject is `on`, it stands in the timelines of all rows, and its data
    gets their `count`. Needs the right without a row. Raises ValueError for a move with guards, which look at each row.
    """
    moves = [move for state in machine.states if (move := machine.move(verb, state.code)) is not None]
    if any(move.guards for move in moves):
        raise ValueError(f"{verb} is guarded")
    count = 0
    for move in {move.sources: move for move in moves}.values():
        access.require(actor, move.capability)
        target = machine.state(move.target)
        found = rows.filter(state__in=move.sources).order_by("pk").select_for_update(of=("self",))
        ids = list(found.values_list("pk", flat=True))
        if not ids:
            continue
        written = {"state": target.code, "category": str(target.category), **(changes or {})}
        rows.model._base_manager.filter(pk__in=ids).update(version=models.F("version") + 1, **written)
        told = {**(data or {}), "count": len(ids), "to": target.code}
        also = [rows.model(pk=pk) for pk in ids]
        history.record(actor=actor, verb=recorded_as, subject=on, data=told, note=note, also=also)
        count += len(ids)
    return count


def offers(subject: StatefulModel, actor: Actor) -> list[Offer]:
    """The verbs out of the row's present state, each enabled or disabled with its reason, in declared order."""
    found = []
    for move in subject.machine.moves_from(subject.state):
        reason: Any = None
        if not actor.may(move.capability):
            reason = _("您的岗位没有这项权限。")
        elif not access.allowed(actor, move.capability, subject):
            reason = _("这条记录不在您这项权限的范围内。")
        else:
            reason = objection(subject, move, actor, None)
        found.append(
            Offer(move.verb, move.label, reason is None, reason, move.needs, move.target, move.primary)
        )
    return found

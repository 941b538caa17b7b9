"""What a person decides on the lines of a draft: confirm, drop, correct; and on its positions."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhize.desk.drafting import packing, selectors, storing
from zhize.desk.drafting.capabilities import WORK
from zhize.desk.drafting.models import Decision, DraftLine, DraftPosition, JobDraft
from zhize.desk.drafting.services.making import check_open
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.org.models import Position
from zhize.lib import clock
from zhize.lib.jobtext import DraftDuty
from zhize.lib.text import Text

_VERBS = {
    Decision.CONFIRMED: "jobdraft.line_confirmed",
    Decision.DROPPED: "jobdraft.line_dropped",
    Decision.OPEN: "jobdraft.line_reopened",
}

_ADDED = Text(
    "同一条里手工加的又一项职责：请改正，填上周期或时限；不要就删去",
    "One more duty of this clause, added by hand: correct it and say when it is owed, or drop it",
)


@atomic
def decide(*, actor: Actor, line: DraftLine, decision: str) -> DraftLine:
    """Confirm a line, drop it, or open it again. Deciding what is decided so already changes nothing. Raises Invalid."""
    access.require(actor, WORK, line)
    draft = line.position.draft
    check_open(draft)
    if decision not in Decision.values:
        raise Invalid({"decision": _("没有这种决定。")})
    if line.decision == decision:
        return line
    guarded_update(line, decision=decision)
    touch(draft)
    data = {"number": line.number or line.text[:20]}
    history.record(actor=actor, verb=_VERBS[Decision(decision)], subject=draft, unit=draft.unit, data=data)
    return line


@atomic
def confirm_sure(*, actor: Actor, draft: JobDraft, position: DraftPosition | None = None) -> int:
    """Confirm every open line that nothing is unsure about, of the draft or of one of its positions; returns how many."""
    access.require(actor, WORK, draft)
    check_open(draft)
    sure = DraftLine.objects.filter(position__draft=draft, decision=Decision.OPEN, unsure=False)
    if position is not None:
        sure = sure.filter(position=position)
    count = sure.update(decision=Decision.CONFIRMED, version=F("version") + 1)
    if count:
        touch(draft)
        history.record(
            actor=actor, verb="jobdraft.confirmed", subject=draft, unit=draft.unit, data={"count": count}
        )
    return count


@atomic
def correct(*, actor: Actor, line: DraftLine, text: str, number: str, duty: DraftDuty | None) -> DraftLine:
    """Write what the line should say and confirm it; without a duty the clause is standing.

    Raises Invalid with the field that is wrong: `text`, the names of the rule, `limit`, `event`, `evidence_title`.
    """
    access.require(actor, WORK, line)
    draft = line.position.draft
    check_open(draft)
    errors: dict[str, Any] = {}
    if not text.strip():
        errors["text"] = _("请填写条款原文。")
    for field, said in packing.faults(duty) if duty is not None else ():
        errors.setdefault(field, []).append(said)
    codes = {role: getattr(duty, f"{role}_code") for role in ("acceptor", "receiver")} if duty else {}
    known = selectors.takers(actor, draft) if any(codes.values()) else {}
    for role, code in codes.items():
        # What somebody chose before who sees further than the actor stays.
        if code and code not in known and code != (line.duty or {}).get(f"{role}_code"):
            errors[role] = _("没有找到，或者不在您的权限范围内。")
    if errors:
        raise Invalid(errors)
    values: dict[str, Any] = {
        "text": text.strip(),
        "number": number.strip()[: storing.NUMBER],
        "duty": storing.of_duty(duty) if duty is not None else None,
        "unsure": False,
        "decision": Decision.CONFIRMED,
        "corrected": True,
    }
    guarded_update(line, **values)
    # What a clause says is the same in every row of it.
    others = DraftLine.objects.filter(position=line.position, clause=line.clause).exclude(pk=line.pk)
    others.update(text=values["text"], number=values["number"], version=F("version") + 1)
    touch(draft)
    history.record(
        actor=actor, verb="jobdraft.corrected", subject=draft, unit=draft.unit,
        data={"number": line.number or line.text[:20]},
    )  # fmt: skip
    return line


@atomic
def add_duty(*, actor: Actor, line: DraftLine) -> DraftLine:
    """One more row for the clause of a line, empty and open, to be corrected into a duty or dropped.

    Where an empty one waits already, that one is given back: pressing twice adds one. Raises Invalid.
    """
    access.require(actor, WORK, line)
    draft = line.position.draft
    check_open(draft)
    # The position's row is held, so that two at once do not take the same part.
    DraftPosition.objects.select_for_update().get(pk=line.position_id)
    rows = DraftLine.objects.filter(position=line.position, clause=line.clause).order_by("part")
    parts = list(rows)
    waiting = next(
        (row for row in parts if row.duty is None and row.decision == Decision.OPEN and row.part), None
    )
    if waiting is not None:
        return waiting
    added = DraftLine.objects.create(
        position=line.position,
        clause=line.clause,
        part=parts[-1].part + 1,
        section=line.section,
        number=line.number,
        text=line.text,
        first_line=line.first_line,
        last_line=line.last_line,
        doubts=[{"code": "added", "zh": _ADDED.zh, "en": _ADDED.en}],
        unsure=True,
    )
    touch(draft)
    data = {"number": line.number or line.text[:20]}
    history.record(actor=actor, verb="jobdraft.line_added", subject=draft, unit=draft.unit, data=data)
    return added


@atomic
def set_position(
    *,
    actor: Actor,
    position: DraftPosition,
    name: str,
    name_en: str = "",
    headcount: int = 1,
    reports_to: str = "",
    superior: Position | None = None,
) -> DraftPosition:
    """Name, headcount and superior: a position of the draft by its name, or one that exists. Raises Invalid, Refused."""
    access.require(actor, WORK, position)
    draft = position.draft
    check_open(draft)
    errors: dict[str, Any] = {}
    called = name.strip()
    if not called:
        errors["name"] = _("请填写岗位名称。")
    others = [row for row in selectors.positions_of(draft) if row.pk != position.pk]
    if called in {row.name for row in others}:
        errors["name"] = _("这份草稿里已有这个岗位。")
    if headcount < 1:
        errors["headcount"] = _("编制至少 1 人。")
    if superior is not None and not selectors.superiors(actor, draft).filter(pk=superior.pk).exists():
        errors["superior"] = _("没有找到，或者不在您的权限范围内。")
    if reports_to and superior is None and _closes_circle(position, reports_to, others):
        errors["superior"] = _("汇报关系不能成环。")
    if errors:
        raise Invalid(errors)
    former = position.name
    guarded_update(
        position,
        name=called[: storing.NAME],
        name_en=name_en.strip()[: storing.NAME],
        headcount=headcount,
        reports_to="" if superior is not None else reports_to.strip()[: storing.NAME],
        superior=superior,
    )
    _follow(draft, former, position.name)
    touch(draft)
    data = {"position": position.name}
    history.record(actor=actor, verb="jobdraft.position_set", subject=draft, unit=draft.unit, data=data)
    return position


def _follow(draft: JobDraft, former: str, name: str) -> None:
    """Who reported to it, and what it accepts or receives, goes on doing so under its new name."""
    if former == name:
        return
    draft.positions.filter(reports_to=former).update(reports_to=name, version=F("version") + 1)
    lines = list(
        DraftLine.objects.filter(
            Q(duty__acceptor=former) | Q(duty__receiver=former), position__draft=draft
        ).select_for_update()
    )
    for line in lines:
        told = line.duty or {}
        line.duty = told | {role: name for role in ("acceptor", "receiver") if told[role] == former}
        line.version += 1
    DraftLine.objects.bulk_update(lines, ["duty", "version"])


def _closes_circle(position: DraftPosition, reports_to: str, others: list[DraftPosition]) -> bool:
    above = {row.name: row.reports_to for row in others if row.superior_id is None}
    upper, steps = reports_to, 0
    while upper and upper != position.name and steps <= len(others):
        upper, steps = above.get(upper, ""), steps + 1
    return upper == position.name or steps > len(others)


def touch(draft: JobDraft) -> None:
    """Something of it was changed now; refused once it has been set up."""
    guarded_update(draft, expect={"applied_at": None}, updated_at=clock.now())

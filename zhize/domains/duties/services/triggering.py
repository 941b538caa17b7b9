"""Facts that begin and end triggered duties (DUT-03, TRG rows).

Runs in the transaction that recorded the fact, so that a case and what it calls for are saved together. Beginning
looks at the duties in force in the fact's unit; ending looks at the version the obligation was opened under.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import structlog
from django.db.models import QuerySet

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import people, subjects
from zhize.domains.duties.models import DutyFact, DutyVersion, Obligation
from zhize.domains.duties.services import changing, finishing, known, opening
from zhize.domains.duties.services.proving import Proof
from zhize.domains.duties.services.rights import vouched
from zhize.domains.duties.subjects import Subject
from zhize.kernel import access, calendars
from zhize.kernel.access import Actor
from zhize.kernel.access.actor import Kind
from zhize.kernel.db import statements
from zhize.kernel.history.models import Entry
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Unit
from zhize.lib import conditions
from zhize.lib.conditions import Name

log = structlog.get_logger(__name__)

# What a condition may ask about beside the subject's own facts: what the entry itself says.
ENTRY_NAMES = {
    "entry.code": Name("text"),
    "entry.channel": Name("text"),
    "entry.kind": Name("text"),
    "entry.clock_code": Name("text"),
    "entry.satisfied": Name("boolean"),
}


def follow(entry: Entry) -> None:
    """End what this fact ends, let obligations of the owner follow him, begin what it begins."""
    fact = known.fact(entry.verb)
    begun = _begun(entry, fact)
    passed_on = entry.verb in subjects.owner_facts(entry.subject_type)
    if not (fact.ended or begun or passed_on):
        return
    there = known.About(entry)
    if fact.ended:
        _end(entry, fact, there)
    if passed_on:
        _follow_owner(entry, there)
    if begun:
        _begin(entry, begun, there)


def _begun(entry: Entry, fact: known.Fact) -> list[DutyVersion]:
    """The duties that the fact begins in the entry's unit and above."""
    if entry.unit_id is None or not fact.begun:
        return []
    path = org.unit_with_id(entry.unit_id).path or ""
    above = {int(part) for part in path.strip("/").split("/") if part}
    return [version for version in fact.begun if version.duty.unit_id in above]


def _begin(entry: Entry, begun: list[DutyVersion], there: known.About) -> None:
    unit = org.unit_with_id(entry.unit_id or 0)
    read: dict[str, Context | None] = {}
    wanted: list[opening.Opening] = []
    for version in begun:
        found = _context(version, entry, read)
        if found is None or not _holds(version.rule.get("when"), found, entry):
            continue
        wanted += _wanted(version, found, entry, unit, there)
        if wanted and known.hang_on_opening():
            opening.open_each(actor=_system(entry), wanted=wanted)
            wanted = []
            there.again()
    opening.open_each(actor=_system(entry), wanted=wanted)


@dataclass(frozen=True)
class Context:
    """The row a duty is about here, read through its domain."""

    subject: Subject | None
    row: Any

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """What conditions may ask about the row; the same for all duties that one entry begins."""
        return self.subject.facts(self.row) if self.subject is not None and self.row is not None else {}


def _context(version: DutyVersion, entry: Entry, read: dict[str, Context | None]) -> Context | None:
    """The subject row named by the entry or standing beside it; None when the entry is about something else.

    `read` keeps the rows for the other duties that the fact begins: a dozen ask about the same one.
    """
    after = version.rule.get("after")
    if after is not None:
        return Context(None, None) if entry.data.get("duty") == after else None
    wanted = str(version.rule.get("subject") or "").lower()
    if wanted not in read:
        subject = subjects.known(wanted)
        pk = next((pk for label, pk in entry.subjects if label == wanted), None)
        read[wanted] = Context(subject, _row(subject, pk, entry)) if subject and pk is not None else None
    return read[wanted]


def _row(subject: Subject, pk: int, entry: Entry) -> Any:
    """The row as the service that recorded the entry has it in hand, else read."""
    row = entry.handed(subject.label)
    return row if row is not None and row.pk == pk and subject.is_whole(row) else subject.rows([pk]).get(pk)


def _holds(raw: Any, context: Context, entry: Entry) -> bool:
    if not raw:
        return True
    names = {**ENTRY_NAMES, **(context.subject.names if context.subject is not None else {})}
    values = {**{f"entry.{key}": value for key, value in entry.data.items()}, **context.facts}
    try:
        return conditions.evaluate(conditions.parse(raw, names), values)
    except conditions.ConditionError as error:
        # Checked when the pack is applied; should a name have vanished since, one obligation too many is seen, one
        # too few is not.
        log.error("duty_condition_unreadable", entry=entry.pk, problems=str(error))
        return True


def _wanted(
    version: DutyVersion, context: Context, entry: Entry, unit: Unit, about: known.About
) -> list[opening.Opening]:
    """An obligation for each who owes it, unless one of this duty about this row is open already."""
    row = context.row
    where = (context.subject.unit(row) if context.subject is not None and row is not None else None) or unit
    rule, code = version.rule, version.duty.position_code
    found = people.owing(rule, code, unit=where, subject=context.subject, row=row, entry=entry)
    if not found:
        return []
    there = _already(version, row, about)
    target, since = rule.get("target"), None
    if target is None and rule.get("deadline") and context.subject is not None:
        target = context.subject.deadline(row, rule["deadline"])
        since = context.subject.since(row, rule["deadline"])
    each = rule.get("holder") == "on_shift"
    wanted: list[opening.Opening] = []
    for owing in found:
        holder_id = owing.holder.pk if owing.holder is not None else None
        if holder_id in there if each else there:
            continue
        said = opening.of_version(version, unit=where, owing=owing)
        said["target"], said["subject"] = target, row
        said["at"], said["trigger_entry"] = min(since or entry.at, entry.at), entry.pk
        if context.subject is not None:
            said["named"] = context.subject.date(row, version.duty.code)
        wanted.append(said)
        if row is not None:
            about.opening(version, row, holder_id)
    return wanted


def _already(version: DutyVersion, row: Any, about: known.About) -> set[int | None]:
    """Holders of open obligations about this row that make another one of this duty needless.

    Of the same duty; and where the owner owes it, of any duty of the owner for the same moment: a case that is passed
    on keeps the clock that runs, whatever the position of the new owner.
    """
    if row is None:
        return set()
    mine, of_owner = (row._meta.label_lower, row.pk), version.rule.get("holder") == "owner"
    moment = version.rule.get("deadline") if of_owner else None
    return {
        each.holder_id
        for each in about.owed()
        if each.subject == mine and (each.duty_id == version.duty_id or (moment and _same(each, moment)))
    }


def _same(each: known.Owed, moment: str) -> bool:
    rule = known.rule(each.version_id)
    return rule.get("holder") == "owner" and rule.get("deadline") == moment


def _end(entry: Entry, fact: known.Fact, about: known.About) -> None:
    """Fulfil or cancel the open obligations whose version names this fact for this subject."""
    ending = [each for each in about.owed() if each.version_id in fact.ended]
    if not ending:
        return
    whole = {row.pk: row for row in _whole({each.pk for each in ending})}
    for pair in dict.fromkeys(each.subject for each in ending):
        subject = subjects.known(pair[0])
        row = _row(subject, pair[1], entry) if subject is not None else None
        alone = subject is not None and entry.verb in subject.own_facts
        found = [whole[each.pk] for each in ending if each.subject == pair and each.pk in whole]
        for obligation in _concerned(found, entry, alone=alone):
            _finish(obligation, fact.ended[obligation.duty_version_id or 0], entry, row)
    about.again()


def _whole(ids: set[int]) -> list[Obligation]:
    """The obligations with what ending them needs, in due order; units, versions and calendars from memory."""
    found = statements.by_id("duties.ending", statements.ANYBODY, _with_what_ends, ids)
    rows = sorted(found.values(), key=lambda row: (row.due_at is None, row.due_at, row.pk))
    for row in rows:
        row.unit = org.unit_with_id(row.unit_id)
        if row.duty_version_id is not None:
            row.duty_version = known.version(row.duty_version_id)
            row.duty = row.duty_version.duty
        if row.clock is not None:
            row.clock.unit = org.unit_with_id(row.clock.unit_id)
            row.clock.calendar_version = calendars.version_with_id(row.clock.calendar_version_id)
    return rows


def _with_what_ends() -> QuerySet[Obligation]:
    return Obligation.objects.select_related("holder", "position", "clock")


def _concerned(found: list[Obligation], entry: Entry, *, alone: bool) -> list[Obligation]:
    """What everybody on shift owes is ended for the one who did it; a fact by somebody else ends it for all.

    `alone`: the fact speaks for its doer only, and ends nothing of the others.
    """
    kept = [row for row in found if _rule(row).get("holder") != "on_shift"]
    each = [row for row in found if _rule(row).get("holder") == "on_shift"]
    own = [row for row in each if row.holder_id is not None and row.holder_id == entry.person_id]
    return kept + (own if own or alone else each)


def _rule(obligation: Obligation) -> dict[str, Any]:
    return obligation.duty_version.rule if obligation.duty_version is not None else {}


def _finish(obligation: Obligation, role: str, entry: Entry, row: Any) -> None:
    by = vouched(doer(entry), caps.FULFIL, caps.CANCEL)
    if role == DutyFact.STOP and obligation.state != "open":
        return  # Handed in: its receiver has the word, and the fact is not held up by that.
    if role == DutyFact.CANCEL:
        reason = entry.declared.in_both(entry)
        finishing.cancel(actor=by, obligation=obligation, reason=reason, subject_fact=row)
        return
    at = max(entry.at, obligation.opened_at)
    if row is None:
        finishing.fulfil(actor=by, obligation=obligation, evidence=Proof("fact", entry_id=entry.pk), at=at)
    else:
        finishing.fulfil(actor=by, obligation=obligation, subject_fact=row, entry_id=entry.pk, at=at)


def _follow_owner(entry: Entry, about: known.About) -> None:
    """The owner changed: what the owner of this row owes, the new one owes."""
    mine, subject = (entry.subject_type, entry.subject_id), subjects.known(entry.subject_type)
    of_owner = [
        each.pk
        for each in about.owed()
        if each.subject == mine
        and each.state == "open"
        and known.rule(each.version_id).get("holder") == "owner"
    ]
    row = _row(subject, entry.subject_id, entry) if subject is not None and of_owner else None
    if subject is None or row is None:
        return
    owner: Person | None = subject.owner(row)
    position = subject.owner_position(row)
    rows = Obligation.objects.filter(pk__in=of_owner).select_related("unit", "holder", "position", "duty")
    for obligation in rows:
        if obligation.holder_id != (owner.pk if owner else None):
            changing.reassign(
                actor=vouched(doer(entry), caps.REASSIGN),
                obligation=obligation,
                to=owner,
                position=position,
                reason=entry.sentence()[:300],
            )
    about.again()


def _system(entry: Entry) -> Actor:
    return access.system(caps.TRIGGER, channel=entry.channel, request_id=entry.request_id)


def doer(entry: Entry) -> Actor:
    """Who did what the entry says, so that the obligation's history names him and not a job of ours."""
    kinds: dict[str, Kind] = {"person": "person", "token": "token", "customer": "customer"}
    return Actor(
        kinds.get(entry.actor_kind, "system"),
        entry.actor_label,
        entry.channel,
        person_id=entry.person_id,
        position_id=entry.position_id,
        customer_id=entry.customer_ref,
        on_behalf_of_id=entry.on_behalf_of_id,
        request_id=entry.request_id,
    )

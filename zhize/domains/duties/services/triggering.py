"""Facts that begin and end triggered duties (DUT-03, TRG rows).

Runs in the transaction that recorded the fact, so that a case and what it calls for are saved together. Beginning
looks at the duties in force in the fact's unit; ending looks at the version the obligation was opened under.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from django.db.models import F, Prefetch, Q

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import people, subjects
from zhize.domains.duties.models import DutyFact, DutyVersion, Obligation
from zhize.domains.duties.services import changing, finishing, opening
from zhize.domains.duties.services.proving import Proof
from zhize.domains.duties.services.rights import vouched
from zhize.domains.duties.subjects import Subject
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.access.actor import Kind
from zhize.kernel.clocks.models import Clock
from zhize.kernel.db import read_once
from zhize.kernel.history.models import Entry
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
    roles = read_once(f"{DutyFact.READ_AS}.{entry.verb}", lambda: _roles_of(entry.verb))
    if roles & {DutyFact.STOP, DutyFact.CANCEL}:
        _end(entry)
    if entry.verb in subjects.owner_facts(entry.subject_type):
        _follow_owner(entry)
    if DutyFact.START in roles:
        _begin(entry)


def _roles_of(verb: str) -> set[str]:
    """Whether any duty, in force or not, is begun, fulfilled or cancelled by such a fact."""
    return set(DutyFact.objects.filter(fact=verb).values_list("role", flat=True).distinct())


def _begin(entry: Entry) -> None:
    if entry.unit_id is None:
        return
    unit = Unit.objects.get(pk=entry.unit_id)
    above = [int(part) for part in (unit.path or "").strip("/").split("/") if part]
    versions = DutyVersion.objects.filter(
        facts__fact=entry.verb,
        facts__role=DutyFact.START,
        duty__current=F("pk"),
        duty__active=True,
        duty__unit_id__in=above,
    ).select_related("duty")
    # A duty that names the positions it is for goes before one for everybody else, which then stays closed.
    read: dict[str, Context | None] = {}
    for version in sorted(
        versions, key=lambda found: (not found.rule.get("only_positions"), found.duty.code)
    ):
        found = _context(version, entry, read)
        if found is not None and _holds(version.rule.get("when"), found, entry):
            _open(version, found, entry, unit)


@dataclass(frozen=True)
class Context:
    """The row a duty is about here, read through its domain."""

    subject: Subject | None
    row: Any


def _context(version: DutyVersion, entry: Entry, read: dict[str, Context | None]) -> Context | None:
    """The subject row named by the entry or standing beside it; None when the entry is about something else.

    `read` keeps the rows for the other duties that the fact begins: a dozen ask about the same one.
    """
    after = version.rule.get("after")
    if after is not None:
        return Context(None, None) if entry.data.get("duty") == after else None
    wanted = str(version.rule.get("subject") or "").lower()
    if wanted not in read:
        subject, pk = subjects.known(wanted), _subject_id(entry, wanted)
        read[wanted] = Context(subject, subject.rows([pk]).get(pk)) if subject and pk is not None else None
    return read[wanted]


def _subject_id(entry: Entry, label: str) -> int | None:
    if entry.subject_type == label:
        return entry.subject_id
    return entry.also.filter(subject_type=label).values_list("subject_id", flat=True).first()


def _holds(raw: Any, context: Context, entry: Entry) -> bool:
    if not raw:
        return True
    names = {**ENTRY_NAMES, **(context.subject.names if context.subject is not None else {})}
    values = {f"entry.{key}": value for key, value in entry.data.items()}
    if context.subject is not None and context.row is not None:
        values |= context.subject.facts(context.row)
    try:
        return conditions.evaluate(conditions.parse(raw, names), values)
    except conditions.ConditionError as error:
        # Checked when the pack is applied; should a name have vanished since, one obligation too many is seen, one
        # too few is not.
        log.error("duty_condition_unreadable", entry=entry.pk, problems=str(error))
        return True


def _open(version: DutyVersion, context: Context, entry: Entry, unit: Unit) -> None:
    """An obligation for each who owes it, unless one of this duty about this row is open already."""
    row = context.row
    where = (context.subject.unit(row) if context.subject is not None and row is not None else None) or unit
    rule, code = version.rule, version.duty.position_code
    found = people.owing(rule, code, unit=where, subject=context.subject, row=row, entry=entry)
    if not found:
        return
    there = _already(version, row)
    target, since = rule.get("target"), None
    if target is None and rule.get("deadline") and context.subject is not None:
        target = context.subject.deadline(row, rule["deadline"])
        since = context.subject.since(row, rule["deadline"])
    each = rule.get("holder") == "on_shift"
    for owing in found:
        holder_id = owing.holder.pk if owing.holder is not None else None
        if holder_id in there if each else there:
            continue
        opening.open_obligation(
            actor=_system(entry),
            **opening.of_version(version, unit=where, owing=owing),
            target=target,
            subject=row,
            at=min(since or entry.at, entry.at),
            trigger_entry=entry.pk,
            named=context.subject.date(row, version.duty.code) if context.subject is not None else None,
        )


def _already(version: DutyVersion, row: Any) -> set[int | None]:
    """Holders of open obligations about this row that make another one of this duty needless.

    Of the same duty; and where the owner owes it, of any duty of the owner for the same moment: a case that is passed
    on keeps the clock that runs, whatever the position of the new owner.
    """
    if row is None:
        return set()
    same = Q(duty_id=version.duty_id)
    if version.rule.get("holder") == "owner" and version.rule.get("deadline"):
        moment = version.rule["deadline"]
        same |= Q(duty_version__rule__holder="owner", duty_version__rule__deadline=moment)
    rows = Obligation.objects.filter(
        same, subject_type=row._meta.label_lower, subject_id=row.pk, ended_at__isnull=True
    )
    return set(rows.values_list("holder_id", flat=True))


def _end(entry: Entry) -> None:
    """Fulfil or cancel the open obligations whose version names this fact for this subject."""
    pairs = [(entry.subject_type, entry.subject_id), *entry.also.values_list("subject_type", "subject_id")]
    for label, pk in pairs:
        ending = Obligation.objects.filter(
            subject_type=label,
            subject_id=pk,
            ended_at__isnull=True,
            duty_version__facts__fact=entry.verb,
            duty_version__facts__role__in=[DutyFact.STOP, DutyFact.CANCEL],
        )
        found = _whole(set(ending.order_by().values_list("pk", flat=True)))
        if not found:
            continue
        subject = subjects.known(label)
        row = subject.rows([pk]).get(pk) if subject is not None else None
        roles = _roles(found, entry.verb)
        alone = subject is not None and entry.verb in subject.own_facts
        for obligation in _concerned(found, entry, alone=alone):
            _finish(obligation, roles[obligation.duty_version_id], entry, row)


def _whole(ids: set[int]) -> list[Obligation]:
    """The obligations with what ending them needs, in due order.

    In two statements: of twelve tables in one, PostgreSQL weighs every order for 50 ms, and mostly there is nothing to end.
    """
    if not ids:
        return []
    clocks = Clock.objects.select_related("calendar_version__calendar", "unit")
    rows = Obligation.objects.filter(pk__in=ids).select_related(
        "unit", "holder", "position", "duty", "duty_version"
    )
    return list(rows.prefetch_related(Prefetch("clock", queryset=clocks)))


def _roles(found: Iterable[Obligation], fact: str) -> dict[int | None, str]:
    versions = {row.duty_version_id for row in found}
    pairs = DutyFact.objects.filter(version_id__in=versions, fact=fact).exclude(role=DutyFact.START)
    return dict(pairs.values_list("version_id", "role"))


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
        finishing.cancel(actor=by, obligation=obligation, reason=entry.declared.in_both(entry))
        return
    at = max(entry.at, obligation.opened_at)
    if row is None:
        finishing.fulfil(actor=by, obligation=obligation, evidence=Proof("fact", entry_id=entry.pk), at=at)
    else:
        finishing.fulfil(actor=by, obligation=obligation, subject_fact=row, entry_id=entry.pk, at=at)


def _follow_owner(entry: Entry) -> None:
    """The owner changed: what the owner of this row owes, the new one owes."""
    subject = subjects.known(entry.subject_type)
    rows = list(
        Obligation.objects.filter(
            subject_type=entry.subject_type,
            subject_id=entry.subject_id,
            ended_at__isnull=True,
            state="open",
            duty_version__rule__holder="owner",
        ).select_related("unit", "holder", "position", "duty")
    )
    row = subject.rows([entry.subject_id]).get(entry.subject_id) if subject is not None and rows else None
    if subject is None or row is None:
        return
    owner: Person | None = subject.owner(row)
    position = subject.owner_position(row)
    for obligation in rows:
        if obligation.holder_id != (owner.pk if owner else None):
            changing.reassign(
                actor=vouched(doer(entry), caps.REASSIGN),
                obligation=obligation,
                to=owner,
                position=position,
                reason=entry.sentence()[:300],
            )


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

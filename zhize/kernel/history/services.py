"""The only writer of the event log, and the deliverer of its reactions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from zhize.kernel.access import Actor
from zhize.kernel.db import afterwards, atomic, copying, making, mark_recorded, statements, writing
from zhize.kernel.history import facts, verbs
from zhize.kernel.history.models import DONE_WITH, NOTE, Entry, EntrySubject, Reaction
from zhize.kernel.org.models import Unit
from zhize.lib import clock
from zhize.lib.text import Text

# 2, 4, 8 … seconds, at most an hour: given up after two days, longer than anything it needs is likely to be away.
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = 60
# From so many rows on (entries and what they stand beside) they are written by COPY.
MANY = 50
_BESIDE = ("entry_id", "subject_type", "subject_id")

# How a queued reaction reaches a worker; kernel.jobs, which stands above, plugs itself in.
_transport: Callable[[list[int]], None] | None = None


def set_transport(send: Callable[[list[int]], None]) -> None:
    """Let `send` hand the ids of queued reactions to the job queue, within the caller's transaction."""
    global _transport
    _transport = send


def record(
    *,
    actor: Actor,
    verb: str,
    subject: models.Model,
    changes: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    note: str | Text = "",
    unit: Unit | None = None,
    also: Iterable[models.Model] = (),
    marks: Iterable[models.Model] = (),
) -> Entry:
    """Add an entry for what `actor` did to `subject`, run its @on reactions and queue its @after reactions.

    `also` names further rows in whose timelines the entry stands; `marks` names audited rows whose change this
    entry accounts for without standing in their timelines. A `note` is what somebody typed; one that the program
    writes is a Text, so that everybody reads it in his language. Raises UnknownVerb for an undeclared verb.
    """
    happening = Happening(subject, changes or {}, data or {}, note, unit, tuple(also), tuple(marks))
    (entry,) = record_each(actor=actor, verb=verb, happenings=[happening])
    return entry


@dataclass(frozen=True)
class Happening:
    """What `record` takes about one entry. `verb`: where it is another than that of the others."""

    subject: models.Model
    changes: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    note: str | Text = ""
    unit: Unit | None = None
    also: tuple[models.Model | None, ...] = ()
    marks: tuple[models.Model, ...] = ()
    verb: str = ""


def record_each(
    *,
    actor: Actor,
    verb: str = "",
    happenings: Iterable[Happening],
    rows: Sequence[models.Model] = (),
    ids: Sequence[int] = (),
) -> list[Entry]:
    """`record` for many at once: each has an entry and its reactions, and each table is written by one statement.

    `rows`: new rows that they tell of, with their ids, written with them; `ids` of the entries, where they were
    reserved with those of the rows. A listener finds all of it written, and by `following` what is still announced.
    """
    entries = [_entry(actor, each.verb or verb, each) for each in happenings]
    for entry, pk in zip(entries, ids, strict=bool(ids)):
        entry.pk = pk
    _write(entries, rows)
    for entry, following in pairwise(entries):
        entry.following = following
    for entry in entries:
        for row in entry.rows or ():
            mark_recorded(row._meta.label_lower, row.pk)
    _announce(entries)
    return entries


def _write(entries: list[Entry], rows: Sequence[models.Model]) -> None:
    """The entries, the rows they stand beside and those they tell of; by one statement if they are not many."""
    beside = [(entry, row._meta.label_lower, row.pk) for entry in entries for row in entry.beside]
    if len(entries) + len(beside) >= MANY:
        writing.insert_together(rows)
        copying.copy_in(entries)
        copying.copy_values(EntrySubject, _BESIDE, ((entry.pk, *row) for entry, *row in beside))
        return
    further = [EntrySubject(entry=entry, subject_type=label, subject_id=pk) for entry, label, pk in beside]
    if len(entries) == 1 and not rows:
        writing.insert_with(entries[0], further, "entry")
        return
    new = [entry for entry in entries if entry.pk is None]
    for entry, pk in zip(new, copying.reserve(Entry, len(new)) if new else (), strict=True):
        entry.pk = pk
    for one in further:
        one.entry_id = one.entry.pk
    writing.insert_together([*rows, *entries, *further])


def _entry(actor: Actor, verb: str, told: Happening) -> Entry:
    """The entry, not written yet."""
    verbs.known(verb)
    subject, unit = told.subject, told.unit
    entry: Entry = making.blank(Entry)
    entry._state.adding = True
    # Straight to where a model keeps its values: Django would look at each of them.
    entry.__dict__.update(
        id=None,
        transaction=_TRANSACTION,
        at=clock.now(),
        verb=verb,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_label=str(subject)[:200],
        unit_id=unit.pk if unit is not None else _unit_id(subject, actor),
        actor_kind=actor.kind,
        actor_label=actor.label[:120],
        person_id=actor.person_id,
        position_id=actor.position_id,
        on_behalf_of_id=actor.on_behalf_of_id,
        customer_ref=actor.customer_id,
        channel=actor.channel,
        changes=plain(told.changes) if told.changes else {},
        data=plain(_besides(told.data, actor, told.note)),
        note=str(told.note),
        request_id=actor.request_id,
    )
    entry.beside = tuple(row for row in told.also if row is not None)
    entry.rows = (subject, *entry.beside, *told.marks)
    return entry


_TRANSACTION = Entry._meta.get_field("transaction").get_default()


def _besides(data: Mapping[str, Any], actor: Actor, note: str | Text) -> dict[str, Any]:
    """The data with the token that was used, and a note of the program's own in both languages."""
    token = {DONE_WITH: actor.token_name} if actor.token_name else {}
    return {**data, **token, **({NOTE: note} if isinstance(note, Text) else {})}


def refused(
    *,
    actor: Actor,
    subject: models.Model,
    reason: Any,
    verb: str = verbs.SEPARATED,
    also: Iterable[models.Model] = (),
) -> None:
    """Keep an attempt that separation of duties forbids (ORG-30), although the caller raises and all else is undone."""
    said = {"reason": verbs.both(reason).as_dict()}
    afterwards(lambda: record(actor=actor, verb=verb, subject=subject, data=said, also=also))


def _announce(entries: list[Entry]) -> None:
    for entry in entries:
        for listener in facts.listeners(entry.verb):
            listener(entry)
    queued = _queue([(entry, name) for entry in entries for name in facts.reactions(entry)])
    if queued and _transport is not None:
        _transport(queued)


def _queue(wanted: list[tuple[Entry, str]]) -> list[int]:
    """Write the reactions that entries ask for; returns their ids."""
    if len(wanted) < MANY:
        rows = [Reaction(entry=entry, name=name, next_at=entry.at) for entry, name in wanted]
        writing.insert(rows)
        return [row.pk for row in rows]
    ids = copying.reserve(Reaction, len(wanted))
    copying.copy_values(
        Reaction,
        ("id", "entry_id", "name", "state", "attempts", "next_at", "error"),
        (
            (pk, entry.pk, name, Reaction.QUEUED, 0, entry.at, "")
            for pk, (entry, name) in zip(ids, wanted, strict=True)
        ),
    )
    return ids


def _unit_id(subject: models.Model, actor: Actor) -> int | None:
    if isinstance(subject, Unit):
        return subject.pk
    return getattr(subject, "unit_id", None) or actor.home_unit_id


def plain(value: Any) -> Any:
    """The value as JSON keeps it: dates as ISO text, decimals as text, rows as their model, id and label."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is dict and _TEXTS.issuperset(map(type, value)):
        return {key: each if type(each) in _AS_THEY_ARE else plain(each) for key, each in value.items()}
    if kind is list or kind is tuple:
        return [plain(each) for each in value]
    if kind is Text or kind is datetime:
        return _reduced(value)
    # What comes seldom goes through JSON itself, which knows best: kinds of their own, keys that are no text.
    return json.loads(json.dumps(value, default=_reduced, ensure_ascii=False))


_AS_THEY_ARE = frozenset({str, int, bool, type(None)})
_TEXTS = frozenset({str})
_ENCODER = DjangoJSONEncoder()


def _reduced(item: Any) -> Any:
    if isinstance(item, models.Model):
        return {"model": item._meta.label_lower, "id": item.pk, "label": str(item)}
    if hasattr(item, "zh") and hasattr(item, "en"):
        return {"zh": item.zh, "en": item.en}
    return _ENCODER.default(item)


def snapshot(row: models.Model) -> dict[str, Any]:
    """The declared audited fields of a row as they stand."""
    values: dict[str, Any] = {}
    for name in getattr(row, "audited_fields", ()):
        values[name] = getattr(row, name)
    return values


@contextmanager
def change(
    row: models.Model,
    *,
    actor: Actor,
    verb: str,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    also: Iterable[models.Model] = (),
) -> Iterator[dict[str, Any]]:
    """Record what happens to `row` inside the block, with before and after of its audited fields.

    Yields a dictionary to which the block may add data. Nothing is recorded when the block raises.
    """
    before = snapshot(row)
    extra: dict[str, Any] = dict(data or {})
    yield extra
    after = snapshot(row)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    record(actor=actor, verb=verb, subject=row, changes=changes, data=extra, note=note, also=also)


def deliver(reaction_id: int) -> bool:
    """Run one queued reaction. True when it is done (now or before), False when it failed and will be tried again.

    Safe to run twice and by several workers: the row is locked while it runs and done only once.
    """
    try:
        with atomic():
            reaction = _to_deliver(reaction_id)
            if reaction is not None:
                facts.reaction(reaction.name)(reaction.entry)
                done = {
                    "state": Reaction.DONE,
                    "done_at": clock.now(),
                    "error": "",
                    "attempts": reaction.attempts + 1,
                }
                writing.update(reaction, {"id": reaction.pk}, done)
            return True
    except Exception as problem:
        with atomic():
            reaction = _to_deliver(reaction_id)
            if reaction is not None:  # else another worker took it up since
                _postpone(reaction, problem)
        return reaction is None


def _to_deliver(reaction_id: int) -> Reaction | None:
    """The reaction with its entry, locked; None when it is done, or in another worker's hands."""
    reaction: Reaction | None = statements.first(
        "history.reaction",
        statements.ANYBODY,
        lambda pk: (
            Reaction.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("entry")
            .filter(pk=pk)
        ),
        pk=reaction_id,
    )
    return None if reaction is None or reaction.state == Reaction.DONE else reaction


def _postpone(reaction: Reaction, problem: Exception) -> None:
    reaction.attempts += 1
    # "Outrun" alone does not tell by which constraint; its further lines would tell the values.
    cause = "".join(f" ({line})" for line in str(problem.__cause__ or "").splitlines()[:1])
    reaction.error = f"{type(problem).__name__}: {problem}{cause}"[:2000]
    reaction.next_at = clock.now() + min(LONGEST_WAIT, timedelta(seconds=2 ** min(reaction.attempts, 12)))
    reaction.state = Reaction.FAILED if reaction.attempts >= GIVE_UP_AFTER else Reaction.QUEUED
    reaction.save(update_fields=["attempts", "error", "next_at", "state"])


def due_reactions(limit: int = 500) -> list[int]:
    """Ids of queued reactions whose time has come, oldest first: what the sweep hands to workers again."""
    rows = Reaction.objects.filter(state=Reaction.QUEUED, next_at__lte=clock.now()).order_by("next_at", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def deliver_all(rounds: int = 20) -> int:
    """Run everything that is queued now, also what that causes. Returns how many ran; raises the first failure."""
    ran = 0
    for _round in range(rounds):
        waiting = list(
            Reaction.objects.filter(state=Reaction.QUEUED).order_by("pk").values_list("pk", flat=True)
        )
        if not waiting:
            return ran
        for reaction_id in waiting:
            if not deliver(reaction_id):
                raise RuntimeError(Reaction.objects.get(pk=reaction_id).error)
            ran += 1
    return ran

"""The hash chain over the event log.

Chaining at writing time would make every transaction wait for the one before, so entries are sealed a moment
later, in an order nobody can slip into: only entries whose transaction is older than every running one. (Or so high
that this server has not come to it yet: such entries were written by another one and restored here.)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import BigIntegerField, Func, Q, QuerySet

from zhize.kernel.history import verbs
from zhize.kernel.history.models import Entry, Head, Link

FIRST = "0" * 64


def content(entry: Entry) -> str:
    """The entry's whole content in a canonical form."""
    parts = [
        entry.pk,
        entry.at.isoformat(),
        entry.verb,
        entry.subject_type,
        entry.subject_id,
        entry.subject_label,
        entry.unit_id,
        entry.actor_kind,
        entry.actor_label,
        entry.person_id,
        entry.position_id,
        entry.on_behalf_of_id,
        entry.customer_ref,
        entry.channel,
        entry.changes,
        entry.data,
        entry.note,
        entry.request_id,
    ]
    return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(entry: Entry, before: str) -> str:
    """SHA-256 over the digest before and the entry's content."""
    return hashlib.sha256(f"{before}\n{content(entry)}".encode()).hexdigest()


def bare(entry: Entry) -> str:
    """SHA-256 over the content alone: what the log says is left of an entry that a person was taken out of."""
    return hashlib.sha256(content(entry).encode()).hexdigest()


def seal(limit: int = 5000) -> int:
    """Chain the entries that are not chained yet. Returns how many; one sealer runs at a time, others return 0."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('zhize.history.chain'))")
        if not cursor.fetchone()[0]:
            return 0
        # From what was noted, not from what is there: links that were cut off stay missing.
        last = Head.objects.first() or Link.objects.order_by("-number").first()
        number, before = (last.number, last.digest) if last else (0, FIRST)
        rows = Entry.objects.filter(
            Q(transaction__lt=OLDEST_RUNNING) | Q(transaction__gte=NOT_YET_COME_TO) & ~Q(transaction=OUR_OWN),
            link__isnull=True,
        )
        links = []
        for entry in _not_yet_sealed(rows).order_by("transaction", "pk")[:limit]:
            number += 1
            before = digest(entry, before)
            links.append(Link(number=number, entry=entry, digest=before))
        Link.objects.bulk_create(links)
        return len(links)


def _not_yet_sealed(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """`rows` without asking all the past: what came before the newest link is sealed.

    Unless that link's transaction has not ended by the count of this server: then its entry comes from another one.
    """
    newest = Link.objects.select_related("entry").order_by("-number").first()
    if (
        newest is None
        or not Entry.objects.filter(pk=newest.entry_id, transaction__lt=OLDEST_RUNNING).exists()
    ):
        return rows
    return rows.filter(transaction__gte=newest.entry.transaction)


def _number(expression: str) -> Func:
    return Func(template=f"{expression}::text::bigint", output_field=BigIntegerField())


# All as the asking statement itself sees them.
OLDEST_RUNNING = _number("pg_snapshot_xmin(pg_current_snapshot())")
NOT_YET_COME_TO = _number("pg_snapshot_xmax(pg_current_snapshot())")
OUR_OWN = _number("coalesce(pg_current_xact_id_if_assigned(), '0')")


@dataclass(frozen=True)
class Fault:
    """A place where the chain does not hold."""

    number: int
    entry_id: int | None
    problem: str


def verify() -> Iterator[Fault]:
    """Walk the whole chain and yield every fault: a missing link, also at the end, a changed entry, a deleted entry."""
    before, expected = FIRST, 1
    # Noted before the walk: what is sealed meanwhile is not part of it.
    noted, found = _noted(), FIRST
    left = _redacted()
    for link in Link.objects.select_related("entry").order_by("number").iterator(chunk_size=2000):
        torn = link.number != expected
        if torn:
            yield _missing(expected, link.number - 1)
            expected = link.number
        if digest(link.entry, before) != link.digest and left.get(link.entry_id) != bare(link.entry):
            problem = "what it was chained to is gone" if torn else "the entry is not what was sealed"
            yield Fault(link.number, link.entry_id, problem)
        before, expected = link.digest, expected + 1
        if link.number == noted[0]:
            found = link.digest
    yield from _ending(expected - 1, found, noted)


def _noted() -> tuple[int, str]:
    """Number and digest of the newest link as they were noted when it was made."""
    head = Head.objects.first()
    return (head.number, head.digest) if head is not None else (0, FIRST)


def _ending(number: int, found: str, noted: tuple[int, str]) -> Iterator[Fault]:
    """Whether the link noted last is there as it was made, and no link that nobody noted."""
    if noted[0] > number:
        yield _missing(number + 1, noted[0])
    elif found != noted[1] or number > _noted()[0]:
        yield Fault(number, None, "the newest link is not the one that was noted")


def _missing(first: int, last: int) -> Fault:
    return Fault(first, None, f"links {first} to {last} are missing")


def _redacted() -> dict[int, str]:
    """What is left of entries that a person was taken out of, as chained entries say; the latest counts."""
    found: dict[int, str] = {}
    for entry in Entry.objects.filter(verb=verbs.REDACTED).order_by("pk"):
        found |= {int(pk): said for pk, said in entry.data.get("entries", {}).items()}
    return found

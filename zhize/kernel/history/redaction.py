"""Taking a person out of the log: the sentence stays, the person's words go, and the chain still holds.

What was sealed is changed in the open: the entry `history.redacted`, itself chained, names each changed entry with
the digest of what is left of it. Whoever changes an entry without that is found by `verify`, as before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models, transaction

from zhize.kernel.access import Actor
from zhize.kernel.history import chain, services, verbs
from zhize.kernel.history.models import NOTE, Entry

MARK = "***"


def redact(
    *, actor: Actor, entries: Iterable[Entry], subject: models.Model, labels: Iterable[str], note: str
) -> int:
    """Take out of entries what their verbs' privacy rules say, and `labels` wherever they stand as a name.

    Records `history.redacted` about `subject`. Returns how many entries changed.
    """
    gone = {label for label in labels if label}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL zhize.maintenance = 'on'")
        left: dict[str, str] = {}
        for entry in entries:
            before = chain.content(entry)
            _strip(entry, gone)
            if chain.content(entry) != before:
                entry.save(
                    update_fields=["subject_label", "actor_label", "note", "data", "changes"],
                    force_update=True,
                )
                left[str(entry.pk)] = chain.bare(entry)
        cursor.execute("SET LOCAL zhize.maintenance = 'off'")
        services.record(actor=actor, verb=verbs.REDACTED, subject=subject, data={"entries": left}, note=note)
    return len(left)


def _strip(entry: Entry, gone: set[str]) -> None:
    rule = entry.declared.privacy
    entry.subject_label = _without(entry.subject_label, gone)
    entry.actor_label = MARK if entry.actor_kind == "customer" else _without(entry.actor_label, gone)
    if rule == "keep":
        entry.data, entry.note = _masked(entry.data, gone), _without(entry.note, gone)
        entry.changes = _masked(entry.changes, gone)
        return
    entry.note = MARK if entry.note else ""
    entry.data = {} if rule == "drop" else _masked(entry.data, None)
    entry.changes = {} if rule == "drop" else _masked(entry.changes, None)


def _masked(value: Any, gone: set[str] | None) -> Any:
    """Every text replaced by the mark, or with `gone` only where one of those names stands in it."""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key != NOTE or gone is not None}
        return {key: _masked(item, gone) for key, item in kept.items()}
    if isinstance(value, list):
        return [_masked(item, gone) for item in value]
    if isinstance(value, str):
        return MARK if gone is None and value else _without(value, gone or set())
    return value


def _without(text: str, gone: set[str]) -> str:
    for name in sorted(gone, key=len, reverse=True):
        text = text.replace(name, MARK)
    return text

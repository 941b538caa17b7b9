"""Taking a person out of the log: the sentence stays, the person's words go, and the chain still holds.

What was sealed is changed in the open: the entry `history.redacted`, itself chained, names each changed entry with
the digest of what is left of it. Whoever changes an entry without that is found by `verify`, as before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

from zhize.kernel.access import Actor
from zhize.kernel.history import chain, services, verbs
from zhize.kernel.history.models import NOTE, Entry

MARK = "***"


@dataclass(frozen=True)
class Gone:
    """What is taken out, and what must not go with it.

    `labels`: the whole names and numbers by which the person was written down. `rows`: the person's rows by model and
    id; a reference to any other row is to somebody else. `own`: their ids with the label each bears, by which entries
    from before references named their model are told apart. `customer_ids`: as whom the person acted. `others`: names of other people; one that holds a label (王伟民 and 王伟) stays as it is.
    """

    labels: frozenset[str]
    rows: frozenset[tuple[str, int]] = frozenset()
    own: frozenset[tuple[int, str]] = frozenset()
    customer_ids: frozenset[int] = frozenset()
    others: frozenset[str] = frozenset()

    def without(self, text: str) -> str:
        """The text with every label replaced where it stands by itself."""
        labels = {label for label in self.labels if label}
        longer = {name for name in self.others if any(label in name and label != name for label in labels)}
        found = sorted(labels | longer, key=len, reverse=True)
        if not found:
            return text
        pattern = "|".join(re.escape(word) if word in longer else alone(word) for word in found)
        return re.sub(pattern, lambda match: match[0] if match[0] in longer else MARK, text)

    def names_another(self, reference: dict[str, Any]) -> bool:
        """Whether a reference to a row is to somebody who only bears the same name."""
        if not {"id", "label"} <= reference.keys() <= {"model", "id", "label"}:
            return False
        if reference["label"] not in self.labels:
            return False
        if "model" in reference:
            return (reference["model"], reference["id"]) not in self.rows
        return (reference["id"], reference["label"]) not in self.own


_NUMBER = re.compile(r"\+?\d[\d -]{5,}\d")
_GAP = "[ .()-]{0,2}"


def alone(label: str) -> str:
    """A pattern of a label that is not part of a longer number, address or Latin word. Chinese has no such bounds."""
    if _NUMBER.fullmatch(label):
        return _called(label)
    before = r"(?<![A-Za-z0-9])" if label[0].isascii() and label[0].isalnum() else ""
    after = r"(?![A-Za-z0-9])" if label[-1].isascii() and label[-1].isalnum() else ""
    if "@" in label:
        before, after = r"(?<![A-Za-z0-9_.+-])", r"(?![A-Za-z0-9_-]|\.[A-Za-z0-9])"
    return before + re.escape(label) + after


def _called(label: str) -> str:
    """A pattern of a number to call however it is written: with or without +86 or 0, with gaps, right behind a word."""
    digits = re.sub(r"\D", "", label.removeprefix("+86")).removeprefix("0")
    return rf"(?<!\d)(?:(?:\+|00)?(?:86)?{_GAP}0?)?" + _GAP.join(digits) + r"(?!\d)"


def possible() -> bool:
    """Whether the database lets this process take anybody out: not the working role of docs/ops/roles.sql."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('history_entry', 'UPDATE')")
        return bool(cursor.fetchone()[0])


def redact(
    *,
    actor: Actor,
    entries: Iterable[Entry],
    subject: models.Model,
    gone: Gone,
    note: str,
) -> int:
    """Take out of entries what their verbs' privacy rules say, and what is `gone` wherever it stands as a name.

    Records `history.redacted` about `subject`. Returns how many entries changed.
    """
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


def _strip(entry: Entry, gone: Gone) -> None:
    rule = entry.declared.privacy
    entry.subject_label = _label(entry, gone)
    if entry.actor_kind == "customer" and entry.customer_ref in (None, *gone.customer_ids):
        entry.actor_label = MARK
    elif entry.actor_kind == "customer" or entry.person_id is None:
        # A program that spoke for somebody (his mail, his message) bears his name.
        entry.actor_label = gone.without(entry.actor_label)
    if rule == "keep":
        entry.data, entry.note = _masked(entry.data, gone), gone.without(entry.note)
        entry.changes = _masked(entry.changes, gone)
        return
    entry.note = MARK if entry.note else ""
    entry.data = {} if rule == "drop" else _masked(entry.data, None)
    entry.changes = {} if rule == "drop" else _masked(entry.changes, None)


def _label(entry: Entry, gone: Gone) -> str:
    """How the entry calls its row; of one of the person's rows, its number and not the words behind it."""
    left = gone.without(entry.subject_label)
    number, blank, words = left.partition(" ")
    if (entry.subject_type, entry.subject_id) not in gone.rows or not blank or not words:
        return left
    return f"{number} {MARK}" if any(sign.isdigit() for sign in number) else MARK


def _masked(value: Any, gone: Gone | None) -> Any:
    """Every text replaced by the mark, or with `gone` only where one of those names stands in it."""
    if isinstance(value, dict):
        if gone is not None and gone.names_another(value):
            return value
        kept = {key: item for key, item in value.items() if key != NOTE or gone is not None}
        return {key: _masked(item, gone) for key, item in kept.items()}
    if isinstance(value, list):
        return [_masked(item, gone) for item in value]
    if isinstance(value, str):
        return gone.without(value) if gone is not None else MARK if value else value
    return value

"""What the library says of a fact, and what is open about a row: asked for with every entry of the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from zhize.domains.duties.models import DutyFact, DutyVersion, Obligation
from zhize.kernel.db import marks
from zhize.kernel.history.models import Entry


@dataclass(frozen=True)
class Fact:
    """What a fact begins, and by version id what it does to obligations that are open (DutyFact.STOP, CANCEL)."""

    begun: tuple[DutyVersion, ...]
    ended: dict[int, str]


def fact(verb: str) -> Fact:
    """The duties in force that the fact begins, in all units, and every version, in force or not, that it ends.

    A duty that names the positions it is for goes before one for everybody else, which then stays closed.
    """
    return marks.kept(("duties.fact", verb), lambda: _read(verb))


def _read(verb: str) -> Fact:
    named = list(DutyFact.objects.filter(fact=verb).values_list("version_id", "role"))
    # What a fact both stops and takes back is taken back.
    ended = {
        pk: role
        for pk, role in sorted(named, key=lambda one: one[1] == DutyFact.CANCEL)
        if role != DutyFact.START
    }
    begun = DutyVersion.objects.filter(
        pk__in=[pk for pk, role in named if role == DutyFact.START], duty__current=F("pk"), duty__active=True
    ).select_related("duty")
    first = sorted(begun, key=lambda found: (not found.rule.get("only_positions"), found.duty.code))
    return Fact(tuple(first), ended)


def rule(version_id: int | None) -> dict[str, Any]:
    """The rule of a version; empty for what was opened under none."""
    if version_id is None:
        return {}
    rules = DutyVersion.objects.filter(pk=version_id).values_list("rule", flat=True)
    return marks.kept(("duties.rule", version_id), rules.get)


@dataclass(frozen=True)
class Owed:
    """An open obligation, as far as deciding about it needs."""

    pk: int
    subject: tuple[str, int]
    duty_id: int | None
    version_id: int | None
    state: str
    holder_id: int | None


class About:
    """What is open about the rows of an entry: one query, and another one after `again`."""

    def __init__(self, entry: Entry) -> None:
        self.rows = entry.subjects
        self._found: list[Owed] | None = None

    def again(self) -> None:
        """Something was opened or ended meanwhile."""
        self._found = None

    def owed(self) -> list[Owed]:
        """In due order."""
        if self._found is None:
            rows = Obligation.objects.filter(_any_of(self.rows), ended_at__isnull=True).values_list(
                "pk", "subject_type", "subject_id", "duty_id", "duty_version_id", "state", "holder_id"
            )
            self._found = [
                Owed(pk, (label, subject or 0), duty, version, state, holder)
                for pk, label, subject, duty, version, state, holder in rows
            ]
        return self._found


def _any_of(rows: Iterable[tuple[str, int]]) -> Q:
    by_type: dict[str, set[int]] = {}
    for label, pk in rows:
        by_type.setdefault(label, set()).add(pk)
    found = Q(pk__in=[])
    for label, ids in by_type.items():
        found |= Q(subject_type=label, subject_id__in=ids)
    return found

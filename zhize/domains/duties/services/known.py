"""What the library says of a fact, and what is open about a row: asked for with every entry of the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model

from zhize.domains.duties import verbs
from zhize.domains.duties.models import DutyFact, DutyVersion
from zhize.kernel.db import marks, prepared
from zhize.kernel.db.known import twin
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


def version(pk: int) -> DutyVersion:
    """A version with its duty."""
    return twin(_version(pk))


def _version(pk: int) -> DutyVersion:
    return marks.kept(("duties.version", pk), lambda: DutyVersion.objects.select_related("duty").get(pk=pk))


def rule(version_id: int | None) -> dict[str, Any]:
    """The rule of a version; empty for what was opened under none."""
    return _version(version_id).rule if version_id is not None else {}


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

    def opening(self, version: DutyVersion, row: Model, holder_id: int | None) -> None:
        """This is going to be opened about one of them, and has no id yet."""
        mine = (row._meta.label_lower, row.pk)
        self.owed().append(Owed(0, mine, version.duty_id, version.pk, "open", holder_id))

    def owed(self) -> list[Owed]:
        """In due order; what is going to be opened stands last."""
        if self._found is None:
            labels, ids = zip(*self.rows, strict=True)
            with prepared.cursor() as cursor:
                cursor.execute(_OWED, [list(labels), list(ids)])
                self._found = [Owed(pk, (label, row), *rest) for pk, label, row, *rest in cursor.fetchall()]
        return self._found


def hang_on_opening() -> bool:
    """Whether duties begin or end when an obligation is opened."""
    return any(fact(verb).begun or fact(verb).ended for verb in ("clock.started", verbs.OPENED))


_OWED = """
    SELECT id, subject_type, subject_id, duty_id, duty_version_id, state, holder_id
      FROM duties_obligation JOIN unnest(%s::text[], %s::bigint[]) AS about (label, pk)
        ON subject_type = about.label AND subject_id = about.pk
     WHERE ended_at IS NULL ORDER BY due_at NULLS LAST, id
"""

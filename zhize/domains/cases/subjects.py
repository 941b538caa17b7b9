"""How duties read cases and work sheets: who answers, what conditions may ask, which deadline the policy table gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet

from zhize.domains.cases.kinds import ANSWER
from zhize.domains.cases.models import Case, WorkSheet
from zhize.domains.cases.pack import FACTS
from zhize.domains.cases.services import routing
from zhize.domains.duties.models import ObligationKind
from zhize.domains.duties.subjects import Subject
from zhize.kernel import packs
from zhize.kernel.addresses import address
from zhize.kernel.db import known, marks, statements
from zhize.kernel.flow import Category, Move
from zhize.kernel.org.models import Person, Position
from zhize.lib.conditions import Name
from zhize.lib.text import Text

# From so many rows on, four statements for what they share take less time than joining it to each.
FEW = 20
OWN, SHARED = ("customer", "premises"), ("unit", "area", "owner", "owner_position")


def policy_target(case: Case, code: str) -> Mapping[str, Any] | None:
    """The target that the policy table 时限 `code` gives the case: first row that fits (CAS-46). None without table."""
    table = packs.find("deadlines", code)
    if table is None:
        return None
    known = routing.facts(case)
    for row in table.rows:
        here = not row.units or case.unit.code in row.units
        if here and (row.when is None or routing.holds(row.when, known)):
            found: dict[str, Any] = row.target.as_clock()
            return found
    return None


class CaseSubject(Subject):
    """A case: its holder owes what is owed by the owner, and follows when it is assigned anew."""

    kind = Text("工单", "Case")

    names = {
        **{
            name: FACTS[name]
            for name in ("type", "nature", "subtype", "severity", "channel", "is_major", "has_area")
        },
        "owner_position": Name("text"),
        "on_contact": Name("boolean"),
        "has_callback": Name("boolean"),
        "unverified": Name("boolean"),
    }
    owner_facts: ClassVar[frozenset[str]] = frozenset({"case.assigned"})
    own_facts: ClassVar[frozenset[str]] = frozenset({"case.alarm_acknowledged"})

    joined = (*OWN, *SHARED)
    kept = True

    def rows(self, ids: Iterable[int]) -> dict[int, Any]:
        wanted = list(ids)
        rows = Case.objects.select_related(*OWN).defer("answers")
        # A long list shares few of these: each is read once, not with every case, and a page has them in memory.
        few = len(wanted) <= FEW and not marks.is_reading()

        def make() -> QuerySet[Case]:
            return rows.select_related(*SHARED) if few else known.beside(rows, *SHARED)

        return statements.by_id(("cases.subjects", few), statements.ANYBODY, make, wanted)

    def owner(self, row: Case) -> Person | None:
        return row.owner

    def owner_position(self, row: Case) -> Position | None:
        return row.owner_position

    def facts(self, row: Case) -> Mapping[str, Any]:
        known = routing.facts(row)
        return {
            **{
                name: known[name]
                for name in ("type", "nature", "subtype", "severity", "channel", "is_major", "has_area")
            },
            "owner_position": row.owner_position.code if row.owner_position else "",
            "on_contact": row.on_contact,
            "has_callback": row.spec.callback is not None,
            "unverified": row.is_unverified,
        }

    def since(self, row: Case, code: str) -> datetime | None:
        """The first answer is owed from the moment the matter came in, however late it was verified or dispatched."""
        first = code == ANSWER and not row.reopen_count and row.dispatch_count <= 1
        return row.accepted_at if first else None

    def deadline(self, row: Case, code: str) -> Mapping[str, Any] | None:
        return policy_target(row, code)

    def waits(self, row: Case) -> bool:
        return row.is_open

    def limits(self, owed: Sequence[Any]) -> Sequence[Any]:
        """By when the customer is answered; where no answer is owed, what the case's own due moment is taken from."""
        own = [each for each in owed if each.kind != ObligationKind.CALLBACK]
        answers = [
            each for each in own if each.duty_version and each.duty_version.rule.get("deadline") == ANSWER
        ]
        return answers or own

    def title(self, row: Case) -> Text:
        """Which case, what it is about, whose."""
        whose = " ".join(str(part) for part in (row.who, row.premises) if part)
        return Text.of(f"{row} · {whose}" if whose else str(row))

    def url(self, row: Case) -> str:
        return address("cases:detail", row.number)

    def act(self, row: Case, ends: frozenset[str]) -> tuple[Text, str] | None:
        """The move of its own lifecycle that makes the owed fact: a repair is repaired, a suggestion adopted."""
        if "case.forwarded" in ends:
            return None if row.owner_id else (Text("派单", "Assign"), address("cases:assign", row.number))
        if "case.audited" in ends and row.category == Category.RESOLVED:
            return Text("审核答复", "Audit the answer"), address("cases:audit", row.number)
        if "case.verified" in ends:
            return Text("核实", "Verify"), address("cases:verify", row.number)
        move = self._ending(row, ends)
        if move is None:
            return None
        return move.label, address("cases:move", row.number, move.verb)

    def _ending(self, row: Case, ends: frozenset[str]) -> Move | None:
        wanted = [Category.CLOSED] if "case.closed" in ends else []
        if "case.answered" in ends and row.category != Category.RESOLVED:
            wanted.insert(0, Category.RESOLVED)
        moves = [move for move in row.machine.moves_from(row.state) if move.primary]
        for category in wanted:
            for move in moves:
                if row.machine.state(move.target).category == category:
                    return move
        return None


class WorkSheetSubject(Subject):
    """A work sheet: the person it was given to owes the answer."""

    kind = Text("工作单", "Work sheet")

    owner_facts: ClassVar[frozenset[str]] = frozenset()

    def rows(self, ids: Iterable[int]) -> dict[int, Any]:
        return dict(WorkSheet.objects.select_related("unit", "person", "position", "case").in_bulk(list(ids)))

    def owner(self, row: WorkSheet) -> Person | None:
        return row.person

    def owner_position(self, row: WorkSheet) -> Position | None:
        return row.position

    def waits(self, row: WorkSheet) -> bool:
        return row.is_open

    def title(self, row: WorkSheet) -> Text:
        return Text.of(str(row))

    def url(self, row: WorkSheet) -> str:
        return address("cases:worksheet", row.number)

    def act(self, row: WorkSheet, ends: frozenset[str]) -> tuple[Text, str] | None:
        return Text("答复", "Answer"), address("cases:worksheet_answer", row.number)

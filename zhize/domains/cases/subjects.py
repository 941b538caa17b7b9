"""How duties read cases and work sheets: who answers, what conditions may ask, which deadline the policy table gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.urls import reverse

from zhize.domains.cases.models import Case, WorkSheet
from zhize.domains.cases.pack import FACTS
from zhize.domains.cases.services import routing
from zhize.domains.duties.subjects import Subject
from zhize.kernel import packs
from zhize.kernel.org.models import Person, Position
from zhize.lib.conditions import Name
from zhize.lib.text import Text


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

    names = {
        **{
            name: FACTS[name]
            for name in ("type", "nature", "subtype", "severity", "channel", "is_major", "has_area")
        },
        "owner_position": Name("text"),
        "on_contact": Name("boolean"),
        "has_callback": Name("boolean"),
    }
    owner_facts: ClassVar[frozenset[str]] = frozenset({"case.assigned"})

    def rows(self, ids: Iterable[int]) -> dict[int, Any]:
        rows = Case.objects.select_related("customer", "unit", "area", "owner", "owner_position").defer(
            "answers"
        )
        return dict(rows.in_bulk(list(ids)))

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
        }

    def deadline(self, row: Case, code: str) -> Mapping[str, Any] | None:
        return policy_target(row, code)

    def title(self, row: Case) -> Text:
        return Text.of(str(row))

    def url(self, row: Case) -> str:
        return reverse("cases:detail", args=[row.number])


class WorkSheetSubject(Subject):
    """A work sheet: the person it was given to owes the answer."""

    owner_facts: ClassVar[frozenset[str]] = frozenset()

    def rows(self, ids: Iterable[int]) -> dict[int, Any]:
        return dict(WorkSheet.objects.select_related("unit", "person", "position", "case").in_bulk(list(ids)))

    def owner(self, row: WorkSheet) -> Person | None:
        return row.person

    def owner_position(self, row: WorkSheet) -> Position | None:
        return row.position

    def title(self, row: WorkSheet) -> Text:
        return Text.of(str(row))

    def url(self, row: WorkSheet) -> str:
        return reverse("cases:worksheet", args=[row.number])

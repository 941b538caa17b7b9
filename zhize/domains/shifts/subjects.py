"""How duties read requests for leave and shift logs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from zhize.domains.duties.subjects import Subject, register_subject
from zhize.domains.shifts import wording
from zhize.domains.shifts.models import Leave, ShiftLog, Takeover
from zhize.kernel.org.models import Person
from zhize.lib.text import Text


class LeaveSubject(Subject):
    """A request for leave: whoever is to decide owes it."""

    def rows(self, ids: Iterable[int]) -> dict[int, Any]:
        return dict(
            Leave.objects.select_related("person", "unit", "decider", "decider_position").in_bulk(list(ids))
        )

    def owner(self, row: Leave) -> Person | None:
        return row.decider

    def title(self, row: Leave) -> Text:
        span, who = wording.span(row), row.person
        return Text(f"{who.name} {span.zh}", f"{who.name_en or who.name} {span.en}")

    def url(self, row: Leave) -> str:
        return reverse("shifts:leave", args=[row.pk])

    def act(self, row: Leave, ends: frozenset[str]) -> tuple[Text, str] | None:
        return Text("审批", "Decide"), self.url(row)


class ShiftLogSubject(Subject):
    """A shift log: whoever is to take over owes the signature."""

    def rows(self, ids: Iterable[int]) -> dict[int, Any]:
        return dict(ShiftLog.objects.select_related("unit", "incoming").in_bulk(list(ids)))

    def owner(self, row: ShiftLog) -> Person | None:
        return row.incoming

    def title(self, row: ShiftLog) -> Text:
        unit = row.unit
        return Text(f"{unit.name} {row.name}", f"{unit.name_en or unit.name} {row.name}")

    def url(self, row: ShiftLog) -> str:
        return reverse("shifts:log", args=[row.pk])

    def act(self, row: ShiftLog, ends: frozenset[str]) -> tuple[Text, str] | None:
        return Text("接班", "Take over"), self.url(row)


class TakeoverSubject(Subject):
    """A handover list: giver and takers owe their signatures, each for himself."""

    def rows(self, ids: Iterable[int]) -> dict[int, Any]:
        return dict(Takeover.objects.select_related("unit", "giver", "position").in_bulk(list(ids)))

    def title(self, row: Takeover) -> Text:
        giver, place = row.giver, row.position or row.unit
        return Text(
            f"{giver.name} {place.name}", f"{giver.name_en or giver.name} {place.name_en or place.name}"
        )

    def url(self, row: Takeover) -> str:
        return reverse("shifts:takeover", args=[row.pk])

    def act(self, row: Takeover, ends: frozenset[str]) -> tuple[Text, str] | None:
        return Text("签字", "Sign"), self.url(row)


register_subject("shifts.takeover", TakeoverSubject())
register_subject("shifts.shiftlog", ShiftLogSubject())
register_subject("shifts.leave", LeaveSubject())

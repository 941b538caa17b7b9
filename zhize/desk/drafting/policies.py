"""Whose drafts one sees: the own ones, and those of the units where one may draft."""

from __future__ import annotations

from typing import ClassVar

from zhize.desk.drafting.capabilities import WORK
from zhize.desk.drafting.models import DraftLine, DraftPosition, JobDraft
from zhize.kernel import access


@access.policy
class JobDraftPolicy(access.Policy[JobDraft]):
    model = JobDraft
    view = WORK
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("author",)


@access.policy
class DraftPositionPolicy(access.Policy[DraftPosition]):
    model = DraftPosition
    view = WORK
    unit = "draft__unit"
    people: ClassVar[tuple[str, ...]] = ("draft__author",)


@access.policy
class DraftLinePolicy(access.Policy[DraftLine]):
    model = DraftLine
    view = WORK
    unit = "position__draft__unit"
    people: ClassVar[tuple[str, ...]] = ("position__draft__author",)

"""How duties read meetings and proposals, and what follows when a duty is changed for a proposal's sake."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from zhize.domains.duties.models import DutyVersion
from zhize.domains.duties.subjects import Subject, register_subject
from zhize.domains.meetings import capabilities as caps
from zhize.domains.meetings import services
from zhize.domains.meetings.models import Meeting, Proposal
from zhize.kernel import access, history
from zhize.kernel.history.models import Entry
from zhize.lib.text import Text


class MeetingSubject(Subject):
    kind = Text("会议", "Meeting")

    def rows(self, ids: Iterable[int]) -> dict[int, Any]:
        return Meeting.objects.in_bulk(list(ids))

    def url(self, row: Any) -> str:
        return reverse("meetings:meeting", args=[row.pk])


class ProposalSubject(Subject):
    """Its name says nothing of what is proposed about staff: who owes what may be seen by more people (ORG-10)."""

    def rows(self, ids: Iterable[int]) -> dict[int, Any]:
        return Proposal.objects.in_bulk(list(ids))

    def url(self, row: Any) -> str:
        return reverse("meetings:proposal", args=[row.pk])

    def act(self, row: Any, ends: frozenset[str]) -> tuple[Text, str] | None:
        return Text("去决定", "Decide"), self.url(row)


register_subject("meetings.meeting", MeetingSubject())
register_subject("meetings.proposal", ProposalSubject())


@history.on("duty.changed")
def carried_out_by(entry: Entry) -> None:
    """A new version of a duty whose reason names an adopted proposal about it carries that proposal out (ORG-25)."""
    if not entry.note:
        return
    adopted = Proposal.objects.filter(duty_id=entry.subject_id, state="adopted").select_related("decider")
    named = [row for row in adopted if row.number in entry.note]
    if not named:
        return
    version = DutyVersion.objects.get(duty_id=entry.subject_id, number=entry.data["number"])
    for row in named:
        services.carry_out(
            actor=access.system(caps.FOLLOW), proposal=row, outcome=entry.note, duty_version=version
        )

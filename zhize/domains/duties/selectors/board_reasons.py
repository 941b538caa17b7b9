"""Who did not do what in time, and why: what was said about it, who was away, who was told (DUT-15)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhize.domains.duties import subjects, verbs
from zhize.domains.duties.models import Escalation, Evidence, Obligation
from zhize.domains.duties.selectors import coverage
from zhize.domains.duties.selectors.owed import with_everything
from zhize.kernel.access import Actor
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Absence, Person
from zhize.lib.text import Text

# What people wrote, with the word that says what kind of remark it is.
REMARKS = {
    verbs.EXPLAINED: Text("说明", "Explained"),
    verbs.EXCUSED: Text("免办原因", "Excused because"),
    verbs.RETURNED: Text("曾被退回", "Returned"),
    verbs.MISSED: Text("漏办", "Missed"),
    verbs.REASSIGNED: Text("改派", "Given on"),
    verbs.MOVED: Text("改期", "Moved"),
}


@dataclass(frozen=True)
class Reason:
    """One thing that is known about why: `kind` is said, away, nobody or told; `by` whose words they are."""

    kind: str
    label: Text
    text: str
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Failure:
    """An obligation that was not met in time, and what is known about why."""

    row: Obligation
    fact: str
    reasons: tuple[Reason, ...]
    subject: Text
    subject_url: str

    @property
    def explained(self) -> bool:
        """Whether somebody said why."""
        return any(reason.kind == "said" for reason in self.reasons)


def failures(actor: Actor, rows: QuerySet[Obligation], at: datetime, *, most: int = 50) -> list[Failure]:
    """Those of `rows` that were not met in time, by person and due time. A fixed number of queries."""
    found = with_everything(rows.filter(coverage.failed(at))).select_related("failed_by")
    found = found.order_by(Coalesce("failed_by__name", "holder__name"), "due_at", "pk")
    return _explained(actor, list(found[:most]), at)


def excused(actor: Actor, rows: QuerySet[Obligation], at: datetime, *, most: int = 50) -> list[Failure]:
    """Those of `rows` that were let off, with the reason."""
    found = with_everything(rows.filter(coverage.EXCUSED)).order_by("due_at", "pk")
    return _explained(actor, list(found[:most]), at)


def _explained(actor: Actor, listed: list[Obligation], at: datetime) -> list[Failure]:
    known = reasons(listed)
    about = subjects.about(actor, ((row.subject_type, row.subject_id) for row in listed))
    made = []
    for row in listed:
        what = about.get((row.subject_type, row.subject_id), subjects.NOTHING)
        made.append(Failure(row, coverage.fact_of(row, at), tuple(known[row.pk]), what.title, what.url))
    return made


def reasons(rows: Collection[Obligation]) -> dict[int, list[Reason]]:
    """What is known about each, the words of people first. Five queries, for any number."""
    found: dict[int, list[Reason]] = {row.pk: [] for row in rows}
    if not found:
        return found
    for source in (_said, _noted, _away, _told):
        for pk, reason in source(rows):
            found[pk].append(reason)
    return found


def _said(rows: Collection[Obligation]) -> Iterable[tuple[int, Reason]]:
    entries = Entry.objects.filter(
        subject_type="duties.obligation", subject_id__in=[row.pk for row in rows], verb__in=REMARKS
    ).exclude(note="")
    for entry in entries.select_related("person").order_by("pk"):
        yield entry.subject_id, Reason("said", REMARKS[entry.verb], entry.remark, entry.who, entry.at)


def _noted(rows: Collection[Obligation]) -> Iterable[tuple[int, Reason]]:
    """What was written when it was done late."""
    late = [row.pk for row in rows if row.late]
    proofs = Evidence.objects.filter(obligation_id__in=late, kind="note").exclude(text="")
    for proof in proofs.select_related("given_by").order_by("pk"):
        yield (
            proof.obligation_id,
            Reason("said", Text("办理说明", "Note"), proof.text, proof.who, proof.given_at),
        )


def _away(rows: Collection[Obligation]) -> Iterable[tuple[int, Reason]]:
    """Who was to do it was on leave when it was due."""
    dated = [row for row in rows if row.answers_id is not None and row.due_at is not None]
    if not dated:
        return
    dues = [row.due_at for row in dated if row.due_at is not None]
    absences = Absence.objects.filter(
        person_id__in={row.answers_id for row in dated}, from_at__lte=max(dues), to_at__gt=min(dues)
    )
    by_person: dict[int, list[Absence]] = {}
    for absence in absences:
        by_person.setdefault(absence.person_id, []).append(absence)
    for row in dated:
        for absence in by_person.get(row.answers_id or 0, ()):
            if row.due_at is not None and absence.from_at <= row.due_at < absence.to_at:
                yield row.pk, Reason("away", Text("当时不在岗", "Away at the time"), absence.reason)
                break


def _told(rows: Collection[Obligation]) -> Iterable[tuple[int, Reason]]:
    """The last rung of the ladder that was reached: who was told, or that nobody was there."""
    climbed = Escalation.objects.filter(obligation_id__in=[row.pk for row in rows])
    last = {row.obligation_id: row for row in climbed.prefetch_related("told").order_by("at", "pk")}
    for pk, rung in last.items():
        if rung.nobody:
            nobody = Text("无人可通知", "Nobody could be told")
            yield (
                pk,
                Reason("nobody", nobody, coverage.finding_text(rung).in_language(_language()), at=rung.at),
            )
        else:
            yield pk, Reason("told", Text("已提醒或上报", "Told"), _names(rung.told.all()), at=rung.at)


def _names(people: Iterable[Person]) -> str:
    return _("、").join(str(person) for person in people)


def _language() -> str:
    return get_language() or "zh-hans"

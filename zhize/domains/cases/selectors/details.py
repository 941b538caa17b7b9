"""One case with everything its page shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from zhize.domains.cases.models import (
    Alarm,
    Assignment,
    Case,
    CaseLink,
    Message,
    Paper,
    Promise,
    Tick,
    Transfer,
    WorkSheet,
)
from zhize.kernel import access, files, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import NotFound, known, prepared, statements

# Most of the others are empty and then cost nothing; joined, they would take the planner longer than all the rest.
JOINED = ("customer", "premises")
KNOWN = (
    "owner", "owner_position", "unit", "area", "created_by", "responsible_unit", "audited_by", "release",
)  # fmt: skip
OTHERS = ("repeat_of", "parent", "merged_into", "body", "asset")


def _full(rows: QuerySet[Case]) -> QuerySet[Case]:
    return known.beside(rows.select_related(*JOINED).prefetch_related(*OTHERS), *KNOWN)


def by_number(actor: Actor, number: str, capability: str | None = None) -> Case:
    """The door to a case by its number. Raises NotFound or Refused."""
    return access.fetch(actor, Case, None, capability, number=number)


def whole(actor: Actor, pk: int) -> Case:
    """A case with customer, place, owner and unit, through its door. Raises NotFound."""
    found = statements.first(
        "cases.whole",
        statements.ANYBODY,
        lambda pk: Case.objects.select_related(*JOINED, "owner", "owner_position", "unit").filter(pk=pk)[:1],
        pk=pk,
    )
    if found is None or not access.allowed(actor, "case.view", found):
        raise NotFound
    return found


def promise_of(case: Case, pk: int) -> Promise:
    """One promise of a case that was fetched through its door. Raises NotFound."""
    found = case.promises.filter(pk=pk).select_related("obligation", "case").first()
    if found is None:
        raise NotFound
    return found


@dataclass
class Line:
    """One line of the timeline: a message or something that happened."""

    at: Any
    kind: str
    message: Message | None = None
    entry: Any = None
    attachments: list[Any] = field(default_factory=list)
    sentence: str = ""
    note: str = ""


# What clocks and obligations note of themselves stands in the panel of limits and in the printed record; in the
# conversation it would drown what people did. Thresholds stay: they are the escalations.
TICKING = ("clock.started", "clock.stopped", "clock.cancelled", "clock.moved", "clock.recomputed")
# Entries whose message already stands in the timeline.
SPOKEN = frozenset({"case.replied", "case.customer_wrote", "case.noted"})
# What another line of the same act says: the callback has the grade, the reopening that the customer is dissatisfied.
SAID_ALREADY = frozenset({"case.rated", "callback.dissatisfied", "call.linked"})


def timeline(case: Case, actor: Actor, limit: int | None = 200, *, everything: bool = False) -> list[Line]:
    """Messages and history of a case in one order, oldest first; a customer sees only what is between him and us.

    `everything` is for the printed record: what clocks and obligations note of themselves too.
    """
    messages = statements.rows(
        ("cases.messages", limit),
        actor.key,
        lambda case: Message.objects.visible_to(actor).filter(case=case).order_by("-at", "-pk")[:limit],
        case=case.pk,
    )
    attached = files.of_subjects(messages) if _has_files(case.pk) else {}
    lines = [
        Line(row.at, row.kind, message=row, attachments=attached.get(("cases.message", row.pk), []))
        for row in reversed(messages)
    ]
    if actor.kind != "customer":
        entries = statements.rows(
            ("cases.entries", limit, everything),
            statements.ANYBODY,
            lambda case: _entries(case, everything)[:limit],
            case=case.pk,
        )
        known.attach(entries, "person", "position", "on_behalf_of")
        # The newest come first; turned round, two of one moment stand in the order in which they were written.
        lines += _happenings(entries[::-1])
    lines.sort(key=lambda line: line.at)
    return lines if limit is None else lines[-limit:]


def _entries(case: Any, everything: bool) -> QuerySet[Any]:
    entries = history.of_row(Case._meta.label_lower, case).exclude(verb__in=SPOKEN)
    if everything:
        return entries
    entries = entries.exclude(verb__startswith="obligation.").exclude(verb__in=TICKING)
    return entries.exclude(verb__in=SAID_ALREADY)


def _happenings(entries: list[Any]) -> list[Line]:
    """Entries as lines; a note that its own sentence or the next one tells is not told again."""
    said = [entry.sentence() for entry in entries]
    following = [*said[1:], ""]
    return [
        Line(
            entry.at,
            "entry",
            entry=entry,
            sentence=sentence,
            note="" if entry.note in sentence or entry.note in after else entry.note,
        )
        for entry, sentence, after in zip(entries, said, following, strict=True)
    ]


@dataclass
class Detail:
    """What the case page shows."""

    case: Case
    offers: list[Any]
    lines: list[Line]
    worksheets: list[WorkSheet]
    promises: list[Promise]
    ticks: dict[str, Tick]
    links: list[CaseLink]
    backlinks: list[CaseLink]
    parent: Case | None
    parts: list[Case]
    papers: list[Paper]
    transfers: list[Transfer]
    holders: list[Assignment]
    alarm: Alarm | None


BESIDE = (
    "worksheets",
    "promises",
    "ticks",
    "links_out",
    "links_in",
    "children",
    "papers",
    "transfers",
    "assignments",
    "alarm",
)


def _has(case_id: int) -> set[str]:
    """Which of the rows beside a case there are at all: one statement with nothing to work out."""
    with prepared.cursor() as cursor:
        cursor.execute(_has_statement(), [case_id] * len(BESIDE))
        return {name for name, there in zip(BESIDE, cursor.fetchone(), strict=True) if there}


def _has_files(case_id: int) -> bool:
    """Whether a file hangs on one of the messages; most conversations have none."""
    label = Message._meta.label_lower
    return bool(
        statements.rows(
            "cases.files",
            statements.ANYBODY,
            lambda case: files.Attachment.objects.filter(
                subject_type=label, subject_id__in=Message.objects.filter(case=case).values("pk")
            ).values_list("pk")[:1],
            case=case_id,
        )
    )


@lru_cache(maxsize=1)
def _has_statement() -> str:
    tables = []
    for name in BESIDE:
        field: Any = Case._meta.get_field(name)
        row = field.remote_field
        tables.append(f'EXISTS (SELECT 1 FROM "{row.model._meta.db_table}" WHERE "{row.column}" = %s)')  # noqa: S608
    return "SELECT " + ", ".join(tables)


def _holders(case: Case) -> list[Assignment]:
    """Nearly every case has some, so that they have a statement that is kept."""
    return statements.rows(
        "cases.holders",
        statements.ANYBODY,
        lambda case: known.beside(Assignment.objects.filter(case=case), "person", "position", "unit"),
        case=case.pk,
    )


def _papers(actor: Actor) -> QuerySet[Paper]:
    rows = Paper.objects.visible_to(actor) if actor.may("paper.view") else Paper.objects.none()
    return rows.select_related("written_by").prefetch_related("receivers__unit")


def detail(actor: Actor, number: str, *, record: bool = False) -> Detail:
    """Everything for the case page, or for the printed record with every step. Raises NotFound.

    The number of queries does not depend on the amount of data.
    """

    def door(number: Any) -> QuerySet[Case]:
        return _full(Case.objects.visible_to(actor)).filter(number=number)[:1]

    case = statements.first("cases.detail", actor.key, door, number=number)
    if case is None:
        raise NotFound
    has = _has(case.pk)

    def seen() -> QuerySet[Any]:
        return Case.objects.visible_to(actor).order_by().values("pk")

    parts: dict[str, Callable[[], QuerySet[Any]]] = {
        "worksheets": lambda: WorkSheet.objects.select_related("unit", "person", "obligation").order_by("pk"),
        "promises": lambda: Promise.objects.select_related("person", "obligation"),
        "ticks": lambda: Tick.objects.select_related("person"),
        # Who sees the case need not see those beside it, nor its papers.
        "links_out": lambda: CaseLink.objects.filter(other__in=seen()).select_related("other"),
        "links_in": lambda: CaseLink.objects.filter(case__in=seen()).select_related("case"),
        "children": lambda: Case.objects.filter(pk__in=seen()).order_by("pk"),
        "papers": lambda: _papers(actor),
        "transfers": lambda: Transfer.objects.select_related("unit", "received_by"),
    }
    # What has no rows is not read: most cases have none of most of these.
    prefetch_related_objects([case], *(Prefetch(name, parts[name]()) for name in parts if name in has))

    def beside(name: str) -> list[Any]:
        return list(getattr(case, name).all()) if name in has else []

    return Detail(
        case=case,
        offers=flow.offers(case, actor),
        lines=timeline(case, actor, None, everything=True) if record else timeline(case, actor),
        worksheets=beside("worksheets"),
        promises=beside("promises"),
        ticks={row.code: row for row in beside("ticks")},
        links=beside("links_out"),
        backlinks=beside("links_in"),
        parent=case.parent if case.parent and access.allowed(actor, "case.view", case.parent) else None,
        parts=beside("children"),
        papers=beside("papers"),
        transfers=beside("transfers"),
        holders=_holders(case) if "assignments" in has else [],
        alarm=case.alarm if "alarm" in has else None,
    )

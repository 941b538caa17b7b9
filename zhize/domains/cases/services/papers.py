"""Complaint handling notices and investigation reports: written, audited by another, distributed, read (CAS-24, 25)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import MessageKind
from zhize.domains.cases.machine import PAPER
from zhize.domains.cases.models import Case, Paper, PaperKind, PaperReceiver, Transfer
from zhize.domains.cases.services.worksheets import head_of
from zhize.kernel import access, flow, history, notices, numbering
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.org.models import Unit
from zhize.lib import clock

# What each paper must say before it can be submitted.
PARTS: dict[str, dict[str, Any]] = {
    PaperKind.NOTICE: {"matter": _("投诉事项"), "demand": _("处理要求"), "limit": _("完成时限")},
    PaperKind.INVESTIGATION: {
        "facts": _("调查事实"),
        "cause_class": _("原因分类"),
        "responsible_unit": _("责任部门"),
        "measures": _("整改措施"),
    },
}


@atomic
def write_paper(
    *, actor: Actor, case: Case, kind: str, content: Mapping[str, str], receivers: Iterable[Unit]
) -> Paper:
    """Write a paper for the case, as a draft, for these receiving units. Raises Invalid per missing part."""
    access.require(actor, "paper.write", case)
    if kind not in PARTS:
        raise Invalid({"kind": _("没有这种文件。")})
    kept = _content(kind, content)
    paper = Paper(
        number=numbering.next_number("paper", unit=case.unit),
        case=case,
        kind=kind,
        content=kept,
        written_by_id=actor.person_id,
        written_at=clock.now(),
        **flow.begin(PAPER),
    )
    paper.save()
    rows = [PaperReceiver(paper=paper, unit=unit) for unit in {unit.pk: unit for unit in receivers}.values()]
    PaperReceiver.objects.bulk_create(rows)
    label = {"zh": history.both(PaperKind(kind).label).zh, "en": kind}
    history.record(actor=actor, verb="paper.written", subject=paper, data={"kind": label}, also=[case])
    return paper


@atomic
def rewrite_paper(
    *, actor: Actor, paper: Paper, content: Mapping[str, str], receivers: Iterable[Unit]
) -> Paper:
    """Mend a draft, e.g. after the audit returned it. Raises NotNow once it was submitted, Invalid per missing part."""
    access.require(actor, "paper.write", paper)
    if paper.category != flow.Category.NEW:
        raise flow.NotNow(_("只有草稿可以修改。"))
    guarded_update(paper, content=_content(paper.kind, content))
    wanted = {unit.pk: unit for unit in receivers}
    paper.receivers.exclude(unit_id__in=wanted).delete()
    kept = set(paper.receivers.values_list("unit_id", flat=True))
    PaperReceiver.objects.bulk_create(
        PaperReceiver(paper=paper, unit=unit) for pk, unit in wanted.items() if pk not in kept
    )
    history.record(actor=actor, verb="paper.rewritten", subject=paper, also=[paper.case])
    return paper


def _content(kind: str, content: Mapping[str, str]) -> dict[str, str]:
    parts = PARTS[kind]
    kept = {name: str(content.get(name, "")).strip() for name in parts}
    missing = {
        name: _("请填写“%(part)s”。") % {"part": parts[name]} for name, value in kept.items() if not value
    }
    if missing:
        raise Invalid(missing)
    return kept


@atomic
def submit(*, actor: Actor, paper: Paper) -> Paper:
    """Hand the draft to the audit."""
    flow.perform(paper, "submit", actor=actor, also=(paper.case,))
    return paper


@atomic
def give_back(*, actor: Actor, paper: Paper, note: str) -> Paper:
    """The audit finds something to mend."""
    flow.perform(paper, "give_back", actor=actor, note=note, also=(paper.case,))
    return paper


@atomic
def issue(*, actor: Actor, paper: Paper) -> Paper:
    """Audit passed: the paper goes to its receivers, who are told. Never before (CAS-24)."""
    now = clock.now()
    flow.perform(
        paper,
        "issue",
        actor=actor,
        changes={"audited_by_id": actor.person_id, "issued_at": now},
        also=(paper.case,),
    )
    receivers = list(paper.receivers.select_related("unit"))
    paper.receivers.update(sent_at=now)
    heads = [holder for holder in (head_of(row.unit)[1] for row in receivers) if holder is not None]
    notices.send(
        to=heads,
        template="case.paper",
        context={"number": paper.number, "kind": str(paper.get_kind_display()), "case": paper.case.number},
        subject=paper,
        actor=actor,
    )
    return paper


def move(*, actor: Actor, paper: Paper, verb: str, note: str = "") -> Paper:
    """Make a move of the paper by its verb. Raises NotNow for one that is not declared."""
    if verb == "give_back":
        return give_back(actor=actor, paper=paper, note=note)
    moves = {"submit": submit, "issue": issue}
    if verb not in moves:
        raise flow.NotNow
    return moves[verb](actor=actor, paper=paper)


@atomic
def read(*, actor: Actor, paper: Paper) -> Paper:
    """Somebody of a receiving unit opened the paper: the first reading is kept with its time."""
    access.require(actor, "paper.view", paper)
    units = [holding.unit_id for holding in actor.positions]
    for row in paper.receivers.filter(unit_id__in=units, read_at__isnull=True, sent_at__isnull=False):
        guarded_update(row, expect={"read_at": None}, read_at=clock.now(), read_by_id=actor.person_id)
        history.record(actor=actor, verb="paper.read", subject=paper, marks=[row])
    return paper


@atomic
def transfer(*, actor: Actor, case: Case, unit: Unit, text: str) -> Transfer:
    """Hand an opinion or a tracked result to a unit, to be received by it (CAS-27, VIS-18)."""
    access.require(actor, "case.note", case)
    if not text.strip():
        raise Invalid({"text": _("请写意见内容。")})
    return _pass_on(actor, case, unit, text)


def submit_opinions(*, actor: Actor, case: Case) -> Transfer | None:
    """Hand the opinions written on a case, with its result, to the responsible department; each opinion once."""
    opinions = case.messages.filter(kind=MessageKind.OPINION)
    latest = case.transfers.order_by("-sent_at").first()
    if latest is not None:
        opinions = opinions.filter(at__gt=latest.sent_at)
    said = list(opinions.values_list("body", flat=True))
    if not said:
        return None
    unit = case.responsible_unit or (case.owner_position.unit if case.owner_position else case.unit)
    result = [str(_("处理结果：%(solution)s") % {"solution": case.solution})] if case.solution else []
    return _pass_on(actor, case, unit, "\n".join([*said, *result]))


def _pass_on(actor: Actor, case: Case, unit: Unit, text: str) -> Transfer:
    row = Transfer.objects.create(
        case=case, unit=unit, text=text.strip(), sent_at=clock.now(), sent_by_id=actor.person_id
    )
    history.record(
        actor=actor, verb="case.transferred", subject=case, data={"to": str(unit)}, note=text, marks=[row]
    )
    head = head_of(unit)[1]
    if head is not None:
        notices.send(
            to=[head],
            template="case.transfer",
            context={"number": case.number, "text": text, "actor": actor.label},
            subject=case,
            actor=actor,
        )
    return row


@atomic
def receive_transfer(*, actor: Actor, row: Transfer, answer: str = "") -> Transfer:
    """The unit signs for the opinion, with an answer if it has one."""
    access.require(actor, "transfer.receive", row)
    if row.received_at is not None:
        raise Invalid({"": _("已经签收。")})
    guarded_update(
        row,
        expect={"received_at": None},
        received_at=clock.now(),
        received_by_id=actor.person_id,
        answer=answer.strip(),
    )
    history.record(actor=actor, verb="case.transfer_received", subject=row.case, note=answer, marks=[row])
    return row

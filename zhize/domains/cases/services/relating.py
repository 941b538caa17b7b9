"""Cases that belong together: merge, split, link, parent and child; tags, checklist, who is looking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import LinkKind, Outcome
from zhize.domains.cases.machine import no_open_actions
from zhize.domains.cases.models import Case, CaseLink, Message, Tick, Watching
from zhize.domains.cases.services import opening
from zhize.domains.cases.services.writing import write
from zhize.kernel import access, files, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic
from zhize.kernel.flow import Category
from zhize.lib import clock, phones

STILL_LOOKING = timedelta(seconds=30)


@atomic
def merge(*, actor: Actor, case: Case, into: Case, note: str = "") -> Case:
    """Merge `case` into `into`: its conversation is copied over, it ends as void and points there.

    Raises Invalid when they are the same, not of the same customer, or one has ended. Returns `into` as it is then.
    """
    # Always the smaller id first: each into the other, or three in a ring, would wait for each other. Both are read anew,
    # since what was read before may have ended meanwhile.
    rows = Case.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[case.pk, into.pk])
    fresh = {row.pk: row for row in rows.order_by("pk")}
    case, into = fresh[case.pk], fresh[into.pk]
    access.require(actor, "case.merge", case)
    access.require(actor, "case.merge", into)
    if case.pk == into.pk:
        raise Invalid({"into": _("不能并入自己。")})
    if case.is_ended or into.is_ended:
        raise Invalid({"into": _("已经结束的工单不能合并。")})
    if case.customer_id != into.customer_id:
        raise Invalid({"into": _("只能合并同一位客户的工单。")})
    left = no_open_actions(case, actor, None)
    if left is not None:
        raise flow.NotNow(left)
    now = clock.now()
    _copy_conversation(actor, case, into)
    CaseLink.objects.create(case=case, other=into, kind=LinkKind.MERGED, note=note[:200], made_at=now)
    write(into, last_activity_at=now)
    history.record(actor=actor, verb="case.absorbed", subject=into, data={"other": case.number}, note=note)
    move = next(
        (
            move
            for move in case.machine.moves_from(case.state)
            if case.machine.state(move.target).category == Category.VOID
        ),
        None,
    )
    if move is None:
        raise flow.NotNow
    flow.perform(
        case,
        move.verb,
        actor=actor.vouched(move.capability),  # who may merge two cases may end one of them this way
        note=note or into.number,
        data={"reason": into.number},
        changes={"merged_into": into, "outcome": Outcome.MERGED, "closed_at": now, "last_activity_at": now},
        recorded_as="case.voided",
    )
    history.record(actor=actor, verb="case.merged", subject=case, data={"into": into.number})
    return into


def _copy_conversation(actor: Actor, case: Case, into: Case) -> None:
    """What was said in one case, with the files that came along, also stands in the other."""
    said = list(case.messages.all())
    attached = files.of_subjects(said)
    copies = Message.objects.bulk_create(
        Message(
            case=into,
            kind=row.kind,
            channel=row.channel,
            author_id=row.author_id,
            author_label=row.author_label,
            body=f"[{case.number}] {row.body}",
            at=row.at,
        )
        for row in said
    )
    for row, copy in zip(said, copies, strict=True):
        for item in attached.get(("cases.message", row.pk), []):
            if item.blob is None:
                continue  # Erased meanwhile.
            files.attach(
                actor=actor,
                blob=item.blob,
                subject=copy,
                name=item.name,
                visible_to_customer=item.visible_to_customer,
            )


@atomic
def split(
    *, actor: Actor, case: Case, title: str, description: str = "", type_code: str = "", subtype: str = ""
) -> Case:
    """Open a second case out of this one for the same customer; both know of each other."""
    access.require(actor, "case.merge", case)
    intake = opening.Intake(
        type=type_code or case.type_code,
        title=title,
        description=description,
        channel=case.channel,
        subtype=subtype,
        unit=case.unit,
        customer=case.customer,
        contact_name=case.contact_name,
        contact_phone=phones.to_call_back(case.contact_phone),
        contact_email=case.contact_email,
        premises=case.premises,
        area=case.area,
        consent=case.consent,
    )
    other = opening.open_case(actor=actor, intake=replace(intake))
    CaseLink.objects.create(case=other, other=case, kind=LinkKind.SPLIT, made_at=clock.now())
    history.record(actor=actor, verb="case.split", subject=case, data={"other": other.number}, also=[other])
    return other


@atomic
def link(*, actor: Actor, case: Case, other: Case, note: str = "") -> CaseLink:
    """Say that two cases are related. Doing it twice changes nothing, from whichever of the two it is said.

    The earlier case stands first in the row, so that the table itself holds the pair only once.
    """
    access.require(actor, "case.merge", case)
    access.require(actor, "case.view", other)
    if case.pk == other.pk:
        raise Invalid({"other": _("不能关联自己。")})
    first, second = (case, other) if case.pk < other.pk else (other, case)
    made, fresh = CaseLink.objects.get_or_create(
        case=first, other=second, kind=LinkKind.RELATED, defaults={"note": note[:200], "made_at": clock.now()}
    )
    if fresh:
        history.record(
            actor=actor,
            verb="case.linked",
            subject=case,
            data={"other": other.number, "kind_label": history.both(LinkKind.RELATED.label).as_dict()},
            also=[other],
        )
    return made


@atomic
def put_under(*, actor: Actor, case: Case, parent: Case | None) -> Case:
    """Make `parent` the case this one is part of (or none). Raises Invalid for a circle."""
    access.require(actor, "case.merge", case)
    if parent is not None:
        access.require(actor, "case.view", parent)
    if case.is_ended or (parent is not None and parent.is_ended):
        raise Invalid({"parent": _("已经结束的工单不能归入上级或下级。")})
    above = parent
    while above is not None:
        if above.pk == case.pk:
            raise Invalid({"parent": _("上下级不能成环。")})
        above = above.parent
    write(case, parent=parent)
    history.record(
        actor=actor,
        verb="case.parented",
        subject=case,
        data={"other": parent.number if parent else "—"},
        also=[parent] if parent else [],
    )
    return case


@atomic
def tag(*, actor: Actor, case: Case, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Case:
    """Change the tags of a case."""
    access.require(actor, "case.edit", case)
    dropped = set(remove)
    tags = [code for code in dict.fromkeys([*case.tags, *add]) if code not in dropped]
    if tags != case.tags:
        with history.change(case, actor=actor, verb="case.tagged"):
            write(case, tags=tags)
    return case


@atomic
def tick(*, actor: Actor, case: Case, code: str, done: bool = True, note: str = "") -> None:
    """Tick a checklist point or a dated step, or take the tick back (CAS-26). Steps go in their order."""
    access.require(actor, "case.work", case)
    if case.is_ended:
        raise Invalid({"code": _("工单已经结束。")})
    steps = {item.code: item for item in (*case.spec.checklist, *case.spec.steps)}
    if code not in steps:
        raise Invalid({"code": _("清单里没有这一项。")})
    label = steps[code].label.as_dict()
    if not done:
        if not case.ticks.filter(code=code).exists():
            return
        Tick.objects.filter(case=case, code=code).delete()
        history.record(actor=actor, verb="case.unticked", subject=case, data={"step": label, "code": code})
        return
    order = [item.code for item in case.spec.steps]
    if code in order:
        ticked = set(case.ticks.values_list("code", flat=True))
        before = [
            item for item in case.spec.steps[: order.index(code)] if item.required and item.code not in ticked
        ]
        if before:
            raise Invalid({"code": _("请先完成“%(step)s”。") % {"step": before[0].label}})
    made, fresh = Tick.objects.get_or_create(
        case=case,
        code=code,
        defaults={"done_at": clock.now(), "person_id": actor.person_id, "note": note[:300]},
    )
    if fresh:
        history.record(
            actor=actor, verb="case.ticked", subject=case, data={"step": label, "code": code}, note=made.note
        )


def watch(*, actor: Actor, case: Case, typing: bool = False) -> list[Watching]:
    """Say that the actor looks at the case, and get the others who do (the collision notice)."""
    access.require(actor, "case.view", case)
    now = clock.now()
    if actor.person_id is not None:
        Watching.objects.update_or_create(
            case=case, person_id=actor.person_id, defaults={"seen_at": now, "typing": typing}
        )
    rows = case.watchers.filter(seen_at__gte=now - STILL_LOOKING).exclude(person_id=actor.person_id or 0)
    return list(rows.select_related("person"))


@atomic
def flag_class_repeat(*, actor: Actor, case: Case, summary: str) -> Case:
    """The class of the case came again within 30 days of a weekly summary that reported it (CAS-30)."""
    access.require(actor, "case.edit", case)
    # Without the version: whoever is opening the case at this moment goes on with it.
    if Case.objects.filter(pk=case.pk, repeats_class=False).update(repeats_class=True):
        case.repeats_class = True
        history.record(actor=actor, verb="case.class_repeated", subject=case, data={"summary": summary})
    return case

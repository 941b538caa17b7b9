"""Telling people what happened to a case, after it was saved. Runs in the worker, once per fact."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from zhize.domains.cases.kinds import ANSWER
from zhize.domains.cases.models import Case, WorkSheet
from zhize.domains.cases.selectors import types
from zhize.domains.cases.services import routing
from zhize.domains.cases.services.writing import write
from zhize.domains.duties import selectors as duties
from zhize.kernel import access, history, notices
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic, statements
from zhize.kernel.history.models import Entry
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position
from zhize.lib import clock

FORWARD = access.system_actor("cases.forward", caps={"case.view"})
EMAIL = "email"


def _case(entry: Entry) -> Case:
    rows = Case.objects.select_related("customer", "premises", "unit", "owner", "owner_position")
    [case] = statements.rows(
        "cases.told", statements.ANYBODY, lambda pk: rows.filter(pk=pk), pk=entry.subject_id
    )
    return cast("Case", case)


def _local(case: Case, at: datetime | None) -> str:
    return at.astimezone(clock.zone(case.unit.timezone)).strftime("%Y-%m-%d %H:%M") if at else "—"


def _context(case: Case, entry: Entry) -> dict[str, Any]:
    return {
        "number": case.number,
        "title": case.title,
        "type": types.type_label(case.type_code, case.release_id),
        "channel": str(case.get_channel_display()),
        "actor": entry.actor_label,
        "why": entry.data.get("why") or "",
        "description": case.description,
        "customer": case.who or "—",
        "place": str(case.premises or "—"),
        "accepted": _local(case, case.accepted_at),
        "due": _local(case, _answer_due(case)),
        "link": f"{settings.CONFIG.base_url}{reverse('cases:detail', args=[case.number])}",
        "note": entry.note,
    }


def _answer_due(case: Case) -> datetime | None:
    """When the holder owes the customer the answer; of what others owe about the case nobody else is told."""
    return duties.owed_until(case, deadline=ANSWER) or case.next_due_at


def _only(context: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: context[name] for name in names}


@atomic
def assigned(entry: Entry) -> None:
    """Tell the new holder; where the type wants it, forward the matter by mail and record that on the case (CAS-06)."""
    case = _case(entry)
    person = case.owner
    if person is None or person.pk != entry.data.get("to_id"):
        return
    context = _context(case, entry)
    actor = access.system(FORWARD, request_id=entry.request_id)
    if person.pk != entry.person_id:
        names = ("number", "title", "actor", "type", "channel", "why", "description", "due", "link")
        notices.send(
            to=[person],
            template="case.assigned",
            context=_only(context, *names),
            subject=case,
            actor=actor,
            channels=["in_app"],
        )
    if case.spec.forward_by_mail and person.email:
        _forward(case, person, context, entry, actor)


def _forward(case: Case, person: Person, context: dict[str, Any], entry: Entry, actor: Actor) -> None:
    names = ("number", "title", "type", "customer", "place", "description", "accepted", "due", "link")
    notices.send(
        to=[person],
        template="case.forwarded",
        context=_only(context, *names),
        subject=case,
        actor=actor,
        channels=[EMAIL],
    )
    if case.forwarded_at is None:
        write(case, forwarded_at=clock.now())
    history.record(
        actor=actor,
        verb="case.forwarded",
        subject=case,
        data={"to": person.name, "to_id": person.pk, "by": entry.actor_label},
        note="" if notices.mail_is_configured() else gettext("没有配置发信服务器，邮件在等待发送。"),
    )


@atomic
def unassignable(entry: Entry) -> None:
    """Tell those who may dispatch in the unit: holders of the positions granted case.dispatch."""
    case = _case(entry)
    finding = routing.FINDINGS[entry.data["code"]]
    positions = Position.objects.filter(
        grants__capability="case.dispatch", unit=case.unit, active=True
    ).select_related("unit")
    people = {person.pk: person for position in positions for person in org.holders(position)}
    notices.send(
        to=list(people.values()),
        template="case.unassignable",
        context={"number": case.number, "title": case.title, "finding": finding},
        subject=case,
        actor=access.system(FORWARD, request_id=entry.request_id),
        urgent=True,
    )


@atomic
def holder(entry: Entry) -> None:
    """Tell the holder that he is chased, or that the customer wrote."""
    case = _case(entry)
    if case.owner is None or case.owner_id == entry.person_id:
        return
    context = _context(case, entry)
    if entry.verb == "case.urged":
        chosen = _only(context, "number", "title", "actor", "note")
    else:
        message = case.messages.get(pk=entry.data["message"])
        chosen = {**_only(context, "number", "title", "customer"), "body": message.body}
    notices.send(
        to=[case.owner],
        template=entry.verb,
        context=chosen,
        subject=case,
        actor=access.system(FORWARD, request_id=entry.request_id),
        urgent=entry.verb == "case.urged",
    )


@atomic
def consulted(entry: Entry) -> None:
    """Tell the superior who was asked."""
    case = _case(entry)
    context = _only(_context(case, entry), "number", "title", "actor", "link")
    message = case.messages.get(pk=entry.data["message"])
    notices.send(
        to=list(Person.objects.filter(pk=entry.data["to_id"])),
        template=entry.verb,
        context={**context, "body": message.body},
        subject=case,
        actor=access.system(FORWARD, request_id=entry.request_id),
        urgent=True,
    )


@atomic
def worksheet(entry: Entry) -> None:
    """Tell the department's holder about a work sheet, or that it is chased."""
    rows = WorkSheet.objects.select_related("case", "unit", "person")
    sheet = rows.get(pk=entry.subject_id)
    if sheet.person is None:
        return
    context: dict[str, Any] = {"number": sheet.number, "actor": entry.actor_label}
    if entry.verb == "worksheet.sent":
        context |= {
            "due": entry.data["due"],
            "unit": str(sheet.unit),
            "case": sheet.case.number,
            "task": sheet.task,
        }
    else:
        context["note"] = entry.note
    notices.send(
        to=[sheet.person],
        template=entry.verb,
        context=context,
        subject=sheet,
        actor=access.system(FORWARD, request_id=entry.request_id),
        urgent=entry.verb == "worksheet.urged",
    )

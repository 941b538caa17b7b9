"""The case page: conversation and history in the middle, the customer on the right, clock and verbs always visible."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.cases import registry, services
from zhize.domains.cases.models import Case, WorkSheet
from zhize.domains.cases.selectors import details, lists, types
from zhize.domains.cases.web import head, side, timeline
from zhize.domains.duties import selectors as duties
from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.addresses import address
from zhize.kernel.db import DomainError
from zhize.ui import components, html, words
from zhize.ui import selectors as kit_selectors
from zhize.ui import services as kit


@ui.page(capability="case.view")
def case_by_id(request: HttpRequest, pk: int) -> HttpResponse:
    """The case of a search hit or a timeline, which know rows by their key, at its own address."""
    return ui.redirect(request, "cases:detail", access.fetch(request.actor, Case, pk).number)


@ui.page(capability="worksheet.view")
def worksheet_by_id(request: HttpRequest, pk: int) -> HttpResponse:
    """The work sheet of a search hit or a timeline, at its own address."""
    return ui.redirect(request, "cases:worksheet", access.fetch(request.actor, WorkSheet, pk).number)


@ui.page(capability="case.view")
def case_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One case with everything about it."""
    actor = request.actor
    found = details.detail(actor, number)
    case = found.case
    owed = duties.about(actor, case)
    alarm = found.alarm
    context: dict[str, Any] = {
        "title": f"{case.number} {case.title}",
        "detail": found,
        "case": case,
        "spec": case.spec,
        "kind": types.type_label(case.type_code, case.release_id),
        "subtype": types.subtype_label(case.type_code, case.subtype, case.release_id) if case.subtype else "",
        "cause": types.cause_label(case.type_code, case.cause, case.release_id) if case.cause else "",
        "tags": [types.tag_label(code) for code in case.tags],
        "obligations": owed,
        "nearest": _clock(case, owed),
        "panels": registry.panels(actor, case),
        "alarm_calls": list(alarm.calls.select_related("person", "position")) if alarm else [],
        "may_acknowledge": alarm is not None
        and alarm.calls.filter(person_id=actor.person_id, acknowledged_at=None).exists(),
        "may_end_alarm": alarm is not None
        and alarm.ended_at is None
        and access.allowed(actor, "case.alarm", case),
        "may_propose": case.is_major and access.allowed(actor, "case.escalate", case),
        "may_decide": case.is_major and access.allowed(actor, "case.decide_major", case),
        "may_work": case.is_open and access.allowed(actor, "case.work", case),
        "acts": case_acts(actor, case),
        "more": more_acts(actor, case),
        "nearby": (near := lists.nearby(actor, case)),
        "nearby_shown": ui.Count(near, near == lists.MOST_NEARBY),
        "earlier": [row for row in lists.of_customer(actor, case.customer, 6) if row.pk != case.pk]
        if case.customer
        else [],
        **reply_box(request, case),
        "checklist": [(item, found.ticks.get(item.code)) for item in case.spec.checklist],
        "steps": [(item, found.ticks.get(item.code)) for item in case.spec.steps],
        "answers": services.shown_answers(case),
        "answered_label": next(
            (state.label for state in case.spec.states if state.category == "resolved"), _("答复")
        ),
        "crumbs": [(_("工单"), reverse("cases:list")), (case.number, "")],
        "may_reply": access.allowed(actor, "case.reply", case)
        and case.is_open
        and case.has_somebody_to_answer,
        "may_note": access.allowed(actor, "case.note", case),
        "wide": True,
    }
    with words.in_one_setting():
        made = {
            "head": head.head(context),
            "conversation": timeline.conversation(context),
            "side": side.panels(request, context),
        }
    return ui.render(request, "cases/detail.html", {**context, **made})


def _clock(case: Case, owed: list[Obligation]) -> Obligation | None:
    """The clock of the page's head: what the case's holder owes the customer, else the nearest of the case's own."""
    running = [row for row in owed if row.is_open and row.due_at and row.subject_type == "cases.case"]
    held = [row for row in running if row.kind != "promise" and row.holder_id == case.owner_id]
    return next(iter(held or running), None)


def draft_key(case: Case) -> str:
    """What the draft of the reply box is kept under."""
    return f"case-reply:{case.number}"


def reply_box(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What the reply box shows besides what may be done: phrases, channels, and what was typed and not sent."""
    key = draft_key(case)
    kept = kit_selectors.draft(int(request.user.pk or 0), key)
    return {
        "phrases": _phrases(case),
        "channels": _channels(case),
        "files": ui.widgets.Upload(multiple=True, small=True).render("files", None, {"id": "reply-files"}),
        "draft_key": key,
        "draft": {"data": kept[0], "at": kept[1].isoformat()} if kept else None,
    }


def _phrases(case: Case) -> str:
    """The menu of ready answers; nothing where the type of the case has none."""
    each = '<button type="button" class="menu-item" data-insert="#reply-body" data-text="{}">{}</button>'
    rows = [
        html.format_html(each, words.in_language(answer.text), words.in_language(answer.label))
        for answer in types.canned_answers(case.type_code)
    ]
    return components.menu(_("常用语"), html.joined(rows)) if rows else ""


def _channels(case: Case) -> str:
    """How the customer can be answered, as options with the likeliest chosen."""
    from zhize.domains.cases.web.forms import REPLY_CHANNELS

    likeliest = case.channel if case.channel in dict(REPLY_CHANNELS) else "phone"
    return html.joined(
        html.format_html(
            '<option value="{}"{}>{}</option>', code, " selected" if code == likeliest else "", label
        )
        for code, label in REPLY_CHANNELS
    )


def case_acts(actor: Any, case: Case) -> list[ui.Act]:
    """What stands beside the moves of the lifecycle: dispatch, take, co-handling."""
    acts = []
    if case.is_open and access.allowed(actor, "case.dispatch", case):
        acts.append(ui.Act(_("派给…"), _url("assign", case), icon="user-share", drawer=True, key="a"))
    if case.is_open and case.owner_id != actor.person_id and access.allowed(actor, "case.take", case):
        acts.append(ui.Act(_("领取"), _url("take", case), icon="hand-grab", method="post"))
    if case.is_open and access.allowed(actor, "worksheet.send", case):
        acts.append(
            ui.Act(_("协办"), _url("worksheet_new", case), icon="clipboard-list", drawer=True, key="w")
        )
    if case.category == "resolved" and access.allowed(actor, "case.audit", case):
        acts.append(ui.Act(_("审核答复"), _url("audit", case), icon="checks", drawer=True))
    return acts


# (label, route, capability, only while the case is open)
MORE = (
    (_("客户来电补充"), "incoming", "case.reply", False),
    (_("已告知结果"), "inform", "case.reply", False),
    (_("向客户承诺"), "promise", "case.reply", True),
    (_("催办"), "urge", "case.urge", True),
    (_("请示上级"), "consult", "case.note", True),
    (_("修改内容"), "edit", "case.edit", True),
    (_("标签"), "tags", "case.edit", True),
    (_("登记为重大"), "major", "case.escalate", True),
    (_("并入另一件"), "merge", "case.merge", True),
    (_("拆分"), "split", "case.merge", True),
    (_("关联"), "link", "case.merge", False),
    (_("归入上级工单"), "parent", "case.merge", True),
    (_("转办意见"), "transfer", "case.note", False),
    (_("投诉处理通知"), "notice_new", "paper.write", False),
    (_("调查报告"), "investigation_new", "paper.write", False),
)


def more_acts(actor: Any, case: Case) -> list[ui.Act]:
    """Acts behind 更多."""
    found = []
    for label, route, capability, while_open in MORE:
        if while_open and not case.is_open:
            continue
        if capability == "case.reply" and not case.has_somebody_to_answer:
            continue
        if route == "major" and (case.spec.major is None or case.is_major):
            continue
        if access.allowed(actor, capability, case):
            found.append(ui.Act(label, _url(route, case), drawer=True))
    return found


def _url(route: str, case: Case) -> str:
    return address(f"cases:{route}", case.number)


@ui.page(capability="case.merge", methods=("GET",))
def others(request: HttpRequest, number: str, mergeable: bool = False) -> HttpResponse:
    """Cases this one can be put together with: its customer's, or those found by the words typed."""
    case = details.by_number(request.actor, number, "case.merge")
    found = lists.others(request.actor, case, request.GET.get("q", ""), mergeable=mergeable)
    shown = [{"value": row.number, "text": f"{row.number} {row.title}", "hint": row.who} for row in found]
    return JsonResponse({"items": shown})


@ui.page(capability="case.take", methods=("POST",))
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Take the case over oneself."""
    case = details.by_number(request.actor, number, "case.take")
    services.take(actor=request.actor, case=case)
    return ui.done(request, _("已领取。"), to=_url("detail", case))


@ui.page(capability="case.dispatch", methods=("POST",))
def redispatch(request: HttpRequest, number: str) -> HttpResponse:
    """Let the rules choose again."""
    case = details.by_number(request.actor, number, "case.dispatch")
    services.redispatch(actor=request.actor, case=case)
    return ui.done(request, _("已按规则重新派单。"), to=_url("detail", case))


@ui.page(capability="case.work", methods=("POST",))
def tick(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Tick or untick a point of the checklist."""
    case = details.by_number(request.actor, number, "case.work")
    services.tick(actor=request.actor, case=case, code=code, done=request.POST.get("done") != "no")
    return ui.done(request, to=_url("detail", case))


@ui.page(capability="case.reply", methods=("POST",))
def keep_promise(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The promise was kept."""
    case = details.by_number(request.actor, number, "case.reply")
    services.keep(actor=request.actor, promised=details.promise_of(case, pk))
    return ui.done(request, _("已兑现。"), to=_url("detail", case))


@ui.page(capability="case.view", methods=("POST",))
def watching(request: HttpRequest, number: str) -> HttpResponse:
    """The heartbeat of an open page: who else looks at the case now."""
    case = details.by_number(request.actor, number)
    others = services.watch(actor=request.actor, case=case, typing=bool(request.POST.get("typing")))
    return ui.fragment(request, "cases/parts/watching.html", {"others": others})


@ui.page(capability="case.view_contact", methods=("POST",))
def unmask_contact(request: HttpRequest, number: str) -> HttpResponse:
    """The contact's full number; the look is recorded."""
    case = details.by_number(request.actor, number, "case.view_contact")
    return ui.unmasked(request, services.unmask_contact(actor=request.actor, case=case))


@ui.page(capability="case.reply", methods=("POST",))
def reply(request: HttpRequest, number: str) -> HttpResponse:
    """The reply box: a word to the customer, or an internal note."""
    case = details.by_number(request.actor, number)
    body, kind = request.POST.get("body", ""), request.POST.get("kind", "reply")
    blobs = services.stored_files(actor=request.actor, uploads=request.FILES.getlist("files"))
    try:
        if kind == "reply":
            services.reply(
                actor=request.actor,
                case=case,
                body=body,
                channel=request.POST.get("channel", "phone"),
                result=bool(request.POST.get("result")),
                attachments=blobs,
            )
        else:
            services.note(actor=request.actor, case=case, body=body, kind=kind, attachments=blobs)
    except DomainError as error:
        context = {"case": case, "error": words.in_language(str(error)), "body": body, "kind": kind}
        context |= reply_box(request, case) | {"draft": None}  # It stands in the box.
        context |= {"may_reply": access.allowed(request.actor, "case.reply", case), "may_note": True}
        return ui.fragment(request, "cases/parts/reply.html", context, status=422)
    kit.discard_draft(user_id=int(request.user.pk or 0), key=draft_key(case))
    return ui.done(request, _("已发送。") if kind == "reply" else _("已记录。"), to=_url("detail", case))


@ui.page(capability="case.view")
def print_case(request: HttpRequest, number: str) -> HttpResponse:
    """《顾客投诉（建议）记录表》: the printed form with every step (CAS-02)."""
    found = details.detail(request.actor, number, record=True)
    case = found.case
    context = {"title": case.number, "detail": found, "case": case}
    context["signers"] = [
        {"role": pgettext_lazy("signature", "受理"), "name": case.created_by, "at": case.accepted_at},
        {"role": _("处理人"), "name": case.owner, "at": case.answered_at},
        {"role": _("审核"), "name": case.audited_by, "at": case.audited_at},
    ]
    context["kind"] = types.type_label(case.type_code, case.release_id)
    return ui.render(request, "cases/print.html", context)

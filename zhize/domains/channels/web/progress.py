"""查进度: how a customer's matters stand, found by phone or case number and told (CHN-12)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.cases.selectors import details
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels import services
from zhize.domains.channels.models import Call
from zhize.domains.channels.selectors import progress as reads
from zhize.kernel import access
from zhize.ui import words


def _call(request: HttpRequest, number: str) -> Call | None:
    """The call in which the customer asked, where the page was opened from one."""
    return access.fetch(request.actor, Call, int(number)) if number.isdecimal() and len(number) < 19 else None


@ui.page(capability=caps.PROGRESS_TELL, methods=("GET",))
def progress(request: HttpRequest) -> HttpResponse:
    """The matters behind a phone or case number: state, who has it, when it is due next."""
    asked = request.GET.get("q", "").strip()
    call = _call(request, request.GET.get("call", ""))
    rows = reads.progress(request.actor, asked) if asked else []
    mails = request.actor.may(caps.MAIL_SEND)
    values = {
        "title": _("查进度"),
        "asked": asked,
        "call": call,
        "rows": rows,
        "mailable": reads.with_address(row.case for row in rows) if rows and mails else set(),
        "crumbs": [(_("查进度"), "")],
    }
    return ui.render(request, "channels/progress.html", values)


@ui.page(capability=caps.MAIL_SEND, methods=("POST",))
def send(request: HttpRequest, number: str) -> HttpResponse:
    """The customer gets the link to his progress page by mail."""
    case = details.by_number(request.actor, number, "case.view")
    sent = services.send_progress(actor=request.actor, case=case)
    said = words.in_language(_("已发往 %(address)s。")) % {"address": ", ".join(sent.to)}
    return ui.done(request, said, to=f"{reverse('channels:progress')}?q={number}")


@ui.page(capability=caps.PROGRESS_TELL, methods=("POST",))
def tell(request: HttpRequest, number: str) -> HttpResponse:
    """The customer was told."""
    case = details.by_number(request.actor, number, "case.view")
    call = _call(request, request.GET.get("call", ""))
    services.tell_progress(actor=request.actor, case=case, call=call)
    to = reverse("channels:call", args=[call.pk]) if call else f"{reverse('channels:progress')}?q={number}"
    return ui.done(request, _("已记下：告知了客户。"), to=to)

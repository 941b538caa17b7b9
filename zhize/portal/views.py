"""Customers' pages: submit a matter, follow it by its code, answer a survey. None of them needs an account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.cases import services as cases
from zhize.domains.cases.kinds import Channel
from zhize.domains.cases.models import Case
from zhize.domains.channels import services as channels
from zhize.domains.customers.selectors import premises
from zhize.domains.visits import services as visits
from zhize.domains.visits.web import asking
from zhize.kernel import files
from zhize.kernel.db import DomainError, Invalid, NotFound
from zhize.kernel.files import handles, serving
from zhize.portal import door, selectors
from zhize.portal.forms import CodeForm, MessageForm, SubmitForm
from zhize.ui.forms import new_token

LAYOUT = "portal/layout.html"
# A field that people do not see; programs fill it in.
TRAP = "website"


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    values = {"layout": LAYOUT, "token": request.POST.get("_token") or new_token(), **context}
    return door.private(ui.render(request, template, values, status=status))


def _missing(request: HttpRequest, title: Any, text: Any, *, status: int = 404) -> HttpResponse:
    return _page(
        request,
        "portal/notice.html",
        {"title": title, "text": text, "icon": "alert-circle", "lost": True},
        status=status,
    )


class Submit(ui.FormPage):
    """A department's form: what happened, where, who asks, with photos."""

    public = True
    form_class = SubmitForm
    template = "portal/submit.html"
    title = _("投诉、报修与建议")
    submit = _("提交")
    done_message = ""
    drafts = False

    def begin(self, request: HttpRequest) -> None:
        self.unit = selectors.department(self.kwargs["unit"])
        self.types = selectors.offered_types()
        super().begin(request)

    def initial(self) -> dict[str, Any]:
        return {"type": self.types[0].code}

    def form_kwargs(self) -> dict[str, Any]:
        language = get_language() or "zh-hans"
        offered = [(spec.code, spec.label.in_language(language)) for spec in self.types]
        return {"types": offered, "keep": door.keeper(self.request)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get(TRAP):
            # Whoever fills in what nobody sees is told that all went well.
            return _page(
                request,
                "portal/notice.html",
                {"title": _("已收到"), "text": _("谢谢您。"), "icon": "circle-check"},
            )
        return super().post(request, *args, **kwargs)

    def perform(self, form: Any) -> Case:
        door.knock(self.request, door.SUBMISSIONS, "submit")
        said = form.cleaned_data
        place = premises.by_address(self.unit, said["address"]) if said["address"] else None
        text = said["description"]
        if said["address"] and place is None:
            where = _("地点：%(address)s") % said
            text = f"{text}\n\n{where}".strip()
        intake = cases.Intake(
            type=said["type"],
            title=said["title"],
            description=text,
            channel=Channel.WEB,
            unit=self.unit,
            premises=place,
            contact_name=said["name"],
            contact_phone=said["phone"],
            contact_email=said["email"],
            language=get_language() or "zh-hans",
            consent=True,
        )
        return channels.submit(
            actor=door.complainant(self.request, said["name"]),
            intake=intake,
            line=selectors.line_of(self.unit),
            uploads=[(files.content(blob), name) for blob, name in _pictures(said["photos"])],
            filled_in={name: value for name, value in said.items() if name != "photos"},
        )

    def success_url(self, result: Case) -> str:
        return reverse("portal:received", args=[channels.progress_code(result)])

    def show(self, form: Any, *, status: int = 200) -> HttpResponse:
        return door.private(super().show(form, status=status))

    def context(self) -> dict[str, Any]:
        return {"layout": LAYOUT, "unit": self.unit}


def _pictures(tickets: list[str]) -> list[tuple[Any, str]]:
    """The stored contents behind tickets, with the names they came under."""
    named = [handles.read(ticket) for ticket in tickets]
    found = {blob.pk: blob for blob in selectors.blobs([pk for pk, _name in named])}
    return [(found[pk], name) for pk, name in named if pk in found]


@ui.page(public=True, methods=("GET",))
def received(request: HttpRequest, code: str) -> HttpResponse:
    """It arrived: the number, and the code to follow it with."""
    case = _case(request, code)
    if isinstance(case, HttpResponse):
        return case
    context = {
        "title": _("已收到"),
        "case": case,
        "unit": case.unit,
        "code": code,
        "url": request.build_absolute_uri(reverse("portal:progress", args=[code])),
    }
    return _page(request, "portal/received.html", context)


def _case(request: HttpRequest, code: str) -> Case | HttpResponse:
    """The case of a code, or the page that says there is none. Guessing is slowed down."""
    if door.is_closed(request, door.WRONG_CODES, "code") is not None:
        return _missing(request, _("请稍后再试"), door.TooOften.message, status=429)
    try:
        return selectors.case_of(code)
    except NotFound:
        door.count(request, door.WRONG_CODES, "code")
        return _missing(request, _("没有找到"), _("请检查查询码，或致电服务中心查询。"))


@ui.page(public=True)
def ask_progress(request: HttpRequest) -> HttpResponse:
    """Type in the code."""
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            case = _case(request, form.cleaned_data["code"])
            if not isinstance(case, HttpResponse):
                return HttpResponseRedirect(reverse("portal:progress", args=[form.cleaned_data["code"]]))
            if case.status_code == 429:
                return case
            form.add_error("code", _("没有找到，请检查查询码。"))
        status = 422
    return _page(request, "portal/ask.html", {"title": _("查询进度"), "form": form}, status=status)


class Progress(ui.FormPage):
    """How the matter stands, what was said, and room to say more."""

    public = True
    form_class = MessageForm
    template = "portal/progress.html"
    submit = _("发送")
    done_message = _("已发送，负责人会看到。")
    drafts = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = _case(request, kwargs["code"])
        if isinstance(found, HttpResponse):
            return found
        self.case = found
        return door.private(super().dispatch(request, *args, **kwargs))

    def begin(self, request: HttpRequest) -> None:
        super().begin(request)
        self.visitor = door.owner_of_code(request, self.case.who)

    def form_kwargs(self) -> dict[str, Any]:
        return {"keep": door.keeper(self.request)}

    def title_text(self) -> Any:
        return self.case.number

    def perform(self, form: Any) -> Any:
        door.knock(self.request, door.MESSAGES, "message")
        if not selectors.matter(self.visitor, self.case).may_write:
            raise DomainError(_("这件事已经撤销，不能再留言。"))
        said = form.cleaned_data
        return cases.receive(
            actor=self.visitor,
            case=self.case,
            body=said["body"],
            channel=Channel.WEB,
            attachments=tuple(_pictures(said["photos"])),
        )

    def success_url(self, result: Any) -> str:
        return reverse("portal:progress", args=[self.kwargs["code"]])

    def context(self) -> dict[str, Any]:
        matter = selectors.matter(self.visitor, self.case)
        return {"layout": LAYOUT, "matter": matter, "unit": matter.unit, "code": self.kwargs["code"]}


@ui.page(public=True, methods=("GET",))
def download(request: HttpRequest, code: str, pk: int) -> Any:
    """A photo or file of the matter that its customer may have."""
    case = _case(request, code)
    if isinstance(case, HttpResponse):
        return case
    found = selectors.public_file(door.owner_of_code(request), case, pk)
    if found.blob is None:
        raise NotFound
    return serving.respond(request, found.blob, name=found.name, inline=True)


@ui.page(public=True)
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """The questionnaire behind a link that the customer was sent."""
    if door.is_closed(request, door.WRONG_CODES, "code") is not None:
        return _missing(request, _("请稍后再试"), door.TooOften.message, status=429)
    try:
        callback = visits.survey_of(token)
    except NotFound:
        door.count(request, door.WRONG_CODES, "code")
        return _missing(
            request, _("链接已失效"), _("这个问卷链接不存在或已过期。如需反映情况，请致电服务中心。")
        )
    except DomainError as answered:
        context = {"title": _("谢谢您"), "text": answered.message, "icon": "circle-check"}
        return _page(request, "portal/notice.html", context)
    form = asking.form(visits.questions(callback), data=request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                visits.answer_survey(actor=door.stranger(request), token=token, answers=form.answers)
                return _thanks(request, callback)
            except Invalid as error:
                form.refuse(error)
    spec = callback.spec
    context = {"title": spec.label, "spec": spec, "case": callback.case, "unit": callback.unit, "form": form}
    return _page(request, "portal/survey.html", context, status=status)


def _thanks(request: HttpRequest, callback: Any) -> HttpResponse:
    text = callback.spec.closing or _("您的意见已经收到，我们会认真对待。")
    context = {"title": _("谢谢您"), "text": text, "icon": "circle-check", "unit": callback.unit}
    return _page(request, "portal/notice.html", context)

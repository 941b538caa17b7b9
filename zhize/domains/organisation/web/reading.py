"""Reading and signing 阅读签署: the list, one text with its readers, the signature, who has not signed (ORG-14)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation import services, sheets
from zhize.domains.organisation.models import Reading, Signature
from zhize.domains.organisation.selectors import reading as reads
from zhize.domains.organisation.web import forms
from zhize.kernel import access, documents, history
from zhize.kernel.files import names
from zhize.lib import clock
from zhize.lib.text import Text
from zhize.ui import links, words

COMMA = Text("、", ", ")
KINDS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _version(row: Reading) -> str:
    return gettext("第 %(n)s 版") % {"n": row.number}


class ReadingList(ui.ListPage):
    """Published texts with how many still have to sign."""

    capability = caps.VIEW
    title = pgettext_lazy("list", "阅读签署")
    columns = (
        ui.columns.Link("title", _("文件"), value=str, url=links.url_of, sort=True),
        ui.columns.Text("number", _("版本"), value=_version),
        ui.columns.Text("unit", _("单位"), sort="unit__path"),
        ui.columns.When("published_at", _("发布时间"), sort=True),
        ui.columns.Text("due_on", _("签署期限"), sort=True),
        ui.columns.Progress("signed", _("已签"), value=lambda row: (row.n_signed, row.n_asked)),
    )
    chips = (
        ui.Chip("mine", _("等我签署"), lambda page: reads.unsigned_by(page.actor), tone="amber"),
        ui.Chip("open", _("签署中"), lambda page: Q(replaced_at__isnull=True)),
        ui.Chip("old", _("旧版本"), lambda page: Q(replaced_at__isnull=False)),
    )
    default_chip = "open"
    default_sort = "-published_at"
    empty = ui.Empty(
        _("没有要阅读签署的文件"), _("签发说明书新版本，或发布单位文件以后，会出现在这里。"), "signature"
    )

    def rows(self) -> QuerySet[Reading]:
        return reads.listed(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.SHEET):
            return []
        url = reverse("organisation:new_reading")
        return [ui.Act(_("发布文件"), url, icon="plus", drawer=True, primary=True, key="n")]


@ui.page(login=True, methods=("GET",))
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One text, its statement and signature line, and for those who may see staff who has signed."""
    row = reads.get(request.actor, pk)
    readers = reads.readers(row)
    me = next((reader for reader in readers if reader.person.pk == request.actor.person_id), None)
    may_see = _may_see(request, row)
    content = row.sheet.content if row.sheet is not None else None
    values = {
        "title": f"{row} {_version(row)}",
        "crumbs": [
            (pgettext_lazy("list", "阅读签署"), reverse("organisation:readings")),
            (f"{row} {_version(row)}", ""),
        ],
        "reading": row,
        "sections": sheets.sections_of(content) if content else [],
        "purpose": content.get("purpose", "") if content else "",
        "progress": reads.progress(readers),
        "readers": readers if may_see else None,
        "me": me,
        "may_sign": me is not None and me.signature is None and row.replaced_at is None,
        "late": clock.today(row.unit.timezone) > row.due_on,
        "acts": _acts(row) if may_see else [],
        "entries": history.timeline(row)[:15],
    }
    return ui.render(request, "organisation/reading.html", values)


def _may_see(request: HttpRequest, row: Reading) -> bool:
    """Who signed and who did not is for those who may see the unit's staff."""
    return access.allowed(request.actor, caps.VIEW, row) and request.actor.may(caps.PERSON_VIEW)


def _acts(row: Reading) -> list[ui.Act]:
    return [
        ui.Act(
            _("未签名单"), reverse("organisation:unsigned", args=[row.pk, "pdf"]), icon="printer", key="p"
        ),
        ui.Act(_("导出"), reverse("organisation:unsigned", args=[row.pk, "xlsx"]), icon="download"),
    ]


@ui.page(capability=caps.PERSON_VIEW, methods=("GET",))
def unsigned(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The list of those who have not signed: to print (pdf), or with those who have (xlsx)."""
    if form not in KINDS:
        raise Http404
    row = access.fetch(request.actor, Reading, pk)
    readers = reads.readers(row)
    shown = [reader for reader in readers if form == "xlsx" or reader.signature is None]
    sheet = _sheet(row, readers, shown)
    data = documents.sheet_pdf(sheet) if form == "pdf" else documents.sheet_xlsx(sheet).getvalue()
    response = HttpResponse(data, content_type=KINDS[form])
    response["Content-Disposition"] = names.disposition(
        f"{row} {gettext('未签名单')}.{form}", inline=form == "pdf", plain=f"unsigned-{row.pk}.{form}"
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _sheet(row: Reading, readers: list[reads.Reader], shown: list[reads.Reader]) -> documents.Sheet:
    state = reads.progress(readers)
    columns = (
        documents.Column(gettext("姓名")), documents.Column(gettext("工号"), width=0), documents.Column(gettext("岗位")),
        documents.Column(gettext("单位")), documents.Column(gettext("签名")), documents.Column(gettext("日期")),
    )  # fmt: skip
    return documents.Sheet(
        title=gettext("阅读签署未签名单"),
        unit=str(row.unit),
        meta=((gettext("文件"), f"{row} {_version(row)}"), (gettext("签署期限"), row.due_on.isoformat())),
        blocks=(
            documents.Facts(
                ((gettext("应签"), str(state.asked)), (gettext("已签"), str(state.signed)),
                 (gettext("未签"), str(state.unsigned)), (gettext("未签比例"), f"{state.percent_unsigned}%")),
                columns=4,
            ),
            documents.Table(columns, tuple(_line(reader) for reader in shown), empty=gettext("都已签署。")),
        ),
    )  # fmt: skip


def _line(reader: reads.Reader) -> tuple[str, ...]:
    signed = reader.signature
    return (
        str(reader.person), reader.person.employee_no, str(reader.position), str(reader.position.unit),
        signed.name if signed else "", words.when(signed.signed_at, "full") if signed else "",
    )  # fmt: skip


class PublishDocument(ui.FormPage):
    """Publish a document of a unit to its members."""

    capability = caps.SHEET
    form_class, title, submit = forms.ReadingForm, _("发布文件阅读签署"), _("发布")
    intro = _("单位的每个人都会收到一件待办：阅读全文并签名。同名再发就是新版本，大家重新签署。")
    done_message = _("已发布。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {"days": services.READING_DAYS, "unit": self.actor.home_unit_id, "below": True}

    def perform(self, form: Any) -> Reading:
        given = dict(form.cleaned_data)
        annexes = given.pop("annexes").splitlines()
        return services.publish_document(actor=self.actor, annexes=annexes, **given)

    def success_url(self, result: Reading) -> str:
        return reverse("organisation:reading", args=[result.pk])

    def leave(self, result: Reading) -> bool:
        return True


class SignReading(ui.FormPage):
    """Sign that one has read the text."""

    login = True
    form_class, title, submit = forms.SignForm, _("阅读签署"), _("签名")
    submit_icon = "signature"
    done_message = _("已签署。")
    drafts = False
    row: Reading

    def fetch(self) -> Reading:
        return reads.get(self.actor, self.kwargs["pk"])

    template = "organisation/sign.html"

    def perform(self, form: Any) -> Signature:
        return services.sign(actor=self.actor, reading=self.row, **form.cleaned_data)

    def success_url(self, result: Signature) -> str:
        return reverse("organisation:reading", args=[self.row.pk])

    def events(self, result: Signature) -> tuple[str, ...]:
        return ("obligation-changed",)

    def leave(self, result: Signature) -> bool:
        return True

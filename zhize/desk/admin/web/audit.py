"""The audit log: search, before and after, state of its chain; and why somebody can do something."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.desk.admin import capabilities as caps
from zhize.desk.admin import selectors
from zhize.desk.admin.web import wording
from zhize.domains.cases.selectors import details
from zhize.domains.organisation.selectors import people, units
from zhize.kernel import access, history
from zhize.kernel.db import NotFound
from zhize.kernel.history.models import Entry
from zhize.kernel.history.verbs import UnknownVerb
from zhize.kernel.org.models import Person
from zhize.ui import links, widgets, words

CHANNELS = {
    "web": _("网页"), "api": _("接口"), "mail": _("邮件"), "portal": _("客户网页"), "phone": _("电话"),
    "import": _("导入"), "cli": _("命令行"), "job": _("后台"),
}  # fmt: skip


def verb_label(code: str) -> str:
    """A verb in words: its sentence without whom and whom to."""
    try:
        text = words.in_language(history.known(code).text)
    except UnknownVerb:
        return code
    return f"{text.replace('{actor}', '').strip()}（{code}）"


def sentence(row: Entry) -> str:
    """What happened; the bare verb when this release no longer knows it."""
    try:
        return row.sentence()
    except UnknownVerb:
        return f"{row.actor_label} {row.verb} {row.subject_label}"


class AuditFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("at", "person")
    q = ui.filters.Search(fields=("subject_label", "actor_label", "note"))
    at = ui.filters.Period(label=_("日期"))
    person = ui.filters.Row(
        label=_("谁"),
        queryset=lambda request: people.find(request.actor, ""),
        widget=widgets.Combobox(source="organisation:person_options"),
    )
    verb = ui.filters.Choice(label=_("做了什么"), widget=widgets.Combobox())
    unit = ui.filters.Row(
        label=_("单位"),
        queryset=lambda request: units.visible(request.actor),
        widget=widgets.Combobox(source="organisation:unit_options"),
    )
    subject_type = ui.filters.Choice(label=_("对象种类"))
    channel = ui.filters.Choice(label=_("途径"), choices=list(CHANNELS.items()))
    request_id = ui.filters.Search(fields=("request_id",), label=_("请求编号"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["verb"].extra["choices"] = [
            (item.code, verb_label(item.code)) for item in history.all_verbs()
        ]
        kinds = sorted(model._meta.label_lower for model in access.models_with_policy())
        self.filters["subject_type"].extra["choices"] = [(label, label) for label in kinds]


def _on_behalf(row: Entry) -> str:
    if row.actor_kind == "system":
        return _("%(who)s（%(also)s）") % {"who": _("系统"), "also": row.actor_label}
    also = " · ".join(part for part in (str(row.position or ""), row.token) if part)
    return _("%(who)s（%(also)s）") % {"who": row.who, "also": also} if also else row.who


class AuditList(ui.ListPage):
    """Everything that happened, as far as one may search it."""

    capability = caps.AUDIT_VIEW
    title = _("审计查询")
    filters = AuditFilters
    search_hint = _("对象、人或说明")
    columns = (
        ui.columns.When("at", _("时间"), sort=True, style="full", phone="meta"),
        ui.columns.Link("sentence", _("经过"), value=sentence, url="admin:entry", css="col-wide"),
        ui.columns.Text("subject", _("对象"), value="subject_label"),
        ui.columns.Text("who", _("谁"), value=_on_behalf),
        ui.columns.Column("unit", _("单位"), hidden=True),
        ui.columns.Column(
            "channel", _("途径"), value=lambda row: CHANNELS.get(row.channel, row.channel), css="col-nowrap"
        ),
        ui.columns.Code("verb", _("动词"), hidden=True),
        ui.columns.Code("request_id", _("请求编号"), hidden=True),
        ui.columns.Text("note", _("说明"), hidden=True),
    )
    export = caps.AUDIT_EXPORT
    default_sort = "-at"
    keyset = True
    empty = ui.Empty(_("没有记录"), _("换个条件再查。"), "history")

    def rows(self) -> QuerySet[Entry]:
        return selectors.entries(self.actor)

    def acts(self) -> list[ui.Act]:
        return [ui.Act(_("核对记录链"), reverse("admin:chain"), icon="shield-check")]


@ui.page(capability=caps.AUDIT_VIEW, methods=("GET",))
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with before and after."""
    row = selectors.entry(request.actor, pk)
    link = selectors.link_of(row)
    values = {
        "title": sentence(row),
        "entry": row,
        "changes": [(wording.column(row.subject_type, name), wording.value(pair[0]), wording.value(pair[1])) for name, pair in row.changes.items() if isinstance(pair, list) and len(pair) == 2],
        "data": [(wording.column(row.subject_type, name), wording.value(value)) for name, value in row.data.items()],
        "subject_url": links.url_for(row.subject_type, row.subject_id),
        "facts": [
            (_("时间"), row.at), (_("谁"), _on_behalf(row)), (_("代"), row.on_behalf_of), (_("单位"), row.unit),
            (_("途径"), CHANNELS.get(row.channel, row.channel)), (_("动词"), row.verb), (_("请求编号"), row.request_id),
            (_("链上编号"), f"{link.number} · {link.digest[:16]}…" if link else _("尚未封存")),
        ],
        "crumbs": [(_("审计查询"), reverse("admin:audit")), (f"#{row.pk}", "")],
    }  # fmt: skip
    return ui.render(request, "admin/entry.html", values)


@ui.page(capability=caps.AUDIT_VIEW)
def chain(request: HttpRequest) -> HttpResponse:
    """The state of the hash chain; a POST checks its newest part."""
    values = {
        "title": _("记录链"),
        "state": selectors.chain_state(),
        "verified": selectors.verify_tail() if request.method == "POST" else None,
        "limit": selectors.TAIL,
        "crumbs": [(_("审计查询"), reverse("admin:audit")), (_("记录链"), "")],
    }
    return ui.render(request, "admin/chain.html", values)


class WhyForm(ui.Form):
    sections = (ui.Section("", ("person", "capability", "case"), columns=3),)
    person: Any = forms.ModelChoiceField(
        label=_("谁"), queryset=None, widget=widgets.Combobox(source="organisation:person_options")
    )
    capability = forms.ChoiceField(label=_("要做什么"), widget=widgets.Combobox())
    case = forms.CharField(
        label=_("哪一件工单"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"placeholder": _("编号，可不填")}),
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people.find(actor, "")
        self.fields["capability"].choices = [
            ("", ""),
            *(
                (item.code, f"{words.in_language(item.text)}（{item.code}）")
                for item in access.all_capabilities()
            ),
        ]


@ui.page(capability="access.explain", methods=("GET",))
def why(request: HttpRequest) -> HttpResponse:
    """Which grants let a person do something (to a case), which do not reach, and who else may."""
    form = WhyForm(request.GET if "person" in request.GET else None, actor=request.actor)
    values: dict[str, Any] = {"title": _("权限说明"), "form": form, "answer": None}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        person = access.fetch(request.actor, Person, given["person"].pk, "access.explain")
        row, missing = None, False
        if given["case"].strip():
            try:
                row = details.by_number(request.actor, given["case"].strip())
            except NotFound:
                form.add_error("case", _("没有这个编号的工单。"))
                missing = True
        if not missing:
            values |= {
                "answer": selectors.why(person, given["capability"], row),
                "person": person,
                "asked": access.known(given["capability"]).text,
                "case": row,
            }
    return ui.render(request, "admin/why.html", values)

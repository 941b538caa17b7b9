"""Outside bodies 重要工作联系: directory, contact persons, recorded exchanges (ORG-12)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation import services
from zhize.domains.organisation.selectors import places
from zhize.domains.organisation.web import forms
from zhize.kernel import access, history
from zhize.kernel.org.models import ExternalBody, ExternalContact, ExternalExchange
from zhize.lib import clock


class BodyFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("kind",)
    q = ui.filters.Search(fields=("name", "kind", "phone", "contacts__name"), distinct=True)
    kind = ui.filters.Choice(label=_("类别"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = [(kind, kind) for kind in places.kinds(self.actor)]


class BodyList(ui.ListPage):
    """The directory of outside bodies."""

    capability = caps.CONTACT_VIEW
    title = _("外部联系")
    filters = BodyFilters
    search_hint = _("单位、联系人或电话")
    columns = (
        ui.columns.Link("name", _("单位"), url="organisation:body", sort=True),
        ui.columns.Column("kind", _("类别"), sort=True, phone="state"),
        ui.columns.Text("unit", _("所属单位"), sort="unit__path"),
        ui.columns.Column("phone", _("电话"), css="num col-nowrap"),
        ui.columns.Text("address", _("地址"), hidden=True),
        ui.columns.When("last_on", _("最近往来"), sort="last_on", style="date"),
        ui.columns.Number("exchange_count", _("往来次数"), sort="exchange_count"),
    )
    chips = (
        ui.Chip("open", pgettext_lazy("register", "在用"), lambda page: Q(active=True)),
        ui.Chip("closed", pgettext_lazy("register", "停用"), lambda page: Q(active=False)),
    )
    default_chip = "open"
    export = caps.CONTACT_EDIT
    default_sort = "kind"
    empty = ui.Empty(_("还没有外部单位"), _("登记主管部门、消协、公安消防等经常联系的单位。"), "building")

    def rows(self) -> QuerySet[ExternalBody]:
        return places.bodies(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.CONTACT_EDIT):
            return []
        return [
            ui.Act(
                _("登记外部单位"),
                reverse("organisation:new_body"),
                icon="plus",
                drawer=True,
                primary=True,
                key="n",
            )
        ]


@ui.page(capability=caps.CONTACT_VIEW, methods=("GET",))
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One body: data, contact persons, what was dealt with when by whom."""
    actor = request.actor
    body = access.fetch(actor, ExternalBody, pk)
    acts = []
    if body.active and access.allowed(actor, caps.CONTACT_RECORD, body):
        acts.append(
            ui.Act(_("登记往来"), _url("exchange", body), icon="note", drawer=True, primary=True, key="r")
        )
    if access.allowed(actor, caps.CONTACT_EDIT, body):
        acts.append(ui.Act(_("增加联系人"), _url("new_contact", body), icon="user-plus", drawer=True))
        acts.append(ui.Act(_("修改"), _url("edit_body", body), icon="edit", drawer=True, key="e"))
    values = {
        "title": str(body),
        "body": body,
        "crumbs": [(_("外部联系"), reverse("organisation:bodies")), (str(body), "")],
        "facts": [(_("类别"), body.kind), (_("电话"), body.phone), (_("地址"), body.address), (_("归谁维护"), body.unit), (_("备注"), body.note)],
        "contacts": places.contacts(body),
        "exchanges": places.exchanges(actor, body)[:100],
        "acts": acts,
        "entries": history.timeline(body)[:20],
    }  # fmt: skip
    return ui.render(request, "organisation/body.html", values)


def _url(route: str, body: ExternalBody) -> str:
    return reverse(f"organisation:{route}", args=[body.pk])


class NewBody(ui.FormPage):
    """Add a body to the directory."""

    capability = caps.CONTACT_EDIT
    form_class, title, submit = forms.BodyForm, _("登记外部单位"), _("登记")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {"unit": self.actor.home_unit_id}

    def perform(self, form: Any) -> ExternalBody:
        return services.create_body(actor=self.actor, **form.cleaned_data)

    def success_url(self, result: ExternalBody) -> str:
        return _url("body", result)


class BodyPage(ui.FormPage):
    """Base of the forms about one body."""

    capability = caps.CONTACT_EDIT
    needs: ClassVar[str] = caps.CONTACT_EDIT
    row: ExternalBody

    def fetch(self) -> ExternalBody:
        return access.fetch(self.actor, ExternalBody, self.kwargs["pk"], self.needs)

    def success_url(self, result: Any) -> str:
        return _url("body", self.row)


class EditBody(BodyPage):
    """Change a body's data."""

    form_class, title = forms.EditBodyForm, _("修改外部单位")

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in forms.EditBodyForm.base_fields}

    def perform(self, form: Any) -> ExternalBody:
        return services.update_body(actor=self.actor, body=self.row, **form.cleaned_data)


class NewContact(BodyPage):
    """Add a person at the body."""

    form_class, title, submit = forms.ContactForm, _("增加联系人"), _("增加")

    def perform(self, form: Any) -> ExternalContact:
        return services.add_contact(actor=self.actor, body=self.row, **form.cleaned_data)


class RecordExchange(BodyPage):
    """Record a contact with the body."""

    capability = needs = caps.CONTACT_RECORD
    form_class, title, submit = forms.ExchangeForm, _("登记往来"), _("登记")
    done_message = _("已登记。")

    def title_text(self) -> Any:
        return f"{_('登记往来')}：{self.row}"

    def form_kwargs(self) -> dict[str, Any]:
        return {"body": self.row}

    def initial(self) -> dict[str, Any]:
        return {"on": clock.today(self.row.unit.timezone)}

    def perform(self, form: Any) -> ExternalExchange:
        return services.record_exchange(actor=self.actor, body=self.row, **form.cleaned_data)

"""The register of opinions: by role and topic, passed on with receipt, answered."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms as django_forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.cases.selectors import choices
from zhize.domains.customers.models import Customer
from zhize.domains.visits import selectors, services
from zhize.domains.visits.filters import OpinionFilter, topics
from zhize.domains.visits.models import Opinion
from zhize.kernel import access, flow, history, packs
from zhize.ui import columns, widgets
from zhize.ui.forms import Form


class OpinionListFilter(ui.Filters, OpinionFilter):
    first: ClassVar[tuple[str, ...]] = ("topic", "role")


def _topic(row: Opinion) -> Any:
    found = packs.find("opinion_topics", row.topic)
    return found.label if found is not None else row.topic


class OpinionList(ui.ListPage):
    """What customers think of the service."""

    capability = "opinion.view"
    title = _("意见登记")
    filters = OpinionListFilter
    columns = (
        columns.Link(
            "text",
            _("意见"),
            url="visits:opinion",
            second=lambda row: row.customer.name if row.customer else "",
            css="col-wide",
        ),
        columns.Text("topic", _("主题"), value=_topic),
        columns.State("state_label", _("状态"), sort="state"),
        columns.Person("heard_by", _("听取人")),
        columns.Text("heard_in", _("岗位"), value=lambda row: str(row.heard_in or "")),
        columns.When("heard_at", _("时间"), sort="heard_at"),
        columns.Text("unit_to", _("转给"), value=lambda row: str(row.unit_to or "")),
        columns.When("received_at", _("签收"), sort="received_at", hidden=True),
    )
    export = "opinion.view"
    default_sort = "-heard_at"
    empty = ui.Empty(_("还没有意见"), _("和住户沟通时听到的意见登记在这里。"), "message-2")

    def rows(self) -> QuerySet[Opinion]:
        return selectors.opinions(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may("opinion.record"):
            return []
        return [
            ui.Act(
                _("登记意见"), reverse("visits:opinion_new"), icon="plus", drawer=True, primary=True, key="n"
            )
        ]


class RecordForm(Form):
    topic = django_forms.ChoiceField(label=_("主题"), choices=topics)
    text = django_forms.CharField(label=_("意见内容"), widget=django_forms.Textarea(attrs={"rows": 5}))
    customer = django_forms.IntegerField(required=False, widget=django_forms.HiddenInput())


class Record(ui.FormPage):
    capability = "opinion.record"
    form_class = RecordForm
    title = _("登记意见")
    submit = _("登记")

    def perform(self, form: Any) -> Opinion:
        said = form.cleaned_data
        customer = access.fetch(self.actor, Customer, said["customer"]) if said["customer"] else None
        return services.record(actor=self.actor, topic=said["topic"], text=said["text"], customer=customer)

    def success_url(self, result: Any) -> str:
        return reverse("visits:opinions")


@ui.page(capability="opinion.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One opinion with its way."""
    row = access.fetch(request.actor, Opinion, pk)
    context = {
        "title": _("意见"),
        "opinion": row,
        "topic": _topic(row),
        "offers": flow.offers(row, request.actor),
        "base": reverse("visits:opinion", args=[pk]),
        "entries": history.timeline(row)[:50],
        "crumbs": [(_("意见登记"), reverse("visits:opinions")), (str(row), "")],
    }
    return ui.render(request, "visits/opinion.html", context)


class OpinionAct(ui.FormPage):
    capability: ClassVar[Any] = "opinion.view"

    def fetch(self) -> Opinion:
        row: Opinion = access.fetch(self.actor, Opinion, self.kwargs["pk"], self.capability)
        self.intro = row.text
        return row

    def success_url(self, result: Any) -> str:
        return reverse("visits:opinion", args=[self.row.pk])


class TransferForm(Form):
    unit: Any = django_forms.ModelChoiceField(label=_("转给部门"), queryset=None, widget=widgets.Combobox())

    def __init__(self, *args: Any, opinion: Opinion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = choices.units_near(opinion.unit)


class Transfer(OpinionAct):
    capability = "opinion.record"
    form_class = TransferForm
    title = _("转给部门")
    submit = _("转办")

    def form_kwargs(self) -> dict[str, Any]:
        return {"opinion": self.row}

    def perform(self, form: Any) -> Opinion:
        return services.transfer(actor=self.actor, opinion=self.row, **form.cleaned_data)


class AnswerForm(Form):
    text = django_forms.CharField(label=_("答复"), widget=django_forms.Textarea(attrs={"rows": 4}))


class Answer(OpinionAct):
    capability = "opinion.receive"
    form_class = AnswerForm
    title = _("答复意见")
    submit = _("答复")

    def perform(self, form: Any) -> Opinion:
        return services.answer(actor=self.actor, opinion=self.row, **form.cleaned_data)


class Receive(OpinionAct):
    capability = "opinion.receive"
    form_class = Form
    title = _("签收意见")
    submit = _("签收")

    def perform(self, form: Any) -> Opinion:
        return services.receive(actor=self.actor, opinion=self.row)

"""Recording a customer and changing what is known about one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import catalogue, services
from zhize.domains.customers.models import Customer
from zhize.domains.customers.selectors import record
from zhize.domains.customers.web.forms import CustomerForm
from zhize.kernel import access
from zhize.ui import words

COMPANY = (
    "licence_no",
    "legal_representative",
    "licence_until",
    "industry",
    "registered_address",
    "staff_count",
)
PLAIN = (
    "credit_grade",
    "external_ref",
    "gender",
    "keeper",
    "language",
    "preferred_channel",
    "quiet_from",
    "quiet_to",
    "vip",
)


class _CustomerPage(ui.FormPage):
    """The form follows the chosen kind: picking another one brings the fields of that kind, keeping what was typed."""

    form_class = CustomerForm
    size = "wide"
    template = "customers/form.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "pick" in request.GET:
            typed = {name: request.POST.getlist(name) for name in request.POST}
            initial = {name: values if name == "tags" else values[-1] for name, values in typed.items()}
            initial.pop("role", None)
            return self.show(self.make_form(initial=initial))
        return super().post(request, *args, **kwargs)

    def kind_code(self) -> str:
        asked = self.request.POST.get("kind") or self.request.GET.get("kind")
        known = [kind.code for kind in catalogue.kinds()]
        if asked in known:
            return str(asked)
        return self.row.kind_code if self.row is not None else next(iter(known), "")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "kind": catalogue.kind(self.kind_code()), "customer": self.row}

    def company(self, said: dict[str, Any]) -> services.CompanyInput | None:
        if "licence_no" not in said:
            return None
        return services.CompanyInput(**{name: said[name] for name in COMPANY})

    def success_url(self, result: Customer) -> str:
        return reverse("customers:detail", args=[result.pk])

    def leave(self, result: Any) -> bool:
        return True


class NewCustomer(_CustomerPage):
    capability = caps.CREATE
    title = _("新建客户")
    submit = _("建立档案")

    def initial(self) -> dict[str, Any]:
        return {"kind": self.kind_code(), "language": "zh-hans"}

    def perform(self, form: Any) -> Customer:
        said = form.cleaned_data
        unit = said.get("unit") or form.only_unit
        at = []
        if said.get("premises"):
            living = said["living"] or said["role"] != "owner"
            at = [services.OccupancyInput(said["premises"], said["role"], living, said["from_on"])]
        details = services.Details(
            **{name: said[name] for name in PLAIN if name in said},
            id_number=said["id_number"],
            tags=said["tags"],
            grade=said.get("grade", ""),
            company=self.company(said),
            contact_name=said.get("contact_name", ""),
            contact_phone=said.get("contact_phone", ""),
            answers=form.answers(),
        )
        customer = services.create_customer(
            actor=self.actor,
            unit=unit,
            kind=said["kind"],
            name=said["name"],
            phone_numbers=[said["phones"]],
            emails=said["emails"].replace("，", ",").replace("/", ",").split(","),
            at=at,
            details=details,
        )
        if said.get("note"):
            services.write_note(actor=self.actor, customer=customer, text=said["note"])
        return customer

    def message(self, result: Customer) -> str:
        return words.in_language(_("已为 {name} 建档。").format(name=result.name))


class EditCustomer(_CustomerPage):
    capability = caps.EDIT
    title = _("修改客户资料")
    shared = True

    def fetch(self) -> Customer:
        return access.fetch(self.actor, Customer, self.kwargs["pk"], caps.EDIT)

    @property
    def customer(self) -> Customer:
        return self.row

    def initial(self) -> dict[str, Any]:
        row = self.customer
        facts = record.company(row)
        return {
            "kind": row.kind_code,
            "name": row.name,
            "tags": row.tags,
            **{name: getattr(row, name) for name in PLAIN},
            **({name: getattr(facts, name) for name in COMPANY} if facts is not None else {}),
        }

    def make_form(self, **arguments: Any) -> Any:
        form = super().make_form(**arguments)
        field = form.fields["id_number"]
        if self.customer.id_number_masked:
            field.help_text = _("已登记 {masked}；要更换才填写。").format(
                masked=self.customer.id_number_masked
            )
        return form

    def perform(self, form: Any) -> Customer:
        said = form.cleaned_data
        changes = {name: said[name] for name in PLAIN if name in said}
        return services.update_customer(
            actor=self.actor,
            customer=self.customer,
            kind=said["kind"],
            name=said["name"],
            tags=said["tags"],
            id_number=said["id_number"] or None,
            company=self.company(said),
            answers=form.answers() if form.answer_names else None,
            **changes,
        )

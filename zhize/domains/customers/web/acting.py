"""The base of the forms that do something to a customer or to a row of one, in the drawer."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model
from django.urls import reverse

from zhize import ui
from zhize.domains.customers.models import Customer
from zhize.kernel import access


class CustomerAct(ui.FormPage):
    """A form about a customer: fetched through the door with the capability, and back to the page afterwards."""

    size = "narrow"
    takes_actor: ClassVar[bool] = False
    tab: ClassVar[str] = ""

    def fetch(self) -> Model:
        return access.fetch(self.actor, Customer, self.kwargs["pk"], str(self.capability))

    @property
    def customer(self) -> Customer:
        return self.row

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor} if self.takes_actor else {}

    def success_url(self, result: Any) -> str:
        url = reverse("customers:detail", args=[self.customer.pk])
        return f"{url}?tab={self.tab}" if self.tab else url


class PartAct(CustomerAct):
    """A form about a row that belongs to a customer (a contact, an occupancy, a measure)."""

    model: ClassVar[type[Model]]

    def fetch(self) -> Model:
        return access.fetch(self.actor, self.model, self.kwargs["pk"], str(self.capability))

    @property
    def customer(self) -> Customer:
        return self.row.customer

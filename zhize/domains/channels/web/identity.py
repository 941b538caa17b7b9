"""身份核实 at the intake: the check of a chosen customer, and what he is told when his business cannot be done (CHN-11)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels import services
from zhize.domains.channels.selectors import identity
from zhize.domains.channels.web import callforms
from zhize.domains.customers.models import Customer
from zhize.kernel import access


class OfCustomer(ui.FormPage):
    capability = caps.IDENTITY_CHECK
    drafts = False

    def fetch(self) -> Customer:
        return access.fetch(self.actor, Customer, self.kwargs["pk"])

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def success_url(self, result: Any) -> str:
        return f"{reverse('channels:intake')}?customer={self.row.pk}"

    def events(self, result: Any) -> tuple[str, ...]:
        return ("identity-changed",)


class Check(OfCustomer):
    """What the customer says is compared and not kept."""

    form_class = callforms.ClaimsForm
    title = _("核实客户身份")
    intro = _("服务密码，或至少两项资料。填写的内容只用来比对，不会保存。")
    submit = _("核实")

    def perform(self, form: Any) -> Any:
        said = dict(form.cleaned_data)
        password = said.pop("password")
        return services.check_identity(actor=self.actor, customer=self.row, password=password, claims=said)

    def message(self, result: Any) -> Any:
        return _("核实通过，30 分钟内有效。") if result.passed else _("核实未通过，不能办理。")


class TellWhyNot(OfCustomer):
    """The customer is told why it cannot be done, and that is recorded."""

    form_class = callforms.WhyNotForm
    title = _("告知不能办理的原因")
    submit = _("登记")
    done_message = _("已登记告知客户的原因。")

    def perform(self, form: Any) -> Any:
        services.tell_why_not(
            actor=self.actor,
            customer=self.row,
            reason=form.cleaned_data["reason"],
            check=identity.latest(self.row),
        )

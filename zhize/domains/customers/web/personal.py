"""What is kept of one person: a copy to hand out, and erasing it, which one asks for and another decides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import registry, services
from zhize.domains.customers.models import Customer, Erasing, ErasureRequest
from zhize.domains.customers.selectors import identity, retention
from zhize.domains.customers.web.act_forms import area_text
from zhize.domains.customers.web.acting import CustomerAct, PartAct
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import Refused
from zhize.ui.html import format_html


@ui.page(capability=(caps.COPY, caps.EDIT, caps.ERASE), methods=("GET",))
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """How much is kept of a customer, the copy, and how far erasing has come."""
    customer = access.fetch(request.actor, Customer, pk)
    may = _rights(request.actor, customer)
    if not any(may.values()):
        raise Refused
    asked = list(customer.erasure_requests.select_related("asked_by", "decided_by")[:20])
    objection = services.against_erasing(customer)
    waiting = asked[0] if asked and asked[0].outcome == Erasing.OPEN else None
    values = {
        "title": _("个人信息"),
        "crumbs": [
            (_("客户档案"), reverse("customers:list")),
            (customer.name, reverse("customers:detail", args=[customer.pk])),
            (_("个人信息"), None),
        ],
        "customer": customer,
        "holding": services.holding(customer),
        "may": may,
        "asked": asked,
        "waiting": waiting,
        "mine": waiting is not None and waiting.asked_by_id == request.actor.person_id,
        "objection": objection,
        "in_the_way": _in_the_way(request.actor, customer)
        if isinstance(objection, services.StillInUse)
        else (),
    }
    return ui.render(request, "customers/personal.html", values)


def _in_the_way(actor: Actor, customer: Customer) -> list[registry.Panel]:
    """What has to be closed first, of the whole person."""
    return registry.in_the_way(actor=actor, customer_ids=identity.family(customer))


def _rights(actor: Actor, customer: Customer) -> dict[str, bool]:
    named = {"copy": caps.COPY, "ask": caps.EDIT, "erase": caps.ERASE}
    return {name: access.allowed(actor, capability, customer) for name, capability in named.items()}


@ui.page(capability=caps.COPY, methods=("POST",))
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is kept of the customer, as a zip; on the record."""
    customer = access.fetch(request.actor, Customer, pk, caps.COPY)
    content = services.copy_of(actor=request.actor, customer=customer)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{customer.number}.zip"'
    response["Cache-Control"] = "no-store"
    return response


class GroundForm(ui.Form):
    columns = 1
    reason = forms.CharField(
        label=_("依据"),
        max_length=200,
        widget=area_text(2),
        help_text=_("例如本人书面申请的日期。依据会一直保留，不要写姓名和号码。"),
    )


class NumberForm(ui.Form):
    columns = 1
    number = forms.CharField(
        label=_("客户编号"), max_length=20, help_text=_("照着页面输入一遍，确认是这一位。")
    )


class RemarkForm(ui.Form):
    columns = 1
    remark = forms.CharField(label=_("不同意的原因"), max_length=200, widget=area_text(2))


class AskErasure(CustomerAct):
    capability = caps.EDIT
    form_class = GroundForm
    title = _("申请抹去个人信息")
    submit = _("提交申请")
    intro = _("由另一位有权的人审批。批准后姓名、号码、文字和文件永远消失，编号、日期、状态和金额保留。")
    done_message = _("已提交，等待审批。")

    def perform(self, form: Any) -> Any:
        return services.ask_erasure(actor=self.actor, customer=self.customer, **form.cleaned_data)

    def success_url(self, result: Any) -> str:
        return _page(self.customer)


class Decision(PartAct):
    """Deciding on a request, by somebody else than who asked."""

    capability = caps.ERASE
    model = ErasureRequest
    drafts = False

    def success_url(self, result: Any) -> str:
        return _page(self.customer)


class GrantErasure(Decision):
    form_class = NumberForm
    title = _("批准并抹去")
    submit = _("永久抹去")
    danger = True
    done_message = _("个人信息已抹去。")

    @property
    def intro(self) -> Any:
        row: Any = self.row
        return _("客户 %(number)s，依据：%(reason)s。抹去后不能恢复。") % {
            "number": self.customer.number,
            "reason": row.reason,
        }

    def perform(self, form: Any) -> Any:
        return services.grant_erasure(actor=self.actor, request=self.row, number=form.cleaned_data["number"])


class RefuseErasure(Decision):
    form_class = RemarkForm
    title = _("不同意抹去")
    submit = _("不同意")
    done_message = _("已记下不同意的原因。")

    def perform(self, form: Any) -> Any:
        return services.refuse_erasure(actor=self.actor, request=self.row, remark=form.cleaned_data["remark"])


@ui.page(capability=caps.EDIT, methods=("POST",))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    asked = access.fetch(request.actor, ErasureRequest, pk, caps.EDIT)
    services.withdraw_erasure(actor=request.actor, request=asked)
    return ui.done(request, _("申请已撤回。"), to=_page(asked.customer))


class ErasureList(ui.ListPage):
    """Who asked that whom be forgotten, and what was decided."""

    capability = caps.ERASE
    title = _("抹去申请")
    intro = _("申请和审批由两个人办理。")
    columns = (
        ui.columns.Html("customer", _("客户"), value=lambda row: _link(row.customer), phone="title"),
        ui.columns.Text("reason", _("依据"), lines=2),
        ui.columns.Person("asked_by", _("申请人")),
        ui.columns.When("asked_at", _("申请时间"), sort=True, style="full"),
        ui.columns.Column("outcome", _("结果"), value="get_outcome_display", phone="state"),
        ui.columns.Person("decided_by", _("审批人")),
    )
    chips = (ui.Chip("open", _("待审批"), lambda page: Q(outcome=Erasing.OPEN)),)
    default_sort = "-asked_at"
    empty = ui.Empty(_("没有申请"), _("有人申请抹去客户的个人信息时，会列在这里。"), "user-x")

    def rows(self) -> QuerySet[ErasureRequest]:
        found = access.visible(self.actor, ErasureRequest, caps.ERASE)
        return found.select_related("customer", "asked_by", "decided_by")


class RetentionList(ui.ListPage):
    """Whose data are kept no longer than they have to be: each is asked for by one and decided by another."""

    capability = caps.EDIT
    title = _("保存期满")
    intro = _("已销户并过了保存期的客户。从这里申请抹去，由另一位有权的人审批。保存年限见文件类别的设置。")
    columns = (
        ui.columns.Html("customer", _("客户"), value=lambda row: _link(row), phone="title"),
        ui.columns.Text("number", _("客户编号")),
        ui.columns.When("ended_at", _("结束于"), sort=True, style="date"),
        ui.columns.Yes("asked", _("已申请抹去")),
    )
    default_sort = "ended_at"
    empty = ui.Empty(_("没有保存期满的客户"), _("销户并过了保存期的客户会列在这里。"), "user-x")

    def rows(self) -> QuerySet[Customer]:
        return retention.due(access.visible(self.actor, Customer, caps.EDIT))


def _link(customer: Customer) -> str:
    return format_html('<a class="row-link" href="{}">{}</a>', _page(customer), customer.name)


def _page(customer: Customer) -> str:
    return reverse("customers:personal", args=[customer.pk])

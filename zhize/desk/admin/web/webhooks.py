"""Webhooks: the endpoints that are told of facts, and what was sent to each of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from zhize import ui
from zhize.kernel import access, history
from zhize.rest import capabilities as caps
from zhize.rest import selectors as reads
from zhize.rest import services
from zhize.rest.models import WebhookDelivery, WebhookEndpoint
from zhize.ui import widgets, words

CATEGORY = {"queued": "new", "sent": "closed", "failed": "void", "withheld": "waiting"}


def _state(row: WebhookEndpoint) -> Any:
    return _("启用") if row.active else _("已停用")


class EndpointFilters(ui.Filters):
    q = ui.filters.Search(fields=("name", "url"))


class EndpointList(ui.ListPage):
    """The addresses that are told of facts."""

    capability = caps.VIEW
    title = _("事件推送")
    filters = EndpointFilters
    search_hint = _("名称或地址")
    columns = (
        ui.columns.Link("name", _("名称"), url="admin:webhook", second="url", sort=True),
        ui.columns.State(
            "state", _("状态"), value=_state, category=lambda row: "working" if row.active else "void"
        ),
        ui.columns.Text("facts", _("事件"), value=lambda row: ", ".join(row.facts), lines=2),
        ui.columns.Text("position", _("按哪个岗位的权限")),
        ui.columns.Number("waiting", _("等待发送")),
        ui.columns.Number("failed", _("失败")),
        ui.columns.When("created_at", _("建立"), sort="pk", hidden=True),
    )
    chips = (
        ui.Chip("failing", _("有失败"), lambda page: Q(failed__gt=0), tone="red"),
        ui.Chip("active", _("启用"), lambda page: Q(active=True)),
        ui.Chip("off", _("已停用"), lambda page: Q(active=False)),
    )
    default_sort = "name"
    empty = ui.Empty(_("没有事件推送"), _("别的系统要随时知道这里发生了什么时，在这里登记它的地址。"), "plug")

    def rows(self) -> QuerySet[WebhookEndpoint]:
        return reads.with_counts(reads.endpoints(self.actor))

    def acts(self) -> list[ui.Act]:
        log = ui.Act(_("推送记录"), reverse("admin:webhook_deliveries"), icon="send")
        if not self.actor.may(caps.MANAGE):
            return [log]
        url = reverse("admin:new_webhook")
        return [log, ui.Act(_("新建推送"), url, icon="plus", drawer=True, primary=True, key="n")]


def _endpoints(request: Any) -> QuerySet[WebhookEndpoint]:
    return reads.endpoints(request.actor)


class DeliveryFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("endpoint",)
    q = ui.filters.Search(fields=("entry__verb", "error", "answer"))
    endpoint = ui.filters.Row(label=_("推送"), queryset=_endpoints)
    created_at = ui.filters.Period(label=_("日期"))


def _redeliver(*, actor: Any, row: WebhookDelivery) -> Any:
    return services.redeliver(actor=actor, delivery=row)


def _fact(row: WebhookDelivery) -> str:
    return words.in_language(reads.fact_name(row.entry.verb))


class DeliveryList(ui.ListPage):
    """What was sent to webhooks, with its fate."""

    capability = caps.VIEW
    title = _("推送记录")
    filters = DeliveryFilters
    search_hint = _("事件或错误")
    columns = (
        ui.columns.Link("fact", _("事件"), value="entry.verb", url="admin:webhook_delivery"),
        ui.columns.Text("endpoint", _("推送"), value="endpoint.name"),
        ui.columns.State(
            "state", _("状态"), value="get_state_display", category=lambda row: CATEGORY[row.state], sort=True
        ),
        ui.columns.Number("attempts", _("次数"), sort=True),
        ui.columns.Number("status", _("应答码")),
        ui.columns.Text("error", _("错误"), lines=1),
        ui.columns.When("created_at", _("时间"), sort="pk"),
        ui.columns.When("sent_at", _("送达"), hidden=True),
        ui.columns.When("next_at", _("下次执行"), hidden=True),
    )
    chips = (
        ui.Chip("failed", _("失败"), lambda page: Q(state="failed"), tone="red"),
        ui.Chip("retrying", _("等待重试"), lambda page: Q(state="queued", attempts__gt=0), tone="amber"),
        ui.Chip("queued", _("等待发送"), lambda page: Q(state="queued", attempts=0)),
        ui.Chip("sent", _("已送达"), lambda page: Q(state="sent")),
        ui.Chip("withheld", _("未发送"), lambda page: Q(state="withheld")),
    )
    bulk = (
        ui.BulkAction(
            "redeliver",
            _("重新发送"),
            _redeliver,
            caps.MANAGE,
            confirm=_("重新发送选中的 {count} 条？"),
            icon="refresh",
        ),
    )
    default_sort = "-created_at"
    empty = ui.Empty(_("还没有推送过"), _("发给外部系统的每一条消息都记在这里。"), "send")

    def rows(self) -> QuerySet[WebhookDelivery]:
        return reads.deliveries(self.actor)


class EndpointForm(ui.Form):
    sections = (ui.Section("", ("name", "url", "facts", "position", "active"), columns=1),)
    name = forms.CharField(label=_("名称"), max_length=80)
    url = forms.CharField(label=_("地址"), max_length=500, help_text=_("接收方的地址，以 https:// 开头。"))
    facts = forms.MultipleChoiceField(
        label=_("事件"), widget=widgets.Combobox(multiple=True), help_text=_("可选整组，例如全部工单事件。")
    )
    position: Any = forms.ModelChoiceField(
        label=_("按哪个岗位的权限"),
        queryset=None,
        widget=widgets.Combobox(),
        help_text=_("只推送这个岗位看得到的事项。"),
    )
    active = forms.BooleanField(label=_("启用"), required=False)

    def __init__(self, *args: Any, actor: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].queryset = reads.positions(actor)
        self.fields["facts"].choices = [
            (code, f"{words.in_language(name)} · {code}") for code, name in reads.facts()
        ]
        if new:
            del self.fields["active"]


class NewEndpoint(ui.FormPage):
    """Tell an address of facts from now on."""

    capability = caps.MANAGE
    form_class, title, submit = EndpointForm, _("新建推送"), _("建立")
    done_message = _("已建立。接着取得签名密钥交给接收方。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "new": True}

    def perform(self, form: Any) -> WebhookEndpoint:
        return services.create(actor=self.actor, **form.cleaned_data)

    def success_url(self, result: WebhookEndpoint) -> str:
        return reverse("admin:webhook", args=[result.pk])

    def leave(self, result: WebhookEndpoint) -> bool:
        return True


class EditEndpoint(ui.FormPage):
    """Change what an endpoint hears, or let it rest."""

    capability = caps.MANAGE
    form_class, title = EndpointForm, _("修改推送")

    def fetch(self) -> WebhookEndpoint:
        return access.fetch(self.actor, WebhookEndpoint, self.kwargs["pk"], caps.MANAGE)

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "new": False}

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in EndpointForm.base_fields}

    def perform(self, form: Any) -> WebhookEndpoint:
        return services.change(actor=self.actor, endpoint=self.row, **form.cleaned_data)

    def success_url(self, result: WebhookEndpoint) -> str:
        return reverse("admin:webhook", args=[self.row.pk])


@ui.page(capability=caps.VIEW, methods=("GET",))
def endpoint(request: HttpRequest, pk: int) -> HttpResponse:
    """One endpoint: what it hears, with whose eyes, what was sent lately."""
    row = access.fetch(request.actor, WebhookEndpoint, pk)
    values = {
        "title": row.name,
        "endpoint": row,
        "state": _state(row),
        "category": "working" if row.active else "void",
        "facts": [
            (_("地址"), row.url),
            (_("事件"), ", ".join(row.facts)),
            (_("按哪个岗位的权限"), row.position),
            (_("建立"), row.created_at),
        ],
        "deliveries": [(each, CATEGORY[each.state]) for each in reads.deliveries(request.actor, row)[:20]],
        "may_manage": access.allowed(request.actor, caps.MANAGE, row),
        "entries": history.timeline(row)[:30],
        "crumbs": [(_("事件推送"), reverse("admin:webhooks")), (row.name, "")],
    }
    return ui.render(request, "admin/webhook.html", values)


@ui.page(capability=caps.MANAGE, methods=("POST",))
@never_cache
def renew_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new signing secret, shown this once."""
    row = access.fetch(request.actor, WebhookEndpoint, pk, caps.MANAGE)
    secret = services.renew_secret(actor=request.actor, endpoint=row)
    return ui.fragment(request, "admin/parts/webhook_secret.html", {"secret": secret})


@ui.page(capability=caps.VIEW, methods=("GET",))
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: what was sent, what came back, when it is tried again."""
    row = access.fetch(request.actor, WebhookDelivery, pk)
    values = {
        "title": _fact(row),
        "delivery": row,
        "state": row.get_state_display(),
        "category": CATEGORY[row.state],
        "body": services.body_of(row).decode(),
        "facts": [
            (_("推送"), row.endpoint.name), (_("地址"), row.endpoint.url), (_("事件"), row.entry.verb), (_("次数"), row.attempts),
            (_("应答码"), row.status), (_("错误"), row.error), (_("用时"), f"{row.milliseconds} ms" if row.milliseconds is not None else ""),
            (_("时间"), row.created_at), (_("送达"), row.sent_at), (_("下次执行"), row.next_at),
        ],
        "may_send": row.state != WebhookDelivery.QUEUED and access.allowed(request.actor, caps.MANAGE, row),
        "crumbs": [
            (_("事件推送"), reverse("admin:webhooks")),
            (row.endpoint.name, reverse("admin:webhook", args=[row.endpoint_id])),
            (_fact(row), ""),
        ],
    }  # fmt: skip
    return ui.render(request, "admin/webhook_delivery.html", values)


@ui.page(capability=caps.MANAGE, methods=("POST",))
def redeliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message again."""
    row = access.fetch(request.actor, WebhookDelivery, pk, caps.MANAGE)
    services.redeliver(actor=request.actor, delivery=row)
    return ui.done(request, _("已重新排队。"), to=reverse("admin:webhook_delivery", args=[pk]))

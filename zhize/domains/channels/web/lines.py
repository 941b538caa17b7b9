"""渠道: the hotlines, mailboxes, forms and accounts through which contacts come in (CHN-01, CHN-04)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.cases.selectors import choices
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels import services
from zhize.domains.channels.kinds import LineKind
from zhize.domains.channels.models import Line
from zhize.domains.channels.selectors import desk
from zhize.domains.channels.web.fields import ActorForm, UnitField, text
from zhize.kernel import access, history
from zhize.ui import columns, widgets


class ChangeForm(ActorForm):
    name = forms.CharField(label=_("名称"), max_length=60)
    name_en = forms.CharField(label=_("英文名称"), required=False, max_length=80)
    address = forms.CharField(label=_("号码或地址"), required=False, max_length=120)
    owner: Any = forms.ModelChoiceField(
        label=_("负责岗位"), required=False, queryset=None, widget=widgets.Combobox()
    )
    hours = forms.CharField(label=_("服务时间"), required=False, max_length=120)
    case_type = forms.ChoiceField(label=_("默认工单类型"), required=False)
    active = forms.BooleanField(label=_("启用"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = desk.positions(self.actor)
        self.fields["case_type"].choices = [("", _("不指定")), *choices.type_choices()]


class OpenForm(ChangeForm):
    field_order = ("kind", "code", "name", "name_en", "address", "unit", "owner", "hours", "case_type")
    kind = forms.ChoiceField(label=_("类别"), choices=LineKind.choices)
    code = forms.SlugField(label=_("代码"), max_length=40)
    unit = UnitField(label=_("所属部门"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["active"]


class PauseForm(ActorForm):
    reason = forms.CharField(label=_("暂停原因"), max_length=120, widget=text(2))


def _state(row: Line) -> Any:
    return _("停用") if not row.active else _("已暂停") if row.paused_at else _("开放")


def _category(row: Line) -> str:
    return "void" if not row.active else "waiting" if row.paused_at else "working"


class LineList(ui.ListPage):
    """The ways in, with account, owner, hours and whether they are open."""

    capability = caps.VIEW
    title = _("渠道")
    columns: ClassVar[Any] = (
        columns.Link("name", _("名称"), url="channels:line", second="unit.name", sort="name"),
        columns.State("state", _("状态"), value=_state, category=_category),
        columns.Text("kind", _("类别"), value="get_kind_display", sort="kind"),
        columns.Text("address", _("号码或地址"), sort="address"),
        columns.Text("owner", _("负责岗位"), value="owner.name"),
        columns.Text("hours", _("服务时间")),
        columns.Text("pause_reason", _("暂停原因"), phone="hide"),
        columns.Text("unit", _("所属部门"), hidden=True),
    )
    chips = (
        ui.Chip("open", _("开放"), lambda page: Q(active=True, paused_at__isnull=True)),
        ui.Chip("paused", _("已暂停"), lambda page: Q(active=True, paused_at__isnull=False), tone="amber"),
    )
    default_sort = "kind"
    empty = ui.Empty(_("还没有渠道"), _("热线、邮箱、网上表单和即时消息账号在这里设置。"), "plug")

    def rows(self) -> QuerySet[Line]:
        return desk.lines(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.MANAGE):
            return []
        return [
            ui.Act(_("新渠道"), reverse("channels:line_new"), icon="plus", drawer=True, primary=True, key="n")
        ]

    def row_acts(self, row: Any) -> list[ui.Act]:
        if not row.active or not self.actor.may(caps.MANAGE):
            return []
        if row.paused_at:
            return [ui.Act(_("恢复"), reverse("channels:line_resume", args=[row.pk]), method="post")]
        return [ui.Act(_("暂停"), reverse("channels:line_pause", args=[row.pk]), drawer=True)]


@ui.page(capability=caps.VIEW)
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One way in."""
    row = access.fetch(request.actor, Line, pk)
    manages = access.allowed(request.actor, caps.MANAGE, row)
    context = {
        "title": row.name,
        "line": row,
        "state": _state(row),
        "category": _category(row),
        "may_manage": manages,
        "hook": request.build_absolute_uri(f"/api/v1/hooks/{row.code}") if manages else "",
        "entries": history.timeline(row)[:100],
        "crumbs": [(_("渠道"), reverse("channels:lines")), (row.name, "")],
    }
    return ui.render(request, "channels/line.html", context)


@ui.page(capability=caps.MANAGE, methods=("POST",))
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in again; what waited is taken in by itself."""
    services.resume_line(actor=request.actor, line=access.fetch(request.actor, Line, pk, caps.MANAGE))
    return ui.done(
        request, _("已恢复，暂停期间收到的内容会自动受理。"), to=reverse("channels:line", args=[pk])
    )


@ui.page(capability=caps.MANAGE, methods=("POST",))
def renew_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new signing secret, shown this once."""
    row = access.fetch(request.actor, Line, pk, caps.MANAGE)
    secret = services.renew_secret(actor=request.actor, line=row)
    return ui.fragment(request, "channels/parts/secret.html", {"secret": secret})


class LineAct(ui.FormPage):
    capability = caps.MANAGE

    def fetch(self) -> Line:
        return access.fetch(self.actor, Line, self.kwargs["pk"], caps.MANAGE)

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def success_url(self, result: Any) -> str:
        return reverse("channels:line", args=[self.row.pk])


class OpenLine(ui.FormPage):
    capability = caps.MANAGE
    form_class = OpenForm
    title = _("新渠道")
    submit = _("开通")
    done_message = _("渠道已开通。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {"unit": access.unit_of(self.actor)}

    def perform(self, form: Any) -> Line:
        return services.open_line(actor=self.actor, **form.cleaned_data)

    def success_url(self, result: Any) -> str:
        return reverse("channels:lines")


class ChangeLine(LineAct):
    form_class = ChangeForm
    title = _("修改渠道")

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in ChangeForm.base_fields}

    def perform(self, form: Any) -> Any:
        return services.change_line(actor=self.actor, line=self.row, **form.cleaned_data)


class PauseLine(LineAct):
    form_class = PauseForm
    title = _("暂停渠道")
    intro = _("暂停期间收到的内容先保留，恢复以后自动受理。")
    submit = _("暂停")
    done_message = _("已暂停。")

    def perform(self, form: Any) -> Any:
        return services.pause_line(actor=self.actor, line=self.row, **form.cleaned_data)

"""The gallery: every component once, with sample content. It is the kit's visual test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms as django_forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.kernel.access.models import Grant
from zhize.kernel.db import DomainError, Refused
from zhize.lib import clock
from zhize.lib.text import Text
from zhize.ui import bulk, columns, errors, filters, forms, rendering, routes, samples, widgets
from zhize.ui.formpage import FormPage
from zhize.ui.listpage import Act, Chip, Empty, ListPage
from zhize.ui.views import GuardedView

CAPABILITY = "ui.gallery"


class Gallery(GuardedView):
    """All components on one page."""

    capability = CAPABILITY

    def get(self, request: HttpRequest) -> HttpResponse:
        return rendering.render(request, "ui/gallery/page.html", samples.everything(request))


def _state(row: Any) -> Text:
    return samples.STATES[row.pk % len(samples.STATES)][1]


def _category(row: Any) -> str:
    return samples.STATES[row.pk % len(samples.STATES)][0]


class SampleFilters(filters.Filters):
    first = ("scope",)
    q = filters.Search(fields=("capability",))
    scope = filters.Choice(field_name="scope", label=_("范围"), choices=Grant.scope.field.choices)
    position = filters.Choice(
        field_name="position__code",
        label=pgettext_lazy("column", "岗位"),
        choices=(("desk", _("前台接待员")),),
    )


def _refuse_some(*, actor: Any, row: Grant, note: str = "") -> None:
    if row.pk % 3 == 0:
        raise DomainError(_("这件已经关闭，不能再派。"))


class SampleBulkForm(forms.Form):
    columns = 1
    note = django_forms.CharField(label=_("说明"), widget=django_forms.Textarea, max_length=200)


class SampleList(ListPage):
    """A list with everything on, over rows that every installation has (grants)."""

    capability = CAPABILITY
    title = _("列表示例")
    intro = _("内容取自授权表，状态与时限是编出来的。")
    columns = (
        columns.Link(
            "number",
            _("编号"),
            value=lambda row: f"TS-20261122-{row.pk:04}",
            url="ui:gallery-form-row",
            css="num col-nowrap",
        ),
        columns.Text(
            "capability", _("事由"), sort=True, value=lambda row: samples.title(row.pk), phone="title"
        ),
        columns.State("state", _("状态"), value=_state, category=_category),
        columns.Person("owner", _("负责人"), value=lambda row: samples.PEOPLE[row.pk % len(samples.PEOPLE)]),
        columns.Due("due", _("时限"), sort="pk", value=samples.due_at, stopped=samples.stopped_at),
        columns.When("created", _("受理时间"), value=lambda row: clock.now() - timedelta(hours=row.pk * 7)),
        columns.Phone("phone", _("电话"), value=lambda row: f"1380013{row.pk % 10_000:04}"),
        columns.Money("amount", _("费用"), value=lambda row: Decimal(row.pk * 420) / 7, hidden=True),
        columns.Tags("tags", _("标签"), value=lambda row: samples.TAGS[: row.pk % 3], hidden=False),
        columns.Text("scope", _("范围"), value="get_scope_display", sort="scope", hidden=True),
    )
    filters = SampleFilters
    chips = (
        Chip("mine", _("我的"), lambda page: Q(pk__lte=6)),
        Chip("late", _("已超时"), lambda page: Q(pk__lte=2), tone="red"),
        Chip("soon", _("快到时限"), lambda page: Q(pk__in=(3, 4, 5)), tone="amber"),
        Chip("none", _("等回访"), lambda page: Q(pk__in=())),
    )
    bulk = (
        bulk.BulkAction(
            "assign", _("派给…"), _refuse_some, CAPABILITY, form=SampleBulkForm, icon="user-check"
        ),
        bulk.BulkAction(
            "close", _("关闭"), _refuse_some, CAPABILITY, confirm=_("关闭选中的 {count} 件？"), danger=True
        ),
    )
    export = CAPABILITY
    default_sort = "-due"
    page_size = 20
    search_hint = _("单号、事由、电话")
    empty = Empty(_("还没有工单"), _("客户的来电、来访和邮件受理以后会出现在这里。"), "inbox")

    def rows(self) -> QuerySet[Grant]:
        return samples.rows()

    def acts(self) -> list[Act]:
        return [
            Act(_("打印"), "#", icon="printer"),
            Act(_("新受理"), "/ui/gallery/form/", icon="plus", primary=True, drawer=True, key="n"),
        ]

    def row_acts(self, row: Grant) -> list[Act]:
        return [Act(_("答复"), f"/ui/gallery/form/{row.pk}/", drawer=True)]


class IntakeForm(forms.Form):
    sections = (
        forms.Section(_("客户"), ("caller", "phone", "arrived_on"), columns=3),
        forms.Section(_("事由"), ("kind", "urgency", "title", "content", "tags")),
        forms.Section(
            _("更多"),
            ("fee", "due_at", "pictures", "signed"),
            folded=True,
            help=_("多数受理用不到，可以以后再补。"),
        ),
        forms.Section("", ("tell",), columns=1),
    )
    caller = django_forms.CharField(
        label=_("客户"),
        widget=widgets.Combobox(source="ui:gallery-people", create=True, placeholder=_("姓名、电话或房号")),
    )
    phone = django_forms.CharField(
        label=_("联系电话"), max_length=20, help_text=_("手机、座机或分机都可以。")
    )
    arrived_on = django_forms.DateField(label=_("发生日期"), required=False)
    kind = django_forms.ChoiceField(
        label=_("分类"),
        choices=(("", "—"), ("lift", _("电梯")), ("water", _("给排水")), ("noise", _("噪音"))),
    )
    urgency = django_forms.ChoiceField(
        label=_("紧急程度"),
        choices=(("normal", pgettext_lazy("urgency", "一般")), ("urgent", _("紧急")), ("fire", _("火情"))),
        widget=widgets.Segments,
        initial="normal",
    )
    title = django_forms.CharField(label=_("标题"), max_length=60)
    content = django_forms.CharField(label=_("内容"), widget=django_forms.Textarea, max_length=500)
    tags = django_forms.MultipleChoiceField(
        label=_("标签"),
        required=False,
        choices=[(str(each), each) for each in samples.TAGS],
        widget=widgets.Combobox(multiple=True),
    )
    fee = django_forms.DecimalField(label=_("费用（元）"), required=False, min_value=0, decimal_places=2)
    due_at = django_forms.DateTimeField(label=_("改定时限"), required=False)
    pictures = django_forms.FileField(
        label=_("附件"), required=False, widget=widgets.Upload(camera=True, accept="image/*")
    )
    signed = django_forms.CharField(label=_("客户签名"), required=False, widget=widgets.Signature)
    tell = django_forms.BooleanField(label=_("短信告诉客户单号"), required=False, widget=widgets.Switch)


class SampleForm(FormPage):
    """A form with every kind of control. A title with 「拒绝」 is refused by the service."""

    capability = CAPABILITY
    form_class = IntakeForm
    title = _("新受理")
    submit = _("受理")
    done_message = _("已受理，单号 TS-20261122-0042。")

    def perform(self, form: Any) -> None:
        if "拒绝" in form.cleaned_data["title"]:
            raise DomainError(_("这位客户今天已经有一件同样的工单。"), code="gallery.twice", field="title")

    def success_url(self, result: Any) -> str:
        return "/ui/gallery/list/"


@dataclass(frozen=True)
class _Found:
    value: str
    text: str
    hint: str


@routes.page(capability=CAPABILITY, methods=("GET",))
def people(request: HttpRequest) -> HttpResponse:
    """Sample source of a combobox."""
    wanted = request.GET.get("q", "")
    found = [
        _Found(str(i), name, f"碧水园 3-{i}-301")
        for i, name in enumerate(samples.CUSTOMERS)
        if wanted in name
    ]
    return JsonResponse({"items": [vars(each) for each in found]})


@routes.page(capability=CAPABILITY, methods=("GET",))
def explain(request: HttpRequest) -> HttpResponse:
    """Sample answer to «how was this due time computed»."""
    return rendering.fragment(request, "ui/gallery/explain.html")


@routes.page(capability=CAPABILITY, methods=("POST",))
def unmask(request: HttpRequest) -> HttpResponse:
    """Sample of a plain value after 查看."""
    return rendering.unmasked(request, "13800132277")


@routes.page(capability=CAPABILITY, methods=("GET",))
def error(request: HttpRequest, status: int) -> HttpResponse:
    """Each error page, to look at."""
    if status == 403:
        raise Refused
    if status not in errors.SAID:
        raise Http404
    return errors.answer(request, status, message=_("这条记录刚被别人改动过。") if status == 409 else "")

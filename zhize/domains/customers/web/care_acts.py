"""Acts for a customer over time: touches, notes, matters, needs, products, files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import services
from zhize.domains.customers.models import Asset, Channel, Customer, MatterKind, Need, Note, QualityKind
from zhize.domains.customers.selectors import care, record
from zhize.domains.customers.web.act_forms import OptionalNoteForm
from zhize.domains.customers.web.acting import CustomerAct, PartAct
from zhize.domains.customers.web.forms import PersonField, area_text
from zhize.kernel import access
from zhize.kernel.org import selectors as org
from zhize.ui import widgets


class TouchForm(ui.Form):
    """One contact with the customer."""

    channel = forms.ChoiceField(label=_("方式"), choices=Channel.choices, widget=widgets.Segments())
    contact: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("联系人"), queryset=None, required=False, empty_label=_("客户本人")
    )
    inbound = forms.BooleanField(label=_("客户主动联系"), required=False)
    at = forms.DateTimeField(label=_("时间"), required=False, help_text=_("不填就是现在。"))
    summary = forms.CharField(label=_("摘要"), required=False, max_length=300, widget=area_text(3))
    wide = ("channel",)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts = record.contacts(customer)
        self.fields["contact"].queryset = contacts
        if not contacts.exists():
            del self.fields["contact"]


class RecordTouch(CustomerAct):
    capability = caps.RECORD
    form_class = TouchForm
    title = _("记录联系")
    submit = _("记录")
    done_message = _("已记录。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"customer": self.customer}

    def initial(self) -> dict[str, Any]:
        return {"channel": Channel.PHONE}

    def perform(self, form: Any) -> Any:
        return services.record_touch(actor=self.actor, customer=self.customer, **form.cleaned_data)


class NoteTextForm(ui.Form):
    columns = 1
    text = forms.CharField(label=_("备注"), max_length=4000, widget=area_text(4))
    pinned = forms.BooleanField(label=_("置顶，打开客户页面时先看到"), required=False)


class WriteNote(CustomerAct):
    capability = caps.RECORD
    form_class = NoteTextForm
    title = _("写备注")
    submit = _("记下")

    def perform(self, form: Any) -> Any:
        return services.write_note(actor=self.actor, customer=self.customer, **form.cleaned_data)


@ui.page(capability=caps.RECORD, methods=("POST",))
def pin_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a note at the top, or let it go."""
    note = access.fetch(request.actor, Note, pk, caps.RECORD)
    services.pin_note(actor=request.actor, note=note, pinned=not note.pinned)
    return ui.done(request, to=reverse("customers:detail", args=[note.customer_id]))


class MatterForm(ui.Form):
    """An important matter, or the written record of a talk."""

    kind = forms.ChoiceField(label=_("类别"), choices=MatterKind.choices, widget=widgets.Segments())
    happened_on = forms.DateField(label=_("日期"))
    title = forms.CharField(label=_("事项"), max_length=120)
    premises: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("房产"), queryset=None, required=False, empty_label=_("不针对某处")
    )
    text = forms.CharField(label=_("内容"), required=False, max_length=8000, widget=area_text(5))
    supplements: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("补充哪一条"), queryset=None, required=False, empty_label=_("新的一条")
    )
    wide = ("title",)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["premises"].queryset = record.rooms(customer)
        self.fields["supplements"].queryset = record.matters(customer)


class RecordMatter(CustomerAct):
    capability = caps.RECORD
    form_class = MatterForm
    title = _("记录重要事项")
    submit = _("归档")
    intro = _("归档后不能修改和删除，只能补充。")
    done_message = _("已归档。")
    tab = "matters"

    def form_kwargs(self) -> dict[str, Any]:
        return {"customer": self.customer}

    def initial(self) -> dict[str, Any]:
        return {"kind": MatterKind.MATTER, "happened_on": org.local_day(self.customer.unit)}

    def perform(self, form: Any) -> Any:
        return services.record_matter(actor=self.actor, customer=self.customer, **form.cleaned_data)


class NeedForm(ui.Form):
    product = forms.CharField(
        label=_("产品或服务"), max_length=60, widget=forms.TextInput(attrs={"list": "products"})
    )
    parent: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("属于哪项需求"), queryset=None, required=False, empty_label=_("独立的需求")
    )
    text = forms.CharField(label=_("需求内容"), max_length=4000, widget=area_text(3))
    amount = forms.DecimalField(
        label=_("预计金额（元）"), required=False, min_value=0, max_digits=18, decimal_places=2
    )
    wanted_on = forms.DateField(label=_("期望日期"), required=False)
    owner = PersonField(label=_("跟进人"), required=False)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = record.needs(customer)


class RecordNeed(CustomerAct):
    capability = caps.RECORD
    form_class = NeedForm
    title = _("记录需求")
    submit = _("记录")
    template = "customers/need.html"
    tab = "needs"

    def form_kwargs(self) -> dict[str, Any]:
        return {"customer": self.customer}

    def context(self) -> dict[str, Any]:
        return {"products": care.need_products(self.actor)}

    def perform(self, form: Any) -> Any:
        return services.record_need(actor=self.actor, customer=self.customer, **form.cleaned_data)


class MoveNeed(PartAct):
    """Pursue, meet, decline or reopen a need."""

    capability = caps.RECORD
    model = Need
    form_class = OptionalNoteForm
    tab = "needs"

    def begin(self, request: HttpRequest) -> None:
        super().begin(request)
        self.move = self.move_of(self.kwargs["verb"])
        self.title = self.submit = self.move.label

    def make_form(self, **arguments: Any) -> Any:
        form = super().make_form(**arguments)
        form.fields["note"].required = "note" in self.move.needs
        return form

    def perform(self, form: Any) -> Any:
        return services.move_need(
            actor=self.actor, need=self.row, verb=self.move.verb, note=form.cleaned_data["note"]
        )


class AssetForm(ui.Form):
    """A product installed at the customer's."""

    product = forms.CharField(label=_("产品"), max_length=80)
    model = forms.CharField(label=_("型号"), max_length=60, required=False)
    serial_no = forms.CharField(label=_("序列号"), max_length=60, required=False)
    supplier = forms.CharField(label=_("供应商"), max_length=80, required=False)
    installed_on = forms.DateField(label=_("安装日期"), required=False)
    warranty_until = forms.DateField(label=_("保修至"), required=False)
    premises: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("安装在"), queryset=None, required=False, empty_label=_("不限")
    )
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["premises"].queryset = record.rooms(customer)


class RecordAsset(CustomerAct):
    capability = caps.RECORD
    form_class = AssetForm
    title = _("登记产品")
    submit = _("登记")
    tab = "service"

    def form_kwargs(self) -> dict[str, Any]:
        return {"customer": self.customer}

    def perform(self, form: Any) -> Any:
        return services.record_asset(actor=self.actor, customer=self.customer, **form.cleaned_data)


class EventForm(ui.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=QualityKind.choices, widget=widgets.Segments())
    happened_on = forms.DateField(label=_("日期"))
    score = forms.IntegerField(
        label=_("满意度（1–5）"),
        min_value=1,
        max_value=5,
        required=False,
        widget=forms.NumberInput(attrs={"data-show-when": "kind=feedback"}),
    )
    text = forms.CharField(label=_("情况"), max_length=4000, widget=area_text(3))
    cause = forms.CharField(label=_("原因"), max_length=200, required=False)
    remedy = forms.CharField(label=_("处理"), max_length=200, required=False)
    wide = ("kind",)


class _AssetAct(PartAct):
    capability = caps.RECORD
    model = Asset
    tab = "service"

    def success_url(self, result: Any) -> str:
        asset: Any = self.row
        if asset.customer_id is None:
            return reverse("customers:premises_node", args=[asset.premises_id])
        return super().success_url(result)


class RecordEvent(_AssetAct):
    form_class = EventForm
    title = _("质量跟踪")
    submit = _("记录")
    intro = _("质量跟踪记录不能修改和删除。")

    def initial(self) -> dict[str, Any]:
        asset: Any = self.row
        return {"kind": QualityKind.DEFECT, "happened_on": org.local_day(asset.unit)}

    def perform(self, form: Any) -> Any:
        return services.record_quality_event(actor=self.actor, asset=self.row, **form.cleaned_data)


class RemoveForm(ui.Form):
    removed_on = forms.DateField(label=_("拆除日期"), required=False)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class RemoveAsset(_AssetAct):
    form_class = RemoveForm
    title = _("登记拆除")
    submit = _("登记")

    def perform(self, form: Any) -> Any:
        return services.remove_asset(actor=self.actor, asset=self.row, **form.cleaned_data)


class FilesForm(ui.Form):
    columns = 1
    file = forms.FileField(label=_("文件"), widget=widgets.Upload(camera=True))
    name = forms.CharField(label=_("名称"), max_length=120, required=False, help_text=_("不填就用文件名。"))


class AddFiles(CustomerAct):
    """Put a document on the customer's record."""

    capability = caps.RECORD
    form_class = FilesForm
    title = _("归档文件")
    submit = _("归档")
    drafts = False

    def perform(self, form: Any) -> Any:
        return services.add_document(
            actor=self.actor,
            customer=self.customer,
            upload=form.cleaned_data["file"],
            name=form.cleaned_data["name"],
        )

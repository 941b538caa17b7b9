"""The watch list 重点关注客户 (CUS-15)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import services
from zhize.domains.customers.models import Customer, Verdict, WatchListEntry, WatchMeasure
from zhize.domains.customers.rules import MeasureInput
from zhize.domains.customers.selectors import care
from zhize.domains.customers.web import cells
from zhize.domains.customers.web.act_forms import NoteForm
from zhize.domains.customers.web.acting import CustomerAct, PartAct
from zhize.domains.customers.web.forms import PersonField, area_text
from zhize.kernel.org import selectors as org
from zhize.lib import clock
from zhize.ui import widgets


class WatchList(ui.ListPage):
    """Who is under attention, what is done, when it is looked at again."""

    capability = caps.WATCH
    title = _("重点关注客户")
    intro = _("关系需要修复的客户：原因、措施、负责人、复核。")
    columns = (
        ui.columns.Html(
            "customer",
            _("客户"),
            value=cells.customer_link,
            sort="customer__name",
            phone="title",
            css="col-nowrap",
        ),
        ui.columns.Text("reason", _("关注原因"), lines=2),
        ui.columns.Text("measure", _("下一项措施"), value=cells.next_measure, lines=2),
        ui.columns.Progress("measures", _("措施"), value=cells.open_measures),
        ui.columns.Person("owner", pgettext_lazy("of a customer", "负责人"), sort="owner__name"),
        ui.columns.Html("verdict", _("最近复核"), value=cells.verdict, sort="verdict", phone="state"),
        ui.columns.Html(
            "review_on", _("下次复核"), value=lambda row: cells.due_day(row.review_on), sort=True
        ),
        ui.columns.When("started_on", _("列入"), sort=True, style="date", hidden=True),
    )
    chips = (
        ui.Chip("due", _("该复核了"), lambda page: Q(review_on__lte=clock.today()), tone="red"),
        ui.Chip(
            "late",
            _("措施过期"),
            lambda page: Q(pk__in=care.with_late_measures(clock.today())),
            tone="amber",
        ),
        ui.Chip("worse", _("恶化"), lambda page: Q(verdict="worse"), tone="red"),
        ui.Chip("better", _("好转"), lambda page: Q(verdict="better")),
        ui.Chip("mine", _("我负责的"), lambda page: Q(owner=page.actor.person_id)),
    )
    export = caps.EXPORT
    default_sort = "review_on"
    template = "customers/days.html"
    empty = ui.Empty(
        _("没有重点关注的客户"), _("在客户页面点“列为重点关注”，写明原因、措施和复核日期。"), "heart"
    )

    @property
    def ended(self) -> bool:
        return self.params.get("ended") == "1"

    def rows(self) -> QuerySet[WatchListEntry]:
        return care.watch_list(self.actor, ended=self.ended)

    def extra(self) -> dict[str, Any]:
        url = reverse("customers:watch_list")
        return {
            "tabs": [
                {"label": _("关注中"), "url": url, "current": not self.ended},
                {"label": _("已解除"), "url": f"{url}?ended=1", "current": self.ended},
            ]
        }

    def row_acts(self, row: WatchListEntry) -> list[ui.Act]:
        if row.ended_on is not None:
            return []
        return [ui.Act(_("复核"), reverse("customers:review_watch", args=[row.pk]), drawer=True)]


class WatchForm(ui.Form):
    """Nobody goes on the list without a measure with a day, an owner and a day of review."""

    sections = (
        ui.Section("", ("reason", "goal", "owner", "review_on"), columns=2),
        ui.Section(_("措施"), ("measure1", "due1", "measure2", "due2", "measure3", "due3"), columns=2),
    )
    wide = ("reason", "goal")
    reason = forms.CharField(label=_("关注原因"), max_length=300, widget=area_text(2))
    goal = forms.CharField(label=_("目标"), max_length=200, required=False)
    owner = PersonField(label=pgettext_lazy("of a customer", "负责人"))
    review_on = forms.DateField(label=_("复核日期"))
    measure1 = forms.CharField(label=_("措施一"), max_length=300)
    due1 = forms.DateField(label=_("完成期限"))
    measure2 = forms.CharField(label=_("措施二"), max_length=300, required=False)
    due2 = forms.DateField(label=_("完成期限"), required=False)
    measure3 = forms.CharField(label=_("措施三"), max_length=300, required=False)
    due3 = forms.DateField(label=_("完成期限"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in ("2", "3"):
            if data.get(f"measure{number}") and not data.get(f"due{number}"):
                self.add_error(f"due{number}", _("请填写完成期限。"))
        return data

    def measures(self) -> list[MeasureInput]:
        said = self.cleaned_data
        return [
            MeasureInput(said[f"measure{number}"], said[f"due{number}"])
            for number in "123"
            if said.get(f"measure{number}")
        ]


class Watch(CustomerAct):
    capability = caps.WATCH
    form_class = WatchForm
    title = _("列为重点关注")
    submit = _("列入")
    done_message = _("已列为重点关注。")
    size = "normal"

    def initial(self) -> dict[str, Any]:
        today = org.local_day(self.customer.unit)
        return {
            "owner": self.customer.keeper_id or self.actor.person_id,
            "due1": today + timedelta(days=7),
            "review_on": today + timedelta(days=30),
        }

    def make_form(self, **arguments: Any) -> Any:
        form = super().make_form(**arguments)
        form.refuse = _beside_first(form.refuse)
        return form

    def perform(self, form: Any) -> Any:
        said = form.cleaned_data
        return services.watch(
            actor=self.actor,
            customer=self.customer,
            reason=said["reason"],
            goal=said["goal"],
            owner=said["owner"],
            review_on=said["review_on"],
            measures=form.measures(),
        )


def _beside_first(refuse: Any) -> Any:
    """What the service says about the measures stands beside the first of them."""

    def wrapped(error: Any) -> None:
        if hasattr(error, "errors") and "measures" in error.errors:
            error.errors["due1"] = error.errors.pop("measures")
        refuse(error)

    return wrapped


class _EntryAct(PartAct):
    model = WatchListEntry
    capability = caps.WATCH


class MeasureForm(ui.Form):
    columns = 1
    text = forms.CharField(label=_("措施"), max_length=300, widget=area_text(2))
    due_on = forms.DateField(label=_("完成期限"))


class AddMeasure(_EntryAct):
    form_class = MeasureForm
    title = _("增加措施")
    submit = _("增加")

    def initial(self) -> dict[str, Any]:
        return {"due_on": org.local_day(self.customer.unit) + timedelta(days=7)}

    def perform(self, form: Any) -> Any:
        return services.add_measure(
            actor=self.actor, entry=self.row, measure=MeasureInput(**form.cleaned_data)
        )


class FinishForm(ui.Form):
    columns = 1
    result = forms.CharField(label=_("结果"), max_length=300, widget=area_text(2))
    done_on = forms.DateField(label=_("完成日期"), required=False)


class FinishMeasure(PartAct):
    model = WatchMeasure
    capability = caps.WATCH
    form_class = FinishForm
    title = _("完成措施")
    submit = _("完成")

    def initial(self) -> dict[str, Any]:
        return {"done_on": org.local_day(self.customer.unit)}

    @property
    def customer(self) -> Customer:
        return self.row.entry.customer

    def perform(self, form: Any) -> Any:
        return services.finish_measure(actor=self.actor, measure=self.row, **form.cleaned_data)


class ReviewForm(ui.Form):
    verdict = forms.ChoiceField(label=_("与上次相比"), choices=Verdict.choices, widget=widgets.Segments())
    next_review_on = forms.DateField(label=_("下次复核"))
    text = forms.CharField(label=_("说明"), max_length=300, required=False, widget=area_text(3))
    columns = 1


class Review(_EntryAct):
    form_class = ReviewForm
    title = _("复核")
    submit = _("复核")
    template = "customers/review.html"

    def initial(self) -> dict[str, Any]:
        return {"next_review_on": org.local_day(self.customer.unit) + timedelta(days=30)}

    def context(self) -> dict[str, Any]:
        row: Any = self.row
        return {"entry": row, "measures": list(row.measures.all()), "reviews": list(row.reviews.all())}

    def perform(self, form: Any) -> Any:
        return services.review(actor=self.actor, entry=self.row, **form.cleaned_data)


class EndWatch(_EntryAct):
    form_class = NoteForm
    title = _("解除重点关注")
    submit = _("解除")

    def perform(self, form: Any) -> Any:
        return services.end_watch(actor=self.actor, entry=self.row, note=form.cleaned_data["note"])

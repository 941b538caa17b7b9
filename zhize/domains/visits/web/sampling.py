"""Visit plans 回访计划: the list, the homes of one with progress and results, drawing, visiting, replacing, measures."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms as django_forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.cases.selectors import types
from zhize.domains.visits import services
from zhize.domains.visits.filters import HomeFilter, PlanFilter
from zhize.domains.visits.models import HomeState, SampledHome, SamplePlan, VisitMeans
from zhize.domains.visits.selectors import sampling
from zhize.kernel import access, history
from zhize.kernel.db import Refused
from zhize.ui import columns, widgets, words
from zhize.ui.forms import Form
from zhize.ui.listparts import Chip

SCORES = [(str(score), str(score)) for score in range(5, 0, -1)]


def _span(row: SamplePlan) -> str:
    return f"{row.from_on:%Y-%m-%d} – {row.until_on:%Y-%m-%d}"


class PlanListFilter(ui.Filters, PlanFilter):
    first: ClassVar[tuple[str, ...]] = ("holder",)


class PlanList(ui.ListPage):
    """The samples drawn, latest period first, with how far each is."""

    capability = "sample.view"
    title = _("回访计划")
    filters = PlanListFilter
    columns = (
        columns.Link("name", _("计划"), value=lambda row: words.in_language(row.name), url="visits:plan"),
        columns.Person("holder", _("回访人"), sort="holder__name"),
        columns.Number("population", _("总户数"), sort="population"),
        columns.Number("quota", _("应回访"), sort="quota"),
        columns.Progress("visited", _("已回访"), value=lambda row: (row.visited, row.quota), sort="visited"),
        columns.Number("replaced", _("换户"), sort="replaced"),
        columns.Text("span", _("期间"), value=_span, sort="from_on", css="col-nowrap"),
    )
    export = "sample.view"
    default_sort = "-from_on"
    empty = ui.Empty(
        _("还没有回访计划"), _("每期从住户中抽取一份名单，没有走访完的住户不会重复抽到。"), "map-search"
    )

    def rows(self) -> QuerySet[SamplePlan]:
        return sampling.plans(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may("sample.draw"):
            return []
        label = _("抽取本期名单")
        return [
            ui.Act(
                label, reverse("visits:plan_new"), icon="arrows-shuffle", drawer=True, primary=True, key="n"
            )
        ]


class DrawForm(Form):
    columns: ClassVar[int] = 1
    sample = django_forms.ChoiceField(label=_("计划"))
    holder: Any = django_forms.ModelChoiceField(
        label=_("回访人"),
        queryset=None,
        required=False,
        widget=widgets.Combobox(),
        help_text=_("按责任区域回访的计划要选回访人；其他计划面向全部住户，不用选。"),
    )

    def __init__(self, *args: Any, samples: list[Any], people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sample"].choices = [(spec.code, words.in_language(spec.label)) for spec in samples]
        self.fields["holder"].queryset = people
        widgets.dress(self)


class Draw(ui.FormPage):
    """Draw the homes of this period."""

    capability = "sample.draw"
    form_class = DrawForm
    title = _("抽取本期名单")
    intro = _("名单由系统随机抽取，种子留存，任何人都可以核对。")
    submit = _("抽取")
    done_message = _("名单已抽取。")

    def form_kwargs(self) -> dict[str, Any]:
        unit = access.unit_of(self.actor)
        if unit is None:
            raise Refused
        samples = sampling.drawable(self.actor, unit)
        return {"samples": samples, "people": sampling.visitors(samples, unit)}

    def initial(self) -> dict[str, Any]:
        return {"holder": self.actor.person_id}

    def perform(self, form: Any) -> SamplePlan:
        unit = access.unit_of(self.actor)
        if unit is None:
            raise Refused
        return services.draw(actor=self.actor, unit=unit, **form.cleaned_data)

    def success_url(self, result: SamplePlan) -> str:
        return reverse("visits:plan", args=[result.pk])

    def leave(self, result: SamplePlan) -> bool:
        return True


class HomeListFilter(ui.Filters, HomeFilter):
    first: ClassVar[tuple[str, ...]] = ("satisfaction",)


def _chip(code: str, label: Any, tone: str = "") -> Chip:
    return Chip(code, label, lambda page: sampling.in_state(code), tone=tone)


class Plan(ui.ListPage):
    """The homes of a plan, with its progress above and its results below."""

    capability = "sample.view"
    template = "visits/plan.html"
    filters = HomeListFilter
    columns = (
        columns.Number("order", _("序号"), sort="order"),
        columns.Text(
            "premises", _("房号"), value=lambda row: row.premises.address, sort="premises__sort_key"
        ),
        columns.Text("customer", _("住户"), value=lambda row: row.customer.name if row.customer else "–"),
        columns.Text("stratum", _("类别"), value=lambda row: words.in_language(row.stratum_label)),
        columns.Text("stage", _("状态"), value="get_stage_display", sort="stage"),
        columns.When("visited_at", _("回访时间"), sort="visited_at"),
        columns.Text("means", _("方式"), value="get_means_display"),
        columns.Number("satisfaction", _("满意度"), sort="satisfaction"),
        columns.Text(
            "remark",
            _("住户意见"),
            value=lambda row: row.remark or row.not_rated or row.reason,
            css="col-wide",
        ),
    )
    chips = (
        _chip("planned", _("待回访"), "amber"),
        _chip("visited", _("已回访")),
        _chip("replaced", _("已换户")),
        _chip("reserve", _("备选")),
    )
    export = "sample.view"
    default_sort = "order"
    empty = ui.Empty(_("名单里没有这样的住户"), _("换一个筛选看看。"), "map-search")
    plan: SamplePlan

    def begin(self, request: Any) -> None:
        super().begin(request)
        self.plan = access.fetch(self.actor, SamplePlan, self.kwargs["pk"])
        self.title = self.plan.name
        self.may_visit = access.allowed(self.actor, "sample.visit", self.plan)
        self.correctable: dict[int | None, bool] = {}

    def rows(self) -> QuerySet[SampledHome]:
        return sampling.homes(self.actor, self.plan)

    def row_acts(self, row: SampledHome) -> list[ui.Act]:
        if row.stage == HomeState.VISITED and self.corrects(row):
            return [
                ui.Act(_("更正"), reverse("visits:home_correct", args=[row.pk]), icon="edit", drawer=True)
            ]
        if not self.may_visit or row.stage != HomeState.PLANNED:
            return []
        return [
            ui.Act(_("登记回访"), reverse("visits:home_visit", args=[row.pk]), icon="check", drawer=True),
            ui.Act(_("换户"), reverse("visits:home_replace", args=[row.pk]), icon="replace", drawer=True),
        ]

    def corrects(self, row: SampledHome) -> bool:
        """Asked once for each person who visited."""
        who = row.visited_by_id
        if who not in self.correctable:
            self.correctable[who] = services.may_correct(self.actor, row)
        return self.correctable[who]

    def extra(self) -> dict[str, Any]:
        results = sampling.results(self.plan)
        return {
            "plan": self.plan,
            "span": _span(self.plan),
            "results": results,
            "visited": sum(row.visited for row in results),
            "may_visit": self.may_visit,
            "entries": history.timeline(self.plan)[:50],
            "crumbs": [(_("回访计划"), reverse("visits:plans")), (self.plan.name, "")],
        }


class HomeAct(ui.FormPage):
    """Base of the acts on one home of a plan."""

    row: SampledHome
    capability: ClassVar[Any] = "sample.visit"

    def title_text(self) -> str:
        return f"{words.in_language(self.title)} {self.row.premises.address}"

    def fetch(self) -> SampledHome:
        access.fetch(self.actor, SampledHome, self.kwargs["pk"], self.capability)
        return sampling.one(self.kwargs["pk"])

    def success_url(self, result: Any) -> str:
        return reverse("visits:plan", args=[self.row.plan_id])

    def leave(self, result: Any) -> bool:
        return True

    def context(self) -> dict[str, Any]:
        return {"intro": self.row.premises.address}


class SaidForm(Form):
    """How a home was visited and what was said. Nothing is chosen beforehand."""

    columns: ClassVar[int] = 1
    means = django_forms.ChoiceField(label=_("方式"), choices=VisitMeans.choices, widget=widgets.Segments())
    satisfaction = django_forms.TypedChoiceField(
        label=_("满意度（5 分为满意）"),
        choices=SCORES,
        coerce=int,
        empty_value=None,
        required=False,
        widget=widgets.Segments(),
    )
    not_rated = django_forms.CharField(
        label=_("没有问到满意度的原因"),
        required=False,
        max_length=100,
        help_text=_("没有选满意度时必须填写。"),
    )
    remark = django_forms.CharField(
        label=_("住户意见"), required=False, max_length=2000, widget=django_forms.Textarea(attrs={"rows": 3})
    )


class VisitForm(SaidForm):
    follow_up = django_forms.CharField(
        label=_("要跟进的问题"), required=False, max_length=120, help_text=_("填写后立即建立工单。")
    )
    case_type = django_forms.ChoiceField(label=_("问题类型"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(spec.code, words.in_language(spec.label)) for spec in types.case_types()]
        self.fields["case_type"].choices = [("", "—"), *offered]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("follow_up") and not said.get("case_type"):
            self.add_error("case_type", _("请选择问题类型。"))
        return said


class Visit(HomeAct):
    """The home was visited: what was said, and a case for what has to be followed up."""

    capability = "sample.visit"
    form_class = VisitForm
    title = _("登记回访")
    submit = _("登记")
    done_message = _("回访已登记。")

    def perform(self, form: Any) -> SampledHome:
        return services.visit(actor=self.actor, home=self.row, **form.cleaned_data)


class CorrectForm(SaidForm):
    reason = django_forms.CharField(
        label=_("更正的原因"), max_length=200, widget=django_forms.Textarea(attrs={"rows": 2})
    )


class Correct(HomeAct):
    """What was registered is put right by who registered it or his superior."""

    capability = "sample.view"
    form_class = CorrectForm
    title = _("更正回访")
    submit = _("更正")
    done_message = _("已更正，原来的登记留在经过里。")

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in SaidForm.base_fields}

    def perform(self, form: Any) -> SampledHome:
        return services.correct(actor=self.actor, home=self.row, **form.cleaned_data)


class ReplaceForm(Form):
    reason = django_forms.CharField(
        label=_("原因"), max_length=200, widget=django_forms.Textarea(attrs={"rows": 2})
    )


class Replace(HomeAct):
    """Nobody can be reached there: the next of the reserve comes in."""

    capability = "sample.visit"
    form_class = ReplaceForm
    title = _("联系不上，换一户")
    submit = _("换户")
    done_message = _("已从备选名单换入一户。")

    def perform(self, form: Any) -> SampledHome:
        return services.replace(actor=self.actor, home=self.row, **form.cleaned_data)


class MeasureForm(Form):
    measure = django_forms.CharField(
        label=_("整改措施"), max_length=1000, widget=django_forms.Textarea(attrs={"rows": 3})
    )


class Measure(ui.FormPage):
    """What follows from the results of one stratum."""

    capability = "sample.visit"
    form_class = MeasureForm
    title = _("整改措施")

    def fetch(self) -> SamplePlan:
        return access.fetch(self.actor, SamplePlan, self.kwargs["pk"], "sample.visit")

    def initial(self) -> dict[str, Any]:
        found = [one for one in self.row.strata if one["code"] == self.kwargs["stratum"]]
        return {"measure": found[0].get("measure", "")} if found else {}

    def perform(self, form: Any) -> SamplePlan:
        return services.decide_measure(
            actor=self.actor, plan=self.row, stratum=self.kwargs["stratum"], **form.cleaned_data
        )

    def success_url(self, result: Any) -> str:
        return reverse("visits:plan", args=[self.row.pk])

    def leave(self, result: Any) -> bool:
        return True

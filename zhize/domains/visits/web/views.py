"""The callback list and the calling form: what was said before, the opening words, the questions, what follows."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms as django_forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.cases import services as cases
from zhize.domains.cases.selectors import choices, types
from zhize.domains.channels.selectors.progress import with_address
from zhize.domains.visits import selectors, services
from zhize.domains.visits.filters import CallbackFilter
from zhize.domains.visits.models import AttemptOutcome, Callback
from zhize.domains.visits.web import asking
from zhize.kernel import access, forms
from zhize.kernel.db import Invalid
from zhize.ui import columns, widgets, words
from zhize.ui.forms import Form, adopt


class CallbackListFilter(ui.Filters, CallbackFilter):
    first: ClassVar[tuple[str, ...]] = ("caller", "kind")


def _chip(code: str, label: Any, tone: str = "") -> ui.Chip:
    return ui.Chip(code, label, lambda page: selectors.chips(page.actor)[code], tone=tone)


class CallbackList(ui.ListPage):
    """Whom to call, in the order in which to try."""

    capability = "callback.view"
    title = pgettext_lazy("list", "回访")
    filters = CallbackListFilter
    columns = (
        columns.Link(
            "customer",
            _("客户"),
            value=lambda row: row.case.who or "–",
            url="visits:callback",
            second=lambda row: str(row.case.premises or ""),
        ),
        columns.Text(
            "case", _("工单"), value=lambda row: f"{row.case.number} {row.case.title}", css="col-wide"
        ),
        columns.State("state_label", _("状态"), sort="state"),
        columns.Text("kind", _("种类"), value="get_kind_display"),
        columns.Number("attempt_count", _("已致电"), sort="attempt_count"),
        columns.When("next_try_at", _("下次致电"), sort="next_try_at"),
        columns.Due("due_at", _("时限"), sort="due_at", stopped="done_at"),
        columns.Person("caller", _("回访人"), sort="caller__name"),
        columns.Person("handler", _("经办人"), hidden=True),
        columns.Number("score", _("满意度"), sort="score"),
        columns.When("done_at", _("回访时间"), sort="done_at", hidden=True),
    )
    chips = (
        _chip("mine", _("我要打的")),
        _chip("now", _("现在可打"), "amber"),
        _chip("late", _("已超时"), "red"),
        _chip("later", _("稍后再打")),
        _chip("unsatisfied", _("本月不满意")),
        _chip("unreached", _("本月未接通")),
    )
    export = "callback.view"
    default_chip = "mine"
    default_sort = "next_try_at"
    empty = ui.Empty(_("没有要回访的客户"), _("工单答复以后，回访会按时限排在这里。"), "phone-call")

    def rows(self) -> QuerySet[Callback]:
        return selectors.visible(self.actor)

    def acts(self) -> list[ui.Act]:
        return [ui.Act(_("完成率"), reverse("visits:completion"), icon="chart-bar")]


class CallbackAct(ui.FormPage):
    """Base of the acts on one callback."""

    capability: ClassVar[Any] = "callback.make"
    drafts = True

    def fetch(self) -> Callback:
        access.fetch(self.actor, Callback, self.kwargs["pk"], self.capability)
        return selectors.visible(self.actor).get(pk=self.kwargs["pk"])

    def success_url(self, result: Any) -> str:
        return reverse("visits:list")


class ResultForm(Form):
    """Beside the questionnaire: what is to be followed up, and remarks."""

    follow_up = django_forms.CharField(
        label=_("要跟进的事项"),
        required=False,
        max_length=120,
        help_text=_("有遗留问题时必填，会立即建立新工单。"),
    )
    remark = django_forms.CharField(
        label=_("回访记录"), required=False, widget=django_forms.Textarea(attrs={"rows": 3})
    )
    close = django_forms.BooleanField(label=_("客户没有不满意，就同时关闭工单"), required=False, initial=True)


class MakeCall(CallbackAct):
    """Call the customer: reached, with the questionnaire; or not reached, in one click."""

    capability = "callback.view"
    form_class = ResultForm
    template = "visits/call.html"
    submit = _("登记回访结果")
    done_message = _("回访已登记。")

    def title_text(self) -> str:
        return str(self.row)

    def make_form(self, **arguments: Any) -> Any:
        extra = ResultForm(data=arguments.get("data"), initial=arguments.get("initial"))
        spec = self.row.spec
        if cases.closing(case=self.row.case, actor=self.actor) is None or not access.allowed(
            self.actor, "case.close", self.row.case
        ):
            del extra.fields["close"]
        if spec is None:
            del extra.fields["follow_up"]
            return extra
        form = asking.form(spec.form, data=arguments.get("data"), initial=self.row.answers or None)
        if spec.problem is None:
            del extra.fields["follow_up"]
        for name, field in extra.fields.items():
            # A questionnaire that asks for remarks itself is not asked twice.
            form.fields.setdefault(name, field)
        return adopt(form)

    def perform(self, form: Any) -> Callback:
        said = form.cleaned_data
        return services.finish(
            actor=self.actor,
            callback=self.row,
            answers=getattr(form, "answers", {}),
            follow_up=said.get("follow_up") or "",
            remark=said.get("remark") or "",
            close=bool(said.get("close")),
        )

    def message(self, result: Callback) -> Any:
        """What became of the case, so that nobody has to go and look."""
        case = result.case
        case.refresh_from_db()
        if case.is_ended:
            return _("回访已登记，工单已关闭。")
        offer = cases.closing(case=case, actor=self.actor)
        if offer is None:
            return _("客户不满意，工单已重开。") if result.satisfied is False else self.done_message
        if offer.enabled:
            return _("回访已登记，工单可以关闭了。")
        return _("回访已登记。工单还不能关闭：%(reason)s") % {"reason": offer.reason}

    def context(self) -> dict[str, Any]:
        case = self.row.case
        return {
            "callback": self.row,
            "case": case,
            "spec": self.row.spec,
            "kind": types.type_label(case.type_code, case.release_id),
            "may_call": self.row.is_open and access.allowed(self.actor, "callback.make", self.row),
            "own_case": self.row.handler_id is not None and self.row.handler_id == self.actor.person_id,
            "may_assign": self.row.is_open and access.allowed(self.actor, "callback.assign", self.row),
            "may_visit": access.allowed(self.actor, "callback.assign", self.row),
            "may_send": self._may_send(),
            "may_mail": self.actor.may("mail.send") and self.row.case_id in with_address([case]),
            "answers": forms.display(self.row.spec.form, self.row.answers)
            if self.row.spec and self.row.answers
            else [],
            "wide": True,
        }

    def _may_send(self) -> bool:
        spec = self.row.spec
        asks = self.row.is_open and spec is not None and bool(spec.public)
        return asks and access.allowed(self.actor, "callback.survey", self.row)


class NotReachedForm(Form):
    outcome = django_forms.ChoiceField(
        label=_("情况"),
        choices=[(code, label) for code, label in AttemptOutcome.choices if code != AttemptOutcome.REACHED],
        widget=widgets.Segments(),
        initial=AttemptOutcome.NO_ANSWER,
    )
    next_try_at = django_forms.DateTimeField(
        label=_("下次致电"), required=False, help_text=_("不填则换个时段再打。")
    )
    note = django_forms.CharField(label=_("说明"), required=False, max_length=300)


class NotReached(CallbackAct):
    """One more try without success."""

    form_class = NotReachedForm
    title = _("没有接通")
    submit = _("登记")
    done_message = _("已登记，稍后再打。")

    def perform(self, form: Any) -> Callback:
        return services.attempt(actor=self.actor, callback=self.row, **form.cleaned_data)


class AssignForm(Form):
    to: Any = django_forms.ModelChoiceField(label=_("回访人"), queryset=None, widget=widgets.Combobox())

    def __init__(self, *args: Any, callback: Callback, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = choices.people_near(callback.unit)


class Assign(CallbackAct):
    """Give the callback to somebody else."""

    capability = "callback.assign"
    form_class = AssignForm
    title = _("改派回访")
    submit = _("改派")

    def form_kwargs(self) -> dict[str, Any]:
        return {"callback": self.row}

    def perform(self, form: Any) -> Callback:
        return services.assign(actor=self.actor, callback=self.row, to=form.cleaned_data["to"])


class CancelForm(Form):
    note = django_forms.CharField(
        label=_("原因"), max_length=200, widget=django_forms.Textarea(attrs={"rows": 3})
    )


class Cancel(CallbackAct):
    """The callback is not wanted any more."""

    capability = "callback.assign"
    form_class = CancelForm
    title = _("取消回访")
    submit = _("取消回访")
    danger = True
    done_message = _("已取消。")

    def perform(self, form: Any) -> Callback:
        return services.cancel(actor=self.actor, callback=self.row, note=form.cleaned_data["note"])


class JointVisitForm(Form):
    columns = 1
    person: Any = django_forms.ModelChoiceField(label=_("责任人"), queryset=None, widget=widgets.Combobox())
    companion: Any = django_forms.ModelChoiceField(
        label=_("同去的主管"), queryset=None, widget=widgets.Combobox()
    )

    def __init__(self, *args: Any, callback: Callback, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("person", "companion"):
            self.fields[name].queryset = choices.people_near(callback.unit)


class JointVisit(CallbackAct):
    """Two people go together to apologise (VIS-16)."""

    capability = "callback.assign"
    form_class = JointVisitForm
    title = _("共同上门致歉")
    submit = _("安排")
    done_message = _("已安排。")

    def initial(self) -> dict[str, Any]:
        return {"person": self.row.handler_id}

    def form_kwargs(self) -> dict[str, Any]:
        return {"callback": self.row}

    def perform(self, form: Any) -> Any:
        visit = services.ask_visit(actor=self.actor, case=self.row.case, **form.cleaned_data)
        if visit is None:
            raise Invalid({"": services.VISIT_IS_PLANNED})
        return visit


@ui.page(capability="callback.view", methods=("GET",))
def completion(request: HttpRequest) -> HttpResponse:
    """How many of the planned callbacks were made in time, per person and month (VIS-22)."""
    months = 6
    since, until = selectors.months_back(months)
    context = {
        "title": _("回访完成率"),
        "rows": selectors.completion(request.actor, since, until),
        "months": months,
        "crumbs": [(_("回访"), reverse("visits:list")), (_("回访完成率"), "")],
    }
    return ui.render(request, "visits/completion.html", context)


@ui.page(capability="callback.survey", methods=("POST",))
def mail_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the customer a survey link by mail."""
    callback = access.fetch(request.actor, Callback, pk, "callback.survey")
    sent = services.mail_link(actor=request.actor, callback=callback)
    said = words.in_language(_("问卷已发往 %(address)s。")) % {"address": ", ".join(sent.to)}
    return ui.done(request, said, to=reverse("visits:callback", args=[pk]))


@ui.page(capability="callback.survey", methods=("POST",))
def send_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a survey link and show it once, to be sent to the customer."""
    callback = access.fetch(request.actor, Callback, pk, "callback.survey")
    token = services.send_link(actor=request.actor, callback=callback)
    url = request.build_absolute_uri(reverse("portal:survey", args=[token]))
    return ui.fragment(request, "visits/parts/link.html", {"url": url})

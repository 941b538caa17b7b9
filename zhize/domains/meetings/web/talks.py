"""Talks on record: what I told and what was told to me."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.meetings import capabilities as caps
from zhize.domains.meetings import selectors, services
from zhize.domains.meetings.models import Talk, TalkKind
from zhize.domains.meetings.services.talks import is_receiver
from zhize.domains.meetings.web import forms
from zhize.kernel import access, history


class TalkFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("kind", "on")
    q = ui.filters.Search(fields=("text", "measures", "author__name", "to__name"))
    kind = ui.filters.Choice(label=_("种类"), choices=TalkKind.choices)
    on = ui.filters.Period(label=_("日期"))


class TalkList(ui.ListPage):
    """Talks and reports upwards 沟通记录."""

    capability = caps.TALK_VIEW
    title = _("沟通记录")
    filters = TalkFilters
    search_hint = _("内容或姓名")
    columns = (
        ui.columns.Link("text", _("内容"), url="meetings:talk", css="col-wide"),
        ui.columns.Text("kind", _("种类"), value="get_kind_display", sort="kind"),
        ui.columns.When("on", _("日期"), style="date", sort=True),
        ui.columns.Person("author", _("登记人"), sort="author__name"),
        ui.columns.Text("receiver", _("给谁"), value=lambda row: str(row.receiver or "")),
        ui.columns.When("answered_at", _("答复"), sort=True),
        ui.columns.When("read_at", _("已阅"), hidden=True),
    )
    chips = (
        ui.Chip("told", _("给我的"), lambda page: selectors.told_to(page.actor)),
        ui.Chip("unread", _("没看过"), lambda page: selectors.told_to(page.actor) & Q(read_at__isnull=True), tone="amber"),
        ui.Chip("mine", _("我登记的"), lambda page: Q(author=page.actor.person_id)),
    )  # fmt: skip
    default_sort = "-on"
    empty = ui.Empty(_("还没有沟通记录"), _("向上级报告、与下属和其他部门的沟通记在这里。"), "messages")

    def rows(self) -> QuerySet[Talk]:
        return selectors.talks(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.TALK_RECORD):
            return []
        return [
            ui.Act(
                _("登记沟通"), reverse("meetings:talk_new"), icon="plus", drawer=True, primary=True, key="n"
            )
        ]


class Record(ui.FormPage):
    capability = caps.TALK_RECORD
    form_class, title, submit = forms.TalkForm, _("登记沟通"), _("登记")
    intro = _("奖惩、纠纷、思想情况和考核面谈只有您和接收的人能看到。")
    done_message = _("已登记。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def perform(self, form: Any) -> Talk:
        return services.record_talk(actor=self.actor, **form.cleaned_data)

    def success_url(self, result: Talk) -> str:
        return reverse("meetings:talk", args=[result.pk])


@ui.page(capability=caps.TALK_VIEW, methods=("GET",))
def talk(request: HttpRequest, pk: int) -> HttpResponse:
    """One talk with its answer and the proposals that came of it."""
    row = selectors.talks(request.actor).get(pk=access.fetch(request.actor, Talk, pk).pk)
    receiver = is_receiver(request.actor, row)
    values = {
        "title": row.get_kind_display(),
        "talk": row,
        "receiver": receiver,
        "may_answer": receiver and row.answered_at is None,
        "may_read": receiver and row.read_at is None,
        "may_propose": request.actor.may(caps.PROPOSAL_FILE),
        "proposals": selectors.proposals(request.actor).filter(source=row),
        "entries": history.timeline(row)[:20],
        "crumbs": [(_("沟通记录"), reverse("meetings:talks")), (str(row), "")],
    }
    return ui.render(request, "meetings/talk.html", values)


@ui.page(capability=caps.TALK_VIEW, methods=("POST",))
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """The receiver says that he has read it."""
    services.read(actor=request.actor, talk=access.fetch(request.actor, Talk, pk))
    return ui.done(request, _("已阅。"), to=reverse("meetings:talk", args=[pk]))


class Answer(ui.FormPage):
    capability = caps.TALK_VIEW
    form_class, title, submit = forms.AnswerForm, _("答复"), _("答复")
    row: Talk
    done_message = _("已答复。")

    def fetch(self) -> Talk:
        return access.fetch(self.actor, Talk, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        return {"intro": self.row.text}

    def perform(self, form: Any) -> Talk:
        return services.answer(actor=self.actor, talk=self.row, **form.cleaned_data)

    def success_url(self, result: Any) -> str:
        return reverse("meetings:talk", args=[self.row.pk])

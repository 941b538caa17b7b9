"""What runs by itself: background jobs, messages sent, reactions that were given up."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.desk.admin import selectors as reads
from zhize.desk.admin import services
from zhize.desk.admin.web import wording
from zhize.kernel import access
from zhize.kernel.history.models import Reaction
from zhize.kernel.jobs import capabilities as job_caps
from zhize.kernel.jobs import selectors as jobs
from zhize.kernel.jobs import services as job_services
from zhize.kernel.jobs.models import Job
from zhize.kernel.notices import capabilities as caps
from zhize.kernel.notices import mail_is_configured
from zhize.kernel.notices import selectors as notices
from zhize.kernel.notices import services as notice_services
from zhize.kernel.notices.models import Channel, Delivery, State
from zhize.lib import clock
from zhize.ui import words

SHOWN = 200
"""Reactions on one page."""
STATES = {
    "queued": (_("排队"), "new"),
    "waiting": (_("定时"), "waiting"),
    "running": (_("执行中"), "working"),
    "retrying": (_("等待重试"), "waiting"),
    "succeeded": (_("成功"), "closed"),
    "failed": (_("失败"), "void"),
    "cancelled": (_("已取消"), "void"),
}


def _job_name(row: Job) -> str:
    return wording.job(row.task_name)


def _job_state(row: Job) -> Any:
    return STATES[jobs.state_of(row)][0]


def _job_category(row: Job) -> str:
    return STATES[jobs.state_of(row)][1]


def _later(page: Any) -> Q:
    return Q(scheduled_at__gt=clock.now())


def _retry(*, actor: Any, row: Job) -> Any:
    return job_services.retry(actor=actor, job_id=row.pk)


def _cancel(*, actor: Any, row: Job) -> Any:
    return job_services.cancel(actor=actor, job_id=row.pk)


class JobFilters(ui.Filters):
    q = ui.filters.Search(fields=("task_name", "queue_name"))


class JobList(ui.ListPage):
    """Background jobs: queued, running, failed, retried; and periodic ones that are late."""

    capability = job_caps.VIEW
    title = _("后台任务")
    template = "admin/jobs.html"
    filters = JobFilters
    search_hint = _("任务或队列")
    columns = (
        ui.columns.Link(
            "task", _("任务"), value=_job_name, url="admin:job", sort="task_name", second="task_name"
        ),
        ui.columns.State("state", _("状态"), value=_job_state, category=_job_category),
        ui.columns.Number("attempts", _("次数"), sort=True),
        ui.columns.When("queued_at", _("入队"), sort="pk"),
        ui.columns.When("scheduled_at", _("下次执行"), hidden=True),
        ui.columns.When("changed_at", _("最近变化"), ago=True),
        ui.columns.Text("error", _("错误"), lines=2),
        ui.columns.Code("number", _("编号"), value="pk", hidden=True),
    )
    chips = (
        ui.Chip("undone", _("没做完的"), lambda page: Q(status__in=("todo", "doing", "failed"))),
        ui.Chip("failed", _("失败"), lambda page: Q(status="failed"), tone="red"),
        ui.Chip("retrying", _("等待重试"), lambda page: Q(status="todo", attempts__gt=0), tone="amber"),
        ui.Chip("running", _("执行中"), lambda page: Q(status="doing")),
        ui.Chip("queued", _("排队"), lambda page: Q(status="todo", attempts=0) & ~_later(page)),
        ui.Chip("waiting", _("定时"), lambda page: Q(status="todo", attempts=0) & _later(page)),
        ui.Chip("succeeded", _("成功"), lambda page: Q(status="succeeded")),
    )
    bulk = (
        ui.BulkAction(
            "retry",
            _("重试"),
            _retry,
            job_caps.MANAGE,
            confirm=_("重试选中的 {count} 个任务？"),
            icon="refresh",
        ),
        ui.BulkAction(
            "cancel",
            _("取消"),
            _cancel,
            job_caps.MANAGE,
            confirm=_("取消选中的 {count} 个任务？"),
            icon="x",
            danger=True,
        ),
    )
    default_sort = "-queued_at"
    default_chip = "undone"
    empty = ui.Empty(_("没有任务"), _("发送邮件、计时、生成报表等都在后台执行。"), "activity")

    def rows(self) -> QuerySet[Job]:
        return jobs.jobs(self.actor)

    def acts(self) -> list[ui.Act]:
        return [ui.Act(_("反复失败的后续动作"), reverse("admin:reactions"), icon="exclamation-circle")]

    def extra(self) -> dict[str, Any]:
        return {
            "overview": jobs.overview(),
            "periodic": [(wording.job(row.name), row) for row in jobs.periodic()],
        }


@ui.page(capability=job_caps.VIEW, methods=("GET",))
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job with every failed attempt."""
    row = access.fetch(request.actor, Job, pk)
    state = jobs.state_of(row)
    may = request.actor.may(job_caps.MANAGE)
    values = {
        "title": wording.job(row.task_name),
        "job": row,
        "state": STATES[state][0],
        "category": STATES[state][1],
        "facts": [(_("编号"), row.pk), (_("任务"), row.task_name), (_("队列"), row.queue_name), (_("次数"), row.attempts), (_("下次执行"), row.scheduled_at), (_("参数"), str(row.args))],
        "failures": jobs.failures(row.pk)[:20],
        "may_retry": may and state in {"failed", "retrying"},
        "may_cancel": may and state in {"queued", "waiting", "retrying"},
        "crumbs": [(_("后台任务"), reverse("admin:jobs")), (wording.job(row.task_name), "")],
    }  # fmt: skip
    return ui.render(request, "admin/job.html", values)


@ui.page(capability=job_caps.MANAGE, methods=("POST",))
def retry_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a failed job tried again."""
    job_services.retry(actor=request.actor, job_id=pk)
    return ui.done(request, _("已重新排队。"), to=reverse("admin:job", args=[pk]))


@ui.page(capability=job_caps.MANAGE, methods=("POST",))
def cancel_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a job out of the queue."""
    job_services.cancel(actor=request.actor, job_id=pk)
    return ui.done(request, _("已取消。"), to=reverse("admin:job", args=[pk]))


@ui.page(capability=job_caps.VIEW, methods=("GET",))
def reactions(request: HttpRequest) -> HttpResponse:
    """What should have followed from facts, and fails or was given up."""
    ailing = jobs.failed_reactions()
    rows, count = ailing[:SHOWN], ailing.count()
    values = {
        "title": _("反复失败的后续动作"),
        "rows": rows,
        "cut": _("前 {shown} 个，共 {count} 个").format(shown=SHOWN, count=count) if count > SHOWN else "",
        "given_up": ailing.filter(state=Reaction.FAILED).exists(),
        "may": request.actor.may(job_caps.MANAGE),
        "crumbs": [(_("后台任务"), reverse("admin:jobs")), (_("反复失败的后续动作"), "")],
    }
    return ui.render(request, "admin/reactions.html", values)


@ui.page(capability=job_caps.MANAGE, methods=("POST",))
def retry_reaction(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a reaction run again."""
    services.retry_reaction(actor=request.actor, reaction=reads.reaction(pk))
    return ui.done(request, _("已重新排队。"), to=reverse("admin:reactions"))


@ui.page(capability=job_caps.MANAGE, methods=("POST",))
def retry_reactions(request: HttpRequest) -> HttpResponse:
    """Have all reactions that were given up run again."""
    count = services.retry_reactions(actor=request.actor)
    said = _("已重新排队 {count} 个。").format(count=count)
    return ui.done(request, said, to=reverse("admin:reactions"))


# Messages --------------------------------------------------------------------

DELIVERY_CATEGORY = {
    "queued": "new",
    "sent": "closed",
    "failed": "void",
    "bounced": "void",
    "suppressed": "waiting",
}


class DeliveryFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("channel",)
    q = ui.filters.Search(fields=("address", "title", "template", "message_id"))
    channel = ui.filters.Choice(label=_("方式"), choices=Channel.choices)
    created_at = ui.filters.Period(label=_("日期"))


def _send_again(*, actor: Any, row: Delivery) -> Any:
    return notice_services.retry(actor=actor, delivery=row)


class DeliveryList(ui.ListPage):
    """Every message that left the product, with its fate."""

    capability = caps.DELIVERY_VIEW
    title = _("发送记录")
    filters = DeliveryFilters
    search_hint = _("地址、标题或模板")
    columns = (
        ui.columns.Link("title", _("标题"), url="admin:delivery"),
        ui.columns.Column("channel", _("方式"), value="get_channel_display", sort=True),
        ui.columns.Text("address", _("地址"), sort=True),
        ui.columns.State(
            "state",
            _("状态"),
            value="get_state_display",
            category=lambda row: DELIVERY_CATEGORY.get(row.state, ""),
            sort=True,
        ),
        ui.columns.Number("attempts", _("次数"), sort=True),
        ui.columns.When("created_at", _("时间"), sort="pk"),
        ui.columns.When("sent_at", _("发出"), sort=True, hidden=True),
        ui.columns.Text("error", _("错误"), lines=1),
        ui.columns.Column("template", _("模板"), hidden=True),
    )
    chips = (
        ui.Chip("failed", _("失败"), lambda page: Q(state=State.FAILED), tone="red"),
        ui.Chip("bounced", _("被退回"), lambda page: Q(state=State.BOUNCED), tone="red"),
        ui.Chip("suppressed", _("未发送"), lambda page: Q(state=State.SUPPRESSED), tone="amber"),
        ui.Chip("queued", _("等待发送"), lambda page: Q(state=State.QUEUED)),
        ui.Chip("sent", _("已发送"), lambda page: Q(state=State.SENT)),
    )
    bulk = (
        ui.BulkAction(
            "retry",
            _("重新发送"),
            _send_again,
            caps.DELIVERY_RETRY,
            confirm=_("重新发送选中的 {count} 条？"),
            icon="refresh",
        ),
    )
    default_sort = "-created_at"
    empty = ui.Empty(_("还没有发送过消息"), _("邮件、短信和推送都记在这里。"), "send")
    template = "admin/deliveries.html"

    def rows(self) -> QuerySet[Delivery]:
        return notices.deliveries(self.actor)

    def acts(self) -> list[ui.Act]:
        return [ui.Act(_("停发的地址"), reverse("admin:addresses"), icon="mail-x")]

    def extra(self) -> dict[str, Any]:
        return {"mail_is_configured": mail_is_configured()}


@ui.page(capability=caps.DELIVERY_VIEW, methods=("GET",))
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One message as it was sent."""
    row = access.fetch(request.actor, Delivery, pk)
    values = {
        "title": row.title,
        "delivery": row,
        "state": row.get_state_display(),
        "category": DELIVERY_CATEGORY.get(row.state, ""),
        "subject": notices.subject_of(row),
        "facts": [
            (_("方式"), row.get_channel_display()), (_("地址"), row.address), (_("收件人"), row.person), (_("模板"), row.template),
            (_("次数"), row.attempts), (_("时间"), row.created_at), (_("发出"), row.sent_at), (_("下次执行"), row.next_at),
            (_("错误"), row.error), ("Message-ID", row.message_id),
        ],
        "may_retry": row.state not in {State.QUEUED, State.SENT} and access.allowed(request.actor, caps.DELIVERY_RETRY, row),
        "crumbs": [(_("发送记录"), reverse("admin:deliveries")), (words.in_language(row.title), "")],
    }  # fmt: skip
    return ui.render(request, "admin/delivery.html", values)


@ui.page(capability=caps.DELIVERY_RETRY, methods=("POST",))
def retry_delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message again."""
    row = access.fetch(request.actor, Delivery, pk, caps.DELIVERY_RETRY)
    notice_services.retry(actor=request.actor, delivery=row)
    return ui.done(request, _("已重新排队。"), to=reverse("admin:delivery", args=[pk]))


@ui.page(capability=caps.DELIVERY_VIEW, methods=("GET",))
def addresses(request: HttpRequest) -> HttpResponse:
    """Addresses that bounced for good."""
    values = {
        "title": _("停发的地址"),
        "rows": notices.dead_addresses(request.actor)[:500],
        "may": request.actor.may(caps.DELIVERY_RETRY),
        "crumbs": [(_("发送记录"), reverse("admin:deliveries")), (_("停发的地址"), "")],
    }
    return ui.render(request, "admin/addresses.html", values)


@ui.page(capability=caps.DELIVERY_RETRY, methods=("POST",))
def clear_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Send to a bounced address again."""
    notice_services.clear_address(actor=request.actor, row=notices.dead_address(request.actor, pk))
    return ui.done(request, _("已恢复发送。"), to=reverse("admin:addresses"))

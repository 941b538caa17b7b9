"""消息: what I was told, the unread first, with what still wants to be acknowledged."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.duties import subjects as duties
from zhize.kernel.db import NotFound
from zhize.kernel.notices import selectors, services
from zhize.kernel.notices.models import Notice
from zhize.ui import columns, links

# The bell of the frame listens to this.
CHANGED = ("notices-changed",)
UNREAD = Q(read_at__isnull=True)
TO_ACKNOWLEDGE = Q(needs_ack=True, ack_at__isnull=True)


def _state(row: Notice) -> Any:
    if row.needs_ack and row.ack_at is None:
        return _("待确认")
    if row.ack_at is not None:
        return _("已确认")
    return _("已读") if row.read_at else _("未读")


def _category(row: Notice) -> str:
    if row.needs_ack and row.ack_at is None:
        return "waiting"
    return "closed" if row.read_at else "new"


class NoticeFilters(ui.Filters):
    q = ui.filters.Search(fields=("title", "body", "actor_label"))


class NoticeList(ui.ListPage):
    """My notices. Whoever has no person behind the login has none."""

    login = True
    title = _("消息")
    filters = NoticeFilters
    template = "desk/notices.html"
    columns: ClassVar[Any] = (
        columns.Link(
            "title",
            _("消息"),
            url=lambda row: reverse("desk:notice", args=[row.pk]),
            second=lambda row: row.body.partition("\n")[0][:120],
            css="col-wide",
        ),
        columns.State("state", _("状态"), value=_state, category=_category),
        columns.Text("sender", _("来自"), phone="hide"),
        columns.When("created_at", _("时间"), sort=("seen", "-created_at")),
    )
    chips = (
        ui.Chip("unread", _("未读"), lambda page: UNREAD, tone="calm"),
        ui.Chip("acknowledge", _("待我确认"), lambda page: TO_ACKNOWLEDGE, tone="amber"),
        ui.Chip("urgent", _("紧急"), lambda page: Q(urgent=True), tone="red", count=False),
    )
    default_sort = "created_at"
    empty = ui.Empty(_("还没有消息"), _("派给您的工单、到点的提醒和转告会出现在这里。"), "bell")

    def rows(self) -> QuerySet[Notice]:
        seen = ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())
        return selectors.for_person(self.actor).annotate(seen=seen)

    def acts(self) -> list[ui.Act]:
        return [
            ui.Act(_("全部标为已读"), reverse("desk:notices_read"), icon="checks", method="post", key="a"),
            ui.Act(_("通知设置"), reverse("accounts:notifications"), icon="settings", drawer=True),
        ]

    def row_acts(self, row: Any) -> list[ui.Act]:
        if row.needs_ack and row.ack_at is None:
            url = reverse("desk:notice_acknowledge", args=[row.pk])
            return [ui.Act(_("确认收到"), url, method="post", primary=True)]
        if row.read_at is None:
            return [ui.Act(_("标为已读"), reverse("desk:notice_read", args=[row.pk]), method="post")]
        return []

    def row_class(self, row: Any) -> str:
        return "" if row.read_at else "is-unread"


def _mine(request: HttpRequest, pk: int) -> Notice:
    """One of my notices; those of others do not exist for me."""
    found = selectors.for_person(request.actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _address(row: Any) -> str:
    """Where what a notice is about is shown: as links know it, else as duties do."""
    if row is None:
        return ""
    known = duties.known(row._meta.label_lower)
    return links.url_of(row) or (known.url(row) if known else "")


@ui.page(login=True)
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: opening it is reading it. What it is about is one click away."""
    row = services.read(actor=request.actor, notice=_mine(request, pk))
    about = _address(selectors.subject_of(row))
    context = {
        "title": row.title,
        "notice": row,
        "about": about,
        "to_acknowledge": row.needs_ack and row.ack_at is None,
        "crumbs": [(_("消息"), reverse("desk:notices")), (row.title, "")],
    }
    return ui.render(request, "desk/notice.html", context)


@ui.page(login=True, methods=("POST",))
def read(request: HttpRequest, pk: int) -> HttpResponse:
    services.read(actor=request.actor, notice=_mine(request, pk))
    return ui.done(request, _("已标为已读。"), to=reverse("desk:notices"), events=CHANGED)


@ui.page(login=True, methods=("POST",))
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """I confirm to have got it."""
    services.acknowledge(actor=request.actor, notice=_mine(request, pk))
    return ui.done(request, _("已确认收到。"), to=reverse("desk:notices"), events=CHANGED)


@ui.page(login=True, methods=("POST",))
def read_all(request: HttpRequest) -> HttpResponse:
    """All but those that still want an acknowledgement."""
    number = services.read_all(actor=request.actor)
    said = _("%(count)d 条消息已标为已读。") % {"count": number} if number else _("没有可标为已读的消息。")
    return ui.done(request, said, to=reverse("desk:notices"), events=CHANGED)

"""What customers' pages show: the open form of a department, and a matter without anything internal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import Channel, MessageKind
from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import details, types
from zhize.domains.channels.models import Line
from zhize.domains.channels.selectors import progress as progress_codes
from zhize.kernel import files
from zhize.kernel.access import Actor
from zhize.kernel.db import NotFound
from zhize.kernel.files.models import Attachment, Blob
from zhize.kernel.flow import Category
from zhize.kernel.org.models import Unit
from zhize.lib.text import Text


def department(code: str) -> Unit:
    """The department that this form belongs to. Raises NotFound, also when nothing can be submitted to it."""
    unit = Unit.objects.filter(code__iexact=code, active=True).first()
    if unit is None or not offered_types():
        raise NotFound
    return unit


def line_of(unit: Unit) -> Line | None:
    """The department's web form as a way in, where one is set up: it can be paused."""
    return Line.objects.filter(unit=unit, kind=Channel.WEB).order_by("-active", "pk").first()


def offered_types() -> list[Any]:
    """Case types that customers may fill in by themselves."""
    return [spec for spec in types.case_types() if spec.portal and Channel.WEB in spec.channels]


def blobs(ids: list[int]) -> list[Blob]:
    """Stored contents by id, in the given order; those that are gone are left out."""
    found = Blob.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


@dataclass(frozen=True)
class Said:
    """One public message."""

    mine: bool
    who: Any
    at: datetime
    body: str
    files: list[Attachment]


@dataclass(frozen=True)
class Matter:
    """A matter as its customer sees it."""

    number: str
    title: str
    type: Text
    unit: Unit
    received_at: datetime
    state: Any
    explained: Any
    steps: list[dict[str, Any]]
    messages: list[Said]
    files: list[Attachment]
    ended: bool
    may_write: bool


STATES: dict[str, tuple[Any, Any]] = {
    "unverified": (_("已收到，等待核实"), _("我们会先核实情况，再安排专人处理。")),
    Category.NEW: (_("已受理"), _("已经登记并安排人员，马上开始处理。")),
    Category.WORKING: (_("正在处理"), _("负责人正在处理。")),
    Category.WAITING: (_("处理中，暂时等待"), _("正在等待配件、约定的时间或其他单位，之后继续处理。")),
    Category.RESOLVED: (_("已有结果"), _("事情已有处理结果，我们会与您联系确认。")),
    Category.CLOSED: (_("已办结"), _("这件事已经办结。如果还有问题，可以在下面留言。")),
    Category.VOID: (_("已撤销"), _("这件事没有继续办理。如有疑问请致电服务中心。")),
}


def case_of(code: str) -> Case:
    """The case behind a progress code. Raises NotFound."""
    case = progress_codes.case_by_code(code)
    if case is None:
        raise NotFound
    return case


def matter(actor: Actor, case: Case) -> Matter:
    """Everything the customer's page shows: only what was said to and by him, and the state in plain words."""
    waits = case.spec.unverified is not None and case.state == case.spec.unverified
    state, explained = STATES["unverified" if waits else Category(case.category)]
    lines = details.timeline(case, actor)
    return Matter(
        number=case.number,
        title=case.title,
        type=types.type_label(case.type_code, case.release_id),
        unit=case.unit,
        received_at=case.accepted_at,
        state=state,
        explained=explained,
        steps=_steps(case, waits),
        messages=[_said(line, case) for line in lines if line.message is not None],
        files=[row for row in files.for_subject(case) if row.visible_to_customer],
        ended=case.is_ended,
        may_write=case.category != Category.VOID and case.merged_into_id is None,
    )


def _said(line: Any, case: Case) -> Said:
    mine = line.message.kind == MessageKind.FROM_CUSTOMER
    shown = [row for row in line.attachments if row.visible_to_customer]
    return Said(mine, _("您") if mine else str(case.unit), line.at, line.message.body, shown)


def _steps(case: Case, waits: bool) -> list[dict[str, Any]]:
    """Received, accepted, worked on, answered, ended: what is done, what is now, what is to come."""
    if case.category == Category.VOID:
        return []
    reached = {
        Category.NEW: 2,
        Category.WORKING: 2,
        Category.WAITING: 2,
        Category.RESOLVED: 4,
        Category.CLOSED: 5,
    }
    now = 1 if waits else reached[Category(case.category)]
    told: tuple[tuple[Any, datetime | None], ...] = (
        (_("收到"), case.accepted_at),
        (_("核实受理"), case.verified_at or (None if waits else case.accepted_at)),
        (_("处理"), None),
        (_("有结果"), case.answered_at),
        (_("办结"), case.closed_at),
    )
    return [
        {
            "label": label,
            "state": "done" if place < now else "now" if place == now else "next",
            "at": at if place < now else None,
        }
        for place, (label, at) in enumerate(told)
    ]


def public_file(actor: Actor, case: Case, pk: int) -> Attachment:
    """A file that the customer may have: of the case or of a public message of it. Raises NotFound."""
    shown = matter(actor, case)
    for row in [*shown.files, *(one for said in shown.messages for one in said.files)]:
        if row.pk == pk and row.blob is not None:
            return row
    raise NotFound

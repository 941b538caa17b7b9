"""The sheets of handing over as they are printed and filed: the shift log, the handover list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhize.domains.shifts import selectors
from zhize.domains.shifts.models import ShiftLog, Takeover, TakeoverLine
from zhize.domains.shifts.selectors.handover import Items, Party
from zhize.kernel.documents.sheet import Column, Facts, Paragraphs, Sheet, Signatures, Table
from zhize.lib import clock
from zhize.lib.text import Text

MOMENT = "%Y-%m-%d %H:%M"


def moment(said: str | None) -> datetime | None:
    """A moment out of a log's items."""
    return datetime.fromisoformat(said) if said else None


def _local(at: datetime | None, zone: str) -> str:
    return at.astimezone(clock.zone(zone)).strftime(MOMENT) if at is not None else ""


def texts(log: ShiftLog) -> list[tuple[str, str]]:
    """The headings of a log with what was written under each."""
    return [
        (_("突发情况"), log.incidents),
        (_("系统和设备状况"), log.system_state),
        (_("注意事项"), log.notices),
        (_("其他说明"), log.notes),
    ]


def log_lines(log: ShiftLog) -> list[dict[str, Any]]:
    """The two signatures of a log, for the screen."""
    signed = selectors.signatures(log)
    sides = ((_("交班人"), log.outgoing, log.handed_at), (_("接班人"), log.incoming, log.taken_at))
    return [
        {
            "role": role,
            "name": str(person or ""),
            "at": at,
            "image": signed.get(person.pk) if person is not None and at is not None else "",
        }
        for role, person, at in sides
    ]


def not_shown(count: int) -> str:
    """That the log lists more than the reader may see."""
    return _("另有 %(n)s 件您无权查看") % {"n": count}


def log_sheet(log: ShiftLog, items: Items) -> Sheet:
    """The log as a printed page."""
    zone = log.unit.timezone
    facts = Facts(
        (
            (_("班次"), log.name),
            (_("开始"), _local(log.from_at, zone)),
            (_("交班人"), str(log.outgoing)),
            (_("交班时间"), _local(log.handed_at, zone)),
            (_("接班人"), str(log.incoming or "")),
            (_("接班时间"), _local(log.taken_at, zone)),
        )
    )
    rows = tuple(
        (row["number"], str(_said(row["title"])), row["who"], _local(moment(row["due"]), zone))
        for row in items.rows
    )
    # What it is about gets the room; the others are as wide as what stands in them.
    columns = (
        Column(_("编号"), width=0),
        Column(_("事项")),
        Column(_("办理人"), width=0),
        Column(_("到期"), width=0),
    )
    table = Table(
        columns, rows, heading=_("未结工单和事项（%(n)s 件）") % {"n": items.count}, empty=_("没有")
    )
    more = (Paragraphs((not_shown(items.hidden),)),) if items.hidden else ()
    written = tuple(Paragraphs((text or _("没有"),), heading=heading) for heading, text in texts(log))
    remark = (Paragraphs((log.remark,), heading=_("接班意见")),) if log.remark else ()
    signed = Signatures(
        (
            (_("交班人"), str(log.outgoing), _local(log.handed_at, zone)),
            (_("接班人"), str(log.incoming or ""), _local(log.taken_at, zone)),
        )
    )
    return Sheet(
        title=_("交接班日志"),
        unit=str(log.unit),
        blocks=(facts, table, *more, *written, *remark, signed),
        footer=_printed(),
    )


def takeover_lines(row: Takeover, parties: Iterable[Party]) -> list[dict[str, Any]]:
    """Who is to sign and who has, for the screen."""
    signed = selectors.signatures(row)
    return [
        {
            "role": _("交出人") if party.role == "giver" else _("接手人"),
            "name": str(party.person),
            "at": party.at,
            "image": signed.get(party.person.pk) if party.at is not None else "",
            "signed": party.at is not None,
            "count": party.count,
        }
        for party in parties
    ]


def takeover_sheet(row: Takeover, lines: Iterable[TakeoverLine], parties: Iterable[Party]) -> Sheet:
    """The list as a printed page."""
    zone = row.unit.timezone
    facts = Facts(
        (
            (_("交出人"), str(row.giver)),
            (_("岗位"), str(row.position or "")),
            (_("交接日期"), row.on.isoformat()),
            (_("交接原因"), row.reason),
        )
    )
    rows = tuple(
        (
            str(number),
            _said(line.obligation.name.as_dict()),
            _said(line.matter.as_dict()),
            _local(line.obligation.due_at, zone),
            str(line.elsewhere or line.taker or ""),
            _local(line.moved_at, zone),
        )
        for number, line in enumerate(lines, start=1)
    )
    columns = (
        Column(_("序号"), width=0),
        Column(_("事项")),
        Column(_("关于")),
        Column(_("到期"), width=0),
        Column(_("接手人"), width=0),
        Column(_("移交时间"), width=0),
    )
    signed = Signatures(
        tuple(
            (
                _("交出人") if party.role == "giver" else _("接手人"),
                str(party.person),
                _local(party.at, zone),
            )
            for party in parties
        )
    )
    return Sheet(
        title=_("岗位交接清单"),
        unit=str(row.unit),
        blocks=(facts, Table(columns, rows, heading=_("没办完的事项")), signed),
        footer=_printed(),
    )


def _said(title: Mapping[str, str]) -> str:
    return Text.of(title).in_language(get_language() or "zh-hans")


def _printed() -> str:
    return _("打印时间 %(at)s") % {"at": clock.now().astimezone(clock.zone()).strftime(MOMENT)}

"""Made-up content for the gallery. Nothing of it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhize.kernel.access.models import Grant
from zhize.lib import clock
from zhize.lib.text import Text
from zhize.ui import selectors

STATES = (
    ("new", Text("待受理", "To accept")),
    ("working", Text("处理中", "In progress")),
    ("waiting", Text("待配件", "Awaiting parts")),
    ("resolved", Text("待回访", "Awaiting callback")),
    ("closed", Text("已关闭", "Closed")),
    ("void", Text("已作废", "Void")),
)
PEOPLE = (Text("陈静", "Chen Jing"), Text("赵云", "Zhao Yun"), Text("何伟", "He Wei"), Text("孙丽", "Sun Li"))
CUSTOMERS = ("张建国", "李桂芳", "王志强", "刘洋", "陈秀英", "杨帆", "黄海涛")
TAGS = (Text("重复投诉", "Repeat complaint"), Text("老人", "Elderly"))
TITLES = (
    Text("电梯异响，晚上更明显", "Lift makes noise, worse at night"),
    Text("3栋2单元门禁坏了，进不去", "Entrance lock of 3-2 broken"),
    Text(
        "楼上漏水，客厅天花板已经发霉，请尽快安排人来看",
        "Water from above, the ceiling is mouldy, please come soon",
    ),
    Text("咨询车位续费", "Question on parking renewal"),
    Text("装修噪音周末扰民", "Renovation noise at weekend"),
)


def rows() -> QuerySet[Grant]:
    """Rows that every installation has, for a list to stand on."""
    return selectors.any_rows()


def title(number: int) -> Text:
    return TITLES[number % len(TITLES)]


def due_at(row: Any) -> datetime:
    return clock.now() + timedelta(minutes=(row.pk - 3) * 97)


def stopped_at(row: Any) -> datetime | None:
    if row.pk % 6 == 4:
        return due_at(row) - timedelta(minutes=12)
    return (
        due_at(row) + timedelta(hours=2)
        if row.pk % 6 == 5 and due_at(row) < clock.now() - timedelta(hours=3)
        else None
    )


@dataclass(frozen=True)
class SampleEntry:
    """Looks like a history entry."""

    text: str
    at: datetime
    note: str = ""
    on_behalf_of: str = ""

    @property
    def on_behalf_of_id(self) -> int | None:
        return 1 if self.on_behalf_of else None

    @property
    def sentence(self) -> str:
        return self.text


@dataclass(frozen=True)
class SampleOffer:
    """Looks like an offer of kernel.flow."""

    verb: str
    label: Text
    enabled: bool = True
    reason: str = ""
    primary: bool = False


def everything(request: HttpRequest) -> dict[str, Any]:
    """All values of the gallery page."""
    now = clock.now()
    return {
        "title": _("界面组件"),
        "customer": "张建国",
        "handler": PEOPLE[0],
        "times": _times(now),
        "states": [{"category": code, "label": label} for code, label in STATES],
        "entries": _entries(now),
        "offers": _offers(),
        "facts": _facts(now),
        "crumbs": [(_("工单"), "/ui/gallery/list/"), ("TS-20261122-0041", None)],
        "tabs": _tabs(),
        "steps": _steps(now),
        "chips": _chips(),
        "heat_columns": [str(day) for day in range(1, 15)],
        "heat_rows": _heat(),
        "chart": _chart(),
        "table_rows": list(zip(_months(), (34, 41, 28, 39, 52, 47), (30, 38, 27, 33, 44, 45), strict=True)),
        "signature_lines": _signatures(now),
        "files": _files(now),
    }


def _times(now: datetime) -> list[dict[str, Any]]:
    return [
        {"due": now + timedelta(days=2, hours=4)},
        {"due": now + timedelta(hours=3, minutes=20)},
        {"due": now + timedelta(minutes=42)},
        {"due": now - timedelta(minutes=42)},
        {"due": now - timedelta(days=1, hours=3)},
        {"due": now, "stopped": now - timedelta(hours=1)},
        {"due": now - timedelta(hours=5), "stopped": now - timedelta(hours=1)},
    ]


def _entries(now: datetime) -> list[SampleEntry]:
    return [
        SampleEntry(_("何伟接手处理"), now - timedelta(minutes=12)),
        SampleEntry(
            _("陈静请工程部协办，限 12:00 前"),
            now - timedelta(hours=1),
            _("客户说夜里声音特别大，请带上测声仪。"),
        ),
        SampleEntry(_("陈静接手处理"), now - timedelta(hours=2), on_behalf_of=_("赵云")),
        SampleEntry(_("李敏受理了来电"), now - timedelta(days=1, hours=2)),
    ]


def _offers() -> list[SampleOffer]:
    return [
        SampleOffer("answer", Text("答复", "Answer"), primary=True),
        SampleOffer("assign", Text("派给…", "Assign…")),
        SampleOffer("pause", Text("暂停", "Pause")),
        SampleOffer("close", Text("关闭", "Close"), False, _("还没有回访，不能关闭。")),
    ]


def _facts(now: datetime) -> list[tuple[str, Any]]:
    return [
        (_("客户"), "张建国"),
        (_("住址"), "碧水园 3-2-301"),
        (_("来源"), _("电话")),
        (_("受理人"), "李敏"),
        (_("受理时间"), now - timedelta(hours=26)),
        (_("合同"), None),
    ]


def _tabs() -> list[dict[str, Any]]:
    return [
        {"label": _("客户消息"), "url": "?tab=messages", "current": True, "count": 3},
        {"label": _("内部备注"), "url": "?tab=notes", "count": 1},
        {"label": _("承诺"), "url": "?tab=promises"},
        {"label": _("附件"), "url": "?tab=files", "count": 2},
        {"label": _("历史"), "url": "?tab=history"},
    ]


def _steps(now: datetime) -> list[dict[str, Any]]:
    return [
        {"label": _("受理"), "state": "done", "at": now - timedelta(hours=26)},
        {"label": _("派单"), "state": "done", "at": now - timedelta(hours=25)},
        {"label": _("处理"), "state": "now"},
        {"label": _("回访"), "state": "next"},
        {"label": _("关闭"), "state": "next"},
    ]


def _chips() -> list[dict[str, Any]]:
    return [
        {"label": _("已超时"), "url": "?c=1", "count": 2, "tone": "red"},
        {"label": _("现在"), "url": "?c=2", "count": 3, "tone": "amber", "current": True},
        {"label": _("今天稍后"), "url": "?c=3", "count": 9},
        {"label": _("本周"), "url": "?c=4", "count": 14},
    ]


def _heat() -> list[dict[str, Any]]:
    fills = (
        "ok",
        "ok",
        "late",
        "ok",
        "missed",
        "ok",
        "excused",
        "ok",
        "ok",
        "none",
        "ok",
        "late",
        "ok",
        "ok",
    )
    names = (_("前台接待员"), _("客户大使"), _("投诉专员"), _("资料管理员"))
    return [
        {
            "label": name,
            "url": "#",
            "cells": [
                {
                    "fill": fill,
                    "owed": 0 if fill == "none" else 4 + turn,
                    "done": 4 + turn - (fill in ("late", "missed")),
                    "url": "#",
                    "title": name,
                }
                for fill in fills[turn:] + fills[:turn]
            ],
        }
        for turn, name in enumerate(names)
    ]


def _months() -> list[str]:
    return [_("6月"), _("7月"), _("8月"), _("9月"), _("10月"), _("11月")]


def _chart() -> dict[str, Any]:
    return {
        "xAxis": {"type": "category", "data": _months()},
        "yAxis": {"type": "value"},
        "series": [
            {"type": "bar", "name": _("投诉"), "data": [34, 41, 28, 39, 52, 47]},
            {"type": "line", "name": _("按时答复"), "data": [30, 38, 27, 33, 44, 45]},
        ],
    }


def _signatures(now: datetime) -> list[dict[str, Any]]:
    return [
        {"role": _("编制"), "name": "孙丽", "at": now},
        {"role": _("审核"), "name": "王芳", "at": None},
        {"role": _("批准"), "name": "", "at": None},
    ]


def _files(now: datetime) -> list[dict[str, Any]]:
    return [
        {"name": "现场照片.jpg", "url": "#", "size": 482_113, "at": now - timedelta(hours=3), "who": "何伟"},
        {"name": "维修确认单.pdf", "url": "#", "size": 91_204, "at": now - timedelta(hours=1), "who": "陈静"},
    ]

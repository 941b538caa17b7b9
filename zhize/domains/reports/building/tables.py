"""Blocks that list rows: cases, callbacks, supervision, opinions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Avg, Count, F, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhize.domains.cases import measures as of_cases
from zhize.domains.cases.kinds import ANSWER
from zhize.domains.cases.models import Case, WorkSheet
from zhize.domains.cases.selectors import types
from zhize.domains.duties.models import Escalation, Obligation
from zhize.domains.reports.building.figures import Block, cell, column
from zhize.domains.reports.building.links import drill
from zhize.domains.reports.building.making import Making, said
from zhize.domains.reports.pack import CallbacksBlock, CasesBlock, OpinionsBlock, SupervisionBlock
from zhize.domains.visits.models import Callback, Opinion
from zhize.kernel import measures, packs
from zhize.kernel.db import known
from zhize.kernel.history.models import Entry
from zhize.lib import clock

HEADS: dict[str, Any] = {
    "number": lambda: _("编号"), "opened_at": lambda: _("受理时间"), "customer": lambda: _("客户"),
    "premises": lambda: _("地点"), "type": lambda: _("类型"), "subtype": lambda: _("分类"), "title": lambda: _("事由"),
    "description": lambda: _("内容"), "channel": lambda: _("来源"), "severity": lambda: _("紧急程度"),
    "owner": lambda: _("处理人"), "co_units": lambda: _("协办部门"), "state": lambda: _("状态"),
    "age": lambda: _("已历时"), "due_at": lambda: _("时限"), "answered_at": lambda: _("答复时间"),
    "closed_at": lambda: _("关闭时间"), "late": lambda: _("超时"), "cause": lambda: _("原因"),
    "solution": lambda: _("处理情况与答复"), "callback": lambda: _("回访"), "next_action": lambda: _("下一步"),
    "reopened": lambda: _("重开次数"), "repeated": lambda: _("重复"), "rating": lambda: _("满意度"),
    "delay_reason": lambda: _("延时原因"),
}  # fmt: skip
# What a class of columns takes of the free width; those not named here take one share.
WIDE = {
    "title": 2.0, "description": 3.0, "solution": 2.0, "delay_reason": 2.0, "next_action": 1.4, "number": 0.0,
}  # fmt: skip

# What reads badly when it is broken.
WHOLE = frozenset(
    {"number", "opened_at", "customer", "owner", "state", "age", "due_at", "answered_at", "closed_at"}
)
FIGURES = frozenset({"reopened", "rating"})

WHICH = {
    "opened": "case.opened", "closed": "case.closed", "open": "case.open", "late": "case.late",
    "reopened": "case.reopened", "repeated": "case.repeated", "major": "case.major",
}  # fmt: skip


def cases(making: Making, block: CasesBlock) -> Block:
    """The cases behind a figure, line by line, each opening its case; of very many the first, with a way to all."""
    rows, number, url = _cases(making, block)
    actions = _next_actions(rows) if "next_action" in block.columns else {}
    limits = _limits(rows) if "due_at" in block.columns else {}
    lines = []
    for case in rows:
        moments = _moments(case, making, limits.get(case.pk))
        cells = [
            cell(f"{moments[name]:%m-%d %H:%M}", at=moments[name])
            if name in moments
            else cell(_column(name, case, making, actions))
            for name in block.columns
        ]
        link = block.columns.index("number") if "number" in block.columns else 0
        cells[link]["url"] = reverse("cases:detail", args=[case.number])
        lines.append(cells)
    # Once the period is over its list and the state of now may differ, so the head says so.
    over = making.scope.until <= clock.now()
    columns = [
        column(
            _("编制时状态") if over and name == "state" else HEADS[name](),
            "right" if name in FIGURES else "left",
            WIDE.get(name, 1),
            whole=name in WHOLE,
        )
        for name in block.columns
    ]
    made = {
        "kind": "table", "title": f"{said(block.title)}（{number}）" if _chinese() else f"{said(block.title)} ({number})",
        "columns": columns, "rows": lines, "totals": [], "chart": None,
    }  # fmt: skip
    if number > len(lines):
        values = {"all": number, "n": len(lines), "rest": number - len(lines)}
        words = _("共 %(all)d 件，这里列出最早受理的 %(n)d 件。")
        if not url:
            words = _("共 %(all)d 件，这里列出最早受理的 %(n)d 件，其余 %(rest)d 件没有列出。")
        made |= {"note": words % values, "more": url}
    return made


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def _cases(making: Making, block: CasesBlock) -> tuple[list[Case], int, str]:
    """The cases to be listed, how many there are in all, and where they all stand."""
    url = ""
    if block.which == "touched":
        every = making.scope.narrow(of_cases.counted(), at="last_activity_at")
    else:
        every = measures.get(WHICH[block.which]).function(making.scope).rows
    # Keys first: only the listed ones are joined to what stands beside them.
    keys = list(every.order_by("accepted_at", "pk").values_list("pk", flat=True)[: making.listed + 1])
    number = len(keys)
    if number > making.listed and block.which == "touched":
        number = every.count()
    elif number > making.listed:
        result = making.value(WHICH[block.which])
        number, url = int(result.value or 0), drill(result, making.unit)
    rows = Case.objects.filter(pk__in=keys[: making.listed])
    rows = known.beside(rows.select_related("customer", "premises").defer("answers"), "owner", "unit")
    if "co_units" in block.columns:
        rows = rows.prefetch_related(Prefetch("worksheets", WorkSheet.objects.select_related("unit")))
    if "callback" in block.columns:
        rows = rows.prefetch_related("callbacks")
    if "delay_reason" in block.columns:
        rows = rows.prefetch_related("delays")
    return list(rows.order_by("accepted_at", "pk")), number, url


def _next_actions(rows: list[Case]) -> dict[int, str]:
    """For each open case what is owed next, its callbacks and work sheets included."""
    keys = [row.pk for row in rows]
    owed = Obligation.objects.filter(
        Q(subject_type="cases.case", subject_id__in=keys) | Q(about_type="cases.case", about_id__in=keys),
        ended_at__isnull=True,
    ).order_by(F("due_at").asc(nulls_last=True), "pk")
    found: dict[int, str] = {}
    for row in owed:
        of_case = row.subject_id if row.subject_type == "cases.case" else row.about_id
        found.setdefault(int(of_case or 0), said(row.name))
    return found


def _when(value: datetime | None, making: Making) -> str:
    return value.astimezone(clock.zone(making.unit.timezone)).strftime("%m-%d %H:%M") if value else ""


def _moments(case: Case, making: Making, limit: datetime | None) -> dict[str, datetime]:
    """The moments that cells of a case show, in local time."""
    found = {
        "opened_at": case.accepted_at,
        "due_at": limit or case.next_due_at,
        "answered_at": case.answered_at,
        "closed_at": case.closed_at,
    }
    zone = clock.zone(making.unit.timezone)
    return {name: value.astimezone(zone) for name, value in found.items() if value is not None}


def _limits(rows: list[Case]) -> dict[int, datetime]:
    """By when each case's customer was or is owed the answer, in its latest round; promises are no limits."""
    owed = Obligation.objects.filter(
        subject_type="cases.case",
        subject_id__in=[row.pk for row in rows],
        duty_version__rule__deadline=ANSWER,
        due_at__isnull=False,
    ).exclude(state="cancelled")
    return {
        row.subject_id: row.due_at
        for row in owed.order_by("opened_at", "pk").only("subject_id", "due_at")
        if row.subject_id is not None and row.due_at is not None
    }


def _age(case: Case, making: Making) -> str:
    """How old the case was at its end, or at the end of the period (now, while the period still runs)."""
    until = min(making.scope.until, clock.now())
    end = case.closed_at if case.closed_at and case.closed_at < until else until
    days = (end - case.accepted_at).total_seconds() / 86400
    return _("%(days).1f 天") % {"days": days}


def _next_action(case: Case, making: Making, actions: dict[int, str]) -> str:
    """What is owed next; where nothing is owed, the move of the lifecycle that comes next, or when it ended."""
    if case.pk in actions:
        return actions[case.pk]
    if case.is_ended:
        return f"{said(case.state_label)} {_when(case.closed_at, making)}".strip()
    moves = [move for move in case.spec.moves if case.state in move.sources]
    return said(next((move.label for move in moves if move.primary), moves[0].label)) if moves else ""


PLAIN: dict[str, Callable[[Case], Any]] = {
    # A moment that the case does not have.
    **dict.fromkeys(("opened_at", "due_at", "answered_at", "closed_at"), lambda case: ""),
    "number": lambda case: case.number,
    "customer": lambda case: case.who,
    "premises": lambda case: case.premises or "",
    "type": lambda case: said(types.type_label(case.type_code, case.release_id)),
    "subtype": lambda case: (
        said(types.subtype_label(case.type_code, case.subtype, case.release_id)) if case.subtype else ""
    ),
    "title": lambda case: case.title,
    "description": lambda case: case.description,
    "channel": lambda case: case.get_channel_display(),
    "severity": lambda case: case.get_severity_display(),
    "owner": lambda case: case.owner or "",
    "co_units": lambda case: "、".join(dict.fromkeys(str(sheet.unit) for sheet in case.worksheets.all())),
    "state": lambda case: said(case.state_label),
    "late": lambda case: _("是") if case.is_late else "",
    "cause": lambda case: (
        said(types.cause_label(case.type_code, case.cause, case.release_id)) if case.cause else ""
    ),
    "solution": lambda case: case.solution,
    "callback": lambda case: _callback(case),
    "reopened": lambda case: case.reopen_count or "",
    "repeated": lambda case: _("是") if case.repeat_of_id or case.repeats_class else "",
    "rating": lambda case: case.satisfaction or "",
    "delay_reason": lambda case: "；".join(dict.fromkeys(_reasons(case))),
}


def _column(name: str, case: Case, making: Making, actions: dict[int, str]) -> str:
    """One cell of a case."""
    if name == "age":
        return _age(case, making)
    if name == "next_action":
        return _next_action(case, making, actions)
    return str(PLAIN[name](case))


def _reasons(case: Case) -> list[str]:
    """Why the case was late, each reason without its full stop, since several stand in one line."""
    return [delay.reason.strip().rstrip("。；;.") for delay in case.delays.all() if delay.reason.strip()]


def _callback(case: Case) -> str:
    found = max(case.callbacks.all(), key=lambda row: row.round, default=None)
    return said(found.state_label) if found is not None else ""


def _visits(making: Making) -> QuerySet[Callback]:
    """Callbacks due in the period about cases the report selects."""
    scope = making.scope
    rows = Callback.objects.filter(
        unit_id__in=scope.unit_ids or (), due_at__gte=scope.since, due_at__lt=scope.until
    )
    for name, values in scope.filters.items():
        path = measures_path(name)
        rows = rows.filter(**{f"case__{path}__in": values})
    return rows.exclude(state="cancelled")


def measures_path(name: str) -> str:
    """The lookup on a case behind a dimension."""
    from zhize.kernel.measures import dimensions

    return dimensions.get(Case, name).path


PEOPLE = {
    "questionnaire": "questionnaire",
    "owner": "caller__name",
    "area": "case__area__name",
    "type": "case__type_code",
}


def callbacks(making: Making, block: CallbacksBlock) -> Block:
    """Callbacks owed in the period: made, in time, reached, satisfied, with problems (VIS-22)."""
    counts = {
        "planned": Count("pk"),
        "done": Count("pk", filter=Q(done_at__isnull=False)),
        "in_time": Count("pk", filter=Q(done_at__lte=F("due_at"))),
        "reached": Count("pk", filter=Q(state="done")),
        "satisfied": Count("pk", filter=Q(satisfied=True)),
        "problem": Count("pk", filter=Q(problem=True)),
        "score": Avg("score"),
    }
    by = PEOPLE[block.by or "owner"]
    groups = list(_visits(making).order_by().values_list(by).annotate(**counts).order_by(by))
    heads = [
        _("应回访"),
        _("已回访"),
        _("按时"),
        _("按时率"),
        _("接通"),
        _("满意"),
        _("有遗留问题"),
        _("平均分"),
    ]
    rows = [
        [cell(group[0] or "—"), *_calls(group[1:], making, group[0] if by == "caller__name" else "")]
        for group in groups
    ]
    sums = [sum(group[at] for group in groups) for at in range(1, 7)]
    totals = [cell(_("合计")), *_calls((*sums, None), making, "")] if groups else []
    return {
        "kind": "table", "title": said(block.title), "chart": None, "rows": rows, "totals": totals,
        "columns": [column(_("回访人") if by == "caller__name" else _("项目")), *(column(head, "right", 0) for head in heads)],
    }  # fmt: skip


def _calls(numbers: Any, making: Making, name: str) -> list[dict[str, str]]:
    planned, done, in_time, reached, satisfied, problem, score = numbers
    url = f"{reverse('visits:list')}?{urlencode({'chip': 'all', 'done_after': making.span.first, 'done_before': making.span.last, **({'q': ''} if name else {})})}"
    rate = f"{in_time / planned * 100:.1f}%" if planned else "—"
    return [
        cell(planned), cell(done, url), cell(in_time), cell(rate), cell(reached), cell(satisfied), cell(problem),
        cell(f"{score:.1f}" if score else ""),
    ]  # fmt: skip


def supervision(making: Making, block: SupervisionBlock) -> Block:
    """What was chased, escalated and sent to departments in the period, and what came back in time."""
    scope = making.scope
    here = scope.narrow(of_cases.counted(), at=None).values("pk")
    chased = Entry.objects.filter(
        verb__in=("case.urged", "worksheet.urged"),
        at__gte=scope.since,
        at__lt=scope.until,
        unit_id__in=scope.unit_ids or (),
    ).count()
    escalated = Escalation.objects.filter(
        at__gte=scope.since,
        at__lt=scope.until,
        obligation__subject_type="cases.case",
        obligation__subject_id__in=here,
    ).aggregate(all=Count("pk"), nobody=Count("pk", filter=Q(nobody=True)))
    sheets = WorkSheet.objects.filter(case__in=here, sent_at__gte=scope.since, sent_at__lt=scope.until)
    groups = list(
        sheets.order_by().values_list("unit", "unit__name").annotate(
            sent=Count("pk"),
            answered=Count("pk", filter=Q(answered_at__isnull=False)),
            in_time=Count("pk", filter=Q(answered_at__lte=F("due_at"))),
        ).order_by("unit__name")
    )  # fmt: skip
    rows = [
        [
            cell(name),
            cell(sent, f"{reverse('cases:worksheets')}?chip=all&unit={pk}"),
            cell(answered),
            cell(in_time),
            cell(f"{in_time / sent * 100:.1f}%"),
        ]
        for pk, name, sent, answered, in_time in groups
    ]
    note = _("催办督办 %(chased)d 次，逐级上报 %(escalated)d 次（其中无人可报 %(nobody)d 次）。") % {
        "chased": chased, "escalated": escalated["all"], "nobody": escalated["nobody"],
    }  # fmt: skip
    heads = [_("发出工作单"), _("已答复"), _("按时答复"), _("按时率")]
    return {
        "kind": "table", "title": said(block.title), "note": note, "chart": None, "rows": rows, "totals": [],
        "columns": [column(_("协办部门")), *(column(head, "right", 0) for head in heads)],
    }  # fmt: skip


def opinions(making: Making, block: OpinionsBlock) -> Block:
    """Opinions heard in the period, with who said them and what came of them (REP-45)."""
    scope = making.scope
    rows = (
        Opinion.objects.filter(
            unit_id__in=scope.unit_ids or (), heard_at__gte=scope.since, heard_at__lt=scope.until
        )
        .select_related("customer", "heard_by", "unit_to")
        .order_by("topic", "heard_at")
    )
    topics = {item.code: said(item.label) for item in packs.listing("opinion_topics")}
    lines = [
        [
            cell(_when(row.heard_at, making)), cell(topics.get(row.topic, row.topic)), cell(row.customer or ""),
            cell(row.text, reverse("visits:opinion", args=[row.pk])), cell(row.heard_by or ""), cell(row.unit_to or ""),
            cell(row.answer or said(row.state_label)),
        ]
        for row in rows
    ]  # fmt: skip
    heads = [
        (_("时间"), 0.0),
        (_("主题"), 0.0),
        (_("客户"), 1.0),
        (_("意见内容"), 2.5),
        (_("听取人"), 0.0),
        (_("转办部门"), 1.0),
        (_("答复"), 1.5),
    ]
    return {
        "kind": "table", "title": said(block.title), "chart": None, "rows": lines, "totals": [],
        "columns": [column(label, "left", width) for label, width in heads],
    }  # fmt: skip


BLOCKS: dict[str, Callable[[Making, Any], Block]] = {
    "cases": cases,
    "callbacks": callbacks,
    "supervision": supervision,
    "opinions": opinions,
}

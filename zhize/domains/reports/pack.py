"""What a pack says about reports: named sheets made of blocks, who makes them, who receives and accepts them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Annotated, Literal, get_args

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints

from zhize.kernel import measures, packs
from zhize.kernel.packs.specs import Code, ConditionSpec, Item, PackText, Positive, Spec, VerbName, site

Period = Literal["day", "week", "month", "quarter", "half_year", "year", "case"]
"""`case`: the report is about one case and has no period."""

Dimension = Literal[
    "type", "nature", "subtype", "cause", "area", "unit", "channel", "severity", "owner", "state", "outcome",
    "customer_kind", "day", "week", "month",
]  # fmt: skip

Columns = Literal[
    "number", "opened_at", "customer", "premises", "type", "subtype", "title", "description", "channel", "severity",
    "owner", "co_units", "state", "age", "due_at", "answered_at", "closed_at", "late", "cause", "solution", "callback",
    "next_action", "reopened", "repeated", "rating", "delay_reason",
]  # fmt: skip


class FiguresBlock(Spec):
    """Named figures side by side, each with the period before if wanted."""

    block: Literal["figures"]
    title: PackText | None = None
    measures: Annotated[tuple[VerbName, ...], Field(min_length=1)]
    compare: bool = False


class BreakdownBlock(Spec):
    """Measures by one dimension, as a table with a chart."""

    block: Literal["breakdown"]
    title: PackText
    measures: Annotated[tuple[VerbName, ...], Field(min_length=1)]
    by: Dimension
    then_by: Dimension | None = None
    chart: Literal["none", "bar", "line", "pie", "pareto"] = "none"
    top: Positive | None = site(None)
    share: bool = False


class TrendBlock(Spec):
    """Measures over the last `periods` periods of the report."""

    block: Literal["trend"]
    title: PackText
    measures: Annotated[tuple[VerbName, ...], Field(min_length=1)]
    by: Literal["day", "week", "month"]
    periods: Positive = site(12)


class BalanceBlock(Spec):
    """Open before + new − cleared = open after 盘点 (REP-02)."""

    block: Literal["balance"]
    title: PackText
    by: Dimension | None = None


class CasesBlock(Spec):
    """The cases behind the figures, line by line."""

    block: Literal["cases"]
    title: PackText
    which: Literal["opened", "closed", "open", "late", "reopened", "repeated", "major", "touched"]
    columns: Annotated[tuple[Columns, ...], Field(min_length=1)]


class CallbacksBlock(Spec):
    """Callbacks of the period: contacted, reached, satisfied, problems."""

    block: Literal["callbacks"]
    title: PackText
    by: Literal["questionnaire", "owner", "area", "type"] | None = None


class SupervisionBlock(Spec):
    """Chasing and escalation of the period: urged, escalated, work sheets sent and answered in time."""

    block: Literal["supervision"]
    title: PackText


class OpinionsBlock(Spec):
    """Opinions heard in the period, by topic, with who said them and what came of them (REP-45)."""

    block: Literal["opinions"]
    title: PackText


class CausesBlock(Spec):
    """Cause classes with their share; the maker adds a measure for each, the receiver decides (REP-46)."""

    block: Literal["causes"]
    title: PackText
    measure: PackText
    decision: PackText


class CaseFactsBlock(Spec):
    """One case: what is known about it, for reports of period `case`."""

    block: Literal["case_facts"]
    title: PackText
    parts: Annotated[
        tuple[Literal["facts", "timeline", "conversation", "work_sheets", "cause", "unit", "files"], ...],
        Field(min_length=1),
    ]


class ContentsBlock(Spec):
    """Other issued reports and the record sheets of the period's cases, bound into one package (REP-09)."""

    block: Literal["contents"]
    title: PackText
    reports: tuple[Code, ...] = ()
    case_sheets: bool = False


class TextBlock(Spec):
    """A text the maker writes; `suggestion` stands there first. A required one must be filled before issue."""

    block: Literal["text"]
    key: Code
    title: PackText
    help: PackText | None = None
    required: bool = False


class SignaturesBlock(Spec):
    """Lines to sign at the end, for these positions."""

    block: Literal["signatures"]
    lines: Annotated[tuple[PackText, ...], Field(min_length=1)]


Block = Annotated[
    FiguresBlock | BreakdownBlock | TrendBlock | BalanceBlock | CasesBlock | CallbacksBlock | SupervisionBlock
    | OpinionsBlock | CausesBlock | CaseFactsBlock | ContentsBlock | TextBlock | SignaturesBlock,
    Field(discriminator="block"),
]  # fmt: skip


class DueSpec(Spec):
    """When the report of a period is due; the day follows §0 (a free day: the working day before)."""

    day: Annotated[int, Field(ge=-1, le=31)] | None = site(None)
    weekday: Literal["mon", "tue", "wed", "thu", "fri"] | None = site(None)
    after_days: Annotated[int, Field(ge=0)] | None = site(None)
    at: time | None = site(None)


class ReportSpec(Item):
    """A named report or form. `selects` narrows the cases it looks at; `week_starts` is the first day of its week."""

    label: PackText
    title: PackText
    form: Annotated[str, StringConstraints(pattern=r"^FRM-\d{3}$")] | None = None
    ref: Annotated[str, StringConstraints(pattern=r"^REP-\d{2}$")] | None = None
    period: Period
    week_starts: Literal["mon", "sat", "sun"] = "mon"
    due: DueSpec | None = None
    maker: Code
    receivers: tuple[Code, ...] = ()
    approver: Code | None = None
    filed_by: Code | None = None
    published: bool = False
    selects: ConditionSpec | None = None
    document_class: Code | None = None
    landscape: bool = False
    blocks: Annotated[tuple[Block, ...], Field(min_length=1)]


def check_reports(pack: packs.Pack) -> Iterator[packs.Problem]:
    """Positions, document classes, measures and bound reports exist; text keys are unique in a report."""
    positions = pack.codes("positions")
    for report in pack.items("reports"):
        where = ("reports", report.code)
        for field in ("maker", "approver", "filed_by"):
            named = getattr(report, field)
            if named is not None and named not in positions:
                yield pack.problem(*where, (field,), _("没有叫“{name}”的岗位。").format(name=named))
        yield from pack.unknown(*where, ("receivers",), report.receivers, positions, _("岗位"))
        if report.document_class is not None and report.document_class not in pack.codes("document_classes"):
            message = _("没有叫“{name}”的文件类别。").format(name=report.document_class)
            yield pack.problem(*where, ("document_class",), message)
        if report.selects is not None and not _selectable(report.selects):
            yield pack.problem(*where, ("selects",), _("报表的筛选只能用 is、in 和 all。"))
        keys: set[str] = set()
        figures = {measure.code for measure in measures.all_measures()}
        for index, block in enumerate(report.blocks):
            place = ("blocks", index)
            named_here = getattr(block, "measures", ())
            yield from pack.unknown(*where, (*place, "measures"), named_here, figures, _("指标"))
            if isinstance(block, ContentsBlock):
                known = pack.codes("reports")
                yield from pack.unknown(*where, (*place, "reports"), block.reports, known, _("报表"))
            if isinstance(block, TextBlock):
                if block.key in keys:
                    yield pack.problem(*where, (*place, "key"), _("“{key}”写了两次。").format(key=block.key))
                keys.add(block.key)


def _selectable(condition: ConditionSpec) -> bool:
    """Whether the selection can be made of a list's filters, so that every figure opens its rows."""
    if condition.all:
        return all(_selectable(part) for part in condition.all)
    return condition.field in get_args(Dimension) and condition.op in {"is", "in"}


packs.section("reports", model=ReportSpec, check=check_reports)

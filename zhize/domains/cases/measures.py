"""The figures that are taken of cases, and by what they can be broken down.

Everything is computed from the moments that a case keeps, so that any period can be computed again (REP-10). Voided
cases count nowhere. A case that was reopened counts as never cleared. Unless said otherwise a figure is of the cases
accepted in the period.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhize.domains.cases.kinds import Channel, Nature, Outcome, Severity
from zhize.domains.cases.models import Case, DelayAudit
from zhize.domains.cases.selectors import types
from zhize.kernel import measures, packs
from zhize.kernel.db import known
from zhize.kernel.flow import Category
from zhize.kernel.measures import Figure, MeasureScope
from zhize.kernel.org.models import Area, Person, Unit
from zhize.lib.text import Text

# Within how many days a case of the same class makes the earlier one "not solved once" (CAS-45).
AGAIN_DAYS = 30

ACCEPTED = {"accepted_after": "{since}", "accepted_before": "{until}", "under": "{units}", "counted": "true"}
CLOSED = {"closed_after": "{since}", "closed_before": "{until}", "under": "{units}", "counted": "true"}


def counted(rows: QuerySet[Case] | None = None) -> QuerySet[Case]:
    """Cases that count, with the department that answers for each: that of the holder's position, else its own."""
    cases = Case.objects.all() if rows is None else rows
    return cases.exclude(category=Category.VOID).annotate(
        department=Coalesce("owner_position__unit_id", F("unit_id"))
    )


def not_closed(moment: Any) -> tuple[Q, Q]:
    """What had not ended at the moment (UTC): it has not to this day, or did so later."""
    return Q(closed_at__isnull=True), Q(closed_at__gte=moment)


def open_at(moment: Any) -> Q:
    """Cases that stood open at the moment (UTC)."""
    still, later = not_closed(moment)
    return Q(accepted_at__lt=moment) & (still | later)


REPEATED = Q(repeat_of__isnull=False) | Q(repeats_class=True)
DECIDED = Q(answered_at__isnull=False) | Q(closed_at__isnull=False) | Q(is_late=True)


def _language() -> str:
    return get_language() or "zh-hans"


def _said(text: Text) -> str:
    return text.in_language(_language())


def _names(model: type[Any]) -> Callable[[Collection[Any]], Mapping[Any, Any]]:
    def named(values: Collection[Any]) -> Mapping[Any, Any]:
        found = known.rows_of(model, {value for value in values if value})
        return {None: _("（无）"), **{pk: str(row) for pk, row in found.items()}}

    return named


def _choices(choices: Any) -> Callable[[Collection[Any]], Mapping[Any, Any]]:
    return lambda values: {"": _("（无）"), **{value: str(label) for value, label in choices.choices}}


def _type_names(values: Collection[Any]) -> Mapping[Any, Any]:
    return {value: _said(types.type_label(value)) for value in values}


def _part_names(part: str) -> Callable[[Collection[Any]], Mapping[Any, Any]]:
    def named(values: Collection[Any]) -> Mapping[Any, Any]:
        found: dict[Any, Any] = {"": _("（未分类）"), None: _("（未分类）")}
        for spec in types.case_types():
            for code, item in getattr(spec, part)().items():
                if code in values:
                    found.setdefault(code, _said(item.label))
        return found

    return named


def _customer_kinds(values: Collection[Any]) -> Mapping[Any, Any]:
    named = {item.code: _said(item.label) for item in packs.listing("customer_kinds")}
    return {None: _("（未登记）"), "": _("（未登记）"), **named}


measures.dimension(Case, "type", zh="类型", en="Type", path="type_code", labels=_type_names)
measures.dimension(Case, "nature", zh="性质", en="Kind of matter", labels=_choices(Nature))
measures.dimension(Case, "subtype", zh="分类", en="Class", labels=_part_names("subtype_codes"))
measures.dimension(Case, "cause", zh="原因", en="Cause", labels=_part_names("cause_codes"))
measures.dimension(Case, "area", zh="责任区域", en="Area", path="area_id", labels=_names(Area))
measures.dimension(Case, "unit", zh="受理部门", en="Unit", path="unit_id", labels=_names(Unit))
measures.dimension(Case, "department", zh="部门", en="Department", path="department", labels=_names(Unit))
measures.dimension(Case, "channel", zh="来源", en="Channel", labels=_choices(Channel))
measures.dimension(Case, "severity", zh="紧急程度", en="Severity", labels=_choices(Severity))
measures.dimension(
    Case, "owner", zh="处理人", en="Person responsible", path="owner_id", labels=_names(Person)
)
measures.dimension(
    Case, "state", zh="状态", en="State", path="category",
    labels=lambda values: {str(code): str(label) for code, label in _categories()},
)  # fmt: skip
measures.dimension(Case, "outcome", zh="处理结果", en="Outcome", labels=_choices(Outcome))
measures.dimension(
    Case,
    "customer_kind",
    zh="客户类别",
    en="Kind of customer",
    path="customer__kind_code",
    labels=_customer_kinds,
)
measures.dimension(DelayAudit, "department", zh="部门", en="Department", path="unit_id", labels=_names(Unit))
measures.dimension(
    DelayAudit, "nature", zh="性质", en="Kind of matter", path="case__nature", labels=_choices(Nature)
)
measures.dimension(DelayAudit, "person", zh="责任人", en="Person", path="person_id", labels=_names(Person))


def _categories() -> Any:
    from zhize.domains.cases.filters import CATEGORIES

    return CATEGORIES


def accepted(scope: MeasureScope) -> QuerySet[Case]:
    """The cases accepted in the scope."""
    return scope.narrow(counted(), at="accepted_at")


@measures.measure("case.opened", zh="新增", en="New", unit="件", drill=("cases:list", ACCEPTED))
def opened(scope: MeasureScope) -> Figure:
    """Accepted in the period."""
    return measures.count(accepted(scope), at="accepted_at")


@measures.measure(
    "case.closed", zh="消项", en="Cleared", unit="件", direction="up", drill=("cases:list", CLOSED)
)
def closed(scope: MeasureScope) -> Figure:
    """Closed in the period and not reopened since."""
    return measures.count(scope.narrow(counted(), at="closed_at"), at="closed_at")


@measures.measure(
    "case.open", zh="未结", en="Open", unit="件", direction="down", stock=True,
    drill=("cases:list", {"open_at": "{until}", "under": "{units}", "counted": "true"}),
)  # fmt: skip
def still_open(scope: MeasureScope) -> Figure:
    """Open at the end of the period."""
    rows = scope.narrow(counted().filter(accepted_at__lt=scope.until), at=None)
    return measures.count(rows, either=not_closed(scope.until))


@measures.measure(
    "case.late",
    zh="延时",
    en="Overdue",
    unit="件",
    direction="down",
    drill=("cases:list", {**ACCEPTED, "was_late": "true"}),
)
def late(scope: MeasureScope) -> Figure:
    """Accepted in the period and over a limit at any time since (CAS-18)."""
    return measures.count(accepted(scope), among=Q(is_late=True), at="accepted_at")


@measures.measure(
    "case.late_rate",
    zh="延时率",
    en="Overdue share",
    unit="%",
    direction="down",
    drill=("cases:list", ACCEPTED),
)
def late_rate(scope: MeasureScope) -> Figure:
    """Overdue ÷ accepted."""
    return measures.ratio(accepted(scope), Q(is_late=True), at="accepted_at")


@measures.measure(
    "case.in_time_rate", zh="及时率", en="In time", unit="%", direction="up",
    drill=("cases:list", {**ACCEPTED, "decided": "true"}),
)  # fmt: skip
def in_time_rate(scope: MeasureScope) -> Figure:
    """Never over a limit ÷ answered or over a limit: what is still within its time is not judged yet."""
    return measures.ratio(accepted(scope), Q(is_late=False), among=DECIDED, at="accepted_at")


@measures.measure(
    "case.reopened", zh="重开", en="Reopened", unit="件", direction="down",
    drill=("cases:list", {**ACCEPTED, "reopened": "true"}),
)  # fmt: skip
def reopened(scope: MeasureScope) -> Figure:
    """Accepted in the period and reopened at least once (CAS-45)."""
    return measures.count(accepted(scope), among=Q(reopen_count__gt=0), at="accepted_at")


@measures.measure(
    "case.repeated", zh="重复", en="Repeated", unit="件", direction="down",
    drill=("cases:list", {**ACCEPTED, "repeat": "true"}),
)  # fmt: skip
def repeated(scope: MeasureScope) -> Figure:
    """The same customer again, or the same class within 30 days of a Friday summary (CAS-30, CAS-45)."""
    return measures.count(accepted(scope), among=REPEATED, at="accepted_at")


@measures.measure(
    "case.major",
    zh="重大",
    en="Major",
    unit="件",
    direction="down",
    drill=("cases:list", {**ACCEPTED, "major": "true"}),
)
def major(scope: MeasureScope) -> Figure:
    """Made major."""
    return measures.count(accepted(scope), among=Q(is_major=True), at="accepted_at")


@measures.measure(
    "case.satisfaction", zh="满意度", en="Satisfaction", unit="分", direction="up",
    drill=("cases:list", {**ACCEPTED, "rated": "true"}),
)  # fmt: skip
def satisfaction(scope: MeasureScope) -> Figure:
    """Mean of what customers gave."""
    rated = Q(satisfaction__isnull=False)
    return measures.mean(accepted(scope), "satisfaction", among=rated, at="accepted_at")


@measures.measure(
    "case.dispatch_minutes",
    zh="派单用时（中位数）",
    en="Time to dispatch (median)",
    unit="min",
    direction="down",
    drill=("cases:list", ACCEPTED),
)
def dispatch_minutes(scope: MeasureScope) -> Figure:
    """Median of the minutes from acceptance to the first holder (CAS-14)."""
    rows = accepted(scope).filter(dispatched_at__isnull=False)
    return measures.percentile(
        rows, measures.minutes_between("accepted_at", "dispatched_at"), 0.5, at="accepted_at"
    )


@measures.measure(
    "case.first_contact_rate",
    zh="当场解决率",
    en="Solved at once",
    unit="%",
    direction="up",
    drill=("cases:list", ACCEPTED),
)
def first_contact_rate(scope: MeasureScope) -> Figure:
    """Solved on first contact ÷ accepted."""
    return measures.ratio(accepted(scope), Q(on_contact=True), at="accepted_at")


@measures.measure(
    "case.solved_once_rate",
    zh="一次解决率",
    en="Solved once",
    unit="%",
    direction="up",
    drill=("cases:list", CLOSED),
)
def solved_once_rate(scope: MeasureScope) -> Figure:
    """Closed, never reopened and not repeated within 30 days ÷ closed in the period (CAS-45)."""
    # Those that came again are few and found first; to look for each closed one's repeats is as many searches as cases.
    soon = Case.objects.filter(
        repeat_of__isnull=False, accepted_at__lt=F("repeat_of__closed_at") + timedelta(days=AGAIN_DAYS)
    ).exclude(category=Category.VOID)
    repeats = replace(scope, filters={}).narrow(soon, at="repeat_of__closed_at", unit="repeat_of__unit_id")
    came_again = Q(pk__in=repeats.values("repeat_of"))
    rows = scope.narrow(counted(), at="closed_at")
    return measures.ratio(rows, Q(reopen_count=0) & ~came_again, at="closed_at")


DELAYS = {"since_after": "{since}", "since_before": "{until}", "under": "{units}"}


@measures.measure(
    "delay.count", zh="延时数", en="Delays", unit="件", direction="down", drill=("cases:delays", DELAYS)
)
def delays(scope: MeasureScope) -> Figure:
    """Limits that were passed in the period, work sheets too, by the department that owed it (CAS-18)."""
    return measures.count(scope.narrow(DelayAudit.objects.all(), at="late_since"), at="late_since")


@measures.measure(
    "delay.audited_rate",
    zh="延时审核率",
    en="Delays audited",
    unit="%",
    direction="up",
    drill=("cases:delays", DELAYS),
)
def delays_audited(scope: MeasureScope) -> Figure:
    """Delays with a reason that the leader has audited ÷ delays."""
    rows = scope.narrow(DelayAudit.objects.all(), at="late_since")
    return measures.ratio(rows, Q(audited_at__isnull=False), at="late_since")

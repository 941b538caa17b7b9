"""The figures of duties for reports and dashboards. What counts how is said once, in `selectors.coverage`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zhize.domains.duties.models import Duty, Evidence, Obligation, ObligationKind
from zhize.domains.duties.selectors import coverage
from zhize.kernel import measures
from zhize.kernel.measures import Figure, MeasureScope
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib import clock

DRILL = {
    "due_after": "{since}",
    "due_before": "{until}",
    "units": "{units}",
    "counted": "true",
    "chip": "all",
}


def _names(rows: Callable[[], QuerySet[Any]]) -> Callable[[Collection[Any]], Mapping[Any, Any]]:
    def named(values: Collection[Any]) -> Mapping[Any, Any]:
        found = {row.pk: str(row) for row in rows().filter(pk__in=[value for value in values if value])}
        return {None: _("（无）"), **found}

    return named


def _kinds(values: Collection[Any]) -> Mapping[Any, Any]:
    return {value: str(label) for value, label in ObligationKind.choices}


measures.dimension(Obligation, "unit", zh="单位", en="Unit", path="unit_id", labels=_names(Unit.objects.all))
measures.dimension(
    Obligation, "position", zh="岗位", en="Position", path="position_id", labels=_names(Position.objects.all)
)
measures.dimension(
    Obligation, "holder", zh="办理人", en="Person", path="holder_id", labels=_names(Person.objects.all)
)
measures.dimension(
    Obligation, "duty", zh="职责", en="Duty", path="duty_id",
    labels=_names(lambda: Duty.objects.select_related("current")),
)  # fmt: skip
measures.dimension(Obligation, "role", zh="岗位名称", en="Role", path="position__code")
measures.dimension(Obligation, "kind", zh="种类", en="Kind", labels=_kinds)


def counted(scope: MeasureScope) -> QuerySet[Obligation]:
    """What counts in the scope: due in it (without a limit: opened in it), not cancelled. `moment` is that time."""
    rows = Obligation.objects.filter(coverage.falls_within(scope.since, scope.until), coverage.COUNTED)
    return scope.narrow(rows.annotate(moment=Coalesce("due_at", "opened_at")), at=None)


def owed_so_far(scope: MeasureScope) -> QuerySet[Obligation]:
    """What the rate is measured on: done, missed, or open past due."""
    return counted(scope).filter(coverage.IN_TIME | coverage.failed(clock.now()))


@measures.measure("duty.owed", zh="应做", en="Owed", unit="项", drill=("duties:list", DRILL))
def owed(scope: MeasureScope) -> Figure:
    """Everything that had or has to be done in the period; what was excused is not owed."""
    return measures.count(counted(scope).exclude(state="excused"), at="moment")


@measures.measure(
    "duty.coverage", zh="履职率", en="Fulfilment", unit="%", direction="up", drill=("duties:list", DRILL),
    help_zh="按时 ÷ 到目前为止应做", help_en="In time ÷ owed so far",
)  # fmt: skip
def rate(scope: MeasureScope) -> Figure:
    """Done in time ÷ owed so far (DUT-15)."""
    return measures.ratio(owed_so_far(scope), coverage.IN_TIME, at="moment")


def _fact(code: str) -> Callable[[MeasureScope], Figure]:
    def figure(scope: MeasureScope) -> Figure:
        return measures.count(counted(scope).filter(coverage.where(code, clock.now())), at="moment")

    return figure


for _code, _way in (("in_time", "up"), ("late", "down"), ("missed", "down"), ("overdue", "down"), ("excused", "none"), ("ahead", "none"), ("paused", "none")):  # fmt: skip
    measures.measure(
        f"duty.{_code}",
        zh=coverage.FACTS[_code].zh,
        en=coverage.FACTS[_code].en,
        unit="项",
        direction=_way,  # type: ignore[arg-type]
        drill=("duties:list", {**DRILL, "fact": _code}),
    )(_fact(_code))


@measures.measure("duty.proven", zh="有凭证", en="With proof", unit="项", drill=("duties:list", DRILL))
def proven(scope: MeasureScope) -> Figure:
    """Those with at least one proof."""
    proofs = Evidence.objects.filter(obligation=OuterRef("pk"))
    return measures.count(counted(scope).filter(Exists(proofs)), at="moment")

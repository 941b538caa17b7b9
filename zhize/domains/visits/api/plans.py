"""Visit plans 回访计划 through the API: what was drawn, drawing, visiting, replacing, measures (VIS-04 to VIS-06)."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhize import rest
from zhize.domains.visits import capabilities as caps
from zhize.domains.visits import services
from zhize.domains.visits.models import SampledHome, SamplePlan
from zhize.domains.visits.selectors import sampling
from zhize.kernel import access
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.org.models import Person, Unit
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page, PageQuery, PersonRef, Prose, Schema, When

router = rest.Router("visits")


class StratumOut(Schema):
    """What one stratum came to; `satisfied` in percent of those who said how content they are."""

    code: str
    population: int
    quota: int
    visited: int
    left: int
    reserve: int
    average: float | None
    satisfied: int | None
    problems: int
    measure: str


class PlanOut(Schema):
    """`seed` draws the same homes again. `holder`: none, where the whole unit answers for it."""

    id: Id
    sample: str
    unit: Id
    holder: PersonRef | None
    from_on: date
    until_on: date
    seed: str
    population: int
    quota: int
    visited: int
    replaced: int
    strata: list[StratumOut] | None = None


class PlanQuery(PageQuery):
    sample: Line | None = None
    unit: Id | None = None
    holder: Id | None = None


class DrawIn(Schema):
    """For the caller's unit and this period. `holder`: for samples by own areas, whose areas."""

    sample: Line
    holder: Id | None = None


class HomeOut(Schema):
    """`stage`: planned, visited, replaced or reserve. `follow_up`: number of the case for what is left to do."""

    id: Id
    order: int
    stratum: str
    stage: str
    premises: Id
    address: str
    customer: PersonRef | None
    visited_at: When | None
    visited_by: PersonRef | None
    means: str
    satisfaction: int | None
    not_rated: str
    remark: str
    reason: str
    follow_up: str | None


class HomeQuery(PageQuery):
    stage: Line | None = None
    stratum: Line | None = None


class VisitIn(Schema):
    """`means`: door or phone; `satisfaction` 1 to 5, or `not_rated` says why there is none.

    `follow_up`: title of the case of type `case_type` to open.
    """

    means: Line
    satisfaction: int | None = None
    not_rated: Line = ""
    remark: Prose = ""
    follow_up: Line = ""
    case_type: Line = ""


class CorrectIn(Schema):
    """What the visit was, with the reason of the correction."""

    reason: Line
    means: Line
    satisfaction: int | None = None
    not_rated: Line = ""
    remark: Prose = ""


class ReplaceIn(Schema):
    reason: Line


class MeasureIn(Schema):
    stratum: Line
    measure: Prose


@router.get("/visit-plans", response=Page[PlanOut])
@rest.operation(capability=caps.SAMPLE_VIEW)
def list_visit_plans(request: Request, query: rest.Query[PlanQuery]) -> Any:
    """Samples drawn that the caller may see, newest first, with how far each is"""
    given = query.model_dump(include={"sample", "unit", "holder"}, exclude_none=True)
    part = page(sampling.plans(request.actor).filter(**given).order_by("-pk"), query)
    return part.answer(_plan(row) for row in part.rows)


@router.post("/visit-plans", response={201: PlanOut})
@rest.operation(capability=caps.SAMPLE_DRAW)
def draw_visit_plan(request: Request, body: DrawIn) -> Any:
    """Draw the homes of this period for the caller's unit"""
    unit = access.unit_of(request.actor)
    if unit is None:
        raise Refused
    spec = next((one for one in sampling.drawable(request.actor, unit) if one.code == body.sample), None)
    if spec is None:
        raise Invalid({"sample": services.NO_SUCH_SAMPLE})
    holder = _visitor(spec, unit, body.holder) if body.holder else None
    row = services.draw(actor=request.actor, sample=spec.code, unit=unit, holder=holder)
    return created(_shown(request, row), location=f"/api/v1/visit-plans/{row.pk}")


def _visitor(spec: Any, unit: Unit, pk: int) -> Person:
    found = sampling.visitors([spec], unit).filter(pk=pk).first()
    if found is None:
        raise Invalid({"holder": services.NO_SUCH_PERSON})
    return found


@router.get("/visit-plans/{plan_id}", response=PlanOut)
@rest.operation(capability=caps.SAMPLE_VIEW)
def read_visit_plan(request: Request, plan_id: Id) -> Any:
    """One plan with the results of each stratum"""
    return _shown(request, access.fetch(request.actor, SamplePlan, plan_id))


@router.get("/visit-plans/{plan_id}/homes", response=Page[HomeOut])
@rest.operation(capability=caps.SAMPLE_VIEW)
def list_sampled_homes(request: Request, plan_id: Id, query: rest.Query[HomeQuery]) -> Any:
    """The homes of a plan, newest row first; `order` is how they were drawn"""
    plan = access.fetch(request.actor, SamplePlan, plan_id)
    given = query.model_dump(include={"stage", "stratum"}, exclude_none=True)
    part = page(sampling.homes(request.actor, plan).filter(**given).order_by("-pk"), query)
    return part.answer(_home(row) for row in part.rows)


@router.post("/visit-plans/{plan_id}/measures", response=PlanOut)
@rest.operation(capability=caps.SAMPLE_VISIT)
def decide_visit_measure(request: Request, plan_id: Id, body: MeasureIn) -> Any:
    """What follows from the results of one stratum"""
    row = access.fetch(request.actor, SamplePlan, plan_id, caps.SAMPLE_VISIT)
    return _shown(request, services.decide_measure(actor=request.actor, plan=row, **body.model_dump()))


@router.post("/sampled-homes/{home_id}/visit", response=HomeOut)
@rest.operation(capability=caps.SAMPLE_VISIT)
def visit_sampled_home(request: Request, home_id: Id, body: VisitIn) -> Any:
    """The home was visited: what was said, and a case for what is left to do"""
    home = _one(request, home_id)
    return _home(services.visit(actor=request.actor, home=home, **body.model_dump()))


@router.post("/sampled-homes/{home_id}/correct", response=HomeOut)
@rest.operation(capability=caps.SAMPLE_VIEW)
def correct_sampled_home(request: Request, home_id: Id, body: CorrectIn) -> Any:
    """Put right what was registered of a visit; by who registered it or his superiors"""
    home = _one(request, home_id, caps.SAMPLE_VIEW)
    return _home(services.correct(actor=request.actor, home=home, **body.model_dump()))


@router.post("/sampled-homes/{home_id}/replace", response=HomeOut)
@rest.operation(capability=caps.SAMPLE_VISIT)
def replace_sampled_home(request: Request, home_id: Id, body: ReplaceIn) -> Any:
    """Nobody can be reached there: answers with the home of the reserve that takes its place"""
    other = services.replace(actor=request.actor, home=_one(request, home_id), reason=body.reason)
    return _home(sampling.one(other.pk))


def _one(request: Request, pk: int, capability: str = caps.SAMPLE_VISIT) -> SampledHome:
    access.fetch(request.actor, SampledHome, pk, capability)
    return sampling.one(pk)


def _who(row: Any) -> dict[str, Any] | None:
    return {"id": row.pk, "name": row.name} if row is not None else None


def _plan(row: Any) -> dict[str, Any]:
    same = ("id", "sample", "from_on", "until_on", "seed", "population", "quota", "visited", "replaced")
    return {
        **{name: getattr(row, name) for name in same},
        "unit": row.unit_id,
        "holder": _who(row.holder),
    }


def _shown(request: Request, plan: SamplePlan) -> dict[str, Any]:
    row = sampling.plans(request.actor).get(pk=plan.pk)
    names = tuple(StratumOut.model_fields)
    strata = [{name: getattr(one, name) for name in names} for one in sampling.results(row)]
    return {**_plan(row), "strata": strata}


def _home(row: SampledHome) -> dict[str, Any]:
    same = (
        "id",
        "order",
        "stratum",
        "stage",
        "visited_at",
        "means",
        "satisfaction",
        "not_rated",
        "remark",
        "reason",
    )
    return {
        **{name: getattr(row, name) for name in same},
        "premises": row.premises_id,
        "address": row.premises.address,
        "customer": _who(row.customer),
        "visited_by": _who(row.visited_by),
        "follow_up": row.follow_up.number if row.follow_up else None,
    }

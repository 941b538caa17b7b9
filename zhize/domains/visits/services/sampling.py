"""Drawing the homes of a period, visiting them, and replacing those that cannot be reached (VIS-04, VIS-05, VIS-06)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases import services as cases
from zhize.domains.cases.kinds import Channel
from zhize.domains.cases.models import Case
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.visits import capabilities as caps
from zhize.domains.visits import drawing
from zhize.domains.visits.models import HomeState, SampledHome, SamplePlan
from zhize.domains.visits.selectors import sampling
from zhize.domains.visits.services import correcting
from zhize.kernel import access, history, packs
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update, one_at_a_time
from zhize.kernel.org.models import Person, Unit
from zhize.lib import clock
from zhize.lib.text import Text

FIRST_ROUND = 1
NO_SUCH_SAMPLE = _("没有这种回访抽样。")


@dataclass
class _Drawn:
    """The homes of a stratum in order: those to visit with their round, then the reserve."""

    quota: list[tuple[int, int | None]]
    reserve: list[tuple[int, int | None]]


@atomic
def draw(
    *,
    actor: Actor,
    sample: str,
    unit: Unit,
    holder: Person | None = None,
    day: date | None = None,
    seed: str = "",
) -> SamplePlan:
    """Draw the homes of the period that `day` (today) lies in, for one holder or the whole unit.

    The same population and `seed` (made of sample, unit, person and period when not given) give the same homes. The duty
    of the sample then owes as many visits. Raises Invalid when there is a plan already or nobody to visit, Refused.
    """
    access.require(actor, caps.SAMPLE_DRAW)
    spec = packs.find("samples", sample)
    if spec is None:
        raise Invalid({"sample": NO_SUCH_SAMPLE})
    first, last = sampling.period(spec, day or clock.today(unit.timezone))
    one_at_a_time("visits.plan", sample, unit.pk, first)
    if SamplePlan.objects.filter(sample=sample, unit=unit, holder=holder, from_on=first).exists():
        raise Invalid({"sample": _("本期的名单已经抽取。")})
    seed = seed or f"{sample}/{unit.code}/{holder.employee_no if holder else '-'}/{first.isoformat()}"
    plan = SamplePlan(
        sample=sample,
        release_id=packs.release_of("samples", sample),
        unit=unit,
        holder=holder,
        from_on=first,
        until_on=last,
        seed=seed,
        drawn_at=clock.now(),
        drawn_by=actor.label[:120],
    )
    drawn: dict[str, _Drawn] = {}
    for stratum in spec.strata:
        there = sampling.population(spec, stratum, unit, holder, first, last)
        drawn[stratum.code] = _draw(spec, stratum, unit, there, seed)
        plan.strata.append(
            {
                "code": stratum.code,
                "label": stratum.label.as_dict(),
                "population": there,
                "quota": len(drawn[stratum.code].quota),
            }
        )
    plan.population = sum(len(one["population"]) for one in plan.strata)
    plan.quota = sum(one["quota"] for one in plan.strata)
    if not plan.quota:
        raise Invalid({"sample": _("本期没有要回访的住户。")})
    plan.save()
    access.require(actor, caps.SAMPLE_DRAW, plan)
    _keep(plan, drawn)
    _owe(actor, spec, plan)
    told = {"population": plan.population, "quota": plan.quota}
    history.record(actor=actor, verb="sample.drawn", subject=plan, data=told)
    return plan


def _draw(spec: Any, stratum: Any, unit: Unit, there: list[int], seed: str) -> _Drawn:
    lots = drawing.shuffled(there, f"{seed}/{stratum.code}")
    if not stratum.no_repeat:
        wanted = stratum.count or drawing.share(len(there), stratum.percent)
        extra = drawing.share(wanted, spec.reserve_percent)
        return _Drawn(
            [(pk, None) for pk in lots[:wanted]], [(pk, None) for pk in lots[wanted : wanted + extra]]
        )
    return _draw_in_turn(spec, stratum, unit, lots)


def _draw_in_turn(spec: Any, stratum: Any, unit: Unit, lots: list[int]) -> _Drawn:
    """No home twice before all had their turn; a round that ends with less than a share goes on into the next."""
    total = len(lots)
    visited = SampledHome.objects.filter(sample=spec.code, unit=unit, stratum=stratum.code, premises__in=lots)
    now = max((number for number in visited.values_list("round", flat=True) if number), default=FIRST_ROUND)
    of_round = visited.filter(round=now)
    had = set(of_round.filter(stage=HomeState.VISITED).values_list("premises_id", flat=True))
    used = of_round.values("plan__from_on").distinct().count()
    if had >= set(lots):
        now, had, used = now + 1, set(), 0
    left = [pk for pk in lots if pk not in had]
    wanted = drawing.turn(len(left), total, stratum.percent, used)
    chosen: list[tuple[int, int | None]] = [(pk, now) for pk in left[:wanted]]
    over = drawing.turn(total, total, stratum.percent, 0) if used >= -(-100 // stratum.percent) else 0
    again = [pk for pk in lots if pk in had][: max(over - wanted, 0)]
    chosen += [(pk, now + 1) for pk in again]
    extra = drawing.share(len(chosen), spec.reserve_percent)
    return _Drawn(chosen, [(pk, now) for pk in left[wanted : wanted + extra]])


def _keep(plan: SamplePlan, drawn: dict[str, _Drawn]) -> None:
    ids = [pk for one in drawn.values() for pk, _round in (*one.quota, *one.reserve)]
    customers = sampling.living_in(ids, clock.today(plan.unit.timezone))
    rows = []
    for code, one in drawn.items():
        states = [
            *((pair, HomeState.PLANNED) for pair in one.quota),
            *((pair, HomeState.RESERVE) for pair in one.reserve),
        ]
        for order, ((pk, number), stage) in enumerate(states, start=1):
            rows.append(
                SampledHome(
                    plan=plan,
                    sample=plan.sample,
                    unit=plan.unit,
                    stratum=code,
                    premises_id=pk,
                    customer_id=customers.get(pk),
                    round=number,
                    order=order,
                    stage=stage,
                )
            )
    SampledHome.objects.bulk_create(rows)


def _owe(actor: Actor, spec: Any, plan: SamplePlan) -> None:
    """The obligation of the period owes what was drawn: the holder's own where each owes his (also while a deputy has
    it), else the one that all share, over all plans that it stands for."""
    if spec.duty is None:
        return
    zone = clock.zone(plan.unit.timezone)
    begin = datetime.combine(plan.from_on, time(), zone)
    end = datetime.combine(plan.until_on + timedelta(days=1), time(), zone)
    rows = Obligation.objects.filter(
        duty__code=spec.duty,
        unit__path__startswith=plan.unit.path or "/",
        slot__gte=begin,
        slot__lt=end,
        ended_at__isnull=True,
    )
    mine = Q(slot_holder=plan.holder) | Q(slot_holder=None, holder=plan.holder)
    row = (
        (rows.filter(mine).first() if plan.holder is not None else None)
        or rows.filter(holder__isnull=True).first()
        or (rows.first() if plan.holder is None else None)
    )
    if row is None:
        return
    guarded_update(plan, obligation=row)
    if row.state != "open":
        return  # Handed in already: its receiver has the word.
    total = sum(SamplePlan.objects.filter(obligation=row).values_list("quota", flat=True))
    if row.slot_holder_id is None and row.holder_id is None:
        total += _still_to_draw(spec, plan)
    duties.size(actor=actor, obligation=row, quota=total)


def _still_to_draw(spec: Any, plan: SamplePlan) -> int:
    """What will fall to those who share the duty and have not drawn yet, so that it is not done before they have."""
    there = SamplePlan.objects.filter(sample=plan.sample, unit=plan.unit, from_on=plan.from_on)
    drawn = set(there.values_list("holder", flat=True))
    total = 0
    for person in sampling.drawers(spec, plan.unit, clock.today(plan.unit.timezone)):
        if person is None or person.pk in drawn:
            continue
        for stratum in spec.strata:
            homes = sampling.population(spec, stratum, plan.unit, person, plan.from_on, plan.until_on)
            total += len(_draw(spec, stratum, plan.unit, homes, plan.seed).quota)
    return total


@atomic
def visit(
    *,
    actor: Actor,
    home: SampledHome,
    means: str,
    satisfaction: int | None = None,
    not_rated: str = "",
    remark: str = "",
    follow_up: str = "",
    case_type: str = "",
    at: datetime | None = None,
) -> SampledHome:
    """The home was visited; one more of what the duty owes. A problem (`follow_up`, its title) becomes a case (VIS-13).

    `satisfaction` is 1 to 5; without it `not_rated` says why. Raises Invalid when it was visited already (in this plan
    or in this round), when `at` lies ahead, Refused.
    """
    access.require(actor, caps.SAMPLE_VISIT, home)
    moment = at or clock.now()
    if home.stage not in {HomeState.PLANNED, HomeState.RESERVE}:
        raise Invalid({"": _("%(home)s 已经回访或换户，不能重复。") % {"home": home}})
    one_at_a_time("visits.home", home.sample, home.unit_id, home.premises_id)
    if home.round is not None and _had_turn(home):
        raise Invalid({"": _("%(home)s 本轮已经回访过，全部住户回访一遍以前不能重复。") % {"home": home}})
    if moment > clock.now():
        raise Invalid({"at": _("回访时间不能晚于现在。")})
    said = correcting.said(means, satisfaction, not_rated, remark)
    if follow_up.strip() and not case_type:
        raise Invalid({"case_type": _("请选择问题类型。")})
    case = _new_case(actor, home, follow_up, remark, case_type) if follow_up.strip() else None
    guarded_update(
        home,
        expect={"stage": home.stage},
        stage=HomeState.VISITED,
        visited_at=moment,
        visited_by_id=actor.person_id,
        follow_up=case,
        **said,
    )
    also: list[Any] = [one for one in (home.customer, case) if one is not None]
    told = {"home": str(home.premises), "satisfaction": satisfaction}
    entry = history.record(
        actor=actor, verb="sample.visited", subject=home.plan, data=told, also=also, marks=[home]
    )
    _count(actor, home, entry.pk)
    return home


def _had_turn(home: SampledHome) -> bool:
    rows = SampledHome.objects.filter(
        sample=home.sample, unit=home.unit_id, round=home.round, premises=home.premises_id
    )
    return rows.filter(stage=HomeState.VISITED).exists()


def _count(actor: Actor, home: SampledHome, entry: int) -> None:
    row = Obligation.objects.filter(pk=home.plan.obligation_id or 0).first()
    if row is None or row.state != "open" or not row.has_opened(clock.now()):
        return
    counted = SampledHome.objects.filter(plan__obligation=row, stage=HomeState.VISITED).count() - row.progress
    if counted < 1:
        return
    proof = duties.Proof("count", count=counted, text=str(home.premises), entry_id=entry)
    duties.record_progress(actor=actor.vouched("obligation.fulfil"), obligation=row, proof=proof)


def _new_case(actor: Actor, home: SampledHome, title: str, remark: str, case_type: str) -> Case:
    place = home.premises
    intake = cases.Intake(
        type=case_type,
        title=title.strip()[:120],
        description=remark,
        channel=Channel.VISIT,
        unit=place.unit,
        customer=home.customer,
        premises=place,
        area=place.area,
        consent=True,
    )
    return cases.open_case(actor=actor.vouched("case.open", "case.view"), intake=intake)


@atomic
def replace(*, actor: Actor, home: SampledHome, reason: str) -> SampledHome:
    """Nobody can be reached there: the next home of the reserve takes its place. Returns that home.

    Raises Invalid without a reason, when it was visited, or when the reserve is used up; Refused.
    """
    access.require(actor, caps.SAMPLE_VISIT, home)
    if not reason.strip():
        raise Invalid({"reason": _("请写明换户的原因。")})
    if home.stage != HomeState.PLANNED:
        raise Invalid({"": _("%(home)s 已经回访或换户，不能重复。") % {"home": home}})
    reserve = SampledHome.objects.filter(plan=home.plan_id, stratum=home.stratum, stage=HomeState.RESERVE)
    other = next((row for row in _locked(reserve) if row.round is None or not _had_turn(row)), None)
    if other is None:
        raise Invalid({"": _("备选名单已经用完。")})
    guarded_update(home, expect={"stage": HomeState.PLANNED}, stage=HomeState.REPLACED, reason=reason.strip())
    guarded_update(other, expect={"stage": HomeState.RESERVE}, stage=HomeState.PLANNED, replaces=home)
    told = {"home": str(home.premises), "other": str(other.premises)}
    history.record(
        actor=actor,
        verb="sample.replaced",
        subject=home.plan,
        data=told,
        note=reason.strip(),
        marks=[home, other],
    )
    return other


def _locked(rows: Any) -> Iterable[SampledHome]:
    found: Iterable[SampledHome] = (
        rows.select_for_update(of=("self",)).select_related("premises").order_by("order")
    )
    return found


@atomic
def decide_measure(*, actor: Actor, plan: SamplePlan, stratum: str, measure: str) -> SamplePlan:
    """What follows from the results of one stratum 整改措施 (VIS-04). Raises Invalid, Refused."""
    access.require(actor, caps.SAMPLE_VISIT, plan)
    if not measure.strip():
        raise Invalid({"measure": _("请写明整改措施。")})
    wanted = next((one for one in plan.strata if one["code"] == stratum), None)
    if wanted is None:
        raise Invalid({"stratum": _("没有这一类。")})
    strata = [{**one, "measure": measure.strip()} if one is wanted else one for one in plan.strata]
    guarded_update(plan, strata=strata)
    told = {"stratum": Text.of(wanted["label"])}
    history.record(actor=actor, verb="sample.measure_decided", subject=plan, data=told, note=measure.strip())
    return plan


def redrawn(plan: SamplePlan) -> dict[str, list[int]]:
    """The order in which the stored seed draws the stored populations: what anybody can compute again."""
    return {
        one["code"]: drawing.shuffled(one["population"], f"{plan.seed}/{one['code']}") for one in plan.strata
    }

"""Sampling plans: shares without repeats, repeatable draws, the reserve, strata with results and measures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from tests.domains.organisation.test_pages import browser
from tests.domains.visits.kit import complaint
from tests.kit.cast import BEGIN, Cast
from zhize.desk.demo.randomness import Chance
from zhize.desk.demo.services import weeks
from zhize.domains.cases.models import Case
from zhize.domains.customers.models import Customer, Occupancy, Premises
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, Obligation
from zhize.domains.visits import drawing
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import SampledHome, SamplePlan
from zhize.domains.visits.selectors import sampling
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused
from zhize.lib import clock

QUARTERS = [date(2026, month, 10) for month in (1, 4, 7, 10)]


def at(day: date) -> Any:
    return time_machine.travel(datetime(day.year, day.month, day.day, 2, tzinfo=UTC), tick=False)


def settle(cast: Cast, court: str, homes: int) -> None:
    """So many further households in a court."""
    building = Premises.objects.get(unit=cast.centre, kind="building", area=cast.areas[court])
    for number in range(homes):
        place = Premises.objects.create(
            unit=cast.centre, parent=building, kind="room", code=f"9{number:03}", name=f"9{number:03}",
            address=f"{building.address}9{number:03}", area=cast.areas[court], sort_key=f"9{number:03}",
        )  # fmt: skip
        Premises.objects.filter(pk=place.pk).update(path=f"{building.path}{place.pk}/")
        owner = Customer.objects.create(
            unit=cast.centre, kind_code="owner", name=f"住户{court}{number}", state="active", category="working",
            created_at=clock.now(),
        )  # fmt: skip
        Occupancy.objects.create(customer=owner, premises=place, role="owner", living=True, from_on=BEGIN)


def draw(cast: Cast, login: str = "chenjing", **more: Any) -> SamplePlan:
    given = {"sample": "court_visits", "unit": cast.centre, "holder": cast.people[login], **more}
    return visits.draw(actor=cast.actor(login), **given)


def visit_all(actor: Actor, plan: SamplePlan) -> None:
    for home in plan.homes.filter(stage="planned"):
        visits.visit(actor=actor, home=home, means="door", satisfaction=5)


@pytest.mark.req("VIS-05", "CAL-071")
def test_a_court_of_two_hundred_is_visited_in_four_quarters_and_nobody_twice(cast: Cast) -> None:
    with at(QUARTERS[0]):
        settle(cast, "A", 196)  # and two rooms each in courts A and C
    quarters: list[set[int]] = []
    for day in QUARTERS:
        with at(day):
            plan = draw(cast)
            visit_all(cast.actor("chenjing"), plan)
            quarters.append(set(plan.homes.filter(stage="visited").values_list("premises_id", flat=True)))
    assert [len(homes) for homes in quarters] == [50, 50, 50, 50]
    assert len(set.union(*quarters)) == 200
    with at(date(2027, 1, 10)):
        again = draw(cast)
        assert again.quota == 50
        assert set(again.homes.values_list("round", flat=True)) == {2}


@pytest.mark.req("VIS-05")
def test_what_four_does_not_divide_is_rounded_up_in_the_first_quarters(cast: Cast) -> None:
    with at(QUARTERS[0]):
        settle(cast, "A", 6)  # ten households in courts A and C
    sizes = []
    for day in QUARTERS:
        with at(day):
            plan = draw(cast)
            sizes.append(plan.quota)
            visit_all(cast.actor("chenjing"), plan)
    assert sizes == [3, 3, 2, 2]


@pytest.mark.req("VIS-05")
def test_who_was_not_visited_comes_before_anybody_comes_again(cast: Cast) -> None:
    with at(QUARTERS[0]):
        settle(cast, "A", 16)
        forgotten = set(draw(cast).homes.filter(stage="planned").values_list("premises_id", flat=True))
    for day in QUARTERS[1:]:
        with at(day):
            plan = draw(cast)
            assert plan.quota in {6, 7}
            visit_all(cast.actor("chenjing"), plan)
    assert SampledHome.objects.filter(stage="visited").count() == 20
    assert forgotten <= set(SampledHome.objects.filter(stage="visited").values_list("premises_id", flat=True))


@pytest.mark.req("VIS-05", "VIS-06")
def test_the_same_seed_and_homes_give_the_same_sample_to_anybody(cast: Cast) -> None:
    with at(QUARTERS[0]):
        settle(cast, "A", 16)
        plan = draw(cast)
    drawn = list(plan.homes.filter(stage="planned").order_by("order").values_list("premises_id", flat=True))
    assert visits.redrawn(plan)["households"][:5] == drawn
    assert drawing.shuffled(reversed(range(9)), "七") == drawing.shuffled(range(9), "七")
    assert drawing.shuffled(range(9), "七") != drawing.shuffled(range(9), "八")


@pytest.mark.req("VIS-05")
def test_a_second_visit_in_the_round_and_a_second_plan_of_the_quarter_are_refused(cast: Cast) -> None:
    with at(QUARTERS[0]):
        settle(cast, "A", 16)
        plan, actor = draw(cast), cast.actor("chenjing")
        with pytest.raises(Invalid, match="已经抽取"):
            draw(cast)
        home = plan.homes.filter(stage="planned").first()
        assert home is not None
        visits.visit(actor=actor, home=home, means="door", satisfaction=4)
        with pytest.raises(Invalid, match="不能重复"):
            visits.visit(actor=actor, home=home, means="door", satisfaction=4)
    with at(QUARTERS[1]):
        later = draw(cast)
        home.pk, home.plan, home.stage, home.visited_at, home.order = None, later, "planned", None, 99
        home.save()
        with pytest.raises(Invalid, match="本轮已经回访过"):
            visits.visit(actor=actor, home=home, means="door", satisfaction=4)


@pytest.mark.req("VIS-05")
def test_a_home_where_nobody_is_reached_gives_way_to_the_reserve_with_a_reason(cast: Cast) -> None:
    with at(QUARTERS[0]):
        settle(cast, "A", 16)
        plan, actor = draw(cast), cast.actor("chenjing")
        assert (plan.quota, plan.homes.filter(stage="reserve").count()) == (5, 1)
        first, second = plan.homes.filter(stage="planned").order_by("order")[:2]
        with pytest.raises(Invalid, match="原因"):
            visits.replace(actor=actor, home=first, reason=" ")
        other = visits.replace(actor=actor, home=first, reason="三次上门无人")
        assert (other.stage, other.replaces, first.reason) == ("planned", first, "三次上门无人")
        with pytest.raises(Invalid, match="用完"):
            visits.replace(actor=actor, home=second, reason="出国")
        assert plan.homes.filter(stage="planned").count() == 5


@pytest.mark.req("VIS-05", "CAL-071", "DUT-02", "DUT-08")
def test_each_ambassador_owes_the_homes_of_his_own_plan_and_each_visit_counts(cast: Cast) -> None:
    # The cast is there from today on: what was due before is not owed.
    with at(date(2027, 1, 10)):
        settle(cast, "A", 4)
        duties.schedule(actor=access.system("duties.schedule"))
        rows = {row.holder_id: row for row in quarter(date(2027, 3, 31))}
        assert set(rows) == {cast.people["chenjing"].pk, cast.people["zhaoyun"].pk}
        mine, other = draw(cast), draw(cast, "zhaoyun")
        row, his = rows[cast.people["chenjing"].pk], rows[cast.people["zhaoyun"].pk]
        assert (mine.obligation, other.obligation) == (row, his)
        row.refresh_from_db()
        assert (row.quota, mine.quota, other.quota) == (2, 2, 1)
        # Only the plans count: nobody types a number, and the door to hand in leads to the plan.
        actor, page = cast.actor("chenjing"), browser("chenjing")
        with pytest.raises(Invalid, match="回访计划"):
            duties.hand_in(actor=actor, obligation=row, count=1)
        with pytest.raises(Invalid, match="回访计划"):
            duties.hand_in(actor=actor, obligation=row, note="都走访了")
        page.post(f"/obligations/{row.pk}/count/")
        sheet = page.get(reverse("duties:fulfil", args=[row.pk])).content.decode()
        assert f"/visit-plans/{mine.pk}/" in sheet and 'name="count"' not in sheet
        row.refresh_from_db()
        assert row.progress == 0
        visit_all(cast.actor("chenjing"), mine)
    row.refresh_from_db()
    his.refresh_from_db()
    assert (row.progress, row.state) == (2, "submitted")
    assert (his.progress, his.state) == (0, "open")


def quarter(last: date) -> list[Obligation]:
    """What is owed of the quarter that ends then."""
    rows = Obligation.objects.filter(duty__code="quarterly_visits", withdrawn=False)
    return list(rows.filter(due_at__date=last).order_by("holder"))


@pytest.mark.req("VIS-04", "VIS-13")
def test_the_month_has_three_strata_with_results_problems_and_measures(cast: Cast) -> None:
    with at(date(2026, 3, 5)):
        for kind, subtype, room in (
            ("request", "housekeeping", "A101"),
            ("fault", "plumbing", "A201"),
            ("fault", "lift", "C101"),
        ):
            case = complaint(cast, type=kind, subtype=subtype, room=room)
            Case.objects.filter(pk=case.pk).update(answered_at=clock.now())
        home = draw(cast).homes.filter(stage="planned").first()
        assert home is not None
        visits.visit(actor=cast.actor("chenjing"), home=home, means="door", satisfaction=4)
    with at(date(2026, 3, 25)):
        officer = cast.actor("sunli")
        plan = visits.draw(actor=officer, sample="service_effect", unit=cast.centre)
        assert {one["code"]: one["quota"] for one in plan.strata} == {
            "housekeeping": 1, "indoor_repair": 1, "visited": 1,
        }  # fmt: skip
        indoor = plan.homes.get(stratum="indoor_repair")
        visits.visit(
            actor=officer, home=indoor, means="phone", satisfaction=2, remark="还在渗水",
            follow_up="厨房水管仍渗水", case_type="fault",
        )  # fmt: skip
        visits.visit(actor=officer, home=plan.homes.get(stratum="visited"), means="phone", satisfaction=5)
        visits.decide_measure(actor=officer, plan=plan, stratum="indoor_repair", measure="修后一周复查")
    plan.refresh_from_db()
    found = {row.code: row for row in sampling.results(plan)}
    assert (found["indoor_repair"].satisfied, found["indoor_repair"].problems) == (0, 1)
    assert (found["visited"].satisfied, found["housekeeping"].visited) == (100, 0)
    assert found["indoor_repair"].measure == "修后一周复查"
    assert Case.objects.get(title="厨房水管仍渗水").premises == cast.rooms["A201"]


@pytest.mark.req("VIS-05")
def test_only_the_holder_and_his_superiors_see_and_work_on_a_plan(cast: Cast) -> None:
    with at(QUARTERS[0]):
        plan = draw(cast)
        home = plan.homes.filter(stage="planned").first()
        assert home is not None
        for stranger in ("zhaoyun", "qianjin", "limin"):
            with pytest.raises(Refused):
                visits.visit(actor=cast.actor(stranger), home=home, means="door", satisfaction=4)
            assert not sampling.plans(cast.actor(stranger)).exists()
        with pytest.raises(Refused):
            draw(cast, holder=cast.people["zhaoyun"], day=QUARTERS[1])
        assert list(sampling.plans(cast.actor("wangfang"))) == [plan]


@pytest.mark.req("VIS-05")
def test_a_registered_visit_is_corrected_by_who_registered_it_or_his_superior(cast: Cast) -> None:
    with at(QUARTERS[0]):
        plan, actor, page = draw(cast), cast.actor("chenjing"), browser("chenjing")
        home = plan.homes.filter(stage="planned").first()
        assert home is not None
        visit, correct = (f"/visit-plans/homes/{home.pk}/{verb}/" for verb in ("visit", "correct"))
        assert page.post(visit, {}).status_code == 422
        assert page.post(visit, {"means": "door"}).status_code == 422
        home.refresh_from_db()
        assert home.stage == "planned"
        assert page.post(visit, {"means": "door", "not_rated": "只有老人在家"}).status_code == 302
        home.refresh_from_db()
        said: dict[str, Any] = {"means": "phone", "satisfaction": 4, "remark": "楼道灯暗"}
        with pytest.raises(Invalid, match="原因"):
            visits.correct(actor=actor, home=home, reason=" ", **said)
        for login in ("zhaoyun", "limin"):
            with pytest.raises(Refused):
                visits.correct(actor=cast.actor(login), home=home, reason="看错了", **said)
        assert page.post(correct, {**said, "reason": "记错了方式"}).status_code == 302
        home.refresh_from_db()
        assert (home.means, home.satisfaction, home.not_rated) == ("phone", 4, "")
        shown = page.get(f"/visit-plans/{plan.pk}/").content.decode()
        assert all(words in shown for words in ("只有老人在家", "记错了方式", correct))
        visits.correct(
            actor=cast.actor("wangfang"), home=home, reason="核对电话录音", **said | {"satisfaction": 3}
        )
        # What the superior registered himself is his to correct.
        SampledHome.objects.filter(pk=home.pk).update(visited_by=cast.people["wangfang"])
        home.refresh_from_db()
        assert not visits.may_correct(actor, home)


def test_a_visit_does_not_lie_ahead(cast: Cast) -> None:
    with at(QUARTERS[0]):
        home = draw(cast).homes.filter(stage="planned").first()
        assert home is not None
        with pytest.raises(Invalid, match="不能晚于现在"):
            visits.visit(
                actor=cast.actor("chenjing"),
                home=home,
                means="door",
                satisfaction=4,
                at=clock.now() + timedelta(hours=1),
            )


@pytest.mark.req("VIS-05")
def test_a_plan_is_drawn_worked_on_and_read_on_its_pages(cast: Cast) -> None:
    with at(QUARTERS[0]):
        settle(cast, "A", 16)
        page = browser("chenjing")
        assert "还没有回访计划" in page.get("/visit-plans/").content.decode()
        page.post("/visit-plans/new/", {"sample": "court_visits", "holder": cast.people["chenjing"].pk})
        plan = SamplePlan.objects.get()
        shown = page.get(f"/visit-plans/{plan.pk}/").content.decode()
        assert all(piece in shown for piece in (plan.seed, "0/5", "登记回访", "换户", "备选"))
        first, second = plan.homes.filter(stage="planned").order_by("order")[:2]
        sent = page.post(f"/visit-plans/homes/{first.pk}/visit/", {"means": "door", "satisfaction": "5"})
        assert sent.status_code == 302
        refused = page.post(
            f"/visit-plans/homes/{second.pk}/visit/", {"means": "door", "follow_up": "路灯不亮"}
        )
        assert refused.status_code == 422
        page.post(f"/visit-plans/homes/{second.pk}/replace/", {"reason": "空置"})
        page.post(f"/visit-plans/{plan.pk}/measures/households/", {"measure": "延长前台时间"})
        shown = page.get(f"/visit-plans/{plan.pk}/").content.decode()
        assert all(piece in shown for piece in ("1/5", "空置", "延长前台时间", "100%"))
        listed = b"".join(page.get(f"/visit-plans/{plan.pk}/?export=csv").streaming_content).decode()
        assert first.premises.address in listed
        assert browser("zhaoyun").get(f"/visit-plans/{plan.pk}/").status_code == 404


def shared(cast: Cast) -> None:
    """The centre lets its ambassadors owe the visits together."""
    duty = Duty.objects.get(code="quarterly_visits", unit=cast.centre)
    assert duty.current is not None
    rule = {name: value for name, value in duty.current.rule.items() if name != "each_holder"}
    duties.change_duty(actor=cast.actor("wangfang"), duty=duty, reason="两人互相顶替", rule=rule)
    duties.begin_now(actor=access.system("duties.schedule"), unit=cast.centre)


@pytest.mark.req("VIS-05", "DUT-08")
def test_the_duty_is_not_done_before_everybody_who_shares_it_has_drawn(cast: Cast) -> None:
    with at(date(2027, 1, 10)):
        settle(cast, "A", 4)
        shared(cast)
        duties.schedule(actor=access.system("duties.schedule"))
        (row,) = quarter(date(2027, 3, 31))
        mine = draw(cast)
        visit_all(cast.actor("chenjing"), mine)
        row.refresh_from_db()
        assert (row.progress, row.quota, row.state) == (2, 3, "open")
        visit_all(cast.actor("zhaoyun"), draw(cast, "zhaoyun"))
        row.refresh_from_db()
        assert (row.progress, row.quota, row.state) == (3, 3, "submitted")
        # Once it is handed in, a further visit is still registered.
        further = visits.visit(
            actor=cast.actor("chenjing"), home=mine.homes.get(stage="reserve"), means="door", satisfaction=5
        )
        row.refresh_from_db()
        assert (further.stage, row.progress) == ("visited", 3)


@pytest.mark.req("CAL-071")
def test_the_demonstration_does_the_quarters_visits_home_by_home(cast: Cast) -> None:
    with at(date(2027, 1, 10)):
        settle(cast, "A", 4)
        duties.schedule(actor=access.system("duties.schedule"))
        row = next(row for row in quarter(date(2027, 3, 31)) if row.holder == cast.people["chenjing"])
    with at(date(2027, 3, 29)):
        weeks._do(cast.actor("chenjing"), row, Chance("quarter"))
    row.refresh_from_db()
    assert (row.progress, row.quota, row.state) == (2, 2, "submitted")
    assert SampledHome.objects.filter(plan__obligation=row, stage="visited").count() == 2

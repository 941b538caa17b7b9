from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.kernel import small_world
from zhize.kernel import access, approvals, flow, history, numbering
from zhize.kernel.access import Actor
from zhize.kernel.approvals import Route, Step, routes
from zhize.kernel.approvals.models import Approval, ApprovalStep
from zhize.kernel.db import Invalid, Outrun, Refused
from zhize.kernel.numbering.models import IssuedNumber
from zhize.kernel.org.models import Absence, AppointmentKind, Person
from zhize.lib import clock
from zhize.lib.text import Text

numbering.declare("approved_paper", zh="单据", en="Paper", prefix="SP", period="year", gapless=True)
access.system_actor(
    "approvals.trial", caps=["number.view", "approval.view", "approval.request", "approval.decide"]
)

# 专员 asks; 主管 and 经理 always sign, 财务 above 1,000 and 总经理 above 5,000.
ROUTE = Route(
    (
        Step("supervisor", Text("主管审核", "Supervisor")),
        Step("manager", Text("经理批准", "Manager")),
        Step("finance", Text("财务复核", "Finance"), above=Decimal(1000)),
        Step("director", Text("总经理批准", "Director"), above=Decimal(5000)),
    )
)
MAY: Any = {"approval_view": "own", "approval_decide": "own", "approval_request": "own", "number_view": "all"}


class Office:
    """A company with one centre: officer → supervisor → manager → director, finance beside."""

    def __init__(self) -> None:
        self.company = small_world.unit("公司")
        self.centre = small_world.unit("中心", self.company)
        self.director = small_world.position("director", self.company, **MAY)
        self.finance = small_world.position("finance", self.company, reports_to=self.director, **MAY)
        self.manager = small_world.position("manager", self.centre, reports_to=self.director, **MAY)
        self.supervisor = small_world.position("supervisor", self.centre, reports_to=self.manager, **MAY)
        self.officer = small_world.position("officer", self.centre, reports_to=self.supervisor, **MAY)
        self.people = {
            name: small_world.person(name, position)
            for name, position in {
                "孙丽": self.officer,
                "王芳": self.supervisor,
                "刘强": self.manager,
                "郑洁": self.finance,
                "高明": self.director,
            }.items()
        }
        self.paper: IssuedNumber = numbering.next_gapless(
            "approved_paper", actor=access.system("approvals.trial"), unit=self.centre
        )

    def __getitem__(self, name: str) -> Actor:
        return small_world.actor(self.people[name])

    def ask(self, amount: int | None = None, by: str = "孙丽", **more: Any) -> Approval:
        given = None if amount is None else Decimal(amount)
        return approvals.request(
            actor=self[by],
            kind="trial.proposal",
            subject=self.paper,
            title="赔付方案",
            route=ROUTE,
            amount=given,
            **more,
        )

    def sign(self, approval: Approval, name: str, choice: Any = "approve", remark: str = "") -> Approval:
        return approvals.decide(actor=self[name], approval=approval, choice=choice, remark=remark)

    def away(self, name: str) -> None:
        now = clock.now()
        Absence.objects.create(
            person=self.people[name], from_at=now - timedelta(hours=1), to_at=now + timedelta(hours=9)
        )


@pytest.fixture(autouse=True)
def proposal() -> Iterator[None]:
    approvals.kind("trial.proposal", zh="方案", en="Proposal")
    yield
    routes._kinds.pop("trial.proposal")


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def deciding(approval: Approval) -> list[str]:
    return [person.name for person, _ in approvals.deciders(approval)]


def verbs(row: Any) -> list[str]:
    return [entry.verb for entry in reversed(history.timeline(row))]


def test_four_steps_one_after_the_other(office: Office) -> None:
    approval = office.ask(8000, facts=[("金额", "8,000.00")], note="已与顾客谈妥")
    for name in ("王芳", "刘强", "郑洁"):
        assert deciding(approval) == [name]
        assert list(approvals.waiting_for(office[name])) == [approval]
        office.sign(approval, name)
        assert approval.state == "pending"
        assert list(approvals.waiting_for(office[name])) == []
    office.sign(approval, "高明", remark="同意")
    approval.refresh_from_db()
    assert (approval.state, approval.ended_at is not None) == ("approved", True)
    signed = [(str(step.decided_by), step.decision, step.remark) for step in approvals.steps(approval)]
    assert signed == [
        ("王芳", "approved", ""),
        ("刘强", "approved", ""),
        ("郑洁", "approved", ""),
        ("高明", "approved", "同意"),
    ]
    told = ["approval.requested", *["approval.step_approved"] * 3, "approval.passed"]
    assert verbs(approval) == told
    assert verbs(office.paper)[-5:] == told
    assert history.timeline(approval)[0].data["kind"] == "trial.proposal"


@pytest.mark.parametrize(("amount", "steps"), [(None, 2), (1000, 2), (1001, 3), (5000, 3), (5001, 4)])
def test_the_amount_decides_how_many_sign(office: Office, amount: int | None, steps: int) -> None:
    assert len(approvals.steps(office.ask(amount))) == steps


@pytest.mark.req("ORG-30")
def test_nobody_decides_on_his_own_request_and_the_attempt_is_kept(office: Office) -> None:
    approval = office.ask(by="王芳")
    assert deciding(approval) == ["刘强"]
    with pytest.raises(approvals.OwnRequest):
        office.sign(approval, "王芳")
    approval.refresh_from_db()
    assert (approval.state, approval.current) == ("pending", 1)
    assert verbs(approval) == ["approval.requested", "approval.own_refused"]
    office.sign(approval, "刘强")
    step = approvals.steps(approval)[0]
    assert (step.position.code, step.decided_position.code if step.decided_position else "") == (
        "supervisor",
        "manager",
    )


def test_only_the_position_whose_turn_it_is_decides(office: Office) -> None:
    approval = office.ask(8000)
    for name in ("刘强", "郑洁", "高明"):
        with pytest.raises((approvals.NotYourStep, Refused)):
            office.sign(approval, name)
    stranger = small_world.person("钱进", small_world.position("supervisor", small_world.unit("别处"), **MAY))
    with pytest.raises(Refused):
        approvals.decide(actor=small_world.actor(stranger), approval=approval, choice="approve")
    with pytest.raises(Refused):
        approvals.decide(actor=access.system("approvals.trial"), approval=approval, choice="approve")
    approval.refresh_from_db()
    assert (approval.current, verbs(approval)) == (1, ["approval.requested"])


def test_a_deputy_signs_while_the_holder_is_away_and_the_superior_when_nobody_is_there(
    office: Office,
) -> None:
    approval = office.ask()
    office.people["周涛"] = small_world.person("周涛", office.supervisor, kind=AppointmentKind.DEPUTY)
    assert deciding(approval) == ["王芳"]
    office.away("王芳")
    assert deciding(approval) == ["周涛"]
    office.away("周涛")
    assert deciding(approval) == ["刘强"]
    office.sign(approval, "刘强")
    assert deciding(approval) == ["刘强"]
    for name in ("刘强", "高明"):
        office.away(name)
    assert deciding(approval) == []


def test_a_return_needs_a_remark_and_begins_again(office: Office) -> None:
    approval = office.ask(facts=[("金额", "1")])
    office.sign(approval, "王芳")
    with pytest.raises(Invalid):
        office.sign(approval, "刘强", "return")
    office.sign(approval, "刘强", "return", "金额要写清楚")
    assert approval.state == "returned"
    with pytest.raises(flow.NotNow):
        office.sign(approval, "刘强")
    with pytest.raises(Refused):
        approvals.resubmit(actor=office["王芳"], approval=approval)
    approvals.resubmit(actor=office["孙丽"], approval=approval, facts=[("金额", "2")], note="已改")
    assert (approval.state, approval.round, approval.current, approval.facts) == (
        "pending",
        2,
        1,
        [["金额", "2"]],
    )
    assert deciding(approval) == ["王芳"]
    office.sign(approval, "王芳")
    office.sign(approval, "刘强")
    assert approval.state == "approved"
    assert [(step.round, step.decision) for step in approvals.steps(approval)] == [
        (1, "approved"),
        (1, "returned"),
        (2, "approved"),
        (2, "approved"),
    ]


def test_a_rejection_ends_it_and_the_same_may_be_asked_again(office: Office) -> None:
    approval = office.ask()
    with pytest.raises(approvals.AlreadyAsked):
        office.ask()
    office.sign(approval, "王芳", "reject", "不符合规定")
    assert approval.state == "rejected"
    again = office.ask()
    assert list(approvals.of_subject(office.paper)) == [again, approval]
    assert approvals.subject_of(again) == office.paper


def test_only_the_requester_withdraws_and_only_before_it_is_decided(office: Office) -> None:
    approval = office.ask()
    with pytest.raises(Refused):
        approvals.withdraw(actor=office["王芳"], approval=approval)
    approvals.withdraw(actor=office["孙丽"], approval=approval, note="顾客撤诉")
    assert approval.state == "withdrawn"
    with pytest.raises(flow.NotNow):
        approvals.withdraw(actor=office["孙丽"], approval=approval)


def test_the_buttons_say_who_may_and_why_others_may_not(office: Office) -> None:
    approval = office.ask()
    offered = {
        name: {offer.verb: offer.enabled for offer in flow.offers(approval, office[name])}
        for name in ("孙丽", "王芳")
    }
    assert offered["王芳"] == {"approve": True, "return": True, "reject": True, "withdraw": False}
    assert offered["孙丽"] == {"approve": False, "return": False, "reject": False, "withdraw": True}


def test_who_sees_an_approval(office: Office) -> None:
    approval = office.ask()
    visible = {name for name in office.people if Approval.objects.visible_to(office[name]).exists()}
    assert visible == {"孙丽", "王芳", "刘强", "高明"}
    office.sign(approval, "王芳")
    assert Approval.objects.visible_to(office["王芳"]).count() == 1


def test_a_route_needs_positions_that_exist_and_a_first_step_for_everybody(office: Office) -> None:
    unknown = Route((Step("nobody", Text("x")),))
    with pytest.raises(approvals.NoSuchPosition, match="nobody"):
        approvals.request(
            actor=office["孙丽"], kind="trial.proposal", subject=office.paper, title="x", route=unknown
        )
    with pytest.raises(ValueError, match="first step"):
        Route((Step("x", Text("x"), above=Decimal(1)),))
    with pytest.raises(ValueError, match="first step"):
        Route(())
    with pytest.raises(Invalid):
        approvals.request(
            actor=office["孙丽"], kind="trial.proposal", subject=office.paper, title=" ", route=ROUTE
        )
    with pytest.raises(LookupError):
        approvals.request(
            actor=office["孙丽"], kind="trial.none", subject=office.paper, title="x", route=ROUTE
        )
    assert not Approval.objects.exists()


def test_asking_needs_the_right_and_a_row_that_is_visible(office: Office) -> None:
    nobody = small_world.person("丁", small_world.position("intern", office.centre, approval_request="own"))
    with pytest.raises(Refused):
        approvals.request(
            actor=small_world.actor(nobody),
            kind="trial.proposal",
            subject=office.paper,
            title="x",
            route=ROUTE,
        )


def test_the_database_refuses_a_decision_without_a_signature_and_a_second_open_request(
    office: Office,
) -> None:
    approval = office.ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovalStep.objects.filter(approval=approval, number=1).update(decision="approved")
    approval.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        approval.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_at_once_one_is_told_he_was_slower() -> None:
    office = Office()
    other = small_world.person("另一位", office.supervisor)
    approval = office.ask()
    barrier = threading.Barrier(2)

    def sign(who: Person) -> str:
        mine = Approval.objects.get(pk=approval.pk)
        barrier.wait()
        try:
            approvals.decide(actor=small_world.actor(who), approval=mine, choice="approve")
            return "signed"
        except (Outrun, approvals.NotYourStep):
            return "slower"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(sign, [office.people["王芳"], other])) == ["signed", "slower"]
    approval.refresh_from_db()
    assert approval.current == 2
    assert [step.decision for step in approvals.steps(approval)] == ["approved", ""]

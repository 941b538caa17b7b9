"""Obligations, cases and approvals under any order of acts by anybody: what is over stays, what is refused changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.services.proving import Proof
from zhize.kernel import approvals, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.approvals import Route, Step, routes
from zhize.kernel.clocks.models import Clock
from zhize.kernel.db import DomainError
from zhize.lib import clock
from zhize.lib.text import Text

STORIES = settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
Act = Callable[[Actor, Any], Any]


def soon(hours: int = 5) -> Any:
    return clock.now() + timedelta(hours=hours)


def fields(row: models.Model) -> dict[str, Any]:
    fresh = type(row)._base_manager.get(pk=row.pk)
    return {field.attname: getattr(fresh, field.attname) for field in fresh._meta.concrete_fields}


def play(
    row: models.Model, actors: dict[str, Actor], acts: dict[str, Act], story: list[tuple[str, str]]
) -> int:
    """Let the acts happen in this order. What holds for every machine is looked at after each. Returns how many did."""
    done = 0
    for who, what in story:
        before, entries = fields(row), history.timeline(row).count()
        mine = type(row)._base_manager.get(pk=row.pk)
        try:
            with transaction.atomic():
                acts[what](actors[who], mine)
        except DomainError:
            assert fields(row) == before, f"{what} was refused to {who} and changed something"
            continue
        done += 1
        after = fields(row)
        assert who != "stranger", f"a stranger did {what}"
        assert history.timeline(row).count() > entries, f"{what} left no trace"
        if before["category"] in flow.ENDED and after["category"] in flow.ENDED:
            assert after["state"] == before["state"], f"{what} changed what was over"
    return done


def stories(actors: list[str], acts: list[str]) -> st.SearchStrategy[list[tuple[str, str]]]:
    return st.lists(st.tuples(st.sampled_from(actors), st.sampled_from(acts)), min_size=4, max_size=9)


def rolled_back(work: Callable[[], None]) -> None:
    with transaction.atomic():
        work()
        transaction.set_rollback(True)


def test_an_obligation(cast: Cast) -> None:
    boss, holder = cast.actor("liuqiang"), cast.actor("limin")
    actors = {
        "boss": boss,
        "holder": holder,
        "colleague": cast.actor("sunli"),
        "stranger": cast.actor("qianjin"),
    }
    acts: dict[str, Act] = {
        "fulfil": lambda who, row: duties.fulfil(
            actor=who, obligation=row, evidence=Proof("note", text="办好")
        ),
        "accept": lambda who, row: duties.accept(actor=who, obligation=row),
        "give_back": lambda who, row: duties.give_back(actor=who, obligation=row, reason="不全"),
        "excuse": lambda who, row: duties.excuse(actor=who, obligation=row, reason="停电"),
        "cancel": lambda who, row: duties.cancel(actor=who, obligation=row, reason="撤销"),
        "move": lambda who, row: duties.move_due(actor=who, obligation=row, due_at=soon(9), reason="改期"),
        "hand": lambda who, row: duties.reassign(
            actor=who, obligation=row, to=cast.people["sunli"], reason="换人"
        ),
    }
    done: list[int] = []

    @STORIES
    @given(stories(list(actors), list(acts)))
    def any_order(story: list[tuple[str, str]]) -> None:
        def work() -> None:
            task = duties.assign_task(
                actor=boss.vouched("obligation.assign"), unit=cast.centre, title="清点", holder=cast.people["limin"],
                due_at=soon(),
            )  # fmt: skip
            done.append(play(task, actors, acts, story))
            left = Obligation.objects.get(pk=task.pk)
            running = Clock.objects.filter(
                subject_type="duties.obligation", subject_id=task.pk, stopped_at=None
            )
            assert left.category not in flow.ENDED or not running.exists(), "over, and its clock runs on"
            assert (left.ended_at is not None) == (left.category in flow.ENDED)

        rolled_back(work)

    any_order()
    assert sum(done) > 5


def test_a_case(cast: Cast) -> None:
    names = {
        "desk": "limin",
        "lead": "wangfang",
        "chief": "liuqiang",
        "holder": "chenjing",
        "stranger": "qianjin",
    }
    actors = {name: cast.actor(login) for name, login in names.items()}
    intake = cases.Intake(
        type="complaint", title="电梯异响", channel="phone", customer=cast.customers["A101"]
    )
    case = cases.open_case(actor=actors["desk"], intake=intake)
    verbs = sorted({move.verb for move in case.machine.moves})
    given_words = {"solution": "已处理", "reason": "等配件", "note": "见附件"}
    acts: dict[str, Act] = {
        verb: lambda who, row, verb=verb: cases.act(
            actor=who, case=row, verb=verb, data=given_words, note="说明"
        )
        for verb in verbs
    }
    acts["take"] = lambda who, row: cases.take(actor=who, case=row)
    acts["note"] = lambda who, row: cases.note(actor=who, case=row, body="看过")
    done: list[int] = []

    @STORIES
    @given(stories(list(actors), list(acts)))
    def any_order(story: list[tuple[str, str]]) -> None:
        def work() -> None:
            done.append(play(case, actors, acts, story))
            left = type(case).objects.get(pk=case.pk)
            for offer in flow.offers(left, actors["stranger"]):
                assert not offer.enabled

        rolled_back(work)

    any_order()
    assert sum(done) > 5


@pytest.fixture
def proposal() -> Any:
    approvals.kind("machine.proposal", zh="方案", en="Proposal")
    yield
    routes._kinds.pop("machine.proposal")


def test_an_approval(cast: Cast, proposal: None) -> None:
    may = ("approval.request", "approval.decide", "approval.view", "case.view")
    names = {"asker": "limin", "first": "wangfang", "second": "liuqiang", "colleague": "sunli"}
    actors = {name: cast.actor(login).vouched(*may) for name, login in names.items()}
    actors["stranger"] = cast.actor("qianjin")
    case = cases.open_case(
        actor=cast.actor("limin"),
        intake=cases.Intake(
            type="complaint", title="电梯异响", channel="phone", customer=cast.customers["A101"]
        ),
    )
    route = Route(
        (
            Step("service_supervisor", Text("主管", "Supervisor")),
            Step("centre_manager", Text("经理", "Manager")),
        )
    )
    acts: dict[str, Act] = {
        "approve": lambda who, row: approvals.decide(actor=who, approval=row, choice="approve"),
        "return": lambda who, row: approvals.decide(actor=who, approval=row, choice="return", remark="补充"),
        "reject": lambda who, row: approvals.decide(
            actor=who, approval=row, choice="reject", remark="不同意"
        ),
        "resubmit": lambda who, row: approvals.resubmit(actor=who, approval=row),
        "withdraw": lambda who, row: approvals.withdraw(actor=who, approval=row),
    }
    done: list[int] = []

    @STORIES
    @given(stories(list(actors), [*acts, "approve"]))
    def any_order(story: list[tuple[str, str]]) -> None:
        def work() -> None:
            row = approvals.request(
                actor=actors["asker"],
                kind="machine.proposal",
                subject=case,
                title="赔付",
                route=route,
                unit=cast.centre,
            )
            done.append(play(row, actors, acts, story))
            row.refresh_from_db()
            steps = list(row.steps.filter(round=row.round).order_by("number"))
            signed = [step.decided_by_id for step in steps if step.decision]
            assert actors["asker"].person_id not in signed
            assert [bool(step.decision) for step in steps] == sorted(
                (bool(s.decision) for s in steps), reverse=True
            )
            assert row.state != "approved" or all(step.decision for step in steps)

        rolled_back(work)

    any_order()
    assert sum(done) > 3

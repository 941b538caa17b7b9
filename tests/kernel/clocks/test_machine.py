"""A clock under any order of waiting, pausing, going on, ticking and stopping agrees with a plain count of minutes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.kernel.calendars import build
from tests.kernel.clocks.test_clocks import DAY, LADDER, MONDAY_9, start, system, told
from zhize.kernel import clocks
from zhize.kernel.clocks.models import Clock
from zhize.kernel.clocks.thresholds import Threshold
from zhize.kernel.db import DomainError

LIMIT = timedelta(minutes=DAY["minutes"])
REMIND = LIMIT - timedelta(minutes=240)


class ClockMachine(RuleBasedStateMachine):
    """The model: how long it ran, since when it runs or not, when the limit was used up, what was told."""

    @initialize()
    def begin(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.traveller = time_machine.travel(MONDAY_9, tick=False)
        self.now = self.traveller.start()
        self.at: datetime = MONDAY_9
        self.unit = build.unit()
        ladder = [*LADDER, Threshold("half", at_percent=50)]
        self.clock = start(self.unit, thresholds=ladder)
        self.ran, self.passed_at = timedelta(0), None
        self.running, self.ended, self.ticked = True, False, timedelta(0)

    def teardown(self) -> None:
        if hasattr(self, "block"):
            self.traveller.stop()
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def fresh(self) -> Clock:
        return Clock.objects.get(pk=self.clock.pk)

    @rule(minutes=st.integers(1, 900))
    def wait(self, minutes: int) -> None:
        gone = timedelta(minutes=minutes)
        if self.running and not self.ended:
            if self.ran < LIMIT <= self.ran + gone:
                self.passed_at = self.at + (LIMIT - self.ran)
            self.ran += gone
        self.at += gone
        self.now.move_to(self.at)

    @rule()
    def tick(self) -> None:
        before = len(told(self.unit))
        clocks.tick()
        if self.ended:
            assert len(told(self.unit)) >= before
        elif self.running:
            self.ticked = self.ran
        assert clocks.tick() == 0, "told twice"

    @precondition(lambda self: not self.ended)
    @rule()
    def pause_or_go_on(self) -> None:
        if self.running:
            clocks.pause(self.fresh(), reason="等配件", actor=system())
        else:
            clocks.resume(self.fresh(), actor=system())
        self.running = not self.running

    @rule(what=st.sampled_from(["pause", "resume", "stop", "cancel", "move"]))
    def what_is_not_possible_changes_nothing(self, what: str) -> None:
        possible = not self.ended and not (what == "pause" and not self.running)
        if possible and not (what == "resume" and self.running):
            return
        acts: dict[str, Any] = {
            "pause": lambda: clocks.pause(self.fresh(), reason="x", actor=system()),
            "resume": lambda: clocks.resume(self.fresh(), actor=system()),
            "stop": lambda: clocks.stop(self.fresh(), actor=system()),
            "cancel": lambda: clocks.cancel(self.fresh(), actor=system()),
            "move": lambda: clocks.move_due(
                self.fresh(), self.at + timedelta(days=1), reason="x", actor=system()
            ),
        }
        before = self.state()
        with pytest.raises(DomainError), transaction.atomic():
            acts[what]()
        assert self.state() == before

    @precondition(lambda self: not self.ended and self.running)
    @rule(sure=st.sampled_from([False, False, True]))
    def stop(self, sure: bool) -> None:
        if not sure:
            return
        stopped = clocks.stop(self.fresh(), actor=system())
        self.ended = True
        assert stopped.outcome == ("met" if self.ran <= LIMIT else "late")

    def state(self) -> list[Any]:
        clock = self.fresh()
        intervals = list(clock.intervals.values_list("kind", "from_at", "to_at"))
        return [clock.outcome, clock.due_at, clock.stopped_at, intervals, told(self.unit)]

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "clock"):
            return
        clock = self.fresh()
        runs = [
            (row.to_at or self.at) - row.from_at
            for row in clock.intervals.all()
            if row.kind == "run" and not (self.ended and row.to_at is None)
        ]
        assert sum(runs, timedelta(0)) == self.ran
        if not self.ended and self.running:
            assert clock.due_at == (self.passed_at or self.at + (LIMIT - self.ran))
        elif not self.ended:
            assert (clock.outcome, clock.due_at) == ("paused", None)
        codes = [code for code, _late in told(self.unit)]
        assert len(codes) == len(set(codes)), codes
        assert ("half" in codes) or self.ticked < LIMIT / 2
        assert ("remind" in codes) or self.ticked < REMIND
        assert ("due" in codes) or self.ticked < LIMIT
        assert not ("due" in codes and self.ran < LIMIT)


@pytest.mark.django_db
def test_a_clock_agrees_with_a_plain_count_of_minutes() -> None:
    run_state_machine_as_test(
        ClockMachine,
        settings=settings(
            max_examples=8,
            stateful_step_count=12,
            derandomize=True,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )

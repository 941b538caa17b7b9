"""State machines check themselves, and only `perform` moves a row."""

from __future__ import annotations

import pytest

from zhize.kernel.flow import BadMachine, Category, Guard, Machine, Move, State
from zhize.lib.text import Text

NEW = State("new", Text("新", "New"), Category.NEW)
DONE = State("done", Text("完成", "Done"), Category.CLOSED)


def move(verb: str, source: str, target: str, **more: object) -> Move:
    return Move(verb, Text(verb, verb), frozenset({source}), target, "case.work", **more)  # type: ignore[arg-type]


def test_a_sound_machine_answers_for_its_moves() -> None:
    machine = Machine("sample", (NEW, DONE), (move("finish", "new", "done"),))
    assert machine.start == NEW
    assert machine.move("finish", "new") is not None
    assert machine.move("finish", "done") is None


@pytest.mark.parametrize(
    ("states", "moves", "words"),
    [
        ((NEW, NEW), (move("finish", "new", "new"),), "twice"),
        ((NEW, DONE), (), "cannot be reached"),
        ((NEW,), (), "dead end"),
        ((NEW, DONE), (move("finish", "new", "gone"), move("end", "new", "done")), "unknown state gone"),
        (
            (NEW, DONE),
            (move("finish", "new", "done"), move("back", "done", "new")),
            "without being a reopening",
        ),
        ((NEW, DONE), (move("finish", "new", "done"), move("finish", "new", "done")), "in two ways"),
        ((NEW, DONE), (move("finish", "new", "done", guards=(Guard("no_such_guard"),)),), "unknown guard"),
    ],
)
def test_a_machine_that_cannot_work_says_why(
    states: tuple[State, ...], moves: tuple[Move, ...], words: str
) -> None:
    with pytest.raises(BadMachine, match=words):
        Machine("sample", states, moves)


def test_an_ended_state_may_be_left_by_a_reopening() -> None:
    machine = Machine(
        "sample", (NEW, DONE), (move("finish", "new", "done"), move("reopen", "done", "new", reopens=True))
    )
    assert [found.verb for found in machine.moves_from("done")] == ["reopen"]

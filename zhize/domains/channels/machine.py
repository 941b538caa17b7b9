"""The way of a visitor through the queue."""

from __future__ import annotations

from zhize.domains.channels import capabilities as caps
from zhize.kernel.flow import Category, Machine, Move, State
from zhize.lib.text import Text

VISITOR = Machine(
    "channels.visitor",
    states=(
        State("waiting", Text("等候中", "Waiting"), Category.NEW),
        State("called", Text("办理中", "Being served"), Category.WORKING),
        State("served", Text("已办", "Served"), Category.CLOSED),
        State("left", Text("未办离开", "Left"), Category.VOID),
    ),
    moves=(
        Move(
            "call",
            Text("叫号", "Call"),
            frozenset({"waiting"}),
            "called",
            caps.VISITOR_RECEIVE,
            primary=True,
        ),
        Move(
            "serve",
            Text("办结", "Done"),
            frozenset({"waiting", "called"}),
            "served",
            caps.VISITOR_RECEIVE,
            needs=("result",),
            primary=True,
        ),
        Move("leave", Text("离开", "Left"), frozenset({"waiting", "called"}), "left", caps.VISITOR_RECEIVE),
    ),
)

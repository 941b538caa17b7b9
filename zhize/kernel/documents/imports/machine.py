"""The life of an import."""

from __future__ import annotations

from zhize.kernel.flow import Category, Machine, Move, State
from zhize.lib.text import Text


def _move(
    verb: str, zh: str, en: str, sources: set[str], target: str, capability: str = "import.view"
) -> Move:
    return Move(verb, Text(zh, en), frozenset(sources), target, capability, primary=verb == "start")


IMPORT = Machine(
    "documents.import",
    states=(
        State("trying", Text("试运行", "Trying"), Category.WORKING),
        State("tried", Text("待确认", "To be confirmed"), Category.WAITING),
        State("running", Text("导入中", "Importing"), Category.WORKING),
        State("done", Text("已完成", "Done"), Category.CLOSED),
        State("cancelled", Text("已取消", "Cancelled"), Category.VOID),
    ),
    moves=(
        _move("remap", "调整列对应", "Change columns", {"trying", "tried"}, "trying"),
        _move("tried", "试运行完成", "Trial done", {"trying"}, "tried", "import.work"),
        _move("start", "开始导入", "Import", {"tried"}, "running"),
        _move("finish", "导入完成", "Import done", {"running"}, "done", "import.work"),
        _move("cancel", "取消", "Cancel", {"trying", "tried", "running"}, "cancelled"),
    ),
)

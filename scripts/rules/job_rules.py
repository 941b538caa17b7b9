"""Every job has words: the pages of the administration call it by them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from rules.base import Hits, Rule, Source

WORDING = Path(__file__).resolve().parents[2] / "zhize" / "desk" / "admin" / "web" / "wording.py"


@cache
def worded() -> frozenset[str]:
    """The names of jobs that have words: the keys of `_JOBS`."""
    (words,) = (
        node.value
        for node in ast.parse(WORDING.read_text("utf-8")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_JOBS"
    )
    return frozenset(key.value for key in getattr(words, "keys", ()) if isinstance(key, ast.Constant))


def find_wordless_jobs(source: Source) -> Hits:
    for node in source.walk():
        for call in getattr(node, "decorator_list", ()):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            name = call.args[0]
            if ast.unparse(call.func) not in {"task", "periodic", "jobs.task", "jobs.periodic"}:
                continue
            if isinstance(name, ast.Constant) and name.value not in worded():
                yield (
                    call.lineno,
                    f"{name.value!r} has no words: say in zhize/desk/admin/web/wording.py what it does",
                )


PLACE = "zhize/domains/cases/jobs.py"
RULES = (
    Rule(
        "job-words",
        "who runs the system reads what a job does, not its code",
        lambda path: path.startswith("zhize/") and path.endswith(".py"),
        find_wordless_jobs,
        good=(
            (PLACE, '@jobs.periodic("cases.resume", every_minutes=5)\ndef resume() -> None: ...'),
            (PLACE, '@task("jobs.tidy")\ndef tidy() -> None: ...'),
            (PLACE, '@shared.job("cases.unheard_of")\ndef other() -> None: ...'),
        ),
        bad=(
            (PLACE, '@jobs.periodic("cases.unheard_of", every_minutes=5)\ndef other() -> None: ...'),
            (PLACE, '@jobs.task("cases.unheard_of")\ndef other() -> None: ...'),
            (PLACE, '@task("cases.unheard_of", retries=0)\ndef other() -> None: ...'),
        ),
    ),
)

"""Python knows no pack: its codes are opaque."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from rules.base import Hits, Rule, Source

INDUSTRIES = Path(__file__).resolve().parents[2] / "zhize" / "industries"
# A code at the beginning of an entry: `code: x` at the margin or `- code: x` in a list at the margin.
ENTRY = re.compile(r"(?m)^(?:- )?code:\s*([\w.-]+)")
NATURE = re.compile(r"(?m)^\s*nature:\s*([\w-]+)")
# Codes that are also everyday words of programs; comparing with them is found in review.
EVERYDAY = {"request", "exchange"}
SECTIONS = ("positions", "case_types", "questionnaires")


@cache
def codes() -> frozenset[str]:
    """Codes of positions, case types and questionnaires of all shipped packs.

    A word that is also the nature of a case type is a word of Python, which declares the natures.
    """
    found: set[str] = set()
    natures: set[str] = set()
    for section in SECTIONS:
        for path in [*INDUSTRIES.glob(f"*/{section}.yaml"), *INDUSTRIES.glob(f"*/{section}/*.yaml")]:
            text = path.read_text("utf-8")
            found.update(ENTRY.findall(text))
            natures.update(NATURE.findall(text))
    return frozenset(found - natures - EVERYDAY)


def _applies(path: str) -> bool:
    return (
        path.startswith("zhize/")
        and path.endswith(".py")
        and "/migrations/" not in path
        and "/demo" not in path
    )


def find_codes(source: Source) -> Hits:
    for node in source.walk():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in codes():
            yield node.lineno, f"{node.value!r} is a pack's code: ask the pack, or declare a nature"


PLACE = "zhize/domains/cases/selectors.py"
RULES = (
    Rule(
        "pack-codes",
        "another pack must be able to call it differently",
        _applies,
        find_codes,
        good=((PLACE, "position = row.position_code"), (PLACE, "Case.objects.filter(nature='complaint')")),
        bad=((PLACE, f"holder = holders({min(codes(), default='x')!r})"),) if codes() else (),
    ),
)

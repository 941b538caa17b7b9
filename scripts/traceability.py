"""Which test proves which row of the catalogue: docs/reference/requirements.md from the marks of the tests.

    python scripts/traceability.py [--check]

A test names the rows it proves with `@pytest.mark.req("CAS-05")`; a scenario of a pack (`walks/*.yaml`) with `proves:`.
"""

from __future__ import annotations

import argparse
import ast
import csv
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "docs" / "reference" / "catalogue.csv"
PAGE = ROOT / "docs" / "reference" / "requirements.md"

Proof = tuple[str, str]  # file below the root, name of the test in it


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write or check docs/reference/requirements.md.")
    parser.add_argument(
        "--check", action="store_true", help="only say whether the page is what the tests say"
    )
    options = parser.parse_args(arguments)
    page = render()
    if options.check:
        fresh = PAGE.exists() and PAGE.read_text("utf-8") == page
        print("traceability: " + ("up to date" if fresh else "stale; run make traceability"))
        return 0 if fresh else 1
    PAGE.write_text(page, "utf-8")
    return 0


def catalogue() -> list[dict[str, str]]:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def render() -> str:
    """The page. Raises SystemExit for a mark that names no row."""
    rows = catalogue()
    proofs = collect()
    unknown = sorted(set(proofs) - {row["id"] for row in rows})
    if unknown:
        raise SystemExit(f"traceability: no such rows in the catalogue: {', '.join(unknown)}")
    proven = sum(row["id"] in proofs for row in rows)
    lines = [
        "# Requirements and the tests that prove them",
        "",
        "Written by `make traceability` from the tests' marks; do not edit.",
        "",
        f"{proven} of {len(rows)} rows are proven by at least one test.",
    ]
    for module, group in groupby(rows, key=lambda row: row["module"]):
        members = list(group)
        done = sum(row["id"] in proofs for row in members)
        lines += [
            "",
            f"## {module} ({done} of {len(members)})",
            "",
            "| Row | What | Tests |",
            "| --- | --- | --- |",
        ]
        for row in members:
            tests = ", ".join(link(proof) for proof in sorted(proofs.get(row["id"], ())))
            name = row["name"].replace("|", "\\|")
            lines.append(f"| {row['id']} | {name} | {tests or '—'} |")
    return "\n".join(lines) + "\n"


def link(proof: Proof) -> str:
    path, name = proof
    return f"[{name}](../../{path})"


def collect() -> dict[str, set[Proof]]:
    """Row → the tests that bear it."""
    found: dict[str, set[Proof]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for row, name in marks(path):
            found.setdefault(row, set()).add((path.relative_to(ROOT).as_posix(), name))
    for path in sorted((ROOT / "zhize" / "industries").glob("*/walks/*.yaml")):
        listed = re.search(r"(?m)^proves:\s*\[([^\]]*)\]", path.read_text("utf-8"))
        for row in re.findall(r"[A-Z]{3}-\d+", listed.group(1) if listed else ""):
            found.setdefault(row, set()).add((path.relative_to(ROOT).as_posix(), path.stem))
    return found


def marks(path: Path) -> Iterator[tuple[str, str]]:
    """(row, test) for every mark in one file, read without importing it. A mark on a class or module is its tests'."""
    tree = ast.parse(path.read_text("utf-8"), str(path))
    common = [row for node in tree.body if isinstance(node, ast.Assign) for row in module_rows(node)]
    yield from _within(tree.body, common)


def _within(body: list[ast.stmt], inherited: list[str]) -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _within(node.body, [*inherited, *decorated(node)])
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            for row in [*inherited, *decorated(node)]:
                yield row, node.name


def module_rows(node: ast.Assign) -> Iterator[str]:
    if any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets):
        for child in ast.walk(node.value):
            yield from rows_of(child)


def decorated(node: ast.ClassDef | ast.FunctionDef) -> list[str]:
    return [row for decorator in node.decorator_list for row in rows_of(decorator)]


def rows_of(node: ast.AST) -> Iterator[str]:
    """The rows of `pytest.mark.req("A", "B")`."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.req":
        for argument in node.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


if __name__ == "__main__":
    sys.exit(main())

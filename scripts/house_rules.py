"""The project's own rules, where no linter knows them. Each has lines that must pass and lines that must fail.

    python scripts/house_rules.py [FILE ...]

A line that breaks a rule for a good reason says so at its end: `# house: <rule>: <reason>`.
The rules stand in scripts/rules/; tests/contracts/test_house_rules.py tries every rule on its own examples.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from rules import job_rules, pack_rules, python_rules, template_rules
from rules.base import Finding, Rule, Source

ROOT = Path(__file__).resolve().parents[1]
RULES: tuple[Rule, ...] = (*python_rules.RULES, *pack_rules.RULES, *job_rules.RULES, *template_rules.RULES)
WAIVER = re.compile(r"house: ([\w-]+): \S")


def main(arguments: Sequence[str] | None = None) -> int:
    names = sys.argv[1:] if arguments is None else arguments
    paths = [Path(name).resolve() for name in names] or list(tracked())
    findings = [finding for path in paths for finding in check(Source.read(ROOT, path))]
    for finding in findings:
        print(finding)
    print(f"house rules: {len(findings)} findings in {len(paths)} files")
    return 1 if findings else 0


def tracked() -> Iterator[Path]:
    """Our Python files and templates."""
    for pattern in ("zhize/**/*.py", "zhize/**/*.html", "scripts/**/*.py"):
        yield from sorted(path for path in ROOT.glob(pattern) if "vendor" not in path.parts)


def check(source: Source) -> list[Finding]:
    """What the rules find in one file, less what its lines excuse."""
    found = []
    for rule in RULES:
        if not rule.applies(source.path):
            continue
        for line, text in rule.find(source):
            excused = WAIVER.search(source.line(line))
            if not excused or excused.group(1) != rule.name:
                found.append(Finding(source.path, line, rule.name, text))
    return found


if __name__ == "__main__":
    sys.exit(main())

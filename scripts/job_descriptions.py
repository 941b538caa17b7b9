"""Write docs/reference/job-descriptions.md: what becomes of every sentence of the shipped job descriptions.

python scripts/job_descriptions.py [--check]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

PAGE = ROOT / "docs" / "reference" / "job-descriptions.md"


def render() -> str:
    """The page. Needs Django's registries."""
    from zhize.kernel.packs import loader

    packs = sorted(
        (pack for name in loader.shipped() if (pack := loader.load(loader.find(name))).manifest.refs),
        key=lambda pack: pack.manifest.refs,
    )
    lines = [
        "# Job descriptions and what becomes of each sentence",
        "",
        "Written by `make reference` from the packs; do not edit. A clause is *executable* when a duty carries it out:",
        "by a calendar, by facts the product sees, or after another duty. It is *by hand* when its duties begin with",
        "an event that somebody reports, because the product does not see it yet; the events stand below the table.",
        "*Standing* clauses are standards without a clock.",
        "",
        "| System | Pack | Positions | Clauses | Executable | By hand | Standing | Open | Duties | CAL | TRG |",
        "| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    lines += [_row(pack) for pack in packs]
    for pack in packs:
        events = list(_events(pack))
        if events:
            lines += ["", f"## {', '.join(pack.manifest.refs)} {pack.manifest.label.zh}: begun by hand", ""]
            lines += [f"- {event}" for event in events]
    return "\n".join(lines) + "\n"


def _row(pack: Any) -> str:
    sheets, duties = pack.items("positions"), pack.items("duties")
    alone: set[tuple[str, str]] = set()
    linked: set[tuple[str, str]] = set()
    for duty in duties:
        found = {(duty.position, clause) for clause in duty.clauses}
        linked |= found
        if not (duty.trigger and duty.trigger.by_hand) and duty.standing is None:
            alone |= found
    clauses = [(sheet.code, clause) for sheet in sheets for clause in sheet.clauses]
    kinds = {"executable": 0, "by_hand": 0, "standing": 0, "open": 0}
    for code, clause in clauses:
        key = (code, clause.code)
        kind = (
            "executable"
            if key in alone
            else "by_hand"
            if key in linked
            else "standing"
            if clause.standing
            else "open"
        )
        kinds[kind] += 1
    rows = {ref for duty in duties for ref in duty.refs}
    cells = [
        ", ".join(pack.manifest.refs),
        f"[{pack.code}](../../zhize/industries/{pack.code}) {pack.manifest.label.zh}",
        len(sheets),
        len(clauses),
        *kinds.values(),
        len(duties),
        sum(ref.startswith("CAL") for ref in rows),
        sum(ref.startswith("TRG") for ref in rows),
    ]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _events(pack: Any) -> Iterator[str]:
    for duty in sorted(pack.items("duties"), key=lambda found: found.code):
        if duty.trigger and duty.trigger.by_hand:
            refs = f" ({', '.join(duty.refs)})" if duty.refs else ""
            yield f"{duty.trigger.by_hand.zh} → {duty.title.zh}{refs}"


def main() -> int:
    import django

    django.setup()
    page = render()
    if "--check" in sys.argv[1:]:
        fresh = PAGE.exists() and PAGE.read_text("utf-8") == page
        print("job descriptions: " + ("up to date" if fresh else "stale; run make reference"))
        return 0 if fresh else 1
    PAGE.write_text(page, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

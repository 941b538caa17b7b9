"""The figures as a table on the terminal."""

from __future__ import annotations

import json

from bench.run import FOLDER

# What each row is called, and its goal in ms of processor time per operation.
GOALS: dict[str, tuple[str, float]] = {
    "create": ("create a case by API", 6),
    "list": ("list page, 25 rows, filter, counts", 12),
    "search2": ("search, 2 characters", 15),
}


def show() -> None:
    """All scales that were measured, side by side."""
    known = json.loads((FOLDER / "figures.json").read_text())
    scales = sorted(known, key=int)
    print(f"{'work':<38}{'goal':>8}" + "".join(f"{int(scale):>14,}" for scale in scales))
    for name, (title, goal) in GOALS.items():
        cells = [known[scale].get(name, {}).get("cpu") for scale in scales]
        print(f"{title:<38}{goal:>8.0f}" + "".join(f"{'' if cell is None else cell:>14}" for cell in cells))

"""The figures as a table: on the terminal, and in docs/ops/performance.md with curves of their growth."""

from __future__ import annotations

import json
from typing import Any

from bench.loading import FOLDER, ROOT

PAGE = ROOT / "docs" / "ops" / "performance.md"
PICTURE = ROOT / "docs" / "images" / "growth.svg"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"

# What each row is called, and its goal in ms of processor time per operation.
GOALS: dict[str, tuple[str, float]] = {
    "create": ("create a case by API", 6),
    "reply": ("reply to a case", 5),
    "list": ("list page, 25 rows, filter, counts", 12),
    "case": ("case page, 40 entries", 15),
    "my_day": ("my day, 200 obligations", 12),
    "search2": ("search, 2 characters", 15),
    "search4": ("search, 4 characters", 15),
    "search_list": ("list narrowed by 2 characters", 15),
    "popup": ("customer by phone number", 5),
    "dashboard": ("dashboard", 150),
    "report": ("monthly complaint report", 1000),
}
# Works of their own kind: what each is called, its goal, and what the figure is in.
OTHERS: dict[str, tuple[str, str, str]] = {
    "tick": ("one tick, four workers, one clock of a hundred fires", "5 at 1,000,000", "s"),
    "import": ("import of so many owners from xlsx", "60 at 100,000", "s"),
    "recurring": ("a year of recurring duties, 30 for each", "20,000", "slots/CPU s"),
    "memory": ("`zhize run` with everything, idle", "350", "MB"),
    "periodic": ("each periodic job once: what the hungriest takes beyond its process", "", "MB"),
    "start": ("second start", "5", "s"),
    "pair": ("two web processes and two workers against one of each, on the same two cores", "1.7", "×"),
    "cores": ("two of each on two cores against one of each on one, database included", "1.7", "×"),
}
COLOURS = ("#206bc4", "#d63939", "#2fb344", "#f59f00", "#ae3ec9", "#17a2b8", "#6c757d", "#0ca678", "#e8590c", "#4263eb", "#868e96")  # fmt: skip


def known() -> dict[str, dict[str, Any]]:
    """Figures by scale, the smallest first."""
    found: dict[str, dict[str, Any]] = json.loads((FOLDER / "figures.json").read_text())
    return dict(sorted(found.items(), key=lambda pair: int(pair[0])))


def rows(figures: dict[str, dict[str, Any]]) -> list[list[str]]:
    """Heading and one line for each work that was measured."""
    scales = list(figures)
    head = ["work (ms CPU per operation)", "goal", *(f"{int(scale):,}" for scale in scales), "web", "worker", "database", "floor", "× floor", "median wall, 1 / 8 clients", "p95 wall, 1 / 8 clients"]  # fmt: skip
    lines = [head]
    for name, (title, goal) in GOALS.items():
        measured = [_measured(figures[scale], name) for scale in scales]
        last = next((one for one in reversed(measured) if one), None)
        if last is None:
            continue
        floor = last.get("floor")
        lines.append(
            [
                title,
                f"{goal:g}",
                *("" if one is None else f"{one['cpu']:.1f}" for one in measured),
                *(f"{last[part]:.1f}" for part in ("web", "worker", "database")),
                "" if floor is None else f"{floor:.2f}",
                f"{last['cpu'] / floor:.0f}" if floor else "",
                f"{last['median']:.0f} / {last['at_8']['median']:.0f}",
                f"{last['p95']:.0f} / {last['at_8']['p95']:.0f}",
            ]
        )
    return lines


def _measured(figures: dict[str, Any], name: str) -> dict[str, Any] | None:
    """What was found; None for a row that was not measured or gave no figure."""
    found = figures.get(name)
    return None if found is None or "problem" in found else dict(found)


def without_figure(figures: dict[str, dict[str, Any]]) -> list[str]:
    """Why rows that were tried have no figure."""
    return [
        f"- {name} at {int(scale):,}: {found['problem']}"
        for scale, works in figures.items()
        for name, found in works.items()
        if "problem" in found
    ]


def other_rows(figures: dict[str, dict[str, Any]]) -> list[list[str]]:
    """The same for the works of their own kind; each figure with the machine's load when it was taken."""
    lines = [["work (wall clock; in brackets the load of the machine)", "goal", *(f"{int(scale):,}" for scale in figures)]]  # fmt: skip
    for name, (title, goal, unit) in OTHERS.items():
        measured = [_measured(figures[scale], name) for scale in figures]
        if any(measured):
            told = ("" if one is None else f"{one['value']:,} ({one['load']:g})" for one in measured)
            lines.append([f"{title}, {unit}", goal, *told])
    return lines


def show() -> None:
    """All scales that were measured, side by side."""
    for lines in (rows(known()), other_rows(known())):
        _show(lines)
    print(*without_figure(known()), sep="\n")


def _show(lines: list[list[str]]) -> None:
    widths = [max(len(line[index]) for line in lines) for index in range(len(lines[0]))]
    for line in lines:
        first, *others = line
        print(first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)), sep="  ")  # fmt: skip


def write() -> None:
    """Put table and curves into the documentation."""
    figures = known()
    lines = [*_markdown(rows(figures)), "", *_markdown(other_rows(figures))]
    if missing := without_figure(figures):
        lines += ["", "Without a figure:", "", *missing]
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{rest.split(END)[1]}")
    PICTURE.write_text(picture(figures))


def _markdown(table: list[list[str]]) -> list[str]:
    lines = ["| " + " | ".join(line) + " |" for line in table]
    return [lines[0], "|---|" + "---:|" * (len(table[0]) - 1), *lines[1:]]


def picture(figures: dict[str, dict[str, Any]]) -> str:
    """One line for each work: its processor time over the number of cases, as times of that at the smallest scale."""
    scales = list(figures)
    wide, high, left, top = 640, 320, 60, 20
    step = (wide - left - 240) / max(1, len(scales) - 1)
    curves = []
    for name, (title, _goal) in GOALS.items():
        measured = [figures[scale].get(name, {}).get("cpu") for scale in scales]
        if measured[0] and sum(1 for one in measured if one) > 1:
            curves.append((title, [one / measured[0] if one else None for one in measured]))
    most = max([2.0, *(value for _title, curve in curves for value in curve if value)])
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="11">', '<rect width="100%" height="100%" fill="#fff"/>']  # fmt: skip
    ground = high - 40
    for index in range(5):
        value, y = most * index / 4, ground - (ground - top) * index / 4
        parts.append(f'<path d="M{left} {y:.0f}H{wide - 240}" stroke="#ddd"/><text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{value:.1f} ×</text>')  # fmt: skip
    for index, scale in enumerate(scales):
        parts.append(f'<text x="{left + index * step:.0f}" y="{ground + 18}" text-anchor="middle">{int(scale):,}</text>')  # fmt: skip
    for number, (title, curve) in enumerate(curves):
        colour = COLOURS[number % len(COLOURS)]
        points = [f"{left + index * step:.0f},{ground - (ground - top) * value / most:.0f}" for index, value in enumerate(curve) if value]  # fmt: skip
        parts.append(
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        parts.append(f'<text x="{wide - 228}" y="{top + 10 + 18 * number}" fill="{colour}">{title}</text>')
    return "\n".join([*parts, "</svg>", ""])

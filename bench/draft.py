"""`python -m bench.draft [SEEDS] [--show]`: drafts made from the raw job descriptions, against the finished packs.

SEEDS is the folder with the raw texts, by default ../shared/seeds beside the checkout. The clauses of the packs say
which line of which text they come from; their duties say which rule a person read there. Compared are

- clauses: of the packs' clauses, how many the drafts have (recall); of the drafts', how many the packs have (precision);
- rules: recurring (CAL) and triggered (TRG), apart for those read from a number or a named period of the text and those
  whose value is a default. A draft's rule is right when a pack's duty of that clause has the same one (or the same
  period with a day that the pack calls a default); a pack's rule is found when the draft of its clause has it. Defaults
  are compared only by whether there is one: their value is a setting.

`--show` lists what was missed and what was wrong.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from zhize.lib import jobtext
from zhize.lib.jobtext.cleaning import working

ROOT = Path(__file__).resolve().parents[1]
PACKS = ROOT / "zhize" / "industries"


@dataclass(frozen=True)
class Known:
    """A rule that a pack holds, with the clauses it comes from."""

    refs: tuple[str, ...]
    title: str
    keys: tuple[str, ...]
    rule: tuple[Any, ...]
    assumed: bool
    period: str = ""


def main(arguments: list[str]) -> int:
    """Print the figures; 1 where the raw texts are not there."""
    places = [argument for argument in arguments if not argument.startswith("--")]
    seeds = Path(places[0]) if places else ROOT.parent / "shared" / "seeds"
    texts = sorted(seeds.glob("[0-9][0-9][0-9]_*.txt"))
    if not texts:
        print(f"bench.draft: no job descriptions NNN_*.txt in {seeds}; give their folder as argument")
        return 1
    drafts = {
        path.name[:3]: jobtext.read(path.read_text("utf-8", "replace"), name=path.name) for path in texts
    }
    clauses, recurring, triggered = _packs()
    show = "--show" in arguments
    print(f"{'what':<44}{'found':>7}{'of':>6}{'recall':>9}{'right':>8}{'of':>6}{'precision':>11}")
    _compare_clauses(drafts, clauses, show)
    for name, kind, known in (
        ("recurring rules (CAL)", "recurring", recurring),
        ("triggered deadlines (TRG)", "triggered", triggered),
    ):
        for assumed in (False, True):
            _compare_rules(name, drafts, kind, known, assumed, show)
    return 0


def _key(text: str) -> str:
    """A text without what reading and typing change: signs, spaces, variants."""
    return re.sub(r"[^\w]", "", working(text)).replace("著", "着")


def _packs() -> tuple[list[tuple[str, str]], list[Known], list[Known]]:
    """Clauses with their source file, and the rules."""
    clauses: list[tuple[str, str]] = []
    rules: dict[str, list[Known]] = {"recurring": [], "trigger": []}
    for pack in sorted(path for path in PACKS.iterdir() if path.is_dir()):
        texts: dict[tuple[str, str], str] = {}
        for sheet in _items(pack / "positions"):
            for clause in sheet.get("clauses", []):
                texts[sheet["code"], clause["code"]] = _key(clause["text"])
                clauses.append((str(clause["source"])[:3], _key(clause["text"])))
        limits = {item["code"]: item["rows"][-1]["target"] for item in _items(pack / "deadlines.yaml")}
        for duty in _items(pack / "duties"):
            keys = tuple(texts.get((duty["position"], code), "") for code in duty["clauses"])
            for kind, rule in _rules(duty, limits):
                normal = recurring_rule(rule) if kind == "recurring" else target(rule)
                without = rule.get("kind") == "none" or (
                    kind == "trigger" and normal == target({"kind": "before"})
                )
                open_ended = bool(rule.get("assumed")) or without
                assumed = open_ended or not _stands_in(rule, keys)
                rules[kind].append(
                    Known(
                        tuple(duty.get("refs", ())),
                        duty["title"]["zh"],
                        keys,
                        normal,
                        assumed,
                        str(rule.get("every")),
                    )
                )
    return clauses, rules["recurring"], rules["trigger"]


def _rules(duty: Mapping[str, Any], limits: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rule or the target of a pack's duty; a target may stand in the table of limits, or in a chain."""
    if duty.get("recurring"):
        yield "recurring", duty["recurring"]
    trigger = duty.get("trigger") or duty.get("chain") or {}
    found = trigger.get("target") or limits.get(str(trigger.get("deadline")))
    if found:
        yield "trigger", found


def _stands_in(rule: Mapping[str, Any], keys: tuple[str, ...]) -> bool:
    """Whether the numbers of a rule stand in its clauses; a person may have put together several places."""
    numbers = [str(rule[key]) for key in ("count", "share_percent") if rule.get(key, 1) != 1]
    numbers += [str(rule[key])[:5].replace(":", "") for key in ("at", "not_before") if rule.get(key)]
    found = [value for key in keys for value in re.findall(r"\d+", key)]
    return all(number in found for number in numbers)


class _Loader(yaml.SafeLoader):
    """YAML 1.2 booleans: `on` is a word."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _items(place: Path) -> Iterator[dict[str, Any]]:
    for path in [place] if place.is_file() else sorted(place.glob("*.yaml")):
        loaded = yaml.load(path.read_text("utf-8"), _Loader)
        yield from loaded if isinstance(loaded, list) else [loaded]


def recurring_rule(rule: Mapping[str, Any]) -> tuple[Any, ...]:
    """A recurring rule in one form, whichever of its equal spellings was used."""
    every, due = rule["every"], rule["due"]
    days = tuple(rule.get("month_days") or ())
    months = tuple(rule.get("months") or ())
    weekdays = tuple(rule.get("weekdays") or ())
    at = str(rule.get("at") or "")[:5]
    if due == "period_end" and not rule.get("offset_days") and not rule.get("offset_working_days"):
        ends = {"month": (), "quarter": (3, 6, 9, 12), "half_year": (6, 12), "year": (12,)}
        if every in ends:
            due, days, months, every = "by", (-1,), months or ends[every], "month"
        elif every == "week":
            due, weekdays = "by", ("fri",)
    if due == "period_start":
        starts = {"month": (), "quarter": (1, 4, 7, 10), "half_year": (1, 7), "year": (1,)}
        if every in starts:
            due, days, months, every = "by", (1,), starts[every], "month"
    if months and every in ("quarter", "half_year", "year"):
        every = "month"
    return (
        "shift" if every == "day" and due == "shift_end" else every,
        due, days, months, weekdays, at, str(rule.get("not_before") or "")[:5], rule.get("interval", 1),
        rule.get("nth_working_day"), rule.get("before_minutes", 0), rule.get("count"), rule.get("share_percent"),
        rule.get("offset_days", 0), rule.get("offset_working_days", 0),
    )  # fmt: skip


def target(found: Mapping[str, Any]) -> tuple[Any, ...]:
    """A target in one form: "by" without a time of day counts days, 0 of them is the same day."""
    kind, days = found["kind"], found.get("days")
    if kind == "by" and not found.get("at"):
        kind = "days"
    if kind in ("days", "day_end") and not days:
        kind, days = "day_end", None
    seconds = (found.get("minutes") or 0) * 60 + (found.get("seconds") or 0)
    return kind, days, seconds, found.get("months"), found.get("of"), str(found.get("at") or "")[:5]


def _compare_clauses(drafts: Mapping[str, jobtext.Draft], clauses: list[tuple[str, str]], show: bool) -> None:
    have = {name: {_key(clause.text) for clause in _clauses(draft)} - {""} for name, draft in drafts.items()}
    missed = [(file, key) for file, key in clauses if key and not _among(key, have.get(file, set()))]
    wanted = {key for _file, key in clauses}
    wrong = [(file, key) for file, keys in have.items() for key in keys if not _among(key, wanted)]
    total = sum(map(len, have.values()))
    _print("clauses", len(clauses) - len(missed), len(clauses), total - len(wrong), total)
    if show:
        _list("missed", [f"{file} {key[:70]}" for file, key in missed])
        _list("not in a pack", [f"{file} {key[:70]}" for file, key in wrong])


def _clauses(draft: jobtext.Draft) -> Iterator[jobtext.Clause]:
    for position in draft.positions:
        yield from position.clauses


def _among(key: str, keys: set[str]) -> bool:
    """Whether a clause is there; a part of a longer one counts (packs give a sentence to the second one it names)."""
    return key in keys or any(key in other or (len(other) > 12 and other in key) for other in keys)


def _compare_rules(
    name: str, drafts: Mapping[str, jobtext.Draft], kind: str, known: list[Known], assumed: bool, show: bool
) -> None:
    read: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    drawn: list[tuple[str, tuple[Any, ...], bool, str, str]] = []
    for draft in drafts.values():
        for _position, clause, duty in draft.duties():
            if duty.kind != kind:
                continue
            rule = recurring_rule(duty.recurring or {}) if duty.recurring else target(duty.trigger["target"])  # type: ignore[index]
            read[_key(clause.text)].add(rule)
            numbered = not duty.assumed and rule != target({"kind": "before"})
            drawn.append(
                (_key(clause.text), rule, not numbered, duty.title, (duty.recurring or {}).get("every", ""))
            )
    wanted: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for item in known:
        for key in item.keys:
            wanted[key].add(item.rule)
            if item.assumed and kind == "recurring":
                wanted[key].add(("default", item.period))
            elif item.assumed:
                wanted[key].add(("default",))
    rows: dict[tuple[tuple[str, ...], tuple[Any, ...]], list[Known]] = defaultdict(list)
    for item in known:
        if item.assumed == assumed and item.refs:
            rows[item.refs, item.rule].append(item)
    missed = [
        items[0] for items in rows.values()
        if not any(_found(item, _near(key, read)) for item in items for key in item.keys)
    ]  # fmt: skip
    mine = list(dict.fromkeys(item for item in drawn if item[2] == assumed))
    wrong = [item for item in mine if not _right(item[1], item[4], _near(item[0], wanted), assumed=assumed)]
    sort = "default" if assumed else "with a number"
    _print(f"{name}, {sort}", len(rows) - len(missed), len(rows), len(mine) - len(wrong), len(mine))
    if show:
        _list(
            "missed",
            [f"{item.refs} {item.title} {item.rule}\n         {item.keys[0][:90]}" for item in missed],
        )
        _list(
            "not in a pack",
            [f"{rule} {title}\n         {key[:90]}" for key, rule, _assumed, title, _period in wrong],
        )


def _found(item: Known, rules: set[tuple[Any, ...]]) -> bool:
    """Of a default only that there is one can be read, not its value."""
    return bool(rules) if item.assumed else item.rule in rules


def _right(rule: tuple[Any, ...], period: str, wanted: set[tuple[Any, ...]], *, assumed: bool) -> bool:
    """A default is right where the pack has a duty at all; a read period also where the pack only sets the day."""
    return bool(wanted) if assumed else rule in wanted or ("default", period) in wanted


def _near(key: str, table: Mapping[str, set[tuple[Any, ...]]]) -> set[tuple[Any, ...]]:
    """What a table holds for a clause, or for one that holds it or is held by it."""
    found: set[tuple[Any, ...]] = set()
    for other, rules in table.items():
        if key and other and (key == other or key in other or other in key):
            found |= rules
    return found


def _print(name: str, found: int, of: int, right: int, drawn: int) -> None:
    recall = f"{100 * found / of:.1f} %" if of else "-"
    precision = f"{100 * right / drawn:.1f} %" if drawn else "-"
    print(f"{name:<44}{found:>7}{of:>6}{recall:>9}{right:>8}{drawn:>6}{precision:>11}")


def _list(name: str, lines: list[str]) -> None:
    for line in lines:
        print(f"    {name}: {line}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A duty as it was read, as a pack says it: rule, event, evidence, and whether a pack can say it at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from zhize.desk.drafting.packing import papers
from zhize.domains.duties.pack import EvidenceSpec, RecurringSpec, TriggerSpec
from zhize.kernel.packs.loader import LINES, validate
from zhize.kernel.packs.problems import in_words, place_of
from zhize.kernel.packs.specs import Spec, TargetSpec
from zhize.lib.jobtext import Draft, DraftDuty
from zhize.lib.text import Text

TITLE = 80
EVENT = 120
SHEET_HEAD = 20
"""Lines of a sheet above its sections and clauses, at most."""
LADDER = (
    {"code": "due", "label": {"zh": "到期上报", "en": "Due"}, "percent": 100, "tell": ["holder", "superior"]},
)
_AFTER = re.compile(r"[之以]?[后後]$")


def both(text: str, en: str = "") -> dict[str, str]:
    """A text for a pack. Where nobody gave the English, the words of the source stand for it."""
    return {"zh": text, "en": en or text}


def fits(draft: Draft) -> bool:
    """Whether each sheet fits into one file of a pack: a line for each clause and section below its head."""
    return all(
        len(each.clauses) + len({clause.section for clause in each.clauses}) + SHEET_HEAD <= LINES
        for each in draft.positions
    )


def rule(duty: DraftDuty) -> dict[str, Any]:
    """`{"recurring": …}` or `{"trigger": …}`. An event that the product cannot see is reported by hand."""
    if duty.recurring is not None:
        made = dict(duty.recurring)
        for name, value in (("count", duty.count), ("share_percent", duty.share_percent)):
            if value and not made.get(name):
                made[name] = value
        if duty.assumed:
            made["assumed"] = True
        return {"recurring": _ordered(made, RecurringSpec)}
    trigger = dict(duty.trigger or {})
    target = {**(trigger.get("target") or {"kind": "none"})}
    if duty.assumed and target["kind"] != "none":
        target["assumed"] = True
    named = str(trigger.get("event") or "").strip()
    # 接到投诉后 names the event 接到投诉; what comes after it is the clock.
    event = (_AFTER.sub("", named) or named or duty.title or "—")[:EVENT]
    return {"trigger": {"by_hand": both(event), "target": _ordered(target, TargetSpec)}}


def _ordered(values: Mapping[str, Any], model: type[Spec]) -> dict[str, Any]:
    """In the order of the model, wherever the values were kept meanwhile."""
    names = [*model.model_fields]
    return dict(
        sorted(values.items(), key=lambda pair: names.index(pair[0]) if pair[0] in names else len(names))
    )


def evidence(duty: DraftDuty) -> dict[str, Any]:
    """What proves it. A duty of a number is counted, whatever it is written down in."""
    title = duty.evidence.title.strip()[:TITLE] if duty.evidence is not None else ""
    label = {"label": both(title)} if title else {}
    if _counted(duty):
        return {"kind": "count", **label}
    sort = papers.sort_of(duty.evidence)
    return {"kind": sort.kind, **({"record": sort.record} if sort.record else {}), **label}


def why(duty: DraftDuty) -> Text:
    """Why this evidence is proposed; empty where the clause names none."""
    return papers.COUNTED if _counted(duty) else papers.sort_of(duty.evidence).why


def _counted(duty: DraftDuty) -> bool:
    return duty.recurring is not None and (duty.count or duty.recurring.get("count") or 1) > 1


def faults(duty: DraftDuty) -> list[tuple[str, str]]:
    """Why a pack cannot say this duty: the field that is wrong and a sentence in the reader's language.

    Fields: those of the recurring rule (`due` where it is none in particular), `event`, `limit`, `evidence_title`.
    """
    found = rule(duty)
    parts: tuple[tuple[type[Any], Mapping[str, Any] | None, str], ...] = (
        (RecurringSpec, found.get("recurring"), "due"),
        (TriggerSpec, found.get("trigger"), "limit"),
        (EvidenceSpec, evidence(duty), "evidence_title"),
    )
    said: list[tuple[str, str]] = []
    for model, data, whole in parts:
        if data is None:
            continue
        try:
            validate(model, data)
        except ValidationError as error:
            said.extend(
                (_field(place_of(one), whole), in_words(one)) for one in error.errors(include_url=False)
            )
    return said


def _field(place: tuple[int | str, ...], whole: str) -> str:
    first = str(place[0]) if place else ""
    if whole == "due":
        return first or whole
    return "event" if first == "by_hand" else whole

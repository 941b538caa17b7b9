"""A duty as it was read, as a pack says it: rule, event, evidence, and whether a pack can say it at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from zhize.domains.duties.pack import EvidenceSpec, RecurringSpec, TriggerSpec
from zhize.kernel.packs.loader import validate
from zhize.kernel.packs.problems import in_words
from zhize.lib.jobtext import DraftDuty

TITLE = 80
EVENT = 120
LADDER = (
    {"code": "due", "label": {"zh": "到期上报", "en": "Due"}, "percent": 100, "tell": ["holder", "superior"]},
)
# What a named paper asks of whoever does the duty; a report nobody has designed yet is handed in as a file.
_KINDS = {"form": "form", "report": "file", "file": "file", "signature": "signature", "note": "note"}


def both(text: str, en: str = "") -> dict[str, str]:
    """A text for a pack. Where nobody gave the English, the words of the source stand for it."""
    return {"zh": text, "en": en or text}


def rule(duty: DraftDuty) -> dict[str, Any]:
    """`{"recurring": …}` or `{"trigger": …}`. An event that the product cannot see is reported by hand."""
    if duty.recurring is not None:
        made = dict(duty.recurring)
        for name, value in (("count", duty.count), ("share_percent", duty.share_percent)):
            if value and not made.get(name):
                made[name] = value
        if duty.assumed:
            made["assumed"] = True
        return {"recurring": made}
    trigger = dict(duty.trigger or {})
    target = {**(trigger.get("target") or {"kind": "none"})}
    if duty.assumed and target["kind"] != "none":
        target["assumed"] = True
    event = (str(trigger.get("event") or "").strip() or duty.title)[:EVENT]
    return {"trigger": {"by_hand": both(event), "target": target}}


def evidence(duty: DraftDuty) -> dict[str, Any]:
    """What proves it. A duty of a number is counted, whatever it is written down in."""
    title = duty.evidence.title.strip()[:TITLE] if duty.evidence is not None else ""
    label = {"label": both(title)} if title else {}
    if duty.recurring is not None and (duty.count or duty.recurring.get("count") or 1) > 1:
        return {"kind": "count", **label}
    kind = _KINDS[duty.evidence.kind] if duty.evidence is not None else "note"
    return {"kind": kind, **label}


def faults(duty: DraftDuty) -> list[str]:
    """Why a pack cannot say this duty, in the reader's language; none when it can."""
    found = rule(duty)
    said: list[str] = []
    parts: tuple[tuple[type[Any], Mapping[str, Any] | None], ...] = (
        (RecurringSpec, found.get("recurring")),
        (TriggerSpec, found.get("trigger")),
        (EvidenceSpec, evidence(duty)),
    )
    for model, data in parts:
        if data is None:
            continue
        try:
            validate(model, data)
        except ValidationError as error:
            said.extend(in_words(one) for one in error.errors(include_url=False))
    return said

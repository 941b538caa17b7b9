"""What of a duty its unit may set itself, what its pack fixes, and whether what was set can be read (DUT-10).

A period that the job description names is its own; one that it leaves open (定期, 及时) is a setting with a default.
Days, times, evidence, receiver, weight and ladder are the unit's in either case. What the product watches by itself
(facts that begin and end a duty, evidence by fact) stands in the pack alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ValidationError

from zhize.domains.duties.models import Duty, Kind
from zhize.domains.duties.recurring import rule_of
from zhize.kernel.clocks import limits
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Position
from zhize.kernel.packs.problems import in_words, place_of

if TYPE_CHECKING:
    from zhize.kernel.packs.specs import Spec

# The points of a duty that a unit may set itself.
OPEN_POINTS = frozenset({"rule", "ladder", "weight", "evidence", "acceptor_code", "title"})
# Further ones of a duty that the unit made itself: the texts of ORG-09.
OWN_POINTS = frozenset({"place", "object", "method"})
# Of a recurring rule, what the job description itself says where it names a period.
PERIOD = ("every", "interval", "due", "months", "workdays_only", "no_repeat", "follows")
# What a self-declaration of a standing duty may be asked for.
DECLARED = ("month", "quarter", "half_year", "year")
BY_HAND = ("form", "file", "count", "signature", "note")
"""Kinds of evidence that a person gives; the others the product sees by itself."""

# What a person may type at most, so that every due time can be computed and counted.
_MOST = {"count": 1_000_000, "offset_days": 366, "before_minutes": 10_080, "after_minutes": 10_080}

WRITTEN = _("岗位说明书写明了周期，由行业包规定，单位不能修改；哪一天、几点可以改。")
EVENT = _("什么事触发由行业包规定，单位不能修改；时限可以改。")
WATCHED = _("由系统自动识别，在行业包里规定，单位不能修改。")


def made_by_unit(duty: Duty) -> bool:
    """Whether the department made this duty itself, so that no pack fixes anything of it."""
    return duty.current is not None and bool(duty.current.spec.get("made_by_unit"))


def is_assumed(spec: Mapping[str, Any]) -> bool:
    """Whether the source gives no number, so that the period or limit is a default (§0, D2)."""
    rule = spec.get("recurring") or {}
    limited = spec.get("trigger") or spec.get("chain") or {}
    return bool(rule.get("assumed") or (limited.get("target") or {}).get("assumed"))


def fixed(duty: Duty) -> dict[str, Any]:
    """What the pack fixes of this duty: name of the point (a key of the rule, `target.kind`, `evidence`) → why."""
    version = duty.current
    if version is None or made_by_unit(duty):
        return {}
    found: dict[str, Any] = {}
    if duty.kind == Kind.RECURRING:
        found |= dict.fromkeys(() if is_assumed(version.spec) else PERIOD, WRITTEN)
    else:
        why = WATCHED if version.rule.get("starts") else EVENT
        found |= dict.fromkeys((key for key in version.rule if key != "target"), why)
        found |= {} if is_assumed(version.spec) else {"target.kind": WRITTEN}
    if version.evidence.get("kind") not in BY_HAND:
        found["evidence"] = WATCHED
    return found


def check(duty: Duty, values: Mapping[str, Any]) -> None:
    """Raise Invalid unless the unit may set these values of the duty and they can be read."""
    allowed = OPEN_POINTS | (OWN_POINTS if made_by_unit(duty) else frozenset())
    unknown = set(values) - allowed
    if unknown or duty.current is None:
        raise Invalid(
            {name: _("这一项不能由单位修改。") for name in sorted(unknown)} or {"": _("这项职责还没有内容。")}
        )
    check_values(duty.kind, duty.unit.path or "", values)
    errors: dict[str, Any] = {}
    reasons = fixed(duty)
    if "rule" in values:
        errors |= _touched(duty.current.rule, values["rule"], reasons)
    kind = values.get("evidence", {}).get("kind")
    if "evidence" in reasons and kind not in (None, duty.current.evidence.get("kind")):
        errors["evidence"] = reasons["evidence"]
    if errors:
        raise Invalid(errors)


def _touched(
    before: Mapping[str, Any], after: Mapping[str, Any], reasons: Mapping[str, Any]
) -> dict[str, Any]:
    """The fixed keys that the new rule would change. A key that is not there counts as its default."""
    errors = {
        key: why
        for key, why in reasons.items()
        if key != "evidence"
        and "." not in key
        and _plain(key, before.get(key)) != _plain(key, after.get(key))
    }
    kinds = [(rule.get("target") or {}).get("kind") for rule in (before, after)]
    if "target.kind" in reasons and kinds[0] != kinds[1]:
        errors["target"] = reasons["target.kind"]
    return errors


def _plain(key: str, value: Any) -> Any:
    return value or (1 if key == "interval" else None)


def check_values(kind: str, unit_path: str, values: Mapping[str, Any]) -> None:
    """Raise Invalid for a rule, evidence, ladder, weight or receiver that cannot be."""
    # The vocabulary of packs is read here too: a unit cannot set what a pack could not say.
    from zhize.domains.duties import pack

    if "rule" in values:
        _check_rule(kind, values["rule"])
    if "evidence" in values:
        read(pack.EvidenceSpec, values["evidence"], "evidence")
    if "weight" in values and not 1 <= int(values["weight"] or 0) <= 1000:
        raise Invalid({"weight": _("权重要在 1 到 1000 之间。")})
    for rung in values.get("ladder") or ():
        read(pack.RungSpec, rung, "ladder")
    if "title" in values and not str(values["title"].get("zh", "")).strip():
        raise Invalid({"title": _("请写明要做什么。")})
    code = values.get("acceptor_code")
    if code and not positions_about(unit_path).filter(code=code).exists():
        raise Invalid({"acceptor_code": _("没有叫“%(name)s”的岗位。") % {"name": code}})


def positions_about(unit_path: str) -> Any:
    """Active positions of a unit, the units below it and those above it: who may receive what is done there."""
    above = [int(part) for part in unit_path.strip("/").split("/") if part]
    rows = Position.objects.filter(active=True)
    return rows.filter(unit__path__startswith=unit_path) | rows.filter(unit_id__in=above)


def _check_rule(kind: str, rule: Mapping[str, Any]) -> None:
    from zhize.domains.duties import pack

    for name, most in _MOST.items():
        if isinstance(rule.get(name), int) and rule[name] > most:
            raise Invalid({name: _("最多 %(n)s。") % {"n": most}})
    if kind == Kind.RECURRING:
        read(pack.RecurringSpec, rule, "rule")
        rule_of(rule)
    elif kind == Kind.STANDING:
        read(pack.StandingSpec, rule, "rule")
    elif rule.get("after"):
        read(pack.ChainSpec, rule, "rule")
    else:
        read(pack.TriggerSpec, rule, "rule")
    if rule.get("target"):
        limits.parse({name: value for name, value in rule["target"].items() if name != "assumed"})


def read(model: type[Spec] | type[BaseModel], data: Mapping[str, Any], where: str) -> None:
    """Raise Invalid when the data cannot be read as that part of a pack; errors stand at the key they are about."""
    try:
        model.model_validate_json(json.dumps(dict(data)))
    except ValidationError as error:
        found: dict[str, list[Any]] = {}
        for one in error.errors():
            steps = place_of(one)
            place = str(steps[0]) if steps else where
            found.setdefault(place, []).append(in_words(one))
        raise Invalid(found) from None


def plain(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule without what stands at its default, for comparing; that a period is assumed is the pack's word alone."""
    kept = {name: value for name, value in rule.items() if value not in (None, "", [], (), 0, False)}
    if kept.get("interval") == 1:
        del kept["interval"]
    kept.pop("assumed", None)
    return kept

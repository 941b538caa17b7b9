"""Duties that a department makes itself, from a sentence of a position sheet that nothing carries out yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties.models import Duty, Kind
from zhize.domains.duties.services import library, points
from zhize.domains.duties.services.rights import in_unit
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic
from zhize.kernel.org.models import Clause, Position, Unit
from zhize.lib.text import Text

NO_SUCH_POSITION = _("没有这个岗位，或者不归您维护。")
# Where the declaration of a duty keeps its rule.
_PART = {Kind.RECURRING: "recurring", Kind.TRIGGERED: "trigger", Kind.STANDING: "standing"}
_TEXTS = {
    "place": _("请写明在什么地方做。"),
    "object": _("请写明对什么人、什么事做。"),
    "method": _("请写明怎么做、按什么程序。"),
}


@atomic
def add_duty(
    *,
    actor: Actor,
    position: Position,
    kind: str,
    title: Text,
    rule: Mapping[str, Any],
    clauses: Sequence[Clause],
    texts: Mapping[str, Text],
    evidence: Mapping[str, Any] | None = None,
    acceptor_code: str = "",
    weight: int = 1,
    ladder: Iterable[Mapping[str, Any]] = (),
    reason: str = "",
) -> Duty:
    """A duty of the department's own; its code is given by the product.

    `rule` is a recurring rule, a trigger that somebody reports (`by_hand` with a target), or, for a standing one, how
    often it is declared (`declare`, may be absent). `texts`: place, object and method (ORG-09), all needed. Raises
    Refused, and Invalid for what is missing, cannot be read, or a sentence of another position.
    """
    in_unit(actor, caps.DUTY_EDIT, position.unit)
    given = dict(evidence or {"kind": "note"})
    _check(position, kind, rule, clauses, texts, given)
    values = {
        "rule": dict(rule),
        "evidence": given,
        "acceptor_code": acceptor_code,
        "weight": weight,
        "ladder": list(ladder),
        "title": title.as_dict(),
    }
    points.check_values(kind, position.unit.path or "", values)
    spec = {
        "code": _code(position),
        "made_by_unit": True,
        "position": position.code,
        "title": title.as_dict(),
        "clauses": [clause.code for clause in clauses],
        _PART[Kind(kind)]: dict(rule),
        **{name: texts[name].as_dict() for name in _TEXTS},
        "evidence": given,
        "acceptor": acceptor_code or None,
        "weight": weight,
        "ladder": values["ladder"],
    }
    version = library.put(actor=actor, unit=position.unit, spec=spec, reason=reason, own=True)
    library.link(actor=actor, duty=version.duty, clauses=clauses)
    return version.duty


def _check(
    position: Position,
    kind: str,
    rule: Mapping[str, Any],
    clauses: Sequence[Clause],
    texts: Mapping[str, Text],
    evidence: Mapping[str, Any],
) -> None:
    errors: dict[str, Any] = {
        name: why for name, why in _TEXTS.items() if not texts.get(name, Text("")).zh.strip()
    }
    if not position.active:
        errors["position"] = _("这个岗位已经撤销。")
    if kind not in _PART:
        errors["kind"] = _("没有这种职责。")
    elif kind == Kind.TRIGGERED and not rule.get("by_hand"):
        # What the product watches by itself is declared in packs, where it is checked against the registered facts.
        errors["by_hand"] = _("请写明发生什么事时要做。")
    if not clauses:
        errors["clauses"] = _("请选择它落实的条款。")
    elif any(clause.position_id != position.pk for clause in clauses):
        errors["clauses"] = _("只能选择这个岗位自己的条款。")
    if evidence.get("kind") not in points.BY_HAND:
        errors["evidence"] = points.WATCHED
    if errors:
        raise Invalid(errors)


def _code(position: Position) -> str:
    """The next code of the unit's own duties of this position; two at once wait for each other."""
    unit = Unit.objects.select_for_update(no_key=True).get(pk=position.unit_id)
    stem = f"own_{position.code[:48]}_"
    used = Duty.objects.filter(unit=unit, code__startswith=stem).values_list("code", flat=True)
    taken = {code.removeprefix(stem) for code in used}
    return stem + next(str(number) for number in range(1, len(taken) + 2) if str(number) not in taken)


@atomic
def link_clauses(*, actor: Actor, duty: Duty, clauses: Sequence[Clause]) -> int:
    """Say which sentences of its own position the duty carries out; returns how many links changed.

    Raises Refused, and Invalid for no sentence at all or one of another position.
    """
    if not clauses:
        raise Invalid({"clauses": _("请选择它落实的条款。")})
    path = duty.unit.path or ""
    for clause in clauses:
        place = clause.position
        if place.code != duty.position_code or not (place.unit.path or "").startswith(path):
            raise Invalid({"clauses": _("只能选择这个岗位自己的条款。")})
    return library.link(actor=actor, duty=duty, clauses=clauses)

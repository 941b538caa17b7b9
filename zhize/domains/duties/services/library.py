"""The library of duties: taken over from a pack, changed by the unit; every change is a new version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import verbs
from zhize.domains.duties.models import Duty, DutyClause, DutyFact, DutyVersion, Kind, Obligation
from zhize.domains.duties.services import points
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Outrun, atomic, guarded_update
from zhize.kernel.org.models import Clause, Position, Unit
from zhize.lib import clock

# Chained duties (collect → check → report) begin when the one before is done.
CHAINED = "obligation.done"


@atomic
def put(
    *, actor: Actor, unit: Unit, spec: Mapping[str, Any], reason: str = "", own: bool = False
) -> DutyVersion:
    """Add the duty that `spec` declares to a unit, or give it a version when something differs, its position included.

    `spec` is the stored form of a pack's duty. Returns the version in force; the same spec again changes nothing.
    """
    access.require(actor, caps.DUTY_EDIT)
    cover = cover_of(spec)
    duty, new = Duty.objects.get_or_create(unit=unit, code=spec["code"], defaults=cover)
    moved = {name: value for name, value in cover.items() if getattr(duty, name) != value}
    return add_version(duty, content_of(spec), dict(spec), actor, reason, own=own, new=new, moved=moved)


def cover_of(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What the duty itself keeps of a declaration, whatever its version."""
    refs = list(spec.get("refs") or ())
    return {"position_code": spec["position"], "kind": kind_of(spec), "refs": refs}


@atomic
def change_duty(
    *, actor: Actor, duty: Duty, reason: str, version: int | None = None, **values: Any
) -> DutyVersion:
    """The unit sets something itself: rule (period, target), ladder, weight, evidence, acceptor, title (DUT-10).

    Makes a version; obligations that are open keep theirs, so no due time of yesterday moves. Of a duty that the unit
    made itself also place, object and method. `version` is the duty's version as the person saw it. Needs a reason.
    Raises Refused, Outrun, and Invalid for what the pack fixes or what nobody can read.
    """
    access.require(actor, caps.DUTY_EDIT, duty)
    duty = as_read(duty, version)
    if not reason.strip():
        raise Invalid({"reason": _("请写明修改原因。")})
    points.check(duty, values)
    now = duty.current
    if now is None:
        raise Invalid({"": _("这项职责还没有内容。")})
    content = {name: values.get(name, getattr(now, name)) for name in CONTENT}
    spec = {**now.spec, **{name: values[name] for name in points.OWN_POINTS & set(values)}}
    return add_version(duty, content, spec, actor, reason, own=True, new=False)


@atomic
def name_takers(
    *, actor: Actor, duty: Duty, acceptor_code: str = "", receiver_codes: Iterable[str] = ()
) -> DutyVersion:
    """Say which positions of the unit's surroundings accept what the duty makes and get it; who is not named stays.

    Makes a version; where nothing was made of the duty yet, it is the one that is owed from the beginning. Raises
    Refused, and Invalid for a position that is not there.
    """
    access.require(actor, caps.DUTY_EDIT, duty)
    now, listed = duty.current, list(receiver_codes)
    if now is None:
        raise Invalid({"": _("这项职责还没有内容。")})
    wanted = {*listed, acceptor_code} - {""}
    known = (
        points.positions_about(duty.unit.path or "").filter(code__in=wanted).values_list("code", flat=True)
    )
    if missing := wanted - set(known):
        raise Invalid({"position": _("没有叫“%(name)s”的岗位。") % {"name": "、".join(sorted(missing))}})
    named = {"acceptor": acceptor_code, "receivers": listed}
    spec = {**now.spec, **{name: value for name, value in named.items() if value}}
    version = put(actor=actor, unit=duty.unit, spec=spec, own=True)
    if not Obligation.objects.filter(duty=duty).exists():
        Duty.objects.filter(pk=duty.pk).update(owed_from=version.made_at)
    return version


def as_read(duty: Duty, version: int | None) -> Duty:
    """The duty, held until the end of the transaction. Raises Outrun when somebody changed it since `version`."""
    row = (
        Duty.objects.select_for_update(of=("self",), no_key=True)
        .select_related("current", "unit")
        .get(pk=duty.pk)
    )
    if version is not None and version != row.version:
        raise Outrun
    return row


@atomic
def link(*, actor: Actor, duty: Duty, clauses: Iterable[Clause]) -> int:
    """Say which sentences of position sheets the duty carries out (ORG-08); the links become exactly these.

    Returns how many changed. Raises Refused.
    """
    access.require(actor, caps.DUTY_EDIT, duty)
    texts = {clause.pk: clause.text for clause in clauses}
    wanted = set(texts)
    there = set(duty.clauses.values_list("clause_id", flat=True))
    DutyClause.objects.filter(duty=duty, clause_id__in=there - wanted).delete()
    DutyClause.objects.bulk_create(
        DutyClause(duty=duty, clause_id=pk, seen=texts[pk]) for pk in sorted(wanted - there)
    )
    if wanted != there:
        told = {"title": duty.current.name if duty.current else duty.code, "count": len(wanted)}
        history.record(actor=actor, verb=verbs.DUTY_LINKED, subject=duty, data=told)
    return len(wanted ^ there)


CONTENT = ("title", "rule", "evidence", "acceptor_code", "ladder", "weight")


def texts_of(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What of a declaration a version holds beside its columns: the texts of ORG-09, who else gets it, what is assumed."""
    found = {name: spec.get(name) for name in (*sorted(points.OWN_POINTS), "receivers")}
    return {name: value for name, value in found.items() if value} | (
        {"assumed": True} if points.is_assumed(spec) else {}
    )


def says_the_same(version: DutyVersion, content: Mapping[str, Any], spec: Mapping[str, Any]) -> bool:
    """Whether a version of this content and declaration would be the same as `version`."""
    now = {name: getattr(version, name) for name in CONTENT}
    return _told(now, version.spec) == _told(content, spec)


def _told(content: Mapping[str, Any], spec: Mapping[str, Any]) -> str:
    return json.dumps({**content, **texts_of(spec)}, sort_keys=True, ensure_ascii=False)


def kind_of(spec: Mapping[str, Any]) -> str:
    if spec.get("standing") is not None:
        return "standing"
    return "recurring" if spec.get("recurring") else "triggered"


def content_of(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a version from a declaration. Targets are stored as clocks read them."""
    stated = spec.get("recurring") or spec.get("trigger") or spec.get("chain") or spec.get("standing") or {}
    rule = _without_defaults(stated)
    if rule.get("subject"):
        rule["subject"] = rule["subject"].lower()
    if rule.get("target"):
        rule["target"] = {
            key: value for key, value in rule["target"].items() if value is not None and key != "assumed"
        }
    return {
        "title": dict(spec["title"]),
        "rule": rule,
        "evidence": _without_defaults(spec.get("evidence") or {}),
        "acceptor_code": spec.get("acceptor") or "",
        "ladder": list(spec.get("ladder") or ()),
        "weight": spec.get("weight") or 1,
    }


# Fields that rules and evidence did not always have. Unused they are left out, so that a duty that says the same as
# before does not become another version of itself.
_UNUSED: dict[str, Any] = {
    "interval": 1,
    "starting": None,
    "nth_working_day": None,
    "nth_weekday": None,
    "offset_working_days": 0,
    "after_minutes": 0,
    "times": [],
    "at_random": False,
    "each_holder": False,
    "on_free_day": None,
    "follows": None,
    "forms": [],
    "record": None,
}


def _without_defaults(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in data.items() if name not in _UNUSED or value not in (_UNUSED[name], ())
    }


def facts_of(rule: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(role, fact) of a triggered rule."""
    found = {(DutyFact.START, fact) for fact in rule.get("starts") or ()}
    found |= {(DutyFact.STOP, fact) for fact in rule.get("stops") or ()}
    found |= {(DutyFact.CANCEL, fact) for fact in rule.get("cancels") or ()}
    return found | ({(DutyFact.START, CHAINED)} if rule.get("after") else set())


def opened_as(
    kind: str, unit: Unit, position: Position | None, rows: Iterable[models.Model]
) -> DutyVersion | None:
    """The duty in force that says: this kind of obligation about such a row, which its domain opens, is mine.

    Of the position that owes it; a work sheet is owed by another department, so there any one will do.
    """
    labels = [row._meta.label_lower for row in rows]
    above = [int(part) for part in (unit.path or "").strip("/").split("/") if part]
    found = DutyVersion.objects.filter(
        duty__current=F("pk"),
        duty__active=True,
        duty__unit_id__in=above,
        rule__opened_as=kind,
        rule__subject__in=labels,
    ).select_related("duty")
    versions = list(found.order_by("duty__code"))
    code = position.code if position is not None else ""
    fitting = [version for version in versions if version.duty.position_code == code]
    return next(iter(fitting or (versions if kind == "worksheet" else [])), None)


def add_version(
    duty: Duty,
    content: dict[str, Any],
    spec: dict[str, Any],
    actor: Actor,
    reason: str,
    *,
    own: bool,
    new: bool,
    moved: Mapping[str, Any] | None = None,
) -> DutyVersion:
    """The version in force from now on. `moved` is what of the duty itself (`cover_of`) is another with it."""
    duty = Duty.objects.select_for_update(of=("self",), no_key=True).get(pk=duty.pk)
    digest = hashlib.sha256(_told(content, spec).encode()).hexdigest()
    now = duty.current
    same = now is not None and says_the_same(now, content, spec)
    # Setting what holds already makes nobody's own; going back to the default does make it the pack's again.
    if now is not None and same and duty.active and (own or not now.own) and not moved:
        return now
    number = (duty.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = DutyVersion.objects.create(
        duty=duty,
        number=number,
        **content,
        spec=spec,
        own=own,
        digest=digest,
        reason=reason[:200],
        made_by=actor.label[:120],
        made_at=clock.now(),
    )
    subject = str(content["rule"].get("subject") or "").lower()
    DutyFact.objects.bulk_create(
        DutyFact(version=version, role=role, fact=fact, subject_type=subject)
        for role, fact in sorted(facts_of(content["rule"]))
    )
    # Slots are counted by the rules of one kind only, from the version that began it.
    begins = new or not duty.active or "kind" in (moved or {})
    again: dict[str, Any] = {"owed_from": version.made_at} if begins else {}
    guarded_update(duty, current=version, active=True, ended_by_unit=False, **(moved or {}), **again)
    history.record(
        actor=actor,
        verb=verbs.DUTY_ADDED if new else verbs.DUTY_CHANGED,
        subject=duty,
        data={
            "title": version.name,
            "number": number,
            "before": now.number if now else None,
            "recurring": duty.kind == Kind.RECURRING,
        },
        note=reason,
    )
    return version

"""Units: set up, change, move in the tree, close (ORG-01)."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from zhize.domains.organisation import capabilities as caps
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update, one_at_a_time
from zhize.kernel.org.models import Appointment, Unit, UnitKind

EDITABLE = ("kind", "code", "name", "name_en", "short_name", "level", "timezone")


def _check(values: dict[str, Any], *, but: Unit | None = None) -> None:
    errors: dict[str, Any] = {}
    if "name" in values and not str(values["name"]).strip():
        errors["name"] = _("请填写名称。")
    code = str(values.get("code", "")).strip()
    one_at_a_time("organisation.unit", code)
    if "code" in values and not code:
        errors["code"] = _("请填写机构编码。")
    elif code and Unit.objects.filter(code=code).exclude(pk=but.pk if but else 0).exists():
        errors["code"] = _("这个机构编码已经使用。")
    if "kind" in values and values["kind"] not in UnitKind.values:
        errors["kind"] = _("没有这种单位。")
    if "timezone" in values and values["timezone"] not in available_timezones():
        errors["timezone"] = _("没有这个时区。")
    if errors:
        raise Invalid(errors)


@atomic
def create_unit(*, actor: Actor, parent: Unit | None, kind: str, code: str, name: str, **more: Any) -> Unit:
    """Set up a unit below `parent`. A root needs the right everywhere. Raises Invalid, Refused."""
    if parent is not None:
        access.require(actor, caps.EDIT, parent)
    elif not any(reach.scope == access.Scope.ALL for reach in actor.scopes(caps.EDIT)):
        access.require(actor, caps.EDIT, Unit(pk=0))
    values = {"kind": kind, "code": code.strip(), "name": name.strip(), **more}
    if not values.get("timezone"):
        values["timezone"] = parent.timezone if parent is not None else Unit().timezone
    _check(values)
    unit = Unit(parent=parent, **values)
    unit.save()
    guarded_update(unit, path=f"{parent.path if parent else '/'}{unit.pk}/")
    history.record(
        actor=actor, verb="unit.created", subject=unit, changes={"name": [None, unit.name]}, unit=unit
    )
    return unit


@atomic
def update_unit(*, actor: Actor, unit: Unit, **changes: Any) -> Unit:
    """Change a unit's data. Raises Invalid, Refused."""
    access.require(actor, caps.EDIT, unit)
    values = {name: value for name, value in changes.items() if name in EDITABLE}
    values["timezone"] = values.get("timezone") or unit.timezone
    _check(values, but=unit)
    with history.change(unit, actor=actor, verb="unit.changed"):
        guarded_update(unit, **values)
    return unit


@atomic
def move_unit(*, actor: Actor, unit: Unit, parent: Unit) -> Unit:
    """Put a unit, with everything below it, under another one. Raises Invalid for a circle."""
    access.require(actor, caps.EDIT, unit)
    access.require(actor, caps.EDIT, parent)
    if (parent.path or "").startswith(unit.path or "/"):
        raise Invalid({"parent": _("不能移到自己的下级里。")})
    old, new = unit.path or "", f"{parent.path}{unit.pk}/"
    Unit.objects.filter(path__startswith=old).exclude(pk=unit.pk).update(
        path=Concat(Value(new), Substr(F("path"), len(old) + 1))
    )
    with history.change(unit, actor=actor, verb="unit.moved", data={"to": parent.name}):
        guarded_update(unit, parent=parent, path=new)
    return unit


@atomic
def close_unit(*, actor: Actor, unit: Unit) -> Unit:
    """Close a unit that has nobody in it any more. Raises Invalid."""
    access.require(actor, caps.EDIT, unit)
    if Appointment.objects.filter(
        position__unit__path__startswith=unit.path or "?", to_on__isnull=True
    ).exists():
        raise Invalid({"": _("单位里还有在任人员，先办理免职。")})
    with history.change(unit, actor=actor, verb="unit.closed"):
        guarded_update(unit, active=False)
    return unit

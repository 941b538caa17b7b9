"""Areas of responsibility 责任区域 and who answers for them (ORG-21)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.organisation import capabilities as caps
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update, one_at_a_time
from zhize.kernel.org.models import Area, AreaAssignment, Person, Position, Unit


@atomic
def create_area(
    *, actor: Actor, unit: Unit, code: str, name: str, kind: str = "", parent: Area | None = None
) -> Area:
    """Draw an area of a unit. Raises Invalid, Refused."""
    access.require(actor, caps.AREA_EDIT, unit)
    errors: dict[str, Any] = {}
    if not name.strip():
        errors["name"] = _("请填写名称。")
    one_at_a_time("organisation.area", unit.pk, code.strip())
    if not code.strip() or Area.objects.filter(unit=unit, code=code.strip()).exists():
        errors["code"] = _("请填写编号，且不能重复。")
    if errors:
        raise Invalid(errors)
    area = Area.objects.create(unit=unit, code=code.strip(), name=name.strip(), kind=kind, parent=parent)
    history.record(actor=actor, verb="area.created", subject=area, unit=unit)
    return area


@atomic
def update_area(*, actor: Actor, area: Area, **changes: Any) -> Area:
    """Change an area's name, kind or parent, or close it."""
    access.require(actor, caps.AREA_EDIT, area)
    values = {name: value for name, value in changes.items() if name in {"name", "kind", "parent", "active"}}
    with history.change(area, actor=actor, verb="area.changed"):
        guarded_update(area, **values)
    return area


@atomic
def assign_area(
    *, actor: Actor, area: Area, person: Person, position: Position, from_on: date, replace: bool = True
) -> AreaAssignment:
    """Make somebody answerable for an area from a day; with `replace` the one before is released the day before."""
    access.require(actor, caps.AREA_EDIT, area)
    held = person.appointments.filter(position=position).exists()
    if not held:
        raise Invalid({"person": _("这个人不在这个岗位上。")})
    one_at_a_time("organisation.area_assignment", area.pk, position.pk)
    running = AreaAssignment.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=from_on), area=area, position=position
    )
    if running.filter(person=person).exists():
        raise Invalid({"person": _("已经由这个人负责。")})
    for row in running.select_related("person") if replace else ():
        _release(actor, row, max(from_on - timedelta(days=1), row.from_on))
    row = AreaAssignment.objects.create(area=area, person=person, position=position, from_on=from_on)
    history.record(
        actor=actor,
        verb="area.assigned",
        subject=area,
        data={"who": person.name, "area": area.name},
        unit=area.unit,
        also=[person],
        marks=[row],
    )
    return row


def _release(actor: Actor, row: AreaAssignment, on: date) -> None:
    guarded_update(row, expect={"to_on": row.to_on}, to_on=on)
    history.record(
        actor=actor,
        verb="area.released",
        subject=row.area,
        data={"who": row.person.name, "area": row.area.name},
        unit=row.area.unit,
        also=[row.person],
        marks=[row],
    )


@atomic
def release_area(*, actor: Actor, assignment: AreaAssignment, on: date) -> AreaAssignment:
    """End somebody's responsibility on a day (its last)."""
    access.require(actor, caps.AREA_EDIT, assignment.area)
    if on < assignment.from_on:
        raise Invalid({"on": _("结束日期不能早于开始日期。")})
    _release(actor, assignment, on)
    return assignment

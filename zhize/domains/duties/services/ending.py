"""A duty ends, comes back, or goes back to what its pack says."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import verbs
from zhize.domains.duties.models import Duty, DutyVersion, Kind
from zhize.domains.duties.services import library, points
from zhize.kernel import access, history, packs
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.packs.models import PackPlacement


@atomic
def end_duty(
    *, actor: Actor, duty: Duty, reason: str, by_pack: bool = False, version: int | None = None
) -> Duty:
    """The duty is no longer owed; what has begun stays. Needs a reason.

    What the unit ended stays ended when its pack is applied again; what the pack dropped (`by_pack`) may come back with it.
    """
    access.require(actor, caps.DUTY_EDIT, duty)
    row = library.as_read(duty, version)
    if not reason.strip():
        raise Invalid({"reason": _("请写明停用原因。")})
    guarded_update(row, expect={"active": True}, active=False, ended_by_unit=not by_pack)
    told = {
        "title": row.current.name if row.current else row.code,
        "recurring": row.kind == Kind.RECURRING,
    }
    history.record(actor=actor, verb=verbs.DUTY_ENDED, subject=row, data=told, note=reason)
    return row


@atomic
def restore_duty(*, actor: Actor, duty: Duty, reason: str) -> DutyVersion:
    """The duty is owed again from now on, as it last was; nothing of the time between. Needs a reason.

    Raises Refused, and Invalid when it is not ended.
    """
    access.require(actor, caps.DUTY_EDIT, duty)
    if not reason.strip():
        raise Invalid({"reason": _("请写明恢复原因。")})
    now = duty.current
    if duty.active or now is None:
        raise Invalid({"": _("这项职责没有停用。")})
    content = {name: getattr(now, name) for name in library.CONTENT}
    return library.add_version(duty, content, now.spec, actor, reason, own=now.own, new=False)


@atomic
def reset_duty(*, actor: Actor, duty: Duty, reason: str, version: int | None = None) -> DutyVersion:
    """Back to what the pack says, with its changes from now on (DUT-10). Needs a reason.

    Raises Refused, Outrun, and Invalid for a duty that the unit made itself or that stands at its default.
    """
    access.require(actor, caps.DUTY_EDIT, duty)
    duty = library.as_read(duty, version)
    if not reason.strip():
        raise Invalid({"reason": _("请写明修改原因。")})
    spec = default_of(duty)
    if spec is None or duty.current is None or not duty.current.own:
        raise Invalid({"": _("这项职责没有可以恢复的默认值。")})
    return library.add_version(duty, library.content_of(spec), spec, actor, reason, own=False, new=False)


def default_of(duty: Duty) -> dict[str, Any] | None:
    """The declaration of the pack in force that seeded the duty's unit, else as it was last applied; None: the unit's own."""
    if duty.current is None or points.made_by_unit(duty):
        return None
    releases = PackPlacement.objects.filter(unit_id=duty.unit_id).values_list("release_id", flat=True)
    for release in releases.order_by("pack"):
        found = packs.find("duties", duty.code, release)
        if found is not None and found.position == duty.position_code:
            return dict(found.model_dump(mode="json", by_alias=True, exclude_none=True))
    return dict(duty.current.spec)

"""Setting up, pausing and finding the ways in."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.selectors import types
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.kinds import LineKind
from zhize.domains.channels.models import Line
from zhize.domains.channels.models.lines import new_secret
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic, guarded_update
from zhize.kernel.org.models import Position, Unit
from zhize.lib import clock, phones

CHANGEABLE = frozenset({"name", "name_en", "address", "owner", "hours", "case_type", "active"})


class Paused(DomainError):
    """The line takes nothing in at the moment."""

    code = "channel.paused"
    message = _("这个渠道已暂停。")


@atomic
def open_line(
    *,
    actor: Actor,
    unit: Unit,
    kind: str,
    code: str,
    name: str,
    address: str = "",
    owner: Position | None = None,
    hours: str = "",
    case_type: str = "",
    name_en: str = "",
) -> Line:
    """Set up a way in. Raises Invalid for an unknown kind or type, a used code or a malformed number."""
    errors: dict[str, Any] = {}
    if kind not in LineKind.values:
        errors["kind"] = [_("没有这种渠道。")]
    if not name.strip():
        errors["name"] = [_("请填写名称。")]
    if Line.objects.filter(code=code).exists():
        errors["code"] = [_("这个代码已经用过。")]
    if case_type and types.case_types() and case_type not in {spec.code for spec in types.case_types()}:
        errors["case_type"] = [_("没有这种工单类型。")]
    if errors:
        raise Invalid(errors)
    line = Line(
        unit=unit,
        kind=kind,
        code=code,
        name=name.strip(),
        name_en=name_en.strip(),
        address=_address(kind, address),
        owner=owner,
        hours=hours.strip(),
        case_type=case_type,
    )
    line.save()
    access.require(actor, caps.MANAGE, line)
    history.record(actor=actor, verb="channel.opened", subject=line)
    return line


@atomic
def change_line(*, actor: Actor, line: Line, **changes: Any) -> Line:
    """Change what is said of a way in."""
    access.require(actor, caps.MANAGE, line)
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise Invalid({name: [_("这一项不能修改。")] for name in unknown})
    if "address" in changes:
        changes["address"] = _address(line.kind, changes["address"])
    with history.change(line, actor=actor, verb="channel.changed"):
        guarded_update(line, **changes)
    return line


@atomic
def pause_line(*, actor: Actor, line: Line, reason: str) -> Line:
    """Take nothing in on this line for now, with a reason. Messages that arrive are kept and taken in later."""
    access.require(actor, caps.MANAGE, line)
    if not reason.strip():
        raise Invalid({"reason": [_("请写明暂停原因。")]})
    guarded_update(line, expect={"paused_at": None}, paused_at=clock.now(), pause_reason=reason.strip()[:120])
    history.record(actor=actor, verb="channel.paused", subject=line, note=reason)
    return line


@atomic
def resume_line(*, actor: Actor, line: Line) -> Line:
    """Take in again."""
    access.require(actor, caps.MANAGE, line)
    guarded_update(line, paused_at=None, pause_reason="")
    history.record(actor=actor, verb="channel.resumed", subject=line)
    return line


@atomic
def renew_secret(*, actor: Actor, line: Line) -> str:
    """A new signing secret for the line's webhook; the old one stops working at once. Shown this once."""
    access.require(actor, caps.MANAGE, line)
    guarded_update(line, secret=new_secret())
    history.record(actor=actor, verb="channel.secret_renewed", subject=line)
    return str(line.secret)


def line_for_address(kind: str, addresses: tuple[str, ...]) -> Line | None:
    """The active line of this kind that one of these addresses belongs to, else the only or oldest one."""
    rows = list(Line.objects.filter(kind=kind, active=True).select_related("unit").order_by("pk"))
    wanted = {address.strip().lower() for address in addresses}
    named = next((row for row in rows if row.address and row.address.lower() in wanted), None)
    return named or (rows[0] if rows else None)


@atomic
def mailbox_line(*, actor: Actor, addresses: tuple[str, ...] = ()) -> Line | None:
    """The line that mail to these addresses belongs to.

    Where nobody set one up, mail must still arrive: then the first unit with positions gets a mailbox line
    under the product's own sender address. None while there is no unit at all.
    """
    found = line_for_address(LineKind.EMAIL, addresses)
    if found is not None:
        return found
    staffed = Unit.objects.filter(active=True, positions__active=True).order_by("path").first()
    unit = staffed or Unit.objects.filter(active=True).order_by("path").first()
    if unit is None:
        return None
    return open_line(
        actor=actor,
        unit=unit,
        kind=LineKind.EMAIL,
        code="mailbox",
        name="客户服务邮箱",
        name_en="Service mailbox",
        address=parseaddr(settings.CONFIG.email_from)[1],
    )


def open_now(line: Line, at: datetime | None = None) -> None:
    """Raise Paused unless the line takes contacts in."""
    if not line.is_open:
        raise Paused


def _address(kind: str, text: str) -> str:
    text = text.strip()
    if kind in {LineKind.PHONE, LineKind.FAX} and text:
        number = phones.normalise(text)
        if number is None:
            raise Invalid({"address": [_("电话号码不正确。")]})
        return number
    return text.lower() if kind == LineKind.EMAIL else text

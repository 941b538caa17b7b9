"""Messages taken for colleagues who were away 转告 (CHN-14)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.models import Call, Relay
from zhize.domains.customers.models import Customer
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused, atomic, guarded_update
from zhize.kernel.org.models import Person, Unit
from zhize.lib import clock, phones


class NotTheReceiver(Refused):
    """Only the receiver reads a relayed message."""

    code = "relay.not_the_receiver"
    message = _("只有被转告的人可以签阅。")


@atomic
def relay_message(
    *,
    actor: Actor,
    receiver: Person,
    from_name: str,
    content: str,
    from_phone: str = "",
    customer: Customer | None = None,
    call: Call | None = None,
    unit: Unit | None = None,
) -> Relay:
    """Pass a customer's message on. Announces relay.sent, which tells the receiver."""
    home = unit or access.unit_of(actor)
    errors: dict[str, Any] = {}
    if home is None:
        errors["unit"] = [_("请选择部门。")]
    if not (from_name.strip() or customer):
        errors["from_name"] = [_("请填写是谁来话。")]
    if not content.strip():
        errors["content"] = [_("请填写内容。")]
    if not receiver.active or receiver.pk == actor.person_id:
        errors["receiver"] = [_("请选择另一位在岗人员。")]
    if errors or home is None:
        raise Invalid(errors)
    relay = Relay(
        unit=home,
        receiver=receiver,
        from_name=(from_name.strip() or customer.name if customer else from_name.strip())[:60],
        from_phone=phones.normalise(from_phone) or (call.number if call else from_phone.strip()[:40]),
        customer=customer or (call.customer if call else None),
        call=call,
        content=content.strip(),
        sent_at=clock.now(),
        sent_by_id=actor.person_id,
    )
    relay.save()
    access.require(actor, caps.RELAY_SEND, relay)
    history.record(
        actor=actor,
        verb="relay.sent",
        subject=relay,
        data={"to": receiver.name, "to_id": receiver.pk, "name": relay.from_name},
        also=[relay.customer] if relay.customer else [],
    )
    return relay


@atomic
def read_relay(*, actor: Actor, relay: Relay) -> Relay:
    """The receiver has read it; the first time counts."""
    access.require(actor, caps.RELAY_VIEW, relay)
    if actor.person_id != relay.receiver_id:
        raise NotTheReceiver
    if relay.read_at is None:
        guarded_update(relay, expect={"read_at": None}, read_at=clock.now())
        history.record(actor=actor, verb="relay.read", subject=relay)
    return relay


@atomic
def handle_relay(*, actor: Actor, relay: Relay, note: str) -> Relay:
    """Note what was done: by the receiver, or by the assistant in his place."""
    access.require(actor, caps.RELAY_VIEW, relay)
    if not note.strip():
        raise Invalid({"note": [_("请写处理情况。")]})
    guarded_update(
        relay,
        expect={"handled_at": None},
        handled_at=clock.now(),
        handled_by_id=actor.person_id,
        handled_note=note.strip(),
    )
    history.record(
        actor=actor,
        verb="relay.handled",
        subject=relay,
        note=note,
        also=[relay.customer] if relay.customer else [],
    )
    return relay

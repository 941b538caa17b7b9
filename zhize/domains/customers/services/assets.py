"""Installed products and their quality events (CUS-33)."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers.models import Asset, Customer, Premises, QualityEvent, QualityKind
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.org import selectors as org
from zhize.lib import clock


@atomic
def record_asset(
    *,
    actor: Actor,
    product: str,
    customer: Customer | None = None,
    premises: Premises | None = None,
    model: str = "",
    serial_no: str = "",
    supplier: str = "",
    installed_on: date | None = None,
    warranty_until: date | None = None,
    note: str = "",
) -> Asset:
    """Record a product installed at a customer's, or a facility of the premises."""
    owner = customer or premises
    if owner is None:
        raise Invalid({"customer": [_("请指定客户或房产。")]})
    access.require(actor, caps.RECORD, owner)
    problems = {}
    if not product.strip():
        problems["product"] = [_("请填写产品。")]
    if (
        serial_no.strip()
        and Asset.objects.filter(unit=owner.unit, serial_no=serial_no.strip(), removed_on=None).exists()
    ):
        problems["serial_no"] = [_("这个序列号已经登记过了。")]
    if installed_on and warranty_until and warranty_until < installed_on:
        problems["warranty_until"] = [_("保修期不能早于安装日期结束。")]
    if problems:
        raise Invalid(problems)
    asset = Asset(
        unit=owner.unit,
        customer=customer,
        premises=premises,
        product=product.strip()[:80],
        model=model.strip()[:60],
        serial_no=serial_no.strip()[:60],
        supplier=supplier.strip()[:80],
        installed_on=installed_on,
        warranty_until=warranty_until,
        note=note.strip()[:200],
    )
    asset.save()
    history.record(
        actor=actor,
        verb="customer.asset_recorded",
        subject=asset,
        data={"asset": str(asset)},
        also=_around(asset),
    )
    return asset


def _around(asset: Asset) -> list[Customer | Premises]:
    return [row for row in (asset.customer, asset.premises) if row is not None]


@atomic
def remove_asset(*, actor: Actor, asset: Asset, removed_on: date | None = None, note: str = "") -> Asset:
    """Note that a product was taken out; its file stays."""
    access.require(actor, caps.RECORD, asset)
    day = removed_on or org.local_day(asset.unit)
    if asset.removed_on is not None:
        raise Invalid({"": [_("这件产品已经登记拆除。")]})
    if asset.installed_on and day < asset.installed_on:
        raise Invalid({"removed_on": [_("拆除日期不能早于安装日期。")]})
    guarded_update(asset, removed_on=day)
    history.record(
        actor=actor,
        verb="customer.asset_removed",
        subject=asset,
        data={"asset": str(asset)},
        note=note,
        also=_around(asset),
    )
    return asset


@atomic
def record_quality_event(
    *,
    actor: Actor,
    asset: Asset,
    kind: str,
    text: str,
    happened_on: date | None = None,
    cause: str = "",
    remedy: str = "",
    score: int | None = None,
    source_ref: str = "",
) -> QualityEvent:
    """Add to a product's quality tracking: a defect, a repair, an upgrade, or the customer's feedback with a score."""
    access.require(actor, caps.RECORD, asset)
    today = org.local_day(asset.unit)
    problems = {}
    if kind not in QualityKind.values:
        problems["kind"] = [_("请选择类别。")]
    if not text.strip():
        problems["text"] = [_("请填写情况。")]
    if happened_on is not None and happened_on > today:
        problems["happened_on"] = [_("日期不能晚于今天。")]
    if score is not None and not 1 <= score <= 5:
        problems["score"] = [_("满意度是 1 到 5。")]
    if problems:
        raise Invalid(problems)
    event = QualityEvent(
        asset=asset,
        kind=kind,
        happened_on=happened_on or today,
        text=text.strip(),
        cause=cause.strip()[:200],
        remedy=remedy.strip()[:200],
        score=score,
        source_ref=source_ref[:60],
        recorded_at=clock.now(),
        recorded_by_id=actor.person_id,
    )
    event.save()
    history.record(
        actor=actor,
        verb="customer.quality_recorded",
        subject=asset,
        data={"asset": str(asset), "kind": history.both(QualityKind(kind).label)},
        also=_around(asset),
        marks=[event],
    )
    return event

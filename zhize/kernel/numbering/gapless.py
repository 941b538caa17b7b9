"""Numbers without gaps, for receipts and papers whose book must be complete."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic, guarded_update
from zhize.kernel.numbering import series as registry
from zhize.kernel.numbering.models import IssuedNumber
from zhize.kernel.org.models import Unit
from zhize.lib import clock


class AlreadyVoid(DomainError):
    code = "numbering.already_void"
    message = _("这个编号已经作废。")


@atomic
def next_gapless(
    series: str,
    *,
    actor: Actor,
    unit: Unit | None = None,
    at: datetime | None = None,
    prefix: str | None = None,
) -> IssuedNumber:
    """Issue the next number of a gapless series, for the document the caller writes in the same transaction.

    Others who want a number of the same series and period wait until this transaction ends; when it is rolled
    back the number was never issued. Take it as the last step of a short transaction. Entered in history as
    number.issued.
    """
    declared = registry.get(series)
    if not declared.gapless:
        raise ValueError(f"series {series!r} is not gapless: use next_number")
    used_prefix = declared.prefix if prefix is None else prefix
    registry.check_prefix(used_prefix)
    moment = at or clock.now()
    period = declared.period_at(moment, unit.timezone if unit else clock.home())
    count = _count_up(series, used_prefix, period)
    issued = IssuedNumber.objects.create(
        series=series,
        prefix=used_prefix,
        period=period,
        count=count,
        number=declared.compose(used_prefix, period, count),
        unit=unit,
        issued_at=moment,
        issued_by=actor.label,
    )
    history.record(actor=actor, verb="number.issued", subject=issued, unit=unit)
    return issued


@atomic
def void(issued: IssuedNumber, *, actor: Actor, reason: str) -> IssuedNumber:
    """Void a spoilt number; it stays in the book with the reason. Refused without a reason or when void already."""
    access.require(actor, "number.void", issued)
    if not reason.strip():
        raise Invalid({"reason": [_("作废编号要写明原因。")]})
    if issued.voided_at is not None:
        raise AlreadyVoid
    guarded_update(
        issued,
        expect={"voided_at": None},
        voided_at=clock.now(),
        voided_by=actor.label,
        void_reason=reason.strip(),
    )
    history.record(actor=actor, verb="number.voided", subject=issued, note=reason.strip(), unit=issued.unit)
    return issued


def _count_up(series: str, prefix: str, period: str) -> int:
    # The row is locked from here to the end of the transaction: that is what "without gaps" costs.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO numbering_gaplesscount AS counted (series, prefix, period, last) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (series, prefix, period) DO UPDATE SET last = counted.last + 1 RETURNING last",
            [series, prefix, period],
        )
        return int(cursor.fetchone()[0])

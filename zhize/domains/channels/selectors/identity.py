"""Whether business may be taken in from afar, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import Channel
from zhize.domains.cases.selectors import types
from zhize.domains.cases.services import Intake
from zhize.domains.channels.models import IdentityCheck
from zhize.domains.customers.models import Customer
from zhize.kernel.db import DomainError, Invalid
from zhize.lib import clock

# How long a passed check holds.
VALID = timedelta(minutes=30)
FACE_TO_FACE = frozenset({Channel.COUNTER, Channel.VISIT, Channel.STAFF})


class NotChecked(DomainError):
    """Business from afar needs a passed identity check (CHN-11)."""

    code = "identity.not_checked"
    message = _("非面对面办理，请先核实客户身份。")


class NotFromAfar(DomainError):
    """Business that needs papers or cash is done at the counter only."""

    code = "identity.not_from_afar"
    message = _("需要证件或现金的业务只能到柜台办理。")


@dataclass(frozen=True)
class Acceptance:
    """The state of the accept button: enabled, or disabled with its reason.

    `reason_required`: the customer must be told why not, and that is recorded (arrears).
    """

    enabled: bool
    reason: Any = ""
    reason_required: bool = False
    check_used: bool = False
    refusal: DomainError | None = None


def is_checked(intake: Intake) -> bool:
    """Whether business of this type is taken in from afar only after a check."""
    spec = next((one for one in types.case_types() if one.code == intake.type), None)
    return spec is not None and spec.identity_check


def acceptance(
    *,
    intake: Intake,
    check: IdentityCheck | None = None,
    needs_papers: bool = False,
    involves_cash: bool = False,
) -> Acceptance:
    """Whether this business may be accepted now through its channel (CHN-11)."""
    if not is_checked(intake):
        return Acceptance(enabled=True)
    if intake.customer is not None and intake.customer.arrears_amount > 0:
        amount = intake.customer.arrears_amount
        reason = _("客户欠费 %(amount)s 元，不能办理，请把原因告知客户并记录。") % {"amount": amount}
        return Acceptance(
            enabled=False,
            reason=reason,
            reason_required=True,
            refusal=Invalid({"reason": [reason]}, code="identity.arrears"),
        )
    if intake.channel in FACE_TO_FACE:
        return Acceptance(enabled=True)
    if needs_papers or involves_cash:
        return Acceptance(enabled=False, reason=NotFromAfar.message, refusal=NotFromAfar())
    if (
        check is None
        or not is_good(check)
        or intake.customer is None
        or check.customer_id != intake.customer.pk
    ):
        return Acceptance(enabled=False, reason=NotChecked.message, refusal=NotChecked())
    return Acceptance(enabled=True, check_used=True)


def latest(customer: Customer | None) -> IdentityCheck | None:
    """The newest check of the customer that passed and was not used yet."""
    if customer is None:
        return None
    return (
        IdentityCheck.objects.filter(customer=customer, passed=True, case=None).order_by("-at", "-pk").first()
    )


def is_good(check: IdentityCheck) -> bool:
    """Passed, fresh and not yet used for another case."""
    return check.passed and check.case_id is None and check.at > clock.now() - VALID

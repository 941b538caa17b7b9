"""Whether a customer still takes changes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import machine
from zhize.domains.customers.models import Customer
from zhize.kernel import access
from zhize.kernel.access import Actor, Scope
from zhize.kernel.db import DomainError, Refused
from zhize.kernel.org.models import Unit


class NotActive(DomainError):
    """A merged or closed customer takes no changes."""

    code = "customer.not_active"
    message = _("这位客户的档案已合并或销户，不能再修改。")


def require_active(customer: Customer) -> None:
    """Raises NotActive for a customer that was merged away or closed."""
    if customer.state != machine.ACTIVE:
        raise NotActive


def may_change(actor: Actor, capability: str, customer: Customer) -> None:
    """The right to do this to the customer, who must be active. Raises Refused or NotActive."""
    access.require(actor, capability, customer)
    require_active(customer)


def require_unit(actor: Actor, capability: str, unit: Unit) -> None:
    """The right to make new rows in this unit. Raises Refused.

    A grant on own or on the team's rows reaches the unit of the position it comes from.
    """
    if not access.reaches_unit(actor, capability, unit, own=True):
        raise Refused(code=f"refused.{capability}")


def only_own(actor: Actor, capability: str) -> bool:
    """Whether the grant reaches rows through people only, so that a new row must name the actor to stay in reach."""
    return all(reach.scope in {Scope.OWN, Scope.TEAM} for reach in actor.scopes(capability))

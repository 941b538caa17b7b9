"""Why a step may not be signed by somebody, for the buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.kernel import flow
from zhize.kernel.access import Actor
from zhize.kernel.approvals import selectors
from zhize.kernel.approvals.models import Approval


@flow.guard("approval.yours")
def yours(approval: Approval, actor: Actor, data: Mapping[str, Any] | None) -> Any:
    """Only those who are to decide now, and never the requester."""
    if actor.person_id == approval.requested_by_id:
        return _("不能审批自己提交的申请。")
    if actor.person_id not in {person.pk for person, _position in selectors.deciders(approval)}:
        return _("现在这一步不由您审批。")
    return None


@flow.guard("approval.mine")
def mine(approval: Approval, actor: Actor, data: Mapping[str, Any] | None) -> Any:
    """Only the requester."""
    return None if actor.person_id == approval.requested_by_id else _("只有提交人可以这样做。")

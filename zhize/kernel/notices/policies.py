"""Notices belong to their person; the log of messages belongs to those who look after it."""

from __future__ import annotations

from typing import ClassVar

from zhize.kernel import access
from zhize.kernel.notices import capabilities
from zhize.kernel.notices.models import Delivery, Notice


@access.policy
class NoticePolicy(access.Policy[Notice]):
    model = Notice
    view = capabilities.NOTICE_VIEW
    people: ClassVar[tuple[str, ...]] = ("person",)


@access.policy
class DeliveryPolicy(access.Policy[Delivery]):
    model = Delivery
    view = capabilities.DELIVERY_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("person",)

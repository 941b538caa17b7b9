"""Which rows an actor reaches: those of the units his grants reach, and those that name him."""

from __future__ import annotations

from typing import ClassVar

from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.models import (
    Call,
    CallTransfer,
    Correspondence,
    IdentityCheck,
    InboundEvent,
    InboundMail,
    Line,
    OutboundMail,
    Relay,
    ServicePassword,
    Visitor,
    WebSubmission,
    WorkEntry,
)
from zhize.kernel import access


@access.policy
class LinePolicy(access.Policy[Line]):
    model = Line
    view = caps.VIEW
    unit = "unit"


@access.policy
class InboundEventPolicy(access.Policy[InboundEvent]):
    model = InboundEvent
    view = caps.MANAGE
    unit = "line__unit"


@access.policy
class CallPolicy(access.Policy[Call]):
    """A call is also seen by everybody through whose hands it went."""

    model = Call
    view = caps.CALL_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("agent", "transfers__from_person", "transfers__to_person")


@access.policy
class CallTransferPolicy(access.Policy[CallTransfer]):
    model = CallTransfer
    view = caps.CALL_VIEW
    unit = "call__unit"
    people: ClassVar[tuple[str, ...]] = ("from_person", "to_person")


@access.policy
class VisitorPolicy(access.Policy[Visitor]):
    model = Visitor
    view = caps.VISITOR_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("received_by", "to_person")


@access.policy
class WorkEntryPolicy(access.Policy[WorkEntry]):
    model = WorkEntry
    view = caps.WORKLOG_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("informed", "recorded_by")


@access.policy
class RelayPolicy(access.Policy[Relay]):
    model = Relay
    view = caps.RELAY_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("receiver", "sent_by")


@access.policy
class ServicePasswordPolicy(access.Policy[ServicePassword]):
    model = ServicePassword
    view = caps.IDENTITY_SET
    unit = "customer__unit"


@access.policy
class IdentityCheckPolicy(access.Policy[IdentityCheck]):
    model = IdentityCheck
    view = caps.IDENTITY_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("person",)


@access.policy
class CorrespondencePolicy(access.Policy[Correspondence]):
    model = Correspondence
    view = caps.DOCUMENT_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("recorded_by",)


@access.policy
class InboundMailPolicy(access.Policy[InboundMail]):
    model = InboundMail
    view = caps.MAIL_VIEW
    unit = "unit"


@access.policy
class OutboundMailPolicy(access.Policy[OutboundMail]):
    model = OutboundMail
    view = caps.MAIL_VIEW
    unit = "unit"


@access.policy
class WebSubmissionPolicy(access.Policy[WebSubmission]):
    model = WebSubmission
    view = "case.view"
    unit = "unit"

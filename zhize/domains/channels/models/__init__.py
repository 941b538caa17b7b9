"""Tables of the domain."""

from zhize.domains.channels.models.calls import Call, CallTransfer
from zhize.domains.channels.models.desk import IdentityCheck, Relay, ServicePassword, Visitor, WorkEntry
from zhize.domains.channels.models.lines import InboundEvent, Line, Mailbox
from zhize.domains.channels.models.mail import Correspondence, InboundMail, OutboundMail, WebSubmission

__all__ = [
    "Call",
    "CallTransfer",
    "Correspondence",
    "IdentityCheck",
    "InboundEvent",
    "InboundMail",
    "Line",
    "Mailbox",
    "OutboundMail",
    "Relay",
    "ServicePassword",
    "Visitor",
    "WebSubmission",
    "WorkEntry",
]

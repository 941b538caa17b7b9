"""The verbs of the desks where contacts come in."""

from __future__ import annotations

from zhize.domains.channels.services.calls import (
    CallEnded,
    CallHasCase,
    finish_call,
    follow_up,
    identify,
    open_case_for_call,
    record_demand,
    register_call,
    show_popup,
    transfer_call,
)
from zhize.domains.channels.services.documents import put_to_case, record_document, take_in
from zhize.domains.channels.services.identity import (
    NotChecked,
    NotFromAfar,
    TooManyFailures,
    accept_business,
    check_identity,
    set_password,
    tell_why_not,
)
from zhize.domains.channels.services.lines import (
    Paused,
    change_line,
    mailbox_line,
    open_line,
    pause_line,
    renew_secret,
    resume_line,
)
from zhize.domains.channels.services.mailin import Arrival, NoUnit, Taken
from zhize.domains.channels.services.mailin import take_in as take_in_mail
from zhize.domains.channels.services.mailout import forward_by_mail, mail_customer, send_progress
from zhize.domains.channels.services.progress import tell_progress
from zhize.domains.channels.services.relays import NotTheReceiver, handle_relay, read_relay, relay_message
from zhize.domains.channels.services.releasing import discard as discard_mail
from zhize.domains.channels.services.releasing import release as release_mail
from zhize.domains.channels.services.releasing import release_paused
from zhize.domains.channels.services.visitors import (
    call_visitor,
    open_case_for_visitor,
    receive_visitor,
    send_visitor,
    serve_visitor,
    visitor_left,
)
from zhize.domains.channels.services.web import progress_code, submit
from zhize.domains.channels.services.worklog import close_work, inform, record_work

__all__ = [
    "Arrival",
    "CallEnded",
    "CallHasCase",
    "NoUnit",
    "NotChecked",
    "NotFromAfar",
    "NotTheReceiver",
    "Paused",
    "Taken",
    "TooManyFailures",
    "accept_business",
    "call_visitor",
    "change_line",
    "check_identity",
    "close_work",
    "discard_mail",
    "finish_call",
    "follow_up",
    "forward_by_mail",
    "handle_relay",
    "identify",
    "inform",
    "mail_customer",
    "mailbox_line",
    "open_case_for_call",
    "open_case_for_visitor",
    "open_line",
    "pause_line",
    "progress_code",
    "put_to_case",
    "read_relay",
    "receive_visitor",
    "record_demand",
    "record_document",
    "record_work",
    "register_call",
    "relay_message",
    "release_mail",
    "release_paused",
    "renew_secret",
    "resume_line",
    "send_progress",
    "send_visitor",
    "serve_visitor",
    "set_password",
    "show_popup",
    "submit",
    "take_in",
    "take_in_mail",
    "tell_progress",
    "tell_why_not",
    "transfer_call",
    "visitor_left",
]

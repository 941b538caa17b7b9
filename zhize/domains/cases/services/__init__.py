"""The verbs of the domain: one function each, for every door."""

from zhize.domains.cases.services.alarms import acknowledge, end_alarm, raise_alarm
from zhize.domains.cases.services.assigning import assign, redispatch, take
from zhize.domains.cases.services.contents import attach, shown_answers, stored_files, unmask_contact
from zhize.domains.cases.services.delays import audit_delay, explain_delay, note_delay
from zhize.domains.cases.services.majors import decide, make_major, propose
from zhize.domains.cases.services.moving import act, audit, closing, resume_due
from zhize.domains.cases.services.opening import Intake, edit, open_case, report_fire, verify
from zhize.domains.cases.services.papers import issue as issue_paper
from zhize.domains.cases.services.papers import move as move_paper
from zhize.domains.cases.services.papers import read as read_paper
from zhize.domains.cases.services.papers import receive_transfer, rewrite_paper, transfer, write_paper
from zhize.domains.cases.services.papers import submit as submit_paper
from zhize.domains.cases.services.promising import keep, promise
from zhize.domains.cases.services.relating import (
    flag_class_repeat,
    link,
    merge,
    put_under,
    split,
    tag,
    tick,
    watch,
)
from zhize.domains.cases.services.routing import load_of, route
from zhize.domains.cases.services.talking import consult, inform, note, receive, reply, urge
from zhize.domains.cases.services.worksheets import accept as accept_worksheet
from zhize.domains.cases.services.worksheets import answer as answer_worksheet
from zhize.domains.cases.services.worksheets import cancel as cancel_worksheet
from zhize.domains.cases.services.worksheets import give_back as return_worksheet
from zhize.domains.cases.services.worksheets import move_due as move_worksheet_due
from zhize.domains.cases.services.worksheets import receive as receive_worksheet
from zhize.domains.cases.services.worksheets import send as send_worksheet
from zhize.domains.cases.services.worksheets import urge as urge_worksheet

__all__ = [
    "Intake",
    "accept_worksheet",
    "acknowledge",
    "act",
    "answer_worksheet",
    "assign",
    "attach",
    "audit",
    "audit_delay",
    "cancel_worksheet",
    "closing",
    "consult",
    "decide",
    "edit",
    "end_alarm",
    "explain_delay",
    "flag_class_repeat",
    "inform",
    "issue_paper",
    "keep",
    "link",
    "load_of",
    "make_major",
    "merge",
    "move_paper",
    "move_worksheet_due",
    "note",
    "note_delay",
    "open_case",
    "promise",
    "propose",
    "put_under",
    "raise_alarm",
    "read_paper",
    "receive",
    "receive_transfer",
    "receive_worksheet",
    "redispatch",
    "reply",
    "report_fire",
    "resume_due",
    "return_worksheet",
    "rewrite_paper",
    "route",
    "send_worksheet",
    "shown_answers",
    "split",
    "stored_files",
    "submit_paper",
    "tag",
    "take",
    "tick",
    "transfer",
    "unmask_contact",
    "urge",
    "urge_worksheet",
    "verify",
    "watch",
    "write_paper",
]

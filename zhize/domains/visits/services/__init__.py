"""The verbs of callbacks and opinions."""

from zhize.domains.visits.services.calling import assign, attempt, cancel, finish, give_up
from zhize.domains.visits.services.opinions import answer, receive, record, transfer
from zhize.domains.visits.services.planning import ask, ask_apology, ask_joint_visit, ask_visit
from zhize.domains.visits.services.surveys import answer_survey, questions, send_link, survey_of

__all__ = [
    "answer",
    "answer_survey",
    "ask",
    "ask_apology",
    "ask_joint_visit",
    "ask_visit",
    "assign",
    "attempt",
    "cancel",
    "finish",
    "give_up",
    "questions",
    "receive",
    "record",
    "send_link",
    "survey_of",
    "transfer",
]

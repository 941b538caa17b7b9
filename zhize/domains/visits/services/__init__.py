"""The verbs of callbacks and opinions."""

from django.utils.translation import gettext_lazy as _

from zhize.domains.visits.services.calling import assign, attempt, cancel, finish, give_up
from zhize.domains.visits.services.correcting import correct, may_correct
from zhize.domains.visits.services.opinions import answer, receive, record, transfer
from zhize.domains.visits.services.planning import ask, ask_apology, ask_joint_visit, ask_visit
from zhize.domains.visits.services.sampling import (
    NO_SUCH_SAMPLE,
    decide_measure,
    draw,
    redrawn,
    replace,
    visit,
)
from zhize.domains.visits.services.surveys import answer_survey, mail_link, questions, send_link, survey_of

VISIT_IS_PLANNED = _("共同上门已经安排，还没有完成。")
NO_SUCH_PERSON = _("请选择本部门在岗的人。")
NO_SUCH_UNIT = _("请选择本中心的部门。")

__all__ = [
    "NO_SUCH_PERSON",
    "NO_SUCH_SAMPLE",
    "NO_SUCH_UNIT",
    "VISIT_IS_PLANNED",
    "answer",
    "answer_survey",
    "ask",
    "ask_apology",
    "ask_joint_visit",
    "ask_visit",
    "assign",
    "attempt",
    "cancel",
    "correct",
    "decide_measure",
    "draw",
    "finish",
    "give_up",
    "mail_link",
    "may_correct",
    "questions",
    "receive",
    "record",
    "redrawn",
    "replace",
    "send_link",
    "survey_of",
    "transfer",
    "visit",
]

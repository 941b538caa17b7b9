"""The verbs of duties and obligations. Other domains call these; each docstring says who decides the right."""

from __future__ import annotations

from zhize.domains.duties.services.changing import (
    hand_over,
    move_due,
    no_move,
    pause_about,
    postpone,
    reassign,
    resume_about,
)
from zhize.domains.duties.services.declaring import open_declarations
from zhize.domains.duties.services.ending import end_duty, reset_duty, restore_duty
from zhize.domains.duties.services.feeds import close_feed, find_feed, open_feed
from zhize.domains.duties.services.finishing import (
    EvidenceMissing,
    accept,
    cancel,
    excuse,
    fulfil,
    give_back,
    miss,
    record_progress,
)
from zhize.domains.duties.services.handing import hand_in
from zhize.domains.duties.services.letting_go import offers
from zhize.domains.duties.services.library import change_duty, name_takers
from zhize.domains.duties.services.missing import miss_due
from zhize.domains.duties.services.opening import (
    assign_task,
    fact_of,
    open_obligation,
    report_event,
    report_fact,
)
from zhize.domains.duties.services.owning import NO_SUCH_POSITION, add_duty, link_clauses
from zhize.domains.duties.services.points import check as check_points
from zhize.domains.duties.services.proving import Proof
from zhize.domains.duties.services.reading import follow_readers
from zhize.domains.duties.services.reviewing import confirm_clause, release_clause
from zhize.domains.duties.services.scheduling import begin_now, plan_anew, schedule
from zhize.domains.duties.services.sizing import size
from zhize.domains.duties.services.urging import (
    NobodyToRemind,
    explain_failure,
    explainable,
    may_explain,
    remind,
)

__all__ = [
    "NO_SUCH_POSITION",
    "EvidenceMissing",
    "NobodyToRemind",
    "Proof",
    "accept",
    "add_duty",
    "assign_task",
    "begin_now",
    "cancel",
    "change_duty",
    "check_points",
    "close_feed",
    "confirm_clause",
    "end_duty",
    "excuse",
    "explain_failure",
    "explainable",
    "fact_of",
    "find_feed",
    "follow_readers",
    "fulfil",
    "give_back",
    "hand_in",
    "hand_over",
    "link_clauses",
    "may_explain",
    "miss",
    "miss_due",
    "move_due",
    "name_takers",
    "no_move",
    "offers",
    "open_declarations",
    "open_feed",
    "open_obligation",
    "pause_about",
    "plan_anew",
    "postpone",
    "reassign",
    "record_progress",
    "release_clause",
    "remind",
    "report_event",
    "report_fact",
    "reset_duty",
    "restore_duty",
    "resume_about",
    "schedule",
    "size",
]

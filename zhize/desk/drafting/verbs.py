"""What history says about drafts."""

from __future__ import annotations

from zhize.kernel import history

for code, zh, en in (
    ("made", "{actor}从说明书起草了“{subject}”", "{actor} drafted “{subject}” from a job description"),
    (
        "renamed",
        "{actor}修改了草稿“{subject}”的名称或代码",
        "{actor} changed the name or code of the draft “{subject}”",
    ),
    ("line_confirmed", "{actor}确认了“{subject}”第 {number} 条", "{actor} confirmed {number} of “{subject}”"),
    ("line_dropped", "{actor}删去了“{subject}”第 {number} 条", "{actor} dropped {number} of “{subject}”"),
    (
        "line_reopened",
        "{actor}重新打开了“{subject}”第 {number} 条",
        "{actor} opened {number} of “{subject}” again",
    ),
    (
        "line_added",
        "{actor}给“{subject}”第 {number} 条加了一项职责",
        "{actor} added a duty to {number} of “{subject}”",
    ),
    (
        "confirmed",
        "{actor}一次确认了“{subject}”的 {count} 条",
        "{actor} confirmed {count} lines of “{subject}” at once",
    ),
    ("corrected", "{actor}改正了“{subject}”第 {number} 条", "{actor} corrected {number} of “{subject}”"),
    (
        "position_set",
        "{actor}修改了“{subject}”中的岗位 {position}",
        "{actor} changed the position {position} of “{subject}”",
    ),
    (
        "position_split",
        "{actor}把“{subject}”第 {number} 条起分为岗位 {position}",
        "{actor} made a position {position} of “{subject}” from {number} on",
    ),
    (
        "applied",
        "{actor}把“{subject}”的岗位和职责建到 {unit}",
        "{actor} set up the positions and duties of “{subject}” in {unit}",
    ),
    ("deleted", "{actor}删除了草稿“{subject}”", "{actor} deleted the draft “{subject}”"),
):
    history.verb(f"jobdraft.{code}", zh=zh, en=en, privacy="keep")

"""What can happen to a clock; the entries stand in the timeline of the row it belongs to."""

from __future__ import annotations

from zhize.kernel import history

STARTED = history.verb(
    "clock.started",
    zh="“{label}”开始计时，到期 {due_text}",
    en="{label}: time runs, due {due_text}",
    privacy="keep",
)
PAUSED = history.verb(
    "clock.paused",
    zh="{actor}暂停了“{label}”计时：{note}",
    en="{actor} paused {label}: {note}",
    privacy="keep",
)
RESUMED = history.verb(
    "clock.resumed",
    zh="{actor}恢复了“{label}”计时，暂停 {length}，到期改为 {due_text}",
    en="{actor} resumed {label} after {length}, now due {due_text}",
    privacy="keep",
)
STOPPED = history.verb(
    "clock.stopped",
    zh="“{label}”停止计时：{outcome_text}",
    en="{label} stopped: {outcome_text}",
    privacy="keep",
)
CANCELLED = history.verb(
    "clock.cancelled",
    zh="{actor}取消了“{label}”计时 {note}",
    en="{actor} cancelled {label} {note}",
    privacy="keep",
)
MOVED = history.verb(
    "clock.moved",
    zh="{actor}把“{label}”的到期从 {before_text} 改到 {due_text}：{note}",
    en="{actor} moved {label} from {before_text} to {due_text}: {note}",
    privacy="keep",
)
RECOMPUTED = history.verb(
    "clock.recomputed",
    zh="{actor}按日历 {calendar} 重算了“{label}”：{before_text} → {due_text}，{note}",
    en="{actor} computed {label} again under {calendar}: {before_text} → {due_text}, {note}",
    privacy="keep",
)
THRESHOLD = history.verb(
    "clock.threshold",
    zh="“{label}”{threshold}，到期 {due_text}",
    en="{label}: {threshold}, due {due_text}",
    privacy="keep",
)

"""What history says about packs."""

from __future__ import annotations

from zhize.kernel import history

history.verb(
    "pack.applied",
    zh="{actor}应用了行业包 {subject}",
    en="{actor} applied the pack {subject}",
    privacy="keep",
)
history.verb(
    "pack.placed",
    zh="{actor}把行业包用于 {subject}",
    en="{actor} set up the pack for {subject}",
    privacy="keep",
)
history.verb(
    "pack.overridden",
    zh="{actor}修改了设定 {subject}：{note}",
    en="{actor} changed the setting {subject}: {note}",
    privacy="keep",
)

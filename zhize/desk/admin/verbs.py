"""What history says about steering the installation."""

from __future__ import annotations

from zhize.kernel import history

history.verb(
    "reaction.retried",
    zh="{actor}让“{reaction}”重新执行",
    en="{actor} had “{reaction}” run again",
    privacy="keep",
)
history.verb(
    "reaction.all_retried",
    zh="{actor}让放弃的 {count} 个后续动作重新执行",
    en="{actor} had {count} reactions that were given up run again",
    privacy="keep",
)

"""What happens to issued numbers."""

from __future__ import annotations

from zhize.kernel import history

history.verb(
    "number.issued", zh="{actor}开出编号{subject}", en="{actor} issued number {subject}", privacy="keep"
)
history.verb(
    "number.voided",
    zh="{actor}作废编号{subject}：{note}",
    en="{actor} voided number {subject}: {note}",
    privacy="keep",
)

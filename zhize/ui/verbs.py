"""What the kit itself records."""

from __future__ import annotations

from zhize.kernel import history

history.verb(
    "list.exported",
    zh="{actor}导出了“{title}”，{rows} 行",
    en="{actor} exported “{title}”, {rows} rows",
    privacy="keep",
)

"""What can be wrong with the index."""

from __future__ import annotations

from collections.abc import Iterator

from zhize.kernel.db.looks import look
from zhize.kernel.search import indexing, providers
from zhize.lib.text import Text


@look(
    "search.index",
    title=Text("搜索索引", "search index"),
    remedy=Text("运行 zhize search reindex", "run zhize search reindex"),
    deep=True,
)
def drifted() -> Iterator[Text]:
    for source in providers.providers():
        found = indexing.drift(source)
        if found.stale or found.surplus:
            yield Text(
                f"{source.label}：{found.stale} 行缺少或过时，{found.surplus} 条多余",
                f"{source.label}: {found.stale} rows missing or out of date, {found.surplus} too many",
            )

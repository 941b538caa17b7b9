"""What can be wrong with the event log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from zhize.kernel.db.looks import look
from zhize.kernel.history import chain
from zhize.kernel.history.models import Entry
from zhize.lib import clock
from zhize.lib.text import Text

SEALED_WITHIN = timedelta(hours=1)


@look(
    "history.chain",
    title=Text("历史记录的哈希链", "hash chain of the history"),
    remedy=Text(
        "有人绕过程序改过记录：与备份逐条比对",
        "somebody changed the log behind the product: compare it with a backup",
    ),
    deep=True,
)
def broken() -> Iterator[Text]:
    for fault in chain.verify():
        yield Text(
            f"第 {fault.number} 环（记录 {fault.entry_id}）：{fault.problem}",
            f"link {fault.number} (entry {fault.entry_id}): {fault.problem}",
        )


@look(
    "history.unsealed",
    title=Text("尚未封存的历史记录", "entries not sealed yet"),
    remedy=Text("启动 zhize worker，或运行 zhize audit seal", "start zhize worker, or run zhize audit seal"),
    fatal=False,
)
def unsealed() -> Iterator[Text]:
    count = Entry.objects.filter(link__isnull=True, at__lt=clock.now() - SEALED_WITHIN).count()
    if count:
        yield Text(f"{count} 条记录超过一小时未封存", f"{count} entries wait for more than an hour")

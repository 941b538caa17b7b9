"""What can be wrong with webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from zhize.kernel.db.looks import look
from zhize.lib.text import Text
from zhize.rest import selectors


@look(
    "rest.webhooks",
    title=Text("放弃的事件推送", "facts that no receiver took"),
    remedy=Text(
        "接收方恢复后，在“推送记录”里选“失败”，全部重新发送",
        "once the receiver answers, choose “Failed” in the log of webhooks and send all again",
    ),
    fatal=False,
)
def given_up() -> Iterator[Text]:
    for name, count in selectors.given_up():
        yield Text(f"{name}：{count} 条", f"{name}: {count}")

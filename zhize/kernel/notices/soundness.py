"""What can be wrong with messages on their way out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from zhize.kernel.db.looks import look
from zhize.kernel.notices import mailing
from zhize.kernel.notices.models import Channel, Delivery, State
from zhize.lib import clock
from zhize.lib.text import Text

WAITS = timedelta(hours=1)
LATELY = timedelta(days=7)


@look(
    "notices.waiting",
    title=Text("等待发送的消息", "messages waiting to leave"),
    remedy=Text(
        "查看发送记录里的原因；启动 zhize worker", "see why in the log of deliveries; start zhize worker"
    ),
    fatal=False,
)
def waiting() -> Iterator[Text]:
    rows = Delivery.objects.filter(state=State.QUEUED, created_at__lt=clock.now() - WAITS)
    if mailing.Server.configured() is None:
        rows = rows.exclude(channel=Channel.EMAIL)
    count = rows.count()
    if count:
        yield Text(f"{count} 条已等一小时以上", f"{count} wait for more than an hour")


@look(
    "notices.failed",
    title=Text("没有送达的消息", "messages that did not arrive"),
    remedy=Text("在发送记录里更正地址后重发", "correct the address in the log of deliveries and send again"),
    fatal=False,
)
def failed() -> Iterator[Text]:
    count = Delivery.objects.filter(state=State.FAILED, created_at__gt=clock.now() - LATELY).count()
    if count:
        yield Text(f"近七天 {count} 条", f"{count} in the last seven days")

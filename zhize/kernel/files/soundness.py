"""What can be wrong with stored contents."""

from __future__ import annotations

from collections.abc import Iterator

from zhize.kernel.db.looks import look
from zhize.kernel.files import keeping, storage
from zhize.kernel.files.models import Blob
from zhize.lib.text import Text

FROM_BACKUP = Text(
    "从备份里取回同名文件（文件名就是校验和）", "take the file of this name (its checksum) from a backup"
)


@look("files.missing", title=Text("附件文件是否都在", "uploaded files are there"), remedy=FROM_BACKUP)
def missing() -> Iterator[Text]:
    for blob in Blob.objects.order_by("pk").iterator(chunk_size=2000):
        path = storage.path_of(blob.sha256)
        if not path.is_file():
            yield Text(
                f"缺少 {blob.sha256}（{keeping.users(blob)}）",
                f"{blob.sha256} is missing ({keeping.users(blob)})",
            )


@look(
    "files.damaged", title=Text("附件内容是否完好", "uploaded files are whole"), remedy=FROM_BACKUP, deep=True
)
def damaged() -> Iterator[Text]:
    for fault in keeping.contents():
        if fault.kind == "damaged":
            yield Text(
                f"{fault.sha256} 已损坏（{fault.detail}）", f"{fault.sha256} is damaged ({fault.detail})"
            )
        if fault.kind == "infected":
            yield Text(
                f"{fault.sha256} 带病毒（{fault.detail}）", f"{fault.sha256} is infected ({fault.detail})"
            )


@look(
    "files.stray",
    title=Text("没有记录的文件", "files without a row"),
    remedy=Text(
        "每天凌晨自动清理；也可运行 zhize files sweep", "they go every night; or run zhize files sweep"
    ),
    fatal=False,
    deep=True,
)
def strays() -> Iterator[Text]:
    for fault in keeping.strays():
        yield Text(f"{fault.detail} 没有记录", f"{fault.detail} has no row")

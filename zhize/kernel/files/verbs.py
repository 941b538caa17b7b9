"""What happens to attachments. The subject of the entries is the row they are attached to."""

from __future__ import annotations

from zhize.kernel import history

history.verb(
    "file.attached", zh="{actor}上传了附件《{name}》", en="{actor} attached “{name}”", privacy="mask"
)
history.verb(
    "file.removed",
    zh="{actor}移除了附件《{name}》",
    en="{actor} removed the attachment “{name}”",
    privacy="mask",
)

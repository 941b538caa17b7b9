"""What happens to imports."""

from __future__ import annotations

from zhize.kernel import history

history.verb(
    "import.uploaded",
    zh="{actor}上传了导入文件《{subject}》",
    en="{actor} uploaded “{subject}” for import",
    privacy="keep",
)
history.verb(
    "import.remapped",
    zh="{actor}调整了《{subject}》的列对应",
    en="{actor} changed the columns of “{subject}”",
    privacy="keep",
)
history.verb(
    "import.tried", zh="《{subject}》试运行完成", en="The trial of “{subject}” is done", privacy="keep"
)
history.verb(
    "import.started",
    zh="{actor}开始导入《{subject}》",
    en="{actor} started the import of “{subject}”",
    privacy="keep",
)
history.verb(
    "import.finished", zh="《{subject}》导入完成", en="The import of “{subject}” is done", privacy="keep"
)
history.verb(
    "import.cancelled",
    zh="{actor}取消了《{subject}》的导入",
    en="{actor} cancelled the import of “{subject}”",
    privacy="keep",
)

"""What may be done to attachments beside what the subject's own policy decides."""

from __future__ import annotations

from zhize.kernel import access

access.capability("file.remove", zh="移除附件", en="Remove an attachment")
access.system_actor("files.keeper", caps=["file.remove"])

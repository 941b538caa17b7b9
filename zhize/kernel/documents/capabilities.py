"""What may be done with imports beside what each kind of import demands itself."""

from __future__ import annotations

from zhize.kernel import access

access.capability("import.view", zh="查看导入记录", en="See imports")
access.capability("import.work", zh="处理导入（后台）", en="Carry out imports (in the background)")
access.system_actor("imports.work", caps=["import.view", "import.work"])
